// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"

#include <QtCore/qbytearrayview.h>

#include <vector>

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

    QByteArrayView row(qsizetype index) const;
    /// The same for walking: \a segment is where the row before was found (0 to begin with).
    QByteArrayView row(qsizetype index, size_t *segment) const;

private:
    struct Segment
    {
        Wire::ByteBlockPointer block;
        qsizetype firstRow = 0; // counted from the first row that was ever appended
        qsizetype used = 0;     // bytes of its rows, headers included
        std::vector<quint32> offsets;
        size_t taken = 0; // so many of the offsets are of rows that were taken

        qsizetype rowCount() const { return static_cast<qsizetype>(offsets.size() - taken); }
        const char *payload(qsizetype row) const
        {
            return block->data() + offsets[taken + static_cast<size_t>(row)];
        }
    };

    static void forgetTaken(Segment *segment);
    static void copyOut(Segment *segment);
    static void closeSegment(Segment *segment);
    static Segment splitOff(Segment *segment, qsizetype rows);
    bool holds(size_t segment, qsizetype row) const;

    std::vector<Segment> m_segments; // none of them is empty
    qsizetype m_takenRows = 0;
    qsizetype m_rowCount = 0;
    qsizetype m_wireSize = 0;
};

} // namespace AsyncMySql::Values
