// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "randomaccessreader.h"

#include "pagequery.h"

#include <algorithm>
#include <limits>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// More would delay what is asked for next.
constexpr std::size_t MostRequests = 2;
/// Views show no more at a time.
constexpr qsizetype MostShownRows = 1024;
constexpr qsizetype MostShownPages = 16;
/// The number of rows of a model.
constexpr qsizetype MostRows = std::numeric_limits<int>::max();
constexpr qsizetype FirstPage = -1;

} // namespace

RandomAccessReader::RandomAccessReader(Executor *executor, const PagePlan &plan,
                                       const Options &options)
    : m_executor(executor)
    , m_plan(plan)
    , m_options(options)
    , m_pageRows(options.pageSize)
    , m_sampler(std::make_unique<RowSampler>(executor, plan))
    , m_cache(options.cacheBytes)
{
    m_clock.start();
    connect(&m_estimator, &RowEstimator::countArrived, this, &RandomAccessReader::tryToStart);
    connect(&m_estimator, &RowEstimator::lastKeyArrived, this, &RandomAccessReader::send);
    connect(&m_pause, &RetryPause::ended, this, &RandomAccessReader::tryAgain);
    requestStart();
    m_estimator.askForCount(executor, plan);
    m_estimator.askForLastKey(executor, plan);
}

RandomAccessReader::~RandomAccessReader() = default;

void RandomAccessReader::setCacheBytes(qsizetype bytes)
{
    m_cache.setLimit(bytes);
}

// --- starting ------------------------------------------------------------------------------------

/// Without an estimate, the number of rows grows while they are counted.
void RandomAccessReader::tryToStart()
{
    const std::optional<double> estimate = m_estimator.count();
    if (m_isStarted || !m_firstPage || !estimate)
        return;
    const Result rows = *std::exchange(m_firstPage, std::nullopt);
    m_isStarted = true;
    m_columns = rows.columns();
    recordRows();
    m_averageSize
        = std::max<qsizetype>(rows.sizeInBytes() / std::max<qsizetype>(rows.rowCount(), 1), 1);
    m_isCountExact = rows.rowCount() < m_pageRows;
    const auto estimated = static_cast<qsizetype>(std::clamp<double>(*estimate, 0, MostRows));
    setCount(m_isCountExact ? rows.rowCount() : std::max(estimated, rows.rowCount()));
    if (!rows.isEmpty())
        m_firstKey = m_plan.keyOf(rows.row(0));
    const qsizetype pageRows
        = std::clamp<qsizetype>(m_options.pageBytes / m_averageSize, 1, m_pageRows);
    // Of larger rows, pages have fewer.
    if (pageRows == m_pageRows || m_isCountExact)
        m_cache.insert(0, {rows, false, true, false});
    else
        m_pageRows = pageRows;
    m_wishes.setLimit(shownPages());
    if (!m_isCountExact)
        startSampling();
    Q_EMIT advanced();
}

void RandomAccessReader::startSampling()
{
    if (m_isCountExact || m_sampler->positions().knownRows() > m_earlier.rows) {
        m_earlier = {m_sampler->positions(),
                     m_isCountExact ? m_count : m_sampler->positions().knownRows()};
    }
    m_isCountExact = false;
    m_sampler = std::make_unique<RowSampler>(m_executor, m_plan);
    connect(m_sampler.get(), &RowSampler::advanced, this, &RandomAccessReader::sampled);
    m_sampler->start(m_count);
}

void RandomAccessReader::renew(Executor *executor, const PagePlan &plan, const Options &options)
{
    m_executor = executor;
    m_plan = plan;
    m_error = {};
    m_active = true;
    m_clock.start();
    m_pause.stop();
    wishForRequests();
    if (!m_options.hasPagesOf(options)) {
        QList<qsizetype> pages = m_wishes.pages();
        pages.append(lastUsedPages());
        setPageRows(std::clamp<qsizetype>(options.pageBytes / m_averageSize, 1, options.pageSize),
                    pages);
    }
    m_options = options;
    m_estimator.askForLastKey(executor, plan);
    recount();
}

