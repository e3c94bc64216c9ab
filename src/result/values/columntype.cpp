// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columntype.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qlist.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/quuid.h>

#include <cstddef>
#include <optional>

namespace AsyncMySql::Values {

namespace {

using Type = Column::Type;

// MariaDB's extended metadata. Its VECTOR arrives without a name (11.8: sql_type_vector.h declares
// none) as a VARBINARY; the name is here for servers that learn to send it.
std::optional<Type> extendedType(const ColumnInfo &column)
{
    if (column.format == "json")
        return Type::Json;
    if (column.typeName == "uuid")
        return Type::Uuid;
    if (column.typeName == "inet6")
        return Type::Inet6;
    if (column.typeName == "inet4")
        return Type::Inet4;
    if (column.typeName == "vector")
        return Type::Vector;
    return std::nullopt;
}

Type stringType(const ColumnInfo &column, Type text, Type bytes)
{
    if (const std::optional<Type> extended = extendedType(column))
        return *extended;
    // ENUM and SET travel as STRING; only the flags differ.
    if ((column.flags & ColumnFlag::Enum) != 0)
        return Type::Enum;
    if ((column.flags & ColumnFlag::Set) != 0)
        return Type::Set;
    // The BINARY flag says nothing: text of a "_bin" collation has it as well.
    return column.collation == BinaryCollation ? bytes : text;
}

} // namespace

Column::Type columnType(const ColumnInfo &column)
{
    switch (column.type) {
    case FieldType::TinyInt:
        return Type::TinyInt;
    case FieldType::SmallInt:
        return Type::SmallInt;
    case FieldType::MediumInt:
        return Type::MediumInt;
    case FieldType::Int:
        return Type::Int;
    case FieldType::BigInt:
        return Type::BigInt;
    case FieldType::Year:
        return Type::Year;
    case FieldType::Float:
        return Type::Float;
    case FieldType::Double:
        return Type::Double;
    case FieldType::Decimal:
    case FieldType::NewDecimal:
        return Type::Decimal;
    case FieldType::Bit:
        return Type::Bit;
    case FieldType::Null:
        return Type::Null;
    case FieldType::Date:
    case FieldType::NewDate:
        return Type::Date;
    case FieldType::DateTime:
        return Type::DateTime;
    case FieldType::Timestamp:
        return Type::Timestamp;
    case FieldType::Time:
        return Type::Time;
    case FieldType::Json: // collation 63 in MySQL, and UTF-8 all the same
        return Type::Json;
    case FieldType::Geometry:
        return Type::Geometry;
    case FieldType::Vector:
        return Type::Vector;
    case FieldType::Enum:
        return Type::Enum;
    case FieldType::Set:
        return Type::Set;
    case FieldType::VarChar:
    case FieldType::VarString:
    case FieldType::String:
        return stringType(column, Type::Char, Type::Binary);
    case FieldType::TinyBlob:
    case FieldType::MediumBlob:
    case FieldType::LongBlob:
    case FieldType::Blob:
        return stringType(column, Type::Text, Type::Blob);
    }
    return Type::Unknown; // a code that no server is known to send
}

QMetaType valueMetaType(Column::Type type, bool isUnsigned)
{
    switch (type) {
    case Type::TinyInt:
    case Type::SmallInt:
    case Type::MediumInt:
    case Type::Int:
        return isUnsigned ? QMetaType::fromType<uint>() : QMetaType::fromType<int>();
    case Type::BigInt:
        return isUnsigned ? QMetaType::fromType<qulonglong>() : QMetaType::fromType<qlonglong>();
    case Type::Year: // always flagged UNSIGNED, and never needs to be
        return QMetaType::fromType<int>();
    case Type::Float:
        return QMetaType::fromType<float>();
    case Type::Double:
        return QMetaType::fromType<double>();
    case Type::Bit:
        return QMetaType::fromType<qulonglong>();
    case Type::Decimal:
    case Type::Char:
    case Type::Text:
    case Type::Enum:
    case Type::Set:
    case Type::Inet4:
    case Type::Inet6:
        return QMetaType::fromType<QString>();
    case Type::Date:
        return QMetaType::fromType<QDate>();
    case Type::DateTime:
    case Type::Timestamp:
        return QMetaType::fromType<QDateTime>();
    case Type::Time:
        return QMetaType::fromType<QTime>();
    case Type::Json:
        return QMetaType::fromType<QJsonValue>();
    case Type::Vector:
        return QMetaType::fromType<QList<float>>();
    case Type::Uuid:
        return QMetaType::fromType<QUuid>();
    case Type::Null:
        return QMetaType::fromType<std::nullptr_t>();
    case Type::Binary:
    case Type::Blob:
    case Type::Geometry:
    case Type::Unknown:
        break;
    }
    return QMetaType::fromType<QByteArray>();
}

const char *columnTypeName(Column::Type type)
{
    return QMetaEnum::fromType<Column::Type>().valueToKey(static_cast<int>(type));
}

} // namespace AsyncMySql::Values
