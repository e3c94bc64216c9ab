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
/// When the result is complete, finish() copies what lies in a block that is mostly somebody
/// else's, so that a small result does not hold a large block.
class RowStore
{
public:
    /// \a payload lies in \a block, as the packet reader handed it out.
    void append(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    void finish();

    qsizetype rowCount() const { return m_rowCount; }
    /// Bytes of all rows on the wire, frame headers included.
    qsizetype wireSize() const { return m_wireSize; }
    /// What the rows hold in memory, bookkeeping included.
    qsizetype memorySize() const;

    QByteArrayView row(qsizetype index) const;

private:
    struct Segment
    {
        Wire::ByteBlockPointer block;
        qsizetype firstRow = 0;
        std::vector<quint32> offsets;
    };

    std::vector<Segment> m_segments;
    qsizetype m_rowCount = 0;
    qsizetype m_wireSize = 0;
};

} // namespace AsyncMySql::Values
