// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "handshake.h"
#include "protocolfailure.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qpointer.h>

QT_BEGIN_NAMESPACE
template <typename T>
class QFutureWatcher;
QT_END_NAMESPACE

namespace AsyncMySql {

namespace Transport {
class Transport;
}
class PacketChannel;

class CredentialSource;

/// Authenticates over a transport that is open, from the server's greeting to its final OK: starts
/// TLS on the way, derives keys in another thread, and has questions of the server answered.
class SessionAuthenticator
{
public:
    enum class Result { Pending, Authenticated, Failed };

    /// What it reports to what it could not return.
    class Listener
    {
    public:
        /// Packets are accepted again, unless that was the end. The authenticator may be deleted in
        /// it.
        virtual void authenticationContinued(Result result) = 0;

    protected:
        ~Listener() = default;
    };

    /// Expects the greeting on \a channel. It, \a transport, \a listener and \a context, in whose
    /// thread it lives, must outlive the authenticator. \a credentials are null if the settings say
    /// that nobody can be asked.
    SessionAuthenticator(const Protocol::HandshakeSettings &settings,
                         Transport::Transport *transport, PacketChannel *channel,
                         CredentialSource *credentials, Listener *listener, QObject *context);
    ~SessionAuthenticator();
    Q_DISABLE_COPY_MOVE(SessionAuthenticator)

    /// Not while TLS is being started, a key is being derived or a question is not answered.
    bool acceptsPackets() const { return m_phase == Phase::Exchanging; }
    [[nodiscard]] Result handlePacket(QByteArrayView payload);
    /// The transport has reported that it is secured.
    [[nodiscard]] Result tlsStarted();
    bool isStartingTls() const { return m_phase == Phase::StartingTls; }
    bool isAsking() const { return m_phase == Phase::Asking; }
    /// Fails if bytes have arrived in clear while TLS is being started.
    [[nodiscard]] Result checkInput();

    /// Nobody is asked any more: what the server asks from now on is not answered.
    void stopAsking();
    /// Nothing is reported, and nothing is sent any more.
    void cancel();

    const Protocol::Handshake &handshake() const { return m_handshake; }
    /// Why it has failed.
    const Protocol::Failure &failure() const { return m_failure; }

private:
    enum class Phase { Exchanging, StartingTls, DerivingKey, Asking, Cancelled };

    Result follow(Protocol::Handshake::Step step);
    Result startTls();
    void deriveKey();
    [[nodiscard]] Result ask();
    void goOn(Protocol::Handshake::Step step);
    Result failForClearBytes(const QString &message);

    Transport::Transport *m_transport;
    PacketChannel *m_channel;
    QPointer<CredentialSource> m_credentials;
    Listener *const m_listener;
    QObject *const m_context;
    Protocol::Handshake m_handshake;
    Protocol::Failure m_failure;
    Phase m_phase = Phase::Exchanging;
    /// While a key is being derived.
    QFutureWatcher<QByteArray> *m_derivation = nullptr;
};

} // namespace AsyncMySql
