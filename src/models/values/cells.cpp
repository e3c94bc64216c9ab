// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cells.h"

#include <QtCore/qlocale.h>
#include <QtCore/qnamespace.h>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype ShownBytes = 32;

/// Number.MAX_SAFE_INTEGER of JavaScript
constexpr qint64 MaximumSafeInteger = (qint64(1) << 53) - 1;

/// The year with all digits.
QString localDate(const QDate &date)
{
    const QLocale locale;
    QString format = locale.dateFormat(QLocale::ShortFormat);
    if (!format.contains("yyyy"_L1))
        format.replace("yy"_L1, "yyyy"_L1);
    return locale.toString(date, format);
}

QString localNumber(QString digits)
{
    return digits.replace(u'.', QLocale().decimalPoint());
}

QString shownBytes(QByteArrayView bytes)
{
    const auto hex = QString::fromLatin1(
        bytes.first(qMin(bytes.size(), ShownBytes)).toByteArray().toHex().toUpper());
    return bytes.size() > ShownBytes ? hex + u'…' : hex;
}

/// "2026-01-31 12:30:00.5" with the date formatted by the locale. The time keeps its seconds.
QString localDateTime(const QString &text)
{
    const QDate date = QDate::fromString(text.left(10), Qt::ISODate);
    return date.isValid() ? localDate(date) + text.mid(10) : text;
}

bool isSafeInteger(qlonglong number)
{
    return number >= -MaximumSafeInteger && number <= MaximumSafeInteger;
}

bool isNumber(Column::Type type)
{
    switch (type) {
    case Column::Type::TinyInt:
    case Column::Type::SmallInt:
    case Column::Type::MediumInt:
    case Column::Type::Int:
    case Column::Type::BigInt:
    case Column::Type::Year:
    case Column::Type::Float:
    case Column::Type::Double:
    case Column::Type::Decimal:
    case Column::Type::Bit:
        return true;
    default:
        return false;
    }
}

} // namespace

QString displayText(const Row &row, int column)
{
    if (row.isNull(column))
        return {};
    switch (row.column(column).type()) {
    case Column::Type::Float:
    case Column::Type::Double:
    case Column::Type::Decimal:
        return localNumber(row.text(column));
    case Column::Type::Date:
    case Column::Type::DateTime:
    case Column::Type::Timestamp:
        return localDateTime(row.text(column));
    case Column::Type::Binary:
    case Column::Type::Blob:
    case Column::Type::Geometry:
        return shownBytes(row.bytes(column));
    default:
        return row.text(column);
    }
}

QString displayText(const QVariant &value)
{
    if (value.isNull())
        return {};
    switch (value.typeId()) {
    case QMetaType::Float:
    case QMetaType::Double:
        return localNumber(value.toString());
    case QMetaType::QDate:
        return localDate(value.toDate());
    case QMetaType::QDateTime:
        return localDateTime(value.toDateTime().toString(u"yyyy-MM-dd HH:mm:ss"_s));
    case QMetaType::QByteArray:
        return shownBytes(value.toByteArray());
    default:
        return value.toString();
    }
}

QVariant scriptValue(const QVariant &value)
{
    if (value.isNull())
        return QVariant::fromValue(nullptr);
    switch (value.typeId()) {
    case QMetaType::LongLong:
        return isSafeInteger(value.toLongLong()) ? value : value.toString();
    case QMetaType::ULongLong:
        return value.toULongLong() > quint64(MaximumSafeInteger) ? value.toString() : value;
    default:
        return value;
    }
}

int alignmentOf(const Column &column)
{
    const Qt::Alignment alignment
        = (isNumber(column.type()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
    return static_cast<int>(alignment.toInt());
}

QVariant headerOf(const QString &name, const Column &column, int role)
{
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return name;
    case Qt::TextAlignmentRole:
        return alignmentOf(column);
    default:
        return {};
    }
}

QStringList namesOf(const QList<Column> &columns)
{
    QStringList names;
    names.reserve(columns.size());
    for (const Column &column : columns)
        names.append(column.name());
    return names;
}

QHash<int, QByteArray> roleNamesOf(const QStringList &columnNames, QHash<int, QByteArray> others)
{
    for (qsizetype i = columnNames.size() - 1; i >= 0; --i) {
        const QByteArray name = columnNames[i].toUtf8();
        others.removeIf([&](const auto &role) { return role.value() == name; });
        others.insert(Qt::UserRole + static_cast<int>(i), name);
    }
    return others;
}

} // namespace AsyncMySql::Models
