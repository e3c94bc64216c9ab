// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnvalue.h"

#include "calendarvalue.h"
#include "columncharacters.h"
#include "jsontext.h"
#include "numbervalue.h"
#include "samevalue.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qendian.h>
#include <QtCore/qhash.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qlocale.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>
#include <QtNetwork/qabstractsocket.h>
#include <QtNetwork/qhostaddress.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

enum class Kind {
    Integer,
    Year,
    Bit,
    Decimal,
    Floating,
    Date,
    DateTime,
    Time,
    Enum,
    Set,
    Json,
    Uuid,
    Address,
    Text,
    Bytes,
    Vector,
    /// The server decides.
    Other,
};

Kind kindOf(const TableColumn &column, QMetaType type)
{
    static const QHash<QString, Kind> kinds = {
        {u"tinyint"_s, Kind::Integer},
        {u"smallint"_s, Kind::Integer},
        {u"mediumint"_s, Kind::Integer},
        {u"int"_s, Kind::Integer},
        {u"bigint"_s, Kind::Integer},
        {u"year"_s, Kind::Year},
        {u"bit"_s, Kind::Bit},
        {u"decimal"_s, Kind::Decimal},
        {u"float"_s, Kind::Floating},
        {u"double"_s, Kind::Floating},
        {u"date"_s, Kind::Date},
        {u"datetime"_s, Kind::DateTime},
        {u"timestamp"_s, Kind::DateTime},
        {u"time"_s, Kind::Time},
        {u"enum"_s, Kind::Enum},
        {u"set"_s, Kind::Set},
        {u"json"_s, Kind::Json},
        {u"uuid"_s, Kind::Uuid},
        {u"inet4"_s, Kind::Address},
        {u"inet6"_s, Kind::Address},
        {u"char"_s, Kind::Text},
        {u"varchar"_s, Kind::Text},
        {u"tinytext"_s, Kind::Text},
        {u"text"_s, Kind::Text},
        {u"mediumtext"_s, Kind::Text},
        {u"longtext"_s, Kind::Text},
        {u"binary"_s, Kind::Bytes},
        {u"varbinary"_s, Kind::Bytes},
        {u"tinyblob"_s, Kind::Bytes},
        {u"blob"_s, Kind::Bytes},
        {u"mediumblob"_s, Kind::Bytes},
        {u"longblob"_s, Kind::Bytes},
        {u"vector"_s, Kind::Vector},
    };
    // MariaDB's JSON is a LONGTEXT for SHOW COLUMNS.
    if (type == QMetaType::fromType<QJsonValue>())
        return Kind::Json;
    return kinds.value(column.typeName(), Kind::Other);
}

QString fractionOf(int milliseconds)
{
    return milliseconds == 0 ? QString() : QString::asprintf(".%03d", milliseconds);
}

/// std::nullopt for numbers that QJsonValue would round, and for NaN and infinity.
std::optional<QJsonValue> toJson(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::ULongLong:
        if (value.toULongLong() > quint64(std::numeric_limits<qint64>::max()))
            return std::nullopt;
        return QJsonValue(static_cast<qint64>(value.toULongLong()));
    case QMetaType::Double:
    case QMetaType::Float:
        return std::isfinite(value.toDouble()) ? std::optional(QJsonValue(value.toDouble()))
                                               : std::nullopt;
    case QMetaType::QVariantList:
    case QMetaType::QStringList: {
        QJsonArray array;
        const QVariantList list = value.toList();
        for (const QVariant &element : list) {
            const std::optional<QJsonValue> json = toJson(element);
            if (!json)
                return std::nullopt;
            array.append(*json);
        }
        return array;
    }
    case QMetaType::QVariantMap: {
        QJsonObject object;
        const QVariantMap map = value.toMap();
        for (auto member = map.begin(); member != map.end(); ++member) {
            const std::optional<QJsonValue> json = toJson(*member);
            if (!json)
                return std::nullopt;
            object.insert(member.key(), *json);
        }
        return object;
    }
    case QMetaType::QJsonValue:
        return toJson(value.toJsonValue().toVariant());
    case QMetaType::QJsonObject:
        return toJson(value.toJsonObject().toVariantMap());
    case QMetaType::QJsonArray:
        return toJson(value.toJsonArray().toVariantList());
    case QMetaType::QJsonDocument:
        return toJson(value.toJsonDocument().toVariant());
    default:
        return QJsonValue::fromVariant(value);
    }
}

