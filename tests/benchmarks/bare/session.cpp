// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "arguments.h"

#include <QtCore/qcryptographichash.h>
#include <QtCore/qendian.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

QByteArray packet(const QByteArray &payload, char sequence)
{
    QByteArray head(4, sequence);
    const auto size = qToLittleEndian(static_cast<quint32>(payload.size()));
    std::memcpy(head.data(), &size, 3);
    return head + payload;
}

/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
QByteArray scramble(const QByteArray &greeting)
{
    const qsizetype first = greeting.indexOf('\0', 1) + 1 + 4; // the version, the connection's id
    const qsizetype second = first + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10;
    return greeting.sliced(first, 8) + greeting.sliced(second, 12);
}

/// mysql_native_password: SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password)))
QByteArray proof(const QByteArray &password, const QByteArray &scramble)
{
    const auto sha1 = [](const QByteArray &bytes) {
        return QCryptographicHash::hash(bytes, QCryptographicHash::Sha1);
    };
    QByteArray result = sha1(password);
    const QByteArray mask = sha1(scramble + sha1(result));
    for (qsizetype i = 0; i < result.size(); ++i)
        result[i] = static_cast<char>(result[i] ^ mask[i]);
    return result;
}

QByteArray answer(const Arguments &arguments, const QByteArray &greeting)
{
    // CLIENT_LONG_PASSWORD, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH
    const auto capabilities = qToLittleEndian<quint32>(0x1 | 0x200 | 0x2000 | 0x8000 | 0x80000);
    QByteArray result(reinterpret_cast<const char *>(&capabilities), 4);
    result += QByteArray("\0\0\0\x40", 4); // the largest packet: 1 GiB
    result += '\x2d';                      // utf8mb4_general_ci
    result += QByteArray(23, '\0');
    result += QByteArray::fromStdString(arguments.user) + '\0';
    const QByteArray bytes
        = proof(QByteArray::fromStdString(arguments.password), scramble(greeting));
    result += static_cast<char>(bytes.size());
    result += bytes + "mysql_native_password"_ba + '\0';
    return result;
}

void check(bool done, const char *what)
{
    if (!done)
        fail(std::string("bare: ") + what + ": " + std::strerror(errno));
}

} // namespace

Session::Session(const Arguments &arguments)
    : m_descriptor(socket(AF_INET, SOCK_STREAM, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(arguments.port);
    check(inet_pton(AF_INET, arguments.host.c_str(), &address.sin_addr) == 1, "address");
    check(connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0,
          "connect");
    const int on = 1;
    setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send(packet(answer(arguments, receivePacket()), 1));
    if (!receivePacket().startsWith('\0'))
        fail("bare: the login was refused, or is not by mysql_native_password");
}

Session::~Session()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

int Session::takeDescriptor()
{
    return std::exchange(m_descriptor, -1);
}

void Session::send(const QByteArray &bytes)
{
    check(::send(m_descriptor, bytes.data(), static_cast<size_t>(bytes.size()), 0) == bytes.size(),
          "send");
}

qsizetype Session::receive(char *buffer, qsizetype size)
{
    const ssize_t received = recv(m_descriptor, buffer, static_cast<size_t>(size), 0);
    check(received > 0, "receive");
    return received;
}

QByteArray Session::query(const QByteArray &sql)
{
    return packet('\x03' + sql, 0);
}

QByteArray Session::receivePacket()
{
    const auto receiveAll = [this](qsizetype size) {
        QByteArray bytes(size, '\0');
        for (qsizetype i = 0; i < size;)
            i += receive(bytes.data() + i, size - i);
        return bytes;
    };
    const QByteArray head = receiveAll(4);
    return receiveAll(qFromLittleEndian<quint16>(head.data()));
}
