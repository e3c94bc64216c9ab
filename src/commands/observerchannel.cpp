// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "observerchannel.h"

#include "workbudget.h"

#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qmetaobject.h>

#include <utility>

namespace AsyncMySql {

namespace {

/// Calls the function of the observer that is there for the event.
struct Caller
{
    void operator()(const Observer::Operation &operation) { observer.operationEnded(operation); }
    void operator()(const Observer::ConnectAttempt &attempt) { observer.connectEnded(attempt); }
    void operator()(const Observer::PoolWait &wait) { observer.poolWaitEnded(wait); }
    void operator()(const Observer::PoolUse &use) { observer.poolUseEnded(use); }

    Observer &observer;
};

} // namespace

void ObserverChannel::setObserver(std::shared_ptr<Observer> observer)
{
    m_events.clear();
    m_observer = std::move(observer);
}

void ObserverChannel::setEndpoint(const ConnectionOptions &options)
{
    m_endpoint = {};
    m_endpoint.localSocketName = options.localSocketName();
    if (m_endpoint.localSocketName.isEmpty()) {
        m_endpoint.host = options.host();
        m_endpoint.port = options.port();
    }
    m_endpoint.database = options.database();
}

void ObserverChannel::report(Event event)
{
    if (!m_observer)
        return;
    m_events.push_back(std::move(event));
    requestDelivery();
}

void ObserverChannel::requestDelivery()
{
    if (m_isRequested || !m_context)
        return;
    m_isRequested = true;
    QMetaObject::invokeMethod(
        m_context,
        [self = weak_from_this()] {
            const std::shared_ptr<ObserverChannel> channel = self.lock();
            if (!channel)
                return;
            channel->m_isRequested = false;
            channel->deliver(true);
        },
        Qt::QueuedConnection);
}

void ObserverChannel::deliverNow()
{
    deliver(false);
}

void ObserverChannel::deliver(bool withinBudget)
{
    // The last reference can go in a call of the observer.
    const std::shared_ptr<ObserverChannel> self = shared_from_this();
    WorkBudget budget;
    // What the calls lead to has its own turn.
    for (size_t rest = m_events.size(); rest > 0 && !m_events.empty(); --rest) {
        const Event event = std::move(m_events.front());
        m_events.pop_front();
        // It may be replaced by what it does.
        const std::shared_ptr<Observer> observer = m_observer;
        std::visit(Caller{*observer}, event);
        if (withinBudget && budget.isSpent())
            break;
    }
    if (!m_events.empty())
        requestDelivery();
}

} // namespace AsyncMySql
