// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "decode.h"

#include <cmath>

namespace AsyncMySql::Values {

namespace {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// The double with the fewest digits which is the same float.
double withFewestDigits(float number)
{
    constexpr int digitsAtMost = std::numeric_limits<float>::max_digits10;
    double shortened = 0;
    for (int digits = 1; digits <= digitsAtMost; ++digits) {
        shortened = QByteArray::number(static_cast<double>(number), 'g', digits).toDouble();
        const bool isFloat = std::abs(shortened) <= double(std::numeric_limits<float>::max());
        if (isFloat && static_cast<float>(shortened) == number)
            break;
    }
    return shortened;
}

/// Where servers change to an exponent (MariaDB: my_gcvt()), and how they write it.
QString digitsOf(double number)
{
    const double magnitude = std::abs(number);
    const bool hasFraction = magnitude != std::trunc(magnitude);
    if (magnitude == 0 || (magnitude >= 1e-15 && (magnitude < 1e15 || hasFraction)))
        return QString::number(number, 'f', QLocale::FloatingPointShortest);
    return QString::number(number, 'e', QLocale::FloatingPointShortest).remove(u'+');
}

/// A column of an expression can say that it does not know how many decimals there are; it then has
/// those that it needs (MariaDB: AUTO_SEC_PART_DIGITS).
QString fractionOf(int microsecond, int decimals)
{
    constexpr int digitsAtMost = 6;
    if (decimals > digitsAtMost)
        decimals = microsecond == 0 ? 0 : digitsAtMost;
    if (decimals == 0)
        return {};
    return u'.' + QString::asprintf("%06d", microsecond).first(decimals);
}

QString digitsOf(const CalendarFields &fields, const Value &value)
{
    const QString date = QString::asprintf("%04d-%02d-%02d", fields.year, fields.month, fields.day);
    if (value.type == Column::Type::Date)
        return date;
    return date + QString::asprintf(" %02d:%02d:%02d", fields.hour, fields.minute, fields.second)
           + fractionOf(fields.microsecond, value.decimals);
}

QString digitsOf(std::chrono::microseconds time, const Value &value)
{
    const bool isNegative = time < 0us;
    const std::chrono::hh_mm_ss parts(isNegative ? -time : time);
    return QString::asprintf(
               "%s%02d:%02d:%02d", isNegative ? "-" : "", static_cast<int>(parts.hours().count()),
               static_cast<int>(parts.minutes().count()), static_cast<int>(parts.seconds().count()))
           + fractionOf(static_cast<int>(parts.subseconds().count()), value.decimals);
}

struct TextVisitor
{
    const Value &value;
    QString *to;

    Conversion operator()(qint64 number) { return done(padded(QString::number(number))); }
    Conversion operator()(quint64 number) { return done(padded(QString::number(number))); }
    Conversion operator()(double number) { return done(digitsOf(number)); }
    Conversion operator()(float number) { return done(digitsOf(withFewestDigits(number))); }
    Conversion operator()(const CalendarFields &fields) { return done(digitsOf(fields, value)); }
    Conversion operator()(std::chrono::microseconds time) { return done(digitsOf(time, value)); }
    Conversion operator()(QByteArrayView bytes) { return done(QString::fromUtf8(bytes)); }

private:
    QString padded(const QString &digits) const
    {
        return digits.rightJustified(value.minimumDigits, u'0');
    }

    Conversion done(QString text)
    {
        *to = std::move(text);
        return Conversion::Done;
    }
};

} // namespace

QString binaryToText(const Value &value)
{
    QString text;
    if (decode(value, TextVisitor{value, &text}) != Conversion::Done)
        return QString::fromUtf8(value.bytes);
    return text;
}

} // namespace AsyncMySql::Values
