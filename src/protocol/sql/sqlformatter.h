// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "formattingerror.h"
#include "placeholders.h"
#include "sqldialect.h"
#include "sqlliteral.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qstringview.h>
#include <QtCore/qvariant.h>

#include <variant>

namespace AsyncMySql::Protocol {

/// Writes \a values in place of the question marks of \a sql. Without values the statement stays
/// as it is, unless it certainly has question marks for some. It is an error if there are too few
/// or too many values, if one cannot be written (see appendSqlLiteral()), or if the statement has
/// named placeholders. \a header is put before it: what a command begins with.
[[nodiscard]] FormattingResult formatSql(QStringView sql, const QVariantList &values,
                                         const SqlDialect &dialect, QByteArrayView header = {});

/// The same for placeholders like :name, which may occur several times. Keys with a leading colon,
/// as QSqlQuery has them, are fine. A name without a value is an error, and a value without a name.
[[nodiscard]] FormattingResult formatSql(QStringView sql, const QVariantMap &values,
                                         const SqlDialect &dialect, QByteArrayView header = {});

/// How a value has to be written in place of \a placeholder.
[[nodiscard]] LiteralContext literalContext(const Placeholder &placeholder);

/// A statement as it is prepared: with question marks for all placeholders.
struct ParameterizedSql
{
    /// UTF-8.
    QByteArray sql;
    int count = 0;
    /// Of the placeholders, in their order, one for each; empty if they were question marks.
    QStringList names;
};

/// Finds the placeholders of \a sql. It is an error if they are mixed or uncertain.
[[nodiscard]] std::variant<ParameterizedSql, FormattingError>
parameterize(QStringView sql, const SqlDialect &dialect);

using ValuesInOrder = std::variant<QVariantList, FormattingError>;

/// The values for the question marks of \a statement: as they are, if they are as many.
[[nodiscard]] ValuesInOrder valuesInOrder(const ParameterizedSql &statement,
                                          const QVariantList &values);

/// The same for names, with the rules of formatSql(): a name that is used twice gives its value
/// twice.
[[nodiscard]] ValuesInOrder valuesInOrder(const ParameterizedSql &statement,
                                          const QVariantMap &values);

/// What is prepared, and the values to execute it with.
struct BoundSql
{
    QByteArray sql;
    QVariantList values;
};

/// parameterize() and valuesInOrder() at once. As with formatSql(), a statement without values is
/// not looked at.
[[nodiscard]] std::variant<BoundSql, FormattingError>
bindSql(QStringView sql, const QVariantList &values, const SqlDialect &dialect);
[[nodiscard]] std::variant<BoundSql, FormattingError>
bindSql(QStringView sql, const QVariantMap &values, const SqlDialect &dialect);

} // namespace AsyncMySql::Protocol
