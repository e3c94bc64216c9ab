// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/row.h>

#include "rowdecoder_p.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Row
    \inmodule AsyncMySql
    \brief The Row class provides the values of a row of a Result, which are decoded when they are
    read.

    A Row is a small value that refers to the bytes of its Result and keeps them alive. Reading the
    columns from left to right is fastest.

    Values are read by the index of their column, counted from 0, or by its name (see indexOf()):

    \snippet values.cpp values

    An index must be valid: debug builds stop at an assertion, and release builds read the value as
    NULL and report Error::NoSuchColumn. All builds do the latter for a name without a column.

    A Row object must only be used by one thread at a time, since it caches the position of the last
    value that was read. Its copies and its Result may be used in other threads at the same time.

    \section1 Conversions of values

    \table
    \header \li Server type \li QVariant \li Other types
    \row \li TINYINT to INT, YEAR \li \c int or \c uint \li every integer type, \c bool
    \row \li BIGINT \li \c qlonglong or \c qulonglong \li every integer type
    \row \li FLOAT, DOUBLE \li \c float, \c double \li an integer type, for whole numbers
    \row \li DECIMAL \li QString, exact \li \c double; an integer type, for whole numbers
    \row \li BIT \li \c qulonglong \li \c bool; QByteArray, the most significant byte first
    \row \li CHAR, TEXT, ENUM, SET \li QString
         \li types whose strict text format the text has; QStringList for SET
    \row \li BINARY, BLOB \li QByteArray
         \li QUuid for 16 bytes; \c{QList<float>} for MariaDB's VECTOR
    \row \li DATE \li QDate \li \c std::chrono::year_month_day
    \row \li DATETIME, TIMESTAMP \li QDateTime in UTC \li \c std::chrono::time_point
    \row \li TIME \li QTime, or QString beyond a day \li \c std::chrono::microseconds
    \row \li JSON \li QJsonValue, or QString with numbers that it would round
         \li QJsonDocument, QJsonObject, QJsonArray
    \row \li GEOMETRY \li QByteArray (SRID and WKB) \li
    \row \li VECTOR \li \c{QList<float>} \li
    \row \li UUID, INET4, INET6 \li QUuid, QString \li
    \endtable

    \list
    \li DATETIME and TIMESTAMP are the moment at which clocks in the session's time zone show the
        digits: see Column::timeZone(). The default is UTC.
    \li QTime and QDateTime hold milliseconds; the rest is truncated. The types of \c{std::chrono}
        and text() return the microseconds.
    \li Days that do not exist, such as \c{0000-00-00} and \c{2024-05-00}, are an invalid QDate or
        QDateTime, which is neither NULL nor an error. They cannot be read as a \c time_point.
    \li QJsonValue holds signed integers of up to 64 bits, and other numbers as a \c double. JSON
        with a number that would be rounded (a larger integer, a fraction with more than 17 digits)
        is a QString of its text as a QVariant, and cannot be read as QJsonValue or QJsonDocument.
    \li Servers send FLOAT with six digits as text. If you need all digits, select it as a DOUBLE
        (\c{SELECT column + 0E0}), or prepare the statement.
    \endlist
*/

/*!
    \fn AsyncMySql::Row::Row()

    Constructs a row that is not valid and has no columns.
*/

/*!
    \fn bool AsyncMySql::Row::isValid() const

    Returns whether this is a row of a result.
*/

/*!
    \fn int AsyncMySql::Row::columnCount() const

    Returns the number of columns.
*/

/*!
    \fn int AsyncMySql::Row::size() const

    Returns the same as columnCount().
*/

/*! Returns the column at \a index. */
Column Row::column(int index) const
{
    return m_decoder.hasColumn(index) ? Column(m_decoder.data()->columns, index) : Column();
}

/*!
    Returns the index of the column with exactly this \a columnName, or else of the first one that
    differs only in case, or -1 if there is none.
*/
int Row::indexOf(QAnyStringView columnName) const
{
    return m_decoder.indexOf(columnName);
}

/*! Returns whether the value of \a column is NULL. */
bool Row::isNull(int column) const
{
    return bytes(column).isNull();
}

/*! Returns whether the value of the column \a columnName is NULL. */
bool Row::isNull(QAnyStringView columnName) const
{
    return bytes(columnName).isNull();
}

