// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "handshake.h"
#include "packetchannel.h"
#include "packetreader.h"
#include "sessionauthenticator.h"
#include "sessionstate.h"
#include "transportfactory.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <deque>
#include <memory>
#include <optional>

namespace AsyncMySql {

/// What a session is made with; see sessionsettings.h for how it comes from the options.
struct SessionSettings
{
    Transport::TransportSettings transport;
    Protocol::HandshakeSettings handshake;
    Wire::PacketReader::Limits limits;
    /// 0 for the default of the algorithm that is agreed on.
    int compressionLevel = 0;
    /// Names this session, and its side connections, among all sessions of all clients: it is one of
    /// the connection attributes.
    QByteArray token;
};

/// How a session looks from either side, which tells it from others.
struct SessionTraits
{
    quint64 connectionId = 0;
    /// Of this end; 0 where there is none.
    quint16 localPort = 0;
    bool isLocal = false;
    QByteArray token;
};

/// One physical session with a server, from open() to its end: transport, framing, handshake, and
/// exchanges, of which several may be on their way. It knows neither jobs nor queues, and never
/// reconnects.
///
/// No signal is emitted from inside a function that the owner calls. After ended() nothing follows.
class Session : public QObject
{
    Q_OBJECT

public:
    explicit Session(SessionSettings settings, QObject *parent = nullptr);
    ~Session() override;

    void open();
    /// Sends what the exchange has to send; its answer is awaited behind those that are on their
    /// way. The session must be able to take it: canStart(). If it is at its end nothing is sent and
    /// false returned: the server has closed it, or has sent what nobody asked for. ended() follows.
    [[nodiscard]] bool start(std::shared_ptr<Protocol::Exchange> exchange);
    /// Sends a command that has no answer. The same conditions.
    void sendSilently(QByteArrayView command);
    /// Lets out what was sent: many small writes cost more than the statements in them, so that
    /// whoever starts exchanges says when that was the last one for now.
    void flush();
    /// An exchange that had nothing more to send, or could not take more rows, can go on.
    void resume();
    /// COM_QUIT, then closes; ended() follows without an error.
    void quit();
    /// Drops the connection. No signal follows.
    void abort();

    bool isIdle() const { return m_phase == Phase::Ready && m_exchanges.empty(); }
    bool canStart() const
    {
        return isIdle() || (m_phase == Phase::Ready && m_exchanges.back()->isWritten());
    }
    const SessionState &state() const { return m_state; }
    void setPeer(SessionState::Peer peer) { m_state.peer = peer; }
    /// The first one counts: resetting a session does not change it.
    void setPacketLimit(qsizetype limit)
    {
        if (m_state.packetLimit == 0)
            m_state.packetLimit = limit;
    }
    /// See SessionState.
    void setTimeZone(const QByteArray &name) { m_state.setTimeZone(name); }
    void setUtf8() { m_state.setUtf8(); }
    QString peerName() const;
    SessionTraits traits() const;
    /// For a side connection to the very same server: settings with the address that was reached.
    SessionSettings settingsForSamePeer() const;
    QByteArray sessionTicket() const;

Q_SIGNALS:
    /// The transport is open, the server's greeting is awaited.
    void transportOpened();
    void ready();
    /// The first of the exchanges that are on their way is through.
    void exchangeFinished();
    /// Something has come for the first of the exchanges, which is not through. Once for all that
    /// is handled in one go.
    void exchangeProgressed();
    /// The session is over. Without an error if that was wanted, or if an idle session was closed
    /// by the server (\a reason is then empty or says why the server did so).
    void ended(const AsyncMySql::Error &error, const QString &reason);

private:
    using Output = Protocol::Exchange::Output;

    enum class Phase { Created, Opening, Authenticating, Ready, Quitting, Ended };

    void onTransportOpened();
    void onTransportSecured();
    void onTransportClosed(const Transport::TransportError &error);
    void goOn();
    void followAuthentication(SessionAuthenticator::Result result);
    void begin();

    void processIncoming(bool withinBudget);
    bool handleIncoming(bool withinBudget);
    bool receive();
    bool handlePacket(const Wire::Packet &packet);
    bool handleExchangePacket(const Wire::Packet &packet);
    void handleOutOfOrderPacket(const Wire::Packet &packet);
    void handleUnexpectedPacket(const Wire::Packet &packet);
    bool acceptsPackets() const;
    bool isHeldBack() const;
    void finishExchange();

    void takeOutput();
    void sendOutput();
    void send(const Output &output);
    bool isAtItsEnd();
    bool hasFailedUnsent() const;

    Protocol::ServerFlavour flavour() const;
    Error connectionLost(const Transport::TransportError &error) const;
    void fail(const Protocol::Failure &failure);
    void fail(Protocol::FailureCode code, const QString &message);
    void end(const Error &error, const QString &reason = {});
    void stop();

    SessionSettings m_settings;
    std::unique_ptr<Transport::Transport> m_transport;
    PacketChannel m_channel;
    /// Null before the transport is open and when it is done.
    SessionAuthenticator *m_authenticator = nullptr;
    /// In the order in which they were started; the first one is being answered. Only the last one
    /// may have more to send.
    std::deque<std::shared_ptr<Protocol::Exchange>> m_exchanges;
    /// Of the commands whose answers are awaited.
    qsizetype m_largestCommand = 0;
    SessionState m_state;
    Phase m_phase = Phase::Created;
    /// Why the transport has closed, while rows that had arrived before wait to be taken.
    std::optional<Transport::TransportError> m_endBehindRows;
    QTimer m_continueTimer;
};

} // namespace AsyncMySql
