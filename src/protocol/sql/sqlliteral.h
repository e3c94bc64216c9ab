// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "formattingerror.h"
#include "parametervalue.h"
#include "sqldialect.h"

#include <QtCore/qvariant.h>

#include <optional>

namespace AsyncMySql::Protocol {

enum class LiteralContext : quint8 {
    /// An expression may stand here.
    Expression,
    /// The value of a column in a row of INSERT, where X'…' is a number if the column is one: bytes
    /// become _binary X'…'.
    InsertedValue,
    /// As Expression, but the text before it may have changed the session.
    LaterExpression,
    /// A server that skips the comment must not find its end inside the value: text becomes
    /// hexadecimal.
    ExecutableComment,
    /// Nothing but a quoted string may stand here, as in SHOW TABLES LIKE.
    String,
    /// The same, but the text before it may have changed the session.
    LaterString,
};

/// Appends \a value as a literal. After an error \a sql cannot be used.
///
/// parameterValue() says what can be written. The literals have the types that the binary protocol
/// would send:
///
/// - bool is 1 or 0, which fits wherever a number does.
/// - float and double always have an exponent, since the servers take 0.1 for a DECIMAL. A float is
///   written as the double it equals, so that it compares equal to a FLOAT column.
/// - Text is quoted where that means the same in every sql_mode and every character_set_client.
///   Where it has backslashes, or characters that the session may read in another way, it is
///   _utf8mb4 X'…'. What the server has said about sql_mode cannot be trusted: a routine that
///   changes it leaves the status behind. In a place that takes nothing but a quoted string such
///   text is refused if it is not certain how it is read.
/// - QByteArray and QList<float> are X'…', also when empty.
/// - QDate, QTime and QDateTime are DATE'…', TIME'…' and TIMESTAMP'…', with a fraction unless it
///   is 0.
///
/// A ByteSourcePointer and a DefaultValue have no literal.
[[nodiscard]] std::optional<FormattingError>
appendSqlLiteral(QByteArray *sql, const QVariant &value, const SqlDialect &dialect,
                 LiteralContext context = LiteralContext::Expression);

/// The same for what \a value was found to be.
[[nodiscard]] std::optional<FormattingError>
appendSqlLiteral(QByteArray *sql, const ParameterValue &value, const SqlDialect &dialect,
                 LiteralContext context = LiteralContext::Expression);

[[nodiscard]] FormattingResult sqlLiteral(const QVariant &value, const SqlDialect &dialect);

/// \a name between backticks, which works in every SQL mode. Refuses an empty name, and U+0000.
[[nodiscard]] FormattingResult quoteIdentifier(QStringView name, const SqlDialect &dialect);

/// The same for any session, and without refusing anything: the server refuses what it cannot read.
[[nodiscard]] QString quotedIdentifier(QString name);

} // namespace AsyncMySql::Protocol
