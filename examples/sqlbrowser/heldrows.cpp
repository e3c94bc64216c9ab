// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "heldrows.h"

using namespace AsyncMySql;

HeldRows::HeldRows(const Result &result, const QString &timeZone, QObject *parent)
    : RowSource(parent)
    , m_result(result)
    , m_timeZone(timeZone)
{
}

void HeldRows::start()
{
    Q_EMIT ready();
    Q_EMIT ended({});
}

void HeldRows::cancel()
{
    Q_EMIT ended(Error(Error::Cancelled, tr("The export was cancelled")));
}

QList<Row> HeldRows::take(int maximum)
{
    QList<Row> rows;
    for (; rows.size() < maximum && m_next < m_result.rowCount(); ++m_next)
        rows.append(m_result.row(m_next));
    return rows;
}
