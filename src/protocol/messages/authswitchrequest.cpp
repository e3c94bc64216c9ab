// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authswitchrequest.h"

#include "bytereader.h"
#include "packetheader.h"

namespace AsyncMySql::Protocol {

namespace {

/// After the header, of which there must be more.
std::optional<AuthSwitchRequest> parseRequest(Wire::ByteReader reader)
{
    AuthSwitchRequest request;
    request.plugin = reader.readNulTerminated().toByteArray();
    QByteArrayView data = reader.readRest();
    if (reader.failed() || request.plugin.isEmpty())
        return std::nullopt;
    // Scrambles have 20 or 32 bytes. In other data a last NUL may mean something.
    if ((data.size() == 21 || data.size() == 33) && data.endsWith('\0'))
        data.chop(1);
    request.data = data.toByteArray();
    return request;
}

} // namespace

std::optional<AuthSwitchRequest> AuthSwitchRequest::parse(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    if (reader.readUInt8() != PacketHeader::AuthSwitch || reader.failed())
        return std::nullopt;
    return reader.atEnd() ? AuthSwitchRequest() : parseRequest(reader);
}

std::optional<AuthSwitchRequest> AuthSwitchRequest::parseNextFactor(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    if (reader.readUInt8() != PacketHeader::AuthNextFactor || reader.failed())
        return std::nullopt;
    return parseRequest(reader);
}

} // namespace AsyncMySql::Protocol
