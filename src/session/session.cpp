// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "capabilitynegotiation.h"
#include "commandpayloads.h"
#include "errorconversion.h"
#include "logging.h"
#include "secret.h"

#include <QtCore/qfuturewatcher.h>
#include <QtCore/qpromise.h>
#include <QtCore/qthreadpool.h>
#include <QtCore/qversionnumber.h>
#include <QtNetwork/qpassworddigestor.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using Protocol::FailureCode;

namespace {

quint32 versionNumber(const QString &version)
{
    const QVersionNumber number = QVersionNumber::fromString(version);
    return static_cast<quint32>(10000 * number.majorVersion() + 100 * number.minorVersion()
                                + number.microVersion());
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
    connect(&m_continueTimer, &QTimer::timeout, this, &Session::goOn);
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

void Session::quit()
{
    if (!isIdle()) {
        abort();
        return;
    }
    m_phase = Phase::Quitting;
    quint8 sequence = 0;
    sendPayload(Protocol::quitPayload(), &sequence, Output::Kind::SilentCommand);
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

void Session::setUtf8()
{
    const SessionState utf8;
    m_state.characterSet = utf8.characterSet;
    m_state.resultCharacterSet = utf8.resultCharacterSet;
}

QString Session::peerName() const
{
    return m_transport->peerName();
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
    if (isHeldBack()) {
        m_endBehindRows = error;
        return;
    }
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
    end(connectionLost(error));
}

/// A server that refuses a packet for its size closes the connection without reading the rest. What
/// it says before that is lost where the system drops received bytes with the connection.
Error Session::connectionLost(const Transport::TransportError &error) const
{
    Error lost = errorFromTransport(error);
    // No server has a smaller limit by default.
    constexpr qsizetype smallestLimit = 1024 * 1024;
    if (m_largestCommand >= smallestLimit && !m_inAnswer) {
        lost.setMessage(u"%1. If the server's max_allowed_packet is less than the %2 bytes of the "
                        "command, it has refused that"_s.arg(lost.message())
                            .arg(m_largestCommand));
    }
    return lost;
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
        QByteArray key = watcher->future().takeResult();
        const Protocol::Handshake::Step step = m_handshake->keyDerived(key);
        Protocol::wipe(&key);
        followHandshake(step);
        processIncoming(true);
    });
    auto promise = std::make_shared<QPromise<QByteArray>>();
    promise->start();
    watcher->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, derivation = m_handshake->keyDerivation()] {
        // Not a copy: only a Secret overwrites what it holds.
        const QByteArrayView password = derivation.password.bytes();
        promise->addResult(QPasswordDigestor::deriveKeyPbkdf2(
            QCryptographicHash::Sha512, QByteArray::fromRawData(password.data(), password.size()),
            derivation.salt, derivation.iterations, static_cast<quint64>(derivation.keyLength)));
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
    m_state.serverVersionNumber = versionNumber(m_state.serverVersion);
    m_state.isMariaDb = greeting.isMariaDb;
    m_state.flavour = greeting.flavour();
    m_state.localPort = m_transport->localPort();
    if (m_transport->isLocal())
        m_state.localSocketName = m_settings.transport.localSocketName;
    m_state.database = QString::fromUtf8(m_settings.handshake.database);
    m_state.authenticationPlugin = m_handshake->authenticationPlugin();
    noteSession(m_handshake->ok().sessionStateChanges);
    const auto compression = Protocol::agreedCompression(m_state.capabilities);
    const Protocol::Capabilities compressions
        = Protocol::Capability::Compress | Protocol::Capability::ZstdCompression;
    if (compression == Wire::CompressionAlgorithm::None
        && (m_settings.handshake.wantedCapabilities & compressions)) {
        qCWarning(lcConnection) << "The server" << peerName()
                                << "does not offer the compression that was asked for";
    }
    if (compression != Wire::CompressionAlgorithm::None) {
        m_compression
            = std::make_unique<CompressedChannel>(compression, m_settings.compressionLevel);
    }
    m_handshake.reset();
    m_phase = Phase::Ready;
    m_silence.start();
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
    m_state.revision += static_cast<quint64>(changes.size());
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

void Session::setTimeZone(const QByteArray &name)
{
    if (!m_state.timeZone || m_state.timeZone->name() != name)
        m_state.timeZone = Values::SessionTimeZone::find(name);
}

void Session::noteVariable(const QByteArray &name, const QByteArray &value)
{
    if (name == "character_set_client")
        m_state.characterSet = value;
    else if (name == "time_zone")
        setTimeZone(value);
    else if (name == "character_set_results")
        m_state.resultCharacterSet = value;
    else if (name == "connection_id")
        m_state.connectionId = value.toULongLong();
    else if (name == "sql_mode") {
        m_state.hasSqlMode = true;
        m_state.hasNoBackslashEscapes = value.contains("NO_BACKSLASH_ESCAPES");
        m_state.hasAnsiQuotes = value.contains("ANSI_QUOTES");
    } else if (name == "last_gtid" && !value.isEmpty())
        m_state.gtid = QString::fromUtf8(value);
    // A server that names new variables without end shall not fill the memory.
    constexpr qsizetype maximumVariables = 1024;
    constexpr qsizetype maximumSize = 4096;
    if (name.size() + value.size() > maximumSize)
        return;
    if (m_state.variables.size() < maximumVariables
        || m_state.variables.contains(QString::fromUtf8(name)))
        m_state.variables[QString::fromUtf8(name)] = QString::fromUtf8(value);
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

Protocol::ServerFlavour Session::flavour() const
{
    return m_handshake ? m_handshake->greeting().flavour() : m_state.flavour;
}

void Session::fail(const Protocol::Failure &failure)
{
    end(errorFromFailure(failure, peerName(), flavour()));
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
