// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "numbervalue.h"

#include <QtCore/qlocale.h>
#include <QtCore/qregularexpression.h>

#include <cmath>
#include <limits>
#include <optional>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

constexpr int DefaultDecimalDigits = 10; // DECIMAL is DECIMAL(10,0)
/// The significant digits of a double; the rest is binary rounding, as in 0.1 + 0.2.
constexpr int MeantDigits = std::numeric_limits<double>::digits10;
/// Larger than any numeric column.
constexpr int LargestExponent = 400;

bool isFloating(const QVariant &value)
{
    return value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Float;
}

/// A decimal number as digits.
struct Number
{
    bool isNegative = false;
    /// Without leading zeros, and empty for 0.
    QString integer;
    /// Without trailing zeros.
    QString fraction;

    bool isZero() const { return integer.isEmpty() && fraction.isEmpty(); }
};

std::optional<Number> parseNumber(const QString &text)
{
    static const QRegularExpression pattern(
        u"^\\s*([+-]?)([0-9]*)(?:\\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?\\s*$"_s);
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    Number number;
    number.isNegative = match.capturedView(1) == u'-';
    number.integer = match.captured(2);
    number.fraction = match.captured(3);
    if (number.integer.isEmpty() && number.fraction.isEmpty())
        return std::nullopt;
    const int exponent = match.capturedView(4).toInt();
    if (std::abs(exponent) > LargestExponent)
        return std::nullopt;
    if (exponent > 0) {
        number.fraction = number.fraction.leftJustified(exponent, u'0');
        number.integer += number.fraction.first(exponent);
        number.fraction.remove(0, exponent);
    } else if (exponent < 0) {
        number.integer = number.integer.rightJustified(-exponent, u'0');
        number.fraction.prepend(number.integer.last(-exponent));
        number.integer.chop(-exponent);
    }
    while (number.integer.startsWith(u'0'))
        number.integer.remove(0, 1);
    while (number.fraction.endsWith(u'0'))
        number.fraction.chop(1);
    return number;
}

std::optional<Number> numberOf(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
        return parseNumber(value.toBool() ? u"1"_s : u"0"_s);
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return parseNumber(QString::number(value.toLongLong()));
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return parseNumber(QString::number(value.toULongLong()));
    case QMetaType::Float:
        // The shortest digits of the float, not those of the equal double.
        return parseNumber(QVariant(value.toFloat()).toString());
    case QMetaType::Double:
        return parseNumber(QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest));
    case QMetaType::QString:
    case QMetaType::QByteArray:
        return parseNumber(QString::fromUtf8(value.toByteArray()));
    default:
        return std::nullopt;
    }
}

Refusal noNumber()
{
    return {u"the value is not a number"_s};
}

Refusal outOfRange(const QString &minimum, const QString &maximum)
{
    return {u"the number is out of range: it must be from %1 to %2"_s.arg(minimum, maximum)};
}

Refusal negative()
{
    return {u"the number must not be negative"_s};
}

int bitsOf(const QString &typeName)
{
    if (typeName == "tinyint"_L1)
        return 8;
    if (typeName == "smallint"_L1)
        return 16;
    if (typeName == "mediumint"_L1)
        return 24;
    return typeName == "bigint"_L1 ? 64 : 32;
}

/// Returns the value in \a type of an integer between the two.
template <typename Minimum>
ColumnValue wholeValue(const QVariant &value, Minimum minimum, quint64 maximum, QMetaType type)
{
    const std::optional<Number> number = numberOf(value);
    if (!number)
        return noNumber();
    if (!number->fraction.isEmpty())
        return Refusal{u"the number must be an integer"_s};
    const Refusal refusal = outOfRange(QString::number(minimum), QString::number(maximum));
    const QString &digits = number->integer.isEmpty() ? u"0"_s : number->integer;
    bool fits = false;
    if (!number->isNegative) {
        const quint64 magnitude = digits.toULongLong(&fits);
        if (!fits || magnitude > maximum)
            return refusal;
        QVariant result(magnitude);
        return type.isValid() && result.convert(type) ? result : QVariant(magnitude);
    }
    const qint64 whole = (u'-' + digits).toLongLong(&fits);
    if (!fits || (whole < 0 && whole < static_cast<qint64>(minimum)))
        return refusal;
    QVariant result(whole);
    return type.isValid() && result.convert(type) ? result : QVariant(whole);
}

/// The digits before and after the decimal point; std::nullopt for any number.
struct Precision
{
    int integer = 0;
    int fraction = 0;
};

