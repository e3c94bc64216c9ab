// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "handshake.h"
#include "lazytimer.h"
#include "packetchannel.h"
#include "packetreader.h"
#include "recyclingallocator.h"
#include "sessionauthenticator.h"
#include "sessioninitializer.h"
#include "sessionstate.h"
#include "transportfactory.h"

#include <AsyncMySql/error.h>

#include <QtCore/qbasictimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>

namespace AsyncMySql {

namespace Protocol {
class ColumnSetCache;
}

class CredentialSource;
class SessionListener;

/// What a session is made with; see sessionsettings.h for how it comes from the options.
struct SessionSettings
{
    Transport::TransportSettings transport;
    Protocol::HandshakeSettings handshake;
    Wire::PacketReader::Limits limits;
    /// 0 for the default of the algorithm that is agreed on.
    int compressionLevel = 0;
    /// How long opening the session may take, and how long ending it; 0 for no limit.
    std::chrono::milliseconds connectTimeout{0};
    std::chrono::milliseconds closeTimeout{0};
    /// Names this session, and its side connections, among all sessions of all clients: it is one
    /// of the connection attributes.
    QByteArray token;
    /// What is asked while it authenticates, if the handshake says so.
    QPointer<CredentialSource> credentials;
};

/// What identifies a session on both sides.
struct SessionTraits
{
    quint64 connectionId = 0;
    /// Of this end; 0 where there is none.
    quint16 localPort = 0;
    bool isLocal = false;
    QByteArray token;
};

/// One physical session with a server, from open() to its end: it is authenticated, set up, and
/// runs exchanges, of which several may be in flight. It knows neither jobs nor queues, and never
/// reconnects.
///
/// It tells a SessionListener what happens, but not from inside a function that the owner calls.
class Session : public QObject,
                public Wire::Recycled<Session>,
                private Transport::Transport::Listener,
                private SessionAuthenticator::Listener
{
    Q_OBJECT

public:
    /// Why a session is over.
    enum class End {
        OpenFailed, ///< it was not ready, or not ready again
        Lost,       ///< without an error if the server closed it while it was idle
        Closed,     ///< quit() was called
    };
    Q_ENUM(End)

    /// \a listener and \a setup must outlive the session. Without a setup, nothing is set up.
    Session(SessionSettings settings, SessionListener *listener,
            const SessionSetup *setup = nullptr, QObject *parent = nullptr);
    ~Session() override;

    /// SessionListener::onReady() or onSessionEnded() follows.
    void open();
    /// What was set up is gone: does it again. The same follows.
    void setUpAgain();
    /// Sends what the exchange has to send; its answer is awaited behind those that are in
    /// flight. The session must be able to take it: canStart(). If it is at its end nothing is sent
    /// and false returned: the server has closed it, or has sent what was not asked for;
    /// SessionListener::onSessionEnded() follows. With \a answerWithin, the session ends if the
    /// answer takes longer.
    [[nodiscard]] bool start(std::shared_ptr<Protocol::Exchange> exchange,
                             std::chrono::milliseconds answerWithin = {});
    /// Sends a command that has no answer. The same conditions.
    void sendSilently(QByteArrayView command);
    /// The session ends if the answer that is awaited takes longer from now on; 0 for no limit.
    void expectReactionWithin(std::chrono::milliseconds time);
    /// Lets out what was sent: many small writes cost more than the statements in them, so that
    /// the caller that starts exchanges says when that was the last one for now.
    void flush();
    /// An exchange that had nothing more to send, or could not take more rows, can go on.
    void resume();
    /// Sends COM_QUIT if nothing is in flight, and closes; SessionListener::onSessionEnded()
    /// follows.
    void quit();
    /// Whether the handshake goes on by itself: no question of the server waits for its answer.
    bool canBePassedOn() const
    {
        return m_phase == Phase::Authenticating && !m_authenticator->isAsking();
    }
    /// From now on \a listener is called, when the session is authenticated, or has ended: nothing
    /// is set up, and nobody is asked for what the server wants to know.
    void passOn(SessionListener *listener)
    {
        m_listener = listener;
        m_initializer.reset();
        m_authenticator->stopAsking();
    }
    /// Drops the connection. The listener is not called any more.
    void abort() { stop(); }

    bool isIdle() const { return runsExchanges() && m_exchanges.empty(); }
    bool canStart() const
    {
        return runsExchanges() && (m_exchanges.empty() || m_exchanges.back()->isWritten());
    }
    const SessionState &state() const { return m_state; }
    /// What the server says of itself; null without a setup.
    const ServerRole *serverRole() const
    {
        return m_initializer ? &m_initializer->role() : nullptr;
    }
    /// What PeerDetection has found out.
    void setPeer(SessionState::Peer peer, qsizetype packetLimit)
    {
        m_state.setPeer(peer, packetLimit);
    }
    /// What SessionInitializer::resetAtOnce() has made was started.
    void recordReset() { m_initializer->recordReset(&m_state); }
    /// What results of this session share.
    const std::shared_ptr<Protocol::ColumnSetCache> &columnSets() const { return m_columnSets; }
    QString peerName() const { return m_transport->peerName(); }
    SessionTraits traits() const;
    /// For a side connection to the very same server: settings with the address that was reached.
    SessionSettings settingsForSamePeer() const;
    /// The account has another one now, which side connections need.
    void setPassword(const QByteArray &password) { m_settings.handshake.password = password; }
    /// Whether a password may be sent in it, now that it is authenticated: only the server can read
    /// it, or the options have no objection.
    bool protectsSecrets() const
    {
        const Protocol::HandshakeSettings &handshake = m_settings.handshake;
        return m_transport->isLocal()
               || (m_transport->isEncrypted()
                   && (m_transport->isVerified() || handshake.serverMustBeVerified
                       || handshake.authentication.allowUnverifiedTls));
    }
    QByteArray sessionTicket() const { return m_transport->sessionTicket(); }

    /// When bytes of an answer were looked at.
    struct AnswerTimes
    {
        using Clock = std::chrono::steady_clock;
        /// The last ones of the answer before it.
        Clock::time_point previousEnd;
        /// The first ones of what is not the preparation of a statement. At the clock's epoch if
        /// none have come.
        Clock::time_point begin;
        Clock::time_point end;
    };
    /// Of the answer that is complete.
    const AnswerTimes &lastAnswer() const { return m_lastAnswer; }
    /// Of the one that is coming, which has no end.
    AnswerTimes comingAnswer() const { return {m_lastAnswer.end, m_answerBegin, {}}; }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    using Output = Protocol::Exchange::Output;

    enum class Phase { Created, Opening, Authenticating, SettingUp, Ready, Quitting, Ended };

    void transportOpened() override;
    void transportSecured() override;
    void transportReadable() override
    {
        inTurn([this] { processIncoming(true); });
    }
    void transportWritten() override { sendOutput(); }
    void transportClosed(const Transport::TransportError &error) override
    {
        inTurn([&] { followTransportEnd(error); });
    }
    template <typename Function>
    void inTurn(Function function);
    void followTransportEnd(const Transport::TransportError &error);
    void goOn();
    void authenticationContinued(SessionAuthenticator::Result result) override;
    void followAuthentication(SessionAuthenticator::Result result);
    void begin();
    void continueSetUp(const SessionInitializer::Next &next);
    bool runsExchanges() const { return m_phase == Phase::SettingUp || m_phase == Phase::Ready; }

    void processIncoming(bool withinBudget);
    bool receive();
    void failToRead(Wire::PacketReader::Status status);
    bool handlePacket(const Wire::Packet &packet);
    void handleOutOfOrderPacket(const Wire::Packet &packet);
    void handleUnexpectedPacket(const Wire::Packet &packet);
    bool acceptsPackets() const;
    bool isHeldBack() const;
    void finishExchange();

    void takeOutput();
    void sendOutput();
    bool isAtItsEnd();
    bool hasFailedUnsent() const;

    Protocol::ServerFlavour flavour() const
    {
        return m_authenticator ? m_authenticator->handshake().greeting().flavour()
                               : m_state.flavour;
    }
    void fail(const Protocol::Failure &failure);
    void fail(Protocol::FailureCode code, const QString &message) { fail({code, message, 0, {}}); }
    void end(const Error &error, const QString &reason = {});
    void stop();

    SessionSettings m_settings;
    SessionListener *m_listener;
    std::unique_ptr<Transport::Transport> m_transport;
    PacketChannel m_channel;
    /// Null before the transport is open and when it is done.
    std::unique_ptr<SessionAuthenticator> m_authenticator;
    std::optional<SessionInitializer> m_initializer;
    /// In the order in which they were started; the first one is being answered. Only the last one
    /// may have more to send. An answer has no number: it belongs to the first. So the exchanges of
    /// commands are in the order of Pipeline::m_inFlight.
    std::deque<std::shared_ptr<Protocol::Exchange>> m_exchanges;
    /// Of the commands whose answers are awaited.
    qsizetype m_largestCommand = 0;
    /// When what is being handled was there, and the first packet of the answer that is coming.
    AnswerTimes::Clock::time_point m_lookTime;
    AnswerTimes::Clock::time_point m_answerBegin;
    AnswerTimes m_lastAnswer;
    SessionState m_state;
    std::shared_ptr<Protocol::ColumnSetCache> m_columnSets;
    Phase m_phase = Phase::Created;
    /// Why the transport has closed, while rows that had arrived before wait to be taken.
    std::optional<Transport::TransportError> m_endBehindRows;
    LazyTimer m_continueTimer;
    std::chrono::milliseconds m_reactionTime{0};
    QBasicTimer m_reactionTimer;
};

/// What owns a session. It is called in the middle of the session's work, and may abort it, but not
/// delete it.
class SessionListener
{
public:
    /// The transport is open, the server's greeting is awaited.
    virtual void onTransportOpened() {}
    /// Authenticated and set up.
    virtual void onReady() = 0;
    /// The first of the exchanges that are in flight is through.
    virtual void onExchangeFinished() = 0;
    /// Something has come for the first of the exchanges, which is not through. Once for all that
    /// is handled in one go.
    virtual void onExchangeProgressed() {}
    /// The session is over; nothing follows. \a reason is the error's message, or says why the
    /// server closed the session.
    virtual void onSessionEnded(Session::End end, const Error &error, const QString &reason) = 0;

    /// What follows up to endTurn() is done in one turn of the event loop: what has to be done from
    /// there can be done at its end, where the session does nothing more, and may be deleted.
    virtual void beginTurn() {}
    virtual void endTurn() {}

protected:
    ~SessionListener() = default;
};

/// Does what a report of the transport leads to.
template <typename Function>
void Session::inTurn(Function function)
{
    const bool isTurn = m_transport->maySlotsRunEventLoops();
    if (isTurn)
        m_listener->beginTurn();
    function();
    if (isTurn)
        m_listener->endTurn();
}

} // namespace AsyncMySql
