// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "formattingerror.h"
#include "sqldialect.h"

#include <QtCore/qvariant.h>

#include <optional>

namespace AsyncMySql::Protocol {

enum class LiteralContext : quint8 {
    Code,
    /// A server that skips the comment must not find its end inside the value: text becomes
    /// hexadecimal.
    ExecutableComment,
};

/// Appends \a value as a literal. After an error \a sql is of no use.
///
/// The literals have the types that the binary protocol would send:
///
/// - an invalid or null variant is NULL, and so is a null QString or QByteArray, as in QtSql. Empty
///   ones are not.
/// - bool is 1 or 0: what the binary protocol sends, and what fits wherever a number does.
/// - float and double always have an exponent, since the servers take 0.1 for a DECIMAL. A float is
///   written as the double it equals, so that it compares equal to a FLOAT column. NaN and infinity
///   are refused.
/// - QString, QChar, QUrl (fully encoded) and QUuid (without braces) are text. A lone surrogate is
///   refused, as UTF-8 cannot hold it.
/// - QByteArray is X'…', also when empty.
/// - QDate, QTime and QDateTime are DATE'…', TIME'…' and TIMESTAMP'…', with milliseconds unless
/// these
///   are 0. A QDateTime of any time spec is written as its UTC wall clock, since DATETIME values
///   come out labelled UTC, and the session's time_zone is UTC. Invalid ones are refused, and years
///   before 1 or past 9999.
/// - std::chrono durations of whole microseconds, up to 838:59:59.999999 either way, are TIME'…';
///   time points of the system clock in microseconds are TIMESTAMP'…'.
/// - QJsonValue, QJsonObject, QJsonArray and QJsonDocument are compact JSON text; a JSON null is
/// the
///   text null.
/// - QStringList is the text of a SET; members with a comma are refused.
/// - QList<float> is a VECTOR: the hexadecimal bytes of little-endian floats, which MySQL and
/// MariaDB
///   both take.
///
/// All other types are refused; a list or map never becomes several literals.
[[nodiscard]] std::optional<FormattingError>
appendSqlLiteral(QByteArray *sql, const QVariant &value, const SqlDialect &dialect,
                 LiteralContext context = LiteralContext::Code);

[[nodiscard]] FormattingResult sqlLiteral(const QVariant &value, const SqlDialect &dialect);

/// \a name between backticks, which works in every SQL mode. Refuses an empty name, and U+0000.
[[nodiscard]] FormattingResult quoteIdentifier(QStringView name, const SqlDialect &dialect);

} // namespace AsyncMySql::Protocol