std::optional<Refusal> misfit(const Number &number, Precision precision)
{
    if (number.integer.size() > precision.integer)
        return Refusal{u"the number has more than %1 digits before the decimal point"_s.arg(
            precision.integer)};
    if (number.fraction.size() > precision.fraction)
        return Refusal{u"the number has more than %1 decimals"_s.arg(precision.fraction)};
    return {};
}

/// A double without binary rounding.
std::optional<Number> meantNumber(const QVariant &value, Precision precision)
{
    std::optional<Number> number = numberOf(value);
    if (number && isFloating(value) && number->fraction.size() > precision.fraction)
        return parseNumber(QString::number(value.toDouble(), 'g', MeantDigits));
    return number;
}

} // namespace

ColumnValue integerValue(const QVariant &value, const TableColumn &column, QMetaType type)
{
    const int bits = bitsOf(column.typeName());
    const quint64 all = std::numeric_limits<quint64>::max() >> (64 - bits);
    if (column.isUnsigned())
        return wholeValue(value, 0, all, type);
    const auto maximum = static_cast<qint64>(all >> 1);
    return wholeValue(value, -maximum - 1, static_cast<quint64>(maximum), type);
}

ColumnValue yearValue(const QVariant &value)
{
    constexpr int First = 1901;
    constexpr int Last = 2155;
    const ColumnValue year = wholeValue(value, 0, Last, QMetaType::fromType<int>());
    const QVariant *number = std::get_if<QVariant>(&year);
    // The server would read 70 as 1970.
    if (!number || (number->toInt() != 0 && number->toInt() < First))
        return Refusal{u"a year must be 0 or from %1 to %2"_s.arg(First).arg(Last)};
    return year;
}

ColumnValue bitValue(const QVariant &value, const TableColumn &column)
{
    const int bits = column.arguments().value(0, 1);
    if (bits < 1 || bits > 64)
        return value;
    if (value.typeId() == QMetaType::QByteArray) {
        const QByteArray bytes = value.toByteArray();
        quint64 number = 0;
        for (const char byte : bytes.right(8))
            number = number << 8 | static_cast<uchar>(byte);
        if (bytes.size() > 8)
            return Refusal{u"the value has more than %1 bits"_s.arg(bits)};
        return bitValue(QVariant(number), column);
    }
    return wholeValue(value, 0, std::numeric_limits<quint64>::max() >> (64 - bits),
                      QMetaType::fromType<qulonglong>());
}

ColumnValue decimalValue(const QVariant &value, const TableColumn &column)
{
    const QList<int> arguments = column.arguments();
    const int decimals = arguments.value(1, 0);
    const Precision precision{arguments.value(0, DefaultDecimalDigits) - decimals, decimals};
    const std::optional<Number> number = meantNumber(value, precision);
    if (!number)
        return noNumber();
    const bool isNegative = number->isNegative && !number->isZero();
    if (column.isUnsigned() && isNegative)
        return negative();
    if (const auto refusal = misfit(*number, precision))
        return *refusal;
    // The text is kept, since editors that show the value while the user types must not change it.
    static const QRegularExpression plain(u"^-?[0-9]+(\\.[0-9]*)?$"_s);
    if (value.typeId() == QMetaType::QString && plain.match(value.toString()).hasMatch())
        return value;
    QString digits = isNegative ? u"-"_s : QString();
    digits += number->integer.isEmpty() ? u"0"_s : number->integer;
    if (!number->fraction.isEmpty())
        digits += u'.' + number->fraction;
    return QVariant(digits);
}

ColumnValue floatingValue(const QVariant &value, const TableColumn &column, QMetaType type)
{
    const std::optional<Number> number = numberOf(value);
    if (!number)
        return noNumber();
    const bool isText
        = value.typeId() == QMetaType::QString || value.typeId() == QMetaType::QByteArray;
    const double floating
        = isText ? QString::fromUtf8(value.toByteArray()).trimmed().toDouble() : value.toDouble();
    const bool isFloat = column.typeName() == "float"_L1;
    const double largest
        = isFloat ? double(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
    if (!std::isfinite(floating) || std::abs(floating) > largest)
        return outOfRange(QString::number(-largest), QString::number(largest));
    if (column.isUnsigned() && floating < 0)
        return negative();
    const QList<int> arguments = column.arguments();
    if (arguments.size() == 2) {
        const Precision precision{arguments[0] - arguments[1], arguments[1]};
        const std::optional<Number> meant = meantNumber(value, precision);
        if (const auto refusal = misfit(meant.value_or(*number), precision))
            return *refusal;
    }
    QVariant result(floating);
    return type.isValid() && result.convert(type) ? result : QVariant(floating);
}

} // namespace AsyncMySql::Models
