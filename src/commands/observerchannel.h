// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/observer.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <deque>
#include <memory>
#include <variant>

namespace AsyncMySql {

class ConnectionOptions;

/// The way to an Observer. What is reported comes in the middle of the engine's work; the observer
/// is called from the event loop, where it may do anything.
///
/// What a pool makes (engines, leases) has the channel of the pool.
class ObserverChannel : public std::enable_shared_from_this<ObserverChannel>
{
public:
    using Event = std::variant<Observer::Operation, Observer::ConnectAttempt, Observer::PoolWait,
                               Observer::PoolUse>;

    /// The observer is called in the thread of \a context, which can be moved to another one.
    explicit ObserverChannel(QObject *context)
        : m_context(context)
    {
    }
    Q_DISABLE_COPY_MOVE(ObserverChannel)

    const std::shared_ptr<Observer> &observer() const { return m_observer; }
    /// The old one is not called any more, also not for what has happened.
    void setObserver(std::shared_ptr<Observer> observer);
    /// Whether it makes sense to report anything.
    bool isObserved() const { return m_observer != nullptr; }

    /// What is reported without a session happens there.
    void setEndpoint(const ConnectionOptions &options);
    const Observer::Endpoint &endpoint() const { return m_endpoint; }

    void report(Event event);
    /// Calls the observer for all that has been reported: the event loop will not come to it any
    /// more.
    void deliverNow();

private:
    void requestDelivery();
    void deliver(bool withinBudget);

    QPointer<QObject> m_context;
    std::shared_ptr<Observer> m_observer;
    Observer::Endpoint m_endpoint;
    std::deque<Event> m_events;
    bool m_isRequested = false;
};

/// What is recorded of a command while it is observed.
struct CommandObservation
{
    std::shared_ptr<ObserverChannel> channel;
    /// The one that was set when the job was created: no other one hears of it.
    std::weak_ptr<Observer> observer;
    Observer::Operation operation;
};

} // namespace AsyncMySql
