// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "calendarvalue.h"

#include "utc.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qregularexpression.h>

#include <algorithm>
#include <array>
#include <optional>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaximumYear = 9999;
constexpr int MaximumHours = 838;

/// The range of TIMESTAMP in any server: from 1970-01-01 00:00:01 to 2106-02-07 06:28:15. Most
/// servers end in 2038.
constexpr qint64 FirstTimestamp = 1;
constexpr qint64 LastTimestamp = 4'294'967'295;

int fractionDigits(const TableColumn &column)
{
    return std::clamp(column.arguments().value(0, 0), 0, 6);
}

/// Returns the milliseconds with the precision of a column of \a digits.
int cutMilliseconds(int milliseconds, int digits)
{
    constexpr std::array<int, 4> Units = {1000, 100, 10, 1};
    const int unit = Units[static_cast<size_t>(std::min(digits, 3))];
    return milliseconds / unit * unit;
}

QTime cut(QTime time, int digits)
{
    return QTime(time.hour(), time.minute(), time.second(), cutMilliseconds(time.msec(), digits));
}

/// Without trailing zeros; std::nullopt if the column has fewer digits.
std::optional<QString> fittingFraction(QString fraction, int digits)
{
    while (fraction.endsWith(u'0'))
        fraction.chop(1);
    return fraction.size() <= digits ? std::optional(fraction) : std::nullopt;
}

Refusal tooFine(int digits)
{
    return {digits == 0 ? u"the column has no fractional digits of a second"_s
                        : u"the column has only %1 fractional digits of a second"_s.arg(digits)};
}

enum class DateKind {
    None,
    /// Zero dates, which a server may accept.
    Partial,
    Day,
};

DateKind kindOf(int year, int month, int day)
{
    if (year >= 1 && QDate::isValid(year, month, day))
        return DateKind::Day;
    constexpr int LeapYear = 2000;
    const bool isPartial
        = month == 0 || day == 0 ? month <= 12 && day <= 31 : QDate::isValid(LeapYear, month, day);
    return isPartial && (year == 0 || month == 0 || day == 0) ? DateKind::Partial : DateKind::None;
}

bool isYear(QDate date)
{
    return date.isValid() && date.year() >= 1 && date.year() <= MaximumYear;
}

Refusal badDate()
{
    return {u"the value is not a date of the form 2026-01-31"_s};
}

Refusal badDateTime()
{
    return {u"the value is not a date and time of the form 2026-01-31 12:30:00"_s};
}

Refusal badTime()
{
    return {u"the value is not a time of the form 12:30:00, up to 838:59:59"_s};
}

ColumnValue moment(const QDateTime &value, const TableColumn &column)
{
    const QDateTime utc = value.toUTC();
    if (!isYear(utc.date()))
        return badDateTime();
    const bool isTimestamp = column.typeName() == "timestamp"_L1;
    const qint64 second = utc.toSecsSinceEpoch();
    // Sessions may have other time zones.
    constexpr qint64 Day = 86'400;
    if (isTimestamp && (second < FirstTimestamp - Day || second > LastTimestamp + Day))
        return Refusal{u"the moment is out of the range of TIMESTAMP"_s};
    return QVariant(QDateTime(utc.date(), cut(utc.time(), fractionDigits(column)), Values::Utc));
}

} // namespace

QDateTime momentOf(QDate date, QTime time, const QTimeZone &timeZone)
{
    const QDateTime moment = QDateTime(date, time, timeZone).toUTC();
    const QDateTime shown = moment.toTimeZone(timeZone);
    return shown.date() == date && shown.time() == time ? moment : QDateTime();
}

ColumnValue dateValue(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QDate:
        return isYear(value.toDate()) ? ColumnValue(value) : badDate();
    case QMetaType::QDateTime: {
        const QDateTime utc = value.toDateTime().toUTC();
        if (!isYear(utc.date()))
            return badDate();
        // The day of a moment depends on the time zone.
        if (utc.time() != QTime(0, 0))
            return Refusal{u"the moment is not midnight in UTC, and the column has no time"_s};
        return QVariant(utc.date());
    }
    case QMetaType::QString: {
        static const QRegularExpression pattern(u"^\\s*(\\d{4})-(\\d{1,2})-(\\d{1,2})\\s*$"_s);
        const QRegularExpressionMatch match = pattern.match(value.toString());
        const int year = match.capturedView(1).toInt();
        const int month = match.capturedView(2).toInt();
        const int day = match.capturedView(3).toInt();
        switch (match.hasMatch() ? kindOf(year, month, day) : DateKind::None) {
        case DateKind::Day:
            return QVariant(QDate(year, month, day));
        case DateKind::Partial:
            return QVariant(value.toString().trimmed());
        case DateKind::None:
            break;
        }
        return badDate();
    }
    default:
        // Types of std::chrono.
        return value.typeId() < QMetaType::User ? ColumnValue(badDate()) : ColumnValue(value);
    }
}

