// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "decode.h"
#include "numbervisitors.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace AsyncMySql::Values {

namespace {

QByteArrayView withoutZeroFraction(QByteArrayView text)
{
    const qsizetype point = text.indexOf('.');
    if (point < 1 || point + 1 == text.size())
        return text;
    for (const char digit : text.sliced(point + 1)) {
        if (digit != '0')
            return text;
    }
    return text.first(point);
}

template <typename Parsed, typename To>
Conversion narrowDigits(QByteArrayView text, To minimum, To maximum, To *to)
{
    Parsed value = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (stop != end || error == std::errc::invalid_argument)
        return Conversion::NotPossible;
    if (error == std::errc::result_out_of_range)
        return Conversion::OutOfRange;
    return narrowInteger(value, minimum, maximum, to);
}

template <typename To>
Conversion narrowNumber(QByteArrayView number, To minimum, To maximum, To *to)
{
    const QByteArrayView text = withoutZeroFraction(number);
    if (text.startsWith('-'))
        return narrowDigits<qint64>(text, minimum, maximum, to);
    return narrowDigits<quint64>(text, minimum, maximum, to);
}

} // namespace

Conversion narrowText(QByteArrayView text, qint64 minimum, qint64 maximum, qint64 *to)
{
    return narrowNumber(text, minimum, maximum, to);
}

Conversion narrowText(QByteArrayView text, quint64 minimum, quint64 maximum, quint64 *to)
{
    return narrowNumber(text, minimum, maximum, to);
}

Conversion convertSigned(const Value &value, qint64 minimum, qint64 maximum, qint64 *to)
{
    return decode(value, IntegerVisitor<qint64>{minimum, maximum, to});
}

Conversion convertUnsigned(const Value &value, quint64 maximum, quint64 *to)
{
    return decode(value, IntegerVisitor<quint64>{0, maximum, to});
}

Conversion convert(const Value &value, bool *to)
{
    if (value.type == Column::Type::Bit || value.isUnsigned) {
        quint64 number = 0;
        const Conversion done
            = convertUnsigned(value, std::numeric_limits<quint64>::max(), &number);
        *to = number != 0;
        return done;
    }
    qint64 number = 0;
    const Conversion done = convertSigned(value, std::numeric_limits<qint64>::min(),
                                          std::numeric_limits<qint64>::max(), &number);
    *to = number != 0;
    return done;
}

Conversion convert(const Value &value, double *to)
{
    return decode(value, DoubleVisitor{to});
}

Conversion convert(const Value &value, float *to)
{
    double number = 0;
    const Conversion done = convert(value, &number);
    if (done != Conversion::Done)
        return done;
    if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max()))
        return Conversion::OutOfRange;
    *to = static_cast<float>(number);
    return Conversion::Done;
}

} // namespace AsyncMySql::Values
