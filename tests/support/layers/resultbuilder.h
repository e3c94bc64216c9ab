// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytewriter.h"
#include "resultdata.h"

#include <AsyncMySql/result.h>

#include <QtCore/qlist.h>

#include <cstring>
#include <initializer_list>
#include <optional>
#include <utility>

/// Results as an exchange would make them, without an exchange.
namespace AsyncMySql::Tests {

using MaybeBytes = std::optional<QByteArray>;

/// The payload of a text row.
inline QByteArray textRow(std::initializer_list<MaybeBytes> values)
{
    Wire::ByteWriter writer;
    for (const MaybeBytes &value : values) {
        if (value)
            writer.writeLengthEncodedBytes(*value);
        else
            writer.writeUInt8(0xFB);
    }
    return writer.payload();
}

/// A length-encoded string of a binary row.
inline QByteArray prefixed(QByteArrayView bytes)
{
    Wire::ByteWriter writer;
    writer.writeLengthEncodedBytes(bytes);
    return writer.payload();
}

/// The payload of a binary row. The values are the bytes on the wire, with their length where they
/// have one.
inline QByteArray binaryRow(const QList<MaybeBytes> &values)
{
    QByteArray nulls((values.size() + 7 + 2) / 8, '\0');
    QByteArray bytes;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (const MaybeBytes &value = values.at(i))
            bytes += *value;
        else
            nulls[(i + 2) / 8] = static_cast<char>(nulls[(i + 2) / 8] | 1 << (i + 2) % 8);
    }
    return QByteArray(1, '\0') + nulls + bytes;
}

/// A column of a type whose other properties follow from it.
inline Values::ColumnInfo columnOf(Values::FieldType type, quint16 flags = 0,
                                   quint16 collation = Values::BinaryCollation)
{
    Values::ColumnInfo column;
    column.name = "c";
    column.type = type;
    column.flags = flags;
    column.collation = collation;
    if (type == Values::FieldType::Float || type == Values::FieldType::Double)
        column.decimals = 31; // as many as are needed
    return column;
}

inline constexpr quint16 Utf8Mb4 = 45; // utf8mb4_general_ci

class ResultBuilder
{
public:
    explicit ResultBuilder(Values::SessionTimeZonePointer timeZone = {})
    {
        m_data->columns = std::make_shared<Values::ColumnSet>(std::move(timeZone));
    }

    ResultBuilder &column(const Values::ColumnInfo &column)
    {
        m_data->columns->append(column);
        return *this;
    }

    ResultBuilder &column(QByteArrayView name, Values::ColumnInfo column)
    {
        column.name = name;
        return this->column(column);
    }

    ResultBuilder &text(QByteArrayView name)
    {
        return column(name, columnOf(Values::FieldType::VarString, 0, Utf8Mb4));
    }

    ResultBuilder &row(std::initializer_list<MaybeBytes> values)
    {
        return payload(textRow(values));
    }

    /// The rows that follow are binary ones.
    ResultBuilder &binary()
    {
        m_data->format = Values::RowFormat::Binary;
        return *this;
    }

    ResultBuilder &binaryRow(const QList<MaybeBytes> &values)
    {
        return binary().payload(Tests::binaryRow(values));
    }

    /// In a block of its own that ends where the row ends, so that the address sanitizer sees a
    /// read past it.
    ResultBuilder &payload(QByteArrayView payload)
    {
        const auto size = static_cast<quint32>(payload.size());
        const auto block
            = std::make_shared<Wire::ByteBlock>(payload.size() + qsizetype(sizeof(size)));
        std::memcpy(block->data(), &size, sizeof(size));
        std::memcpy(block->data() + sizeof(size), payload.data(), size);
        m_data->rows.append({block->data() + sizeof(size), payload.size()}, block);
        return *this;
    }

    Values::ResultData &data() { return *m_data; }
    Result build() { return Result(m_data); }

private:
    std::shared_ptr<Values::ResultData> m_data = std::make_shared<Values::ResultData>();
};

/// id INT, name VARCHAR, price DECIMAL, born DATETIME(6), note VARCHAR: NULL, flags TINYINT
/// UNSIGNED
inline Result article()
{
    return ResultBuilder()
        .column("id", columnOf(Values::FieldType::Int))
        .text("name")
        .column("price", columnOf(Values::FieldType::NewDecimal))
        .column("born", columnOf(Values::FieldType::DateTime))
        .text("note")
        .column("flags", columnOf(Values::FieldType::TinyInt, Values::ColumnFlag::Unsigned))
        .row({"-42", "M\xC3\xBChle", "19.90", "2024-02-29 12:00:00.000001", {}, "200"})
        .build();
}

} // namespace AsyncMySql::Tests
