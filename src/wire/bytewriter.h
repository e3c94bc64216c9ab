// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qendian.h>

#include <array>
#include <type_traits>
#include <utility>

namespace AsyncMySql::Wire {

/// Appends the protocol's primitive types (little-endian, length-encoded) to a payload.
class ByteWriter
{
public:
    ByteWriter() = default;
    /// Spares the growing where the size is known more or less.
    explicit ByteWriter(qsizetype expectedSize) { m_payload.reserve(expectedSize); }

    void writeUInt8(quint8 value);
    void writeUInt16(quint16 value);
    void writeUInt24(quint32 value);
    void writeUInt32(quint32 value);
    void writeUInt64(quint64 value);
    /// Writes unsigned integers one after the other, each with the size of its type. That costs as
    /// much as one of them.
    template <typename... Integers>
    void writeIntegers(Integers... values)
    {
        static_assert((std::is_unsigned_v<Integers> && ...));
        std::array<char, (sizeof(Integers) + ...)> bytes;
        char *at = bytes.data();
        ((qToLittleEndian(values, at), at += sizeof(values)), ...);
        writeBytes({bytes.data(), static_cast<qsizetype>(bytes.size())});
    }
    void writeLengthEncodedInteger(quint64 value);
    void writeLengthEncodedBytes(QByteArrayView bytes);
    /// The caller makes sure that \a bytes holds no NUL.
    void writeNulTerminated(QByteArrayView bytes);
    void writeBytes(QByteArrayView bytes);
    void writeZeros(qsizetype count);

    qsizetype size() const { return m_payload.size(); }
    const QByteArray &payload() const { return m_payload; }
    QByteArray take() { return std::exchange(m_payload, {}); }

private:
    QByteArray m_payload;
};

} // namespace AsyncMySql::Wire
