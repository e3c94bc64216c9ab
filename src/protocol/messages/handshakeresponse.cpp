// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshakeresponse.h"

#include "bytewriter.h"

namespace AsyncMySql::Protocol {

namespace {

/// Of a length-encoded string, in bytes.
constexpr qsizetype LargestLength = 9;

void writeHead(Wire::ByteWriter *writer, const HandshakeResponse &response)
{
    writer->writeUInt32(static_cast<quint32>(response.capabilities));
    writer->writeUInt32(response.maximumPacketSize);
    writer->writeUInt8(response.collation);
    writer->writeZeros(19);
    // MySQL calls these bytes filler. MariaDB reads them only where bit 0 is clear.
    const bool extended = !(response.capabilities & Capability::LongPassword);
    writer->writeUInt32(extended ? static_cast<quint32>(response.capabilities >> 32) : 0);
}

void writeConnectAttributes(Wire::ByteWriter *writer,
                            const QList<std::pair<QByteArray, QByteArray>> &attributes)
{
    qsizetype size = 0;
    for (const auto &[name, value] : attributes)
        size += 2 * LargestLength + name.size() + value.size();
    Wire::ByteWriter block(size);
    for (const auto &[name, value] : attributes) {
        block.writeLengthEncodedBytes(name);
        block.writeLengthEncodedBytes(value);
    }
    writer->writeLengthEncodedBytes(block.payload());
}

} // namespace

QByteArray HandshakeResponse::serialize() const
{
    constexpr qsizetype usualSize = 512;
    Wire::ByteWriter writer(usualSize);
    writeHead(&writer, *this);
    writer.writeNulTerminated(user);
    if (capabilities & Capability::PluginAuthLengthEncoded) {
        writer.writeLengthEncodedBytes(authenticationData);
    } else {
        Q_ASSERT(authenticationData.size() <= 0xFF);
        writer.writeUInt8(static_cast<quint8>(authenticationData.size()));
        writer.writeBytes(authenticationData);
    }
    if (capabilities & Capability::ConnectWithDatabase)
        writer.writeNulTerminated(database);
    if (capabilities & Capability::PluginAuth)
        writer.writeNulTerminated(authenticationPlugin);
    if (capabilities & Capability::ConnectAttributes)
        writeConnectAttributes(&writer, connectAttributes);
    // One byte, as MySQL documents it; libmariadb sends four.
    if (capabilities & Capability::ZstdCompression)
        writer.writeUInt8(zstdCompressionLevel);
    return writer.take();
}

QByteArray HandshakeResponse::serializeSslRequest() const
{
    Wire::ByteWriter writer;
    writeHead(&writer, *this);
    return writer.take();
}

} // namespace AsyncMySql::Protocol
