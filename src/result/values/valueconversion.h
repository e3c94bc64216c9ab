// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"
#include "valuetraits.h"

#include <AsyncMySql/column.h>

#include <QtCore/qbytearrayview.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>
#include <QtCore/quuid.h>
#include <QtCore/qvariant.h>

#include <chrono>

namespace AsyncMySql::Values {

/// A value that is not NULL, where it lies in its row, and what its column says about it.
struct Value
{
    Column::Type type = Column::Type::Unknown;
    bool isUnsigned = false;
    QByteArrayView bytes;
    RowFormat format = RowFormat::Text;
    // The text of a binary value.
    quint8 decimals = 0;
    quint8 minimumDigits = 0;
    /// Of BIT; 0 if it is not known.
    quint8 bits = 0;
    bool isExpression = false;
    /// Of points in time; null where they are in UTC.
    const SessionTimeZone *timeZone = nullptr;
};

enum class Conversion {
    Done,
    OutOfRange,  ///< the target type does not reach so far
    NotPossible, ///< the value is nothing of the kind
};

using SysTime = TimePoint;

// numberconversion.cpp. Text is taken as a number if all of it is one; a fraction goes into an
// integer only if it consists of zeros.
[[nodiscard]] Conversion convertSigned(const Value &value, qint64 minimum, qint64 maximum,
                                       qint64 *to);
[[nodiscard]] Conversion convertUnsigned(const Value &value, quint64 maximum, quint64 *to);
[[nodiscard]] Conversion convert(const Value &value, bool *to);
[[nodiscard]] Conversion convert(const Value &value, float *to);
[[nodiscard]] Conversion convert(const Value &value, double *to);

// calendarconversion.cpp. A day that does not exist (zero and partial dates) is an invalid QDate or
// QDateTime, and not possible as a SysTime.
[[nodiscard]] Conversion convert(const Value &value, CalendarFields *to);
[[nodiscard]] Conversion convert(const Value &value, QDate *to);
[[nodiscard]] Conversion convert(const Value &value, QTime *to);
[[nodiscard]] Conversion convert(const Value &value, QDateTime *to);
[[nodiscard]] Conversion convert(const Value &value, SysTime *to);
[[nodiscard]] Conversion convert(const Value &value, std::chrono::microseconds *to);

// bytesconversion.cpp. A view is possible only where the characters lie in the row: not of numbers
// and points in time of binary rows. All else is made of what toText() says.
[[nodiscard]] Conversion convert(const Value &value, QString *to);
[[nodiscard]] Conversion convert(const Value &value, QByteArrayView *to);
[[nodiscard]] Conversion convert(const Value &value, QByteArray *to);
[[nodiscard]] Conversion convert(const Value &value, QStringList *to);
[[nodiscard]] Conversion convert(const Value &value, QJsonValue *to);
[[nodiscard]] Conversion convert(const Value &value, QJsonObject *to);
[[nodiscard]] Conversion convert(const Value &value, QJsonArray *to);
[[nodiscard]] Conversion convert(const Value &value, QJsonDocument *to);
[[nodiscard]] Conversion convert(const Value &value, QUuid *to);
[[nodiscard]] Conversion convert(const Value &value, QList<float> *to);

// variantconversion.cpp
/// In the type that valueMetaType() names, but for a TIME outside of the day, and for JSON with
/// numbers that a QJsonValue would round, which are a QString.
/// Done with an invalid variant never happens.
[[nodiscard]] Conversion convert(const Value &value, QVariant *to);

/// Whether the characters of the value lie in the row as they are (or the bytes, for what has no
/// characters).
bool isStoredAsText(const Value &value);
/// The digits or characters, whatever they mean, as servers send them in text rows; bytes that are
/// no UTF-8 become U+FFFD.
QString toText(const Value &value);

// binarytext.cpp
/// toText() of a value which is not stored as text.
QString binaryToText(const Value &value);

} // namespace AsyncMySql::Values
