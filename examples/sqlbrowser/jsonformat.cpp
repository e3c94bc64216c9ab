// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jsonformat.h"

#include "exportvalue.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace {

QByteArray jsonString(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

/// A result can have a name twice, an object cannot.
QStringList distinct(const QStringList &names)
{
    QStringList found;
    for (const QString &name : names) {
        QString one = name;
        for (int number = 2; found.contains(one) || (one != name && names.contains(one)); ++number)
            one = name + '_' + QString::number(number);
        found.append(one);
    }
    return found;
}

} // namespace

JsonFormat::JsonFormat(BytesEncoding bytes)
    : m_bytes(bytes)
{
}

QByteArray JsonFormat::header(const QStringList &columnNames, const QString &)
{
    for (const QString &name : distinct(columnNames))
        m_keys.append(jsonString(name) + ": ");
    return "[";
}

QByteArray JsonFormat::row(const AsyncMySql::Row &row)
{
    QByteArray line = m_isFirst ? "\n  {" : ",\n  {";
    m_isFirst = false;
    for (int column = 0; column < row.columnCount(); ++column)
        line += (column > 0 ? ", " : "") + m_keys.value(column) + field(row, column);
    return line + '}';
}

QByteArray JsonFormat::field(const AsyncMySql::Row &row, int column) const
{
    const ExportValue value = ExportValue::of(row, column);
    switch (value.kind) {
    case ExportValue::Kind::Null:
        return "null";
    case ExportValue::Kind::Number:
    case ExportValue::Kind::Json:
    case ExportValue::Kind::List:
        return value.text.toUtf8();
    case ExportValue::Kind::Bytes:
        return '"' + ExportValue::encoded(value.bytes, m_bytes) + '"';
    case ExportValue::Kind::Text:
        break;
    }
    return jsonString(value.text);
}
