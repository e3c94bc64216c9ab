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
    /// What stands behind the column, with a question mark if there is a value: "= ?".
    QString condition;
    /// Invalid if the condition has no question mark.
    QVariant value;
    bool hasValue = false;
};

struct SqlOrder
{
    int column = 0;
    Qt::SortOrder order = Qt::AscendingOrder;
};

struct BoundStatement
{
    QString sql;
    /// A QVariantList or a QVariantMap.
    QVariant parameters;
};

using WrappingResult = std::variant<BoundStatement, Error>;

/// Lets the server filter and sort the rows of \a statement, which must be one SELECT: it becomes a
/// derived table. \a columnNames are those of the statement, if they are known: without them,
/// columns of the same name are an error of the server.
[[nodiscard]] WrappingResult wrapStatement(const BoundStatement &statement,
                                           const QList<SqlFilter> &filters,
                                           const QList<SqlOrder> &orders,
                                           const QStringList &columnNames);

/// Why \a condition cannot stand between the parentheses of a WHERE; no error if it can.
[[nodiscard]] Error checkCondition(const QString &condition);

/// \a name between backticks. A name that cannot be quoted gives an empty text.
[[nodiscard]] QString quoted(const QString &name);

/// \a text as a pattern of LIKE … ESCAPE '|' that stands for itself.
[[nodiscard]] QString literalPattern(QString text);

/// The parameters of a model as what Executor::execute() takes: a QVariantMap, or a QVariantList. A
/// single value is a list of one.
[[nodiscard]] QVariant normalizedParameters(const QVariant &parameters);

} // namespace AsyncMySql::Models
