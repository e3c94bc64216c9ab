// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Values {

/// The type codes of columns and parameters (MySQL: enum_field_types).
enum class FieldType : quint8 {
    Decimal = 0,
    TinyInt = 1,
    SmallInt = 2,
    Int = 3,
    Float = 4,
    Double = 5,
    Null = 6,
    Timestamp = 7,
    BigInt = 8,
    MediumInt = 9,
    Date = 10,
    Time = 11,
    DateTime = 12,
    Year = 13,
    NewDate = 14,
    VarChar = 15,
    Bit = 16,
    Vector = 242,
    Json = 245,
    NewDecimal = 246,
    Enum = 247,
    Set = 248,
    TinyBlob = 249,
    MediumBlob = 250,
    LongBlob = 251,
    Blob = 252,
    VarString = 253,
    String = 254,
    Geometry = 255,
};

/// The flags of a column definition (MySQL: "Column Definition Flags").
namespace ColumnFlag {
inline constexpr quint16 NotNull = 0x0001;
inline constexpr quint16 PrimaryKey = 0x0002;
inline constexpr quint16 UniqueKey = 0x0004;
inline constexpr quint16 MultipleKey = 0x0008;
inline constexpr quint16 Unsigned = 0x0020;
inline constexpr quint16 ZeroFill = 0x0040;
inline constexpr quint16 Binary = 0x0080;
inline constexpr quint16 Enum = 0x0100;
inline constexpr quint16 AutoIncrement = 0x0200;
inline constexpr quint16 Set = 0x0800;
} // namespace ColumnFlag

/// The collation id that means "bytes, not text".
inline constexpr quint16 BinaryCollation = 63;

/// A column definition as it lies in a packet: numbers, and views of the packet's bytes.
struct ColumnInfo
{
    QByteArrayView schema;
    QByteArrayView table;
    QByteArrayView originalTable;
    QByteArrayView name;
    QByteArrayView originalName;
    /// MariaDB's extended metadata: a type name ("uuid", "inet6", "point" …), a format ("json").
    QByteArrayView typeName;
    QByteArrayView format;
    quint16 collation = 0;
    quint32 length = 0;
    FieldType type = FieldType::Null;
    quint16 flags = 0;
    quint8 decimals = 0;
};

} // namespace AsyncMySql::Values
