// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "querykiller.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>

namespace AsyncMySql {

/// The whole course of stopping the statement that a session runs, from the kill to the moment at
/// which the session may be used again.
///
/// A kill that comes too late waits in the session for the next statement. So while isBusy()
/// nothing may be sent in that session, and when needsAbsorber() a statement has to follow that is
/// there to be hit: it makes no difference whether it is.
class StatementStopper : public QObject
{
    Q_OBJECT

public:
    explicit StatementStopper(QObject *parent = nullptr);

    void stop(const SessionSettings &samePeer, quint64 connectionId,
              std::chrono::milliseconds killTimeout, std::chrono::milliseconds grace);
    /// The statement has been answered.
    void statementEnded() { m_grace.stop(); }
    /// The session is gone, and whatever was meant for it.
    void reset();

    bool isBusy() const { return m_killer != nullptr; }
    bool needsAbsorber() const { return m_needsAbsorber; }
    void absorberSent() { m_needsAbsorber = false; }

Q_SIGNALS:
    /// Not busy any more.
    void settled();
    /// The session has to be dropped: the statement did not stop in time, or a kill may still be on
    /// its way.
    void failed(const QString &reason);

private:
    void onKillerFinished(QueryKiller::Outcome outcome);

    QueryKiller *m_killer = nullptr;
    QTimer m_grace;
    bool m_needsAbsorber = false;
};

} // namespace AsyncMySql
