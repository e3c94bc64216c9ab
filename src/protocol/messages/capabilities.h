// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

namespace AsyncMySql::Protocol {

/// The capability bits of both sides: the low 32 are MySQL's, the high 32 MariaDB's extension.
/// QFlags holds 32 bits only in Qt 6.4, hence plain constants.
using Capabilities = quint64;

/// Names and values: MySQL's "Capabilities Flags" and MariaDB's "Capabilities" documentation.
namespace Capability {
/// MySQL's "long password". MariaDB gives it another meaning: a server or client that has it clear
/// has MariaDB's extension (bits 32 and up).
inline constexpr Capabilities LongPassword = 1ull << 0;
inline constexpr Capabilities FoundRows = 1ull << 1;
inline constexpr Capabilities LongFlag = 1ull << 2;
inline constexpr Capabilities ConnectWithDatabase = 1ull << 3;
inline constexpr Capabilities Compress = 1ull << 5;
inline constexpr Capabilities LocalFiles = 1ull << 7;
inline constexpr Capabilities IgnoreSpace = 1ull << 8;
inline constexpr Capabilities Protocol41 = 1ull << 9;
inline constexpr Capabilities Ssl = 1ull << 11;
inline constexpr Capabilities Transactions = 1ull << 13;
inline constexpr Capabilities SecureConnection = 1ull << 15;
inline constexpr Capabilities MultiStatements = 1ull << 16;
inline constexpr Capabilities MultiResults = 1ull << 17;
inline constexpr Capabilities PreparedMultiResults = 1ull << 18;
inline constexpr Capabilities PluginAuth = 1ull << 19;
inline constexpr Capabilities ConnectAttributes = 1ull << 20;
inline constexpr Capabilities PluginAuthLengthEncoded = 1ull << 21;
/// A session whose password has expired is let in, to change it.
inline constexpr Capabilities CanHandleExpiredPasswords = 1ull << 22;
inline constexpr Capabilities SessionTrack = 1ull << 23;
inline constexpr Capabilities DeprecateEof = 1ull << 24;
inline constexpr Capabilities OptionalResultSetMetadata = 1ull << 25;
inline constexpr Capabilities ZstdCompression = 1ull << 26;
inline constexpr Capabilities QueryAttributes = 1ull << 27;
/// Up to three factors, one after the other.
inline constexpr Capabilities MultiFactorAuthentication = 1ull << 28;
inline constexpr Capabilities MariaDbProgress = 1ull << 32;
inline constexpr Capabilities MariaDbBulkOperations = 1ull << 34;
inline constexpr Capabilities MariaDbExtendedMetadata = 1ull << 35;
inline constexpr Capabilities MariaDbCacheMetadata = 1ull << 36;
inline constexpr Capabilities MariaDbBulkUnitResults = 1ull << 37;
} // namespace Capability

} // namespace AsyncMySql::Protocol
