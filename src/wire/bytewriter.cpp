// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytewriter.h"

#include <QtCore/qendian.h>

#include <cstring>

namespace AsyncMySql::Wire {

namespace {

// QByteArray::append() of a few bytes costs several times what writing them does.
void append(QByteArray *output, const void *bytes, qsizetype size)
{
    const qsizetype end = output->size();
    output->resize(end + size);
    std::memcpy(output->data() + end, bytes, static_cast<size_t>(size));
}

template <typename Integer>
void appendLittleEndian(QByteArray *output, Integer value)
{
    const Integer bytes = qToLittleEndian(value);
    append(output, &bytes, sizeof(bytes));
}

} // namespace

void ByteWriter::writeUInt8(quint8 value)
{
    append(&m_payload, &value, sizeof(value));
}

void ByteWriter::writeUInt16(quint16 value)
{
    appendLittleEndian(&m_payload, value);
}

void ByteWriter::writeUInt24(quint32 value)
{
    Q_ASSERT(value <= 0xFFFFFF);
    writeUInt16(static_cast<quint16>(value));
    writeUInt8(static_cast<quint8>(value >> 16));
}

void ByteWriter::writeUInt32(quint32 value)
{
    appendLittleEndian(&m_payload, value);
}

void ByteWriter::writeUInt64(quint64 value)
{
    appendLittleEndian(&m_payload, value);
}

void ByteWriter::writeLengthEncodedInteger(quint64 value)
{
    // 0xFB to 0xFF are prefixes, hence not 255.
    if (value < 0xFB) {
        writeUInt8(static_cast<quint8>(value));
    } else if (value <= 0xFFFF) {
        writeUInt8(0xFC);
        writeUInt16(static_cast<quint16>(value));
    } else if (value <= 0xFFFFFF) {
        writeUInt8(0xFD);
        writeUInt24(static_cast<quint32>(value));
    } else {
        writeUInt8(0xFE);
        writeUInt64(value);
    }
}

void ByteWriter::writeLengthEncodedBytes(QByteArrayView bytes)
{
    writeLengthEncodedInteger(static_cast<quint64>(bytes.size()));
    writeBytes(bytes);
}

void ByteWriter::writeNulTerminated(QByteArrayView bytes)
{
    Q_ASSERT(!bytes.contains('\0'));
    writeBytes(bytes);
    writeUInt8(0);
}

void ByteWriter::writeBytes(QByteArrayView bytes)
{
    if (!bytes.isEmpty())
        append(&m_payload, bytes.data(), bytes.size());
}

void ByteWriter::writeZeros(qsizetype count)
{
    m_payload.append(count, '\0');
}

} // namespace AsyncMySql::Wire
