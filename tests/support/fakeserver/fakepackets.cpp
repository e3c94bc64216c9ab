// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakepackets.h"

#include <algorithm>

namespace Fake {

namespace {

constexpr qsizetype MaximumPayload = 0xFFFFFF;

/// Reads what the client sent; whatever runs past the end reads as empty.
class Cursor
{
public:
    explicit Cursor(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }

    quint64 integer(int size)
    {
        quint64 value = 0;
        const QByteArray part = bytes(size);
        for (qsizetype i = 0; i < part.size(); ++i)
            value |= quint64(quint8(part.at(i))) << (8 * i);
        return value;
    }
    QByteArray bytes(qsizetype size)
    {
        const QByteArray part = m_bytes.mid(m_position, size);
        m_position += part.size();
        return part;
    }
    QByteArray terminated()
    {
        const qsizetype end = m_bytes.indexOf('\0', m_position);
        const QByteArray part = bytes((end < 0 ? m_bytes.size() : end) - m_position);
        ++m_position;
        return part;
    }
    QByteArray lengthEncodedBytes()
    {
        const quint64 first = integer(1);
        if (first < 0xFB)
            return bytes(qsizetype(first));
        return bytes(qsizetype(integer(first == 0xFC ? 2 : first == 0xFD ? 3 : 8)));
    }

private:
    QByteArray m_bytes;
    qsizetype m_position = 0;
};

} // namespace

FakeGreeting FakeGreeting::mariaDb()
{
    FakeGreeting greeting;
    greeting.version = QByteArrayLiteral("5.5.5-10.11.6-MariaDB-fake");
    greeting.capabilities = MariaDbCapabilities;
    return greeting;
}

std::optional<Login> Login::parse(const QByteArray &payload)
{
    if (payload.size() < 32)
        return std::nullopt;
    Cursor cursor(payload);
    Login login;
    login.capabilities = cursor.integer(4);
    login.maximumPacketSize = quint32(cursor.integer(4));
    login.collation = quint8(cursor.integer(1));
    cursor.bytes(19);
    login.capabilities |= cursor.integer(4) << 32;
    login.isTlsRequest = payload.size() == 32 && (login.capabilities & Ssl);
    if (login.isTlsRequest)
        return login;

    login.user = cursor.terminated();
    login.authentication = login.capabilities & PluginAuthLengthEncoded
                               ? cursor.lengthEncodedBytes()
                               : cursor.bytes(qsizetype(cursor.integer(1)));
    if (login.capabilities & ConnectWithDatabase)
        login.database = cursor.terminated();
    if (login.capabilities & PluginAuth)
        login.plugin = cursor.terminated();
    return login;
}

QByteArray integer(quint64 value, int bytes)
{
    QByteArray result;
    for (int i = 0; i < bytes; ++i)
        result += char(quint8(value >> (8 * i)));
    return result;
}

QByteArray lengthEncoded(quint64 value)
{
    if (value < 0xFB)
        return integer(value, 1);
    if (value <= 0xFFFF)
        return '\xFC' + integer(value, 2);
    if (value <= 0xFFFFFF)
        return '\xFD' + integer(value, 3);
    return '\xFE' + integer(value, 8);
}

QByteArray lengthEncoded(const QByteArray &bytes)
{
    return lengthEncoded(quint64(bytes.size())) + bytes;
}

QByteArray packet(const QByteArray &payload, quint8 sequence)
{
    QByteArray result;
    qsizetype position = 0;
    qsizetype size = 0;
    do {
        size = std::min(payload.size() - position, MaximumPayload);
        result += integer(quint64(size), 3) + char(sequence++) + payload.mid(position, size);
        position += size;
    } while (size == MaximumPayload);
    return result;
}

QByteArray greetingPayload(const FakeGreeting &greeting)
{
    const bool extended = !(greeting.capabilities & LongPassword);
    QByteArray payload;
    payload += '\x0A';
    payload += greeting.version + '\0';
    payload += integer(greeting.connectionId, 4);
    payload += greeting.scramble.left(8) + '\0';
    payload += integer(greeting.capabilities & 0xFFFF, 2);
    payload += char(greeting.collation);
    payload += integer(greeting.status, 2);
    payload += integer((greeting.capabilities >> 16) & 0xFFFF, 2);
    payload += char(greeting.scramble.size() + 1);
    payload += QByteArray(6, '\0');
    payload += integer(extended ? greeting.capabilities >> 32 : 0, 4);
    payload += greeting.scramble.mid(8) + '\0';
    if (greeting.capabilities & PluginAuth)
        payload += greeting.plugin + '\0';
    return payload;
}

QByteArray okPayload(const Ok &ok, quint64 capabilities, quint8 header)
{
    const quint16 status
        = quint16(ok.status | (ok.sessionState.isEmpty() ? 0 : SessionStateChanged));
    QByteArray payload = char(header) + lengthEncoded(ok.affectedRows)
                         + lengthEncoded(ok.lastInsertId) + integer(status, 2)
                         + integer(ok.warnings, 2);
    if (!(capabilities & SessionTrack))
        return payload + ok.info;
    if (!ok.info.isEmpty() || !ok.sessionState.isEmpty())
        payload += lengthEncoded(ok.info);
    if (!ok.sessionState.isEmpty())
        payload += lengthEncoded(ok.sessionState);
    return payload;
}

QByteArray errorPayload(const Refusal &refusal)
{
    QByteArray payload = '\xFF' + integer(quint64(refusal.number), 2);
    if (!refusal.sqlState.isEmpty())
        payload += '#' + refusal.sqlState;
    return payload + refusal.message;
}

QByteArray eofPayload(quint16 status, quint16 warnings)
{
    return '\xFE' + integer(warnings, 2) + integer(status, 2);
}

QByteArray authSwitchPayload(const QByteArray &plugin, const QByteArray &data)
{
    return '\xFE' + plugin + '\0' + data + '\0';
}

QByteArray columnPayload(const FakeColumn &column, quint64 capabilities)
{
    QByteArray payload = lengthEncoded(QByteArrayLiteral("def")) + lengthEncoded(QByteArray())
                         + lengthEncoded(column.table) + lengthEncoded(column.table)
                         + lengthEncoded(column.name) + lengthEncoded(column.name);
    if (capabilities & MariaDbExtendedMetadata)
        payload += lengthEncoded(QByteArray());
    return payload + '\x0C' + integer(column.collation, 2) + integer(1024, 4) + char(column.type)
           + integer(column.flags, 2) + char(column.decimals) + integer(0, 2);
}

QByteArray rowPayload(const FakeRow &row)
{
    QByteArray payload;
    for (const Field &field : row)
        payload += field ? lengthEncoded(*field) : QByteArray(1, '\xFB');
    return payload;
}

QByteArray sessionSchema(const QByteArray &schema)
{
    return '\x01' + lengthEncoded(lengthEncoded(schema));
}

QByteArray sessionVariable(const QByteArray &name, const QByteArray &value)
{
    return '\0' + lengthEncoded(lengthEncoded(name) + lengthEncoded(value));
}

QByteArray sessionGtid(const QByteArray &gtids)
{
    // The second zero says how they are encoded.
    return '\3' + lengthEncoded('\0' + lengthEncoded(gtids));
}

} // namespace Fake
