// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "zlibcodec.h"

namespace AsyncMySql::Wire {

namespace {

int legalLevel(int level)
{
    return level == DefaultCompressionLevel ? Z_DEFAULT_COMPRESSION
                                            : qBound(Z_BEST_SPEED, level, Z_BEST_COMPRESSION);
}

// zlib's input is not const unless ZLIB_CONST is defined, and is never written to.
void setBuffers(z_stream *stream, QByteArrayView input, std::span<char> output)
{
    stream->next_in = reinterpret_cast<Bytef *>(const_cast<char *>(input.data()));
    stream->avail_in = static_cast<uInt>(input.size());
    stream->next_out = reinterpret_cast<Bytef *>(output.data());
    stream->avail_out = static_cast<uInt>(output.size());
}

} // namespace

ZlibEncoder::ZlibEncoder(int level)
    : m_usable(deflateInit(&m_stream, legalLevel(level)) == Z_OK)
{
}

ZlibEncoder::~ZlibEncoder()
{
    deflateEnd(&m_stream);
}

qsizetype ZlibEncoder::encode(QByteArrayView plain, std::span<char> output)
{
    if (!m_usable || deflateReset(&m_stream) != Z_OK)
        return 0;
    setBuffers(&m_stream, plain, output);
    if (deflate(&m_stream, Z_FINISH) != Z_STREAM_END)
        return 0;
    return static_cast<qsizetype>(output.size()) - m_stream.avail_out;
}

ZlibDecoder::ZlibDecoder()
    : m_usable(inflateInit(&m_stream) == Z_OK)
{
}

ZlibDecoder::~ZlibDecoder()
{
    inflateEnd(&m_stream);
}

void ZlibDecoder::begin()
{
    m_usable = m_usable && inflateReset(&m_stream) == Z_OK;
}

FrameDecoder::Result ZlibDecoder::decode(QByteArrayView input, std::span<char> output)
{
    if (!m_usable)
        return {};
    setBuffers(&m_stream, input, output);
    const int code = inflate(&m_stream, Z_NO_FLUSH);
    Result result;
    // Z_BUF_ERROR is not fatal: it says that there was nothing to do.
    if (code == Z_STREAM_END)
        result.status = Status::Ended;
    else if (code == Z_OK || code == Z_BUF_ERROR)
        result.status = Status::Continues;
    result.consumed = input.size() - m_stream.avail_in;
    result.produced = static_cast<qsizetype>(output.size()) - m_stream.avail_out;
    return result;
}

} // namespace AsyncMySql::Wire
