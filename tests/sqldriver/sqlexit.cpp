// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// sqlexit MODE HOST PORT USER PASSWORD: opens a database and leaves it open. It prints what has
// become of it.

#include <AsyncMySql/SqlDriver>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qstring.h>
#include <QtSql/qsqldatabase.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlquery.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

namespace {

char **arguments = nullptr;

bool open(const QString &name)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QMYSQL_ASYNC"), name);
    database.setHostName(QString::fromLocal8Bit(arguments[2]));
    database.setPort(atoi(arguments[3]));
    database.setUserName(QString::fromLocal8Bit(arguments[4]));
    database.setPassword(QString::fromLocal8Bit(arguments[5]));
    if (database.open())
        return true;
    std::printf("not opened: %s\n", qPrintable(database.lastError().databaseText()));
    return false;
}

void report(const QString &name)
{
    QSqlQuery query(QSqlDatabase::database(name, false));
    const bool done = query.exec(QStringLiteral("SELECT 1")) && query.next();
    std::printf("%s\n", done ? "answered" : "not answered");
    std::fflush(stdout);
}

/// Uses its database when the process ends, as a global object of a program may.
struct Last
{
    QSqlDatabase database;
    bool isUsed = false;

    ~Last()
    {
        if (!isUsed)
            return;
        std::printf("%s\n", database.transaction() ? "answered" : "not answered");
        database.close();
        std::fflush(stdout);
    }
} last;

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 6)
        return 2;
    arguments = argv;
    AsyncMySql::registerSqlDriver();
    const QString mode = QString::fromLocal8Bit(argv[1]);
    const QString name = QStringLiteral("database");
    if (mode == QLatin1String("without-application")) {
        if (open(name))
            report(name);
        return 0;
    }
    auto application = std::make_unique<QCoreApplication>(argc, argv);
    if (!open(name))
        return 3;
    report(name);
    if (mode == QLatin1String("after-application")) {
        application.reset();
        report(name);
    } else if (mode == QLatin1String("second-application")) {
        application.reset();
        application = std::make_unique<QCoreApplication>(argc, argv);
        report(name);
        // QtSql has forgotten the drivers with the first one.
        AsyncMySql::registerSqlDriver();
        if (open(QStringLiteral("second")))
            report(QStringLiteral("second"));
    } else if (mode == QLatin1String("global")) {
        last.database = QSqlDatabase::database(name);
        last.isUsed = true;
    } else if (mode == QLatin1String("exit")) {
        std::exit(0);
    } else if (mode == QLatin1String("exit-in-stream")) {
        QSqlQuery query(QSqlDatabase::database(name));
        query.setForwardOnly(true);
        query.exec(QStringLiteral("SELECT a.help_topic_id FROM mysql.help_topic a, "
                                  "mysql.help_topic b, mysql.help_topic c"));
        std::printf("%s\n", query.next() ? "a row" : "no row");
        std::exit(0);
    } else if (mode == QLatin1String("exit-while-busy")) {
        // Servers do not notice at once that a sleeping session is gone, so that there may be those
        // of other processes.
        const QString sleep
            = QStringLiteral("SELECT SLEEP(1000), %1").arg(QCoreApplication::applicationPid());
        std::thread([sleep] {
            if (open(QStringLiteral("busy"))) {
                std::printf("busy\n");
                std::fflush(stdout);
                QSqlQuery query(QSqlDatabase::database(QStringLiteral("busy")));
                query.exec(sleep);
            }
            for (;;)
                std::this_thread::yield();
        }).detach();
        // Until that one waits for its answer, which is seen by another session.
        QSqlQuery query(QSqlDatabase::database(name));
        do {
            query.exec(
                QStringLiteral("SELECT 1 FROM information_schema.processlist WHERE info = '%1'")
                    .arg(sleep));
        } while (!query.next());
        std::exit(0);
    }
    return 0;
}
