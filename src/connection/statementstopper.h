// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "querykiller.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <optional>

namespace AsyncMySql {

/// The whole course of stopping the statement that a session runs, from the kill to the moment at
/// which the session may be used again.
///
/// A kill can fall between two commands of one job, and has no effect then; MySQL, for one, goes on
/// with the next statement of a text when SELECT SLEEP() was stopped. So it is repeated until the
/// statement has ended.
///
/// A kill that comes too late waits in the session for the next statement. So while isBusy()
/// nothing may be sent in that session, and when needsAbsorber() a statement has to follow that is
/// there to be hit: it makes no difference whether it is.
class StatementStopper : public QObject
{
    Q_OBJECT

public:
    struct Target
    {
        SessionSettings samePeer;
        SessionTraits session;
        /// How long the kill may take.
        std::chrono::milliseconds timeout{0};
    };

    explicit StatementStopper(QObject *parent = nullptr);

    /// The kill is sent after \a delay, unless the statement has ended by then. It may take
    /// \a grace from now on.
    void stop(Target target, std::chrono::milliseconds grace, std::chrono::milliseconds delay);
    /// The statement has been answered.
    void statementEnded();
    /// The session is gone, and whatever was meant for it.
    void reset();

    bool isBusy() const { return m_isKilling || (m_target && !m_killer); }
    bool needsAbsorber() const { return m_needsAbsorber; }
    void absorberSent() { m_needsAbsorber = false; }

Q_SIGNALS:
    /// A kill is about to be sent, be it the first one or another.
    void killing();
    /// Not busy any more: the server has confirmed the kill (needsAbsorber()), or it was not sent.
    void settled();
    /// The session has to be dropped: the statement did not stop in time, or a kill may still be on
    /// its way.
    void failed(const QString &reason);

private:
    void kill();
    void endKiller();
    void onKillFinished(QueryKiller::Outcome outcome);

    /// Until the statement has ended, or the first kill was sent.
    std::optional<Target> m_target;
    /// Until the statement has ended.
    QueryKiller *m_killer = nullptr;
    bool m_isKilling = false;
    QTimer m_grace;
    /// Until the next kill.
    QTimer m_pause;
    bool m_needsAbsorber = false;
};

} // namespace AsyncMySql
