// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"
#include "columnset.h"
#include "resultdata.h"
#include "textcodec.h"

#include <QtCore/qbytearrayview.h>

#include <memory>
#include <vector>

namespace AsyncMySql::Protocol {

/// Brings the text in the rows of a result to UTF-8, where the server sends it in another character
/// set: that is rare, and what reads rows need not handle it.
class RowTranscoder
{
public:
    /// Null where nothing has to be done. \a resultCharacterSet is that of values
    /// whose column names none: JSON of MySQL.
    static std::unique_ptr<RowTranscoder> create(Values::RowFormat format,
                                                 std::shared_ptr<Values::ColumnSet> columns,
                                                 QByteArrayView resultCharacterSet);

    /// The row in the place of \a row, which is well formed. It lies in block().
    QByteArrayView transcode(QByteArrayView row);
    const Wire::ByteBlockPointer &block() const { return m_block; }

private:
    RowTranscoder(Values::RowFormat format, std::shared_ptr<Values::ColumnSet> columns);
    QByteArrayView store(QByteArrayView row);

    Values::RowFormat m_format;
    std::shared_ptr<Values::ColumnSet> m_columns;
    /// Of each column; null where the values stay as they are.
    std::vector<std::shared_ptr<const TextCodec>> m_codecs;
    Wire::ByteBlockPointer m_block;
    qsizetype m_used = 0;
};

} // namespace AsyncMySql::Protocol
