// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedreader.h"

#include <cstring>

namespace AsyncMySql::Wire {

using namespace Qt::StringLiterals;

namespace {

/// No server sends even one. A stream of them would keep the client busy and its job waiting.
constexpr int MaximumEmptyFrames = 16;

qsizetype readUInt24(const char *from)
{
    const auto *bytes = reinterpret_cast<const uchar *>(from);
    return bytes[0] | qsizetype(bytes[1]) << 8 | qsizetype(bytes[2]) << 16;
}

} // namespace

CompressedReader::CompressedReader(CompressionAlgorithm algorithm, qsizetype bufferSize)
    : m_decoder(FrameDecoder::create(algorithm))
    , m_bufferSize(qMax(bufferSize, CompressedHeaderSize))
{
    Q_ASSERT(isCompressionAvailable(algorithm));
}

std::span<char> CompressedReader::prepare()
{
    if (!m_buffer)
        m_buffer = std::make_unique_for_overwrite<char[]>(static_cast<size_t>(m_bufferSize));
    // After NeedMore that is a part of a header at most.
    if (m_begin > 0) {
        std::memmove(m_buffer.get(), m_buffer.get() + m_begin, static_cast<size_t>(received()));
        m_end -= m_begin;
        m_begin = 0;
    }
    return {m_buffer.get() + m_end, static_cast<size_t>(m_bufferSize - m_end)};
}

void CompressedReader::commit(qsizetype count)
{
    Q_ASSERT(count >= 0 && count <= m_bufferSize - m_end);
    m_end += count;
}

CompressedReader::Status CompressedReader::read(std::span<char> to, qsizetype *count)
{
    Q_ASSERT(!to.empty());
    *count = 0;
    if (!m_errorString.isEmpty())
        return Status::Malformed;
    for (;;) {
        Status status;
        if (!m_inFrame)
            status = beginFrame();
        else if (m_stored)
            status = readStored(to, count);
        else
            status = readCompressed(to, count);
        if (status == Status::Malformed)
            *count = 0;
        if (status != Status::Ready || *count > 0)
            return status;
    }
}

QByteArrayView CompressedReader::receivedOfFrame() const
{
    return QByteArrayView(m_buffer.get() + m_begin, qMin(received(), m_bodyLeft));
}

void CompressedReader::consume(qsizetype count)
{
    m_begin += count;
    m_bodyLeft -= count;
}

CompressedReader::Status CompressedReader::beginFrame()
{
    if (received() < CompressedHeaderSize)
        return Status::NeedMore;
    const char *header = m_buffer.get() + m_begin;
    const auto sequence = static_cast<quint8>(header[3]);
    m_begin += CompressedHeaderSize;
    m_bodyLeft = readUInt24(header);
    m_plainLeft = readUInt24(header + 4);

    if (sequence != static_cast<quint8>(m_sequence + 1) && !m_expected.contains(sequence))
        m_outOfOrder = true;
    m_sequence = sequence;

    m_stored = m_plainLeft == 0;
    if (m_stored) {
        if (m_bodyLeft > 0)
            m_emptyFrames = 0;
        else if (++m_emptyFrames > MaximumEmptyFrames)
            return malformed(u"The server sent too many empty compressed frames"_s);
    } else {
        if (!m_decoder)
            return malformed(
                u"The server sent a compressed frame, but compression was not negotiated"_s);
        m_emptyFrames = 0;
        m_outputPending = false;
        m_decoder->begin();
    }
    m_inFrame = true;
    return Status::Ready;
}

CompressedReader::Status CompressedReader::readStored(std::span<char> to, qsizetype *count)
{
    const QByteArrayView input = receivedOfFrame();
    if (input.isEmpty() && m_bodyLeft > 0)
        return Status::NeedMore;
    *count = qMin(input.size(), static_cast<qsizetype>(to.size()));
    if (*count > 0)
        std::memcpy(to.data(), input.data(), static_cast<size_t>(*count));
    consume(*count);
    m_inFrame = m_bodyLeft > 0;
    return Status::Ready;
}

CompressedReader::Status CompressedReader::readCompressed(std::span<char> to, qsizetype *count)
{
    for (;;) {
        const QByteArrayView input = receivedOfFrame();
        if (input.isEmpty() && !m_outputPending) {
            if (m_bodyLeft == 0)
                return malformed(u"A compressed frame ends too early"_s);
            return *count > 0 ? Status::Ready : Status::NeedMore;
        }
        // Where everything is inflated only the end is missing: one byte more would be too much.
        const bool excessive = m_plainLeft == 0;
        char excess;
        std::span<char> space(&excess, 1);
        if (!excessive) {
            space = to.subspan(static_cast<size_t>(*count));
            space = space.first(qMin(space.size(), static_cast<size_t>(m_plainLeft)));
        }
        if (space.empty())
            return Status::Ready;

        const FrameDecoder::Result result = m_decoder->decode(input, space);
        const bool stuck = !input.isEmpty() && result.consumed == 0 && result.produced == 0;
        if (result.status == FrameDecoder::Status::Broken || stuck)
            return malformed(u"A compressed frame cannot be decompressed"_s);
        if (excessive && result.produced > 0)
            return malformed(u"A compressed frame is longer than declared"_s);
        consume(result.consumed);
        m_outputPending = result.produced == static_cast<qsizetype>(space.size());
        if (!excessive) {
            *count += result.produced;
            m_plainLeft -= result.produced;
            if (m_plainLeft == 0)
                m_lastByte = to[static_cast<size_t>(--*count)];
        }
        if (result.status == FrameDecoder::Status::Ended)
            return endCompressed(to, count);
    }
}

CompressedReader::Status CompressedReader::endCompressed(std::span<char> to, qsizetype *count)
{
    if (m_plainLeft > 0)
        return malformed(u"A compressed frame is shorter than declared"_s);
    if (m_bodyLeft > 0)
        return malformed(u"A compressed frame has data after its end"_s);
    to[static_cast<size_t>((*count)++)] = m_lastByte;
    m_inFrame = false;
    return Status::Ready;
}

CompressedReader::Status CompressedReader::malformed(const QString &reason)
{
    m_errorString = reason;
    return Status::Malformed;
}

} // namespace AsyncMySql::Wire
