// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakeconnection.h"

#include "fakeserver.h"

#include <QtCore/qtimer.h>
#include <QtNetwork/qabstractsocket.h>
#include <QtNetwork/qlocalsocket.h>
#include <QtNetwork/qsslsocket.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Fake {

FakeConnection::FakeConnection(FakeServer *server, QIODevice *device, int number, Script script,
                               bool hasScript)
    : QObject(server)
    , m_server(server)
    , m_device(device)
    , m_number(number)
    , m_script(std::move(script))
    , m_hasScript(hasScript)
{
    m_device->setParent(this);
    connect(m_device, &QIODevice::readyRead, this, &FakeConnection::readAll);
    if (auto *local = qobject_cast<QLocalSocket *>(m_device))
        connect(local, &QLocalSocket::disconnected, this, &FakeConnection::closed);
    else if (auto *tcp = qobject_cast<QAbstractSocket *>(m_device))
        connect(tcp, &QAbstractSocket::disconnected, this, &FakeConnection::closed);
}

bool FakeConnection::isOpen() const
{
    if (auto *local = qobject_cast<QLocalSocket *>(m_device))
        return local->state() == QLocalSocket::ConnectedState;
    return qobject_cast<QAbstractSocket *>(m_device)->state() == QAbstractSocket::ConnectedState;
}

bool FakeConnection::isEncrypted() const
{
    auto *socket = qobject_cast<QSslSocket *>(m_device);
    return socket && socket->isEncrypted();
}

void FakeConnection::start()
{
    if (m_hasScript)
        m_phase = Phase::Scripted;
    else
        greet(m_server->m_greeting);
    runScript();
}

void FakeConnection::greet(const FakeGreeting &greeting)
{
    m_greeting = greeting;
    if (m_greeting.connectionId == 0)
        m_greeting.connectionId = quint32(m_number);
    if (m_server->m_tls)
        m_greeting.capabilities |= Ssl;
    send(greetingPayload(m_greeting));
    m_phase = Phase::Login;
}

void FakeConnection::startTls()
{
    auto *socket = qobject_cast<QSslSocket *>(m_device);
    Q_ASSERT(socket && m_server->m_tls);
    socket->setSslConfiguration(*m_server->m_tls);
    socket->startServerEncryption();
}

// Does what can be done now; stops at a step that waits.
void FakeConnection::runScript()
{
    while (!m_held && !m_script.m_steps.isEmpty()) {
        const Script::Step step = m_script.m_steps.constFirst();
        if (std::holds_alternative<Script::Wait>(step))
            return;
        m_script.m_steps.removeFirst();
        if (const auto *action = std::get_if<Script::Action>(&step)) {
            (*action)(*this);
        } else {
            const Script::Delay delay = std::get<Script::Delay>(step);
            m_held = true;
            if (delay.time.count() >= 0)
                QTimer::singleShot(delay.time, this, &FakeConnection::release);
        }
    }
}

void FakeConnection::release()
{
    m_held = false;
    runScript();
}

// Whether the packet is what the script waits for; then the script goes on.
bool FakeConnection::satisfies(const QByteArray &payload)
{
    if (m_held || m_script.m_steps.isEmpty())
        return false;
    const auto *wait = std::get_if<Script::Wait>(&m_script.m_steps.constFirst());
    if (!wait)
        return false;
    const std::optional<Login> login = Login::parse(payload);
    switch (wait->expectation) {
    case Script::Expectation::Login:
        if (login && login->isTlsRequest) {
            startTls();
            return true;
        }
        break;
    case Script::Expectation::TlsRequest:
        if (!login || !login->isTlsRequest) {
            m_server->m_failures.append("expected a request for TLS, got " + payload.toHex(' '));
            reset();
            return true;
        }
        break;
    case Script::Expectation::Packet:
        break;
    case Script::Expectation::Query:
        if (m_phase != Phase::Commands || sqlOf(payload) != wait->sql)
            return false;
        m_busy = true;
        m_runningQuery = wait->sql;
        m_server->record({m_number, FakeServer::Query, wait->sql, 0});
        break;
    }
    if (login && m_phase != Phase::Commands && wait->expectation == Script::Expectation::Login) {
        m_login = *login;
        m_capabilities = m_login.capabilities & m_greeting.capabilities;
    }
    m_script.m_steps.removeFirst();
    runScript();
    return true;
}

void FakeConnection::readAll()
{
    const QByteArray bytes = m_device->readAll();
    m_received += bytes;
    m_buffer += bytes;
    while (m_buffer.size() >= 4) {
        const qsizetype size
            = quint8(m_buffer.at(0)) | quint8(m_buffer.at(1)) << 8 | quint8(m_buffer.at(2)) << 16;
        if (m_buffer.size() < 4 + size)
            return;
        const quint8 sequence = quint8(m_buffer.at(3));
        const QByteArray payload = m_buffer.mid(4, size);
        m_buffer.remove(0, 4 + size);
        handlePacket(payload, sequence);
    }
}

