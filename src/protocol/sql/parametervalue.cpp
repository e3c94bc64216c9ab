// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "parametervalue.h"

#include "asciicheck.h"
#include "jsontext.h"

#include <QtCore/qendian.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>
#if QT_VERSION >= QT_VERSION_CHECK(6, 11, 0)
#include <QtCore/qmetaassociation.h>
#include <QtCore/qmetasequence.h>
#else
#include <QtCore/qassociativeiterable.h>
#include <QtCore/qsequentialiterable.h>
#endif

#include <algorithm>
#include <cmath>
#include <optional>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

using namespace ParameterValues;

namespace {

constexpr int MaximumYear = 9999;

ParameterValue refuse(const QString &message)
{
    return FormattingError{message};
}

template <typename Type>
const Type &held(const QVariant &value)
{
    return *static_cast<const Type *>(value.constData());
}

/// QVariant itself does not look into its value.
bool isNull(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QString:
        return held<QString>(value).isNull();
    case QMetaType::QByteArray:
        return held<QByteArray>(value).isNull();
    default:
        return value.isNull();
    }
}

quint8 sizeOf(const QVariant &value)
{
    return static_cast<quint8>(value.metaType().sizeOf());
}

ParameterValue textValue(QByteArray utf8, CharacterSetSafety characterSet)
{
    if (characterSet == CharacterSetSafety::Unsafe) {
        return refuse(u"text cannot be sent safely in the session's character_set_client; use "
                      "SET NAMES utf8mb4"_s);
    }
    if (characterSet == CharacterSetSafety::AsciiOnly && !Values::isAscii(utf8)) {
        return refuse(u"the session's character_set_client is not utf8mb4, so that text outside of "
                      "ASCII cannot be written"_s);
    }
    return Text{std::move(utf8)};
}

ParameterValue textValue(QStringView text, CharacterSetSafety characterSet)
{
    if (!text.isValidUtf16())
        return refuse(u"the text contains an unpaired surrogate, which UTF-8 cannot encode"_s);
    return textValue(text.toUtf8(), characterSet);
}

template <typename Number>
ParameterValue finiteValue(Number number)
{
    if (!std::isfinite(number))
        return refuse(u"NaN and infinity cannot be written in SQL"_s);
    return number;
}

ParameterValue dateValue(QDate date)
{
    if (!date.isValid())
        return refuse(u"the date is invalid; use a null QVariant for NULL"_s);
    if (date.year() < 1 || date.year() > MaximumYear)
        return refuse(u"the year is outside of 1 to 9999"_s);
    return date;
}

ParameterValue timeValue(QTime time)
{
    if (!time.isValid())
        return refuse(u"the time is invalid; use a null QVariant for NULL"_s);
    return Duration(std::chrono::milliseconds(time.msecsSinceStartOfDay()));
}

ParameterValue timePointValue(TimePoint timePoint, const Values::SessionTimeZone *timeZone)
{
    if (timeZone) {
        const std::optional<TimePoint> digits = timeZone->digitsOf(timePoint);
        if (!digits) {
            return refuse(
                u"the moment cannot be written in the session's time zone %1, whose "
                "clocks are put back and show the same time twice; use the time zone +00:00"_s.arg(
                    QString::fromUtf8(timeZone->name())));
        }
        timePoint = *digits;
    }
    const auto day = std::chrono::floor<std::chrono::days>(timePoint);
    const QDate date = QDate(1970, 1, 1).addDays(day.time_since_epoch().count());
    if (!date.isValid() || date.year() < 1 || date.year() > MaximumYear)
        return refuse(u"the year (in UTC) is outside of 1 to 9999"_s);
    return timePoint;
}

ParameterValue dateTimeValue(const QDateTime &dateTime, const Values::SessionTimeZone *timeZone)
{
    if (!dateTime.isValid())
        return refuse(u"the date and time are invalid; use a null QVariant for NULL"_s);
    const std::chrono::milliseconds sinceEpoch(dateTime.toMSecsSinceEpoch());
    // Compared before it is converted, which could overflow.
    constexpr std::chrono::years BeyondAllYears(20000);
    if (sinceEpoch > BeyondAllYears || sinceEpoch < -BeyondAllYears)
        return refuse(u"the year (in UTC) is outside of 1 to 9999"_s);
    return timePointValue(TimePoint(sinceEpoch), timeZone);
}

/// Of all numbers in it.
bool isFinite(const QJsonValue &value)
{
    const auto isFiniteMember = [](const QJsonValue &member) { return isFinite(member); };
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        return std::all_of(object.begin(), object.end(), isFiniteMember);
    }
    if (value.isArray()) {
        const QJsonArray array = value.toArray();
        return std::all_of(array.begin(), array.end(), isFiniteMember);
    }
    return !value.isDouble() || std::isfinite(value.toDouble());
}

ParameterValue jsonValue(const QJsonValue &value, CharacterSetSafety characterSet)
{
    if (value.isUndefined())
        return refuse(u"the JSON value is undefined"_s);
    // QJsonDocument would write null.
    if (!isFinite(value))
        return refuse(u"NaN and infinity cannot be written in JSON"_s);
    return textValue(Values::jsonText(value), characterSet);
}

ParameterValue jsonValue(const QJsonDocument &document, CharacterSetSafety characterSet)
{
    return jsonValue(document.isArray()    ? QJsonValue(document.array())
                     : document.isObject() ? QJsonValue(document.object())
                                           : QJsonValue(),
                     characterSet);
}

