// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of results.

#include "window.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtWidgets/QListWidget>

#include <optional>
#include <tuple>

using namespace AsyncMySql;

void Window::result(Query *query)
{
    //! [rows]
    for (const AsyncMySql::Row &row : query->result())
        list->addItem(row.value<QString>("name"));
    //! [rows]
}

void Window::values(const Row &row)
{
    //! [values]
    const int id = row.value<int>(0);
    const QString name = row.value<QString>("name");
    const std::optional<double> price = row.value<std::optional<double>>("price");
    QVariant anything = row["extra"];
    //! [values]
    Q_UNUSED(id)
    Q_UNUSED(price)
    Q_UNUSED(anything)
}

void Window::structures(const Row &row)
{
    //! [structures]
    const auto [id, name] = row.to<std::tuple<int, QString>>();
    const Article article = row.to<Article>();
    //! [structures]
    Q_UNUSED(id)
    Q_UNUSED(article)
}
