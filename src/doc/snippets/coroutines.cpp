// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of coroutines.

#include "window.h"

#include <AsyncMySql/Coroutine>

#include <QtWidgets/QListWidget>

using namespace AsyncMySql;

//! [load]
Task<> Window::load()
{
    const auto [result, error] = co_await connection->execute("SELECT name FROM articles");
    if (error)
        showError(error);
    for (const Row &row : result)
        list->addItem(row.text(0));
}
//! [load]

Task<> Window::find(int id)
{
    //! [await]
    Query *query = connection->execute("SELECT name FROM articles WHERE id = ?", {id});
    const auto [result, error] = co_await query;
    //! [await]
    Q_UNUSED(result)
    Q_UNUSED(error)
}

Task<> Window::read()
{
    //! [stream]
    RowStream rows(connection->execute("SELECT * FROM measurements"));
    while (const std::optional<Row> row = co_await rows.next())
        write(*row);
    if (rows.error())
        showError(rows.error());
    //! [stream]
}
