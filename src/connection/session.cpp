// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "commands.h"
#include "connectionerrors.h"
#include "errorpacket.h"
#include "logging.h"
#include "packetwriter.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qfuturewatcher.h>
#include <QtCore/qpromise.h>
#include <QtCore/qthreadpool.h>
#include <QtNetwork/qpassworddigestor.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using Protocol::FailureCode;

namespace {

/// The event loop gets its turn back after this long, however much has arrived. Input and
/// animations of a 60 Hz user interface need it every 16 ms.
constexpr qint64 WorkBudgetNanoseconds = 4'000'000;
/// Looking at the clock costs as much as a small packet does.
constexpr int PacketsBetweenClockChecks = 64;

constexpr quint8 ErrorHeader = 0xFF;

bool isError(QByteArrayView payload)
{
    return !payload.isEmpty() && static_cast<quint8>(payload[0]) == ErrorHeader;
}

} // namespace

Session::Session(SessionSettings settings, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_transport(Transport::createTransport(m_settings.transport))
    , m_reader(m_settings.limits)
    , m_continueTimer(this)
{
    using Transport::Transport;
    // A zero timer, not a posted event: those are delivered until none is left, so that work that
    // posts its own continuation would keep painting and timers away.
    m_continueTimer.setSingleShot(true);
    m_continueTimer.setInterval(0);
    connect(&m_continueTimer, &QTimer::timeout, this, [this] { processIncoming(true); });
    connect(m_transport.get(), &Transport::opened, this, &Session::onTransportOpened);
    connect(m_transport.get(), &Transport::secured, this, &Session::onTransportSecured);
    connect(m_transport.get(), &Transport::readyRead, this, [this] { processIncoming(true); });
    connect(m_transport.get(), &Transport::closed, this, &Session::onTransportClosed);
}

Session::~Session() = default;

void Session::open()
{
    Q_ASSERT(m_phase == Phase::Created);
    m_phase = Phase::Opening;
    qCDebug(lcConnection) << "Connecting to" << peerName();
    m_transport->open();
}

Error Session::start(std::shared_ptr<Protocol::Exchange> exchange)
{
    Q_ASSERT(isIdle());
    if (m_transportClosed)
        return Error(Error::ConnectionLost,
                     u"The server %1 has closed the connection"_s.arg(peerName()));
    // What came before the command cannot be its answer.
    if (!m_reader.isEmpty() || m_transport->bytesAvailable() > 0) {
        return Error(Error::ProtocolError,
                     u"The server %1 sent something that nobody asked for"_s.arg(peerName()));
    }
    m_exchange = std::move(exchange);
    m_sequence = 0;
    sendPayload(m_exchange->command());
    return {};
}

void Session::quit()
{
    if (m_phase != Phase::Ready || m_exchange) {
        abort();
        return;
    }
    m_phase = Phase::Quitting;
    m_sequence = 0;
    sendPayload(Protocol::quitCommand());
    m_transport->close();
}

void Session::abort()
{
    m_phase = Phase::Ended;
    m_exchange.reset();
    m_continueTimer.stop();
    m_transport->abort();
}

QString Session::peerName() const
{
    return m_transport->peerName();
}

SessionSettings Session::settingsForSamePeer() const
{
    SessionSettings settings = m_settings;
    settings.transport.address = m_transport->peerAddress();
    settings.handshake.database.clear();
    return settings;
}

QByteArray Session::sessionTicket() const
{
    return m_transport->sessionTicket();
}

void Session::onTransportOpened()
{
    m_phase = Phase::Handshake;
    m_handshake = std::make_unique<Protocol::Handshake>(m_settings.handshake, channelState());
    m_sequence = 0;
    Q_EMIT transportOpened();
}

void Session::onTransportSecured()
{
    if (m_phase != Phase::StartingTls)
        return;
    if (!m_reader.isEmpty()) {
        fail({FailureCode::ClearBytesBeforeTls,
              u"Bytes in clear arrived while TLS was started"_s,
              0,
              {}});
        return;
    }
    m_phase = Phase::Handshake;
    m_state.isEncrypted = true;
    followHandshake(m_handshake->tlsStarted(channelState()));
}

void Session::onTransportClosed(const Transport::TransportError &error)
{
    if (m_phase == Phase::Ended)
        return;
    m_transportClosed = true;
    // What arrived before the end still counts: an answer, or the server's reason.
    processIncoming(false);
    switch (m_phase) {
    case Phase::Ended:
        return;
    case Phase::Quitting:
        end({});
        return;
    case Phase::Ready:
        if (!m_exchange) {
            end({}, error.message);
            return;
        }
        break;
    default:
        break;
    }
    end(errorFromTransport(error));
}

/// Reads and handles what is there, until the budget is spent or nothing is left.
void Session::processIncoming(bool withinBudget)
{
    QElapsedTimer work;
    work.start();
    int packets = 0;
    while (acceptsPackets()) {
        Wire::Packet packet;
        switch (m_reader.next(&packet)) {
        case Wire::PacketReader::Status::Ready:
            handlePacket(packet);
            if (++packets % PacketsBetweenClockChecks != 0)
                continue;
            break;
        case Wire::PacketReader::Status::NeedMore: {
            if (m_transport->bytesAvailable() <= 0)
                return;
            const std::span<char> space = m_reader.prepare();
            const qint64 count = m_transport->read(space.data(), static_cast<qint64>(space.size()));
            if (count <= 0)
                return;
            m_reader.commit(count);
            break;
        }
        case Wire::PacketReader::Status::TooLarge:
            end(Error(Error::PacketTooLarge,
                      u"The server %1 sent a packet of more than %2 bytes (maximumPacketSize)"_s
                          .arg(peerName())
                          .arg(m_settings.limits.maximumPayload)));
            return;
        case Wire::PacketReader::Status::Malformed:
            fail({FailureCode::MalformedPacket,
                  u"The parts of a packet came out of order"_s,
                  0,
                  {}});
            return;
        }
        if (withinBudget && work.nsecsElapsed() >= WorkBudgetNanoseconds) {
            m_continueTimer.start();
            return;
        }
    }
    // While TLS is being started nothing may arrive in clear.
    if (m_phase == Phase::StartingTls && m_transport->bytesAvailable() > 0
        && !m_transport->isEncrypted())
        fail({FailureCode::ClearBytesBeforeTls,
              u"Bytes in clear arrived while TLS was started"_s,
              0,
              {}});
}

bool Session::acceptsPackets() const
{
    return m_phase == Phase::Handshake || m_phase == Phase::Ready;
}

void Session::handlePacket(const Wire::Packet &packet)
{
    if (m_phase == Phase::Ready && !m_exchange) {
        handleIdlePacket(packet);
        return;
    }
    // The handshake judges what an error may say before anybody has proven who he is.
    const bool forHandshake = m_phase == Phase::Handshake && isError(packet.payload);
    if (packet.firstSequence != m_sequence && !forHandshake) {
        handleOutOfOrderPacket(packet);
        return;
    }
    m_sequence = static_cast<quint8>(packet.lastSequence + 1);
    if (m_phase == Phase::Handshake)
        followHandshake(m_handshake->handlePacket(packet.payload));
    else
        handleExchangePacket(packet);
}

/// A server that gives up on a session says so in an error packet with whatever number it is at:
/// that one is worth reading. Any other packet out of order means that both sides disagree on what
/// the bytes are.
void Session::handleOutOfOrderPacket(const Wire::Packet &packet)
{
    if (isError(packet.payload)) {
        if (const std::optional<Protocol::ErrorPacket> error
            = Protocol::ErrorPacket::parse(packet.payload);
            error && error->isPlausible()) {
            fail({FailureCode::ServerError, error->message, error->number, error->sqlState});
            return;
        }
    }
    fail({FailureCode::UnexpectedPacket,
          u"A packet came out of order (number %1 instead of %2)"_s.arg(packet.firstSequence)
              .arg(m_sequence),
          0,
          {}});
}

/// Nobody asked for anything: a server may say why it closes an idle session, and nothing else.
void Session::handleIdlePacket(const Wire::Packet &packet)
{
    if (isError(packet.payload)) {
        if (const std::optional<Protocol::ErrorPacket> error
            = Protocol::ErrorPacket::parse(packet.payload)) {
            end({}, u"%1 (%2)"_s.arg(error->message).arg(error->number));
            return;
        }
    }
    fail({FailureCode::UnexpectedPacket,
          u"The server sent a packet that nobody asked for"_s,
          0,
          {}});
}

void Session::handleExchangePacket(const Wire::Packet &packet)
{
    switch (m_exchange->handlePacket(packet.payload, m_reader.block())) {
    case Protocol::Exchange::Progress::NeedPacket:
        return;
    case Protocol::Exchange::Progress::Finished:
        noteSession(*m_exchange);
        m_exchange.reset();
        Q_EMIT exchangeFinished();
        return;
    case Protocol::Exchange::Progress::Broken:
        fail(m_exchange->failure());
        return;
    }
}

void Session::followHandshake(Protocol::Handshake::Step step)
{
    using Step = Protocol::Handshake::Step;
    const QList<QByteArray> output = m_handshake->takeOutput();
    for (const QByteArray &payload : output)
        sendPayload(payload);

    switch (step) {
    case Step::NeedPacket:
        return;
    case Step::StartTls:
        startTls();
        return;
    case Step::DeriveKey:
        deriveKey();
        return;
    case Step::Finished:
        finishHandshake();
        return;
    case Step::Failed:
        fail(m_handshake->failure());
        return;
    }
}

void Session::startTls()
{
    // Bytes that were injected behind the greeting must not be taken for what comes over TLS.
    if (!m_reader.isEmpty() || m_transport->bytesAvailable() > 0) {
        fail({FailureCode::ClearBytesBeforeTls,
              u"The server sent more than its greeting before TLS was started"_s,
              0,
              {}});
        return;
    }
    m_phase = Phase::StartingTls;
    m_transport->startTls();
}

void Session::deriveKey()
{
    m_phase = Phase::DerivingKey;
    auto *watcher = new QFutureWatcher<QByteArray>(this);
    connect(watcher, &QFutureWatcher<QByteArray>::finished, this, [this, watcher] {
        watcher->deleteLater();
        if (m_phase != Phase::DerivingKey)
            return;
        m_phase = Phase::Handshake;
        followHandshake(m_handshake->keyDerived(watcher->result()));
        processIncoming(true);
    });
    auto promise = std::make_shared<QPromise<QByteArray>>();
    promise->start();
    watcher->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, derivation = m_handshake->keyDerivation()] {
        promise->addResult(QPasswordDigestor::deriveKeyPbkdf2(
            QCryptographicHash::Sha512, derivation.password, derivation.salt, derivation.iterations,
            static_cast<quint64>(derivation.keyLength)));
        promise->finish();
    });
}

