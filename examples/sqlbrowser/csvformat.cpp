// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "csvformat.h"

#include "exportvalue.h"

#include <algorithm>

namespace {

QByteArray quoted(QString text)
{
    const bool needsQuotes
        = text.isEmpty() || text.front().isSpace() || text.back().isSpace()
          || std::any_of(text.begin(), text.end(), [](QChar c) {
                 return c == ',' || c == '"' || c == '\n' || c == '\r' || c == ' ';
             });
    if (needsQuotes)
        text = '"' + text.replace('"', "\"\"") + '"';
    return text.toUtf8();
}

} // namespace

CsvFormat::CsvFormat(BytesEncoding bytes)
    : m_bytes(bytes)
{
}

QByteArray CsvFormat::header(const QStringList &columnNames, const QString &)
{
    QByteArrayList fields;
    for (const QString &name : columnNames)
        fields.append(quoted(name));
    return fields.join(',') + "\r\n";
}

QByteArray CsvFormat::row(const AsyncMySql::Row &row)
{
    QByteArray line;
    for (int column = 0; column < row.columnCount(); ++column)
        line += (column > 0 ? "," : "") + field(row, column);
    return line + "\r\n";
}

QByteArray CsvFormat::field(const AsyncMySql::Row &row, int column) const
{
    const ExportValue value = ExportValue::of(row, column);
    switch (value.kind) {
    case ExportValue::Kind::Null:
        return {};
    case ExportValue::Kind::Bytes: {
        const QByteArray bytes = ExportValue::encoded(value.bytes, m_bytes);
        return bytes.isEmpty() ? "\"\"" : bytes;
    }
    case ExportValue::Kind::Number:
        // With the zeros of ZEROFILL.
        return row.column(column).type() == AsyncMySql::Column::Type::Bit
                   ? value.text.toUtf8()
                   : row.text(column).toUtf8();
    default:
        return quoted(value.text);
    }
}
