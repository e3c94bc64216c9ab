// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include "cells.h"

#include <QtCore/qscopedvaluerollback.h>

#include <algorithm>
#include <limits>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

void QueryModelPrivate::changed(Signal signal)
{
    const QPointer<QueryModel> guard(q);
    Q_EMIT(q->*signal)(QueryModel::QPrivateSignal());
    if (guard)
        schedule(Purpose::Replace);
}

/// Several changes in one turn of the event loop start one statement.
void QueryModelPrivate::schedule(Purpose wantedPurpose)
{
    if (!scheduled) {
        QMetaObject::invokeMethod(
            q,
            [this] {
                if (scheduled)
                    start();
            },
            Qt::QueuedConnection);
    }
    scheduled = std::max(scheduled.value_or(wantedPurpose), wantedPurpose);
    publish();
}

void QueryModelPrivate::start()
{
    purpose = *std::exchange(scheduled, std::nullopt);
    // What was asked for before is not wanted any more, and would keep the new statement waiting.
    next.reset();
    if (shown)
        shown->stop();
    else
        purpose = Purpose::Replace;
    error = {};
    if (!executor || sql.trimmed().isEmpty()) {
        replaceShown();
        publish();
        return;
    }
    const WrappingResult bound = statement();
    if (const auto *problem = std::get_if<Error>(&bound)) {
        fail(*problem);
        return;
    }
    next.reset(new RowReader(executor, std::get<BoundStatement>(bound), {bufferLimit, false}));
    next->want(wantedAtStart());
    QObject::connect(next.get(), &RowReader::advanced, q, [this] { nextAdvanced(); });
    publish();
}

void QueryModelPrivate::stop()
{
    const bool wasActive = isLoading() || (shown && shown->isActive());
    scheduled.reset();
    next.reset();
    if (shown)
        shown->stop();
    if (wasActive)
        fail(Error(Error::Cancelled, u"Loading was cancelled"_s));
}

void QueryModelPrivate::setExecutor(Executor *newExecutor)
{
    QObject::disconnect(executorConnection);
    executor = newExecutor;
    if (executor) {
        executorConnection = QObject::connect(executor, &QObject::destroyed, q, [this] {
            const bool wasScheduled = scheduled.has_value();
            scheduled.reset();
            executor = nullptr;
            const QPointer<QueryModel> guard(q);
            if (wasScheduled)
                fail(Error(Error::ConnectionClosed, u"The executor was destroyed"_s));
            if (guard)
                Q_EMIT q->executorChanged(QueryModel::QPrivateSignal());
        });
    }
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
        // Rows that are equal in the sorted column keep an order, from one time to the next.
        for (const int key : isKnown ? knownKey : QList<int>()) {
            if (key != order->column)
                orders.append({key, Qt::AscendingOrder});
        }
    }
    return wrapStatement(plain, filters, orders, isKnown ? knownNames : QStringList());
}

qsizetype QueryModelPrivate::wantedAtStart() const
{
    if (prefetch)
        return -1;
    if (purpose == Purpose::Replace)
        return fetchSize;
    // Whoever has seen the end sees further rows there.
    return std::max<qsizetype>(visible, fetchSize) + (told.complete ? fetchSize : 0);
}

void QueryModelPrivate::nextAdvanced()
{
    if (purpose == Purpose::Replace) {
        if (next->isActive() && next->rows().rowCount() == 0)
            return;
        replaceShown();
        shownAdvanced();
        return;
    }
    next->want(visible);
    if (!next->isSatisfied())
        return;
    if (const Error problem = next->takeError()) {
        next.reset();
        fail(problem);
        return;
    }
    elapsed = next->elapsed();
    if (columnNames == namesOf(next->columns()))
        refreshShown();
    else
        replaceShown();
    shownAdvanced();
}

/// By what is next, or by nothing.
void QueryModelPrivate::replaceShown()
{
    const QScopedValueRollback<bool> guard(changing, true);
    q->beginResetModel();
    wanted = next ? next->wanted() : 0;
    shown = std::move(next);
    cachedIndex = -1;
    visible = 0;
    if (shown) {
        showColumns(*shown);
        elapsed = shown->elapsed();
        const qsizetype limit = wanted < 0 ? std::numeric_limits<int>::max() : wanted;
        visible = std::min(shown->rows().rowCount(), limit);
        shown->disconnect();
        QObject::connect(shown.get(), &RowReader::advanced, q, [this] { shownAdvanced(); });
    } else {
        columns.clear();
        columnNames.clear();
    }
    q->endResetModel();
}

void QueryModelPrivate::showColumns(const RowReader &reader)
{
    columns = reader.columns();
    columnNames = namesOf(columns);
    if (columns.isEmpty() || (knownSql == sql && knownNames == columnNames))
        return;
    knownSql = sql;
    knownNames = columnNames;
    knownKey.clear();
    for (int i = 0; i < columns.size(); ++i) {
        if (columns[i].isPrimaryKey())
            knownKey.append(i);
    }
}

void QueryModelPrivate::shownAdvanced()
{
    grow();
    if (const Error problem = shown ? shown->takeError() : Error())
        fail(problem);
    else
        publish();
}

/// Shows what has been read, as far as it is wanted.
void QueryModelPrivate::grow()
{
    if (!shown || changing)
        return;
    const qsizetype limit = wanted < 0 ? std::numeric_limits<int>::max() : wanted;
    const qsizetype count = std::min(shown->rows().rowCount(), limit);
    if (count <= visible)
        return;
    const QScopedValueRollback<bool> guard(changing, true);
    q->beginInsertRows({}, static_cast<int>(visible), static_cast<int>(count - 1));
    visible = count;
    q->endInsertRows();
}

bool QueryModelPrivate::canFetchMore() const
{
    return shown && !changing && visible < std::numeric_limits<int>::max() - fetchSize
           && (shown->isActive() || visible < shown->rows().rowCount());
}

void QueryModelPrivate::fetchMore()
{
    if (!canFetchMore())
        return;
    if (wanted >= 0)
        wanted = std::max(wanted, visible + fetchSize);
    shown->want(wanted);
    shownAdvanced();
}

bool QueryModelPrivate::isLoading() const
{
    return scheduled || next || (shown && shown->isActive() && (wanted < 0 || visible < wanted));
}

bool QueryModelPrivate::isComplete() const
{
    return shown && shown->isComplete() && visible == shown->rows().rowCount();
}

void QueryModelPrivate::fail(const Error &newError)
{
    error = newError;
    const QPointer<QueryModel> guard(q);
    publish();
    if (guard)
        Q_EMIT q->errorOccurred(newError, QueryModel::QPrivateSignal());
}

QueryModelPrivate::Published QueryModelPrivate::published() const
{
    return {isLoading(), isComplete(), visible, columnNames, elapsed, error};
}

void QueryModelPrivate::publish()
{
    const Published now = published();
    const Published before = std::exchange(told, now);
    const QPointer<QueryModel> guard(q);
    const auto tell = [&](bool changed, auto signal) {
        if (guard && changed)
            Q_EMIT(q->*signal)(QueryModel::QPrivateSignal());
    };
    tell(before.columnNames != now.columnNames, &QueryModel::columnNamesChanged);
    tell(before.count != now.count, &QueryModel::countChanged);
    tell(before.elapsed != now.elapsed, &QueryModel::elapsedChanged);
    tell(before.error != now.error, &QueryModel::errorChanged);
    tell(before.complete != now.complete, &QueryModel::completeChanged);
    tell(before.loading != now.loading, &QueryModel::loadingChanged);
}

} // namespace AsyncMySql
