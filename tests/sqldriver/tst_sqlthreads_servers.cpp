// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqldatabases.h"

#include <AsyncMySql/SqlDriver>

#include <QtSql/qsqldriver.h>
#include <QtSql/qsqlerror.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

using namespace Servers;
using namespace Qt::StringLiterals;

namespace {

/// What threads do to each other depends little on the server.
bool isNewest(const Server &server)
{
    return server.isMySql || (server.isAtLeast(11, 8) && !server.hasZeroConfigurationTls());
}

} // namespace

/// Programs in which several threads use QtSql: each with databases of its own.
class tst_SqlThreads_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void databasesInThreads_data() { addRows(isNewest); }
    void databasesInThreads();
    void streamsInThreads_data() { addRows(isNewest); }
    void streamsInThreads();
    void openingAndClosing_data() { addRows(isNewest); }
    void openingAndClosing();
    void cancelledFromAnotherThread_data() { addRows(isNewest); }
    void cancelledFromAnotherThread();
    void cancelledInTheMiddle_data() { addRows(isNewest); }
    void cancelledInTheMiddle();
};

namespace {

constexpr int threadCount = 8;

/// Calls \a function in as many threads, with their numbers.
void inThreads(const std::function<void(int thread)> &function)
{
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threadCount; ++thread)
        threads.emplace_back([&function, thread] { function(thread); });
    for (std::thread &thread : threads)
        thread.join();
}

/// Of all threads together.
int statementCount()
{
    bool isNumber = false;
    const int count = qEnvironmentVariableIntValue("ASYNCMYSQL_SQL_STATEMENTS", &isNumber);
    return isNumber ? count : 2000;
}

} // namespace

void tst_SqlThreads_Servers::databasesInThreads()
{
    QFETCH(Server, server);
    const Database schema(server);
    {
        const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
        database.execute(u"CREATE TABLE t (thread INT, n INT, PRIMARY KEY (thread, n))"_s);
    }
    // Two statements each time.
    const int count = statementCount() / threadCount / 2;
    std::atomic<int> done = 0;
    inThreads([&](int thread) {
        const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
        QSqlDatabase db = database.database();
        QSqlQuery query = database.query();
        query.prepare(u"INSERT INTO t VALUES (?, ?)"_s);
        QSqlQuery read = database.query();
        db.transaction();
        for (int i = 0; i < count; ++i) {
            query.addBindValue(thread);
            query.addBindValue(i);
            if (query.exec() && read.exec(u"SELECT %1"_s.arg(i)) && read.next()
                && read.value(0).toInt() == i)
                ++done;
        }
        db.commit();
    });
    QCOMPARE(done.load(), threadCount * count);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    QSqlQuery rows = database.execute(u"SELECT COUNT(*) FROM t"_s);
    QVERIFY(rows.next());
    QCOMPARE(rows.value(0).toInt(), threadCount * count);
}

void tst_SqlThreads_Servers::streamsInThreads()
{
    QFETCH(Server, server);
    const Database schema(server);
    constexpr int count = 4096;
    {
        const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
        database.execute(u"CREATE TABLE t (n INT PRIMARY KEY, text VARCHAR(200))"_s);
        database.execute(u"INSERT INTO t VALUES (0, REPEAT('x', 200))"_s);
        for (int size = 1; size < count; size *= 2)
            database.execute(u"INSERT INTO t SELECT n + %1, text FROM t"_s.arg(size));
    }
    std::atomic<int> rows = 0;
    std::atomic<int> others = 0;
    inThreads([&](int thread) {
        const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
        QSqlQuery stream = database.query();
        stream.setForwardOnly(true);
        stream.exec(u"SELECT n, text FROM t ORDER BY n"_s);
        for (int row = 0; stream.next(); ++row) {
            rows += stream.value(0).toInt() == row && stream.value(1).toString().size() == 200;
            // Half of them have another statement on the way.
            if (row == 100 && thread % 2 == 0)
                others += database.execute(u"SELECT 1"_s).next();
        }
    });
    QCOMPARE(rows.load(), threadCount * count);
    QCOMPARE(others.load(), threadCount / 2);
}

void tst_SqlThreads_Servers::openingAndClosing()
{
    QFETCH(Server, server);
    const Database schema(server);
    std::atomic<int> done = 0;
    constexpr int count = 5;
    inThreads([&](int) {
        for (int i = 0; i < count; ++i) {
            const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
            QSqlQuery query = database.execute(u"SELECT 1"_s);
            // One is closed before its query is gone.
            database.database().close();
            done += !query.exec(u"SELECT 1"_s);
        }
    });
    QCOMPARE(done.load(), threadCount * count);
}

void tst_SqlThreads_Servers::cancelledFromAnotherThread()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    QSqlDriver *driver = database.database().driver();
    QSqlQuery id = database.execute(u"SELECT CONNECTION_ID()"_s);
    QVERIFY(id.next());
    const QString running = u"SELECT COUNT(*) FROM information_schema.processlist WHERE id = %1 "
                            "AND info LIKE 'SELECT SLEEP%'"_s.arg(id.value(0).toLongLong());
    std::atomic<bool> isCancelled = false;
    std::thread canceller([&] {
        const SqlDatabase own(server, schema.name(), SqlDatabase::ours());
        QSqlQuery seen = own.query();
        do {
            seen.exec(running);
        } while (!seen.next() || seen.value(0).toInt() == 0);
        isCancelled = driver->cancelQuery();
    });
    QSqlQuery query = database.query();
    const bool isExecuted = query.exec(u"SELECT SLEEP(100) FROM (SELECT 1 UNION SELECT 2) AS t"_s);
    canceller.join();
    QVERIFY(isCancelled);
    QVERIFY(!isExecuted);
    QCOMPARE(query.lastError().nativeErrorCode(), u"1317"_s);
    QVERIFY2(query.exec(u"SELECT 1"_s), qPrintable(query.lastError().text()));
    // Nothing runs: there is nothing to cancel, and the next statement does not meet it.
    QVERIFY(driver->cancelQuery());
    QVERIFY2(query.exec(u"SELECT 1"_s), qPrintable(query.lastError().text()));
}

/// Whatever runs when it comes: a statement is either executed, or reports that it was cancelled.
void tst_SqlThreads_Servers::cancelledInTheMiddle()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    QSqlDriver *driver = database.database().driver();
    std::atomic<bool> isEnd = false;
    std::thread canceller([&] {
        while (!isEnd) {
            driver->cancelQuery();
            std::this_thread::yield();
        }
    });
    QStringList wrong;
    QSqlQuery query = database.query();
    for (int i = 0; i < 50; ++i) {
        if (query.exec(u"SELECT %1"_s.arg(i))) {
            if (!query.next() || query.value(0).toInt() != i)
                wrong.append(u"%1: another value"_s.arg(i));
        } else if (query.lastError().nativeErrorCode() != "1317"_L1) {
            wrong.append(query.lastError().text());
        }
    }
    isEnd = true;
    canceller.join();
    QCOMPARE(wrong, QStringList());
    QVERIFY2(query.exec(u"SELECT 1"_s), qPrintable(query.lastError().text()));
}

QTEST_GUILESS_MAIN(tst_SqlThreads_Servers)

#include "tst_sqlthreads_servers.moc"
