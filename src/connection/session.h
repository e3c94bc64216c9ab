// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "handshake.h"
#include "packetreader.h"
#include "sessionstate.h"
#include "transportfactory.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

/// What a session is made with; see sessionsettings.h for how it comes from the options.
struct SessionSettings
{
    Transport::TransportSettings transport;
    Protocol::HandshakeSettings handshake;
    Wire::PacketReader::Limits limits;
};

/// One physical session with a server, from open() to its end: transport, framing, handshake, and
/// one exchange after the other. It knows neither jobs nor queues, and never reconnects.
///
/// No signal is emitted from inside a function that the owner calls. After ended() nothing follows.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(SessionSettings settings, QObject *parent = nullptr);
    ~Session() override;

    void open();
    /// Sends the exchange's command. The session must be idle. With an error nothing was sent, and
    /// the session must not be used any more: it is closed, or bytes are there that nobody asked
    /// for.
    [[nodiscard]] Error start(std::shared_ptr<Protocol::Exchange> exchange);
    /// COM_QUIT, then closes; ended() follows without an error.
    void quit();
    /// Drops the connection. No signal follows.
    void abort();

    bool isIdle() const { return m_phase == Phase::Ready && !m_exchange; }
    const SessionState &state() const { return m_state; }
    QString peerName() const;
    /// For a side connection to the very same server: settings with the address that was reached.
    SessionSettings settingsForSamePeer() const;
    QByteArray sessionTicket() const;

Q_SIGNALS:
    /// The transport is open, the server's greeting is awaited.
    void transportOpened();
    void ready();
    /// The exchange given to start() is through; the session can take the next one.
    void exchangeFinished();
    /// The session is over. Without an error if that was wanted, or if an idle session was closed
    /// by the server (\a reason is then empty or says why the server did so).
    void ended(const AsyncMySql::Error &error, const QString &reason);

private:
    enum class Phase {
        Created,
        Opening,
        Handshake,
        StartingTls,
        DerivingKey,
        Ready,
        Quitting,
        Ended
    };

    void onTransportOpened();
    void onTransportSecured();
    void onTransportClosed(const Transport::TransportError &error);
    void processIncoming(bool withinBudget);
    void handlePacket(const Wire::Packet &packet);
    void handleOutOfOrderPacket(const Wire::Packet &packet);
    void handleIdlePacket(const Wire::Packet &packet);
    void handleExchangePacket(const Wire::Packet &packet);
    void followHandshake(Protocol::Handshake::Step step);
    void startTls();
    void deriveKey();
    void finishHandshake();
    void noteSession(const Protocol::Exchange &exchange);
    void noteSession(const QList<Protocol::SessionStateChange> &changes);
    void sendPayload(QByteArrayView payload);
    Protocol::ChannelState channelState() const;
    bool acceptsPackets() const;
    void fail(const Protocol::Failure &failure);
    void end(const Error &error, const QString &reason = {});

    SessionSettings m_settings;
    std::unique_ptr<Transport::Transport> m_transport;
    Wire::PacketReader m_reader;
    std::unique_ptr<Protocol::Handshake> m_handshake;
    std::shared_ptr<Protocol::Exchange> m_exchange;
    SessionState m_state;
    Phase m_phase = Phase::Created;
    bool m_transportClosed = false;
    quint8 m_sequence = 0;
    QTimer m_continueTimer;
};

} // namespace AsyncMySql
