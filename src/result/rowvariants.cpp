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

// Reads what most values are where it lies, and makes the variant where the caller wants it: moving
// one takes as long as making it. convert() does the rest, as it does for all other types. The
// functions are apart so that none saves registers for another.
QVariant RowDecoder::variant(int column, Error *error)
{
    const Layout layout = nextLayout(column);
    if (layout == Layout::Other)
        return convertedVariant(column, error);
    const ValueTraits &traits = m_data->columns->traitsAt(column);
    if (stepOverNull())
        return QVariant(valueMetaType(traits.type, traits.isUnsigned));
    switch (layout) {
    case Layout::Int8:
        return numberVariant<qint8, int>(column, error);
    case Layout::UInt8:
        return numberVariant<quint8, uint>(column, error);
    case Layout::Int16:
        return numberVariant<qint16, int>(column, error);
    case Layout::UInt16:
        return traits.type == Column::Type::Year ? numberVariant<quint16, int>(column, error)
                                                 : numberVariant<quint16, uint>(column, error);
    case Layout::Int32:
        return numberVariant<qint32, int>(column, error);
    case Layout::UInt32:
        return numberVariant<quint32, uint>(column, error);
    case Layout::Int64:
        return numberVariant<qint64, qlonglong>(column, error);
    case Layout::UInt64:
        return numberVariant<quint64, qulonglong>(column, error);
    case Layout::Float:
        return numberVariant<float, float>(column, error);
    case Layout::Double:
        return numberVariant<double, double>(column, error);
    case Layout::SignedDigits:
        return traits.type == Column::Type::BigInt ? digitsVariant<qint64, qlonglong>(column, error)
                                                   : digitsVariant<qint64, int>(column, error);
    case Layout::UnsignedDigits:
        return traits.type == Column::Type::BigInt
                   ? digitsVariant<quint64, qulonglong>(column, error)
                   : digitsVariant<quint64, uint>(column, error);
    case Layout::FloatingDigits:
        if (traits.type == Column::Type::Double)
            return doubleVariant(column, error);
        break;
    case Layout::DateTime:
    case Layout::DateTimeDigits:
        if (traits.type != Column::Type::Date)
            return momentVariant(column, error);
        break;
    case Layout::DecimalDigits:
    case Layout::Characters:
        if (isString(traits.type))
            return stringVariant(column, error);
        if (isBytes(traits.type))
            return bytesVariant(column, error);
        break;
    case Layout::Bits:
    case Layout::Other:
        break;
    }
    return convertedVariant(column, error);
}

/// A number of a binary row as the type that variants have for it.
template <typename Number, typename T>
Q_NEVER_INLINE QVariant RowDecoder::numberVariant(int column, Error *error)
{
    Number number{};
    return readNext(column, &number) ? QVariant(static_cast<T>(number))
                                     : convertedVariant(column, error);
}

template <typename Number, typename T>
Q_NEVER_INLINE QVariant RowDecoder::digitsVariant(int column, Error *error)
{
    using Limits = std::numeric_limits<T>;
    Number number = 0;
    return readDigits<Number>(Limits::min(), Limits::max(), &number)
               ? QVariant(static_cast<T>(number))
               : convertedVariant(column, error);
}

Q_NEVER_INLINE QVariant RowDecoder::doubleVariant(int column, Error *error)
{
    double number = 0;
    return readDigits(&number) ? QVariant(number) : convertedVariant(column, error);
}

Q_NEVER_INLINE QVariant RowDecoder::momentVariant(int column, Error *error)
{
    SysTime moment;
    return readMoment(m_layouts[column], &moment) && moment >= FirstQDate
               ? QVariant(toDateTime(moment))
               : convertedVariant(column, error);
}

Q_NEVER_INLINE QVariant RowDecoder::stringVariant(int column, Error *error)
{
    QString text;
    return readAscii(&text) ? QVariant(text) : convertedVariant(column, error);
}

Q_NEVER_INLINE QVariant RowDecoder::bytesVariant(int column, Error *error)
{
    QByteArrayView bytes;
    if (!peekShortText(&bytes))
        return convertedVariant(column, error);
    goBehind(bytes);
    return QVariant(bytes.toByteArray());
}

Q_NEVER_INLINE QVariant RowDecoder::convertedVariant(int column, Error *error)
{
    QVariant result;
    convert(column, &result, error);
    return result;
}

} // namespace AsyncMySql::Values