bool isJsonText(const QString &text)
{
    // QJsonDocument only reads objects and arrays. An element of an array may be any value.
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson('[' + text.toUtf8() + ']', &error);
    // The server decides about values that are nested too deep for Qt.
    return error.error == QJsonParseError::DeepNesting
           || (error.error == QJsonParseError::NoError && document.array().size() == 1);
}

Refusal notJson()
{
    return {u"the value is not valid JSON"_s};
}

ColumnValue jsonValue(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QString:
        return isJsonText(value.toString()) ? ColumnValue(value) : notJson();
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return bytes.isValidUtf8() ? jsonValue(QString::fromUtf8(bytes)) : notJson();
    }
    case QMetaType::ULongLong:
        return QVariant(value.toString());
    default:
        break;
    }
    if (const std::optional<QJsonValue> json = toJson(value))
        return QVariant(*json);
    return Refusal{u"a number in the value does not fit into JSON"_s};
}

/// Returns the value for a text column, or std::nullopt if it is not text.
std::optional<QString> toText(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QString:
    case QMetaType::QChar:
        return value.toString();
    case QMetaType::Bool:
        return value.toBool() ? u"1"_s : u"0"_s;
    case QMetaType::Double:
        return QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return bytes.isValidUtf8() ? std::optional(QString::fromUtf8(bytes)) : std::nullopt;
    }
    case QMetaType::QDate:
        return value.toDate().toString(Qt::ISODate);
    case QMetaType::QTime:
        return value.toTime().toString(u"HH:mm:ss"_s) + fractionOf(value.toTime().msec());
    case QMetaType::QDateTime: {
        const QDateTime utc = value.toDateTime().toUTC();
        return utc.toString(u"yyyy-MM-dd HH:mm:ss"_s) + fractionOf(utc.time().msec());
    }
    case QMetaType::QUuid:
        return value.toUuid().toString(QUuid::WithoutBraces);
    case QMetaType::QUrl:
        return QString::fromLatin1(value.toUrl().toEncoded());
    case QMetaType::QVariantMap:
    case QMetaType::QVariantList:
    case QMetaType::QStringList:
    case QMetaType::QJsonValue:
    case QMetaType::QJsonObject:
    case QMetaType::QJsonArray:
    case QMetaType::QJsonDocument: {
        const ColumnValue json = jsonValue(value);
        const QVariant *held = std::get_if<QVariant>(&json);
        if (!held)
            return std::nullopt;
        return held->typeId() == QMetaType::QJsonValue
                   ? QString::fromUtf8(Values::jsonText(held->toJsonValue()))
                   : held->toString();
    }
    default:
        return value.typeId() < QMetaType::User && value.canConvert<QString>()
                   ? std::optional(value.toString())
                   : std::nullopt;
    }
}

/// Returns the implicit limit of a type in bytes, or std::nullopt.
std::optional<qsizetype> byteLimit(const QString &typeName)
{
    if (typeName.startsWith(u"tiny"_s))
        return 0xFF;
    if (typeName.startsWith(u"medium"_s))
        return 0xFF'FFFF;
    if (typeName == "text"_L1 || typeName == "blob"_L1)
        return 0xFFFF;
    return std::nullopt;
}

ColumnValue textValue(const QVariant &value, const TableColumn &column)
{
    const std::optional<QString> given = toText(value);
    if (!given)
        return value.typeId() < QMetaType::User ? ColumnValue(Refusal{u"the value is not text"_s})
                                                : ColumnValue(value);
    if (!given->isValidUtf16())
        return Refusal{u"the text contains an unpaired surrogate"_s};
    const QString text = given->isNull() ? u""_s : *given;
    const QList<int> arguments = column.arguments();
    if (!arguments.isEmpty() && characterCount(text) > arguments.first())
        return Refusal{u"the text has more than %1 characters"_s.arg(arguments.first())};
    if (!hasCharacters(column.collation, text)) {
        return Refusal{
            u"the text has characters that the column's character set (%1) does not contain"_s.arg(
                column.collation.section(u'_', 0, 0))};
    }
    const std::optional<qsizetype> limit = byteLimit(column.typeName());
    if (limit && sizeInBytes(column.collation, text) > *limit)
        return Refusal{u"the text has more than %1 bytes"_s.arg(*limit)};
    return QVariant(text);
}

