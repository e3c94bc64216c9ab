// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/row.h>

#include "asciicheck.h"
#include "binaryvalue.h"
#include "calendarvisitors.h"
#include "columntype.h"
#include "resultdata.h"
#include "rowaccess.h"

#include <QtCore/qloggingcategory.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(lcValues, "asyncmysql.values")

// Always false, for the convenience of those who fail. The values themselves are not named: they
// may be nobody's business.
bool report(Error::Code code, const QString &message, Error *error)
{
    if (error)
        *error = Error(code, message);
    else
        qCWarning(lcValues).noquote() << message;
    return false;
}

QString quotedName(const Values::ColumnSet &columns, int column)
{
    return u'"' + QString::fromUtf8(columns.at(column).name) + u'"';
}

template <typename T>
QString nameOf()
{
    return QString::fromLatin1(QMetaType::fromType<T>().name());
}

} // namespace

int Row::find(QAnyStringView columnName, Error *error) const
{
    const int column = indexOf(columnName);
    if (column < 0) {
        report(Error::NoSuchColumn, u"There is no column \"%1\""_s.arg(columnName.toString()),
               error);
    }
    return column;
}

bool Row::isPresent(int column, Error *error) const
{
    if (column == m_nextColumn && column < m_columnCount) {
        if (m_isBinary ? !Values::isNullInBinaryRow(m_payload, column)
                       : m_next != m_end && !Values::isNullInTextRow(m_next))
            return true;
        QByteArrayView null;
        static_cast<void>(stepTo(column, &null)); // so that the next column is the next
        return false;
    }
    if (!hasColumn(column))
        return reportNoColumn(column, error);
    return !locate(column).isNull();
}

inline QByteArrayView Row::find(int column) const
{
    QByteArrayView bytes;
    if (!stepTo(column, &bytes) && hasColumn(column))
        bytes = locate(column);
    return bytes;
}

template <typename TargetName, typename Convert>
bool Row::attempt(int column, TargetName &&targetName, Error *error, Convert &&convert) const
{
    const QByteArrayView bytes = find(column);
    if (bytes.isNull())
        return reportNull(column, error);
    const Values::Conversion done = convert(describe(column, bytes));
    if (done == Values::Conversion::Done)
        return true;
    const bool isOutOfRange = done == Values::Conversion::OutOfRange;
    return reportFailure(column, isOutOfRange, targetName(), error);
}

bool Row::reportNoColumn(int column, Error *error) const
{
    return report(Error::NoSuchColumn, u"There is no column %1"_s.arg(column), error);
}

bool Row::reportNull(int column, Error *error) const
{
    if (column < 0 || column >= m_columnCount)
        return reportNoColumn(column, error);
    const QString name = quotedName(*m_data->columns, column);
    return report(Error::ConversionFailed,
                  u"Column %1 is NULL: read it as std::optional"_s.arg(name), error);
}

bool Row::reportFailure(int column, bool isOutOfRange, const QString &target, Error *error) const
{
    const QString format = isOutOfRange ? u"The value of column %1 (%2) is out of the range of %3"_s
                                        : u"The value of column %1 (%2) cannot be read as %3"_s;
    const Values::ColumnSet &columns = *m_data->columns;
    const QLatin1StringView type(Values::columnTypeName(columns.typeAt(column)));
    return report(Error::ConversionFailed, format.arg(quotedName(columns, column), type, target),
                  error);
}

template <typename T>
bool Row::attemptDirectly(int column, T *value, Error *error) const
{
    return attempt(column, nameOf<T>, error,
                   [value](const Values::Value &source) { return Values::convert(source, value); });
}

bool Row::convert(int column, QVariant *value, Error *error) const
{
    const QByteArrayView bytes = find(column);
    if (bytes.isNull() && !hasColumn(column))
        return reportNoColumn(column, error);
    Values::Conversion done = Values::Conversion::NotPossible;
    if (!bytes.isNull()) {
        done = Values::convert(describe(column, bytes), value);
        if (done == Values::Conversion::Done)
            return true;
    }
    const Values::ValueTraits &traits = m_data->columns->traitsAt(column);
    const QMetaType type = Values::valueMetaType(traits.type, traits.isUnsigned);
    if (bytes.isNull()) {
        *value = QVariant(type);
        return true;
    }
    // "Cannot be read as QVariant" would explain nothing.
    return reportFailure(column, done == Values::Conversion::OutOfRange,
                         QString::fromLatin1(type.name()), error);
}

