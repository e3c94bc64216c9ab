// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressionalgorithm.h"

namespace AsyncMySql {

Wire::CompressionAlgorithm compressionAlgorithm(ConnectionOptions::Compression compression)
{
    switch (compression) {
    case ConnectionOptions::Compression::Zlib:
        return Wire::CompressionAlgorithm::Zlib;
    case ConnectionOptions::Compression::Zstd:
        return Wire::CompressionAlgorithm::Zstd;
    case ConnectionOptions::Compression::None:
        break;
    }
    return Wire::CompressionAlgorithm::None;
}

} // namespace AsyncMySql