ColumnValue bytesValue(const QVariant &value, const TableColumn &column)
{
    QByteArray bytes;
    if (value.typeId() == QMetaType::QByteArray) {
        bytes = value.toByteArray();
    } else if (value.metaType() == QMetaType::fromType<QList<float>>()) {
        return value; // MariaDB's VECTOR looks like bytes
    } else if (const std::optional<QString> text = toText(value)) {
        bytes = text->toUtf8();
    } else {
        return value.typeId() < QMetaType::User ? ColumnValue(Refusal{u"the value is not bytes"_s})
                                                : ColumnValue(value);
    }
    const QString typeName = column.typeName();
    const std::optional<qsizetype> unsaid = byteLimit(typeName);
    const QList<int> arguments = column.arguments();
    const qsizetype limit = unsaid.value_or(
        arguments.isEmpty() ? std::numeric_limits<qsizetype>::max() : arguments.first());
    if (bytes.size() > limit)
        return Refusal{u"the value has more than %1 bytes"_s.arg(limit)};
    if (typeName == "binary"_L1 && !arguments.isEmpty())
        bytes = bytes.leftJustified(arguments.first(), '\0');
    return QVariant(bytes.isNull() ? QByteArray("") : bytes);
}

/// Returns the matching word of the column: exactly, or else case insensitively, as most collations
/// compare.
std::optional<QString> wordOf(const QStringList &words, const QString &meant)
{
    if (words.contains(meant))
        return meant;
    const auto found = std::find_if(words.begin(), words.end(), [&meant](const QString &word) {
        return word.compare(meant, Qt::CaseInsensitive) == 0;
    });
    return found == words.end() ? std::nullopt : std::optional(*found);
}

ColumnValue enumValue(const QVariant &value, const TableColumn &column)
{
    const QStringList words = column.words();
    const std::optional<QString> text = toText(value);
    if (const std::optional<QString> word = wordOf(words, text.value_or(QString())); text && word)
        return QVariant(word->isNull() ? u""_s : *word);
    return Refusal{u"the value must be one of: %1"_s.arg(words.join(u", "_s))};
}

ColumnValue setValue(const QVariant &value, const TableColumn &column)
{
    const QStringList words = column.words();
    const bool isList
        = value.typeId() == QMetaType::QStringList || value.typeId() == QMetaType::QVariantList;
    const QString text = isList ? QString() : toText(value).value_or(QString());
    const QStringList given = isList ? value.toStringList() : text.split(u',', Qt::SkipEmptyParts);
    QStringList members;
    for (const QString &each : given) {
        const std::optional<QString> word = wordOf(words, each);
        if (!word)
            return Refusal{u"the value may only contain: %1"_s.arg(words.join(u", "_s))};
        members.append(*word);
    }
    // In the order of the server.
    QStringList ordered;
    std::copy_if(words.begin(), words.end(), std::back_inserter(ordered),
                 [&members](const QString &word) { return members.contains(word); });
    const QString joined = ordered.join(u',');
    return QVariant(joined.isNull() ? u""_s : joined);
}

ColumnValue uuidValue(const QVariant &value)
{
    if (value.typeId() == QMetaType::QUuid)
        return value;
    if (value.typeId() == QMetaType::QString) {
        QString digits = value.toString().trimmed();
        digits.remove(u'-').remove(u'{').remove(u'}');
        static const QRegularExpression pattern(u"^[0-9A-Fa-f]{32}$"_s);
        if (pattern.match(digits).hasMatch())
            return QVariant(QUuid::fromRfc4122(QByteArray::fromHex(digits.toLatin1())));
    }
    if (value.typeId() == QMetaType::QByteArray && value.toByteArray().size() == 16)
        return QVariant(QUuid::fromRfc4122(value.toByteArray()));
    return Refusal{u"the value is not a UUID"_s};
}

