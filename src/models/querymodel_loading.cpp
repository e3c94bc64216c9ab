// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include "cells.h"
#include "pagereader.h"
#include "streamreader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

namespace {

/// In bytes: of less, most of the time is spent on round trips.
constexpr qsizetype SmallestPage = 64 * 1024;

} // namespace

QueryModelPrivate::QueryModelPrivate(QueryModel *queryModel)
    : RowsModelPrivate(queryModel)
    , q(queryModel)
    , rows(queryModel)
{
    QObject::connect(&facts, &StatementFacts::answered, q, [this] {
        // What is scheduled is another statement.
        if (!scheduled && executor)
            read();
    });
    QObject::connect(&facts, &StatementFacts::failed, q, [this](const Error &problem) {
        if (!scheduled)
            fail(problem);
    });
}

void QueryModelPrivate::changed(Signal signal)
{
    const QPointer<QueryModel> guard(q);
    Q_EMIT(q->*signal)(QueryModel::QPrivateSignal());
    if (guard)
        schedule(Load::Replace);
}

void QueryModelPrivate::start(Load load)
{
    const bool viewsAskOn = canFetchMore();
    // A pending replacement of the rows stays one.
    const bool isRandom = readMode == QueryModel::ReadMode::RandomAccess;
    const bool isPending = next || random.isPending() || facts.isAsking();
    const bool replaces = !(isRandom ? random.isShown() : shown != nullptr)
                          || (isPending && purpose == Load::Replace);
    purpose = replaces ? Load::Replace : load;
    const bool wasAskedFor = std::exchange(isAskedFor, false);
    nextWanted = isRandom ? 0 : wantedAtStart(viewsAskOn);
    // The previous statement is obsolete and would delay the new one.
    forgetNext();
    if (shown)
        shown->stop();
    if (purpose == Load::Replace)
        random.stop();
    error = {};
    const bool hasSql = !sql.trimmed().isEmpty();
    if (hasSql && !executor && (wasAskedFor || executorIsLost)) {
        fail(Error(Error::ConnectionClosed, u"The model has no connection (executor)"_s));
        return;
    }
    if (!hasSql || !executor) {
        facts.stop();
        if (replaceShown())
            publish();
        return;
    }
    startedSql = sql;
    startedPlain = !order && filters.isEmpty();
    startedMode = readMode;
    if (ask())
        publish();
    else
        read();
}

/// Returns whether reading starts when the server has answered.
bool QueryModelPrivate::ask()
{
    StatementFacts::Question question{sql, !startedPlain, {}};
    if (startedMode != QueryModel::ReadMode::Streamed) {
        const auto outline = outlineOf(sql);
        if (const auto *found = std::get_if<SelectOutline>(&outline)) {
            question.aboutColumns = true;
            question.table = found->table;
        }
    }
    return facts.ask(executor, question);
}

void QueryModelPrivate::read()
{
    using Mode = QueryModel::ReadMode;
    const auto plan = startedMode == Mode::Streamed ? QString() : pagePlan();
    const auto *pages = std::get_if<PagePlan>(&plan);
    if (pages && startedMode == Mode::RandomAccess) {
        random.read(*pages, {fetchSize, std::max(bufferLimit, SmallestPage), cacheSize},
                    purpose == Load::Refresh);
        return;
    }
    if (pages) {
        readFrom(std::make_unique<PageReader>(
            executor, *pages, PageReader::Options{fetchSize, std::max(bufferLimit, SmallestPage)}));
        return;
    }
    if (startedMode == Mode::Paged || startedMode == Mode::RandomAccess) {
        Error problem(Error::NotSupported,
                      u"The rows of this statement cannot be read in pages: %1"_s.arg(
                          std::get<QString>(plan)));
        problem.setStatement(sql);
        fail(problem);
        return;
    }
    const WrappingResult bound = statement();
    if (const auto *problem = std::get_if<Error>(&bound)) {
        fail(*problem);
        return;
    }
    readFrom(std::make_unique<StreamReader>(executor, std::get<BoundStatement>(bound),
                                            StreamReader::Options{bufferLimit, false, false}));
}

void QueryModelPrivate::readFrom(ReaderPointer reader)
{
    next = std::move(reader);
    next->want(nextWanted);
    QObject::connect(next.get(), &RowReader::advanced, q, [this] { nextAdvanced(); });
    publish();
}

std::variant<PagePlan, QString> QueryModelPrivate::pagePlan() const
{
    PageRequest request;
    request.parameters = normalizedParameters(parameters);
    request.filters = filters;
    request.order = order;
    request.mayBeSorted = startedMode == QueryModel::ReadMode::Paged;
    return facts.pagePlan(sql, request);
}

void QueryModelPrivate::forgetNext()
{
    comparison.reset();
    next.reset();
    random.forgetPending();
}

