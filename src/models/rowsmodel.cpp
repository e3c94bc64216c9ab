// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowsmodel_p.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

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
        fail(Error(Error::ConnectionClosed, u"The executor was destroyed"_s));
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
    publishOne(before.readOnly != now.readOnly, Property::ReadOnly);
    publishOne(before.count != now.count, Property::Count);
    publishOne(before.pendingChanges != now.pendingChanges, Property::PendingChanges);
    publishOne(before.elapsed != now.elapsed, Property::Elapsed);
    publishOne(before.error != now.error, Property::Error);
    publishOne(before.complete != now.complete, Property::Complete);
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
