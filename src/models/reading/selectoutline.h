// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qnamespace.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

#include <variant>

namespace AsyncMySql::Models {

/// The parts of a SELECT that returns a row for each row of one table that matches its condition,
/// independent of the other rows: a condition, an order and a limit can be added to it.
struct SelectOutline
{
    /// A column by its name, which can be that of the result or of the table, or by its position.
    struct Order
    {
        QString name;
        /// From 0; negative if there is a name.
        int position = -1;
        /// Whether the name is qualified by the table.
        bool isOfTable = false;
        Qt::SortOrder order = Qt::AscendingOrder;

        friend bool operator==(const Order &, const Order &) = default;
    };

    /// Up to the table.
    QString head;
    /// The part of the head from FROM on.
    QString source;
    /// Empty if there is none.
    QString condition;
    /// The placeholders of the condition: names without the colon, empty for question marks.
    QStringList placeholders;
    QList<Order> orders;
    /// In backticks, with the database if the statement names it.
    QString table;
    /// In backticks: how the statement refers to the table, its alias for example.
    QString qualifier;

    friend bool operator==(const SelectOutline &, const SelectOutline &) = default;
};

/// Returns the outline of a statement, or in plain words why it has none.
[[nodiscard]] std::variant<SelectOutline, QString> outlineOf(const QString &sql);

} // namespace AsyncMySql::Models