void QueryModelPrivate::stop()
{
    // Between two pages there is nothing to stop.
    if (!isLoading() && shown && shown->isPaged())
        return;
    const bool wasActive = isLoading() || random.isActive() || (shown && shown->isActive());
    scheduled.reset();
    isAskedFor = false;
    forgetNext();
    facts.stop();
    random.stop();
    if (shown)
        shown->stop();
    if (!wasActive)
        return;
    const QPointer<QueryModel> guard(q);
    // Does not publish that loading has ended before its error is known.
    if (!mustWait())
        grow();
    if (guard)
        fail(Error(Error::Cancelled, u"Loading was cancelled"_s));
}

bool QueryModelPrivate::dropUnbegun()
{
    const bool wasWaiting = scheduled || facts.isAsking();
    scheduled.reset();
    isAskedFor = false;
    facts.stop();
    executorIsLost = true;
    return wasWaiting;
}

WrappingResult QueryModelPrivate::statement() const
{
    const BoundStatement plain{sql, normalizedParameters(parameters)};
    if (!order && filters.isEmpty())
        return plain;
    QList<SqlOrder> orders;
    if (order) {
        orders.append(*order);
        // Rows with equal values in the sorted column need a stable order: that of an index on it,
        // in the same direction.
        for (const int key : facts.primaryKey(sql)) {
            if (key != order->column)
                orders.append({key, order->order});
        }
    }
    return wrapStatement(plain, filters, orders, facts.columnNames(sql));
}

qsizetype QueryModelPrivate::wantedAtStart(bool viewsAskOn) const
{
    if (prefetch)
        return -1;
    if (purpose == Load::Replace)
        return fetchSize;
    // Views do not ask again for rows that have not arrived.
    if (!shown->isComplete() && wanted > rows.count())
        return wanted;
    // Views at the end do not call fetchMore() again, so more rows must be announced.
    return std::max<qsizetype>(rows.count(), fetchSize) + (viewsAskOn ? 0 : fetchSize);
}

void QueryModelPrivate::nextAdvanced()
{
    if (mustWait())
        return;
    if (comparison || readAgainIfOutdated(next))
        return;
    if (purpose == Load::Replace) {
        if (next->isActive() && next->rows().rowCount() == 0)
            return;
        if (replaceShown())
            shownAdvanced();
        return;
    }
    next->want(rows.count());
    if (!next->isSatisfied())
        return;
    if (const Error problem = next->takeError()) {
        facts.forgetTable();
        next.reset();
        fail(problem);
        return;
    }
    if (columnNames == namesOf(next->columns()))
        compareRows();
    else if (replaceShown())
        shownAdvanced();
}

/// Replaces the rows by those of next, or by none.
bool QueryModelPrivate::replaceShown()
{
    const Change change(this);
    q->beginResetModel();
    wanted = next ? next->wanted() : 0;
    elapsedBefore = next ? next->elapsed() : elapsed();
    random.clear();
    show(std::move(next));
    const qsizetype limit = wanted < 0 ? std::numeric_limits<int>::max() : wanted;
    const RowChunks read = shown ? shown->rows() : RowChunks();
    rows.reset(read, std::min(read.rowCount(), limit));
    q->endResetModel();
    return !change.isModelGone();
}

void QueryModelPrivate::show(ReaderPointer reader)
{
    shown = std::move(reader);
    setColumns(shown ? shown->columns() : QList<Column>());
    if (!shown)
        return;
    shown->disconnect();
    QObject::connect(shown.get(), &RowReader::advanced, q, [this] { shownAdvanced(); });
}

void QueryModelPrivate::randomRowsReplaced(const RandomAccessReader &reader)
{
    shown.reset();
    wanted = 0;
    rows.reset(RowChunks(), 0);
    setColumns(reader.columns());
}

void QueryModelPrivate::setColumns(const QList<Column> &newColumns)
{
    columns = newColumns;
    columnNames = namesOf(columns);
    const bool arePlain = startedPlain || random.isShown() || (shown && shown->isPaged());
    if (arePlain || facts.columns(startedSql).isEmpty())
        facts.setColumns(startedSql, columns);
}

void QueryModelPrivate::shownAdvanced()
{
    if (mustWait())
        return;
    if (readAgainIfOutdated(shown) || !grow())
        return;
    if (const Error problem = shown ? shown->takeError() : Error()) {
        facts.forgetTable();
        fail(problem);
    } else {
        publish();
    }
}

/// Returns whether all rows are read again, since the table has other columns.
bool QueryModelPrivate::readAgainIfOutdated(const ReaderPointer &reader)
{
    if (!reader || !reader->takeOutdated())
        return false;
    facts.doubtTable(reader->columns());
    schedule(reader == next ? purpose : Load::Refresh);
    return true;
}

/// Shows the rows that were read, up to the requested number.
bool QueryModelPrivate::grow()
{
    if (!shown || comparison)
        return true;
    const qsizetype limit = wanted < 0 ? std::numeric_limits<int>::max() : wanted;
    rows.addChunks(shown->rows());
    const qsizetype count = std::min(rows.knownCount(), limit);
    if (count <= rows.count())
        return true;
    const Change change(this);
    return rows.append(rows.count(), count - rows.count());
}

