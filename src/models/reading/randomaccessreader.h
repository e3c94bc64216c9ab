// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pagecache.h"
#include "pagelocator.h"
#include "pageplan.h"
#include "pagewishes.h"
#include "retrypause.h"
#include "rowestimator.h"
#include "rowsampler.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace AsyncMySql::Models {

class PageQuery;

/// Reads the rows of a statement at any position, in pages that are kept while there is room. The
/// number of rows is an estimate first, and so are the positions of rows that no RowSampler has
/// passed; it corrects them. After an error, reading goes on after a pause.
class RandomAccessReader : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        /// The number of rows of a page.
        qsizetype pageSize = 0;
        /// The size of a page, in bytes, if its rows are as large as the first ones.
        qsizetype pageBytes = 0;
        /// Of all pages, in bytes.
        qsizetype cacheBytes = 0;

        bool hasPagesOf(const Options &other) const
        {
            return pageSize == other.pageSize && pageBytes == other.pageBytes;
        }
    };
    /// The first and the last of some rows.
    using Range = std::pair<qsizetype, qsizetype>;

    RandomAccessReader(Executor *executor, const PagePlan &plan, const Options &options);
    ~RandomAccessReader() override;

    /// Counts again, and reads again what is shown. Until then, rows stay as they are.
    void renew(Executor *executor, const PagePlan &plan, const Options &options);
    /// No more rows are requested.
    void stop();
    void setCacheBytes(qsizetype bytes);

    /// Whether the first page has arrived; before, nothing else is known.
    bool isStarted() const { return m_isStarted; }
    const QList<Column> &columns() const { return m_columns; }
    /// The number of rows.
    qsizetype count() const { return m_count; }
    /// Whether all rows were counted: none of their positions is an estimate.
    bool isExact() const { return m_isCountExact; }
    /// The part of the rows that were counted, from 0 to 1.
    double progress() const;
    /// Whether rows that were asked for have not arrived.
    bool isLoading() const;
    /// Whether there is anything to stop.
    bool isActive() const { return isLoading() || m_sampler->isActive(); }
    /// The row if it is there; otherwise, it is requested.
    std::optional<Row> row(qsizetype index);
    /// The time from the start, or from renew(), to the first rows, in milliseconds.
    qint64 elapsed() const { return m_elapsed; }

    /// These are returned once. The rows whose values have changed:
    std::vector<Range> takeChanges() { return std::exchange(m_changes, {}); }
    Error takeError() { return std::exchange(m_error, {}); }
    /// Whether rows were read after an error.
    bool takeRecovered() { return std::exchange(m_hasRecovered, false); }
    /// Whether reading has ended because the statement has other columns now.
    bool takeOutdated() { return std::exchange(m_isOutdated, false); }
    /// The columns that it has now.
    const QList<Column> &newColumns() const { return m_newColumns; }

Q_SIGNALS:
    /// Emitted when any of these has changed.
    void advanced();

private:
    struct Request
    {
        qsizetype page = 0;
        PagePlace place;
        /// Whether nobody has asked for it.
        bool isAhead = false;
        std::unique_ptr<PageQuery> query;
    };

    // Starting
    void tryToStart();
    void startSampling();
    void recount();
    void setPageRows(qsizetype rows, const QList<qsizetype> &wanted);
    void wishForRequests();
    QList<qsizetype> lastUsedPages() const;

    // Requests
    void scheduleSending();
    void send();
    void readAhead();
    Request *requestOf(qsizetype page);
    void request(qsizetype page, const PagePlace &place, bool isAhead);
    void requestStart();
    PageLocator locator() const { return {m_plan, m_sampler->positions(), m_earlier, m_cache}; }
    PageLocator::Known known() const
    {
        return {m_pageRows, m_count, m_isCountExact, m_firstKey, m_estimator.lastKey()};
    }
    qsizetype pageCount() const { return (m_count + m_pageRows - 1) / m_pageRows; }
    qsizetype expectedRows(qsizetype page) const;
    /// The number of pages that views can show at a time.
    qsizetype shownPages() const;

    // Answers
    void pageArrived(PageQuery *query);
    void pageFailed(const Request &request, const Error &error);
    void tryAgain();
    void takePage(const Request &request, const Result &rows);
    void shrinkPages(qsizetype failed);
    void tableHasShrunk(const Request &request, qsizetype rowCount);
    void sampled();
    void recordRows()
    {
        if (!m_clock.isValid())
            return;
        m_elapsed = m_clock.elapsed();
        m_clock.invalidate();
    }
    void correctPages();
    void setCount(qsizetype count);
    void failWith(const Error &error);

    QPointer<Executor> m_executor;
    PagePlan m_plan;
    Options m_options;
    qsizetype m_pageRows = 0;
    std::unique_ptr<RowSampler> m_sampler;
    /// From before the rows were counted again.
    EarlierPositions m_earlier;
    PageCache m_cache;
    PageWishes m_wishes;
    std::vector<Request> m_requests;
    RowEstimator m_estimator;
    RetryPause m_pause;
    /// Since the last pause.
    QList<qsizetype> m_failedPages;

    bool m_active = true;
    bool m_isStarted = false;
    bool m_isSending = false;
    qsizetype m_count = 0;
    bool m_isCountExact = false;
    PageKey m_firstKey;
    /// In bytes.
    qsizetype m_averageSize = 1;
    std::optional<Result> m_firstPage;
    /// The page of the last row that a view has asked for.
    qsizetype m_lastUsed = -1;
    bool m_hasInexactPages = false;
    QList<Column> m_columns;
    QList<Column> m_newColumns;
    std::vector<Range> m_changes;
    Error m_error;
    bool m_hasRecovered = false;
    bool m_isOutdated = false;
    /// Invalid when there were rows.
    QElapsedTimer m_clock;
    qint64 m_elapsed = 0;
};

} // namespace AsyncMySql::Models
