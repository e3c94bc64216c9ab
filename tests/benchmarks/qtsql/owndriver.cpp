// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "driver.h"

#include <AsyncMySql/SqlDriver>

const char *const clientName = "sqldriver";

QSqlDatabase addDatabase()
{
    QSqlDatabase database = QSqlDatabase::addDatabase(AsyncMySql::createSqlDriver());
    // The client library of QMYSQL does not encrypt by itself, and the other clients here do not.
    database.setConnectOptions(QStringLiteral("MYSQL_OPT_SSL_MODE=DISABLED"));
    return database;
}
