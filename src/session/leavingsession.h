// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "session.h"

#include <QtCore/qobject.h>

namespace AsyncMySql {

/// Completes a handshake that nobody needs any more, says COM_QUIT, and deletes itself and the
/// session. A server counts handshakes that are broken off, and in the end blocks the client
/// (max_connect_errors).
class LeavingSession : public QObject, private SessionListener
{
    Q_OBJECT

public:
    /// Takes over \a session, whose owner is not notified of anything any more. False if no
    /// handshake is in progress, or one that waits for an answer: it stays with its owner.
    [[nodiscard]] static bool take(Session *session, QObject *parent);

private:
    LeavingSession(Session *session, QObject *parent);

    void onReady() override { m_session->quit(); }
    void onExchangeFinished() override {}
    void onSessionEnded(Session::End, const Error &, const QString &) override { deleteLater(); }

    Session *const m_session;
};

} // namespace AsyncMySql
