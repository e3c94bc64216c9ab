// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valueconversion.h"

#include "asciitext.h"
#include "bitvalue.h"
#include "jsonnumbers.h"
#include "textvalue.h"

#include <QtCore/qendian.h>

#include <optional>

namespace AsyncMySql::Values {

namespace {

bool isText(Column::Type type)
{
    return type == Column::Type::Char || type == Column::Type::Text || type == Column::Type::Set;
}

bool isBinary(Column::Type type)
{
    return type == Column::Type::Binary || type == Column::Type::Blob;
}

/// OutOfRange if it has a number that a QJsonValue would round.
Conversion parseJson(const Value &value, QJsonValue *to)
{
    if (!isStoredAsText(value)) {
        const QByteArray digits = toText(value).toUtf8();
        return parseJson({value.type, value.isUnsigned, digits}, to);
    }
    const QByteArrayView text = value.bytes.trimmed();
    const bool isStructure = text.startsWith('{') || text.startsWith('[');
    // QJsonDocument reads objects and arrays only; anything else is read as the one element of an
    // array.
    const QByteArray source = isStructure ? QByteArray::fromRawData(text.data(), text.size())
                                          : QByteArray("[" + text.toByteArray() + "]");
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(source, &error);
    if (error.error != QJsonParseError::NoError)
        return Conversion::NotPossible;
    const QJsonArray array = document.array();
    if (!isStructure && array.size() != 1)
        return Conversion::NotPossible;
    if (!holdsJsonNumbers(text))
        return Conversion::OutOfRange;
    *to = document.isObject() ? QJsonValue(document.object())
          : isStructure       ? QJsonValue(array)
                              : array.first();
    return Conversion::Done;
}

} // namespace

bool isStoredAsText(const Value &value)
{
    using Type = Column::Type;
    if (value.format == RowFormat::Text)
        return true;
    switch (value.type) {
    case Type::TinyInt:
    case Type::SmallInt:
    case Type::MediumInt:
    case Type::Int:
    case Type::BigInt:
    case Type::Year:
    case Type::Float:
    case Type::Double:
    case Type::Date:
    case Type::DateTime:
    case Type::Timestamp:
    case Type::Time:
        return false;
    default:
        return true;
    }
}

QString toText(const Value &value)
{
    if (!isStoredAsText(value))
        return binaryToText(value);
    if (value.type == Column::Type::Bit) {
        if (const std::optional<quint64> bits = readBits(value))
            return QString::number(*bits);
    }
    QString text;
    return fromAscii(value.bytes, &text) ? text : QString::fromUtf8(value.bytes);
}

Conversion convert(const Value &value, QString *to)
{
    if (value.format == RowFormat::Text && value.type != Column::Type::Bit
        && fromAscii(value.bytes, to)) {
        return Conversion::Done;
    }
    QString text = toText(value);
    // Looking for the sign of a replacement is much quicker than checking all bytes.
    if (text.contains(QChar::ReplacementCharacter) && !value.bytes.isValidUtf8())
        return Conversion::NotPossible;
    *to = std::move(text);
    return Conversion::Done;
}

Conversion convert(const Value &value, QByteArrayView *to)
{
    if (!isStoredAsText(value) || (value.type == Column::Type::Bit && hasDigitsOfBits(value)))
        return Conversion::NotPossible;
    *to = value.bytes;
    return Conversion::Done;
}

Conversion convert(const Value &value, QByteArray *to)
{
    if (value.type == Column::Type::Bit && value.bits > 0) {
        const quint64 bits = qToBigEndian(readBits(value).value_or(0));
        *to = QByteArray(reinterpret_cast<const char *>(&bits), sizeof bits)
                  .last((value.bits + 7) / 8);
        return Conversion::Done;
    }
    *to = isStoredAsText(value) ? value.bytes.toByteArray() : toText(value).toUtf8();
    return Conversion::Done;
}

Conversion convert(const Value &value, QStringList *to)
{
    if (!isText(value.type))
        return Conversion::NotPossible;
    QString text;
    const Conversion done = convert(value, &text);
    if (done != Conversion::Done)
        return done;
    *to = text.isEmpty() ? QStringList() : text.split(u',');
    return Conversion::Done;
}

Conversion convert(const Value &value, QJsonValue *to)
{
    return parseJson(value, to);
}

Conversion convert(const Value &value, QJsonObject *to)
{
    QJsonValue parsed;
    const Conversion done = parseJson(value, &parsed);
    if (done != Conversion::Done)
        return done;
    if (!parsed.isObject())
        return Conversion::NotPossible;
    *to = parsed.toObject();
    return Conversion::Done;
}

Conversion convert(const Value &value, QJsonArray *to)
{
    QJsonValue parsed;
    const Conversion done = parseJson(value, &parsed);
    if (done != Conversion::Done)
        return done;
    if (!parsed.isArray())
        return Conversion::NotPossible;
    *to = parsed.toArray();
    return Conversion::Done;
}

Conversion convert(const Value &value, QJsonDocument *to)
{
    QJsonValue parsed;
    const Conversion done = parseJson(value, &parsed);
    if (done != Conversion::Done)
        return done;
    if (!parsed.isObject() && !parsed.isArray())
        return Conversion::NotPossible;
    *to = parsed.isObject() ? QJsonDocument(parsed.toObject()) : QJsonDocument(parsed.toArray());
    return Conversion::Done;
}

Conversion convert(const Value &value, QUuid *to)
{
    constexpr qsizetype binaryLength = 16;
    constexpr qsizetype textLength = 36;
    if (isBinary(value.type) && value.bytes.size() == binaryLength) {
        *to = QUuid::fromRfc4122(value.bytes);
        return Conversion::Done;
    }
    if (value.bytes.size() != textLength)
        return Conversion::NotPossible;
    const QUuid uuid = QUuid::fromString(QLatin1StringView(value.bytes));
    // The null UUID is legal, and what QUuid makes of nonsense as well.
    if (uuid.isNull() && value.bytes != QUuid().toByteArray(QUuid::WithoutBraces))
        return Conversion::NotPossible;
    *to = uuid;
    return Conversion::Done;
}

Conversion convert(const Value &value, QList<float> *to)
{
    // MariaDB's VECTOR looks like a VARBINARY. Both servers store IEEE singles, the lowest byte
    // first.
    constexpr qsizetype width = sizeof(float);
    if (value.type != Column::Type::Vector && !isBinary(value.type))
        return Conversion::NotPossible;
    if (value.bytes.size() % width != 0)
        return Conversion::NotPossible;
    QList<float> elements(value.bytes.size() / width);
    if (!elements.isEmpty()) // an empty list has no memory to copy to
        qFromLittleEndian<float>(value.bytes.data(), elements.size(), elements.data());
    *to = std::move(elements);
    return Conversion::Done;
}

} // namespace AsyncMySql::Values
