// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// How long the event loop stands still while a result of 1,000,000 rows arrives: AsyncMySql next to
// Qt's QMYSQL driver, in turn, in one process, against the server of the server.ini that is given.

#include "tickwatch.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qsettings.h>
#include <QtSql/qsqldatabase.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlquery.h>

#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace {

constexpr int Rounds = 3;
constexpr qsizetype ExpectedRows = 1'000'000;

const QString Statement
    = u"SELECT id, big, ratio, price, name, city, made, score FROM asyncmysql_bench.wide"_s;

// The columns of the figures in the README; the rows are made by the server.
const QStringList Preparation = {
    u"CREATE DATABASE IF NOT EXISTS asyncmysql_bench"_s,
    u"CREATE TABLE IF NOT EXISTS asyncmysql_bench.wide (id INT NOT NULL, big BIGINT NOT NULL, "
    "ratio DOUBLE NOT NULL, price DECIMAL(12,2) NOT NULL, name VARCHAR(40) NOT NULL, "
    "city VARCHAR(40) NOT NULL, made DATETIME(6) NOT NULL, score INT NULL)"_s,
    u"TRUNCATE TABLE asyncmysql_bench.wide"_s,
    u"INSERT INTO asyncmysql_bench.wide SELECT seq, seq * 1000003, seq / 7e0, seq / 100, "
    "CONCAT('customer ', seq), CONCAT('city ', seq % 1000), "
    "TIMESTAMP'2020-01-01 00:00:00' + INTERVAL seq * 7 SECOND + INTERVAL seq % 1000000 "
    "MICROSECOND, "
    "IF(seq % 5, seq % 100, NULL) FROM asyncmysql_bench.seq_1_to_1000000"_s,
};

[[noreturn]] void fail(const QString &what)
{
    std::fprintf(stderr, "bench_eventloop: %s\n", qPrintable(what));
    std::exit(1);
}

void print(const char *client, const TickWatch &watch)
{
    std::printf("%-12s %10.1f ms %10.1f ms %8d %8.2f s %8.2f s\n", client, watch.longestGapMs(),
                watch.longestWorkMs(), watch.ticks(), watch.seconds(), watch.cpuSeconds());
    std::fflush(stdout);
}

AsyncMySql::Result run(AsyncMySql::Connection &connection, const QString &sql)
{
    AsyncMySql::Query *query = connection.execute(sql);
    AsyncMySql::Result result;
    QEventLoop loop;
    QObject::connect(query, &AsyncMySql::Query::finished, &loop, [&] {
        if (query->error())
            fail(query->error().message());
        result = query->result();
        loop.quit();
    });
    loop.exec();
    return result;
}

void measureAsyncMySql(AsyncMySql::Connection &connection)
{
    TickWatch watch;
    watch.start();
    const AsyncMySql::Result result = run(connection, Statement);
    watch.stop();
    if (result.rowCount() != ExpectedRows)
        fail(u"%1 rows came"_s.arg(result.rowCount()));
    print("AsyncMySql", watch);
}

void measureQMysql(QSqlDatabase &database)
{
    TickWatch watch;
    QEventLoop loop;
    watch.start();
    // From the event loop, as a slot of an application would: the ticks run before and after.
    QTimer::singleShot(0, &loop, [&] {
        QSqlQuery query(database);
        query.setForwardOnly(true);
        qsizetype rows = 0;
        if (!query.exec(Statement))
            fail(query.lastError().text());
        while (query.next())
            ++rows;
        if (rows != ExpectedRows)
            fail(u"%1 rows came"_s.arg(rows));
        loop.quit();
    });
    loop.exec();
    watch.stop();
    print("QMYSQL", watch);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 2)
        fail(u"Usage: bench_eventloop SERVER_INI"_s);
    QSettings server(arguments[1], QSettings::IniFormat);
    server.beginGroup(u"server"_s);

    AsyncMySql::ConnectionOptions options;
    options.setHost(server.value(u"host"_s).toString());
    options.setPort(static_cast<quint16>(server.value(u"port"_s).toUInt()));
    options.setUser(server.value(u"user"_s).toString());
    options.setPassword(server.value(u"password"_s).toString());
    options.setTlsMode(AsyncMySql::ConnectionOptions::TlsMode::Disabled);
    AsyncMySql::Connection connection(options);
    for (const QString &sql : Preparation)
        run(connection, sql);

    QSqlDatabase database = QSqlDatabase::addDatabase(u"QMYSQL"_s);
    database.setHostName(options.host());
    database.setPort(options.port());
    database.setUserName(options.user());
    database.setPassword(options.password());
    if (!database.open())
        fail(database.lastError().text());

    std::printf("%lld rows of 8 columns; a timer ticks every 10 ms\n",
                static_cast<long long>(ExpectedRows));
    std::printf("%-12s %13s %13s %8s %10s %10s\n", "client", "longest gap", "longest work", "ticks",
                "wall", "client CPU");
    for (int round = 0; round < Rounds; ++round) {
        measureAsyncMySql(connection);
        measureQMysql(database);
    }
    return 0;
}
