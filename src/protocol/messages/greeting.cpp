// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "greeting.h"

#include "bytereader.h"

namespace AsyncMySql::Protocol {

namespace {

constexpr quint8 ProtocolVersion = 10;
constexpr qsizetype FirstScramblePart = 8;
constexpr qsizetype ScrambleSize = 20;
constexpr QByteArrayView MariaDbName("MariaDB");

} // namespace

std::optional<Greeting> Greeting::parse(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    Greeting greeting;

    if (reader.readUInt8() != ProtocolVersion)
        return std::nullopt;
    QByteArrayView version = reader.readNulTerminated();
    greeting.connectionId = reader.readUInt32();
    greeting.scramble = reader.readBytes(FirstScramblePart).toByteArray();
    reader.skip(1);
    greeting.capabilities = reader.readUInt16();

    // Servers before 4.1 stop here. They are well-formed, but not supported.
    if (!reader.atEnd()) {
        greeting.collation = reader.readUInt8();
        greeting.status = ServerStatus::fromInt(reader.readUInt16());
        greeting.capabilities |= Capabilities(reader.readUInt16()) << 16;
        const qsizetype scrambleSize = reader.readUInt8();
        reader.skip(6);
        const quint32 extension = reader.readUInt32();
        // MySQL calls these bytes filler; they mean something only where MariaDB clears bit 0.
        if (!(greeting.capabilities & Capability::LongPassword))
            greeting.capabilities |= Capabilities(extension) << 32;
        if (greeting.capabilities & Capability::SecureConnection) {
            greeting.scramble += reader.readBytes(qMax<qsizetype>(ScrambleSize + 1, scrambleSize)
                                                  - FirstScramblePart);
        }
        if (greeting.capabilities & Capability::PluginAuth) {
            // MySQL 5.5.7 to 5.5.9 and 5.6.0 to 5.6.1 forget the NUL (MySQL bug 59453).
            QByteArrayView plugin = reader.readRest();
            const qsizetype end = plugin.indexOf('\0');
            greeting.authenticationPlugin = (end < 0 ? plugin : plugin.first(end)).toByteArray();
        }
    }
    if (reader.failed())
        return std::nullopt;

    if (greeting.scramble.size() == ScrambleSize + 1 && greeting.scramble.endsWith('\0'))
        greeting.scramble.chop(1);
    if (greeting.capabilities & Capability::PluginAuth && greeting.scramble.size() != ScrambleSize)
        return std::nullopt;

    greeting.isMariaDb = greeting.capabilities >> 32;
    // Replicas of old MySQL servers could not read a version of two digits.
    constexpr QByteArrayView replicationPrefix("5.5.5-");
    if ((greeting.isMariaDb || version.contains(MariaDbName))
        && version.startsWith(replicationPrefix))
        version = version.sliced(replicationPrefix.size());
    greeting.serverVersion = version.toByteArray();
    return greeting;
}

ServerFlavour Greeting::flavour() const
{
    if (isMariaDb)
        return ServerFlavour::MariaDb;
    // Without a greeting there is no version either.
    return serverVersion.isEmpty() || serverVersion.contains(MariaDbName) ? ServerFlavour::Unknown
                                                                          : ServerFlavour::MySql;
}

} // namespace AsyncMySql::Protocol
