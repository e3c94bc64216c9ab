// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowstore.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

namespace AsyncMySql::Values {

namespace {

// What finish() copies at most to leave the reader its block. More would take longer than the
// reader needs to get a new one.
constexpr qsizetype MaximumCopiedForTheReader = 256 * 1024;

// The part of a block that may lie idle without a copy being made, and the size from which a copy
// would keep the event loop waiting too long.
constexpr qsizetype IdlePart = 32;
constexpr qsizetype MaximumCopiedForSpace = 4 * 1024 * 1024;

} // namespace

void RowStore::beginSegment(const Wire::ByteBlockPointer &block)
{
    if (!m_segments.isEmpty())
        closeSegment(&m_segments.last());
    m_segments.append(Segment{block, m_takenRows + m_rowCount, 0, {}, 0});
}

void RowStore::finish()
{
    if (m_segments.isEmpty())
        return;
    Segment &last = m_segments.last();
    if (last.used <= MaximumCopiedForTheReader && last.used < last.block->capacity())
        copyOut(&last);
    closeSegment(&last);
    m_segments.squeeze();
}

RowStore RowStore::takeFirst(qsizetype rows)
{
    RowStore result;
    result.m_rowCount = qBound<qsizetype>(0, rows, m_rowCount);
    qsizetype missing = result.m_rowCount;
    auto segment = m_segments.begin();
    for (; segment != m_segments.end() && segment->rowCount() <= missing; ++segment) {
        missing -= segment->rowCount();
        result.m_wireSize += segment->used;
        result.m_segments.append(std::move(*segment));
    }
    if (missing > 0) {
        result.m_segments.append(splitOff(&*segment, missing));
        result.m_wireSize += result.m_segments.last().used;
    }
    result.m_takenRows = m_takenRows;
    m_segments.erase(m_segments.begin(), segment);
    m_takenRows += result.m_rowCount;
    m_rowCount -= result.m_rowCount;
    m_wireSize -= result.m_wireSize;
    return result;
}

RowStore::Segment RowStore::splitOff(Segment *segment, qsizetype rows)
{
    Segment front{segment->block, segment->firstRow, 0, {}, 0};
    front.offsets.reserve(rows);
    for (qsizetype row = 0; row < rows; ++row) {
        const char *payload = segment->payload(row);
        front.offsets.append(static_cast<quint32>(payload - segment->block->data()));
        front.used += spaceOnTheWire(Wire::PacketReader::storedPayloadSize(payload));
    }
    segment->firstRow += rows;
    segment->taken += rows;
    segment->used -= front.used;
    return front;
}

qsizetype RowStore::memorySize() const
{
    // What does not fit into the objects themselves has blocks of its own.
    qsizetype size = qsizetype(sizeof(*this));
    if (m_segments.capacity() > InlineSegments)
        size += m_segments.capacity() * qsizetype(sizeof(Segment));
    for (const Segment &segment : m_segments) {
        size += segment.block->capacity();
        if (segment.offsets.capacity() > InlineOffsets)
            size += segment.offsets.capacity() * qsizetype(sizeof(quint32));
    }
    return size;
}

QByteArrayView RowStore::row(qsizetype index) const
{
    RowRun run;
    return row(index, &run);
}

RowRun RowStore::findRun(qsizetype row) const
{
    const auto after = std::upper_bound(
        m_segments.begin(), m_segments.end(), m_takenRows + row,
        [](qsizetype wanted, const Segment &other) { return wanted < other.firstRow; });
    const Segment &segment = *std::prev(after);
    const qsizetype begin = segment.firstRow - m_takenRows;
    return {segment.block->data(), segment.offsets.data() + segment.taken, begin,
            begin + segment.rowCount()};
}

void RowStore::forgetTaken(Segment *segment)
{
    const auto first = segment->offsets.begin();
    segment->offsets.erase(first, first + segment->taken);
    segment->taken = 0;
}

void RowStore::copyOut(Segment *segment)
{
    forgetTaken(segment);
    auto copy = Wire::ByteBlock::create(segment->used);
    char *to = copy->data();
    for (quint32 &offset : segment->offsets) {
        // The length in front of the payload is copied along.
        const char *payload = segment->block->data() + offset;
        const qsizetype size = spaceOnTheWire(Wire::PacketReader::storedPayloadSize(payload));
        std::memcpy(to, payload - Wire::FrameHeaderSize, static_cast<size_t>(size));
        offset = static_cast<quint32>(to - copy->data() + Wire::FrameHeaderSize);
        to += size;
    }
    segment->block = std::move(copy);
}

void RowStore::closeSegment(Segment *segment)
{
    const qsizetype capacity = segment->block->capacity();
    if (capacity - segment->used > capacity / IdlePart && segment->used <= MaximumCopiedForSpace)
        copyOut(segment);
    forgetTaken(segment);
    segment->offsets.squeeze();
}

} // namespace AsyncMySql::Values
