// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/column.h>

#include "columnset.h"
#include "columntype.h"
#include "sessiontimezone.h"

#include <QtCore/qtimezone.h>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Column
    \inmodule AsyncMySql
    \brief A column of a Result: its names, its type, its flags.

    Columns are values that share their Result's description and may outlive it and cross threads.
    A default-constructed Column is not valid; all its texts are empty and its type is Unknown.
*/

/*!
    \enum AsyncMySql::Column::Type

    The type as the SQL of a table would name it, as far as the server tells.

    \value Unknown a type this version does not know; values are bytes
    \value Null the column of a bare \c NULL
    \value TinyInt also BOOLEAN
    \value SmallInt
    \value MediumInt
    \value Int
    \value BigInt
    \value Year
    \value Float
    \value Double
    \value Decimal
    \value Bit
    \value Char CHAR and VARCHAR
    \value Text TINYTEXT to LONGTEXT
    \value Enum
    \value Set
    \value Binary BINARY and VARBINARY, and MariaDB's VECTOR, which does not say that it is one
    \value Blob TINYBLOB to LONGBLOB
    \value Date
    \value DateTime
    \value Timestamp
    \value Time
    \value Json MySQL's type, and MariaDB's from 10.5 on
    \value Geometry
    \value Vector
    \value Uuid MariaDB only
    \value Inet4 MariaDB only
    \value Inet6 MariaDB only
*/

/*! Constructs a column that is not valid. */
Column::Column() = default;

/*! Copies \a other. */
Column::Column(const Column &other) = default;

/*! Copies \a other. */
Column &Column::operator=(const Column &other) = default;

Column::~Column() = default;

Column::Column(std::shared_ptr<const Values::ColumnSet> columns, int index)
    : m_columns(std::move(columns))
    , m_index(index)
{
}

/*!
    \fn bool AsyncMySql::Column::isValid() const

    Whether this is a column of a result.
*/

/*!
    \property AsyncMySql::Column::name

    The name in the result: the alias where the statement gave one.
*/
QString Column::name() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).name) : QString();
}

/*!
    \property AsyncMySql::Column::originalName

    The name in the table; empty for an expression.
*/
QString Column::originalName() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).originalName) : QString();
}

/*!
    \property AsyncMySql::Column::table

    The table's alias in the statement, or its name; empty for an expression.
*/
QString Column::table() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).table) : QString();
}

/*!
    \property AsyncMySql::Column::originalTable

    The table's name; empty for an expression.
*/
QString Column::originalTable() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).originalTable) : QString();
}

/*!
    \property AsyncMySql::Column::database

    The database the table is in; empty for an expression.
*/
QString Column::database() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).schema) : QString();
}

/*!
    \property AsyncMySql::Column::type

    The type of the values.
*/
Column::Type Column::type() const
{
    return isValid() ? m_columns->typeAt(m_index) : Type::Unknown;
}

/*!
    The type of the variants that Row::value() returns for this column, also for NULL. The one
    exception is a TIME outside of the day, which is a QString.
*/
QMetaType Column::metaType() const
{
    return isValid() ? Values::valueMetaType(type(), isUnsigned()) : QMetaType();
}

/*!
    The time zone in which the server has written the dates and times of the column: that of the
    session, or UTC where it is not known here, as for the server's \c SYSTEM. Row::value() takes
    them so.
*/
QTimeZone Column::timeZone() const
{
    return isValid() && m_columns->timeZone() ? m_columns->timeZone()->zone() : QTimeZone::utc();
}

/*! Whether the column is flagged UNSIGNED. */
bool Column::isUnsigned() const
{
    return isValid() && m_columns->isUnsignedAt(m_index);
}

/*! Whether a value can be NULL. */
bool Column::isNullable() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::NotNull) == 0;
}

/*! Whether the column is (a part of) the primary key of its table. */
bool Column::isPrimaryKey() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::PrimaryKey) != 0;
}

/*! Whether the column is (the only part of) a unique key of its table. */
bool Column::isUniqueKey() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::UniqueKey) != 0;
}

/*! Whether the server fills the column with rising numbers. */
bool Column::isAutoIncrement() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::AutoIncrement) != 0;
}

/*!
    The largest length of a value: in bytes for texts and bytes, in characters for numbers, in bits
    for BIT.
*/
quint32 Column::length() const
{
    return isValid() ? m_columns->at(m_index).length : 0;
}

/*!
    The digits behind the decimal point of a DECIMAL, or of the seconds of a time; 31 for numbers
    without a fixed point.
*/
int Column::decimals() const
{
    return isValid() ? m_columns->at(m_index).decimals : 0;
}

/*! The number of the collation in the result; 63 means bytes. */
int Column::collationId() const
{
    return isValid() ? m_columns->at(m_index).collation : 0;
}

} // namespace AsyncMySql
