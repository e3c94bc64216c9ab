// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "editors.h"

#include "calendarvalue.h"
#include "jsontext.h"
#include "samevalue.h"

#include <AsyncMySql/column.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/quuid.h>

#include <algorithm>
#include <limits>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// The default of QLineEdit::maxLength.
constexpr qsizetype LongestLine = 32767;

/// The default of QDateTimeEdit::minimumDate.
bool fitsIntoEditor(const QDate &date)
{
    return date.isValid() && date >= QDate(1752, 9, 14);
}

/// Whether the fraction of a second is more precise than the milliseconds of Qt's types.
bool hasMicroseconds(const QString &text)
{
    const qsizetype point = text.lastIndexOf(u'.');
    if (point < 0)
        return false;
    const QStringView finer = QStringView(text).mid(point + 4);
    return std::any_of(finer.begin(), finer.end(), [](QChar digit) { return digit != u'0'; });
}

/// QDateTimeEdit shows local time and, since Qt 6.7, converts its value. Therefore the digits are
/// in local time, unless there is no such time.
QVariant localDigits(const QDateTime &dateTime)
{
    if (!fitsIntoEditor(dateTime.date()))
        return {};
    const QDateTime local(dateTime.date(), dateTime.time());
    const bool exists
        = local.isValid() && local.date() == dateTime.date() && local.time() == dateTime.time();
    return exists ? QVariant(local) : QVariant();
}

/// Invalid if there is only a text editor for it.
QVariant editorValueOf(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::QString:
    case QMetaType::QByteArray:
        return value;
    case QMetaType::UInt:
        // The range of the spin box, though the values are unsigned.
        return value.toUInt() <= uint(std::numeric_limits<int>::max()) ? value : QVariant();
    case QMetaType::QTime:
        return value.toTime().isValid() ? value : QVariant();
    case QMetaType::QDate:
        return fitsIntoEditor(value.toDate()) ? value : QVariant();
    case QMetaType::QDateTime:
        return localDigits(value.toDateTime());
    default:
        return hasEditor(value.metaType()) ? QVariant() : value;
    }
}

} // namespace

QVariant editorValue(const Row &row, int column)
{
    if (row.isNull(column))
        return {};
    QVariant value = row.value(column);
    if (value.typeId() == QMetaType::QDateTime)
        value = inTimeZone(value, row.column(column).timeZone());
    const QVariant held = editorValueOf(value);
    const bool isTime
        = value.typeId() == QMetaType::QTime || value.typeId() == QMetaType::QDateTime;
    if (!held.isValid() || (isTime && hasMicroseconds(row.text(column))))
        return row.text(column);
    return held;
}

QVariant editorValue(const QVariant &value)
{
    if (isNullValue(value))
        return {};
    const QVariant held = editorValueOf(value);
    if (held.isValid())
        return held;
    switch (value.typeId()) {
    case QMetaType::QJsonValue:
        return QString::fromUtf8(Values::jsonText(value.toJsonValue()));
    case QMetaType::QVariantMap:
    case QMetaType::QVariantList:
    case QMetaType::QStringList:
        return QString::fromUtf8(Values::jsonText(QJsonValue::fromVariant(value)));
    case QMetaType::QDateTime:
        return value.toDateTime().toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s);
    case QMetaType::QUuid:
        return value.toUuid().toString(QUuid::WithoutBraces);
    default:
        return value.toString();
    }
}

QVariant editedValue(const QVariant &value, const QTimeZone &timeZone)
{
    if (value.typeId() != QMetaType::QDateTime || value.isNull())
        return value;
    const QDateTime shown = value.toDateTime();
    const QDateTime moment = momentOf(shown.date(), shown.time(), timeZone);
    return moment.isValid() ? QVariant(moment)
                            : QVariant(shown.toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s));
}

QVariant inTimeZone(const QVariant &value, const QTimeZone &timeZone)
{
    return value.typeId() == QMetaType::QDateTime && timeZone != QTimeZone::utc()
               ? QVariant(value.toDateTime().toTimeZone(timeZone))
               : value;
}

bool hasEditor(QMetaType type)
{
    return type != QMetaType::fromType<QByteArray>() && type != QMetaType::fromType<QList<float>>();
}

bool fitsIntoEditor(const Row &row, int column)
{
    // It does not have more characters than bytes.
    return row.isNull(column) || row.bytes(column).size() <= LongestLine
           || row.text(column).size() <= LongestLine;
}

} // namespace AsyncMySql::Models
