// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowsource.h"

#include <AsyncMySql/Result>

/// The rows of a result that is completely in memory.
class HeldRows : public RowSource
{
    Q_OBJECT

public:
    HeldRows(const AsyncMySql::Result &result, const QString &timeZone, QObject *parent = nullptr);

    void start() override;
    void cancel() override;
    QList<AsyncMySql::Row> take(int maximum) override;
    QStringList columnNames() const override { return m_result.columnNames(); }
    QString timeZone() const override { return m_timeZone; }

private:
    AsyncMySql::Result m_result;
    QString m_timeZone;
    qsizetype m_next = 0;
};
