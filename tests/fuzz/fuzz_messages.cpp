// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authswitchrequest.h"
#include "columndefinition.h"
#include "eofpacket.h"
#include "errorpacket.h"
#include "greeting.h"
#include "okpacket.h"
#include "prepareok.h"

using namespace AsyncMySql;

// Every parser of a message gets every input: each must refuse what is not its own.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView payload(reinterpret_cast<const char *>(data),
                                 static_cast<qsizetype>(size));
    using namespace Protocol;
    (void)Greeting::parse(payload);
    (void)AuthSwitchRequest::parse(payload);
    (void)ErrorPacket::parse(payload);
    (void)ProgressReport::parse(payload);
    (void)EofPacket::parse(payload);
    (void)OkPacket::parse(payload, Capability::SessionTrack);
    (void)PrepareOk::parse(payload);
    (void)parseColumnDefinition(payload, 0);
    (void)parseColumnDefinition(payload, Capability::MariaDbExtendedMetadata);
    return 0;
}
