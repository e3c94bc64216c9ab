// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "scriptvalues.h"

#include "ownproperties.h"

#include <AsyncMySql/executor.h>
#include <AsyncMySql/query.h>
#include <AsyncMySql/row.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qqml.h>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlinfo.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace AsyncMySql::Quick {

using namespace Qt::StringLiterals;

namespace {

/// Number.MAX_SAFE_INTEGER
constexpr qint64 MaximumSafeInteger = (qint64(1) << 53) - 1;

bool isSafe(qint64 number)
{
    return number >= -MaximumSafeInteger && number <= MaximumSafeInteger;
}

/// 0.1 for 0.1f, where a cast gives 0.10000000149011612.
double shortestDouble(float value)
{
    if (!std::isfinite(value))
        return double(value);
    std::array<char, 64> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    double result = 0;
    std::from_chars(digits.data(), written.ptr, result);
    return result;
}

QVariant scriptFloats(const QList<float> &values)
{
    QVariantList list;
    list.reserve(values.size());
    for (const float value : values)
        list.append(shortestDouble(value));
    return list;
}

/// Whether the fraction of a second is more precise than the milliseconds of a Date.
bool hasMicroseconds(const QString &text)
{
    const qsizetype point = text.lastIndexOf(u'.');
    if (point < 0)
        return false;
    const QStringView digits = QStringView(text).mid(point + 4);
    return std::any_of(digits.begin(), digits.end(), [](QChar digit) { return digit != u'0'; });
}

QVariant scriptDateTime(const QDateTime &value, const std::function<QString()> &text)
{
    if (!value.isValid())
        return text();
    const QString digits = text();
    if (!hasMicroseconds(digits))
        return value;
    return value.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s) + digits.mid(digits.lastIndexOf(u'.'));
}

/// JavaScript only has doubles, which the server does not accept for LIMIT, for example.
QVariant parameterNumber(double number)
{
    const bool isInteger = std::trunc(number) == number && std::abs(number) <= MaximumSafeInteger
                           && !(number == 0 && std::signbit(number));
    return isInteger ? QVariant(static_cast<qlonglong>(number)) : QVariant(number);
}

/// The bytes of a Uint8Array or a similar view.
QVariant viewedBytes(const QJSValue &view)
{
    const QByteArray buffer = view.property(u"buffer"_s).toVariant().toByteArray();
    return parameterValue(
        buffer.mid(view.property(u"byteOffset"_s).toInt(), view.property(u"byteLength"_s).toInt()));
}

/// Whether a document loses information when the engine converts it to an object.
enum class DocumentLoss : quint8 {
    None,
    Keys,    ///< "__proto__": it sets the prototype of its object instead
    Numbers, ///< those that JavaScript rounds
};

DocumentLoss lossOf(const QJsonValue &value)
{
    DocumentLoss loss = DocumentLoss::None;
    const auto addMember = [&loss](const QJsonValue &member) {
        if (loss != DocumentLoss::Numbers)
            loss = std::max(loss, lossOf(member));
    };
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        if (object.contains("__proto__"_L1))
            loss = DocumentLoss::Keys;
        std::for_each(object.begin(), object.end(), addMember);
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        std::for_each(array.begin(), array.end(), addMember);
    } else if (value.isDouble()) {
        const QVariant number = value.toVariant();
        if (number.typeId() == QMetaType::LongLong && !isSafe(number.toLongLong()))
            loss = DocumentLoss::Numbers;
    }
    return loss;
}

