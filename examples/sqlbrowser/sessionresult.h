// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/QueryModel>

#include <QtCore/QPointer>

#include <optional>
#include <utility>

class ServerSession;

/// The rows of a statement of a session, loaded while they are scrolled. Before the session
/// executes another statement, the remaining rows are read or the statement is ended.
class SessionResult : public AsyncMySql::QueryModel
{
    Q_OBJECT

public:
    SessionResult(ServerSession *session, const QString &sql, QObject *parent = nullptr);

    /// Executes the statement again, also in a new session if that was lost.
    void reload();
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    ServerSession *session() const { return m_session; }
    /// Whether the statement is queued, running or has unread rows.
    bool isOpen() const;
    /// Reads all rows up to the limits: see isCut().
    void readToEnd();
    /// Ends the statement. Rows that were read stay.
    void end();
    /// Whether readToEnd() has ended the statement before its last row.
    bool isCut() const { return m_isCut; }

    /// The limits of readToEnd(): a million rows and 256 MiB of values.
    static void setLimits(int rows, qint64 bytes);

Q_SIGNALS:
    /// Emitted when the session can be used by others.
    void closed();
    /// Emitted when there is no session in which to reload().
    void reloadFailed(const AsyncMySql::Error &error);

private:
    void takeSession();
    void update();
    void readOn();
    void measure();

    QPointer<ServerSession> m_session;
    /// What is done when there is a session.
    bool m_reloads = false;
    std::optional<std::pair<int, Qt::SortOrder>> m_sorts;
    bool m_readsOn = false;
    bool m_isReadOnScheduled = false;
    bool m_isEnded = false;
    bool m_isCut = false;
    bool m_wasOpen = true;
    int m_measuredRows = 0;
    qint64 m_measuredBytes = 0;
};
