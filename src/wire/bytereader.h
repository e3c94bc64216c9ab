// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>
#include <QtCore/qendian.h>

namespace AsyncMySql::Wire {

/// Reads the protocol's primitive types (little-endian, length-encoded) from bytes it does not own.
///
/// The failure is sticky: after a read past the end, or a length-encoded integer that is not legal,
/// every further read returns zero or an empty view, and failed() stays true. A parser reads its
/// whole message and checks once.
class ByteReader
{
public:
    explicit ByteReader(QByteArrayView bytes)
        : m_bytes(bytes)
    {
    }

    quint8 readUInt8() { return readFixed<quint8>(); }
    quint16 readUInt16() { return readFixed<quint16>(); }
    quint32 readUInt24();
    quint32 readUInt32() { return readFixed<quint32>(); }
    quint64 readUInt64() { return readFixed<quint64>(); }

    /// The prefixes 0xFB (NULL in text rows) and 0xFF are never legal here.
    quint64 readLengthEncodedInteger();
    QByteArrayView readLengthEncodedBytes();
    /// Up to the NUL, which is consumed and not returned. A missing NUL is a failure.
    QByteArrayView readNulTerminated();
    QByteArrayView readBytes(qsizetype count);
    QByteArrayView readRest() { return readBytes(remaining()); }
    void skip(qsizetype count) { readBytes(count); }

    /// The next byte without consuming it; 0 at the end, which is not a failure.
    quint8 peek() const { return atEnd() ? 0 : static_cast<quint8>(m_bytes[m_position]); }

    qsizetype position() const { return m_position; }
    qsizetype remaining() const { return m_failed ? 0 : m_bytes.size() - m_position; }
    bool atEnd() const { return remaining() == 0; }

    [[nodiscard]] bool failed() const { return m_failed; }
    /// For a parser that finds the values it read to make no sense.
    void fail() { m_failed = true; }

private:
    template <typename Integer>
    Integer readFixed()
    {
        const QByteArrayView bytes = readBytes(qsizetype(sizeof(Integer)));
        return bytes.isEmpty() ? Integer(0) : qFromLittleEndian<Integer>(bytes.data());
    }
    quint64 readLongLengthEncodedInteger(quint8 prefix);

    QByteArrayView m_bytes;
    qsizetype m_position = 0;
    bool m_failed = false;
};

inline QByteArrayView ByteReader::readBytes(qsizetype count)
{
    // Compared with what is left: adding to the position could overflow.
    if (m_failed || count < 0 || count > m_bytes.size() - m_position) {
        m_failed = true;
        return {};
    }
    const QByteArrayView bytes(m_bytes.data() + m_position, count);
    m_position += count;
    return bytes;
}

inline quint64 ByteReader::readLengthEncodedInteger()
{
    const quint8 prefix = readUInt8();
    return prefix < 0xFB ? prefix : readLongLengthEncodedInteger(prefix);
}

inline QByteArrayView ByteReader::readLengthEncodedBytes()
{
    const quint64 length = readLengthEncodedInteger();
    if (length > static_cast<quint64>(remaining())) {
        m_failed = true;
        return {};
    }
    return readBytes(static_cast<qsizetype>(length));
}

} // namespace AsyncMySql::Wire
