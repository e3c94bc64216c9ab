// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagereader.h"

#include "pagequery.h"

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// Of so many rows at the end the size is taken for that of the next ones.
constexpr qsizetype SampledRows = 16;

} // namespace

PageReader::PageReader(Executor *executor, const PagePlan &plan, const Options &options)
    : m_executor(executor)
    , m_plan(plan)
    , m_isText(!plan.hasParameters())
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
    m_query.reset();
}

void PageReader::read()
{
    const qsizetype count = m_rows.rowCount();
    if (!m_active || m_query || (m_wanted >= 0 && count >= m_wanted))
        return;
    if (!m_executor) {
        endWith(executorGone());
        return;
    }
    m_limit = nextLimit();
    const BoundStatement statement = m_plan.statement(
        count > 0 ? std::optional(m_rows.row(count - 1)) : std::nullopt, m_limit);
    // Without parameters, the first page is not prepared. All rows must have the same form.
    m_query = std::make_unique<PageQuery>(m_executor, statement,
                                          PageQuery::Options{m_isText, m_mostRows == 1});
    connect(m_query.get(), &PageQuery::finished, this, &PageReader::finishPage);
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

void PageReader::finishPage()
{
    const std::unique_ptr<PageQuery> finished = std::move(m_query);
    const Error error = finished->error();
    const Result page = finished->result();
    const bool isStream = m_mostRows == 1;
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
    // ALTER TABLE can run between two pages.
    return m_plan.fits(columns) && (m_columns.isEmpty() || haveSameForm(columns, m_columns));
}

void PageReader::endWith(const Error &error)
{
    stopClock();
    m_active = false;
    m_error = error;
}

} // namespace AsyncMySql::Models
