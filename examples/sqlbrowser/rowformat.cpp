// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowformat.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonValue>

using AsyncMySql::Column;

namespace {

bool needsQuotes(const QString &text)
{
    return text.isEmpty() || std::any_of(text.begin(), text.end(), [](QChar c) {
               return c == ',' || c == '"' || c == '\n' || c == '\r' || c == ' ';
           });
}

/// NULL is nothing, and an empty text two quotes.
QByteArray csvField(const AsyncMySql::Row &row, int column)
{
    if (row.isNull(column))
        return {};
    QString text = row.text(column);
    if (needsQuotes(text))
        text = '"' + text.replace('"', "\"\"") + '"';
    return text.toUtf8();
}

QByteArray jsonString(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

/// Numbers with all of their digits, which a double would not keep.
QByteArray jsonField(const AsyncMySql::Row &row, int column)
{
    if (row.isNull(column))
        return "null";
    switch (row.column(column).type()) {
    case Column::Type::TinyInt:
    case Column::Type::SmallInt:
    case Column::Type::MediumInt:
    case Column::Type::Int:
    case Column::Type::BigInt:
        // JSON has no zeros in front of a number, which ZEROFILL makes.
        return row.column(column).isUnsigned() ? QByteArray::number(row.value<quint64>(column))
                                               : QByteArray::number(row.value<qint64>(column));
    case Column::Type::Float:
    case Column::Type::Double:
    case Column::Type::Decimal:
        return row.text(column).toUtf8();
    case Column::Type::Json:
        return row.bytes(column).toByteArray();
    case Column::Type::Binary:
    case Column::Type::Blob:
    case Column::Type::Geometry:
        return '"' + row.bytes(column).toByteArray().toBase64() + '"';
    default:
        return jsonString(row.text(column));
    }
}

} // namespace

QByteArray RowFormat::header(const QStringList &columnNames)
{
    m_names = columnNames;
    if (m_kind == Kind::Json)
        return "[";
    QStringList fields;
    for (QString name : columnNames)
        fields.append(needsQuotes(name) ? '"' + name.replace('"', "\"\"") + '"' : name);
    return fields.join(',').toUtf8() + "\r\n";
}

QByteArray RowFormat::row(const AsyncMySql::Row &row)
{
    QByteArray line;
    if (m_kind == Kind::Json)
        line = m_isFirst ? "\n  {" : ",\n  {";
    m_isFirst = false;
    for (int column = 0; column < row.columnCount(); ++column) {
        if (m_kind == Kind::Csv) {
            line += (column > 0 ? "," : "") + csvField(row, column);
        } else {
            line += (column > 0 ? ", " : "") + jsonString(m_names.value(column)) + ": "
                    + jsonField(row, column);
        }
    }
    return line + (m_kind == Kind::Csv ? "\r\n" : "}");
}

QByteArray RowFormat::footer() const
{
    return m_kind == Kind::Json ? "\n]\n" : QByteArray();
}