/// Views ask once, when they create the item of their last row. The answer must not be that there
/// are no more rows while this is unknown.
bool QueryModelPrivate::canFetchMore() const
{
    if (!shown || rows.count() >= std::numeric_limits<int>::max() - fetchSize)
        return false;
    const bool isReadAgain = (next || facts.isAsking()) && purpose == Load::Refresh;
    return (isReadAgain && !shown->isComplete()) || shown->isActive()
           || rows.count() < shown->rows().rowCount();
}

void QueryModelPrivate::fetchMore()
{
    if (!canFetchMore())
        return;
    const qsizetype more = rows.count() + fetchSize;
    if (wanted >= 0)
        wanted = std::max(wanted, more);
    if (purpose == Load::Refresh && nextWanted >= 0) {
        nextWanted = std::max(nextWanted, more);
        if (next)
            next->want(nextWanted);
    }
    shown->want(wanted);
    // The row that was read ahead is shown together with those behind it.
    if (shown->isPaged() && !shown->isSatisfied())
        publish();
    else
        shownAdvanced();
}

/// Does the work that was deferred to the end of a change.
void QueryModelPrivate::catchUp()
{
    const QPointer<QueryModel> guard(q);
    if (scheduled)
        startScheduled();
    else if (comparison)
        goOnComparing();
    else if (next)
        nextAdvanced();
    if (guard)
        random.catchUp();
    if (guard)
        shownAdvanced();
}

void QueryModelPrivate::compareRows()
{
    const qsizetype count = next->rows().rowCount();
    compare(std::make_unique<RowComparison>(
        RowComparison::Rows{shown->rows(), rows.count()},
        RowComparison::Rows{next->rows(),
                            next->wanted() < 0 ? count : std::min(count, next->wanted())},
        keyIndexes()));
}

/// Replaces the shown rows by those of next.
void QueryModelPrivate::refreshShown()
{
    {
        const Change change(this);
        const auto compared = std::move(comparison);
        ReaderPointer arrived = std::move(next);
        elapsedBefore = arrived->elapsed();
        wanted = arrived->wanted();
        if (!rows.carryOut(*compared))
            return;
        rows.adopt(*compared);
        show(std::move(arrived));
        if (!announceChanges(rows, *compared))
            return;
    }
    shownAdvanced();
}

QList<int> QueryModelPrivate::keyIndexes() const
{
    if (keyColumns.isEmpty())
        return facts.primaryKey(startedSql);
    QList<int> indexes;
    for (const QString &name : keyColumns) {
        const qsizetype index = columnNames.indexOf(name);
        if (index < 0)
            return {};
        indexes.append(static_cast<int>(index));
    }
    return indexes;
}

bool QueryModelPrivate::isLoading() const
{
    if (scheduled || facts.isAsking() || next || random.isLoading())
        return true;
    return shown && (wanted < 0 || rows.count() < wanted)
           && (shown->isActive() || rows.count() < shown->rows().rowCount());
}

bool QueryModelPrivate::isComplete() const
{
    if (random.isShown())
        return random.isExact();
    return shown && shown->isComplete() && rows.count() == shown->rows().rowCount();
}

QueryModelPrivate::Published QueryModelPrivate::toPublish() const
{
    Published now;
    now.columnNames = columnNames;
    now.count = count();
    now.elapsed = elapsed();
    now.error = error;
    now.complete = isComplete();
    now.paged = random.isShown() || (shown && shown->isPaged());
    now.progress = random.isShown() ? random.progress() : now.complete ? 1 : 0;
    now.loading = isLoading();
    return now;
}

void QueryModelPrivate::notify(Property property)
{
    const auto emitSignal = [this](Signal signal) {
        Q_EMIT(q->*signal)(QueryModel::QPrivateSignal());
    };
    switch (property) {
    case Property::ColumnNames:
        return emitSignal(&QueryModel::columnNamesChanged);
    case Property::Count:
        return emitSignal(&QueryModel::countChanged);
    case Property::Elapsed:
        return emitSignal(&QueryModel::elapsedChanged);
    case Property::Error:
        return emitSignal(&QueryModel::errorChanged);
    case Property::Complete:
        return emitSignal(&QueryModel::completeChanged);
    case Property::Loading:
        return emitSignal(&QueryModel::loadingChanged);
    case Property::Executor:
        return emitSignal(&QueryModel::executorChanged);
    case Property::Paged:
        return emitSignal(&QueryModel::pagedChanged);
    case Property::Progress:
        return emitSignal(&QueryModel::progressChanged);
    case Property::ReadOnly:
    case Property::PendingChanges:
    case Property::Submitting:
        break; // a QueryModel has none of these
    }
}

void QueryModelPrivate::notifyOfError(const Error &newError)
{
    Q_EMIT q->errorOccurred(newError, QueryModel::QPrivateSignal());
}

} // namespace AsyncMySql
