// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagequery.h"

#include <AsyncMySql/executor.h>
#include <AsyncMySql/query.h>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

PageQuery::PageQuery(Executor *executor, const BoundStatement &statement, const Options &options)
{
    const QVariant &parameters = statement.parameters;
    m_query = parameters.metaType() == QMetaType::fromType<QVariantMap>()
                  ? executor->execute(statement.sql, parameters.toMap())
                  : executor->execute(statement.sql, parameters.toList());
    if (options.isText)
        m_query->setPrepared(false);
    if (options.isOneRow) {
        m_query->setStreaming(true);
        connect(m_query, &Query::rowsReady, this, &PageQuery::takeRow);
    }
    connect(m_query, &Query::finished, this, &PageQuery::finish);
    connect(m_query, &QObject::destroyed, this, [this] {
        m_query = nullptr;
        m_error = executorGone();
        Q_EMIT finished();
    });
}

PageQuery::~PageQuery()
{
    if (!m_query)
        return;
    m_query->disconnect(this);
    m_query->cancel();
}

void PageQuery::takeRow()
{
    const Result rows = m_query->takeRows();
    if (m_result.isEmpty())
        m_result = rows;
}

void PageQuery::finish()
{
    m_error = m_query->error();
    if (m_query->isStreaming())
        takeRow();
    else
        m_result = m_query->result();
    m_executionTime = std::chrono::duration_cast<std::chrono::microseconds>(
        m_query->timing().executing().value_or(std::chrono::nanoseconds(0)));
    m_query->disconnect(this);
    m_query = nullptr;
    Q_EMIT finished();
}

Error executorGone()
{
    return Error(Error::ConnectionClosed,
                 u"The connection, transaction or lease was destroyed or released"_s);
}

} // namespace AsyncMySql::Models
