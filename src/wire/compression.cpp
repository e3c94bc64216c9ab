// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compression.h"

#include "framedecoder.h"
#include "frameencoder.h"

#if ASYNCMYSQL_HAVE_ZLIB
#include "zlibcodec.h"
#endif
#if ASYNCMYSQL_HAVE_ZSTD
#include "zstdcodec.h"
#endif

namespace AsyncMySql::Wire {

bool isCompressionAvailable(CompressionAlgorithm algorithm)
{
    switch (algorithm) {
    case CompressionAlgorithm::Zlib:
        return ASYNCMYSQL_HAVE_ZLIB;
    case CompressionAlgorithm::Zstd:
        return ASYNCMYSQL_HAVE_ZSTD;
    case CompressionAlgorithm::None:
        break;
    }
    return true;
}

FrameEncoder::~FrameEncoder() = default;

std::unique_ptr<FrameEncoder> FrameEncoder::create(CompressionAlgorithm algorithm,
                                                   [[maybe_unused]] int level)
{
    switch (algorithm) {
#if ASYNCMYSQL_HAVE_ZLIB
    case CompressionAlgorithm::Zlib:
        return std::make_unique<ZlibEncoder>(level);
#endif
#if ASYNCMYSQL_HAVE_ZSTD
    case CompressionAlgorithm::Zstd:
        return std::make_unique<ZstdEncoder>(level);
#endif
    default:
        return nullptr;
    }
}

FrameDecoder::~FrameDecoder() = default;

std::unique_ptr<FrameDecoder> FrameDecoder::create(CompressionAlgorithm algorithm)
{
    switch (algorithm) {
#if ASYNCMYSQL_HAVE_ZLIB
    case CompressionAlgorithm::Zlib:
        return std::make_unique<ZlibDecoder>();
#endif
#if ASYNCMYSQL_HAVE_ZSTD
    case CompressionAlgorithm::Zstd:
        return std::make_unique<ZstdDecoder>();
#endif
    default:
        return nullptr;
    }
}

} // namespace AsyncMySql::Wire
