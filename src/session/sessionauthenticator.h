// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "handshake.h"
#include "protocolfailure.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

namespace AsyncMySql {

namespace Transport {
class Transport;
}
class PacketChannel;

class CredentialSource;

/// Authenticates over a transport that is open, from the server's greeting to its final OK: starts
/// TLS on the way, derives keys in another thread, and has questions of the server answered.
class SessionAuthenticator : public QObject
{
    Q_OBJECT

public:
    enum class Result { Pending, Authenticated, Failed };

    /// Expects the greeting on \a channel. It and \a transport must outlive the authenticator.
    /// \a credentials are null if the settings say that nobody can be asked.
    SessionAuthenticator(const Protocol::HandshakeSettings &settings,
                         Transport::Transport *transport, PacketChannel *channel,
                         CredentialSource *credentials, QObject *parent = nullptr);
    ~SessionAuthenticator() override;

    /// Not while TLS is being started, a key is being derived or a question is not answered.
    bool acceptsPackets() const { return m_phase == Phase::Exchanging; }
    [[nodiscard]] Result handlePacket(QByteArrayView payload);
    /// The transport has reported that it is secured.
    [[nodiscard]] Result tlsStarted();
    bool isStartingTls() const { return m_phase == Phase::StartingTls; }
    bool isAsking() const { return m_phase == Phase::Asking; }
    /// Fails if bytes have arrived in clear while TLS is being started.
    [[nodiscard]] Result checkInput();

    /// Deletes it; from the event loop where it is emitting continued().
    void dispose();
    /// Nobody is asked any more: what the server asks from now on is not answered.
    void stopAsking();
    /// No signal follows, and nothing is sent any more.
    void cancel();

    const Protocol::Handshake &handshake() const { return m_handshake; }
    /// Why it has failed.
    const Protocol::Failure &failure() const { return m_failure; }

Q_SIGNALS:
    /// Packets are accepted again, unless that was the end.
    void continued(AsyncMySql::SessionAuthenticator::Result result);

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
    Protocol::Handshake m_handshake;
    Protocol::Failure m_failure;
    Phase m_phase = Phase::Exchanging;
    bool m_isEmitting = false;
};

} // namespace AsyncMySql
