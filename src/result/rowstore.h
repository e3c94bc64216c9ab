// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"
#include "packetreader.h"

#include <AsyncMySql/rowdecoder_impl.h>

#include <QtCore/qbytearrayview.h>
#include <QtCore/qvarlengtharray.h>

#include <limits>

namespace AsyncMySql::Values {

/// The rows of one result, in the received bytes themselves.
///
/// The store keeps the packet reader's blocks alive and remembers where in them each row starts:
/// four bytes a row. A row's length is found in front of it (PacketReader::storedPayloadSize()).
/// A block of which a noticeable part is not this result's is exchanged for an exact copy of its
/// rows, when the next block begins or finish() is called. So a small result does not hold a large
/// block, the reader can go on using its own, and all rows together hold no more than their bytes
/// on the wire and a thirty-second, and (while the store is filled) eight bytes a row. Blocks with
/// more than 4 MiB of rows are kept as they are: copying those would hold up the event loop.
///
/// A stream takes rows from the front while others are appended at the back. It holds a block no
/// longer than one of its rows.
class RowStore
{
public:
    /// \a payload lies in \a block, as the packet reader handed it out.
    void append(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    void finish();

    /// Removes the first \a rows rows (or all, if there are less) and returns them. They stay where
    /// they are: both stores share the block in which the cut is made.
    [[nodiscard]] RowStore takeFirst(qsizetype rows);

    qsizetype rowCount() const { return m_rowCount; }
    /// Bytes of all rows on the wire, frame headers included.
    qsizetype wireSize() const { return m_wireSize; }
    /// What the rows hold in memory, bookkeeping included.
    qsizetype memorySize() const;

    static qsizetype spaceOnTheWire(qsizetype payloadSize)
    {
        return Wire::FrameHeaderSize + payloadSize;
    }

    QByteArrayView row(qsizetype index) const;
    /// The same for walking: \a run is where the row before was found, for as long as the store
    /// does not change.
    QByteArrayView row(qsizetype index, RowRun *run) const;
    /// The same where the run has it.
    static QByteArrayView rowOf(const RowRun &run, qsizetype index);

private:
    // Most results are small: one segment with a few rows.
    static constexpr qsizetype InlineSegments = 1;
    static constexpr qsizetype InlineOffsets = 4;

    struct Segment
    {
        Wire::ByteBlockPointer block;
        qsizetype firstRow = 0; // counted from the first row that was ever appended
        qsizetype used = 0;     // bytes of its rows, headers included
        QVarLengthArray<quint32, InlineOffsets> offsets;
        qsizetype taken = 0; // so many of the offsets are of rows that were taken

        qsizetype rowCount() const { return offsets.size() - taken; }
        const char *payload(qsizetype row) const { return block->data() + offsets[taken + row]; }
    };

    void beginSegment(const Wire::ByteBlockPointer &block);
    static void forgetTaken(Segment *segment);
    static void copyOut(Segment *segment);
    static void closeSegment(Segment *segment);
    static Segment splitOff(Segment *segment, qsizetype rows);
    RowRun findRun(qsizetype row) const;

    QVarLengthArray<Segment, InlineSegments> m_segments; // none of them is empty
    qsizetype m_takenRows = 0;
    qsizetype m_rowCount = 0;
    qsizetype m_wireSize = 0;
};

inline void RowStore::append(QByteArrayView payload, const Wire::ByteBlockPointer &block)
{
    Q_ASSERT(block && payload.data() >= block->data() + Wire::FrameHeaderSize);
    Q_ASSERT(payload.data() + payload.size() <= block->data() + block->capacity());
    Q_ASSERT(Wire::PacketReader::storedPayloadSize(payload.data()) == payload.size());

    const qsizetype offset = payload.data() - block->data();
    Q_ASSERT(offset <= std::numeric_limits<quint32>::max());
    if (m_segments.isEmpty() || m_segments.last().block != block)
        beginSegment(block);
    Segment &segment = m_segments.last();
    segment.offsets.append(static_cast<quint32>(offset));
    segment.used += spaceOnTheWire(payload.size());
    m_wireSize += spaceOnTheWire(payload.size());
    ++m_rowCount;
}

inline QByteArrayView RowStore::row(qsizetype index, RowRun *run) const
{
    Q_ASSERT(index >= 0 && index < m_rowCount);
    if (!run->contains(index))
        *run = findRun(index);
    return rowOf(*run, index);
}

inline QByteArrayView RowStore::rowOf(const RowRun &run, qsizetype index)
{
    const char *payload = run.block + run.offsets[index - run.begin];
    return {payload, static_cast<qsizetype>(Wire::PacketReader::storedPayloadSize(payload))};
}

} // namespace AsyncMySql::Values
