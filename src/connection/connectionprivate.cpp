// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connection_p.h"

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

ConnectionPrivate::ConnectionPrivate(Connection *connection)
    : q(connection)
    , engine(new ConnectionEngine(connection))
    , factory(std::make_shared<JobFactory>(engine, &engine->notifier(), connection))
{
    using Kind = Change::Kind;
    QObject::connect(engine, &ConnectionEngine::stateChanged, q,
                     [this](Connection::State newState) { note(Kind::State, newState); });
    QObject::connect(engine, &ConnectionEngine::errorOccurred, q,
                     [this](const Error &error) { note(Kind::Error, {}, error); });
    QObject::connect(engine, &ConnectionEngine::pendingCommandsChanged, q,
                     [this] { note(Kind::PendingJobs); });
    QObject::connect(engine, &ConnectionEngine::reconnectAttemptChanged, q,
                     [this] { note(Kind::ReconnectAttempt); });
    QObject::connect(engine, &ConnectionEngine::nextReconnectChanged, q,
                     [this] { note(Kind::NextReconnect); });
    QObject::connect(engine, &ConnectionEngine::idleDisconnectChanged, q,
                     [this] { note(Kind::IdleDisconnect); });
    QObject::connect(engine, &ConnectionEngine::sessionStateChanged, q,
                     [this] { note(Kind::Session); });
    QObject::connect(engine, &ConnectionEngine::isInTransactionChanged, q,
                     [this] { note(Kind::InTransaction); });
    QObject::connect(engine, &ConnectionEngine::blockingStatementChanged, q,
                     [this] { note(Kind::BlockingStatement); });
    QObject::connect(engine, &ConnectionEngine::sessionStateLost, q, [this](const QString &held) {
        m_changes.append({Kind::SessionStateLost, {}, {}, held});
        schedulePublishing();
    });
}

void ConnectionPrivate::optionsChanged()
{
    const QString before = std::exchange(database, engine->database());
    const QPointer<Connection> guard(q);
    Q_EMIT q->optionsChanged(Connection::QPrivateSignal());
    if (guard && database != before)
        Q_EMIT q->databaseChanged(database, Connection::QPrivateSignal());
}

void ConnectionPrivate::note(Change::Kind kind, Connection::State newState, const Error &error)
{
    using Kind = Change::Kind;
    if (!hasListener(kind)) {
        // What a later listener has read is not known.
        if (kind == Kind::PendingJobs)
            m_publishedPendingJobs = -1;
        return;
    }
    // Until it is published, a new listener can read what it is now: it needs the signal even if the
    // value is back by then at what the others know.
    if (kind == Kind::PendingJobs && !m_havePendingJobsDiffered)
        m_havePendingJobsDiffered = q->pendingJobs() != m_publishedPendingJobs;
    // States and errors are told one by one; of the rest only the last value counts.
    if (kind != Kind::State && kind != Kind::Error
        && std::any_of(m_changes.cbegin(), m_changes.cend(),
                       [kind](const Change &change) { return change.kind == kind; }))
        return;
    m_changes.append({kind, newState, error, {}});
    schedulePublishing();
}

void ConnectionPrivate::schedulePublishing()
{
    if (m_publishScheduled)
        return;
    m_publishScheduled = true;
    QMetaObject::invokeMethod(
        q, [this] { publish(); }, Qt::QueuedConnection);
}

/// These change with every job: an event for each is not worth it if nobody listens. The others also
/// keep the connection's own properties up to date.
bool ConnectionPrivate::hasListener(Change::Kind kind) const
{
    static const QMetaMethod pendingJobsChanged
        = QMetaMethod::fromSignal(&Connection::pendingJobsChanged);
    static const QMetaMethod idleDisconnectChanged
        = QMetaMethod::fromSignal(&Connection::idleDisconnectChanged);
    static const QMetaMethod isInTransactionChanged
        = QMetaMethod::fromSignal(&Connection::isInTransactionChanged);
    switch (kind) {
    case Change::Kind::PendingJobs:
        return q->isSignalConnected(pendingJobsChanged);
    case Change::Kind::IdleDisconnect:
        return q->isSignalConnected(idleDisconnectChanged);
    case Change::Kind::InTransaction:
        return q->isSignalConnected(isInTransactionChanged);
    default:
        return true;
    }
}

