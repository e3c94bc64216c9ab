// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionengine.h"
#include "jobfactory.h"

#include <AsyncMySql/connection.h>

#include <QtCore/qlist.h>

namespace AsyncMySql {

/// What a Connection shows of its engine. The engine speaks in the middle of its work; the
/// connection's signals follow from the event loop, in the same order, when every field is updated
/// and slots may do anything.
class ConnectionPrivate
{
public:
    explicit ConnectionPrivate(Connection *connection);

    /// Tells of what changes with them.
    void optionsChanged();

    Connection *q;
    ConnectionEngine *engine;
    std::shared_ptr<JobFactory> factory;
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
    void note(Change::Kind kind, Connection::State state = {}, const Error &error = {});
    void schedulePublishing();
    void publish();
    void publish(const Change &change);
    void publishSession();

    QList<Change> m_changes;
    bool m_publishScheduled = false;
    /// -1 after a change that nobody listened to.
    int m_publishedPendingJobs = 0;
    /// From the published one, since then.
    bool m_havePendingJobsDiffered = false;
};

} // namespace AsyncMySql