/// Returns a document as an object or array with all its keys.
QJSValue scriptDocument(const QJsonValue &value, QJSEngine *engine, const OwnProperties &properties)
{
    if (value.isObject()) {
        const QJsonObject members = value.toObject();
        const QJSValue object = engine->newObject();
        for (auto member = members.begin(); member != members.end(); ++member)
            properties.define(object, member.key(),
                              scriptDocument(member.value(), engine, properties));
        return object;
    }
    if (value.isArray()) {
        const QJsonArray elements = value.toArray();
        QJSValue array = engine->newArray(static_cast<uint>(elements.size()));
        for (qsizetype i = 0; i < elements.size(); ++i)
            array.setProperty(static_cast<quint32>(i),
                              scriptDocument(elements.at(i), engine, properties));
        return array;
    }
    return engine->toScriptValue(value);
}

QVariant scriptDocument(const QVariant &value, QJSEngine *engine,
                        const std::function<QString()> &text)
{
    const QJsonValue document = value.toJsonValue();
    const DocumentLoss loss = lossOf(document);
    if (loss == DocumentLoss::None)
        return value;
    if (loss == DocumentLoss::Numbers || !engine)
        return text();
    return QVariant::fromValue(scriptDocument(document, engine, OwnProperties(engine)));
}

QJsonValue jsonValue(const QVariant &value);

QJsonArray jsonArray(const QVariantList &values)
{
    QJsonArray array;
    for (const QVariant &value : values)
        array.append(jsonValue(value));
    return array;
}

/// Writes moments as JSON.stringify() does; Qt would omit the time zone. NaN and infinity are kept,
/// so that they are refused when they are sent.
QJsonValue jsonValue(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QDateTime:
        return value.toDateTime().toUTC().toString(Qt::ISODateWithMs);
    case QMetaType::Double:
        return value.toDouble();
    case QMetaType::QVariantList:
    case QMetaType::QStringList:
        return jsonArray(value.toList());
    case QMetaType::QVariantMap: {
        const QVariantMap map = value.toMap();
        QJsonObject object;
        for (auto member = map.begin(); member != map.end(); ++member)
            object.insert(member.key(), jsonValue(*member));
        return object;
    }
    default:
        return QJsonValue::fromVariant(value);
    }
}

/// Converts a list to the values that its JSON would have.
QVariant listOf(const QVariantList &values)
{
    QVariantList list;
    list.reserve(values.size());
    for (const QVariant &value : values)
        list.append(jsonValue(value).toVariant());
    return list;
}

QVariant parameterOf(const QJSValue &value)
{
    if (value.isNull() || value.isUndefined())
        return {};
    if (value.isObject() && value.hasProperty(u"BYTES_PER_ELEMENT"_s))
        return viewedBytes(value);
    return parameterValue(value.toVariant(QJSValue::ConvertJSObjects));
}

} // namespace

QJSEngine *engineOf(const QObject *object)
{
    // qjsEngine() only works for objects that a script has used, but views use models without a
    // script.
    if (QJSEngine *engine = qmlEngine(object))
        return engine;
    return qjsEngine(object);
}

QVariantMap scriptVariables(const QMap<QString, QString> &variables)
{
    QVariantMap values;
    for (auto it = variables.begin(); it != variables.end(); ++it)
        values.insert(it.key(), it.value());
    return values;
}

QVariant scriptInteger(quint64 value)
{
    return value <= quint64(MaximumSafeInteger) ? QVariant(value)
                                                : QVariant(QString::number(value));
}

QVariant scriptValue(const QVariant &value, QJSEngine *engine, const std::function<QString()> &text)
{
    switch (value.typeId()) {
    case QMetaType::LongLong: {
        const qlonglong number = value.toLongLong();
        return isSafe(number) ? value : QVariant(QString::number(number));
    }
    case QMetaType::ULongLong:
        return scriptInteger(value.toULongLong());
    case QMetaType::Float:
        return shortestDouble(value.toFloat());
    case QMetaType::QDate:
        // The same as new Date("2026-01-31"): midnight in UTC.
        return value.toDate().isValid() ? QVariant(value.toDate().startOfDay(QTimeZone::utc()))
                                        : QVariant(text());
    case QMetaType::QDateTime:
        return scriptDateTime(value.toDateTime(), text);
    case QMetaType::QTime:
        return text();
    case QMetaType::QUuid:
        return value.toUuid().toString(QUuid::WithoutBraces);
    case QMetaType::QJsonValue:
        return scriptDocument(value, engine, text);
    default:
        return value.metaType() == QMetaType::fromType<QList<float>>()
                   ? scriptFloats(value.value<QList<float>>())
                   : value;
    }
}

