// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "packetreader.h"
#include "packetwriter.h"

#include <QtCore/qbytearraylist.h>

#include <algorithm>
#include <cstring>
#include <utility>

/// What tests of exchanges share: the server's packets, and a stream of them that is read as the
/// session reads it.
namespace AsyncMySql::Tests {

inline QByteArray littleEndian(quint64 value, int size)
{
    QByteArray bytes;
    for (int i = 0; i < size; ++i)
        bytes.append(static_cast<char>(value >> (8 * i)));
    return bytes;
}

/// Length-encoded, as short as it can be.
inline QByteArray encoded(QByteArrayView value)
{
    const auto size = static_cast<quint64>(value.size());
    QByteArray bytes;
    if (size < 0xFB)
        bytes = littleEndian(size, 1);
    else if (size <= 0xFFFF)
        bytes = '\xFC' + littleEndian(size, 2);
    else if (size <= 0xFFFFFF)
        bytes = '\xFD' + littleEndian(size, 3);
    else
        bytes = '\xFE' + littleEndian(size, 8);
    return bytes.append(value);
}

inline QByteArray columnPacket(const QByteArray &name, Protocol::Capabilities capabilities)
{
    QByteArray packet = encoded("def") + encoded("db") + encoded("t") + encoded("t") + encoded(name)
                        + encoded(name);
    if (capabilities & Protocol::Capability::MariaDbExtendedMetadata)
        packet += encoded({});
    // length of what follows, utf8mb4, length, VAR_STRING, flags, decimals, filler
    return packet + '\x0C' + littleEndian(45, 2) + littleEndian(400, 4) + '\xFD'
           + littleEndian(0, 2) + '\0' + littleEndian(0, 2);
}

/// A null QByteArray is NULL.
inline QByteArray rowPacket(const QByteArrayList &values)
{
    QByteArray packet;
    for (const QByteArray &value : values)
        packet += value.isNull() ? QByteArray("\xFB") : encoded(value);
    return packet;
}

inline QByteArray okPacketOf(quint16 status, quint16 warnings = 0, char header = '\0')
{
    return header + QByteArray(2, '\0') + littleEndian(status, 2) + littleEndian(warnings, 2);
}

inline QByteArray eofPacketOf(quint16 status, quint16 warnings = 0)
{
    return '\xFE' + littleEndian(warnings, 2) + littleEndian(status, 2);
}

inline QByteArray errorPacketOf(quint16 number, const QByteArray &message)
{
    return '\xFF' + littleEndian(number, 2) + "#HY000" + message;
}

/// How a result begins; \a hasMetadata says whether its columns follow.
inline QByteArray columnCountPacket(Protocol::Capabilities capabilities, qsizetype count,
                                    bool hasMetadata = true)
{
    QByteArray packet = littleEndian(static_cast<quint64>(count), 1);
    if (capabilities & Protocol::Capability::MariaDbCacheMetadata)
        packet.append(hasMetadata ? '\1' : '\0');
    return packet;
}

/// Columns and rows, and their ends in the form that was agreed on.
inline QByteArrayList resultPackets(Protocol::Capabilities capabilities,
                                    const QByteArrayList &names, const QList<QByteArrayList> &rows,
                                    quint16 status, quint16 warnings = 0)
{
    const bool deprecateEof = capabilities & Protocol::Capability::DeprecateEof;
    QByteArrayList packets{columnCountPacket(capabilities, names.size())};
    for (const QByteArray &name : names)
        packets.append(columnPacket(name, capabilities));
    if (!deprecateEof)
        packets.append(eofPacketOf(status));
    for (const QByteArrayList &row : rows)
        packets.append(rowPacket(row));
    packets.append(deprecateEof ? okPacketOf(status, warnings, '\xFE')
                                : eofPacketOf(status, warnings));
    return packets;
}

/// The same of a prepared statement; a null QByteArray is NULL.
inline QByteArray binaryRowPacket(const QByteArrayList &values)
{
    QByteArray bitmap((values.size() + 7 + 2) / 8, '\0');
    QByteArray fields;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (values[i].isNull())
            bitmap[(i + 2) / 8] = static_cast<char>(bitmap[(i + 2) / 8] | 1 << (i + 2) % 8);
        else
            fields += encoded(values[i]);
    }
    return '\0' + bitmap + fields;
}

