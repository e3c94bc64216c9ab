// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytesource.h"
#include "formattingerror.h"
#include "sessiontimezone.h"
#include "sqlcharacterset.h"

#include <AsyncMySql/defaultvalue.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qvariant.h>

#include <chrono>
#include <memory>
#include <variant>

namespace AsyncMySql::Protocol {

/// A parameter that is read from somewhere while it is sent, as a QVariant holds it.
using ByteSourcePointer = std::shared_ptr<ByteSource>;

/// What is left of all the types of a QVariant when it comes to sending them.
namespace ParameterValues {

struct Null
{
};

struct Signed
{
    qint64 number;
    /// Of the C++ type, in bytes.
    quint8 size;
};

struct Unsigned
{
    quint64 number;
    quint8 size;
};

struct Text
{
    QByteArray utf8;
};

struct Bytes
{
    QByteArray bytes;
};

/// What the clocks of the session show.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

} // namespace ParameterValues

/// A value that can be sent, or why it cannot.
using ParameterValue = std::variant<FormattingError, ParameterValues::Null, ParameterValues::Signed,
                                    ParameterValues::Unsigned, float, double, ParameterValues::Text,
                                    ParameterValues::Bytes, QDate, ParameterValues::TimePoint,
                                    ParameterValues::Duration, ByteSourcePointer, DefaultValue>;

/// The one place that says which values there are, for literals and for binary parameters:
///
/// - An invalid or null variant is NULL, and so is a null QString or QByteArray, as in QtSql. Empty
///   ones are not.
/// - bool is the number 1 or 0.
/// - NaN and infinity are refused.
/// - QString, QChar, QUrl (fully encoded) and QUuid (without braces) are text. A lone surrogate is
///   refused, as UTF-8 cannot hold it; so is what the session would misread, as \a characterSet
///   says of its character_set_client.
/// - A QDateTime of any time spec stands for its moment, which is sent as the clocks of the session
///   show it, in \a timeZone or UTC: that is how values are read. Refused are moments that would be
///   read as another one, as clocks that are put back show the same twice; invalid ones, as are
///   invalid QDates and QTimes; and years before 1 or past 9999.
/// - std::chrono durations of whole microseconds, up to 838:59:59.999999 either way, are times;
///   time points of the system clock in microseconds are as QDateTime.
/// - QJsonValue, QJsonObject, QJsonArray and QJsonDocument are compact JSON text; a JSON null is
///   the text null. NaN and infinity are refused anywhere inside.
/// - QList<float> is the bytes of a VECTOR: little-endian floats, which MySQL and MariaDB both
///   take.
/// - A ByteSourcePointer and a DefaultValue stand for themselves.
///
/// All other types are refused. A list or map never becomes several values; nor is a list taken for
/// a JSON array or for the members of a SET, as it may have been meant for IN (?).
[[nodiscard]] ParameterValue parameterValue(const QVariant &value, CharacterSetSafety characterSet,
                                            const Values::SessionTimeZone *timeZone = nullptr);

} // namespace AsyncMySql::Protocol

Q_DECLARE_METATYPE(AsyncMySql::Protocol::ByteSourcePointer)