QVariant scriptValue(const Row &row, int column, QJSEngine *engine)
{
    if (row.isNull(column))
        return QVariant::fromValue(nullptr);
    return scriptValue(row.value(column), engine, [&] { return row.text(column); });
}

QVariant parameterValue(const QVariant &value)
{
    if (value.metaType() == QMetaType::fromType<QJSValue>())
        return parameterOf(value.value<QJSValue>());
    switch (value.typeId()) {
    case QMetaType::Nullptr:
        return {};
    case QMetaType::Double:
        return parameterNumber(value.toDouble());
    case QMetaType::QString:
        // An empty text of JavaScript arrives as a null QString, which would be NULL.
        return value.toString().isNull() ? QVariant(QString(""_L1)) : value;
    case QMetaType::QByteArray:
        return value.toByteArray().isNull() ? QVariant(QByteArray("")) : value;
    case QMetaType::QUrl:
        return value.toUrl().toString();
    case QMetaType::QVariantMap:
        return QVariant::fromValue(jsonValue(value));
    case QMetaType::QVariantList:
    case QMetaType::QStringList:
        return listOf(value.toList());
    default:
        return value;
    }
}

QVariant parameterValues(const QVariant &values)
{
    const bool isScript = values.metaType() == QMetaType::fromType<QJSValue>();
    const auto script = isScript ? values.value<QJSValue>() : QJSValue();
    if (script.isArray()) {
        QVariantList list;
        const int length = script.property(u"length"_s).toInt();
        for (int i = 0; i < length; ++i)
            list.append(parameterOf(script.property(static_cast<quint32>(i))));
        return list;
    }
    const bool isView = script.hasProperty(u"BYTES_PER_ELEMENT"_s);
    const QVariant plain
        = isScript && !isView ? script.toVariant(QJSValue::ConvertJSObjects) : values;
    if (!plain.isValid() || plain.typeId() == QMetaType::Nullptr)
        return QVariantList();
    if (plain.typeId() == QMetaType::QVariantMap) {
        QVariantMap map = plain.toMap();
        for (auto it = map.begin(); it != map.end(); ++it)
            it.value() = parameterValue(isScript ? QVariant::fromValue(script.property(it.key()))
                                                 : it.value());
        return map;
    }
    if (plain.typeId() == QMetaType::QVariantList || plain.typeId() == QMetaType::QStringList) {
        QVariantList list = plain.toList();
        for (QVariant &value : list)
            value = parameterValue(value);
        return list;
    }
    return QVariantList{parameterValue(plain)};
}

std::optional<QList<QVariantList>> batchRows(const QJSValue &rows, QJSEngine *engine)
{
    QList<QVariantList> list;
    bool areRows = rows.isArray();
    const int length = areRows ? rows.property(u"length"_s).toInt() : 0;
    list.reserve(length);
    for (int i = 0; areRows && i < length; ++i) {
        const QJSValue row = rows.property(static_cast<quint32>(i));
        areRows = row.isArray();
        if (areRows)
            list.append(parameterValues(QVariant::fromValue(row)).toList());
    }
    if (areRows)
        return list;
    if (engine)
        engine->throwError(u"The rows of a batch must be an array of arrays"_s);
    return {};
}

Query *execute(Executor *executor, const QString &sql, const QVariant &parameters)
{
    return parameters.typeId() == QMetaType::QVariantMap
               ? executor->execute(sql, parameters.toMap())
               : executor->execute(sql, parameters.toList());
}

} // namespace AsyncMySql::Quick
