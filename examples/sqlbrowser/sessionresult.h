// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/QueryModel>

#include <QtCore/QPointer>

class ServerSession;

/// The rows of a statement of a session, loaded as they are scrolled to. Before the session can
/// execute anything else the other rows are read, or the statement is ended.
class SessionResult : public AsyncMySql::QueryModel
{
    Q_OBJECT

public:
    SessionResult(ServerSession *session, const QString &sql, QObject *parent = nullptr);

    ServerSession *session() const { return m_session; }
    /// Whether the statement waits, runs or has unread rows.
    bool isOpen() const;
    /// Reads all rows. What is larger than the limits is ended there: see isCut().
    void readToEnd();
    /// Ends the statement. The rows that are there stay.
    void end();
    /// The statement was ended by readToEnd(), and has more rows than are here.
    bool isCut() const { return m_isCut; }

    /// How much readToEnd() reads: a million rows, and 256 MiB of values.
    static void setLimits(int rows, qint64 bytes);

Q_SIGNALS:
    /// The session can be used by others.
    void closed();

private:
    void update();
    void readOn();
    void measure();

    QPointer<ServerSession> m_session;
    bool m_readsOn = false;
    bool m_isReadOnScheduled = false;
    bool m_isEnded = false;
    bool m_isCut = false;
    bool m_wasOpen = true;
    int m_measuredRows = 0;
    qint64 m_measuredBytes = 0;
};