/*!
    Returns the value of \a column as the server has sent it. In a row of a text query, these are
    digits, characters or bytes. In a row of a prepared statement, numbers, dates and times are
    binary: integers and floating-point numbers with the lowest byte first, dates and times as their
    parts (MySQL: "Binary Protocol Value"); other values are the same. text() returns the digits of
    both.

    The view is null for NULL, and not null for an empty text. It is valid as long as any copy of
    the row or of its result exists.
*/
QByteArrayView Row::bytes(int column) const
{
    return m_decoder.bytes(column);
}

/*! \overload */
QByteArrayView Row::bytes(QAnyStringView columnName) const
{
    const int column = m_decoder.find(columnName, nullptr);
    return column < 0 ? QByteArrayView() : m_decoder.bytes(column);
}

/*!
    Returns the digits or characters of the value of \a column without interpreting them, including
    zero dates, microseconds and all digits of a DECIMAL. They do not depend on how the statement
    was executed, except for a FLOAT: a prepared statement returns the shortest digits of the same
    number, a text query at most six. A BIT is a decimal number. Bytes that are not UTF-8 are
    replaced by U+FFFD. Returns a null string for NULL.
*/
QString Row::text(int column) const
{
    return m_decoder.text(column);
}

/*! \overload */
QString Row::text(QAnyStringView columnName) const
{
    const int column = m_decoder.find(columnName, nullptr);
    return column < 0 ? QString() : m_decoder.text(column);
}

/*!
    Returns the value of \a column in the type that Column::metaType() returns. NULL is a null
    variant of that type.

    For a value that does not match the type of its column, such as invalid JSON, returns an invalid
    variant and prints a warning in the logging category \c asyncmysql.values; text() and bytes()
    still return it.
*/
QVariant Row::value(int column) const
{
    return value<QVariant>(column);
}

/*! \overload */
QVariant Row::value(QAnyStringView columnName) const
{
    return value<QVariant>(columnName);
}

/*!
    \fn template <typename T> T AsyncMySql::Row::value(int column, Error *error) const

    Returns the value of \a column as a T, which is one of

    \list
    \li \c bool, an integer, \c float, \c double
    \li QString, QByteArray, \c{std::string}; QByteArrayView, QUtf8StringView and
        \c{std::string_view}, which are valid as long as bytes(), and not available for the numbers,
        dates and times of prepared statements, whose digits are not in memory
    \li QDate, QTime, QDateTime; \c{std::chrono::microseconds} for TIME,
        \c{std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>} for
        moments, and in C++20 \c{std::chrono::year_month_day}
    \li QStringList, QUuid, \c{QList<float>}
    \li QJsonValue, QJsonObject, QJsonArray, QJsonDocument (include their headers)
    \li QVariant
    \li \c{std::optional} of one of these: \c std::nullopt for NULL
    \endlist

    If the value cannot be converted to a T, returns a default-constructed T (or \c std::nullopt)
    and sets \a error to Error::ConversionFailed, or, without \a error, prints a warning in the
    logging category \c asyncmysql.values. The same applies to NULL if T is neither a std::optional
    nor a QVariant. A successful conversion does not change \a error, so that one Error can be used
    for several of them.

    A QDate or QTime can also be read from a DATETIME, as a part of it.
*/

/*!
    \fn template <typename T> T AsyncMySql::Row::value(QAnyStringView columnName,
    Error *error) const
    \overload

    Returns the value of the column \a columnName. Sets \a error to Error::NoSuchColumn if there is
    no such column.
*/

/*!
    \fn QVariant AsyncMySql::Row::operator[](int column) const

    Returns the value() of \a column.
*/

/*!
    \fn QVariant AsyncMySql::Row::operator[](QAnyStringView columnName) const

    Returns the value() of \a columnName.
*/

/*!
    \fn template <typename T> T AsyncMySql::Row::to(Error *error) const

    Returns the row as a T, which is either

    \list
    \li a \c std::tuple (or a \c std::pair, or a \c std::array) of types that value() supports: the
        first columns, in order. If there are fewer columns, \a error is set to Error::NoSuchColumn.
    \li a struct with Q_GADGET: each writable property is set to the value of the column with its
        name, as found by indexOf(). A property without a column keeps its default, as does one
        whose column is NULL, unless it is a \c std::optional or a QVariant. A property with an
        enumeration type (Q_ENUM, Q_FLAG) reads names of enumerators from texts, ENUM and SET, and
        values from numbers.
    \endlist

    Values that cannot be converted are reported as by value() and keep their default; the others
    are set.

    \snippet values.cpp structures

    Result::to() is faster for many rows.
*/

} // namespace AsyncMySql
