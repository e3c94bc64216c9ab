// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "packetreader.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Wire {

/// Appends \a payload to \a output as one packet: split into frames, with the empty last frame that
/// a payload of an exact multiple of \a framePayload needs. \a sequence is the number of the first
/// frame, and is left at the one that follows the last (modulo 256).
void appendPacket(QByteArray *output, QByteArrayView payload, quint8 *sequence,
                  qsizetype framePayload = MaximumFramePayload);

} // namespace AsyncMySql::Wire