/// What PREPARE is answered by.
inline QByteArrayList preparePackets(Protocol::Capabilities capabilities, quint32 id,
                                     int parameterCount, const QByteArrayList &columnNames)
{
    const bool deprecateEof = capabilities & Protocol::Capability::DeprecateEof;
    // OK, id, columns, parameters, filler, warnings
    QByteArrayList packets{
        '\0' + littleEndian(id, 4) + littleEndian(static_cast<quint64>(columnNames.size()), 2)
        + littleEndian(static_cast<quint64>(parameterCount), 2) + '\0' + littleEndian(0, 2)};
    packets += QByteArrayList(parameterCount, columnPacket("?", capabilities));
    if (parameterCount > 0 && !deprecateEof)
        packets.append(eofPacketOf(2));
    for (const QByteArray &name : columnNames)
        packets.append(columnPacket(name, capabilities));
    if (!columnNames.isEmpty() && !deprecateEof)
        packets.append(eofPacketOf(2));
    return packets;
}

/// The same as resultPackets() of a prepared statement; \a hasMetadata says whether the columns are
/// sent (CACHE_METADATA).
inline QByteArrayList binaryResultPackets(Protocol::Capabilities capabilities,
                                          const QByteArrayList &names,
                                          const QList<QByteArrayList> &rows, quint16 status,
                                          bool hasMetadata = true)
{
    QByteArrayList packets = resultPackets(capabilities, names, {}, status);
    if (!hasMetadata) {
        packets.remove(1, names.size());
        packets.first() = columnCountPacket(capabilities, names.size(), false);
    }
    for (const QByteArrayList &row : rows)
        packets.insert(packets.size() - 1, binaryRowPacket(row));
    return packets;
}

/// As on the wire, behind a command (which has number 0).
inline QByteArray streamOf(const QByteArrayList &packets)
{
    QByteArray stream;
    quint8 sequence = 1;
    for (const QByteArray &packet : packets)
        Wire::appendPacket(&stream, packet, &sequence);
    return stream;
}

/// Feeds a stream to an exchange in portions, and sends what it gives, as a session does.
class ExchangeReader
{
public:
    using Exchange = Protocol::Exchange;

    explicit ExchangeReader(Exchange *exchange)
        : m_exchange(exchange)
        , m_reader(limits())
    {
        send();
    }

    void feed(QByteArrayView bytes)
    {
        while (!bytes.isEmpty() && m_progress == Exchange::Progress::NeedPacket) {
            const std::span<char> space = m_reader.prepare();
            const qsizetype count = std::min(bytes.size(), static_cast<qsizetype>(space.size()));
            std::memcpy(space.data(), bytes.data(), static_cast<size_t>(count));
            m_reader.commit(count);
            bytes = bytes.sliced(count);
            resume();
        }
    }

    void feed(QByteArrayView bytes, qsizetype portion)
    {
        for (qsizetype at = 0; at < bytes.size(); at += portion)
            feed(bytes.sliced(at, std::min(portion, bytes.size() - at)));
    }

    /// Goes on with what was fed, where the exchange was full or a source had nothing.
    void resume()
    {
        send();
        Wire::Packet packet;
        while (m_progress == Exchange::Progress::NeedPacket && !m_exchange->isFull()
               && m_reader.next(&packet) == Wire::PacketReader::Status::Ready) {
            m_progress = m_exchange->handlePacket(packet.payload, m_reader.block());
            if (m_progress == Exchange::Progress::AnswerComplete) {
                ++m_completeAnswers;
                m_progress = Exchange::Progress::NeedPacket;
            }
            send();
        }
    }

    /// Never AnswerComplete: those are counted.
    Exchange::Progress progress() const { return m_progress; }
    int completeAnswers() const { return m_completeAnswers; }

    /// What was sent, as its first letter (Command, SilentCommand, continuation) and bytes.
    QByteArrayList takeSent() { return std::exchange(m_sent, {}); }

private:
    /// Small blocks, so that rows lie in more than one of them.
    static Wire::PacketReader::Limits limits()
    {
        Wire::PacketReader::Limits limits;
        limits.blockSize = 512;
        return limits;
    }

    static char letterOf(Exchange::Output::Kind kind)
    {
        switch (kind) {
        case Exchange::Output::Kind::Command:
            return 'C';
        case Exchange::Output::Kind::SilentCommand:
            return 'S';
        case Exchange::Output::Kind::Continuation:
            break;
        }
        return 'c';
    }

    void send()
    {
        while (m_progress == Exchange::Progress::NeedPacket) {
            const std::optional<Exchange::Output> output = m_exchange->nextOutput();
            if (!output)
                return;
            m_sent.append(letterOf(output->kind) + output->payload);
        }
    }

    Exchange *m_exchange;
    Wire::PacketReader m_reader;
    Exchange::Progress m_progress = Exchange::Progress::NeedPacket;
    int m_completeAnswers = 0;
    QByteArrayList m_sent;
};

} // namespace AsyncMySql::Tests
