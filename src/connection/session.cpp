// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "capabilitynegotiation.h"
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

/// With more than this on its way out nothing is taken from an exchange: what it reads from a
/// device need not lie in memory twice.
constexpr qint64 EnoughToWrite = 256 * 1024;

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
    connect(m_transport.get(), &Transport::allWritten, this, &Session::onAllWritten);
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
    Q_ASSERT(canStart());
    if (m_transportClosed)
        return Error(Error::ConnectionLost,
                     u"The server %1 has closed the connection"_s.arg(peerName()));
    // What came before the command cannot be its answer.
    if (isIdle() && hasUnreadBytes()) {
        return Error(Error::ProtocolError,
                     u"The server %1 sent something that nobody asked for"_s.arg(peerName()));
    }
    m_exchanges.push_back(std::move(exchange));
    takeOutput();
    return {};
}

void Session::sendSilently(QByteArrayView command)
{
    Q_ASSERT(canStart());
    quint8 sequence = 0;
    sendPayload(command, &sequence, Output::Kind::SilentCommand);
}

void Session::flush()
{
    if (m_compression) {
        QElapsedTimer work;
        work.start();
        while (m_compression->takeOutput(&m_output)) {
            if (work.nsecsElapsed() >= WorkBudgetNanoseconds) {
                m_continueTimer.start();
                break;
            }
        }
    }
    if (!m_output.isEmpty())
        m_transport->write(std::exchange(m_output, {}));
}

qint64 Session::bytesToSend() const
{
    return m_transport->bytesToWrite() + m_output.size()
           + (m_compression ? m_compression->pendingBytes() : 0);
}

bool Session::hasUnreadBytes() const
{
    return !m_reader.isEmpty() || m_transport->bytesAvailable() > 0
           || (m_compression && !m_compression->reader().isEmpty());
}

void Session::resume()
{
    if (m_phase != Phase::Ready || m_exchanges.empty())
        return;
    sendOutput();
    // From the event loop: the owner is not to be called from inside its own call.
    m_continueTimer.start();
}

/// Takes from the exchange that was started last what it has to send.
void Session::takeOutput()
{
    while (bytesToSend() < EnoughToWrite) {
        std::optional<Output> output = m_exchanges.back()->nextOutput();
        if (!output) {
            if (hasFailedUnsent())
                m_continueTimer.start();
            return;
        }
        send(*output);
    }
}

/// Whether the exchange whose turn it is has found that it cannot be sent: no answer will come.
bool Session::hasFailedUnsent() const
{
    return m_phase == Phase::Ready && m_answers.empty() && !m_exchanges.empty()
           && m_exchanges.front()->failure();
}

/// The same, once it can have more than it gave when it was started.
void Session::sendOutput()
{
    if (m_phase != Phase::Ready || m_exchanges.empty())
        return;
    takeOutput();
    flush();
}

void Session::send(const Output &output)
{
    if (output.kind == Output::Kind::Continuation) {
        Q_ASSERT(!m_answers.empty());
        sendPayload(output.payload, &m_answers.front(), output.kind);
        return;
    }
    quint8 sequence = 0;
    sendPayload(output.payload, &sequence, output.kind);
    if (output.kind == Output::Kind::Command)
        m_answers.push_back(sequence);
}

void Session::quit()
{
    if (!isIdle()) {
        abort();
        return;
    }
    m_phase = Phase::Quitting;
    quint8 sequence = 0;
    sendPayload(Protocol::quitCommand(), &sequence, Output::Kind::SilentCommand);
    flush();
    m_transport->close();
}

void Session::abort()
{
    m_phase = Phase::Ended;
    forgetExchanges();
    m_continueTimer.stop();
    m_transport->abort();
}

