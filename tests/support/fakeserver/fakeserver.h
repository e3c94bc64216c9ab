// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakeconnection.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qhash.h>
#include <QtCore/qobject.h>
#include <QtNetwork/qsslconfiguration.h>

#include <deque>
#include <functional>
#include <optional>

QT_BEGIN_NAMESPACE
class QLocalServer;
class QTcpServer;
QT_END_NAMESPACE

namespace Fake {

struct RecordedCommand
{
    int connection = 0;
    quint8 code = 0;
    /// Of a query: the statement; else the rest of the payload.
    QByteArray argument;
    qint64 milliseconds = 0;

    bool isQuery() const { return code == 0x03; }
};

/// A server in the test's own thread and event loop. Left alone it is sensible: it greets, accepts
/// every login and answers every command with OK, and KILL QUERY, and what comes before it, as a
/// server does.
class FakeServer : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<void(FakeConnection &)>;
    using KillHandler = std::function<void(FakeConnection &killer, quint32 connectionId)>;

    enum Command : quint8 {
        Quit = 0x01,
        InitDatabase = 0x02,
        Query = 0x03,
        Ping = 0x0E,
        ResetConnection = 0x1F,
    };

    /// How the statement begins by which a client finds out whether it talks to the server itself.
    /// It is answered so, and not recorded, unless on() says otherwise for this beginning.
    static constexpr char PeerQuestion[] = "SELECT 0 + CONNECTION_ID()";

    /// The same for the statements by which a client that has several servers finds out what they
    /// are. Left alone, the server tells nothing, as if it was not in a cluster.
    static constexpr char RoleQuestion[] = "SHOW GLOBAL VARIABLES WHERE";
    static constexpr char GaleraQuestion[] = "SHOW GLOBAL STATUS WHERE";
    static constexpr char GroupQuestion[] = "SELECT MEMBER_STATE, MEMBER_ROLE";

    enum class Kind { Tcp, Local };

    explicit FakeServer(Kind kind = Kind::Tcp, QObject *parent = nullptr);
    ~FakeServer() override;

    quint16 port() const { return m_port; }
    QString localSocketName() const { return m_localName; }
    /// What it answers when it is asked for its max_allowed_packet, in bytes. It takes more all the
    /// same.
    qsizetype maximumAllowedPacket() const { return m_maximumAllowedPacket; }
    void setMaximumAllowedPacket(qsizetype bytes) { m_maximumAllowedPacket = bytes; }

    // The listening socket
    void stopListening();
    void listenAgain();

    // What connections do
    void setGreeting(const FakeGreeting &greeting) { m_greeting = greeting; }
    /// Offers TLS and, when it is asked for, starts it with this configuration.
    void setTls(const QSslConfiguration &configuration);
    /// For the next connection that is accepted and has no script yet.
    Script &script();
    void on(const QByteArray &sql, Handler handler) { m_handlers[sql] = std::move(handler); }
    /// For statements without a handler of on(). It returns whether it has answered, or will.
    void onOther(std::function<bool(FakeConnection &)> handler) { m_other = std::move(handler); }
    /// Before those of on(), in order, each one time.
    void once(const QByteArray &sql, Handler handler);
    void onCommand(quint8 code, Handler handler) { m_commandHandlers[code] = std::move(handler); }
    void onKill(KillHandler handler) { m_killHandler = std::move(handler); }
    /// What answers the question of a side connection whether this is the server of the session
    /// that it is to kill. Left alone, the server shows all its sessions.
    void onProof(Handler handler) { m_proofHandler = std::move(handler); }
    static bool isProof(const QByteArray &sql);
    /// Answers nothing, for use with on().
    static void stall(FakeConnection &) {}
    /// What a kill does on a server: the statement that runs there fails with 1317.
    void interrupt(quint32 connectionId);

    // What has happened
    int connectionCount() const { return int(m_connections.size()); }
    /// Counted from 1; the last one for 0. Lives as long as the server; null if there is none.
    FakeConnection *connection(int number = 0) const;
    int openConnections() const;
    QList<RecordedCommand> commands() const { return m_commands; }
    /// All statements, of one connection only if \a connection is not 0.
    QByteArrayList queries(int connection = 0) const;
    /// Without what a client sends on its own account: SET, DO, KILL, and what is asked before
    /// that.
    QByteArrayList userQueries(int connection = 0) const;
    int count(quint8 code) const;
    int countQuery(const QByteArray &sql) const;
    /// Steps of scripts that did not come true.
    QByteArrayList failures() const { return m_failures; }
    /// Every byte that any client has sent.
    QByteArray received() const;

    void cutAll();

Q_SIGNALS:
    void accepted(Fake::FakeConnection *connection);
    void commandReceived();

private:
    friend class FakeConnection;

    void listen();
    void accept(QIODevice *device);
    void record(const RecordedCommand &command);
    bool handle(FakeConnection &connection, quint8 code, const QByteArray &argument);

    Kind m_kind;
    QTcpServer *m_tcp = nullptr;
    QLocalServer *m_local = nullptr;
    quint16 m_port = 0;
    QString m_localName;
    qsizetype m_maximumAllowedPacket = 16 * 1024 * 1024;
    FakeGreeting m_greeting;
    /// Without one, Qt's TLS is not loaded.
    std::optional<QSslConfiguration> m_tls;
    std::deque<Script> m_scripts;
    QHash<QByteArray, Handler> m_handlers;
    QHash<QByteArray, QList<Handler>> m_onceHandlers;
    QHash<quint8, Handler> m_commandHandlers;
    std::function<bool(FakeConnection &)> m_other;
    KillHandler m_killHandler;
    Handler m_proofHandler;
    QList<FakeConnection *> m_connections;
    QList<RecordedCommand> m_commands;
    QByteArrayList m_failures;
    QElapsedTimer m_clock;
};

} // namespace Fake
