// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowsmodel_p.h"

#include <QtCore/qdeadlinetimer.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The limit for one turn of the event loop.
constexpr auto ComparingTime = 4ms;
/// The limit for a turn that has already done other work.
constexpr auto ShortComparingTime = 1ms;

} // namespace

RowsModelPrivate::~RowsModelPrivate()
{
    QObject::disconnect(m_executorConnection);
}

void RowsModelPrivate::schedule(Load load)
{
    if (!scheduled) {
        QMetaObject::invokeMethod(
            model, [this] { startScheduled(); }, Qt::QueuedConnection);
    }
    scheduled = std::max(scheduled.value_or(load), load);
    publish();
}

void RowsModelPrivate::startScheduled()
{
    if (scheduled && !mustWait())
        start(*std::exchange(scheduled, std::nullopt));
}

bool RowsModelPrivate::mustWait()
{
    m_catchesUp = m_catchesUp || isChanging();
    return isChanging();
}

void RowsModelPrivate::compare(std::unique_ptr<RowComparison> newComparison)
{
    comparison = std::move(newComparison);
    compareFor(ShortComparingTime);
}

void RowsModelPrivate::goOnComparing()
{
    compareFor(ComparingTime);
}

void RowsModelPrivate::compareFor(std::chrono::milliseconds time)
{
    const QDeadlineTimer timeIsUp(time, Qt::PreciseTimer);
    const QDeadlineTimer isLate(ShortComparingTime, Qt::PreciseTimer);
    bool goesOn = true;
    while (goesOn && !comparison->isDone()) {
        comparison->advance();
        // Work that cannot be divided, such as showing the rows, gets a separate turn.
        goesOn = !(comparison->isNextIndivisible() ? isLate : timeIsUp).hasExpired();
    }
    if (goesOn) {
        if (!mustWait())
            refreshShown();
        return;
    }
    if (std::exchange(m_goesOnComparing, true))
        return;
    QMetaObject::invokeMethod(
        model,
        [this] {
            m_goesOnComparing = false;
            if (comparison)
                goOnComparing();
        },
        Qt::QueuedConnection);
}

bool RowsModelPrivate::announceChanges(const ShownRows &rows, const RowComparison &compared)
{
    const QPointer<QAbstractTableModel> guard(model);
    const quint64 arrangement = rows.arrangement();
    // An editor is reset where its row is announced.
    const std::vector<RowComparison::RowRange> ranges
        = compared.areChangesJoined() ? compared.changedRowsWithout(rows.persistentRows())
                                      : compared.changedRows();
    for (const auto &[first, last] : ranges) {
        // A slot may move rows: then it is not known which are left.
        const bool isKnown = rows.arrangement() == arrangement;
        if (!isKnown && rows.count() == 0)
            break;
        const qsizetype begin = isKnown ? first : 0;
        const qsizetype end = isKnown ? last : rows.count() - 1;
        Q_EMIT model->dataChanged(model->index(static_cast<int>(begin), 0),
                                  model->index(static_cast<int>(end), model->columnCount() - 1));
        if (!guard)
            return false;
        if (!isKnown)
            break;
    }
    return true;
}

void RowsModelPrivate::setExecutor(Executor *newExecutor)
{
    QObject::disconnect(m_executorConnection);
    executor = newExecutor;
    if (executor) {
        m_executorConnection = QObject::connect(executor, &QObject::destroyed, model,
                                                [this] { executorDestroyed(); });
    }
}

void RowsModelPrivate::executorDestroyed()
{
    const bool wasWaiting = dropUnbegun();
    executor = nullptr;
    const QPointer<QAbstractTableModel> guard(model);
    if (wasWaiting)
        fail(Error(Error::ConnectionClosed,
                   u"The connection, transaction or lease was destroyed or released"_s));
    if (guard)
        notify(Property::Executor);
}

void RowsModelPrivate::fail(const Error &newError)
{
    error = newError;
    const QPointer<QAbstractTableModel> guard(model);
    publish();
    if (guard)
        notifyOfError(newError);
}

void RowsModelPrivate::publish()
{
    const Published now = toPublish();
    const Published before = std::exchange(published, now);
    const QPointer<QAbstractTableModel> guard(model);
    const auto publishOne = [&](bool isChanged, Property property) {
        if (guard && isChanged)
            notify(property);
    };
    publishOne(before.columnNames != now.columnNames, Property::ColumnNames);
    publishOne(before.paged != now.paged, Property::Paged);
    publishOne(before.readOnly != now.readOnly, Property::ReadOnly);
    publishOne(before.count != now.count, Property::Count);
    publishOne(before.pendingChanges != now.pendingChanges, Property::PendingChanges);
    publishOne(before.elapsed != now.elapsed, Property::Elapsed);
    publishOne(before.error != now.error, Property::Error);
    publishOne(before.complete != now.complete, Property::Complete);
    publishOne(!qFuzzyCompare(1 + before.progress, 1 + now.progress), Property::Progress);
    publishOne(before.submitting != now.submitting, Property::Submitting);
    publishOne(before.loading != now.loading, Property::Loading);
}

RowsModelPrivate::Change::Change(RowsModelPrivate *changed)
    : d(changed)
    , m_model(changed->model)
{
    ++d->m_changes;
}

RowsModelPrivate::Change::~Change()
{
    if (!m_model || --d->m_changes > 0 || !std::exchange(d->m_catchesUp, false))
        return;
    QMetaObject::invokeMethod(
        m_model, [d = d] { d->catchUp(); }, Qt::QueuedConnection);
}

} // namespace AsyncMySql