void ConnectionPrivate::publish()
{
    m_publishScheduled = false;
    const QPointer<Connection> guard(q);
    const QList<Change> changes = std::exchange(m_changes, {});
    for (const Change &change : changes) {
        publish(change);
        if (!guard)
            return;
    }
}

void ConnectionPrivate::publish(const Change &change)
{
    using Kind = Change::Kind;
    using PrivateSignal = Connection::QPrivateSignal;
    switch (change.kind) {
    case Kind::State:
        if (state == change.state)
            return;
        state = change.state;
        Q_EMIT q->stateChanged(state, PrivateSignal());
        return;
    case Kind::PendingJobs: {
        // The engine also reports jobs that only went from one of its queues to another.
        const int pending = q->pendingJobs();
        const bool haveDiffered = std::exchange(m_havePendingJobsDiffered, false);
        if (std::exchange(m_publishedPendingJobs, pending) != pending || haveDiffered)
            Q_EMIT q->pendingJobsChanged(pending, PrivateSignal());
        return;
    }
    case Kind::ReconnectAttempt:
        Q_EMIT q->reconnectAttemptChanged(q->reconnectAttempt(), PrivateSignal());
        return;
    case Kind::NextReconnect:
        Q_EMIT q->nextReconnectChanged(q->nextReconnect(), PrivateSignal());
        return;
    case Kind::IdleDisconnect:
        Q_EMIT q->idleDisconnectChanged(q->idleDisconnect(), PrivateSignal());
        return;
    case Kind::Session:
        publishSession();
        return;
    case Kind::InTransaction:
        Q_EMIT q->isInTransactionChanged(q->isInTransaction(), PrivateSignal());
        return;
    case Kind::BlockingStatement:
        if (blockingStatement == engine->blockingStatement())
            return;
        blockingStatement = engine->blockingStatement();
        Q_EMIT q->blockingStatementChanged(blockingStatement, PrivateSignal());
        return;
    case Kind::SessionStateLost:
        Q_EMIT q->sessionStateLost(change.lostState, PrivateSignal());
        return;
    case Kind::Error: {
        lastError = change.error;
        const QPointer<Connection> guard(q);
        Q_EMIT q->lastErrorChanged(change.error, PrivateSignal());
        if (guard)
            Q_EMIT q->errorOccurred(change.error, PrivateSignal());
        return;
    }
    }
}

void ConnectionPrivate::publishSession()
{
    const SessionState &now = engine->sessionState();
    const bool serverChanged
        = now.serverVersion != session.serverVersion || now.isMariaDb != session.isMariaDb
          || now.connectionId != session.connectionId || now.isEncrypted != session.isEncrypted
          || now.capabilities != session.capabilities || now.peer != session.peer;
    const QString newDatabase = engine->database();
    const bool databaseChanged = newDatabase != database;
    const bool gtidChanged = now.gtid != session.gtid;
    const bool variablesChanged = now.variables != session.variables;
    session = now;
    database = newDatabase;
    const QPointer<Connection> guard(q);
    if (serverChanged)
        Q_EMIT q->serverChanged(Connection::QPrivateSignal());
    if (guard && databaseChanged)
        Q_EMIT q->databaseChanged(newDatabase, Connection::QPrivateSignal());
    if (guard && gtidChanged)
        Q_EMIT q->lastGtidChanged(q->lastGtid(), Connection::QPrivateSignal());
    if (guard && variablesChanged)
        Q_EMIT q->trackedVariablesChanged(Connection::QPrivateSignal());
}

} // namespace AsyncMySql
