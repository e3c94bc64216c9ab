// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "streamreader.h"

#include <AsyncMySql/executor.h>
#include <AsyncMySql/query.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

StreamReader::StreamReader(Executor *executor, const BoundStatement &statement,
                           const Options &options)
{
    const QVariant &parameters = statement.parameters;
    m_query = parameters.metaType() == QMetaType::fromType<QVariantMap>()
                  ? executor->execute(statement.sql, parameters.toMap())
                  : executor->execute(statement.sql, parameters.toList());
    m_query->setStreaming(true);
    // Views take rows when they are scrolled, which can be much later.
    m_query->setStreamTimeout(std::chrono::milliseconds(0));
    m_query->setBufferLimit(options.bufferLimit);
    if (options.prepared)
        m_query->setPrepared(true);
    if (options.hasResponseTimeout)
        m_query->setHasResponseTimeout();
    connect(m_query, &Query::rowsReady, this, [this] {
        const qsizetype before = m_rows.rowCount();
        read();
        if (m_rows.rowCount() > before)
            Q_EMIT advanced();
    });
    connect(m_query, &Query::finished, this, &StreamReader::finish);
    connect(m_query, &QObject::destroyed, this, [this] {
        finishWith(Error(Error::ConnectionClosed,
                         u"The connection, transaction or lease was destroyed or released"_s));
    });
}

StreamReader::~StreamReader()
{
    StreamReader::stop();
}

void StreamReader::stop()
{
    m_active = false;
    if (!m_query)
        return;
    m_query->disconnect(this);
    m_query->cancel();
    m_query = nullptr;
}

void StreamReader::read()
{
    const qsizetype missing = m_wanted - m_rows.rowCount();
    if (!m_query || (m_wanted >= 0 && missing <= 0))
        return;
    // Further results would prevent the query from ending.
    Result rows = m_query->takeRows(m_wanted < 0 ? -1 : missing);
    while (!rows.isEmpty() && !append(rows))
        rows = m_query->takeRows();
}

/// Whether the rows belong to the first result.
bool StreamReader::append(const Result &rows)
{
    if (rows.isEmpty())
        return false;
    if (m_rows.rowCount() == 0) {
        m_first = rows;
        m_columns = rows.columns();
    }
    stopClock();
    if (!rows.isFromSameResult(m_first))
        return false;
    m_rows.append(rows);
    return true;
}

void StreamReader::finish()
{
    for (Result rest = m_query->takeRows(); !rest.isEmpty(); rest = m_query->takeRows())
        append(rest);
    const QList<Result> results = m_query->results();
    const auto withColumns = std::find_if(results.begin(), results.end(),
                                          [](const Result &result) { return result.hasRows(); });
    if (m_columns.isEmpty() && withColumns != results.end())
        m_columns = withColumns->columns();
    m_complete = !m_query->error();
    finishWith(m_query->error());
}

void StreamReader::finishWith(const Error &error)
{
    if (m_query)
        m_query->disconnect(this);
    m_query = nullptr;
    m_active = false;
    m_error = error;
    stopClock();
    Q_EMIT advanced();
}

} // namespace AsyncMySql::Models
