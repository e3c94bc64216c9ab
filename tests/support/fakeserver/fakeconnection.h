// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakepackets.h"
#include "fakescript.h"

#include <QtCore/qobject.h>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace Fake {

class FakeServer;

/// One accepted connection. Commands are handled one at a time: the next one, if it is there
/// already, waits until the one before was answered (ok(), error(), result() or done()), so a
/// handler that answers nothing stalls the client until a test answers for it.
class FakeConnection : public QObject
{
    Q_OBJECT

public:
    FakeConnection(FakeServer *server, QIODevice *device, int number, Script script,
                   bool hasScript);

    /// Counted from 1 over the life of the server; also the connection id of the greeting.
    int number() const { return m_number; }
    bool isOpen() const;
    bool isEncrypted() const;
    const Login &login() const { return m_login; }
    quint64 capabilities() const { return m_capabilities; }
    /// The SQL of the command that waits for its answer; empty if there is none.
    QByteArray runningQuery() const { return m_runningQuery; }
    bool isBusy() const { return m_busy; }
    /// All packets of the client that came before the first command, from the login on.
    QByteArrayList handshakePackets() const { return m_handshakePackets; }
    /// Every byte that the client sent, TLS taken off.
    QByteArray received() const { return m_received; }

    // Whole answers
    void ok(const Ok &ok = {});
    void error(int number, const QByteArray &sqlState, const QByteArray &message);
    void result(const QList<FakeColumn> &columns, const QList<FakeRow> &rows,
                quint16 status = AutoCommit);
    /// The sessions that \a sql asks for (FakeServer::isProof()): all of the server, or the one
    /// that it names and its own; their tokens are not compared.
    void showSessions(const QByteArray &sql);
    /// Answers the question for the peer: the session has this id, and comes from this port (0:
    /// from the server's Unix socket).
    void tellPeer(quint64 connectionId, quint16 port);
    /// Of the client's end; 0 without TCP.
    quint16 peerPort() const;
    /// For an answer made of the parts below.
    void done();

    // Parts of an answer
    void columns(const QList<FakeColumn> &columns);
    void row(const FakeRow &row);
    void endOfRows(quint16 status = AutoCommit);
    void okWithMore();
    void send(const QByteArray &payload);
    void sendRaw(const QByteArray &bytes);
    /// A packet that is not awaited.
    void sendUnsolicited(const QByteArray &payload, quint8 sequence = 0);
    void setNextSequence(quint8 sequence) { m_sequence = sequence; }
    quint8 nextSequence() const { return m_sequence; }

    // The way of the bytes
    /// From now on so many bytes at a time, each portion in an event of its own; 0: all at once.
    void setPortion(int bytes) { m_portion = bytes; }
    /// Only so many more bytes get through, then the connection is cut.
    void cutAfter(qint64 bytes);
    /// How many of them are left.
    qint64 bytesUntilCut() const { return m_bytesUntilCut; }
    /// Sends what was written, then closes.
    void cut();
    /// The same, and returns when it is done; the event loop does not run meanwhile.
    void cutNow();
    /// Closes at once, as when the server crashes.
    void reset();
    void release();

    void greet(const FakeGreeting &greeting);
    void startTls();

Q_SIGNALS:
    void closed();

private:
    friend class FakeServer;

    enum class Phase { Scripted, Greeting, Login, Commands };

    QByteArray origin() const;
    void start();
    void runScript();
    bool satisfies(const QByteArray &payload);
    void readAll();
    void handlePacket(const QByteArray &payload, quint8 sequence);
    void handleLogin(const QByteArray &payload);
    void handleCommand(const QByteArray &payload);
    void answerSensibly(const QByteArray &payload);
    QByteArray sqlOf(const QByteArray &payload) const;
    void write(const QByteArray &bytes);
    void writePortion();
    void finishCut();

    FakeServer *m_server;
    QIODevice *m_device;
    int m_number;
    Script m_script;
    bool m_hasScript;
    bool m_held = false;
    Phase m_phase = Phase::Greeting;
    FakeGreeting m_greeting;
    Login m_login;
    quint64 m_capabilities = 0;
    /// Of the last answer; a question for the peer changes nothing of it.
    quint16 m_status = AutoCommit;
    quint8 m_sequence = 0;
    bool m_busy = false;
    QByteArray m_runningQuery;
    QByteArray m_received;
    QByteArray m_buffer;
    QList<QByteArray> m_waitingCommands;
    QByteArrayList m_handshakePackets;
    QByteArray m_outgoing;
    int m_portion = 0;
    qint64 m_bytesUntilCut = -1;
    bool m_cutting = false;
};

} // namespace Fake
