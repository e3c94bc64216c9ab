// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "compressedchannel.h"
#include "exchange.h"
#include "handshake.h"
#include "packetreader.h"
#include "sessionstate.h"
#include "transportfactory.h"

#include <AsyncMySql/error.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <deque>
#include <memory>
#include <optional>
#include <span>

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
    /// Of what the server has as time_zone.
    void setTimeZone(const QByteArray &name);
    /// The session was told to speak it: a server that does not report such changes has done so.
    void setUtf8();
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
    void onAllWritten();
    void onTransportClosed(const Transport::TransportError &error);
    void goOn();
    void processIncoming(bool withinBudget);
    bool handleIncoming(bool withinBudget);
    bool handlePacket(const Wire::Packet &packet);
    void handleOutOfOrderPacket(const Wire::Packet &packet, quint8 expected);
    void handleUnexpectedPacket(const Wire::Packet &packet);
    bool handleExchangePacket(const Wire::Packet &packet);
    void followHandshake(Protocol::Handshake::Step step);
    void startTls();
    void deriveKey();
    void finishHandshake();
    void noteSession(const Protocol::Exchange &exchange);
    void noteSession(const QList<Protocol::SessionStateChange> &changes);
    void noteVariable(const QByteArray &name, const QByteArray &value);
    void takeOutput();
    void sendOutput();
    void send(const Output &output);
    void sendPayload(QByteArrayView payload, quint8 *sequence, Output::Kind kind);
    qint64 bytesToSend() const;
    bool hasUnreadBytes() const;
    bool isAtItsEnd();
    bool precedesAnswer(const Wire::Packet &packet, quint8 expected) const;
    void reportUnread();
    qint64 receive();
    qint64 readFromTransport(std::span<char> space);
    bool isInOrder(const Wire::Packet &packet, quint8 expected) const;
    bool hasFailedUnsent() const;
    void finishAnswer();
    void finishExchange();
    void forgetExchanges();
    Protocol::ChannelState channelState() const;
    Protocol::ServerFlavour flavour() const;
    bool acceptsPackets() const;
    Error connectionLost(const Transport::TransportError &error) const;
    bool isHeldBack() const;
    void fail(const Protocol::Failure &failure);
    void end(const Error &error, const QString &reason = {});

    SessionSettings m_settings;
    std::unique_ptr<Transport::Transport> m_transport;
    Wire::PacketReader m_reader;
    std::unique_ptr<CompressedChannel> m_compression;
    std::unique_ptr<Protocol::Handshake> m_handshake;
    /// In the order in which they were started; the first one is being answered. Only the last one
    /// may have more to send.
    std::deque<std::shared_ptr<Protocol::Exchange>> m_exchanges;
    /// The number of the next packet of each answer that is awaited; an exchange can have several.
    std::deque<quint8> m_answers;
    /// Of the commands whose answers are awaited.
    qsizetype m_largestCommand = 0;
    /// A packet of the first of them has come.
    bool m_inAnswer = false;
    /// Since the last answer was complete.
    QElapsedTimer m_silence;
    SessionState m_state;
    Phase m_phase = Phase::Created;
    bool m_transportClosed = false;
    /// Why the transport has closed, while rows that had arrived before wait to be taken.
    std::optional<Transport::TransportError> m_endBehindRows;
    /// Of the next packet of the handshake.
    quint8 m_handshakeSequence = 0;
    /// Packets that wait for flush().
    QByteArray m_output;
    QTimer m_continueTimer;
};

} // namespace AsyncMySql