ColumnValue addressValue(const QVariant &value, const TableColumn &column)
{
    const QString text = toText(value).value_or(QString()).trimmed();
    const QHostAddress address(text);
    const bool isVersion4 = address.protocol() == QAbstractSocket::IPv4Protocol;
    if (address.isNull() || (column.typeName() == "inet4"_L1 && !isVersion4)
        || !address.scopeId().isEmpty()) {
        return Refusal{u"the value is not an address"_s};
    }
    return QVariant(text);
}

ColumnValue vectorValue(const QVariant &value, const TableColumn &column, QMetaType type)
{
    QList<float> numbers;
    qsizetype count = 0;
    if (value.typeId() == QMetaType::QByteArray) {
        const qsizetype size = value.toByteArray().size();
        count = size % qsizetype(sizeof(float)) == 0 ? size / qsizetype(sizeof(float)) : -1;
    } else if (value.metaType() == QMetaType::fromType<QList<float>>()) {
        numbers = value.value<QList<float>>();
        count = numbers.size();
    } else if (value.typeId() == QMetaType::QVariantList) {
        const QVariantList list = value.toList();
        for (const QVariant &element : list) {
            bool isNumber = false;
            numbers.append(element.toFloat(&isNumber));
            if (!isNumber || !std::isfinite(numbers.constLast()))
                return Refusal{u"the value is not a list of numbers"_s};
        }
        count = numbers.size();
    } else {
        return Refusal{u"the value is not a list of numbers"_s};
    }
    const int dimension = column.arguments().value(0, 0);
    // MariaDB requires exactly this number, MySQL at most.
    if (count < 0 || (dimension > 0 && count > dimension))
        return Refusal{u"the vector must have %1 numbers"_s.arg(dimension)};
    if (value.typeId() == QMetaType::QByteArray || type != QMetaType::fromType<QByteArray>())
        return value.typeId() == QMetaType::QVariantList ? QVariant::fromValue(numbers) : value;
    QByteArray bytes(count * qsizetype(sizeof(float)), Qt::Uninitialized);
    qToLittleEndian<float>(numbers.constData(), count, bytes.data());
    return QVariant(bytes);
}

/// Whether an empty field means NULL.
bool isEmptied(const QVariant &value, Kind kind)
{
    return value.typeId() == QMetaType::QString && value.toString().isEmpty() && kind != Kind::Text
           && kind != Kind::Bytes && kind != Kind::Enum && kind != Kind::Set && kind != Kind::Other;
}

} // namespace

ColumnValue columnValue(const QVariant &value, const TableColumn &column, QMetaType type,
                        RowAge age, const QTimeZone &timeZone)
{
    const Kind kind = kindOf(column, type);
    const bool isGenerated = column.isAutoIncrement && age == RowAge::New;
    if (isNullValue(value) || (column.isNullable && isEmptied(value, kind))) {
        if (!column.isNullable && !isGenerated)
            return Refusal{u"the column cannot be NULL"_s};
        return QVariant(type);
    }
    switch (kind) {
    case Kind::Integer:
        return integerValue(value, column, type);
    case Kind::Year:
        return yearValue(value);
    case Kind::Bit:
        return bitValue(value, column);
    case Kind::Decimal:
        return decimalValue(value, column);
    case Kind::Floating:
        return floatingValue(value, column, type);
    case Kind::Date:
        return dateValue(value);
    case Kind::DateTime:
        return dateTimeValue(value, column, timeZone);
    case Kind::Time:
        return timeValue(value, column);
    case Kind::Enum:
        return enumValue(value, column);
    case Kind::Set:
        return setValue(value, column);
    case Kind::Json:
        return jsonValue(value);
    case Kind::Uuid:
        return uuidValue(value);
    case Kind::Address:
        return addressValue(value, column);
    case Kind::Text:
        return textValue(value, column);
    case Kind::Bytes:
        return bytesValue(value, column);
    case Kind::Vector:
        return vectorValue(value, column, type);
    case Kind::Other:
        return value;
    }
    Q_UNREACHABLE();
}

} // namespace AsyncMySql::Models
