// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionauthenticator.h"

#include "credentialsource.h"
#include "packetchannel.h"
#include "secret.h"
#include "transport.h"

#include <QtCore/qcryptographichash.h>
#include <QtCore/qfuturewatcher.h>
#include <QtCore/qpromise.h>
#include <QtCore/qthreadpool.h>
#include <QtNetwork/qpassworddigestor.h>

#include <memory>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

Protocol::ChannelState stateOf(const Transport::Transport &transport)
{
    Protocol::ChannelState channel;
    channel.local = transport.isLocal();
    channel.canStartTls = transport.canStartTls();
    channel.encrypted = transport.isEncrypted();
    channel.verified = transport.isVerified();
    // What proves the server otherwise.
    if (!channel.verified)
        channel.certificateDigest = transport.certificateDigest();
    return channel;
}

} // namespace

SessionAuthenticator::SessionAuthenticator(const Protocol::HandshakeSettings &settings,
                                           Transport::Transport *transport, PacketChannel *channel,
                                           CredentialSource *credentials, Listener *listener,
                                           QObject *context)
    : m_transport(transport)
    , m_channel(channel)
    , m_credentials(credentials)
    , m_listener(listener)
    , m_context(context)
    , m_handshake(settings, stateOf(*transport))
{
    m_channel->expectGreeting();
}

SessionAuthenticator::~SessionAuthenticator()
{
    stopAsking();
    if (m_derivation) {
        m_derivation->disconnect(m_context);
        m_derivation->deleteLater();
    }
}

SessionAuthenticator::Result SessionAuthenticator::handlePacket(QByteArrayView payload)
{
    return follow(m_handshake.handlePacket(payload));
}

SessionAuthenticator::Result SessionAuthenticator::tlsStarted()
{
    if (m_channel->isReadingPacket())
        return failForClearBytes(u"Unencrypted bytes arrived while TLS was started"_s);
    m_phase = Phase::Exchanging;
    return follow(m_handshake.tlsStarted(stateOf(*m_transport)));
}

SessionAuthenticator::Result SessionAuthenticator::checkInput()
{
    if (m_phase == Phase::StartingTls && m_transport->bytesAvailable() > 0
        && !m_transport->isEncrypted())
        return failForClearBytes(u"Unencrypted bytes arrived while TLS was started"_s);
    return Result::Pending;
}

SessionAuthenticator::Result SessionAuthenticator::follow(Protocol::Handshake::Step step)
{
    using Step = Protocol::Handshake::Step;
    const QList<QByteArray> output = m_handshake.takeOutput();
    for (const QByteArray &payload : output)
        m_channel->write(payload, PacketChannel::Kind::Continuation);
    // All of it: nothing is compressed yet.
    (void)m_channel->flush(false);

    switch (step) {
    case Step::NeedPacket:
        return Result::Pending;
    case Step::StartTls:
        return startTls();
    case Step::DeriveKey:
        deriveKey();
        return Result::Pending;
    case Step::Ask:
        return ask();
    case Step::Finished:
        m_channel->finishAnswer();
        return Result::Authenticated;
    case Step::Failed:
        m_failure = m_handshake.failure();
        return Result::Failed;
    }
    return Result::Failed;
}

SessionAuthenticator::Result SessionAuthenticator::startTls()
{
    // Bytes that were injected behind the greeting must not be taken for what comes over TLS.
    if (m_channel->hasUnreadBytes())
        return failForClearBytes(
            u"The server sent more than its greeting before TLS was started"_s);
    m_phase = Phase::StartingTls;
    m_transport->startTls();
    return Result::Pending;
}

void SessionAuthenticator::deriveKey()
{
    m_phase = Phase::DerivingKey;
    m_derivation = new QFutureWatcher<QByteArray>(m_context);
    QObject::connect(m_derivation, &QFutureWatcher<QByteArray>::finished, m_context, [this] {
        QFutureWatcher<QByteArray> *const watcher = std::exchange(m_derivation, nullptr);
        watcher->deleteLater();
        if (m_phase != Phase::DerivingKey)
            return;
        QByteArray key = watcher->future().takeResult();
        const Protocol::Handshake::Step step = m_handshake.keyDerived(key);
        Protocol::wipe(&key);
        goOn(step);
    });
    auto promise = std::make_shared<QPromise<QByteArray>>();
    promise->start();
    m_derivation->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, derivation = m_handshake.keyDerivation()] {
        // Not a copy: only a Secret overwrites what it holds.
        const QByteArrayView password = derivation.password.bytes();
        promise->addResult(QPasswordDigestor::deriveKeyPbkdf2(
            derivation.algorithm, QByteArray::fromRawData(password.data(), password.size()),
            derivation.salt, derivation.iterations, static_cast<quint64>(derivation.keyLength)));
        promise->finish();
    });
}

SessionAuthenticator::Result SessionAuthenticator::ask()
{
    if (!m_credentials)
        return follow(m_handshake.refused(u"There is nobody any more to answer the server"_s));
    m_phase = Phase::Asking;
    m_credentials->ask(m_context, m_handshake.question(),
                       [this](const Error &error, const Protocol::Secret &answer) {
                           goOn(error ? m_handshake.refused(error.message())
                                      : m_handshake.answered(answer));
                       });
    return Result::Pending;
}

/// From the event loop.
void SessionAuthenticator::goOn(Protocol::Handshake::Step step)
{
    m_phase = Phase::Exchanging;
    m_listener->authenticationContinued(follow(step));
}

void SessionAuthenticator::stopAsking()
{
    if (m_credentials)
        m_credentials->withdraw(m_context);
    m_credentials.clear();
}

void SessionAuthenticator::cancel()
{
    m_phase = Phase::Cancelled;
    stopAsking();
}

SessionAuthenticator::Result SessionAuthenticator::failForClearBytes(const QString &message)
{
    m_failure = {Protocol::FailureCode::ClearBytesBeforeTls, message, 0, {}};
    return Result::Failed;
}

} // namespace AsyncMySql
