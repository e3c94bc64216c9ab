// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/row.h>

#include "rowdecoder_p.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Row
    \inmodule AsyncMySql
    \brief One row of a Result: its values, decoded when they are read.

    A Row is a small value without memory of its own: it points into the bytes of its Result and
    keeps those alive. Reading the columns from left to right is quickest.

    Values are read by the index of their column, from 0 on, or by its name (see indexOf()):

    \code
    const int id = row.value<int>(0);
    const QString name = row.value<QString>("name");
    const std::optional<double> price = row.value<std::optional<double>>("price");
    QVariant anything = row["extra"];
    \endcode

    An index must be one of a column: debug builds stop at an assertion, release builds treat the
    value as NULL and report Error::NoSuchColumn. So does every build for a name that no column has.

    One Row object belongs to one thread, as it remembers where it read last. Its copies, and its
    Result, may be used in other threads at the same time.

    \section1 What a value becomes

    \table
    \header \li server type \li QVariant \li also
    \row \li TINYINT to INT, YEAR \li \c int or \c uint \li every integer type, \c bool
    \row \li BIGINT \li \c qlonglong or \c qulonglong \li every integer type
    \row \li FLOAT, DOUBLE \li \c float, \c double \li an integer type, for whole numbers
    \row \li DECIMAL \li QString, exact \li \c double; an integer type, for whole numbers
    \row \li BIT \li \c qulonglong \li \c bool; QByteArray, the most significant byte first
    \row \li CHAR, TEXT, ENUM, SET \li QString
         \li whatever the text is a strict form of; QStringList for SET
    \row \li BINARY, BLOB \li QByteArray
         \li QUuid for 16 bytes; \c{QList<float>} for MariaDB's VECTOR
    \row \li DATE \li QDate \li \c std::chrono::year_month_day
    \row \li DATETIME, TIMESTAMP \li QDateTime in UTC \li \c std::chrono::time_point
    \row \li TIME \li QTime, or QString beyond the day \li \c std::chrono::microseconds
    \row \li JSON \li QJsonValue, or QString with numbers that it would round
         \li QJsonDocument, QJsonObject, QJsonArray
    \row \li GEOMETRY \li QByteArray (SRID and WKB) \li
    \row \li VECTOR \li \c{QList<float>} \li
    \row \li UUID, INET4, INET6 \li QUuid, QString \li
    \endtable

    \list
    \li DATETIME and TIMESTAMP are the moment at which clocks in the session's time zone show the digits:
        see Column::timeZone(). That is UTC unless the options say otherwise.
    \li QTime and QDateTime hold milliseconds, and cut off what is finer. The types of
        \c{std::chrono} and text() give the microseconds.
    \li Days that do not exist, such as \c{0000-00-00} and \c{2024-05-00}, are an invalid QDate or
        QDateTime; that is no NULL and no error. As a \c time_point they cannot be read.
    \li QJsonValue holds integers of up to 64 bits with sign, and other numbers as a \c double. JSON
        with a number that it would round (a larger integer, a fraction of more than 17 digits) is a
        QString with its text as a QVariant, and cannot be read as QJsonValue or QJsonDocument.
    \li Servers send FLOAT with six digits as text. Read it as DOUBLE if you need the rest
        (\c{SELECT column + 0E0}), or prepare the statement.
    \endlist
*/

/*!
    \fn AsyncMySql::Row::Row()

    Constructs a row that is not valid and has no columns.
*/

/*!
    \fn bool AsyncMySql::Row::isValid() const

    Whether this is a row of a result.
*/

/*!
    \fn int AsyncMySql::Row::columnCount() const

    The number of columns.
*/

/*!
    \fn int AsyncMySql::Row::size() const

    The same as columnCount().
*/

/*! The column at \a index. */
Column Row::column(int index) const
{
    return m_decoder.hasColumn(index) ? Column(m_decoder.data()->columns, index) : Column();
}

/*!
    The index of the column of exactly this \a columnName, or else of the first one that differs
    only in case; -1 if there is none.
*/
int Row::indexOf(QAnyStringView columnName) const
{
    return m_decoder.indexOf(columnName);
}

