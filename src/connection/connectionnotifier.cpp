// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionnotifier.h"

#include "connectionengine.h"

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <algorithm>
#include <array>
#include <utility>

namespace AsyncMySql {

ConnectionNotifier::ConnectionNotifier(Connection *connection, ConnectionEngine *connectionEngine)
    : m_connection(connection)
    , m_engine(connectionEngine)
{
    using Kind = Change::Kind;
    QObject::connect(m_engine, &ConnectionEngine::stateChanged, m_connection,
                     [this](Connection::State newState) { record(Kind::State, newState); });
    QObject::connect(m_engine, &ConnectionEngine::errorOccurred, m_connection,
                     [this](const Error &error) { record(Kind::Error, {}, error); });
    QObject::connect(m_engine, &ConnectionEngine::reconnectAttemptChanged, m_connection,
                     [this] { record(Kind::ReconnectAttempt); });
    QObject::connect(m_engine, &ConnectionEngine::nextReconnectChanged, m_connection,
                     [this] { record(Kind::NextReconnect); });
    QObject::connect(m_engine, &ConnectionEngine::sessionStateChanged, m_connection,
                     [this] { record(Kind::Session); });
    QObject::connect(m_engine, &ConnectionEngine::inTransactionChanged, m_connection,
                     [this] { record(Kind::InTransaction); });
    QObject::connect(m_engine, &ConnectionEngine::blockingStatementChanged, m_connection,
                     [this] { record(Kind::BlockingStatement); });
    QObject::connect(m_engine, &ConnectionEngine::sessionStateLost, m_connection,
                     [this](const QString &held) {
                         m_changes.append({Kind::SessionStateLost, {}, {}, held});
                         schedulePublishing();
                     });
}

void ConnectionNotifier::recordReceiver(const QMetaMethod &signal)
{
    using Kind = Change::Kind;
    static const QMetaMethod pendingJobsChanged
        = QMetaMethod::fromSignal(&Connection::pendingJobsChanged);
    static const QMetaMethod idleDisconnectChanged
        = QMetaMethod::fromSignal(&Connection::idleDisconnectChanged);
    if (signal == pendingJobsChanged && !std::exchange(m_followsPendingJobs, true)) {
        m_publishedPendingJobs = m_connection->pendingJobs();
        m_engine->followPendingCommands();
        QObject::connect(m_engine, &ConnectionEngine::pendingCommandsChanged, m_connection,
                         [this] { record(Kind::PendingJobs); });
    } else if (signal == idleDisconnectChanged && !std::exchange(m_followsIdleDisconnect, true)) {
        m_engine->followIdleDisconnect();
        QObject::connect(m_engine, &ConnectionEngine::idleDisconnectChanged, m_connection,
                         [this] { record(Kind::IdleDisconnect); });
    }
}

void ConnectionNotifier::optionsChanged()
{
    const QString before = std::exchange(database, m_engine->database());
    const QPointer<Connection> guard(m_connection);
    Q_EMIT m_connection->optionsChanged(Connection::QPrivateSignal());
    if (guard && database != before)
        Q_EMIT m_connection->databaseChanged(database, Connection::QPrivateSignal());
}

void ConnectionNotifier::record(Change::Kind kind, Connection::State newState, const Error &error)
{
    using Kind = Change::Kind;
    if (!hasListener(kind)) {
        // What a receiver that connects later has read is not known.
        if (kind == Kind::PendingJobs)
            m_publishedPendingJobs = -1;
        return;
    }
    // For nobody to see, no event is needed, of which a connect would have half a dozen.
    if (m_changes.isEmpty() && !needsEvent(kind, newState)) {
        publish({kind, newState, {}, {}});
        return;
    }
    // Until it is published, a new receiver can read what it is now: it needs the signal even if
    // the value is back by then at what the others know.
    if (kind == Kind::PendingJobs && !m_havePendingJobsDiffered)
        m_havePendingJobsDiffered = m_connection->pendingJobs() != m_publishedPendingJobs;
    // States and errors are published one by one; of the rest only the last value counts.
    if (kind != Kind::State && kind != Kind::Error
        && std::any_of(m_changes.cbegin(), m_changes.cend(),
                       [kind](const Change &change) { return change.kind == kind; }))
        return;
    m_changes.append({kind, newState, error, {}});
    schedulePublishing();
}

void ConnectionNotifier::schedulePublishing()
{
    m_engine->notifier().postpone();
    if (std::exchange(m_publishScheduled, true))
        return;
    QMetaObject::invokeMethod(
        m_connection, [this] { publish(); }, Qt::QueuedConnection);
}

/// These change with every job: an event for each is not worth it without a connected slot. The
/// others also keep the connection's own properties up to date.
bool ConnectionNotifier::hasListener(Change::Kind kind) const
{
    static const QMetaMethod pendingJobsChanged
        = QMetaMethod::fromSignal(&Connection::pendingJobsChanged);
    static const QMetaMethod idleDisconnectChanged
        = QMetaMethod::fromSignal(&Connection::idleDisconnectChanged);
    static const QMetaMethod inTransactionChanged
        = QMetaMethod::fromSignal(&Connection::inTransactionChanged);
    switch (kind) {
    case Change::Kind::PendingJobs:
        return m_connection->isSignalConnected(pendingJobsChanged);
    case Change::Kind::IdleDisconnect:
        return m_connection->isSignalConnected(idleDisconnectChanged);
    case Change::Kind::InTransaction:
        return m_connection->isSignalConnected(inTransactionChanged);
    default:
        return true;
    }
}

/// Whether a slot may be called when the change is published, or more of them come soon.
bool ConnectionNotifier::needsEvent(Change::Kind kind, Connection::State newState) const
{
    static const QMetaMethod stateChanged = QMetaMethod::fromSignal(&Connection::stateChanged);
    static const std::array<QMetaMethod, 4> ofSession = {
        QMetaMethod::fromSignal(&Connection::serverChanged),
        QMetaMethod::fromSignal(&Connection::databaseChanged),
        QMetaMethod::fromSignal(&Connection::lastGtidChanged),
        QMetaMethod::fromSignal(&Connection::trackedVariablesChanged),
    };
    switch (kind) {
    case Change::Kind::State:
        // With the end of a session comes what it means, unless that was asked for: who sees the
        // state has heard of that.
        return (newState == Connection::State::Unconnected && state != Connection::State::Closing)
               || newState == Connection::State::WaitingToReconnect
               || m_connection->isSignalConnected(stateChanged);
    case Change::Kind::Session:
        // What changes with every write is published once for many of them.
        if (m_engine->sessionState().connectionId == session.connectionId)
            return true;
        return std::any_of(ofSession.begin(), ofSession.end(), [this](const QMetaMethod &signal) {
            return m_connection->isSignalConnected(signal);
        });
    default:
        return true;
    }
}

void ConnectionNotifier::publish()
{
    m_publishScheduled = false;
    const QPointer<Connection> guard(m_connection);
    const QList<Change> changes = std::exchange(m_changes, {});
    for (const Change &change : changes) {
        publish(change);
        if (!guard)
            return;
    }
}

void ConnectionNotifier::publish(const Change &change)
{
    using Kind = Change::Kind;
    using PrivateSignal = Connection::QPrivateSignal;
    switch (change.kind) {
    case Kind::State:
        if (state == change.state)
            return;
        state = change.state;
        Q_EMIT m_connection->stateChanged(state, PrivateSignal());
        return;
    case Kind::PendingJobs: {
        // The engine also reports jobs that only went from one of its queues to another.
        const int pending = m_connection->pendingJobs();
        const bool haveDiffered = std::exchange(m_havePendingJobsDiffered, false);
        if (std::exchange(m_publishedPendingJobs, pending) != pending || haveDiffered)
            Q_EMIT m_connection->pendingJobsChanged(pending, PrivateSignal());
        return;
    }
    case Kind::ReconnectAttempt:
        Q_EMIT m_connection->reconnectAttemptChanged(m_connection->reconnectAttempt(),
                                                     PrivateSignal());
        return;
    case Kind::NextReconnect:
        Q_EMIT m_connection->nextReconnectChanged(m_connection->nextReconnect(), PrivateSignal());
        return;
    case Kind::IdleDisconnect:
        Q_EMIT m_connection->idleDisconnectChanged(m_connection->idleDisconnect(), PrivateSignal());
        return;
    case Kind::Session:
        publishSession();
        return;
    case Kind::InTransaction:
        Q_EMIT m_connection->inTransactionChanged(m_connection->isInTransaction(), PrivateSignal());
        return;
    case Kind::BlockingStatement:
        if (blockingStatement == m_engine->blockingStatement())
            return;
        blockingStatement = m_engine->blockingStatement();
        Q_EMIT m_connection->blockingStatementChanged(blockingStatement, PrivateSignal());
        return;
    case Kind::SessionStateLost:
        Q_EMIT m_connection->sessionStateLost(change.lostState, PrivateSignal());
        return;
    case Kind::Error: {
        lastError = change.error;
        const QPointer<Connection> guard(m_connection);
        Q_EMIT m_connection->lastErrorChanged(change.error, PrivateSignal());
        if (guard)
            Q_EMIT m_connection->errorOccurred(change.error, PrivateSignal());
        return;
    }
    }
}

void ConnectionNotifier::publishSession()
{
    const SessionState &now = m_engine->sessionState();
    const bool serverChanged
        = now.serverVersion != session.serverVersion || now.isMariaDb != session.isMariaDb
          || now.connectionId != session.connectionId || now.isEncrypted != session.isEncrypted
          || now.capabilities != session.capabilities || now.peer != session.peer;
    const QString newDatabase = m_engine->database();
    const bool databaseChanged = newDatabase != database;
    const bool gtidChanged = now.gtid != session.gtid;
    const bool variablesChanged = now.variables != session.variables;
    session = now;
    database = newDatabase;
    const QPointer<Connection> guard(m_connection);
    if (serverChanged)
        Q_EMIT m_connection->serverChanged(Connection::QPrivateSignal());
    if (guard && databaseChanged)
        Q_EMIT m_connection->databaseChanged(newDatabase, Connection::QPrivateSignal());
    if (guard && gtidChanged)
        Q_EMIT m_connection->lastGtidChanged(m_connection->lastGtid(),
                                             Connection::QPrivateSignal());
    if (guard && variablesChanged)
        Q_EMIT m_connection->trackedVariablesChanged(Connection::QPrivateSignal());
}

} // namespace AsyncMySql
