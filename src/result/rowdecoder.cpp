// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowdecoder_p.h"

#include "binaryvalue.h"
#include "calendarvisitors.h"
#include "columntype.h"
#include "gadgetmapping.h"
#include "resultdata.h"

#include <QtCore/qloggingcategory.h>

namespace AsyncMySql::Values {

using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(lcValues, "asyncmysql.values")

// Always returns false, which is what callers return. The values themselves are not named: they may
// be confidential.
bool report(Error::Code code, const QString &message, Error *error)
{
    if (error)
        *error = Error(code, message);
    else
        qCWarning(lcValues).noquote() << message;
    return false;
}

QString quotedName(const ColumnSet &columns, int column)
{
    return u'"' + QString::fromUtf8(columns.at(column).name) + u'"';
}

template <typename T>
QString nameOf()
{
    if constexpr (std::is_same_v<T, SysTime>)
        return u"std::chrono::time_point"_s;
    else if constexpr (std::is_same_v<T, std::chrono::microseconds>)
        return u"std::chrono::microseconds"_s;
    else
        return QString::fromLatin1(QMetaType::fromType<T>().name());
}

} // namespace

int RowDecoder::indexOf(QAnyStringView columnName) const
{
    return m_data ? m_data->columns->indexOf(columnName) : -1;
}

int RowDecoder::find(QAnyStringView columnName, Error *error) const
{
    const int column = indexOf(columnName);
    if (column < 0) {
        report(Error::NoSuchColumn, u"There is no column \"%1\""_s.arg(columnName.toString()),
               error);
    }
    return column;
}

QByteArrayView RowDecoder::locate(int column)
{
    QByteArrayView value;
    if (column < m_nextColumn - 1)
        goToFirstColumn();
    while (m_nextColumn < column && stepTo(m_nextColumn, &value)) {
    }
    if (stepTo(column, &value))
        return value;
    goToFirstColumn();
    return {}; // a broken row: those are refused when they arrive
}

QString RowDecoder::text(int column)
{
    const QByteArrayView value = bytes(column);
    return value.isNull() ? QString() : toText(describe(column, value));
}

bool RowDecoder::isPresent(int column, Error *error)
{
    if (column == m_nextColumn && column < m_columnCount)
        return !stepOverNull();
    if (!hasColumn(column))
        return reportNoColumn(column, error);
    return !locate(column).isNull();
}

inline QByteArrayView RowDecoder::findBytes(int column)
{
    QByteArrayView bytes;
    if (!stepTo(column, &bytes) && hasColumn(column))
        bytes = locate(column);
    return bytes;
}

bool RowDecoder::hasColumns(int count, Error *error) const
{
    return count <= m_columnCount || reportNoColumn(m_columnCount, error);
}

std::shared_ptr<const GadgetMapping> RowDecoder::mappingTo(const QMetaObject &type) const
{
    return std::make_shared<const GadgetMapping>(*this, type);
}

void RowDecoder::fill(const GadgetMapping &mapping, void *gadget, Error *error)
{
    mapping.fill(*this, gadget, error);
}

template <typename TargetName, typename Convert>
bool RowDecoder::attempt(int column, TargetName &&targetName, Error *error, Convert &&convert)
{
    const QByteArrayView bytes = findBytes(column);
    if (bytes.isNull())
        return reportNull(column, error);
    const Conversion done = convert(describe(column, bytes));
    if (done == Conversion::Done)
        return true;
    const bool isOutOfRange = done == Conversion::OutOfRange;
    return reportFailure(column, isOutOfRange, targetName(), error);
}

bool RowDecoder::reportNoColumn(int column, Error *error) const
{
    return report(Error::NoSuchColumn, u"There is no column %1"_s.arg(column), error);
}

bool RowDecoder::reportNull(int column, Error *error) const
{
    if (column < 0 || column >= m_columnCount)
        return reportNoColumn(column, error);
    const QString name = quotedName(*m_data->columns, column);
    return report(Error::ConversionFailed,
                  u"Column %1 is NULL: read it as std::optional"_s.arg(name), error);
}

bool RowDecoder::reportFailure(int column, bool isOutOfRange, const QString &target,
                               Error *error) const
{
    const QString format = isOutOfRange ? u"The value of column %1 (%2) is out of the range of %3"_s
                                        : u"The value of column %1 (%2) cannot be read as %3"_s;
    const ColumnSet &columns = *m_data->columns;
    const QLatin1StringView type(columnTypeName(columns.typeAt(column)));
    return report(Error::ConversionFailed, format.arg(quotedName(columns, column), type, target),
                  error);
}