void Session::finishHandshake()
{
    const Protocol::Greeting &greeting = m_handshake->greeting();
    m_state.capabilities = m_handshake->capabilities();
    m_state.status = m_handshake->ok().status;
    m_state.connectionId = greeting.connectionId;
    m_state.serverVersion = QString::fromUtf8(greeting.serverVersion);
    m_state.isMariaDb = greeting.isMariaDb;
    m_state.database = QString::fromUtf8(m_settings.handshake.database);
    m_state.authenticationPlugin = m_handshake->authenticationPlugin();
    noteSession(m_handshake->ok().sessionStateChanges);
    m_handshake.reset();
    m_phase = Phase::Ready;
    qCDebug(lcConnection) << "Connected to" << peerName() << "server" << m_state.serverVersion
                          << "connection" << m_state.connectionId << "authenticated by"
                          << m_state.authenticationPlugin;
    Q_EMIT ready();
}

void Session::noteSession(const Protocol::Exchange &exchange)
{
    if (exchange.status())
        m_state.status = *exchange.status();
    noteSession(exchange.sessionStateChanges());
}

void Session::noteSession(const QList<Protocol::SessionStateChange> &changes)
{
    using Type = Protocol::SessionStateChange::Type;
    for (const Protocol::SessionStateChange &change : changes) {
        if (change.type == Type::Schema)
            m_state.database = QString::fromUtf8(change.value);
        else if (change.type == Type::SystemVariable && change.name == "character_set_client")
            m_state.characterSet = change.value;
        else if (change.type == Type::SystemVariable && change.name == "connection_id")
            m_state.connectionId = change.value.toULongLong();
    }
}

void Session::sendPayload(QByteArrayView payload)
{
    QByteArray bytes;
    Wire::appendPacket(&bytes, payload, &m_sequence);
    m_transport->write(bytes);
}

Protocol::ChannelState Session::channelState() const
{
    Protocol::ChannelState channel;
    channel.local = m_transport->isLocal();
    channel.canStartTls = m_transport->canStartTls();
    channel.encrypted = m_transport->isEncrypted();
    channel.verified = m_transport->isVerified();
    channel.certificateDigest = m_transport->certificateDigest();
    return channel;
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
    m_phase = Phase::Ended;
    m_continueTimer.stop();
    m_exchange.reset();
    m_transport->abort();
    Q_EMIT ended(error, reason);
}

} // namespace AsyncMySql
