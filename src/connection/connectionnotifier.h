// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessionstate.h"

#include <AsyncMySql/connection.h>
#include <AsyncMySql/error.h>

#include <QtCore/qlist.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

class ConnectionEngine;

/// What a Connection shows of its engine. The engine emits in the middle of its work; the
/// connection's signals follow from the event loop, in the same order, when every field is updated
/// and slots may do anything. Where no slot is connected, the fields may be updated at once.
class ConnectionNotifier
{
public:
    ConnectionNotifier(Connection *connection, ConnectionEngine *connectionEngine);

    /// A receiver was connected to \a signal of the connection. What changes with every job is not
    /// even looked at before that.
    void recordReceiver(const QMetaMethod &signal);
    /// Emits the signals of what changes with the options.
    void optionsChanged();

    Connection::State state = Connection::State::Unconnected;
    Error lastError;
    QString database;
    QString blockingStatement;
    SessionState session;

private:
    struct Change
    {
        enum class Kind {
            State,
            PendingJobs,
            ReconnectAttempt,
            NextReconnect,
            IdleDisconnect,
            Session,
            InTransaction,
            BlockingStatement,
            Error,
            SessionStateLost,
        };
        Kind kind;
        Connection::State state = Connection::State::Unconnected;
        AsyncMySql::Error error;
        QString lostState;
    };

    bool hasListener(Change::Kind kind) const;
    bool needsEvent(Change::Kind kind, Connection::State newState) const;
    void record(Change::Kind kind, Connection::State state = {}, const Error &error = {});
    void schedulePublishing();
    void publish();
    void publish(const Change &change);
    void publishSession();

    Connection *const m_connection;
    ConnectionEngine *const m_engine;
    QList<Change> m_changes;
    bool m_publishScheduled = false;
    bool m_followsPendingJobs = false;
    bool m_followsIdleDisconnect = false;
    /// -1 after a change for which no slot was connected.
    int m_publishedPendingJobs = 0;
    /// From the published one, since then.
    bool m_havePendingJobsDiffered = false;
};

} // namespace AsyncMySql
