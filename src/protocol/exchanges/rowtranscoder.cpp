// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowtranscoder.h"

#include "bytewriter.h"
#include "packetreader.h"
#include "rowcursor.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace AsyncMySql::Protocol {

namespace {

bool isTextColumn(const Values::ColumnInfo &column)
{
    using Values::FieldType;
    switch (column.type) {
    case FieldType::VarChar:
    case FieldType::VarString:
    case FieldType::String:
    case FieldType::Enum:
    case FieldType::Set:
    case FieldType::TinyBlob:
    case FieldType::MediumBlob:
    case FieldType::LongBlob:
    case FieldType::Blob:
    case FieldType::Json:
        return column.collation != Values::BinaryCollation;
    default:
        return false;
    }
}

} // namespace

std::unique_ptr<RowTranscoder> RowTranscoder::create(Values::RowFormat format,
                                                     std::shared_ptr<Values::ColumnSet> columns,
                                                     QByteArrayView resultCharacterSet)
{
    const auto codecOf = [&](int column) -> std::shared_ptr<const TextCodec> {
        const Values::ColumnInfo info = columns->at(column);
        if (info.type == Values::FieldType::Json && info.collation == Values::BinaryCollation)
            return TextCodec::find(resultCharacterSet);
        return isTextColumn(info) ? TextCodec::find(characterSetOfCollation(info.collation))
                                  : nullptr;
    };
    std::unique_ptr<RowTranscoder> transcoder;
    for (int column = 0; column < columns->size(); ++column) {
        std::shared_ptr<const TextCodec> codec = codecOf(column);
        if (!codec)
            continue;
        if (!transcoder)
            transcoder.reset(new RowTranscoder(format, columns));
        transcoder->m_codecs[static_cast<size_t>(column)] = std::move(codec);
    }
    return transcoder;
}

RowTranscoder::RowTranscoder(Values::RowFormat format, std::shared_ptr<Values::ColumnSet> columns)
    : m_format(format)
    , m_columns(std::move(columns))
    , m_codecs(static_cast<size_t>(m_columns->size()))
{
}

QByteArrayView RowTranscoder::transcode(QByteArrayView row)
{
    const bool isBinary = m_format == Values::RowFormat::Binary;
    const qsizetype header = isBinary ? m_columns->binaryHeaderSize() : 0;
    const char *next = row.data() + header;
    const char *const end = row.data() + row.size();
    Wire::ByteWriter writer;
    writer.writeBytes(row.first(header));
    for (int column = 0; column < m_columns->size(); ++column) {
        const char *const begin = next;
        QByteArrayView value;
        const bool isThere
            = isBinary ? Values::readBinaryColumn(row.data(), column, m_columns->traitsAt(column),
                                                  &next, end, &value)
                       : Values::readTextColumn(&next, end, &value);
        Q_ASSERT(isThere);
        Q_UNUSED(isThere);
        const auto &codec = m_codecs[static_cast<size_t>(column)];
        if (codec && !value.isEmpty())
            writer.writeLengthEncodedBytes(codec->toUtf8(value));
        else
            writer.writeBytes(QByteArrayView(begin, next));
    }
    return store(writer.take());
}

/// As the packet reader stores what it hands out.
QByteArrayView RowTranscoder::store(QByteArrayView row)
{
    constexpr qsizetype blockSize = 64 * 1024;
    const qsizetype size = Wire::FrameHeaderSize + row.size();
    if (!m_block || m_block->capacity() - m_used < size) {
        m_block = Wire::ByteBlock::create(std::max(size, blockSize));
        m_used = 0;
    }
    char *const header = m_block->data() + m_used;
    const auto length = static_cast<quint32>(row.size());
    std::memcpy(header, &length, sizeof(length));
    std::memcpy(header + Wire::FrameHeaderSize, row.data(), static_cast<size_t>(row.size()));
    m_used += size;
    return {header + Wire::FrameHeaderSize, row.size()};
}

} // namespace AsyncMySql::Protocol
