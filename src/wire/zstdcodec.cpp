// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "zstdcodec.h"

#include <array>

namespace AsyncMySql::Wire {

namespace {

constexpr int DefaultLevel = 3;
constexpr int HighestLevel = 22;

/// The contexts grow with the frames, up to some 20 MiB (hundreds at the highest levels). What one
/// large frame has needed is not kept for the small ones that follow.
constexpr size_t LargestKeptContext = 2 * 1024 * 1024;

/// As 2^n bytes: no frame inflates to more than 16 MiB, so that none can refer further back.
constexpr int LargestWindow = 24;

constexpr std::array<char, 4> MagicNumber{'\x28', '\xb5', '\x2f', '\xfd'};

} // namespace

ZstdEncoder::ZstdEncoder(int level)
    : m_level(level == DefaultCompressionLevel ? DefaultLevel : qBound(1, level, HighestLevel))
{
}

qsizetype ZstdEncoder::encode(QByteArrayView plain, std::span<char> output)
{
    if (!m_context)
        m_context.reset(ZSTD_createCCtx());
    if (!m_context)
        return 0;
    const size_t size = ZSTD_compressCCtx(m_context.get(), output.data(), output.size(),
                                          plain.data(), static_cast<size_t>(plain.size()), m_level);
    if (ZSTD_sizeof_CCtx(m_context.get()) > LargestKeptContext)
        m_context.reset();
    return ZSTD_isError(size) ? 0 : static_cast<qsizetype>(size);
}

void ZstdDecoder::begin()
{
    m_consumed = 0;
    if (m_context) {
        ZSTD_DCtx_reset(m_context.get(), ZSTD_reset_session_only);
        return;
    }
    m_context.reset(ZSTD_createDCtx());
    if (m_context)
        ZSTD_DCtx_setParameter(m_context.get(), ZSTD_d_windowLogMax, LargestWindow);
}

/// libzstd may have been built to read the formats from before zstd 1.0, too, in which no server
/// writes: code without the limits that are set here, and with memory of its own.
bool ZstdDecoder::beginsLikeAFrame(QByteArrayView input) const
{
    const qsizetype size = qMin<qsizetype>(MagicNumber.size() - m_consumed, input.size());
    return size <= 0 || input.first(size) == QByteArrayView(MagicNumber.data() + m_consumed, size);
}

FrameDecoder::Result ZstdDecoder::decode(QByteArrayView input, std::span<char> output)
{
    if (!m_context || !beginsLikeAFrame(input))
        return {};
    ZSTD_inBuffer in{input.data(), static_cast<size_t>(input.size()), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const size_t code = ZSTD_decompressStream(m_context.get(), &out, &in);
    Result result;
    if (code == 0)
        result.status = Status::Ended;
    else if (!ZSTD_isError(code))
        result.status = Status::Continues;
    result.consumed = static_cast<qsizetype>(in.pos);
    m_consumed += result.consumed;
    result.produced = static_cast<qsizetype>(out.pos);
    if (code == 0 && ZSTD_sizeof_DCtx(m_context.get()) > LargestKeptContext)
        m_context.reset();
    return result;
}

} // namespace AsyncMySql::Wire
