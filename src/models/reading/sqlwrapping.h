// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>

#include <QtCore/qlist.h>
#include <QtCore/qnamespace.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

#include <variant>

namespace AsyncMySql::Models {

struct SqlFilter
{
    QString column;
    /// The condition after the column, with a question mark if there is a value: "= ?".
    QString condition;
    /// Invalid if the condition has no question mark.
    QVariant value;
    bool hasValue = false;
};

struct SqlOrder
{
    int column = 0;
    Qt::SortOrder order = Qt::AscendingOrder;

    friend bool operator==(const SqlOrder &, const SqlOrder &) = default;
};

struct BoundStatement
{
    QString sql;
    /// A QVariantList or a QVariantMap.
    QVariant parameters;
};

using WrappingResult = std::variant<BoundStatement, Error>;

/// Returns a statement that filters and sorts the rows of \a statement in the server. It must be a
/// single SELECT, which becomes a derived table. \a columnNames are its columns, if they are known:
/// without them, duplicate names are an error of the server.
[[nodiscard]] WrappingResult wrapStatement(const BoundStatement &statement,
                                           const QList<SqlFilter> &filters,
                                           const QList<SqlOrder> &orders,
                                           const QStringList &columnNames);

class ParameterList;

/// Returns the index of the column of \a filter; -1 if it is not one of \a columnNames.
[[nodiscard]] int columnOf(const SqlFilter &filter, const QStringList &columnNames);

/// Returns the condition of \a filter for \a column, which is in backticks, and adds its value.
[[nodiscard]] QString conditionOf(const SqlFilter &filter, const QString &column,
                                  ParameterList *parameters);

/// Returns why \a condition cannot be enclosed in the parentheses of a WHERE, or no error.
[[nodiscard]] Error checkCondition(const QString &condition);

/// Returns \a name in backticks, or an empty text if it cannot be quoted.
[[nodiscard]] QString quoted(const QString &name);

/// Returns a pattern for LIKE … ESCAPE '|' that matches \a text literally.
[[nodiscard]] QString literalPattern(QString text);

/// Returns the parameters of a model for Executor::execute(): a QVariantMap or a QVariantList. A
/// single value becomes a list of one.
[[nodiscard]] QVariant normalizedParameters(const QVariant &parameters);

} // namespace AsyncMySql::Models
