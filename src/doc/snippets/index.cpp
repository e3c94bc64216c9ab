// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The first query of the documentation.

//! [includes]
#include <AsyncMySql/Pool>
#include <AsyncMySql/Query>
//! [includes]

#include "window.h"

#include <QtWidgets/QListWidget>

void Window::first()
{
    //! [query]
    auto *shop = new AsyncMySql::Pool(QUrl("mysql://anna:secret@db.example.org/shop"), this);

    AsyncMySql::Query *query = shop->execute("SELECT name FROM articles WHERE price < ?", {19.90});
    connect(query, &AsyncMySql::Query::finished, this, [=] {
        for (const AsyncMySql::Row &row : query->result())
            list->addItem(row.value<QString>("name"));
    });
    connect(query, &AsyncMySql::Query::errorOccurred, this, &Window::showError);
    //! [query]
}
