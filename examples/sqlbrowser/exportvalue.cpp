// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exportvalue.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonParseError>
#include <QtCore/QList>
#include <QtCore/QStringList>
#include <QtCore/QUtf8StringView>

#include <algorithm>
#include <cmath>

using namespace AsyncMySql;

namespace {

bool isDigit(QChar c)
{
    return c >= '0' && c <= '9';
}

/// Returns the position after the digits at \a at.
qsizetype skipDigits(const QString &text, qsizetype at)
{
    while (at < text.size() && isDigit(text[at]))
        ++at;
    return at;
}

/// Without the leading zeros of ZEROFILL; empty if it is not a number in JSON.
QString normalizedNumber(const QString &text)
{
    const bool isNegative = text.startsWith('-');
    const qsizetype first = isNegative ? 1 : 0;
    qsizetype start = first;
    while (start + 1 < text.size() && text[start] == '0' && isDigit(text[start + 1]))
        ++start;
    qsizetype at = skipDigits(text, start);
    const auto expectDigits = [&](qsizetype from) {
        at = skipDigits(text, from);
        return at > from;
    };
    if (at == start)
        return {};
    if (at < text.size() && text[at] == '.' && !expectDigits(at + 1))
        return {};
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        const bool hasSign = at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-');
        if (!expectDigits(at + (hasSign ? 2 : 1)))
            return {};
    }
    if (at != text.size())
        return {};
    return start == first ? text : (isNegative ? QString('-') : QString()) + text.mid(start);
}

bool isValidJson(const QByteArray &json)
{
    // Documents of Qt are arrays or objects, those of servers can be single values.
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson('[' + json + ']', &error);
    return error.error == QJsonParseError::NoError && document.isArray();
}

QString vectorText(const QList<float> &values)
{
    QStringList numbers;
    for (const float value : values)
        numbers.append(QString::number(double(value), 'g', 9));
    return '[' + numbers.join(", ") + ']';
}

ExportValue numberOf(const Row &row, int column)
{
    using Kind = ExportValue::Kind;
    const QString text = row.text(column);
    const QString number = normalizedNumber(text);
    return number.isEmpty() ? ExportValue{Kind::Text, text, {}}
                            : ExportValue{Kind::Number, number, {}};
}

ExportValue bitsOf(const Row &row, int column)
{
    using Kind = ExportValue::Kind;
    Error error;
    const auto number = row.value<quint64>(column, &error);
    if (error)
        return {Kind::Bytes, {}, row.bytes(column).toByteArray()};
    return {Kind::Number, QString::number(number), {}};
}

ExportValue vectorOf(const Row &row, int column)
{
    using Kind = ExportValue::Kind;
    Error error;
    const auto values = row.value<QList<float>>(column, &error);
    const bool isExact = !error && std::all_of(values.begin(), values.end(), [](float value) {
        return std::isfinite(value);
    });
    const QByteArray bytes = row.bytes(column).toByteArray();
    return isExact ? ExportValue{Kind::List, vectorText(values), bytes}
                   : ExportValue{Kind::Bytes, {}, bytes};
}

/// Bytes in a text column that are not valid text.
ExportValue textOf(const Row &row, int column)
{
    using Kind = ExportValue::Kind;
    const QString text = row.text(column);
    const QByteArrayView bytes = row.bytes(column);
    if (text.contains(QChar(QChar::ReplacementCharacter))
        && !QUtf8StringView(bytes.data(), bytes.size()).isValidUtf8())
        return {Kind::Bytes, {}, bytes.toByteArray()};
    return {Kind::Text, text, {}};
}

} // namespace

ExportValue ExportValue::of(const Row &row, int column)
{
    if (row.isNull(column))
        return {};
    switch (row.column(column).type()) {
    case Column::Type::TinyInt:
    case Column::Type::SmallInt:
    case Column::Type::MediumInt:
    case Column::Type::Int:
    case Column::Type::BigInt:
    case Column::Type::Year:
    case Column::Type::Float:
    case Column::Type::Double:
    case Column::Type::Decimal:
        return numberOf(row, column);
    case Column::Type::Bit:
        return bitsOf(row, column);
    case Column::Type::Json: {
        ExportValue value = textOf(row, column);
        if (value.kind == Kind::Text && isValidJson(value.text.toUtf8()))
            value.kind = Kind::Json;
        return value;
    }
    case Column::Type::Binary:
    case Column::Type::Blob:
    case Column::Type::Geometry:
        return {Kind::Bytes, {}, row.bytes(column).toByteArray()};
    case Column::Type::Vector:
        return vectorOf(row, column);
    default:
        return textOf(row, column);
    }
}

QByteArray ExportValue::encoded(const QByteArray &bytes, RowFormat::BytesEncoding encoding)
{
    return encoding == RowFormat::BytesEncoding::Hex ? "0x" + bytes.toHex().toUpper()
                                                     : bytes.toBase64();
}
