// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementrows.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

using namespace AsyncMySql;

constexpr qsizetype ReadAhead = 512 * 1024;

StatementRows::StatementRows(const ConnectionOptions &options, const QString &sql, QObject *parent)
    : RowSource(parent)
    , m_ownConnection(std::make_unique<Connection>(options))
    , m_executor(m_ownConnection.get())
    , m_sql(sql)
    , m_timeZone(options.timeZone())
{
}

StatementRows::StatementRows(Executor *executor, const QString &sql, const QString &timeZone,
                             QObject *parent)
    : RowSource(parent)
    , m_executor(executor)
    , m_sql(sql)
    , m_timeZone(timeZone)
{
}

StatementRows::~StatementRows()
{
    if (!m_query)
        return;
    m_query->disconnect(this);
    if (m_hasEnded) {
        m_query->deleteLater();
    } else {
        m_query->setAutoDelete(true);
        m_query->cancel();
    }
}

void StatementRows::start()
{
    if (!m_executor) {
        Q_EMIT ended(Error(Error::ConnectionClosed, tr("The session was closed")));
        return;
    }
    m_query = m_executor->execute(m_sql);
    m_query->setPrepared(m_ownConnection != nullptr);
    m_query->setStreaming(true);
    m_query->setBufferLimit(ReadAhead);
    // The remaining rows are taken after the end.
    m_query->setAutoDelete(false);
    connect(m_query, &Query::rowsReady, this, &RowSource::ready);
    connect(m_query, &Job::finished, this, &StatementRows::finish);
}

void StatementRows::cancel()
{
    if (m_query)
        m_query->cancel();
}

QList<Row> StatementRows::take(int maximum)
{
    if (!m_query || m_query->availableRows() == 0)
        return {};
    const Result rows = m_query->takeRows(maximum);
    if (m_columnNames.isEmpty())
        m_columnNames = rows.columnNames();
    return {rows.begin(), rows.end()};
}

void StatementRows::finish()
{
    m_hasEnded = true;
    if (m_columnNames.isEmpty())
        m_columnNames = m_query->result().columnNames();
    Q_EMIT ended(m_query->error());
}
