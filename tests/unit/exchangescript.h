// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "packetreader.h"
#include "packetwriter.h"

#include <QtCore/qbytearraylist.h>

#include <algorithm>
#include <cstring>

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

/// Columns and rows, and their ends in the form that was agreed on.
inline QByteArrayList resultPackets(Protocol::Capabilities capabilities,
                                    const QByteArrayList &names, const QList<QByteArrayList> &rows,
                                    quint16 status, quint16 warnings = 0)
{
    const bool deprecateEof = capabilities & Protocol::Capability::DeprecateEof;
    QByteArrayList packets{littleEndian(static_cast<quint64>(names.size()), 1)};
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

/// As on the wire, behind a command (which has number 0).
inline QByteArray streamOf(const QByteArrayList &packets)
{
    QByteArray stream;
    quint8 sequence = 1;
    for (const QByteArray &packet : packets)
        Wire::appendPacket(&stream, packet, &sequence);
    return stream;
}

/// Feeds a stream to an exchange in portions.
class ExchangeReader
{
public:
    explicit ExchangeReader(Protocol::Exchange *exchange)
        : m_exchange(exchange)
        , m_reader(limits())
    {
    }

    void feed(QByteArrayView bytes)
    {
        while (!bytes.isEmpty() && m_progress == Protocol::Exchange::Progress::NeedPacket) {
            const std::span<char> space = m_reader.prepare();
            const qsizetype count = std::min(bytes.size(), static_cast<qsizetype>(space.size()));
            std::memcpy(space.data(), bytes.data(), static_cast<size_t>(count));
            m_reader.commit(count);
            bytes = bytes.sliced(count);
            Wire::Packet packet;
            while (m_progress == Protocol::Exchange::Progress::NeedPacket
                   && m_reader.next(&packet) == Wire::PacketReader::Status::Ready) {
                m_progress = m_exchange->handlePacket(packet.payload, m_reader.block());
            }
        }
    }

    void feed(QByteArrayView bytes, qsizetype portion)
    {
        for (qsizetype at = 0; at < bytes.size(); at += portion)
            feed(bytes.sliced(at, std::min(portion, bytes.size() - at)));
    }

    Protocol::Exchange::Progress progress() const { return m_progress; }

private:
    /// Small blocks, so that rows lie in more than one of them.
    static Wire::PacketReader::Limits limits()
    {
        Wire::PacketReader::Limits limits;
        limits.blockSize = 512;
        return limits;
    }

    Protocol::Exchange *m_exchange;
    Wire::PacketReader m_reader;
    Protocol::Exchange::Progress m_progress = Protocol::Exchange::Progress::NeedPacket;
};

} // namespace AsyncMySql::Tests