void FakeConnection::handlePacket(const QByteArray &payload, quint8 sequence)
{
    if (m_phase == Phase::Commands) {
        // The sequence number distinguishes commands from what belongs to a dialogue.
        if (sequence == 0 && m_busy) {
            m_waitingCommands.append(payload);
            return;
        }
        m_sequence = quint8(sequence + 1);
        if (!satisfies(payload))
            handleCommand(payload);
        return;
    }
    m_sequence = quint8(sequence + 1);
    m_handshakePackets.append(payload);
    if (!satisfies(payload) && m_phase == Phase::Login && m_script.m_steps.isEmpty())
        handleLogin(payload);
}

void FakeConnection::handleLogin(const QByteArray &payload)
{
    const std::optional<Login> login = Login::parse(payload);
    if (!login) {
        m_server->m_failures.append("not a login: " + payload.toHex(' '));
        reset();
        return;
    }
    if (login->isTlsRequest) {
        startTls();
        return;
    }
    m_login = *login;
    m_capabilities = m_login.capabilities & m_greeting.capabilities;
    ok();
}

QByteArray FakeConnection::sqlOf(const QByteArray &payload) const
{
    if (payload.isEmpty() || quint8(payload.at(0)) != FakeServer::Query)
        return {};
    // With query attributes: their number (none) and the number of their sets (one) come first.
    return payload.mid(m_capabilities & QueryAttributes ? 3 : 1);
}

void FakeConnection::handleCommand(const QByteArray &payload)
{
    m_busy = true;
    const quint8 code = payload.isEmpty() ? 0 : quint8(payload.at(0));
    QByteArray argument = code == FakeServer::Query ? sqlOf(payload) : payload.mid(1);
    for (const char *question : {FakeServer::PeerQuestion, FakeServer::RoleQuestion,
                                 FakeServer::GaleraQuestion, FakeServer::GroupQuestion}) {
        if (argument.startsWith(question))
            argument = question;
    }
    m_runningQuery = code == FakeServer::Query ? argument : QByteArray();
    if (m_runningQuery == FakeServer::PeerQuestion
        && !m_server->m_handlers.contains(m_runningQuery)) {
        tellPeer(m_greeting.connectionId, peerPort());
        return;
    }
    m_server->record({m_number, code, argument, 0});
    if (!m_server->handle(*this, code, argument))
        answerSensibly(payload);
}

quint16 FakeConnection::peerPort() const
{
    const auto *socket = qobject_cast<QAbstractSocket *>(m_device);
    return socket ? socket->peerPort() : quint16(0);
}

void FakeConnection::tellPeer(quint64 connectionId, quint16 port)
{
    const QByteArray host = port ? "127.0.0.1:" + QByteArray::number(port) : "localhost"_ba;
    result({FakeColumn("0 + CONNECTION_ID()"), FakeColumn("HOST"), FakeColumn("@@socket"),
            FakeColumn("GREATEST(@@max_allowed_packet, @@net_buffer_length)")},
           {{QByteArray::number(connectionId), host, m_server->localSocketName().toUtf8(),
             QByteArray::number(m_server->maximumAllowedPacket())}},
           m_status);
}

void FakeConnection::answerSensibly(const QByteArray &payload)
{
    if (payload.startsWith(char(FakeServer::Quit)))
        cut();
    else
        ok();
}

void FakeConnection::ok(const Ok &ok)
{
    m_status = ok.status;
    send(okPayload(ok, m_capabilities));
    done();
}

void FakeConnection::error(int number, const QByteArray &sqlState, const QByteArray &message)
{
    send(errorPayload({number, sqlState, message}));
    // An error before the login ends the conversation.
    if (m_phase == Phase::Commands)
        done();
}

void FakeConnection::result(const QList<FakeColumn> &columnList, const QList<FakeRow> &rows,
                            quint16 status)
{
    columns(columnList);
    for (const FakeRow &values : rows)
        row(values);
    endOfRows(status);
    if (!(status & MoreResults))
        done();
}

void FakeConnection::showSessions(const QByteArray &sql)
{
    const qsizetype list = sql.indexOf(" IN (");
    const quint32 wanted
        = list < 0 ? 0 : sql.mid(list + 5, sql.indexOf(',', list) - list - 5).toUInt();
    const bool hasHosts = !sql.startsWith("SELECT PROCESSLIST_ID");
    QList<FakeRow> rows;
    for (int number = 1; number <= m_server->connectionCount(); ++number) {
        const FakeConnection *session = m_server->connection(number);
        const quint32 id = session->m_greeting.connectionId;
        if (!session->isOpen() || (list >= 0 && session != this && id != wanted))
            continue;
        rows.append(hasHosts ? FakeRow{QByteArray::number(id), session->origin()}
                             : FakeRow{QByteArray::number(id)});
    }
    result(hasHosts ? QList<FakeColumn>{"Id", "Host"} : QList<FakeColumn>{"PROCESSLIST_ID"}, rows);
}

