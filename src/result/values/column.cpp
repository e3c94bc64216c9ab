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
    \brief The Column class holds the names, the type and the flags of a column of a Result.

    Columns are values that share the metadata of their Result. They may outlive it and be used in
    any thread. A default-constructed Column is not valid; its texts are empty, and its type is
    Unknown.
*/

/*!
    \enum AsyncMySql::Column::Type

    This enum specifies the SQL type of a column, as reported by the server.

    \value Unknown a type that this version does not know; values are bytes
    \value Null the column of a literal \c NULL
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
    \value Binary BINARY and VARBINARY, and MariaDB's VECTOR, whose type is not reported
    \value Blob TINYBLOB to LONGBLOB
    \value Date
    \value DateTime
    \value Timestamp
    \value Time
    \value Json the type of MySQL, and of MariaDB 10.5 and later
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

    Returns whether this is a column of a result.
*/

/*!
    \property AsyncMySql::Column::name

    \brief the name in the result, which is the alias if the statement sets one
*/
QString Column::name() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).name) : QString();
}

/*!
    \property AsyncMySql::Column::originalName

    \brief the name in the table; empty for an expression
*/
QString Column::originalName() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).originalName) : QString();
}

/*!
    \property AsyncMySql::Column::table

    \brief the alias of the table in the statement, or its name; empty for an expression
*/
QString Column::table() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).table) : QString();
}

/*!
    \property AsyncMySql::Column::originalTable

    \brief the name of the table; empty for an expression
*/
QString Column::originalTable() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).originalTable) : QString();
}

/*!
    \property AsyncMySql::Column::database

    \brief the database of the table; empty for an expression
*/
QString Column::database() const
{
    return isValid() ? QString::fromUtf8(m_columns->at(m_index).schema) : QString();
}

/*!
    \property AsyncMySql::Column::type

    \brief the type of the values
*/
Column::Type Column::type() const
{
    return isValid() ? m_columns->typeAt(m_index) : Type::Unknown;
}

/*!
    Returns the type of the variants that Row::value() returns for this column, also for NULL. The
    only exception is a TIME beyond a day, which is a QString.
*/
QMetaType Column::metaType() const
{
    return isValid() ? Values::valueMetaType(type(), isUnsigned()) : QMetaType();
}

/*!
    Returns the time zone in which the server has written the dates and times of the column: that of
    the session, or UTC if it is not known, as for the server's \c SYSTEM. Row::value() reads them
    in this time zone.
*/
QTimeZone Column::timeZone() const
{
    return isValid() && m_columns->timeZone() ? m_columns->timeZone()->zone() : QTimeZone::utc();
}

/*! Returns whether the column is UNSIGNED. */
bool Column::isUnsigned() const
{
    return isValid() && m_columns->isUnsignedAt(m_index);
}

/*! Returns whether values can be NULL. */
bool Column::isNullable() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::NotNull) == 0;
}

/*! Returns whether the column is (a part of) the primary key of its table. */
bool Column::isPrimaryKey() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::PrimaryKey) != 0;
}

/*! Returns whether the column is (the only part of) a unique key of its table. */
bool Column::isUniqueKey() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::UniqueKey) != 0;
}

/*! Returns whether the server fills the column with increasing numbers. */
bool Column::isAutoIncrement() const
{
    return isValid() && (m_columns->at(m_index).flags & Values::ColumnFlag::AutoIncrement) != 0;
}

/*!
    Returns the maximum length of a value: in bytes for texts and bytes, in characters for numbers,
    in bits for BIT.
*/
quint32 Column::length() const
{
    return isValid() ? m_columns->at(m_index).length : 0;
}

/*!
    Returns the number of digits after the decimal point of a DECIMAL, or of the seconds of a time;
    31 for numbers without a fixed point.
*/
int Column::decimals() const
{
    return isValid() ? m_columns->at(m_index).decimals : 0;
}

/*! Returns the number of the collation in the result; 63 means bytes. */
int Column::collationId() const
{
    return isValid() ? m_columns->at(m_index).collation : 0;
}

/*!
    Returns the number of the type in the protocol (MySQL: \c enum_field_types), for code that has
    to agree with other clients. It does not tell texts from bytes; use type() for everything else.
    Returns -1 if the column is not valid.
*/
int Column::protocolType() const
{
    return isValid() ? static_cast<int>(m_columns->at(m_index).type) : -1;
}

/*!
    Returns the flags of the column in the protocol (MySQL: "Column Definition Flags"), for code
    that has to agree with other clients: BINARY (128), for example, also marks texts that are
    compared byte by byte.
*/
int Column::protocolFlags() const
{
    return isValid() ? m_columns->at(m_index).flags : 0;
}

} // namespace AsyncMySql
