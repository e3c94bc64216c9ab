// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "session.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

/// Stops the statement that another session runs: KILL QUERY over a side connection to the same
/// server (MySQL knows no other way).
///
/// A kill can arrive after the statement has ended, and then hits whatever that session runs next
/// (MySQL bug 45679). So the outcome says whether a kill may still be on its way; who drives the
/// session must not send anything before it is there.
class QueryKiller : public QObject
{
    Q_OBJECT

public:
    enum class Outcome {
        Settled, ///< the server has answered: the kill has reached the session, or never will
        NotSent, ///< no kill was sent
        Unknown, ///< a kill was sent and not answered: it may arrive at any time
    };

    QueryKiller(const SessionSettings &settings, quint64 connectionId,
                std::chrono::milliseconds timeout, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    /// Exactly once, from the event loop.
    void finished(AsyncMySql::QueryKiller::Outcome outcome);

private:
    void finish(Outcome outcome);

    Session m_session;
    quint64 m_connectionId;
    QTimer m_timer;
    bool m_sent = false;
    bool m_finished = false;
};

} // namespace AsyncMySql
