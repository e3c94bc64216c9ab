// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytereader.h"

namespace AsyncMySql::Wire {

quint32 ByteReader::readUInt24()
{
    const quint32 low = readUInt16();
    const quint32 high = readUInt8();
    return m_failed ? 0 : low | high << 16;
}

QByteArrayView ByteReader::readNulTerminated()
{
    const QByteArrayView rest(m_bytes.data() + m_position, remaining());
    const qsizetype length = rest.indexOf('\0');
    if (length < 0) {
        m_failed = true;
        return {};
    }
    m_position += length + 1;
    return rest.first(length);
}

quint64 ByteReader::readLongLengthEncodedInteger(quint8 prefix)
{
    switch (prefix) {
    case 0xFC:
        return readUInt16();
    case 0xFD:
        return readUInt24();
    case 0xFE:
        return readUInt64();
    default:
        m_failed = true;
        return 0;
    }
}

} // namespace AsyncMySql::Wire
