// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "calendarvisitors.h"
#include "columntype.h"
#include "resultdata.h"
#include "rowdecoder_p.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

#include <limits>

namespace AsyncMySql::Values {

namespace {

template <typename Integer>
constexpr Integer least = std::numeric_limits<Integer>::min();
template <typename Integer>
constexpr Integer most = std::numeric_limits<Integer>::max();

bool isString(Column::Type type)
{
    using Type = Column::Type;
    switch (type) {
    case Type::Decimal:
    case Type::Char:
    case Type::Text:
    case Type::Enum:
    case Type::Set:
    case Type::Inet4:
    case Type::Inet6:
        return true;
    default:
        return false;
    }
}

bool isBytes(Column::Type type)
{
    return type == Column::Type::Binary || type == Column::Type::Blob;
}

} // namespace

/// A number of a binary row as the type that variants have for it.
template <typename Number, typename Wide>
Q_ALWAYS_INLINE bool RowDecoder::readNextAs(int column, Wide *value)
{
    Number number{};
    if (!readNext(column, &number))
        return false;
    *value = number;
    return true;
}

// Reads what most values are where it lies, and makes the variant where the caller wants it: moving
// one takes as long as making it. convert() does the rest, as it does for all other types.
QVariant RowDecoder::variant(int column, Error *error)
{
    const Layout layout = nextLayout(column);
    if (layout == Layout::Other)
        return convertedVariant(column, error);
    const ValueTraits &traits = m_data->columns->traitsAt(column);
    const Column::Type type = traits.type;
    if (stepOverNull())
        return QVariant(valueMetaType(type, traits.isUnsigned));

    int number = 0;
    uint unsignedNumber = 0;
    qint64 bigNumber = 0;
    quint64 unsignedBigNumber = 0;
    float shortReal = 0;
    double real = 0;
    SysTime moment;
    switch (layout) {
    case Layout::Int8:
        if (readNextAs<qint8>(column, &number))
            return QVariant(number);
        break;
    case Layout::UInt8:
        if (readNextAs<quint8>(column, &unsignedNumber))
            return QVariant(unsignedNumber);
        break;
    case Layout::Int16:
        if (readNextAs<qint16>(column, &number))
            return QVariant(number);
        break;
    case Layout::UInt16:
        if (type != Column::Type::Year && readNextAs<quint16>(column, &unsignedNumber))
            return QVariant(unsignedNumber);
        break;
    case Layout::Int32:
        if (readNext(column, &number))
            return QVariant(number);
        break;
    case Layout::UInt32:
        if (readNext(column, &unsignedNumber))
            return QVariant(unsignedNumber);
        break;
    case Layout::Int64:
        if (readNext(column, &bigNumber))
            return QVariant(bigNumber);
        break;
    case Layout::UInt64:
        if (readNext(column, &unsignedBigNumber))
            return QVariant(unsignedBigNumber);
        break;
    case Layout::Float:
        if (readNext(column, &shortReal))
            return QVariant(shortReal);
        break;
    case Layout::Double:
        if (readNext(column, &real))
            return QVariant(real);
        break;
    case Layout::SignedDigits:
        if (type == Column::Type::BigInt) {
            if (readDigits(least<qint64>, most<qint64>, &bigNumber))
                return QVariant(bigNumber);
        } else if (readDigits<qint64>(least<int>, most<int>, &bigNumber)) {
            return QVariant(static_cast<int>(bigNumber));
        }
        break;
    case Layout::UnsignedDigits:
        if (type == Column::Type::BigInt) {
            if (readDigits(least<quint64>, most<quint64>, &unsignedBigNumber))
                return QVariant(unsignedBigNumber);
        } else if (readDigits<quint64>(least<uint>, most<uint>, &unsignedBigNumber)) {
            return QVariant(static_cast<uint>(unsignedBigNumber));
        }
        break;
    case Layout::FloatingDigits:
        if (type == Column::Type::Double && readDigits(&real))
            return QVariant(real);
        break;
    case Layout::DateTime:
    case Layout::DateTimeDigits:
        if (type != Column::Type::Date && readMoment(layout, &moment) && moment >= FirstQDate)
            return QVariant(toDateTime(moment));
        break;
    case Layout::DecimalDigits:
    case Layout::Characters:
        if (isString(type)) {
            QString text;
            if (readAscii(&text))
                return QVariant(text);
        } else if (isBytes(type)) {
            QByteArrayView bytes;
            if (peekShortText(&bytes)) {
                goBehind(bytes);
                return QVariant(bytes.toByteArray());
            }
        }
        break;
    case Layout::Bits:
    case Layout::Other:
        break;
    }
    return convertedVariant(column, error);
}

QVariant RowDecoder::convertedVariant(int column, Error *error)
{
    QVariant result;
    convert(column, &result, error);
    return result;
}

} // namespace AsyncMySql::Values
