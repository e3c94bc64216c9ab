// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sameserverproof.h"
#include "session.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <memory>
#include <optional>

namespace AsyncMySql {

namespace Protocol {
class QueryExchange;
}

/// Stops the statement that another session runs: KILL QUERY over a side connection to the same
/// server (MySQL knows no other way), which is proven to be the same before anything is sent.
///
/// A kill can arrive after the statement has ended, and then hits whatever that session runs next
/// (MySQL bug 45679). So the outcome says whether a kill may still be on its way; what drives the
/// session must not send anything before it has arrived. The side connection stays open for more
/// kills, until it is destroyed.
class QueryKiller : public QObject, private SessionListener
{
    Q_OBJECT

public:
    enum class Outcome {
        Settled,     ///< the server has answered: the kill has reached the session, or never will
        NotSent,     ///< no kill was sent
        OtherServer, ///< nor was this: it is not proven that it is the same server
        Unknown,     ///< a kill was sent and not answered: it may arrive at any time
    };

    QueryKiller(const SessionSettings &settings, const SessionTraits &victim,
                std::chrono::milliseconds timeout, QObject *parent = nullptr);

    /// Connects, proves, and kills.
    virtual void start();
    /// Once more: when killFinished() has come.
    virtual void kill();
    /// Closes the side connection in an orderly way, if it can be. No signal follows.
    virtual void quit();

Q_SIGNALS:
    /// Once for each kill, from the event loop.
    void killFinished(AsyncMySql::QueryKiller::Outcome outcome);

private:
    void onReady() override;
    void onExchangeFinished() override;
    void onSessionEnded(Session::End end, const Error &error, const QString &reason) override;
    void prove();
    bool send(const QByteArray &sql);
    void finishLater(Outcome outcome);
    void finish(Outcome outcome);

    Session m_session;
    SessionTraits m_victim;
    /// Until it is known.
    std::optional<SameServerProof> m_proof;
    std::shared_ptr<Protocol::QueryExchange> m_exchange;
    QTimer m_timer;
    bool m_isSent = false;
    bool m_isFinished = false;
};

} // namespace AsyncMySql
