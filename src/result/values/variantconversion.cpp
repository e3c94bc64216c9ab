// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valueconversion.h"

#include <limits>

namespace AsyncMySql::Values {

namespace {

// QVariant's own constructors are quicker than QVariant::fromValue().
template <typename T>
QVariant toVariant(T value)
{
    if constexpr (std::is_constructible_v<QVariant, T>)
        return QVariant(std::move(value));
    else
        return QVariant::fromValue(std::move(value));
}

template <typename T>
Conversion variantOf(const Value &value, QVariant *to)
{
    T typed{};
    const Conversion done = convert(value, &typed);
    if (done == Conversion::Done)
        *to = toVariant(std::move(typed));
    return done;
}

template <typename Integer>
Conversion signedVariant(const Value &value, QVariant *to)
{
    qint64 number = 0;
    const Conversion done = convertSigned(value, std::numeric_limits<Integer>::min(),
                                          std::numeric_limits<Integer>::max(), &number);
    if (done == Conversion::Done)
        *to = QVariant(static_cast<Integer>(number));
    return done;
}

template <typename Integer>
Conversion unsignedVariant(const Value &value, QVariant *to)
{
    quint64 number = 0;
    const Conversion done = convertUnsigned(value, std::numeric_limits<Integer>::max(), &number);
    if (done == Conversion::Done)
        *to = QVariant(static_cast<Integer>(number));
    return done;
}

} // namespace

Conversion convert(const Value &value, QVariant *to)
{
    using Type = Column::Type;
    switch (value.type) {
    case Type::TinyInt:
    case Type::SmallInt:
    case Type::MediumInt:
    case Type::Int:
        return value.isUnsigned ? unsignedVariant<uint>(value, to) : signedVariant<int>(value, to);
    case Type::BigInt:
        return value.isUnsigned ? unsignedVariant<qulonglong>(value, to)
                                : signedVariant<qlonglong>(value, to);
    case Type::Year:
        return signedVariant<int>(value, to);
    case Type::Bit:
        return unsignedVariant<qulonglong>(value, to);
    case Type::Float:
        return variantOf<float>(value, to);
    case Type::Double:
        return variantOf<double>(value, to);
    case Type::Date:
        return variantOf<QDate>(value, to);
    case Type::DateTime:
    case Type::Timestamp:
        return variantOf<QDateTime>(value, to);
    case Type::Time: {
        const Conversion done = variantOf<QTime>(value, to);
        if (done != Conversion::OutOfRange)
            return done;
        *to = toText(value);
        return Conversion::Done;
    }
    case Type::Json: {
        const Conversion done = variantOf<QJsonValue>(value, to);
        if (done != Conversion::OutOfRange)
            return done;
        *to = toText(value);
        return Conversion::Done;
    }
    case Type::Vector:
        return variantOf<QList<float>>(value, to);
    case Type::Uuid:
        return variantOf<QUuid>(value, to);
    case Type::Decimal:
    case Type::Char:
    case Type::Text:
    case Type::Enum:
    case Type::Set:
    case Type::Inet4:
    case Type::Inet6:
        *to = toText(value);
        return Conversion::Done;
    case Type::Null:
    case Type::Binary:
    case Type::Blob:
    case Type::Geometry:
    case Type::Unknown:
        break;
    }
    *to = value.bytes.toByteArray();
    return Conversion::Done;
}

} // namespace AsyncMySql::Values
