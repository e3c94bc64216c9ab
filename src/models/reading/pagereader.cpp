// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagereader.h"

#include <AsyncMySql/query.h>

#include <QtCore/qtimezone.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// Of so many rows at the end the size is taken for that of the next ones.
constexpr qsizetype SampledRows = 16;

bool isEmpty(const QVariant &parameters)
{
    return parameters.toList().isEmpty() && parameters.toMap().isEmpty();
}

} // namespace

PageReader::PageReader(Executor *executor, const PagePlan &plan, const Options &options)
    : m_executor(executor)
    , m_plan(plan)
    , m_isText(isEmpty(plan.statement(std::nullopt, 1).parameters))
    , m_options(options)
{
}

PageReader::~PageReader()
{
    PageReader::stop();
}

void PageReader::stop()
{
    m_active = false;
    if (!m_query)
        return;
    m_query->disconnect(this);
    m_query->cancel();
    m_query = nullptr;
}

void PageReader::read()
{
    const qsizetype count = m_rows.rowCount();
    if (!m_active || m_query || (m_wanted >= 0 && count >= m_wanted))
        return;
    if (!m_executor) {
        endWith(Error(Error::ConnectionClosed,
                      u"The connection, transaction or lease was destroyed or released"_s));
        return;
    }
    m_limit = nextLimit();
    const BoundStatement statement = m_plan.statement(
        count > 0 ? std::optional(m_rows.row(count - 1)) : std::nullopt, m_limit);
    const QVariant &parameters = statement.parameters;
    m_query = parameters.metaType() == QMetaType::fromType<QVariantMap>()
                  ? m_executor->execute(statement.sql, parameters.toMap())
                  : m_executor->execute(statement.sql, parameters.toList());
    // Without parameters, the first page is not prepared. All rows must have the same form.
    if (m_isText)
        m_query->setPrepared(false);
    // A row that is too large for a result is not too large for a stream.
    m_row = {};
    if (m_mostRows == 1) {
        m_query->setStreaming(true);
        connect(m_query, &Query::rowsReady, this, &PageReader::takeRow);
    }
    connect(m_query, &Query::finished, this, &PageReader::finishPage);
    connect(m_query, &QObject::destroyed, this, [this] {
        m_query = nullptr;
        endWith(Error(Error::ConnectionClosed,
                      u"The connection, transaction or lease was destroyed or released"_s));
        Q_EMIT advanced();
    });
}

/// One row more than requested tells whether the last one was read.
qsizetype PageReader::nextLimit() const
{
    const qsizetype count = m_rows.rowCount();
    const qsizetype missing = m_wanted < 0 ? std::numeric_limits<int>::max() : m_wanted - count + 1;
    if (count == 0)
        return std::min({missing, m_options.pageSize + 1, m_mostRows});
    const qsizetype most = std::max<qsizetype>(m_options.pageBytes / averageRowSize(), 1);
    return std::clamp<qsizetype>(missing, 1, std::min(most, m_mostRows));
}

qsizetype PageReader::averageRowSize() const
{
    const qsizetype count = m_rows.rowCount();
    const qsizetype sampled = std::min(count, SampledRows);
    qsizetype bytes = 0;
    for (qsizetype i = count - sampled; i < count; ++i) {
        const Row row = m_rows.row(i);
        for (int column = 0; column < row.columnCount(); ++column)
            bytes += row.bytes(column).size() + 1;
    }
    return std::max<qsizetype>(bytes / std::max<qsizetype>(sampled, 1), 1);
}

void PageReader::takeRow()
{
    const Result rows = m_query->takeRows();
    if (m_row.isEmpty())
        m_row = rows;
}

void PageReader::finishPage()
{
    const Error error = m_query->error();
    const bool isStream = m_query->isStreaming();
    if (isStream)
        takeRow();
    const Result page = isStream ? m_row : m_query->result();
    m_query->disconnect(this);
    m_query = nullptr;
    // Fewer rows of this size are less.
    if (error.code() == Error::ResultTooLarge && !isStream) {
        m_mostRows = std::max<qsizetype>(m_limit / 16, 1);
        read();
        return;
    }
    stopClock();
    if (error) {
        endWith(error);
    } else if (!isOfSameStatement(page.columns())) {
        m_columns = page.columns();
        m_outdated = true;
        m_active = false;
    } else if (isRepeated(page)) {
        endWith(Error(Error::NotSupported,
                      u"The server does not continue behind the last row of a page: read the rows "
                      "as a stream (ReadMode::Streamed)"_s));
    } else {
        if (m_columns.isEmpty())
            m_columns = page.columns();
        m_rows.append(page);
        m_mostRows = std::numeric_limits<int>::max();
        m_complete = page.rowCount() < m_limit;
        m_active = !m_complete;
        read();
    }
    Q_EMIT advanced();
}

/// Whether the session makes something else of the values that were sent: without this check, the
/// same pages would follow for ever.
bool PageReader::isRepeated(const Result &page) const
{
    const qsizetype count = m_rows.rowCount();
    if (count == 0 || page.isEmpty())
        return false;
    const Row first = page.row(0);
    return m_plan.isSamePlace(first, m_rows.row(count - 1))
           || m_plan.isSamePlace(first, m_rows.row(0));
}

bool PageReader::isOfSameStatement(const QList<Column> &columns) const
{
    if (!m_plan.fits(columns))
        return false;
    // ALTER TABLE can run between two pages.
    return m_columns.isEmpty()
           || std::equal(columns.begin(), columns.end(), m_columns.begin(), m_columns.end(),
                         [](const Column &left, const Column &right) {
                             return left.type() == right.type()
                                    && left.database() == right.database()
                                    && left.timeZone() == right.timeZone()
                                    && left.isUnsigned() == right.isUnsigned()
                                    && left.isPrimaryKey() == right.isPrimaryKey()
                                    && left.collationId() == right.collationId();
                         });
}

void PageReader::endWith(const Error &error)
{
    stopClock();
    m_active = false;
    m_error = error;
}

} // namespace AsyncMySql::Models
