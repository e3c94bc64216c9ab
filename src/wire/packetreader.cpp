// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "packetreader.h"

#include <limits>

namespace AsyncMySql::Wire {

namespace {

// With less space than this at the end of a block a read is not worth its system call.
constexpr qsizetype MinimumRead = 4096;
// A block that one huge packet needed is not kept for the small ones that follow.
constexpr qsizetype LargestKeptBlocks = 8;

PacketReader::Limits legal(PacketReader::Limits limits)
{
    constexpr qsizetype largestPayload = qMin<qint64>(std::numeric_limits<quint32>::max(),
                                                      std::numeric_limits<qsizetype>::max() / 4);
    limits.maximumPayload = qBound<qsizetype>(0, limits.maximumPayload, largestPayload);
    limits.blockSize = qMax<qsizetype>(2 * FrameHeaderSize, limits.blockSize);
    limits.firstBlockSize
        = qBound<qsizetype>(2 * FrameHeaderSize, limits.firstBlockSize, limits.blockSize);
    limits.framePayload = qBound<qsizetype>(1, limits.framePayload, MaximumFramePayload);
    return limits;
}

} // namespace

PacketReader::PacketReader(const Limits &limits)
    : m_limits(legal(limits))
    , m_longestSingleFrame(qMin(m_limits.framePayload - 1, m_limits.maximumPayload))
    , m_blockSize(m_limits.firstBlockSize)
{
}

std::span<char> PacketReader::prepare()
{
    if (m_block && m_end == m_block->capacity())
        m_blockSize = m_limits.blockSize;
    if (isEmpty() && m_block && takeOverBlock()) {
        // Memory that is still in the processor's cache is better than the rest of the block.
        m_begin = m_parsed = m_end = 0;
        const qsizetype capacity = m_block->capacity();
        if (capacity < m_blockSize || capacity > LargestKeptBlocks * m_limits.blockSize)
            m_block.reset();
    }
    const qsizetype missing = missingBytes();
    const qsizetype space = m_block ? m_block->capacity() - m_end : 0;
    const qsizetype minimumRead = qMin(MinimumRead, m_limits.blockSize / 2);
    // A long packet that will fit is not moved only to make the read larger.
    const bool worthMoving = space < minimumRead && m_end - m_begin <= minimumRead;
    if (space < missing || worthMoving)
        makeSpace(missing);
    return {m_data + m_end, static_cast<size_t>(m_block->capacity() - m_end)};
}

void PacketReader::commit(qsizetype count)
{
    Q_ASSERT(count >= 0 && m_block && count <= m_block->capacity() - m_end);
    m_end += count;
}

// How much of the payload lies in the frames that are joined so far.
qsizetype PacketReader::joinedPayload() const
{
    return m_inContinuation ? m_payloadEnd - m_begin - FrameHeaderSize : 0;
}

PacketReader::Status PacketReader::nextOfSeveralFrames(Packet *packet)
{
    while (received() >= FrameHeaderSize) {
        const qsizetype length = frameLength();
        const quint8 sequence = frameSequence();
        if (length > m_limits.maximumPayload - joinedPayload())
            return Status::TooLarge;
        if (length > m_limits.framePayload)
            return Status::Malformed;
        if (m_inContinuation && sequence != static_cast<quint8>(m_lastSequence + 1))
            return Status::Malformed;
        if (length > received() - FrameHeaderSize)
            return Status::NeedMore;

        const qsizetype start = m_parsed + FrameHeaderSize;
        if (m_inContinuation) {
            std::memmove(m_data + m_payloadEnd, m_data + start, static_cast<size_t>(length));
            m_payloadEnd += length;
        } else {
            m_payloadEnd = start + length;
            m_firstSequence = sequence;
        }
        m_lastSequence = sequence;
        m_parsed = start + length;
        m_inContinuation = length == m_limits.framePayload;
        if (!m_inContinuation) {
            packet->firstSequence = m_firstSequence;
            packet->lastSequence = m_lastSequence;
            handOut(packet, m_payloadEnd - m_begin - FrameHeaderSize);
            return Status::Ready;
        }
    }
    return Status::NeedMore;
}

void PacketReader::clear()
{
    // The block stays: the packet that was handed out last still lies in it.
    m_parsed = m_end = m_begin;
    m_inContinuation = false;
}

// How much must be received at least before next() can get any further.
qsizetype PacketReader::missingBytes() const
{
    if (received() < FrameHeaderSize)
        return FrameHeaderSize - received();
    const qsizetype length = frameLength();
    // next() will refuse it: no space for that.
    if (length > m_limits.maximumPayload - joinedPayload())
        return 1;
    return qMax<qsizetype>(1, FrameHeaderSize + length - received());
}

// Whether nothing else holds the block, so that all of it may be written again.
bool PacketReader::takeOverBlock() const
{
    if (m_block.use_count() != 1)
        return false;
    // use_count() orders nothing. Counting up and down does: what another thread read from the
    // block before it let go of it has then happened before our writes.
    const ByteBlockPointer barrier = m_block;
    return true;
}

void PacketReader::makeSpace(qsizetype missing)
{
    const qsizetype kept = (m_inContinuation ? m_payloadEnd - m_begin : 0)
                           + (m_end - (m_inContinuation ? m_parsed : m_begin));
    const qsizetype needed = kept + missing;

    const bool isOurs = m_block && takeOverBlock();
    if (isOurs && needed <= m_block->capacity() && m_block->capacity() >= m_blockSize) {
        moveIncompletePacket(m_data);
        return;
    }

    qsizetype capacity = m_blockSize;
    if (needed > capacity) {
        // Twice what is there already, so that a payload of many frames is not moved for each of
        // them, but not beyond what the largest payload can need.
        const qsizetype useful = m_limits.maximumPayload + 2 * FrameHeaderSize + capacity;
        capacity = qMax(needed, qMin(needed + qMax(capacity, kept), useful));
    }
    if (isOurs && m_inContinuation) {
        moveIncompletePacket(m_data);
        m_block->grow(capacity);
        m_data = m_block->data();
        return;
    }
    const ByteBlockPointer block = ByteBlock::create(capacity);
    moveIncompletePacket(block->data());
    m_block = block;
    m_data = block->data();
}

// Moves what was not handed out to the beginning of a block, and closes the gap which the headers
// of joined frames have left.
void PacketReader::moveIncompletePacket(char *target)
{
    const qsizetype joined = m_inContinuation ? m_payloadEnd - m_begin : 0;
    const qsizetype rest = m_inContinuation ? m_parsed : m_begin;
    const qsizetype restSize = m_end - rest;
    if (joined > 0)
        std::memmove(target, m_data + m_begin, static_cast<size_t>(joined));
    if (restSize > 0)
        std::memmove(target + joined, m_data + rest, static_cast<size_t>(restSize));
    m_begin = 0;
    m_payloadEnd = joined;
    m_parsed = joined;
    m_end = joined + restSize;
}

} // namespace AsyncMySql::Wire
