// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "gadgetmapping.h"

#include "rowdecoder_p.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/quuid.h>

namespace AsyncMySql::Values {

namespace {

bool isTextOrEnum(Column::Type type)
{
    return type == Column::Type::Char || type == Column::Type::Text || type == Column::Type::Enum
           || type == Column::Type::Set;
}

} // namespace

GadgetMapping::GadgetMapping(const RowDecoder &row, const QMetaObject &type)
{
    for (int index = 0; index < type.propertyCount(); ++index) {
        const QMetaProperty property = type.property(index);
        const int column = property.isWritable() ? row.indexOf(property.name()) : -1;
        if (column >= 0)
            m_entries.push_back({property, column, readerFor(property)});
    }
}

void GadgetMapping::fill(RowDecoder &row, void *gadget, Error *error) const
{
    for (const Entry &entry : m_entries) {
        QVariant value;
        if (entry.read(row, entry.column, entry.property, &value, error))
            entry.property.writeOnGadget(gadget, value);
    }
}

template <typename T>
bool GadgetMapping::readValue(RowDecoder &row, int column, const QMetaProperty &, QVariant *value,
                              Error *error)
{
    T typed{};
    if (row.bytes(column).isNull() || !row.convertTo(column, &typed, error))
        return false;
    *value = QVariant::fromValue(std::move(typed));
    return true;
}

template <typename T>
bool GadgetMapping::readOptional(RowDecoder &row, int column, const QMetaProperty &,
                                 QVariant *value, Error *error)
{
    std::optional<T> typed;
    if (!row.bytes(column).isNull() && !row.convertTo(column, &typed.emplace(), error))
        return false;
    *value = QVariant::fromValue(std::move(typed));
    return true;
}

bool GadgetMapping::readVariant(RowDecoder &row, int column, const QMetaProperty &, QVariant *value,
                                Error *error)
{
    return row.convert(column, value, error);
}

// A text is the name of an enumerator (or those of several flags, as a SET has them), a number its
// value.
bool GadgetMapping::readEnumerator(RowDecoder &row, int column, const QMetaProperty &property,
                                   QVariant *value, Error *error)
{
    if (row.bytes(column).isNull())
        return false;
    const QMetaEnum enumerator = property.enumerator();
    int number = 0;
    bool ok = false;
    if (isTextOrEnum(row.data()->columns->typeAt(column))) {
        QByteArray names;
        if (!row.convert(column, &names, error))
            return false;
        if (enumerator.isFlag())
            number = names.isEmpty() ? 0 : enumerator.keysToValue(names.replace(',', '|'), &ok);
        else
            number = enumerator.keyToValue(names, &ok);
        ok = ok || (enumerator.isFlag() && names.isEmpty());
    } else {
        if (!row.convertTo(column, &number, error))
            return false;
        ok = enumerator.isFlag() || enumerator.valueToKey(number) != nullptr;
    }
    if (!ok)
        return row.reportFailure(column, false, QString::fromLatin1(property.typeName()), error);
    *value = number;
    return true;
}

// What QVariant knows to make of a text (a QUrl, for example).
bool GadgetMapping::readOther(RowDecoder &row, int column, const QMetaProperty &property,
                              QVariant *value, Error *error)
{
    if (row.bytes(column).isNull())
        return false;
    QString text;
    if (!row.convert(column, &text, error))
        return false;
    *value = text;
    if (value->convert(property.metaType()))
        return true;
    return row.reportFailure(column, false, QString::fromLatin1(property.typeName()), error);
}

template <typename... Types>
std::vector<GadgetMapping::TypeReader> GadgetMapping::readersOf()
{
    return {{QMetaType::fromType<QVariant>(), &GadgetMapping::readVariant},
            {QMetaType::fromType<Types>(), &GadgetMapping::readValue<Types>}...,
            {QMetaType::fromType<std::optional<Types>>(), &GadgetMapping::readOptional<Types>}...};
}

GadgetMapping::Reader GadgetMapping::readerFor(const QMetaProperty &property)
{
    static const std::vector<TypeReader> readers
        = readersOf<bool, qint8, quint8, short, ushort, int, uint, long, ulong, qlonglong,
                    qulonglong, float, double, QString, QByteArray, std::string, QDate, QTime,
                    QDateTime, SysTime, std::chrono::microseconds, std::chrono::year_month_day,
                    QStringList, QList<float>, QUuid, QJsonValue, QJsonObject, QJsonArray,
                    QJsonDocument>();
    if (property.isEnumType())
        return &GadgetMapping::readEnumerator;
    for (const TypeReader &reader : readers) {
        if (reader.type == property.metaType())
            return reader.read;
    }
    return &GadgetMapping::readOther;
}

} // namespace AsyncMySql::Values
