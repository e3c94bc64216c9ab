// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

namespace AsyncMySql::Wire {

enum class CompressionAlgorithm { None, Zlib, Zstd };

/// Whether this build has it. None is always there.
bool isCompressionAvailable(CompressionAlgorithm algorithm);

/// Levels: 1 to 9 for zlib, 1 to 22 for zstd; those outside mean the nearest. This one stands for
/// what MySQL's and MariaDB's own clients take, 6 and 3.
inline constexpr int DefaultCompressionLevel = 0;

/// In front of every compressed frame: the length of its body (3 bytes), its sequence number (1),
/// and the length of what the body inflates to (3), or 0 where the body is stored as it is.
inline constexpr qsizetype CompressedHeaderSize = 7;

} // namespace AsyncMySql::Wire