/*! Whether the value of \a column is NULL. */
bool Row::isNull(int column) const
{
    return bytes(column).isNull();
}

/*! Whether the value of the column \a columnName is NULL. */
bool Row::isNull(QAnyStringView columnName) const
{
    return bytes(columnName).isNull();
}

/*!
    The value of \a column as the server sent it. In a row of a text query that is digits, characters,
    or bytes. In a row of a prepared statement numbers, dates and times are binary: integers and
    floating-point numbers with the lowest byte first, dates and times as the parts they consist of
    (MySQL: "Binary Protocol Value"); all else is the same. text() gives the digits of either.

    The view is null for NULL, and not null for an empty text. It is valid for as long as any copy of
    the row or of its result is there.
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
    The digits or characters of the value of \a column, whatever they mean: zero dates, microseconds
    and all digits of a DECIMAL are there. They do not depend on how the statement was executed, but
    for a FLOAT: a prepared statement gives the shortest digits that make the same number, a text
    query no more than six. A BIT is given as a decimal number. Bytes which are not
    UTF-8 become U+FFFD. A null string for NULL.
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
    The value of \a column, of the type that Column::metaType() names. NULL is a null variant of
    that type.

    A value which is none of its column's type (invalid JSON, for example) gives an invalid variant
    and a warning in the logging category \c asyncmysql.values; text() and bytes() still have it.
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

    The value of \a column as a T, which is one of

    \list
    \li \c bool, an integer, \c float, \c double
    \li QString, QByteArray, \c{std::string}; QByteArrayView, QUtf8StringView and
        \c{std::string_view}, which are valid for as long as bytes() is, and not possible for the
        numbers, dates and times of prepared statements, whose digits lie nowhere
    \li QDate, QTime, QDateTime; \c{std::chrono::microseconds} for TIME,
        \c{std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>} for points
        in time, and in C++20 \c{std::chrono::year_month_day}
    \li QStringList, QUuid, \c{QList<float>}
    \li QJsonValue, QJsonObject, QJsonArray, QJsonDocument (include their headers)
    \li QVariant
    \li \c{std::optional} of one of these: \c std::nullopt for NULL
    \endlist

    If the value is not a T, or does not fit into one, the result is a default-constructed T (or
    \c std::nullopt), and \a error is set to Error::ConversionFailed; without \a error there is a
    warning in the logging category \c asyncmysql.values. The same goes for NULL when T is neither
    an optional nor a QVariant. A conversion that succeeds leaves \a error as it is, so that one
    Error can watch over several of them.

    A QDate or QTime can be read from a DATETIME too; it is the part of it.
*/

/*!
    \fn template <typename T> T AsyncMySql::Row::value(QAnyStringView columnName, Error *error) const
    \overload

    \a error becomes Error::NoSuchColumn if there is no \a columnName.
*/

/*!
    \fn QVariant AsyncMySql::Row::operator[](int column) const

    The same as value() of \a column.
*/

/*!
    \fn QVariant AsyncMySql::Row::operator[](QAnyStringView columnName) const

    The same as value() of \a columnName.
*/

/*!
    \fn template <typename T> T AsyncMySql::Row::to(Error *error) const

    The row as a T, which is either

    \list
    \li a \c std::tuple (or a \c std::pair, or a \c std::array) of types that value() knows: the
        first columns, one after the other. There must be as many; if there are not, \a error is set
        to Error::NoSuchColumn.
    \li a struct with Q_GADGET: each writable property gets the value of the column of its name, as
        indexOf() finds it. A property that no column is named like keeps its default, and so does
        one whose column is NULL, unless it is a \c std::optional or a QVariant. A property of an
        enumeration (Q_ENUM, Q_FLAG) takes the names of enumerators from texts, ENUM and SET, and
        values from numbers.
    \endlist

    What cannot be converted is reported as value() reports it, and left at its default; all else is
    there all the same.

    \code
    const auto [id, name] = row.to<std::tuple<int, QString>>();
    const Article article = row.to<Article>();
    \endcode

    Result::to() is quicker for many rows.
*/

} // namespace AsyncMySql