bool Row::convert(int column, bool *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, float *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

// Mostly the next value is read, and is what its column and its reader say. These functions read it
// where it lies, and leave all else to the slower ones.

bool Row::convert(int column, double *value, Error *error) const
{
    const Values::Layout layout = nextLayout(column);
    const bool isNumber
        = layout == Values::Layout::FloatingDigits || layout == Values::Layout::DecimalDigits;
    QByteArrayView text;
    if (isNumber && stepToShortText(&text)) {
        if (const std::optional<double> number = Values::parseDouble(text)) {
            *value = *number;
            return true;
        }
    }
    return convertSlowly(column, value, error);
}

bool Row::convertSlowly(int column, double *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QString *value, Error *error) const
{
    const Values::Layout layout = nextLayout(column);
    QByteArrayView text;
    if (layout >= Values::Layout::Characters && layout != Values::Layout::Bits
        && stepToShortText(&text) && Values::isAscii(text)) {
        *value = QString::fromLatin1(text);
        return true;
    }
    return convertSlowly(column, value, error);
}

bool Row::convertSlowly(int column, QString *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QByteArray *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QByteArrayView *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QDate *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QTime *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QDateTime *value, Error *error) const
{
    QByteArrayView text;
    if (nextLayout(column) == Values::Layout::DateTimeDigits && stepToShortText(&text)) {
        if (const std::optional<Values::CalendarFields> fields = Values::parseDateTime(text)) {
            *value = Values::toDateTime(*fields);
            return true;
        }
    }
    return convertSlowly(column, value, error);
}

bool Row::convertSlowly(int column, QDateTime *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, SysTime *value, Error *error) const
{
    QByteArrayView text;
    if (nextLayout(column) == Values::Layout::DateTimeDigits && stepToShortText(&text)) {
        const std::optional<Values::CalendarFields> fields = Values::parseDateTime(text);
        if (fields && Values::SysTimeVisitor{value}(*fields) == Values::Conversion::Done)
            return true;
    }
    return convertSlowly(column, value, error);
}

bool Row::convertSlowly(int column, SysTime *value, Error *error) const
{
    const auto target = [] { return u"std::chrono::time_point"_s; };
    return attempt(column, target, error,
                   [value](const Values::Value &source) { return Values::convert(source, value); });
}

bool Row::readDateTime(QByteArrayView bytes, SysTime *value)
{
    const std::optional<Values::CalendarFields> fields = Values::readCalendar(bytes);
    return fields && Values::SysTimeVisitor{value}(*fields) == Values::Conversion::Done;
}

bool Row::convert(int column, std::chrono::microseconds *value, Error *error) const
{
    const auto target = [] { return u"std::chrono::microseconds"_s; };
    return attempt(column, target, error,
                   [value](const Values::Value &source) { return Values::convert(source, value); });
}

bool Row::convert(int column, QStringList *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QList<float> *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QUuid *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QJsonValue *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QJsonObject *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QJsonArray *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convert(int column, QJsonDocument *value, Error *error) const
{
    return attemptDirectly(column, value, error);
}

bool Row::convertSigned(int column, qint64 minimum, qint64 maximum, qint64 *value,
                        Error *error) const
{
    QByteArrayView text;
    if (nextLayout(column) == Values::Layout::SignedDigits && stepToShortText(&text)) {
        const auto number = Values::parseShortInteger<qint64>(text);
        if (number && *number >= minimum && *number <= maximum) {
            *value = *number;
            return true;
        }
    }
    return convertSignedSlowly(column, minimum, maximum, value, error);
}

bool Row::convertSignedSlowly(int column, qint64 minimum, qint64 maximum, qint64 *value,
                              Error *error) const
{
    const auto target = [=] { return u"integers from %1 to %2"_s.arg(minimum).arg(maximum); };
    return attempt(column, target, error, [=](const Values::Value &source) {
        return Values::convertSigned(source, minimum, maximum, value);
    });
}

bool Row::convertUnsigned(int column, quint64 maximum, quint64 *value, Error *error) const
{
    QByteArrayView text;
    if (nextLayout(column) == Values::Layout::UnsignedDigits && stepToShortText(&text)) {
        const auto number = Values::parseShortInteger<quint64>(text);
        if (number && *number <= maximum) {
            *value = *number;
            return true;
        }
    }
    return convertUnsignedSlowly(column, maximum, value, error);
}

bool Row::convertUnsignedSlowly(int column, quint64 maximum, quint64 *value, Error *error) const
{
    const auto target = [=] { return u"integers from 0 to %1"_s.arg(maximum); };
    return attempt(column, target, error, [=](const Values::Value &source) {
        return Values::convertUnsigned(source, maximum, value);
    });
}

bool Row::convertCalendarDay(int column, int *year, int *month, int *day, Error *error) const
{
    const auto target = [] { return u"std::chrono::year_month_day"_s; };
    return attempt(column, target, error, [=](const Values::Value &source) {
        Values::CalendarFields fields;
        const Values::Conversion done = Values::convert(source, &fields);
        *year = fields.year;
        *month = fields.month;
        *day = fields.day;
        return done;
    });
}

} // namespace AsyncMySql
