// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlformat.h"

#include "exportvalue.h"
#include "sqlstatement.h"

#include <QtCore/QByteArrayList>

#include <algorithm>

namespace {

// Servers must accept a statement as a whole.
constexpr int MostRows = 1000;
constexpr qsizetype MostBytes = 512 * 1024;

/// Characters that an editor would change, such as line ends, are written as digits, too.
bool needsDigits(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) {
        return c == '\\' || !c.isPrint() || (c.isSpace() && c != ' ');
    });
}

QByteArray stringLiteral(QString text)
{
    if (needsDigits(text))
        return "_utf8mb4 0x" + text.toUtf8().toHex().toUpper();
    return '\'' + text.replace('\'', "''").toUtf8() + '\'';
}

} // namespace

SqlFormat::SqlFormat(const QString &table)
    : m_table(table.startsWith('`') ? table.toUtf8() : quotedName(table).toUtf8())
{
}

QByteArray SqlFormat::header(const QStringList &columnNames, const QString &timeZone)
{
    QByteArrayList names;
    for (const QString &name : columnNames)
        names.append(quotedName(name).toUtf8());
    m_insert = "INSERT INTO " + m_table + " (" + names.join(", ") + ") VALUES\n";
    // Otherwise a 0 would become the next number of an AUTO_INCREMENT column, and a moment would
    // change in another time zone.
    QByteArray text = "SET NAMES utf8mb4;\n"
                      "SET @old_sql_mode = @@sql_mode, sql_mode = 'NO_AUTO_VALUE_ON_ZERO';\n";
    m_hasTimeZone = !timeZone.isEmpty();
    if (m_hasTimeZone) {
        text += "SET @old_time_zone = @@time_zone, time_zone = " + stringLiteral(timeZone) + ";\n";
    }
    return text;
}

QByteArray SqlFormat::row(const AsyncMySql::Row &row)
{
    QByteArrayList values;
    for (int column = 0; column < row.columnCount(); ++column)
        values.append(literal(row, column));
    QByteArray line = '(' + values.join(", ") + ')';
    const bool isFull = m_rows >= MostRows || m_size + line.size() > MostBytes;
    QByteArray before = m_rows == 0 ? m_insert : ",\n";
    if (m_rows > 0 && isFull) {
        before = ";\n" + m_insert;
        m_rows = 0;
        m_size = 0;
    }
    ++m_rows;
    m_size += line.size();
    return before + line;
}

QByteArray SqlFormat::footer()
{
    QByteArray text = m_rows > 0 ? ";\n" : "";
    if (m_hasTimeZone)
        text += "SET time_zone = @old_time_zone;\n";
    return text + "SET sql_mode = @old_sql_mode;\n";
}

QByteArray SqlFormat::literal(const AsyncMySql::Row &row, int column)
{
    const ExportValue value = ExportValue::of(row, column);
    switch (value.kind) {
    case ExportValue::Kind::Null:
        return "NULL";
    case ExportValue::Kind::Number:
        return value.text.toUtf8();
    case ExportValue::Kind::List:
    case ExportValue::Kind::Bytes:
        return value.bytes.isEmpty() ? "''" : "0x" + value.bytes.toHex().toUpper();
    case ExportValue::Kind::Text:
    case ExportValue::Kind::Json:
        break;
    }
    return stringLiteral(value.text);
}
