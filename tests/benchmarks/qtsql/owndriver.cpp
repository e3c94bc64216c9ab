// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "driver.h"

#include <AsyncMySql/SqlDriver>

const char *const clientName = "sqldriver";

QSqlDatabase addDatabase()
{
    return QSqlDatabase::addDatabase(AsyncMySql::createSqlDriver());
}
