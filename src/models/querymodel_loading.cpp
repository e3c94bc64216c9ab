// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include "cells.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

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
    const bool replaces = !shown || ((next || learning) && purpose == Load::Replace);
    purpose = replaces ? Load::Replace : load;
    const bool wasAskedFor = std::exchange(isAskedFor, false);
    nextWanted = wantedAtStart(viewsAskOn);
    // The previous statement is obsolete and would delay the new one.
    forgetNext();
    if (learning && learning->sql() != sql)
        forgetLearning();
    if (shown)
        shown->stop();
    error = {};
    const bool hasSql = !sql.trimmed().isEmpty();
    if (hasSql && !executor && (wasAskedFor || executorIsLost)) {
        fail(Error(Error::ConnectionClosed, u"The model has no connection (executor)"_s));
        return;
    }
    if (!hasSql || !executor) {
        if (replaceShown())
            publish();
        return;
    }
    const WrappingResult bound = statement();
    if (const auto *problem = std::get_if<Error>(&bound)) {
        fail(*problem);
        return;
    }
    startedSql = sql;
    startedPlain = !order && filters.isEmpty();
    if (startedPlain || knownSql == sql)
        execute(std::get<BoundStatement>(bound));
    else
        learnColumns();
}

/// Prepares a statement that was never executed unchanged.
void QueryModelPrivate::learnColumns()
{
    if (!learning) {
        learning = executor->prepare(sql);
        QObject::connect(learning, &PreparedStatement::prepared, q, [this] {
            know(learning->columns());
            columnsLearnt();
        });
        QObject::connect(learning, &PreparedStatement::errorOccurred, q,
                         [this](const Error &problem) {
                             // Not every statement can be prepared: executing it reports the error.
                             if (problem.serverErrorNumber() != 0) {
                                 columnsLearnt();
                                 return;
                             }
                             forgetLearning();
                             if (!next && !scheduled)
                                 fail(problem);
                         });
    }
    publish();
}

void QueryModelPrivate::columnsLearnt()
{
    forgetLearning();
    // It may have been superseded by a statement that does not need this.
    if (next || scheduled || startedPlain || !executor)
        return;
    const WrappingResult bound = statement();
    if (const auto *problem = std::get_if<Error>(&bound))
        fail(*problem);
    else
        execute(std::get<BoundStatement>(bound));
}

void QueryModelPrivate::forgetLearning()
{
    if (!learning)
        return;
    learning->disconnect(q);
    learning->deleteLater();
    learning = nullptr;
}

void QueryModelPrivate::execute(const BoundStatement &bound)
{
    next.reset(new RowReader(executor, bound, {bufferLimit, false, false}));
    next->want(nextWanted);
    QObject::connect(next.get(), &RowReader::advanced, q, [this] { nextAdvanced(); });
    publish();
}

void QueryModelPrivate::forgetNext()
{
    comparison.reset();
    next.reset();
}

void QueryModelPrivate::stop()
{
    const bool wasActive = isLoading() || (shown && shown->isActive());
    scheduled.reset();
    isAskedFor = false;
    forgetNext();
    forgetLearning();
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
    const bool wasWaiting = scheduled || learning;
    scheduled.reset();
    isAskedFor = false;
    forgetLearning();
    executorIsLost = true;
    return wasWaiting;
}

WrappingResult QueryModelPrivate::statement() const
{
    const BoundStatement plain{sql, normalizedParameters(parameters)};
    if (!order && filters.isEmpty())
        return plain;
    const bool isKnown = knownSql == sql;
    QList<SqlOrder> orders;
    if (order) {
        orders.append(*order);
        // Rows with equal values in the sorted column need a stable order.
        for (const int key : isKnown ? knownKey : QList<int>()) {
            if (key != order->column)
                orders.append({key, Qt::AscendingOrder});
        }
    }
    return wrapStatement(plain, filters, orders, isKnown ? knownNames : QStringList());
}

qsizetype QueryModelPrivate::wantedAtStart(bool viewsAskOn) const
{
    if (prefetch)
        return -1;
    if (purpose == Load::Replace)
        return fetchSize;
    // Views at the end do not call fetchMore() again, so more rows must be announced.
    return std::max<qsizetype>(rows.count(), fetchSize) + (viewsAskOn ? 0 : fetchSize);
}

void QueryModelPrivate::nextAdvanced()
{
    if (mustWait())
        return;
    if (comparison)
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
    if (next)
        elapsed = next->elapsed();
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
    columns = shown ? shown->columns() : QList<Column>();
    columnNames = namesOf(columns);
    if (!shown)
        return;
    if (startedPlain || knownSql != startedSql)
        know(columns);
    shown->disconnect();
    QObject::connect(shown.get(), &RowReader::advanced, q, [this] { shownAdvanced(); });
}

void QueryModelPrivate::know(const QList<Column> &itsColumns)
{
    if (itsColumns.isEmpty())
        return;
    knownSql = startedSql;
    knownNames = namesOf(itsColumns);
    knownKey.clear();
    for (int i = 0; i < itsColumns.size(); ++i) {
        if (itsColumns[i].isPrimaryKey())
            knownKey.append(i);
    }
}

void QueryModelPrivate::shownAdvanced()
{
    if (mustWait())
        return;
    if (!grow())
        return;
    if (const Error problem = shown ? shown->takeError() : Error())
        fail(problem);
    else
        publish();
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
    const bool isReadAgain = (next || learning) && purpose == Load::Refresh;
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
        elapsed = arrived->elapsed();
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
        return knownSql == startedSql ? knownKey : QList<int>();
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
    if (scheduled || learning || next)
        return true;
    return shown && (wanted < 0 || rows.count() < wanted)
           && (shown->isActive() || rows.count() < shown->rows().rowCount());
}

bool QueryModelPrivate::isComplete() const
{
    return shown && shown->isComplete() && rows.count() == shown->rows().rowCount();
}

QueryModelPrivate::Published QueryModelPrivate::toPublish() const
{
    Published now;
    now.columnNames = columnNames;
    now.count = rows.count();
    now.elapsed = elapsed;
    now.error = error;
    now.complete = isComplete();
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