/// The positions of all pages are uncertain.
void RandomAccessReader::recount()
{
    // Views do not ask again for what they show.
    const QList<qsizetype> pages = m_cache.numbers();
    for (qsizetype i = 0; i < pages.size(); ++i) {
        if (i < shownPages()) {
            m_cache.setOutdated(pages[i]);
            m_wishes.addLast(pages[i]);
        } else {
            m_cache.remove(pages[i]);
        }
    }
    startSampling();
    scheduleSending();
}

/// Reads the rows of \a wanted, which are pages of the size so far; those that are there stay until
/// they arrive.
void RandomAccessReader::setPageRows(qsizetype rows, const QList<qsizetype> &wanted)
{
    const qsizetype before = std::exchange(m_pageRows, rows);
    m_cache.replace(before);
    m_wishes.clear();
    m_wishes.setLimit(shownPages());
    for (const qsizetype page : wanted) {
        for (qsizetype row = page * before; row < (page + 1) * before; row += m_pageRows)
            m_wishes.addLast(row / m_pageRows);
    }
    m_lastUsed = -1;
}

/// What was requested, or has failed, is requested again.
void RandomAccessReader::wishForRequests()
{
    for (const qsizetype page : std::exchange(m_failedPages, {}))
        m_wishes.add(page);
    for (const Request &request : std::exchange(m_requests, {})) {
        if (!request.isAhead && request.page != FirstPage)
            m_wishes.add(request.page);
    }
}

/// What views can show.
QList<qsizetype> RandomAccessReader::lastUsedPages() const
{
    const QList<qsizetype> pages = m_cache.numbers();
    return pages.first(std::min(shownPages(), pages.size()));
}

void RandomAccessReader::stop()
{
    m_active = false;
    m_requests.clear();
    m_failedPages.clear();
    m_wishes.clear();
    m_pause.stop();
    m_estimator.stop();
    m_sampler->stop();
}

// --- requests ------------------------------------------------------------------------------------

bool RandomAccessReader::isLoading() const
{
    return (m_active && !m_isStarted) || !m_wishes.isEmpty()
           || std::any_of(m_requests.begin(), m_requests.end(),
                          [](const Request &request) { return !request.isAhead; });
}

double RandomAccessReader::progress() const
{
    if (m_isCountExact)
        return 1;
    if (m_count == 0)
        return 0;
    return std::min(static_cast<double>(m_sampler->positions().knownRows())
                        / static_cast<double>(m_count),
                    1.0);
}

std::optional<Row> RandomAccessReader::row(qsizetype index)
{
    const qsizetype page = index / m_pageRows;
    const qsizetype inPage = index % m_pageRows;
    const PageCache::Page *found = m_cache.use(page);
    m_lastUsed = page;
    scheduleSending();
    if (Request *request = requestOf(page))
        request->isAhead = false;
    else if (m_active && (!found || found->isOutdated))
        m_wishes.add(page);
    if (found && inPage < found->rowCount())
        return found->row(inPage);
    return found ? std::nullopt : m_cache.replacedRow(index);
}

/// Views ask for many rows in one turn of the event loop.
void RandomAccessReader::scheduleSending()
{
    if (std::exchange(m_isSending, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isSending = false;
            m_cache.endTurn();
            const bool wasLoading = isLoading();
            send();
            if (wasLoading || isLoading())
                Q_EMIT advanced();
        },
        Qt::QueuedConnection);
}

void RandomAccessReader::send()
{
    if (!m_active || !m_isStarted || m_pause.isActive())
        return;
    while (m_requests.size() < MostRequests && !m_wishes.isEmpty()) {
        const qsizetype page = m_wishes.take();
        const PageCache::Page *found = m_cache.find(page);
        if (requestOf(page) || page >= pageCount() || (found && !found->isOutdated))
            continue;
        const PagePlace place = locator().place(page, known());
        // When the last key is known, there is a faster way.
        if (m_estimator.isAskingForLastKey() && m_estimator.lastKey().isEmpty()
            && place.range.offset > PageLocator::ShortOffset) {
            m_wishes.add(page);
            break;
        }
        request(page, place, false);
    }
    if (m_requests.empty() && m_wishes.isEmpty())
        m_cache.forgetReplaced();
    if (m_active && m_requests.empty() && m_cache.hasRoomForNeighbours())
        readAhead();
    m_sampler->setPaused(!m_requests.empty());
}

