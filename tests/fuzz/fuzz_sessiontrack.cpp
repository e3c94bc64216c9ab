// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "okpacket.h"

using namespace AsyncMySql;

// An OK packet, as it comes with and without SESSION_TRACK.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView payload(reinterpret_cast<const char *>(data),
                                 static_cast<qsizetype>(size));
    for (const Protocol::Capabilities capabilities :
         {Protocol::Capabilities(0), Protocol::Capability::SessionTrack}) {
        const auto ok = Protocol::OkPacket::parse(payload, capabilities);
        if (!ok)
            continue;
        qsizetype parsed = ok->info.size();
        for (const Protocol::SessionStateChange &change : ok->sessionStateChanges)
            parsed += change.name.size() + change.value.size();
        // No byte may be read twice.
        if (parsed > payload.size())
            __builtin_trap();
    }
    return 0;
}
