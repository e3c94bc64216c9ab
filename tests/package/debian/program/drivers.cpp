// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <QCoreApplication>
#include <QDebug>
#include <QSqlDatabase>
#include <QSqlError>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QMYSQL_ASYNC"));
    database.setHostName(QStringLiteral("127.0.0.1"));
    database.setPort(1);
    const bool isOpen = database.open();
    qInfo() << database.driverName() << database.isValid() << isOpen << database.lastError();
    return database.isValid() && !isOpen ? 0 : 1;
}