void Session::forgetExchanges()
{
    m_exchanges.clear();
    m_answers.clear();
    m_output.clear();
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
    m_handshakeSequence = 0;
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

void Session::onAllWritten()
{
    sendOutput();
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
        if (m_exchanges.empty()) {
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
    const bool progressed = handleIncoming(withinBudget);
    if (m_phase == Phase::Ready) {
        sendOutput();
        if (hasFailedUnsent())
            finishExchange();
        else if (progressed && !m_exchanges.empty())
            Q_EMIT exchangeProgressed();
        return;
    }
    // While TLS is being started nothing may arrive in clear.
    if (m_phase == Phase::StartingTls && m_transport->bytesAvailable() > 0
        && !m_transport->isEncrypted())
        fail({FailureCode::ClearBytesBeforeTls,
              u"Bytes in clear arrived while TLS was started"_s,
              0,
              {}});
}

/// Whether something came for an exchange that is not through.
bool Session::handleIncoming(bool withinBudget)
{
    QElapsedTimer work;
    work.start();
    int packets = 0;
    bool progressed = false;
    while (acceptsPackets()) {
        Wire::Packet packet;
        switch (m_reader.next(&packet)) {
        case Wire::PacketReader::Status::Ready:
            progressed = handlePacket(packet);
            if (++packets % PacketsBetweenClockChecks != 0)
                continue;
            break;
        case Wire::PacketReader::Status::NeedMore:
            if (receive() <= 0)
                return progressed;
            break;
        case Wire::PacketReader::Status::TooLarge:
            end(Error(Error::PacketTooLarge,
                      u"The server %1 sent a packet of more than %2 bytes (maximumPacketSize)"_s
                          .arg(peerName())
                          .arg(m_settings.limits.maximumPayload)));
            return false;
        case Wire::PacketReader::Status::Malformed:
            fail({FailureCode::MalformedPacket,
                  u"The parts of a packet came out of order"_s,
                  0,
                  {}});
            return false;
        }
        if (withinBudget && work.nsecsElapsed() >= WorkBudgetNanoseconds) {
            m_continueTimer.start();
            return progressed;
        }
    }
    return progressed;
}

/// Moves bytes that have arrived into the packet reader; nothing if there are none.
qint64 Session::receive()
{
    const std::span<char> space = m_reader.prepare();
    if (!m_compression) {
        if (m_transport->bytesAvailable() <= 0)
            return 0;
        const qint64 count = m_transport->read(space.data(), static_cast<qint64>(space.size()));
        if (count > 0)
            m_reader.commit(count);
        return count;
    }
    Wire::CompressedReader &inflater = m_compression->reader();
    for (;;) {
        qsizetype count = 0;
        switch (inflater.read(space, &count)) {
        case Wire::CompressedReader::Status::Ready:
            m_reader.commit(count);
            return count;
        case Wire::CompressedReader::Status::Malformed:
            fail({FailureCode::MalformedPacket, inflater.errorString(), 0, {}});
            return -1;
        case Wire::CompressedReader::Status::NeedMore:
            break;
        }
        if (m_transport->bytesAvailable() <= 0)
            return 0;
        const std::span<char> raw = inflater.prepare();
        const qint64 received = m_transport->read(raw.data(), static_cast<qint64>(raw.size()));
        if (received <= 0)
            return received;
        inflater.commit(received);
    }
}

/// With compression the numbers of the packets mean nothing, only those of the frames around them.
bool Session::isInOrder(const Wire::Packet &packet, quint8 expected) const
{
    return m_compression ? !m_compression->reader().isOutOfOrder()
                         : packet.firstSequence == expected;
}

void Session::finishAnswer()
{
    m_answers.pop_front();
    if (m_compression)
        m_compression->reader().finishAnswer();
}

bool Session::acceptsPackets() const
{
    if (m_phase == Phase::Ready)
        return m_exchanges.empty() || !m_exchanges.front()->isFull();
    return m_phase == Phase::Handshake;
}

/// Whether it was for an exchange that is not through.
bool Session::handlePacket(const Wire::Packet &packet)
{
    if (m_phase == Phase::Ready && m_answers.empty()) {
        handleUnexpectedPacket(packet);
        return false;
    }
    quint8 *sequence = m_phase == Phase::Ready ? &m_answers.front() : &m_handshakeSequence;
    // The handshake judges what an error may say before anybody has proven who he is.
    const bool forHandshake = m_phase == Phase::Handshake && isError(packet.payload);
    if (!isInOrder(packet, *sequence) && !forHandshake) {
        handleOutOfOrderPacket(packet, *sequence);
        return false;
    }
    *sequence = static_cast<quint8>(packet.lastSequence + 1);
    if (m_phase == Phase::Ready)
        return handleExchangePacket(packet);
    followHandshake(m_handshake->handlePacket(packet.payload));
    return false;
}

/// A server that gives up on a session says so in an error packet with whatever number it is at:
/// that one is worth reading. Any other packet out of order means that both sides disagree on what
/// the bytes are.
void Session::handleOutOfOrderPacket(const Wire::Packet &packet, quint8 expected)
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
              .arg(expected),
          0,
          {}});
}

