// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionkeeper.h"

#include "commandpayloads.h"
#include "errorconversion.h"
#include "peerdetection.h"
#include "queryexchange.h"
#include "servererrors.h"
#include "sessionsettings.h"
#include "textcodec.h"

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

SessionKeeper::SessionKeeper(const SessionSetup *setup, QObject *parent)
    : QObject(parent)
    , m_setup(setup)
    , m_reactionTimer(this)
{
    m_reactionTimer.setSingleShot(true);
    connect(&m_reactionTimer, &QTimer::timeout, this, &SessionKeeper::onReactionOverdue);
}

void SessionKeeper::open(const ConnectionOptions &options)
{
    Q_ASSERT(!m_session);
    m_phase = Phase::Opening;
    m_keepsTicket = true;
    m_connectTimeout = options.connectTimeout();
    m_closeTimeout = m_connectTimeout.count() > 0 ? m_connectTimeout : options.responseTimeout();
    m_session = new Session(sessionSettings(options, m_setup->database(), m_ticket), this);
    connect(m_session, &Session::transportOpened, this, &SessionKeeper::authenticating);
    connect(m_session, &Session::ready, this, &SessionKeeper::setUp);
    connect(m_session, &Session::exchangeFinished, this, &SessionKeeper::onExchangeFinished);
    connect(m_session, &Session::exchangeProgressed, this, &SessionKeeper::onExchangeProgressed);
    connect(m_session, &Session::ended, this, &SessionKeeper::onEnded);
    expectReactionWithin(m_connectTimeout);
    m_session->open();
}

/// Without a limit if that is 0.
void SessionKeeper::expectReactionWithin(std::chrono::milliseconds time)
{
    m_reactionTime = time;
    if (time.count() > 0)
        m_reactionTimer.start(time);
    else
        m_reactionTimer.stop();
}

void SessionKeeper::setUpAgain()
{
    expectReactionWithin(m_connectTimeout);
    setUp();
}

void SessionKeeper::setUp()
{
    m_phase = Phase::SettingUp;
    m_session->setPeer(SessionState::Peer::Unknown);
    SessionSetup::Statements setup = m_setup->statements(m_session->state());
    if (setup.error) {
        drop(setup.error);
        return;
    }
    m_setupSteps = setup.steps;
    // The server tells of it, too, unless it was told not to.
    m_session->setTimeZone(m_setup->timeZone());
    continueSetup();
}

void SessionKeeper::continueSetup()
{
    if (m_setupSteps.isEmpty()) {
        m_phase = Phase::Ready;
        m_reactionTimer.stop();
        Q_EMIT ready();
        return;
    }
    const Protocol::Capabilities capabilities = m_session->state().capabilities;
    const SessionSetup::Step &step = m_setupSteps.constFirst();
    QByteArray sql = step.sql;
    // A statement before may have changed it.
    if (const auto error = Protocol::encodeText(&sql, m_session->state().characterSet)) {
        drop(Error(Error::InvalidOptions,
                   u"Cannot set up the session, %1: %2"_s.arg(step.what, error->message)));
        return;
    }
    m_setupExchange = std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(sql, capabilities), capabilities);
    if (m_session->start(m_setupExchange))
        m_session->flush();
}

bool SessionKeeper::start(std::shared_ptr<Protocol::Exchange> exchange,
                          std::chrono::milliseconds answerWithin)
{
    Q_ASSERT(m_phase == Phase::Ready);
    if (!m_session->start(std::move(exchange))) {
        // The rest of what came must not be awaited for ever.
        if (!m_reactionTimer.isActive())
            expectReactionWithin(m_connectTimeout);
        return false;
    }
    expectReactionWithin(answerWithin);
    return true;
}

void SessionKeeper::flush()
{
    if (m_session)
        m_session->flush();
}

void SessionKeeper::resume()
{
    if (m_session)
        m_session->resume();
}

void SessionKeeper::onExchangeProgressed()
{
    if (m_phase == Phase::Ready)
        Q_EMIT exchangeProgressed();
}

void SessionKeeper::onExchangeFinished()
{
    if (m_phase != Phase::SettingUp) {
        m_reactionTimer.stop();
        Q_EMIT exchangeFinished();
        return;
    }
    const std::shared_ptr<Protocol::Exchange> exchange = std::exchange(m_setupExchange, {});
    const SessionSetup::Step step = m_setupSteps.takeFirst();
    const Protocol::Failure &failure = exchange->failure();
    if (step.asksForPeer) {
        const PeerDetection::Answer answer = PeerDetection::answerOf(
            m_session->state(), static_cast<Protocol::ResultExchange &>(*exchange));
        m_session->setPeer(answer.peer);
        m_session->setPacketLimit(answer.packetLimit);
        if (!endsSession(failure)) {
            continueSetup();
            return;
        }
    }
    if (failure.serverError() == Protocol::CommonServerError::UnknownSystemVariable
        && !step.plainSql.isEmpty()) {
        m_setupSteps.prepend({step.plainSql, step.what, {}, step.setsCharacterSet});
    } else if (failure) {
        Error error = errorFromFailure(failure, m_session->peerName());
        error.setMessage(u"Cannot set up the session, %1: %2"_s.arg(step.what, error.message()));
        drop(error);
        return;
    } else if (step.setsCharacterSet) {
        m_session->setUtf8();
    }
    continueSetup();
}

void SessionKeeper::close()
{
    Q_ASSERT(m_phase == Phase::Ready);
    m_phase = Phase::Closing;
    expectReactionWithin(m_closeTimeout);
    m_session->quit();
}

void SessionKeeper::drop(const Error &error)
{
    if (m_session)
        onEnded(error, error.message());
}

void SessionKeeper::onEnded(const Error &error, const QString &reason)
{
    const Phase phase = m_phase;
    release();
    switch (phase) {
    case Phase::Opening:
    case Phase::SettingUp:
        Q_EMIT openFailed(error ? error : Error(Error::ConnectionLost, reason));
        return;
    case Phase::Ready:
        Q_EMIT lost(error, reason);
        return;
    case Phase::Closing:
        Q_EMIT closed();
        return;
    case Phase::None:
        return;
    }
}

void SessionKeeper::release()
{
    m_phase = Phase::None;
    m_reactionTimer.stop();
    m_setupSteps.clear();
    m_setupExchange.reset();
    if (!m_session)
        return;
    if (const QByteArray ticket = m_session->sessionTicket(); m_keepsTicket && !ticket.isEmpty())
        m_ticket = ticket;
    m_session->disconnect(this);
    m_session->abort();
    // Its signal may be what brought us here.
    m_session->deleteLater();
    m_session = nullptr;
}

void SessionKeeper::forgetTicket()
{
    m_ticket.clear();
    m_keepsTicket = false;
}

void SessionKeeper::onReactionOverdue()
{
    const QString peer = m_session->peerName();
    const QString seconds = QString::number(static_cast<double>(m_reactionTime.count()) / 1000);
    if (m_phase == Phase::Opening || m_phase == Phase::SettingUp) {
        drop(Error(Error::ConnectTimeout,
                   u"No connection to %1 within %2 s (connectTimeout)"_s.arg(peer, seconds)));
    } else {
        drop(Error(Error::ConnectionLost,
                   u"The server %1 did not answer within %2 s"_s.arg(peer, seconds)));
    }
}

} // namespace AsyncMySql