// Apart from the functions below, most of which come here seldom.
template <typename T>
Q_NEVER_INLINE bool RowDecoder::attemptDirectly(int column, T *value, Error *error)
{
    return attempt(column, nameOf<T>, error,
                   [value](const Value &source) { return Values::convert(source, value); });
}

bool RowDecoder::convert(int column, QVariant *value, Error *error)
{
    const QByteArrayView bytes = findBytes(column);
    if (bytes.isNull() && !hasColumn(column))
        return reportNoColumn(column, error);
    Conversion done = Conversion::NotPossible;
    if (!bytes.isNull()) {
        done = Values::convert(describe(column, bytes), value);
        if (done == Conversion::Done)
            return true;
    }
    const ValueTraits &traits = m_data->columns->traitsAt(column);
    const QMetaType type = valueMetaType(traits.type, traits.isUnsigned);
    if (bytes.isNull()) {
        *value = QVariant(type);
        return true;
    }
    // "Cannot be read as QVariant" would explain nothing.
    return reportFailure(column, done == Conversion::OutOfRange, QString::fromLatin1(type.name()),
                         error);
}

bool RowDecoder::convert(int column, bool *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, float *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

// Mostly the next value is read, and is what its column and its reader say. These functions read it
// where it lies, and leave all else to attemptDirectly().

bool RowDecoder::convert(int column, double *value, Error *error)
{
    const Layout layout = nextLayout(column);
    const bool isNumber = layout == Layout::FloatingDigits || layout == Layout::DecimalDigits;
    return (isNumber && readDigits(value)) || attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QString *value, Error *error)
{
    const Layout layout = nextLayout(column);
    const bool isText = layout >= Layout::Characters && layout != Layout::Bits;
    return (isText && readAscii(value)) || attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QByteArray *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QByteArrayView *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QDate *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QTime *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QDateTime *value, Error *error)
{
    SysTime time;
    if (!readMoment(nextLayout(column), &time) || time < FirstQDate)
        return attemptDirectly(column, value, error);
    *value = toDateTime(time);
    return true;
}

bool RowDecoder::convert(int column, SysTime *value, Error *error)
{
    // Layout::DateTime has been tried: see value().
    return (nextLayout(column) == Layout::DateTimeDigits
            && readMoment(Layout::DateTimeDigits, value))
           || attemptDirectly(column, value, error);
}

bool RowDecoder::readDateTime(QByteArrayView bytes, SysTime *value)
{
    const std::optional<CalendarFields> fields = readCalendar(bytes);
    return fields && SysTimeVisitor{value}(*fields) == Conversion::Done;
}

bool RowDecoder::convert(int column, std::chrono::microseconds *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QStringList *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QList<float> *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QUuid *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QJsonValue *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QJsonObject *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QJsonArray *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convert(int column, QJsonDocument *value, Error *error)
{
    return attemptDirectly(column, value, error);
}

bool RowDecoder::convertSigned(int column, qint64 minimum, qint64 maximum, qint64 *value,
                               Error *error)
{
    return (nextLayout(column) == Layout::SignedDigits && readDigits(minimum, maximum, value))
           || convertSignedSlowly(column, minimum, maximum, value, error);
}

bool RowDecoder::convertSignedSlowly(int column, qint64 minimum, qint64 maximum, qint64 *value,
                                     Error *error)
{
    const auto target = [=] { return u"integers from %1 to %2"_s.arg(minimum).arg(maximum); };
    return attempt(column, target, error, [=](const Value &source) {
        return Values::convertSigned(source, minimum, maximum, value);
    });
}

bool RowDecoder::convertUnsigned(int column, quint64 maximum, quint64 *value, Error *error)
{
    constexpr quint64 minimum = 0;
    return (nextLayout(column) == Layout::UnsignedDigits && readDigits(minimum, maximum, value))
           || convertUnsignedSlowly(column, maximum, value, error);
}

bool RowDecoder::convertUnsignedSlowly(int column, quint64 maximum, quint64 *value, Error *error)
{
    const auto target = [=] { return u"integers from 0 to %1"_s.arg(maximum); };
    return attempt(column, target, error, [=](const Value &source) {
        return Values::convertUnsigned(source, maximum, value);
    });
}

bool RowDecoder::convertCalendarDay(int column, int *year, int *month, int *day, Error *error)
{
    const auto target = [] { return u"std::chrono::year_month_day"_s; };
    return attempt(column, target, error, [=](const Value &source) {
        CalendarFields fields;
        const Conversion done = Values::convert(source, &fields);
        *year = fields.year;
        *month = fields.month;
        *day = fields.day;
        return done;
    });
}

} // namespace AsyncMySql::Values
