// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/SqlDriver>

#include <QCoreApplication>
#include <QDebug>
#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>

// With "plugin", the driver is that which QtSql finds among its plugins.
int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    if (!app.arguments().contains("plugin"))
        AsyncMySql::registerSqlDriver();
    QSqlDatabase database = QSqlDatabase::addDatabase("QMYSQL_ASYNC");
    database.setHostName("127.0.0.1");
    database.setPort(1);
    if (!database.isValid() || database.open())
        return 1;
    qInfo().noquote() << database.lastError().text() << database.driver()->dbmsType();
    return 0;
}
