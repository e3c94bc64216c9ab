// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "capabilitynegotiation.h"
#include "columnsetcache.h"
#include "commandpayloads.h"
#include "compression.h"
#include "credentialsource.h"
#include "errorconversion.h"
#include "logging.h"
#include "packetheader.h"
#include "unexpectedpacket.h"
#include "workbudget.h"

#include <QtCore/qtimer.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using Protocol::FailureCode;

Session::Session(SessionSettings settings, SessionListener *listener, const SessionSetup *setup,
                 QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_listener(listener)
    , m_transport(Transport::createTransport(m_settings.transport, this))
    , m_channel(m_transport.get(), m_settings.limits)
    , m_columnSets(Wire::makeRecycled<Protocol::ColumnSetCache>())
    // A zero timer, not a posted event: those are delivered until none is left, so that work that
    // posts its own continuation would keep painting and timers away.
    , m_continueTimer(this, [this] { goOn(); })
{
    m_transport->setListener(this);
    if (setup)
        m_initializer.emplace(setup);
}

Session::~Session() = default;

void Session::open()
{
    Q_ASSERT(m_phase == Phase::Created);
    m_phase = Phase::Opening;
    qCDebug(lcConnection) << "Connecting to" << peerName();
    expectReactionWithin(m_settings.connectTimeout);
    m_transport->open();
}

void Session::quit()
{
    if (!isIdle()) {
        if (m_phase == Phase::Ended)
            return;
        stop();
        m_phase = Phase::Quitting;
        // From the event loop: the owner is not to be called from inside its own call.
        QTimer::singleShot(0, this, [this] { end({}); });
        return;
    }
    m_phase = Phase::Quitting;
    expectReactionWithin(m_settings.closeTimeout);
    m_channel.write(Protocol::quitPayload(), Output::Kind::SilentCommand);
    flush();
    m_transport->close();
}

SessionTraits Session::traits() const
{
    return {m_state.connectionId, m_transport->localPort(), m_transport->isLocal(),
            m_settings.token};
}

SessionSettings Session::settingsForSamePeer() const
{
    SessionSettings settings = m_settings;
    settings.transport.address = m_transport->peerAddress();
    settings.handshake.database.clear();
    settings.handshake.canAsk = false;
    // Its owner has a limit for all that it does.
    settings.connectTimeout = settings.closeTimeout = {};
    return settings;
}

void Session::transportOpened()
{
    m_phase = Phase::Authenticating;
    m_authenticator.reset(new SessionAuthenticator(m_settings.handshake, m_transport.get(),
                                                   &m_channel, m_settings.credentials, this, this));
    m_listener->onTransportOpened();
}

void Session::authenticationContinued(SessionAuthenticator::Result result)
{
    if (!m_reactionTimer.isActive())
        expectReactionWithin(m_settings.connectTimeout);
    followAuthentication(result);
    processIncoming(true);
}

void Session::transportSecured()
{
    if (m_phase != Phase::Authenticating || !m_authenticator->isStartingTls())
        return;
    m_state.isEncrypted = true;
    followAuthentication(m_authenticator->tlsStarted());
}

void Session::followAuthentication(SessionAuthenticator::Result result)
{
    switch (result) {
    case SessionAuthenticator::Result::Pending:
        // How long a person takes is for the server to decide.
        if (m_authenticator->isAsking())
            m_reactionTimer.stop();
        return;
    case SessionAuthenticator::Result::Authenticated:
        begin();
        return;
    case SessionAuthenticator::Result::Failed:
        fail(m_authenticator->failure());
        return;
    }
}

void Session::begin()
{
    m_state.localPort = m_transport->localPort();
    if (m_transport->isLocal())
        m_state.localSocketName = m_settings.transport.localSocketName;
    m_state.database = QString::fromUtf8(m_settings.handshake.database);
    m_state.begin(m_authenticator->handshake());
    m_authenticator.reset();

    const auto compression = Protocol::agreedCompression(m_state.capabilities);
    const Protocol::Capabilities compressions
        = Protocol::Capability::Compress | Protocol::Capability::ZstdCompression;
    if (compression != Wire::CompressionAlgorithm::None) {
        m_channel.startCompressing(compression, m_settings.compressionLevel);
    } else if (m_settings.handshake.wantedCapabilities & compressions) {
        qCWarning(lcConnection) << "The server" << peerName()
                                << "does not offer the compression that was asked for";
    }
    qCDebug(lcConnection) << "Connected to" << peerName() << "server" << m_state.serverVersion
                          << "connection" << m_state.connectionId << "authenticated by"
                          << m_state.authenticationPlugin;
    m_phase = Phase::SettingUp;
    continueSetUp(m_initializer ? m_initializer->begin(&m_state) : SessionInitializer::Done());
}

void Session::setUpAgain()
{
    Q_ASSERT(m_initializer && isIdle());
    m_phase = Phase::SettingUp;
    expectReactionWithin(m_settings.connectTimeout);
    const SessionInitializer::Next next = m_initializer->beginAgain(&m_state);
    if (const auto *error = std::get_if<Error>(&next))
        QTimer::singleShot(0, this, [this, failure = *error] { end(failure); });
    else
        continueSetUp(next);
}

void Session::continueSetUp(const SessionInitializer::Next &next)
{
    if (const auto *error = std::get_if<Error>(&next)) {
        end(*error);
    } else if (const auto *exchange = std::get_if<SessionInitializer::ExchangePointer>(&next)) {
        if (start(*exchange))
            flush();
    } else {
        m_phase = Phase::Ready;
        m_reactionTimer.stop();
        m_listener->onReady();
    }
}

void Session::expectReactionWithin(std::chrono::milliseconds time)
{
    m_reactionTime = time;
    if (time.count() > 0)
        m_reactionTimer.start(static_cast<int>(time.count()), this);
    else
        m_reactionTimer.stop();
}

/// The server has not reacted within m_reactionTime: it has no other timer.
void Session::timerEvent(QTimerEvent *)
{
    m_reactionTimer.stop();
    const QString seconds = QString::number(static_cast<double>(m_reactionTime.count()) / 1000);
    if (m_phase < Phase::Ready) {
        end(Error(Error::ConnectTimeout,
                  u"No connection to %1 within %2 s (connectTimeout)"_s.arg(peerName(), seconds)));
    } else {
        end(Error(Error::ConnectionLost,
                  u"The server %1 did not answer within %2 s"_s.arg(peerName(), seconds)));
    }
}

// Receiving, and handing exchanges their answers

/// Reads and handles what is there, until the budget is spent or nothing is left.
void Session::processIncoming(bool withinBudget)
{
    // Looking at the clock costs as much as a small packet does.
    constexpr int packetsBetweenClockChecks = 64;
    WorkBudget budget;
    m_lookTime = budget.lastLook();
    int packets = 0;
    bool progressed = false;
    while (acceptsPackets()) {
        Wire::Packet packet;
        const Wire::PacketReader::Status status = m_channel.next(&packet);
        if (status == Wire::PacketReader::Status::Ready) {
            progressed = handlePacket(packet);
            if (++packets % packetsBetweenClockChecks != 0)
                continue;
        } else if (status != Wire::PacketReader::Status::NeedMore) {
            failToRead(status);
            break;
        } else if (!receive()) {
            break;
        }
        const bool isSpent = budget.isSpent();
        m_lookTime = budget.lastLook();
        if (withinBudget && isSpent) {
            m_continueTimer.start();
            break;
        }
    }
    if (m_phase == Phase::Authenticating) {
        followAuthentication(m_authenticator->checkInput());
        return;
    }
    if (!runsExchanges())
        return;
    sendOutput();
    bool finished = false;
    for (; hasFailedUnsent(); finished = true)
        finishExchange();
    if (!finished && progressed && m_phase == Phase::Ready && !m_exchanges.empty())
        m_listener->onExchangeProgressed();
}

void Session::failToRead(Wire::PacketReader::Status status)
{
    if (status == Wire::PacketReader::Status::TooLarge) {
        end(Error(Error::PacketTooLarge,
                  u"The server %1 sent a packet of more than %2 bytes (maximumPacketSize)"_s
                      .arg(peerName())
                      .arg(m_settings.limits.maximumPayload)));
    } else {
        fail(FailureCode::MalformedPacket, u"The parts of a packet arrived out of order"_s);
    }
}

/// Whether bytes have arrived.
bool Session::receive()
{
    const PacketChannel::Input input = m_channel.receive();
    if (input == PacketChannel::Input::Malformed)
        fail(FailureCode::MalformedPacket, m_channel.errorString());
    return input == PacketChannel::Input::Received;
}

bool Session::acceptsPackets() const
{
    if (runsExchanges())
        return m_exchanges.empty() || !m_exchanges.front()->isFull();
    return m_phase == Phase::Authenticating && m_authenticator->acceptsPackets();
}

/// Whether what has arrived waits until rows are taken.
bool Session::isHeldBack() const
{
    return runsExchanges() && !acceptsPackets();
}

void Session::goOn()
{
    processIncoming(true);
    if (m_endBehindRows && !m_continueTimer.isActive() && !isHeldBack())
        followTransportEnd(*std::exchange(m_endBehindRows, std::nullopt));
}

/// Whether it was for an exchange that is not through.
bool Session::handlePacket(const Wire::Packet &packet)
{
    if (!m_channel.awaitsAnswer()) {
        handleUnexpectedPacket(packet);
        return false;
    }
    const bool isAuthenticating = m_phase == Phase::Authenticating;
    // The handshake judges what an error may say before the peer is authenticated.
    if (!m_channel.isInOrder(packet)
        && !(isAuthenticating && Protocol::PacketHeader::isError(packet.payload))) {
        handleOutOfOrderPacket(packet);
        return false;
    }
    m_channel.acceptPacket(packet);
    if (isAuthenticating) {
        followAuthentication(m_authenticator->handlePacket(packet.payload));
        return false;
    }
    Protocol::Exchange &exchange = *m_exchanges.front();
    if (m_answerBegin == AnswerTimes::Clock::time_point() && !exchange.isPreparing())
        m_answerBegin = m_lookTime;
    switch (exchange.handlePacket(packet.payload, m_channel.block())) {
    case Protocol::Exchange::Progress::NeedPacket:
        if (m_exchanges.size() > 1 && !exchange.isWritten()) {
            // What was sent behind it would be taken for the file.
            fail(FailureCode::LocalInfileRefused,
                 u"The server requested a file of this machine (LOAD DATA LOCAL) for a "
                 "statement that does not need one"_s);
            return false;
        }
        return true;
    case Protocol::Exchange::Progress::AnswerComplete:
        m_channel.finishAnswer();
        return true;
    case Protocol::Exchange::Progress::Finished:
        m_channel.finishAnswer();
        finishExchange();
        return false;
    case Protocol::Exchange::Progress::Broken:
        fail(exchange.failure());
        return false;
    }
    return false;
}

void Session::handleOutOfOrderPacket(const Wire::Packet &packet)
{
    const Protocol::UnexpectedPacket unexpected(packet.payload, m_state.resultCharacterSet);
    if (unexpected.isServerError() && m_channel.precedesAnswer(packet)) {
        for (const auto &exchange : m_exchanges)
            exchange->setUnread();
    }
    fail(unexpected.failure(flavour(), u"A packet arrived out of order (number %1 instead of %2)"_s
                                           .arg(packet.firstSequence)
                                           .arg(m_channel.expectedNumber())));
}

/// No answer is awaited: a server may say why it closes the session, and nothing else. MariaDB does
/// so, for one, when a piece of a long value is larger than its max_allowed_packet.
void Session::handleUnexpectedPacket(const Wire::Packet &packet)
{
    const Protocol::UnexpectedPacket unexpected(packet.payload, m_state.resultCharacterSet);
    if (unexpected.error() && isIdle()) {
        end({}, u"%1 (%2)"_s.arg(unexpected.error()->message).arg(unexpected.error()->number));
        return;
    }
    fail(unexpected.failure(flavour(), u"The server sent an unexpected packet"_s));
}

void Session::finishExchange()
{
    const Protocol::Exchange &exchange = *m_exchanges.front();
    if (exchange.status())
        m_state.status = *exchange.status();
    m_state.update(exchange.sessionStateChanges());
    const bool hasFailed = static_cast<bool>(exchange.failure());
    m_exchanges.pop_front();
    if (m_exchanges.empty())
        m_largestCommand = 0;
    m_lastAnswer = {m_lastAnswer.end, std::exchange(m_answerBegin, {}), m_lookTime};
    if (m_phase == Phase::SettingUp) {
        const bool needsName = hasFailed || m_initializer->isAskingForRole();
        continueSetUp(m_initializer->answered(&m_state, needsName ? peerName() : QString()));
        return;
    }
    m_reactionTimer.stop();
    m_listener->onExchangeFinished();
}

// Sending what exchanges give

bool Session::start(std::shared_ptr<Protocol::Exchange> exchange,
                    std::chrono::milliseconds answerWithin)
{
    Q_ASSERT(canStart());
    if (isAtItsEnd()) {
        m_continueTimer.start();
        // The rest of what came must not be awaited for ever.
        if (!m_reactionTimer.isActive())
            expectReactionWithin(m_settings.connectTimeout);
        return false;
    }
    // Setting up has one limit for all its statements.
    if (m_phase == Phase::Ready)
        expectReactionWithin(answerWithin);
    exchange->setResultCharacterSet(m_state.resultCharacterSet);
    exchange->setServerFlavour(m_state.flavour);
    m_exchanges.push_back(std::move(exchange));
    takeOutput();
    return true;
}

/// Whether the server has closed the session or is about to, as far as that can be known. What came
/// before the command cannot be its answer. A server that closed the session while the program was
/// busy would not execute the command, and it could not be known that it did not.
bool Session::isAtItsEnd()
{
    return m_channel.isClosed() || (isIdle() && m_channel.looksForInput());
}

void Session::sendSilently(QByteArrayView command)
{
    Q_ASSERT(canStart());
    m_channel.write(command, Output::Kind::SilentCommand);
}

void Session::flush()
{
    const bool hasMore
        = runsExchanges() && !m_exchanges.empty() && !m_exchanges.back()->isWritten();
    if (!m_channel.flush(hasMore))
        m_continueTimer.start();
}

void Session::resume()
{
    if (!runsExchanges() || m_exchanges.empty())
        return;
    sendOutput();
    // From the event loop: the owner is not to be called from inside its own call.
    m_continueTimer.start();
}

/// Takes from the exchange that was started last what it has to send.
void Session::takeOutput()
{
    while (!m_channel.isOutputFull()) {
        std::optional<Output> output = m_exchanges.back()->nextOutput();
        if (!output) {
            if (hasFailedUnsent())
                m_continueTimer.start();
            return;
        }
        if (output->kind != Output::Kind::Continuation)
            m_largestCommand = std::max(m_largestCommand, output->payload.size());
        m_channel.write(output->payload, output->kind);
        if (m_channel.isFlushDue())
            flush();
        if (output->kind == Output::Kind::Command && m_exchanges.back()->isWritten())
            return;
    }
}

/// The same, once it can have more than it gave when it was started.
void Session::sendOutput()
{
    if (!runsExchanges() || m_exchanges.empty())
        return;
    takeOutput();
    flush();
}

/// Whether the exchange whose turn it is has found that it cannot be sent: no answer will come.
bool Session::hasFailedUnsent() const
{
    return runsExchanges() && !m_channel.awaitsAnswer() && !m_exchanges.empty()
           && m_exchanges.front()->failure();
}

// The end

void Session::followTransportEnd(const Transport::TransportError &error)
{
    if (m_phase == Phase::Ended)
        return;
    m_channel.setClosed();
    // What arrived before the end still counts: an answer, or the server's reason.
    processIncoming(false);
    if (isHeldBack()) {
        m_endBehindRows = error;
        return;
    }
    if (m_phase == Phase::Quitting)
        end({});
    else if (isIdle())
        end({}, error.message);
    else if (m_authenticator && m_authenticator->isAsking())
        end(Error(Error::ConnectionLost,
                  u"The server %1 closed the connection before its question was answered"_s.arg(
                      peerName())));
    else if (m_phase != Phase::Ended)
        end(errorFromTransport(error, m_channel.isInAnswer() ? 0 : m_largestCommand));
}

void Session::fail(const Protocol::Failure &failure)
{
    end(errorFromFailure(failure, peerName()));
}

void Session::end(const Error &error, const QString &reason)
{
    if (m_phase == Phase::Ended)
        return;
    if (error)
        qCDebug(lcConnection) << "Session with" << peerName() << "ended:" << error.message();
    const Phase phase = m_phase;
    stop();
    const QString why = error ? error.message() : reason;
    if (phase == Phase::Quitting)
        m_listener->onSessionEnded(End::Closed, {}, why);
    else if (phase == Phase::Ready)
        m_listener->onSessionEnded(End::Lost, error, why);
    else
        m_listener->onSessionEnded(End::OpenFailed,
                                   error ? error : Error(Error::ConnectionLost, why), why);
}

void Session::stop()
{
    m_phase = Phase::Ended;
    m_continueTimer.stop();
    m_reactionTimer.stop();
    m_exchanges.clear();
    m_channel.clear();
    if (m_authenticator)
        m_authenticator->cancel();
    m_transport->abort();
}

} // namespace AsyncMySql