/// The pages beside the one that was used last.
void RandomAccessReader::readAhead()
{
    for (const qsizetype page : {m_lastUsed + 1, m_lastUsed - 1}) {
        if (m_lastUsed < 0 || page < 0 || page >= pageCount() || m_cache.find(page))
            continue;
        const PagePlace place = locator().place(page, known());
        // It would be read again.
        if (place.isExact && place.range.offset == 0) {
            request(page, place, true);
            return;
        }
    }
}

RandomAccessReader::Request *RandomAccessReader::requestOf(qsizetype page)
{
    const auto found
        = std::find_if(m_requests.begin(), m_requests.end(),
                       [page](const Request &request) { return request.page == page; });
    return found == m_requests.end() ? nullptr : &*found;
}

void RandomAccessReader::request(qsizetype page, const PagePlace &place, bool isAhead)
{
    if (!m_executor) {
        failWith(executorGone());
        return;
    }
    Request request{page, place, isAhead, nullptr};
    request.query = std::make_unique<PageQuery>(
        m_executor, m_plan.statement(place.range),
        PageQuery::Options{!m_plan.hasParameters(), place.range.limit == 1});
    PageQuery *const query = request.query.get();
    connect(query, &PageQuery::finished, this, [this, query] { pageArrived(query); });
    m_requests.push_back(std::move(request));
}

void RandomAccessReader::requestStart()
{
    request(FirstPage, {{{}, false, false, 0, m_pageRows}, true}, false);
}

qsizetype RandomAccessReader::expectedRows(qsizetype page) const
{
    return std::clamp<qsizetype>(m_count - page * m_pageRows, 0, m_pageRows);
}

qsizetype RandomAccessReader::shownPages() const
{
    return MostShownPages + MostShownRows / m_pageRows;
}

// --- answers -------------------------------------------------------------------------------------

void RandomAccessReader::pageArrived(PageQuery *query)
{
    const auto found
        = std::find_if(m_requests.begin(), m_requests.end(),
                       [query](const Request &request) { return request.query.get() == query; });
    Q_ASSERT(found != m_requests.end());
    const Request request = std::move(*found);
    m_requests.erase(found);
    if (query->error().code() == Error::ResultTooLarge && request.place.range.limit > 1) {
        shrinkPages(request.page);
        if (request.page == FirstPage)
            requestStart();
        scheduleSending();
        return;
    }
    if (query->error()) {
        pageFailed(request, query->error());
    } else if (!m_plan.fits(query->result().columns())
               || (m_isStarted && !haveSameForm(query->result().columns(), m_columns))) {
        m_newColumns = query->result().columns();
        m_isOutdated = true;
        stop();
    } else if (request.page == FirstPage) {
        m_firstPage = query->result();
        tryToStart();
        return;
    } else {
        takePage(request, query->result());
        send();
    }
    Q_EMIT advanced();
}

void RandomAccessReader::pageFailed(const Request &request, const Error &error)
{
    if (request.page == FirstPage || endsReading(error)) {
        failWith(error);
        return;
    }
    m_failedPages.append(request.page);
    if (m_pause.begin(error))
        m_error = error;
    m_sampler->setPaused(true);
}

/// Only pages that are still shown are read again: their views are notified to request them.
void RandomAccessReader::tryAgain()
{
    const QList<qsizetype> pages = std::exchange(m_failedPages, {});
    for (const qsizetype page : pages) {
        if (page < pageCount())
            m_changes.emplace_back(page * m_pageRows, (page + 1) * m_pageRows - 1);
    }
    send();
    Q_EMIT advanced();
}

/// Fewer rows of this size are less.
void RandomAccessReader::shrinkPages(qsizetype failed)
{
    wishForRequests();
    if (failed != FirstPage)
        m_wishes.add(failed);
    setPageRows(std::max<qsizetype>(m_pageRows / 16, 1), QList<qsizetype>(m_wishes.pages()));
}

