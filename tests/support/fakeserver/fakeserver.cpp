// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakeserver.h"

#include <QtCore/quuid.h>
#include <QtNetwork/qlocalserver.h>
#include <QtNetwork/qlocalsocket.h>
#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpserver.h>

#include <algorithm>
#include <optional>

namespace Fake {

namespace {

/// Gives every accepted descriptor to a socket that can become a TLS one, if there is TLS.
class TcpListener : public QTcpServer
{
public:
    TcpListener(const std::optional<QSslConfiguration> &tls, QObject *parent)
        : QTcpServer(parent)
        , m_tls(tls)
    {
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        QTcpSocket *socket = m_tls ? new QSslSocket(this) : new QTcpSocket(this);
        if (!socket->setSocketDescriptor(descriptor)) {
            delete socket;
            return;
        }
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        addPendingConnection(socket);
    }

private:
    const std::optional<QSslConfiguration> &m_tls;
};

bool isOfTheClientItself(const QByteArray &sql)
{
    return sql.startsWith("SET ") || sql.startsWith("DO ") || sql.startsWith("KILL ")
           || sql == "SELECT @@SESSION.wait_timeout" || FakeServer::isProof(sql)
           || sql == FakeServer::RoleQuestion || sql == FakeServer::GaleraQuestion
           || sql == FakeServer::GroupQuestion;
}

} // namespace

FakeServer::FakeServer(Kind kind, QObject *parent)
    : QObject(parent)
    , m_kind(kind)
{
    m_clock.start();
    listen();
}

FakeServer::~FakeServer() = default;

void FakeServer::listen()
{
    if (m_kind == Kind::Local) {
        m_local = new QLocalServer(this);
        if (m_localName.isEmpty())
            m_localName = QStringLiteral("asyncmysql-")
                          + QUuid::createUuid().toString(QUuid::WithoutBraces);
        connect(m_local, &QLocalServer::newConnection, this, [this] {
            while (QLocalSocket *socket = m_local->nextPendingConnection())
                accept(socket);
        });
        if (!m_local->listen(m_localName))
            qFatal("The fake server cannot listen: %s", qPrintable(m_local->errorString()));
        m_localName = m_local->fullServerName();
        return;
    }
    m_tcp = new TcpListener(m_tls, this);
    connect(m_tcp, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = m_tcp->nextPendingConnection())
            accept(socket);
    });
    if (!m_tcp->listen(QHostAddress::LocalHost, m_port))
        qFatal("The fake server cannot listen: %s", qPrintable(m_tcp->errorString()));
    m_port = m_tcp->serverPort();
}

void FakeServer::stopListening()
{
    // The accepted sockets are children of their connections, so they live on.
    delete m_tcp;
    delete m_local;
    m_tcp = nullptr;
    m_local = nullptr;
}

void FakeServer::listenAgain()
{
    stopListening();
    listen();
}

void FakeServer::accept(QIODevice *device)
{
    const bool hasScript = !m_scripts.empty();
    Script script;
    if (hasScript) {
        script = std::move(m_scripts.front());
        m_scripts.pop_front();
    }
    auto *connection
        = new FakeConnection(this, device, connectionCount() + 1, std::move(script), hasScript);
    m_connections.append(connection);
    connection->start();
    Q_EMIT accepted(connection);
    // What came together with the connection has been signalled already.
    if (device->bytesAvailable() > 0)
        connection->readAll();
}

void FakeServer::setTls(const QSslConfiguration &configuration)
{
    m_tls = configuration;
}

Script &FakeServer::script()
{
    return m_scripts.emplace_back();
}

void FakeServer::once(const QByteArray &sql, Handler handler)
{
    m_onceHandlers[sql].append(std::move(handler));
}

FakeConnection *FakeServer::connection(int number) const
{
    if (number == 0)
        number = connectionCount();
    return number >= 1 && number <= connectionCount() ? m_connections.at(number - 1) : nullptr;
}

int FakeServer::openConnections() const
{
    return int(
        std::count_if(m_connections.cbegin(), m_connections.cend(),
                      [](const FakeConnection *connection) { return connection->isOpen(); }));
}

void FakeServer::record(const RecordedCommand &command)
{
    m_commands.append(command);
    m_commands.last().milliseconds = m_clock.elapsed();
    Q_EMIT commandReceived();
}

bool FakeServer::handle(FakeConnection &connection, quint8 code, const QByteArray &argument)
{
    if (code != Query) {
        const Handler handler = m_commandHandlers.value(code);
        if (handler)
            handler(connection);
        return bool(handler);
    }
    if (QList<Handler> &handlers = m_onceHandlers[argument]; !handlers.isEmpty()) {
        handlers.takeFirst()(connection);
        return true;
    }
    if (const Handler handler = m_handlers.value(argument)) {
        handler(connection);
        return true;
    }
    if (m_other && m_other(connection))
        return true;
    if (isProof(argument)) {
        if (m_proofHandler)
            m_proofHandler(connection);
        else
            connection.showSessions(argument);
        return true;
    }
    static const QByteArray kill = QByteArrayLiteral("KILL QUERY ");
    if (!argument.startsWith(kill))
        return false;
    const quint32 connectionId = argument.mid(kill.size()).toUInt();
    if (m_killHandler) {
        m_killHandler(connection, connectionId);
    } else {
        interrupt(connectionId);
        connection.ok();
    }
    return true;
}

bool FakeServer::isProof(const QByteArray &sql)
{
    return sql == "SHOW PROCESSLIST" || sql.startsWith("SELECT PROCESSLIST_ID FROM performance_")
           || sql.startsWith("SELECT ID, HOST FROM information_schema.PROCESSLIST");
}

void FakeServer::interrupt(quint32 connectionId)
{
    FakeConnection *victim = connection(int(connectionId));
    if (victim && victim->isOpen() && !victim->runningQuery().isEmpty())
        victim->error(1317, "70100", "Query execution was interrupted");
}

QByteArrayList FakeServer::queries(int connection) const
{
    QByteArrayList result;
    for (const RecordedCommand &command : m_commands) {
        if (command.isQuery() && (connection == 0 || command.connection == connection))
            result.append(command.argument);
    }
    return result;
}

QByteArrayList FakeServer::userQueries(int connection) const
{
    QByteArrayList result = queries(connection);
    result.removeIf(isOfTheClientItself);
    return result;
}

int FakeServer::count(quint8 code) const
{
    return int(
        std::count_if(m_commands.cbegin(), m_commands.cend(),
                      [code](const RecordedCommand &command) { return command.code == code; }));
}

int FakeServer::countQuery(const QByteArray &sql) const
{
    return int(queries().count(sql));
}

QByteArray FakeServer::received() const
{
    QByteArray all;
    for (const FakeConnection *connection : m_connections)
        all += connection->received();
    return all;
}

void FakeServer::cutAll()
{
    for (FakeConnection *connection : std::as_const(m_connections)) {
        if (connection->isOpen())
            connection->reset();
    }
}

} // namespace Fake