/// As a server shows it that resolves names.
QByteArray FakeConnection::origin() const
{
    const auto *socket = qobject_cast<const QAbstractSocket *>(m_device);
    return socket ? "localhost:" + QByteArray::number(socket->peerPort()) : "localhost";
}

void FakeConnection::done()
{
    if (m_phase != Phase::Commands) {
        m_phase = Phase::Commands;
        return;
    }
    m_busy = false;
    m_runningQuery.clear();
    if (m_waitingCommands.isEmpty())
        return;
    // Not from here: the handler that calls may have more to do.
    QTimer::singleShot(0, this, [this] {
        if (!m_busy && !m_waitingCommands.isEmpty())
            handlePacket(m_waitingCommands.takeFirst(), 0);
    });
}

void FakeConnection::columns(const QList<FakeColumn> &columnList)
{
    send(lengthEncoded(quint64(columnList.size())));
    for (const FakeColumn &column : columnList)
        send(columnPayload(column, m_capabilities));
    if (!(m_capabilities & DeprecateEof))
        send(eofPayload(AutoCommit));
}

void FakeConnection::row(const FakeRow &row)
{
    send(rowPayload(row));
}

void FakeConnection::endOfRows(quint16 status)
{
    m_status = status;
    Ok ok;
    ok.status = status;
    send(m_capabilities & DeprecateEof ? okPayload(ok, m_capabilities, 0xFE) : eofPayload(status));
}

void FakeConnection::okWithMore()
{
    Ok ok;
    ok.status = AutoCommit | MoreResults;
    send(okPayload(ok, m_capabilities));
}

void FakeConnection::send(const QByteArray &payload)
{
    write(packet(payload, m_sequence));
    m_sequence = quint8(m_sequence + 1 + payload.size() / 0xFFFFFF);
}

void FakeConnection::sendRaw(const QByteArray &bytes)
{
    write(bytes);
}

void FakeConnection::sendUnsolicited(const QByteArray &payload, quint8 sequence)
{
    write(packet(payload, sequence));
}

void FakeConnection::cutAfter(qint64 bytes)
{
    m_bytesUntilCut = bytes;
    if (bytes == 0)
        cut();
}

void FakeConnection::write(const QByteArray &bytes)
{
    if (m_cutting || !isOpen())
        return;
    QByteArray part = bytes;
    if (m_bytesUntilCut >= 0) {
        part.truncate(m_bytesUntilCut);
        m_bytesUntilCut -= part.size();
    }
    if (m_portion > 0 || !m_outgoing.isEmpty()) {
        const bool isFirst = m_outgoing.isEmpty();
        m_outgoing += part;
        if (isFirst)
            writePortion();
    } else {
        m_device->write(part);
    }
    if (m_bytesUntilCut == 0)
        cut();
}

void FakeConnection::writePortion()
{
    if (!isOpen())
        return;
    const qsizetype size
        = m_portion > 0 ? std::min<qsizetype>(m_portion, m_outgoing.size()) : m_outgoing.size();
    m_device->write(m_outgoing.constData(), size);
    m_outgoing.remove(0, size);
    if (!m_outgoing.isEmpty())
        QTimer::singleShot(0, this, &FakeConnection::writePortion);
    else if (m_cutting)
        finishCut();
}

void FakeConnection::cut()
{
    m_cutting = true;
    if (m_outgoing.isEmpty())
        finishCut();
}

void FakeConnection::finishCut()
{
    if (auto *local = qobject_cast<QLocalSocket *>(m_device))
        local->disconnectFromServer();
    else
        qobject_cast<QAbstractSocket *>(m_device)->disconnectFromHost();
}

void FakeConnection::cutNow()
{
    constexpr int enough = 10'000;
    cut();
    if (auto *local = qobject_cast<QLocalSocket *>(m_device)) {
        if (local->state() != QLocalSocket::UnconnectedState)
            local->waitForDisconnected(enough);
    } else if (auto *socket = qobject_cast<QAbstractSocket *>(m_device);
               socket->state() != QAbstractSocket::UnconnectedState) {
        socket->waitForDisconnected(enough);
    }
}

void FakeConnection::reset()
{
    m_cutting = true;
    m_outgoing.clear();
    if (auto *local = qobject_cast<QLocalSocket *>(m_device))
        local->abort();
    else
        qobject_cast<QAbstractSocket *>(m_device)->abort();
}

} // namespace Fake
