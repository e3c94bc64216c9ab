// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "okpacket.h"

#include "bytereader.h"

namespace AsyncMySql::Protocol {

namespace {

// Documented as the rest of the packet, yet MariaDB stores it with its length in front all the same
// (seen from 10.11). Others may follow the documentation.
QByteArrayView infoWithoutSessionTrack(QByteArrayView rest)
{
    Wire::ByteReader reader(rest);
    const QByteArrayView info = reader.readLengthEncodedBytes();
    return !reader.failed() && reader.atEnd() ? info : rest;
}

} // namespace

std::optional<OkPacket> OkPacket::parse(QByteArrayView payload, Capabilities capabilities)
{
    Wire::ByteReader reader(payload);
    OkPacket ok;
    reader.skip(1);
    ok.affectedRows = reader.readLengthEncodedInteger();
    ok.lastInsertId = reader.readLengthEncodedInteger();
    ok.status = ServerStatus::fromInt(reader.readUInt16());
    ok.warningCount = reader.readUInt16();

    if (!(capabilities & Capability::SessionTrack)) {
        ok.info = infoWithoutSessionTrack(reader.readRest()).toByteArray();
    } else if (!reader.atEnd()) {
        ok.info = reader.readLengthEncodedBytes().toByteArray();
        if (ok.status & ServerStatusFlag::SessionStateChanged && !reader.atEnd()) {
            auto changes = SessionStateChange::parseBlock(reader.readLengthEncodedBytes());
            if (!changes)
                return std::nullopt;
            ok.sessionStateChanges = *std::move(changes);
        }
    }
    if (reader.failed())
        return std::nullopt;
    return ok;
}

} // namespace AsyncMySql::Protocol
