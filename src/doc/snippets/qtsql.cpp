// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of the driver for QtSql.

//! [include]
#include <AsyncMySql/SqlDriver>
//! [include]

#include "window.h"

#include <QtSql/QSqlDatabase>

void Window::registers()
{
    //! [register]
    AsyncMySql::registerSqlDriver();
    QSqlDatabase database = QSqlDatabase::addDatabase("QMYSQL_ASYNC");
    //! [register]
}

void Window::registersDriver()
{
    //! [driver]
    AsyncMySql::registerSqlDriver();
    QSqlDatabase database = QSqlDatabase::addDatabase("QMYSQL_ASYNC");
    //! [driver]
}

void Window::shares(const QSqlDatabase &database)
{
    //! [options]
    auto *pool = new AsyncMySql::Pool(AsyncMySql::connectionOptions(database), this);
    //! [options]
    Q_UNUSED(pool)
}