ColumnValue dateTimeValue(const QVariant &value, const TableColumn &column,
                          const QTimeZone &timeZone)
{
    switch (value.typeId()) {
    case QMetaType::QDateTime:
        return moment(value.toDateTime(), column);
    case QMetaType::QDate:
        return moment(momentOf(value.toDate(), QTime(0, 0), timeZone), column);
    case QMetaType::QString:
        break;
    default:
        return value.typeId() < QMetaType::User ? ColumnValue(badDateTime()) : ColumnValue(value);
    }
    static const QRegularExpression pattern(
        u"^\\s*(\\d{4})-(\\d{1,2})-(\\d{1,2})"
        "(?:[ T](\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?)?\\s*$"_s);
    const QRegularExpressionMatch match = pattern.match(value.toString());
    if (!match.hasMatch())
        return badDateTime();
    const auto part = [&match](int index) { return match.capturedView(index).toInt(); };
    const QTime clock(part(4), part(5), part(6));
    const DateKind kind = kindOf(part(1), part(2), part(3));
    if (kind == DateKind::None || !clock.isValid())
        return badDateTime();
    const int digits = fractionDigits(column);
    const std::optional<QString> fraction = fittingFraction(match.captured(7), digits);
    if (!fraction)
        return tooFine(digits);
    if (kind == DateKind::Day && fraction->size() <= 3) {
        const QTime time = clock.addMSecs(fraction->leftJustified(3, u'0').toInt());
        const QDateTime shown = momentOf(QDate(part(1), part(2), part(3)), time, timeZone);
        if (shown.isValid())
            return moment(shown, column);
        if (column.typeName() == "timestamp"_L1)
            return Refusal{u"there is no such time in the session's time zone"_s};
    }
    QString text = QString::asprintf("%04d-%02d-%02d ", part(1), part(2), part(3))
                   + clock.toString(u"HH:mm:ss"_s);
    if (digits > 0)
        text += u'.' + fraction->leftJustified(digits, u'0');
    return QVariant(text);
}

ColumnValue timeValue(const QVariant &value, const TableColumn &column)
{
    const int digits = fractionDigits(column);
    switch (value.typeId()) {
    case QMetaType::QTime:
        return value.toTime().isValid() ? ColumnValue(QVariant(cut(value.toTime(), digits)))
                                        : badTime();
    case QMetaType::QString:
        break;
    default:
        return value.typeId() < QMetaType::User ? ColumnValue(badTime()) : ColumnValue(value);
    }
    static const QRegularExpression pattern(
        u"^\\s*(-?)(\\d{1,3}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?\\s*$"_s);
    const QRegularExpressionMatch match = pattern.match(value.toString());
    const int hours = match.capturedView(2).toInt();
    const QTime rest(0, match.capturedView(3).toInt(), match.capturedView(4).toInt());
    if (!match.hasMatch() || hours > MaximumHours || !rest.isValid())
        return badTime();
    const std::optional<QString> fraction = fittingFraction(match.captured(5), digits);
    if (!fraction)
        return tooFine(digits);
    const bool isNegative = !match.capturedView(1).isEmpty();
    if (!isNegative && hours < 24 && fraction->size() <= 3) {
        const int milliseconds = fraction->leftJustified(3, u'0').toInt();
        return QVariant(QTime(hours, rest.minute(), rest.second(), milliseconds));
    }
    QString text = QString::asprintf("%s%02d:%02d:%02d", isNegative ? "-" : "", hours,
                                     rest.minute(), rest.second());
    if (digits > 0)
        text += u'.' + fraction->leftJustified(digits, u'0');
    return QVariant(text);
}

} // namespace AsyncMySql::Models