/// No answer is awaited: a server may say why it closes an idle session, and nothing else.
void Session::handleUnexpectedPacket(const Wire::Packet &packet)
{
    if (isIdle() && isError(packet.payload)) {
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

bool Session::handleExchangePacket(const Wire::Packet &packet)
{
    Protocol::Exchange &exchange = *m_exchanges.front();
    switch (exchange.handlePacket(packet.payload, m_reader.block())) {
    case Protocol::Exchange::Progress::NeedPacket:
        return true;
    case Protocol::Exchange::Progress::AnswerComplete:
        finishAnswer();
        return true;
    case Protocol::Exchange::Progress::Finished:
        finishAnswer();
        finishExchange();
        return false;
    case Protocol::Exchange::Progress::Broken:
        fail(exchange.failure());
        return false;
    }
    return false;
}

void Session::finishExchange()
{
    noteSession(*m_exchanges.front());
    m_exchanges.pop_front();
    Q_EMIT exchangeFinished();
}

void Session::followHandshake(Protocol::Handshake::Step step)
{
    using Step = Protocol::Handshake::Step;
    const QList<QByteArray> output = m_handshake->takeOutput();
    for (const QByteArray &payload : output)
        sendPayload(payload, &m_handshakeSequence, Output::Kind::Continuation);
    flush();

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
    const auto compression = Protocol::agreedCompression(m_state.capabilities);
    if (compression != Wire::CompressionAlgorithm::None) {
        m_compression
            = std::make_unique<CompressedChannel>(compression, m_settings.compressionLevel);
    }
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
        switch (change.type) {
        case Type::Schema:
            m_state.database = QString::fromUtf8(change.value);
            break;
        case Type::SystemVariable:
            noteVariable(change.name, change.value);
            break;
        case Type::Gtids:
            m_state.gtid = QString::fromUtf8(change.value);
            break;
        case Type::StateChanged:
        case Type::TransactionCharacteristics:
        case Type::TransactionState:
            break;
        }
    }
}

void Session::noteVariable(const QByteArray &name, const QByteArray &value)
{
    if (name == "character_set_client")
        m_state.characterSet = value;
    else if (name == "connection_id")
        m_state.connectionId = value.toULongLong();
    else if (name == "last_gtid" && !value.isEmpty())
        m_state.gtid = QString::fromUtf8(value);
    // A server that names new variables without end shall not fill the memory.
    constexpr qsizetype maximumVariables = 1024;
    if (m_state.variables.size() < maximumVariables || m_state.variables.contains(QString::fromUtf8(name)))
        m_state.variables[QString::fromUtf8(name)] = QString::fromUtf8(value);
}

void Session::sendPayload(QByteArrayView payload, quint8 *sequence, Output::Kind kind)
{
    if (m_compression) {
        QByteArray packets;
        Wire::appendPacket(&packets, payload, sequence);
        m_compression->enqueue(kind, std::move(packets));
        return;
    }
    Wire::appendPacket(&m_output, payload, sequence);
    if (m_output.size() >= EnoughToWrite)
        flush();
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
    forgetExchanges();
    m_transport->abort();
    Q_EMIT ended(error, reason);
}

} // namespace AsyncMySql
