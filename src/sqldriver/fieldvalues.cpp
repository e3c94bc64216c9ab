// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fieldvalues.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>
#include <QtCore/quuid.h>

namespace AsyncMySql::Sql {

namespace {

/// MySQL: "Column Definition Flags".
constexpr int BinaryFlag = 0x80;
constexpr int AutoIncrementFlag = 0x200;
/// MySQL: MYSQL_TYPE_TINY_BLOB. All above are texts, too.
constexpr int FirstTextType = 249;

/// QMYSQL decides by the flag, so that texts with a binary collation are bytes, too.
QMetaType textType(const Column &column)
{
    return QMetaType((column.protocolFlags() & BinaryFlag) != 0 ? QMetaType::QByteArray
                                                                : QMetaType::QString);
}

QMetaType typeOf(const Column &column)
{
    const bool isUnsigned = column.isUnsigned();
    switch (column.type()) {
    case Column::Type::TinyInt:
        return QMetaType(isUnsigned ? QMetaType::UChar : QMetaType::Char);
    case Column::Type::SmallInt:
        return QMetaType(isUnsigned ? QMetaType::UShort : QMetaType::Short);
    case Column::Type::MediumInt:
    case Column::Type::Int:
        return QMetaType(isUnsigned ? QMetaType::UInt : QMetaType::Int);
    case Column::Type::Year:
        return QMetaType(QMetaType::Int);
    case Column::Type::BigInt:
        return QMetaType(isUnsigned ? QMetaType::ULongLong : QMetaType::LongLong);
    case Column::Type::Bit:
        return QMetaType(QMetaType::ULongLong);
    case Column::Type::Float:
    case Column::Type::Double:
    case Column::Type::Decimal:
        return QMetaType(QMetaType::Double);
    case Column::Type::Date:
        return QMetaType(QMetaType::QDate);
    case Column::Type::DateTime:
    case Column::Type::Timestamp:
        return QMetaType(QMetaType::QDateTime);
    case Column::Type::Vector:
        return QMetaType(QMetaType::QByteArray);
    default:
        // From the smallest BLOB to GEOMETRY: what QMYSQL knows as texts, or bytes. The rest is a
        // QString, as TIME, which can be longer than the days of QTime.
        return column.protocolType() >= FirstTextType ? textType(column)
                                                      : QMetaType(QMetaType::QString);
    }
}

bool isNull(const QVariant &value)
{
    if (value.isNull())
        return true;
    switch (value.typeId()) {
    case QMetaType::QString:
        return value.toString().isNull();
    case QMetaType::QByteArray:
        return value.toByteArray().isNull();
    case QMetaType::QDate:
        return value.toDate().isNull();
    case QMetaType::QTime:
        return !value.toTime().isValid();
    case QMetaType::QDateTime:
        return !value.toDateTime().isValid();
    case QMetaType::QUuid:
        return value.toUuid().isNull();
    default:
        return false;
    }
}

QVariant fraction(const Row &row, int column, bool isSingle, QSql::NumericalPrecisionPolicy policy)
{
    if (policy == QSql::HighPrecision)
        return row.text(column);
    // Digit by digit what a FLOAT shows, and not what its bits are.
    const double number = isSingle ? row.text(column).toDouble() : row.value<double>(column);
    switch (policy) {
    case QSql::LowPrecisionInt32:
        return QVariant(number).toInt();
    case QSql::LowPrecisionInt64:
        return QVariant(number).toLongLong();
    default:
        return number;
    }
}

} // namespace

FieldReader::FieldReader(const Column &column, bool isPrepared)
    : m_type(typeOf(column))
    , m_isPrepared(isPrepared)
    , m_isSingle(column.type() == Column::Type::Float)
{
}

QVariant FieldReader::read(const Row &row, int column, QSql::NumericalPrecisionPolicy policy) const
{
    if (row.isNull(column))
        return QVariant(m_type);
    switch (m_type.id()) {
    case QMetaType::Char:
        return row.value<int>(column);
    case QMetaType::UChar:
        return row.value<uint>(column);
    case QMetaType::Short:
        return m_isPrepared ? QVariant::fromValue(row.value<short>(column))
                            : QVariant(row.value<int>(column));
    case QMetaType::UShort:
        return m_isPrepared ? QVariant::fromValue(row.value<ushort>(column))
                            : QVariant(row.value<uint>(column));
    case QMetaType::Int:
        return row.value<int>(column);
    case QMetaType::UInt:
        return row.value<uint>(column);
    case QMetaType::LongLong:
        return row.value<qlonglong>(column);
    case QMetaType::ULongLong:
        return row.value<qulonglong>(column);
    case QMetaType::Double:
        return fraction(row, column, m_isSingle, policy);
    case QMetaType::QDate:
        return row.value<QDate>(column);
    case QMetaType::QDateTime: {
        // The digits, read as local time.
        const QDateTime digits = row.value<QDateTime>(column);
        return digits.isValid() ? QDateTime(digits.date(), digits.time()) : QDateTime();
    }
    case QMetaType::QByteArray:
        return row.bytes(column).toByteArray();
    default:
        return row.text(column);
    }
}

QSqlField fieldOf(const Column &column)
{
    QSqlField field(column.name(), typeOf(column), column.table());
    field.setRequired(!column.isNullable());
    field.setLength(static_cast<int>(column.length()));
    field.setPrecision(column.decimals());
    // Later versions of Qt have no use for it, and deprecate it.
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    field.setSqlType(column.protocolType());
#endif
    field.setAutoValue((column.protocolFlags() & AutoIncrementFlag) != 0);
    return field;
}

QVariant parameterOf(const QVariant &value)
{
    if (isNull(value))
        return {};
    switch (value.typeId()) {
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Double:
    case QMetaType::QString:
    case QMetaType::QByteArray:
    case QMetaType::QDate:
    case QMetaType::QTime:
        return value;
    case QMetaType::QDateTime: {
        const QDateTime moment = value.toDateTime();
        return QDateTime(moment.date(), moment.time(), QTimeZone::utc());
    }
    default:
        // An enumeration, for example: only a stored string tells what is meant.
        return value.toString();
    }
}

} // namespace AsyncMySql::Sql