void RandomAccessReader::takePage(const Request &request, const Result &rows)
{
    m_hasRecovered |= m_pause.succeed();
    recordRows();
    const PageRange &range = request.place.range;
    const qsizetype page = request.page;
    const bool isShort = rows.rowCount() < expectedRows(page);
    if (isShort && !request.place.isExact && !range.isBackwards) {
        // The estimated key is too far behind.
        this->request(page, locator().placeFromEnd(page, known()), request.isAhead);
        return;
    }
    const qsizetype start = page * m_pageRows;
    // Nothing is behind a page that was read from there on.
    const bool isExact = request.place.isExact && !(isShort && range.isBackwards);
    m_cache.insert(page, {rows, range.isBackwards, isExact, false});
    if (rows.rowCount() > 0)
        m_changes.emplace_back(start, start + rows.rowCount() - 1);
    if (request.place.isExact && isShort)
        tableHasShrunk(request, rows.rowCount());
    else if (isExact && m_isCountExact && page == pageCount() - 1 && !range.isBackwards)
        setCount(std::max(m_count, start + rows.rowCount()));
    m_hasInexactPages |= !isExact;
    correctPages();
}

/// Rows were deleted since they were counted.
void RandomAccessReader::tableHasShrunk(const Request &request, qsizetype rowCount)
{
    const bool wasCounted = m_isCountExact;
    if (request.place.range.isBackwards) {
        // The page behind it, or the end, is not where it was. Otherwise it would be read from
        // there again, with the same result.
        recount();
        return;
    }
    setCount(request.page * m_pageRows + rowCount);
    // The last rows alone are no reason to count again.
    if (wasCounted && rowCount == 0)
        recount();
}

void RandomAccessReader::sampled()
{
    if (const Error error = m_sampler->takeError()) {
        // Pages can be read while counting pauses.
        if (m_sampler->isActive())
            m_error = error;
        else
            failWith(error);
        Q_EMIT advanced();
        return;
    }
    m_hasRecovered |= m_sampler->takeRecovered();
    recordRows();
    if (m_sampler->count()) {
        m_isCountExact = true;
        m_earlier = EarlierPositions();
        setCount(*m_sampler->count());
    } else if (m_sampler->positions().knownRows() >= m_count) {
        // Not with each step: views take time for it.
        const qsizetype rows = m_sampler->positions().knownRows();
        setCount(rows + rows / 16);
    }
    correctPages();
    scheduleSending();
    Q_EMIT advanced();
}

/// Reads pages again whose positions are known now.
void RandomAccessReader::correctPages()
{
    if (!m_hasInexactPages)
        return;
    const QList<qsizetype> pages = m_cache.numbers();
    m_hasInexactPages = false;
    for (qsizetype i = 0; i < pages.size(); ++i) {
        const PageCache::Page *page = m_cache.find(pages[i]);
        if (page->isExact || page->isOutdated)
            continue;
        if (!m_isCountExact && (pages[i] + 1) * m_pageRows > m_sampler->positions().knownRows()) {
            m_hasInexactPages = true;
            continue;
        }
        if (i >= shownPages())
            m_cache.remove(pages[i]);
        else if (m_wishes.addLast(pages[i]))
            m_cache.setOutdated(pages[i]);
        else
            m_hasInexactPages = true;
    }
}

void RandomAccessReader::setCount(qsizetype count)
{
    const qsizetype before = std::exchange(m_count, std::min(count, MostRows));
    if (m_count < before) {
        const QList<qsizetype> pages = m_cache.numbers();
        for (const qsizetype page : pages) {
            if (page >= pageCount())
                m_cache.remove(page);
        }
    } else if (m_count > before && before > 0) {
        // A page that was counted from the end can lack rows.
        const qsizetype last = (before - 1) / m_pageRows;
        const PageCache::Page *page = m_cache.find(last);
        if (page && page->rowCount() < expectedRows(last)) {
            m_cache.setOutdated(last);
            m_wishes.addLast(last);
        }
    }
}

void RandomAccessReader::failWith(const Error &error)
{
    stop();
    m_error = error;
}

} // namespace AsyncMySql::Models
