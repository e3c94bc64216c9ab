// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "decode.h"

#include <QtCore/qendian.h>

#include <cmath>

namespace AsyncMySql::Values {

namespace {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// The double with the fewest digits which is the same float.
double withFewestDigits(float number)
{
    constexpr int digitsAtMost = std::numeric_limits<float>::max_digits10;
    double shortened = static_cast<double>(number);
    if (shortened == 0)
        return shortened; // with its sign
    for (int digits = 1; digits <= digitsAtMost; ++digits) {
        shortened = QByteArray::number(static_cast<double>(number), 'g', digits).toDouble();
        const bool isFloat = std::abs(shortened) <= double(std::numeric_limits<float>::max());
        if (isFloat && static_cast<float>(shortened) == number)
            break;
    }
    return shortened;
}

/// Without an exponent.
QString shortestDigitsOf(double number)
{
    // Qt leaves the sign out, and MySQL does not.
    return number == 0 && std::signbit(number)
               ? u"-0"_s
               : QString::number(number, 'f', QLocale::FloatingPointShortest);
}

/// Where servers change to an exponent (MariaDB: my_gcvt()), and how they write it.
QString digitsOf(double number)
{
    const double magnitude = std::abs(number);
    const bool hasFraction = magnitude != std::trunc(magnitude);
    if (magnitude == 0 || (magnitude >= 1e-15 && (magnitude < 1e15 || hasFraction)))
        return shortestDigitsOf(number);
    return QString::number(number, 'e', QLocale::FloatingPointShortest).remove(u'+');
}

/// The digits that make the number, filled up or rounded to so many decimals, as servers do.
QString fixedDigitsOf(double number, int decimals)
{
    QString digits = shortestDigitsOf(number);
    const qsizetype point = digits.indexOf(u'.');
    const qsizetype present = point < 0 ? 0 : digits.size() - point - 1;
    if (present > decimals)
        return QString::number(number, 'f', decimals);
    if (point < 0 && decimals > 0)
        digits += u'.';
    return digits.leftJustified(digits.size() + decimals - present, u'0');
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
    Conversion operator()(double number)
    {
        return done(
            padded(hasFixedDecimals() ? fixedDigitsOf(number, value.decimals) : digitsOf(number)));
    }
    Conversion operator()(float number)
    {
        return done(padded(hasFixedDecimals() ? fixedDigitsOf(double(number), value.decimals)
                                              : digitsOf(withFewestDigits(number))));
    }
    Conversion operator()(const CalendarFields &fields) { return done(digitsOf(fields, value)); }
    Conversion operator()(std::chrono::microseconds time) { return done(digitsOf(time, value)); }
    Conversion operator()(QByteArrayView bytes) { return done(QString::fromUtf8(bytes)); }

private:
    /// Of DOUBLE(M,D), and of some expressions; otherwise they are as many as are needed (MySQL:
    /// NOT_FIXED_DEC).
    bool hasFixedDecimals() const
    {
        constexpr int NotFixed = 31;
        return value.decimals < NotFixed;
    }

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
    if (decode(value, TextVisitor{value, &text}) == Conversion::Done)
        return text;
    // MariaDB sends infinity where VARIANCE() overflows.
    if (value.type == Column::Type::Double && value.bytes.size() == sizeof(double))
        return QString::number(qFromLittleEndian<double>(value.bytes.data()));
    if (value.type == Column::Type::Float && value.bytes.size() == sizeof(float))
        return QString::number(double(qFromLittleEndian<float>(value.bytes.data())));
    return u"0x"_s + QString::fromLatin1(value.bytes.toByteArray().toHex());
}

} // namespace AsyncMySql::Values