ParameterValue vectorValue(const QList<float> &numbers)
{
    QByteArray bytes;
    bytes.reserve(numbers.size() * qsizetype(sizeof(float)));
    for (const float number : numbers) {
        if (!std::isfinite(number))
            return refuse(u"a vector cannot contain NaN or infinity"_s);
        const float littleEndian = qToLittleEndian(number);
        bytes.append(reinterpret_cast<const char *>(&littleEndian), sizeof littleEndian);
    }
    return Bytes{bytes};
}

template <typename Unit>
bool takeDuration(const QVariant &value, ParameterValue *result)
{
    using namespace std::chrono;

    if (value.metaType() != QMetaType::fromType<Unit>())
        return false;
    const auto duration = held<Unit>(value);
    // Compared before it is converted, which could overflow.
    if (duration >= hours(839) || duration <= -hours(839))
        *result = refuse(u"the duration is beyond 838:59:59.999999"_s);
    else if (duration_cast<Duration>(duration) != duration)
        *result = refuse(u"the duration has a fraction of a microsecond"_s);
    else
        *result = duration_cast<Duration>(duration);
    return true;
}

// Qt 6.11 deprecates the others.
#if QT_VERSION >= QT_VERSION_CHECK(6, 11, 0)
using SequentialIterable = QMetaSequence::Iterable;
using AssociativeIterable = QMetaAssociation::Iterable;
#else
using SequentialIterable = QSequentialIterable;
using AssociativeIterable = QAssociativeIterable;
#endif

bool isList(QMetaType type)
{
    return type == QMetaType::fromType<QVariantList>() || type == QMetaType::fromType<QStringList>()
           || QMetaType::canView(type, QMetaType::fromType<SequentialIterable>());
}

bool isMap(QMetaType type)
{
    return type == QMetaType::fromType<QVariantMap>() || type == QMetaType::fromType<QVariantHash>()
           || QMetaType::canView(type, QMetaType::fromType<AssociativeIterable>());
}

FormattingError refusalOf(QMetaType type)
{
    const auto name = QString::fromUtf8(type.name());
    // A list could be the values of IN (?), a JSON array or the members of a SET.
    if (isList(type)) {
        return {u"a list (%1) is not one value: write a placeholder for each element, as in "
                "IN (?, ?); pass JSON as a QJsonArray, in JavaScript by JSON.stringify(); join the "
                "members of a SET with commas"_s.arg(name)};
    }
    if (isMap(type))
        return {
            u"values of type %1 cannot be written as SQL; pass JSON as a QJsonObject"_s.arg(name)};
    return {u"values of type %1 cannot be written as SQL"_s.arg(name)};
}

/// Those of the types that have no number of their own.
ParameterValue otherValue(const QVariant &value, const Values::SessionTimeZone *timeZone)
{
    using namespace std::chrono;

    const QMetaType type = value.metaType();
    if (type == QMetaType::fromType<DefaultValue>())
        return DefaultValue();
    if (type == QMetaType::fromType<ByteSourcePointer>()) {
        const ByteSourcePointer &source = held<ByteSourcePointer>(value);
        return source ? ParameterValue(source) : Null();
    }
    if (type == QMetaType::fromType<QList<float>>())
        return vectorValue(held<QList<float>>(value));
    if (type == QMetaType::fromType<TimePoint>())
        return timePointValue(held<TimePoint>(value), timeZone);
    ParameterValue result;
    if (takeDuration<nanoseconds>(value, &result) || takeDuration<microseconds>(value, &result)
        || takeDuration<milliseconds>(value, &result) || takeDuration<seconds>(value, &result)
        || takeDuration<minutes>(value, &result) || takeDuration<hours>(value, &result)) {
        return result;
    }
    return refusalOf(type);
}

} // namespace

ParameterValue parameterValue(const QVariant &value, CharacterSetSafety characterSet,
                              const Values::SessionTimeZone *timeZone)
{
    if (isNull(value))
        return Null();
    switch (value.typeId()) {
    case QMetaType::Int:
        return Signed{held<int>(value), sizeof(int)};
    case QMetaType::LongLong:
        return Signed{held<qlonglong>(value), sizeof(qlonglong)};
    case QMetaType::Bool:
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Long:
        return Signed{value.toLongLong(), sizeOf(value)};
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return Unsigned{value.toULongLong(), sizeOf(value)};
    case QMetaType::Float:
        return finiteValue(held<float>(value));
    case QMetaType::Double:
        return finiteValue(held<double>(value));
    case QMetaType::QString:
        return textValue(QStringView(held<QString>(value)), characterSet);
    case QMetaType::QChar:
        return textValue(QStringView(&held<QChar>(value), 1), characterSet);
    case QMetaType::QByteArray:
        return Bytes{held<QByteArray>(value)};
    case QMetaType::QDate:
        return dateValue(held<QDate>(value));
    case QMetaType::QTime:
        return timeValue(held<QTime>(value));
    case QMetaType::QDateTime:
        return dateTimeValue(held<QDateTime>(value), timeZone);
    case QMetaType::QJsonValue:
        return jsonValue(held<QJsonValue>(value), characterSet);
    case QMetaType::QJsonObject:
        return jsonValue(held<QJsonObject>(value), characterSet);
    case QMetaType::QJsonArray:
        return jsonValue(held<QJsonArray>(value), characterSet);
    case QMetaType::QJsonDocument:
        return jsonValue(held<QJsonDocument>(value), characterSet);
    case QMetaType::QUuid:
        return textValue(held<QUuid>(value).toByteArray(QUuid::WithoutBraces), characterSet);
    case QMetaType::QUrl:
        return textValue(held<QUrl>(value).toEncoded(), characterSet);
    default:
        return otherValue(value, timeZone);
    }
}

} // namespace AsyncMySql::Protocol
