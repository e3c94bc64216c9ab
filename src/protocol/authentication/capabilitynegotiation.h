// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "compression.h"

#include <QtCore/qstringlist.h>

namespace AsyncMySql::Protocol {

struct HandshakeSettings;

/// What both sides use, of what the server has \a offered: what the client always uses and what the
/// settings ask for, without compression that this build does not have. Of both kinds of
/// compression zstd is taken.
Capabilities chooseCapabilities(Capabilities offered, const HandshakeSettings &settings, bool tls);

/// The names of those that the server must have, and has not.
QStringList missingCapabilities(Capabilities offered, const HandshakeSettings &settings);

/// How everything after the final OK of the handshake is compressed, by both sides.
Wire::CompressionAlgorithm agreedCompression(Capabilities capabilities);

} // namespace AsyncMySql::Protocol
