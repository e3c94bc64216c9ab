// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqldatabases.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/SqlDriver>

#include <QtCore/qelapsedtimer.h>
#include <QtSql/qsqldriver.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlrecord.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace Servers;
using namespace Qt::StringLiterals;

class tst_SqlDriver_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamHoldsNothing_data() { addRows(); }
    void streamHoldsNothing();
    void statementInTheMiddleOfAStream_data() { addRows(); }
    void statementInTheMiddleOfAStream();
    void sizeOfAStream_data() { addRows(); }
    void sizeOfAStream();
    void errorBehindRowsOfAStream_data() { addRows(); }
    void errorBehindRowsOfAStream();
    void batch_data() { addRows(); }
    void batch();
    void queryTimeout_data() { addRows(); }
    void queryTimeout();
    void readTimeout_data() { addRows(); }
    void readTimeout();
    void lostSessionIsNotReplaced_data() { addRows(); }
    void lostSessionIsNotReplaced();
    void lostSessionIsReplacedIfAskedFor_data() { addRows(); }
    void lostSessionIsReplacedIfAskedFor();
    void closedDatabaseAnswersNothing_data() { addRows(); }
    void closedDatabaseAnswersNothing();
    void callerRunsNoEventLoop_data() { addRows(); }
    void callerRunsNoEventLoop();
    void connectErrors_data() { addRows(); }
    void connectErrors();
    void optionsMakeAConnection_data() { addRows(); }
    void optionsMakeAConnection();
};

namespace {

QString fill(const SqlDatabase &database, int count)
{
    database.execute(u"CREATE TABLE numbers (n INT PRIMARY KEY, text VARCHAR(100))"_s);
    database.execute(u"INSERT INTO numbers VALUES (0, REPEAT('x', 100))"_s);
    for (int size = 1; size < count; size *= 2) {
        database.execute(
            u"INSERT INTO numbers SELECT n + %1, text FROM numbers WHERE n + %1 < %2"_s.arg(size)
                .arg(count));
    }
    return u"SELECT n, text FROM numbers ORDER BY n"_s;
}

} // namespace

#define VERIFY_SQL(query, call) QVERIFY2((query).call, qPrintable((query).lastError().text()))

void tst_SqlDriver_Servers::streamHoldsNothing()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    constexpr int count = 100000;
    const QString sql = fill(database, count);
    for (const bool prepared : {false, true}) {
        QSqlQuery query = database.query();
        query.setForwardOnly(true);
        VERIFY_SQL(query, prepare(sql));
        if (prepared)
            VERIFY_SQL(query, exec());
        else
            VERIFY_SQL(query, exec(sql));
        QVERIFY(query.isSelect());
        QCOMPARE(query.record().count(), 2);
        QCOMPARE(query.numRowsAffected(), -1);
        int row = 0;
        for (; query.next(); ++row)
            QCOMPARE(query.value(0).toInt(), row);
        QCOMPARE(row, count);
        QVERIFY(!query.lastError().isValid());
        QCOMPARE(query.numRowsAffected(), count);
        QVERIFY(!query.next());
    }
    // One without rows has columns all the same.
    QSqlQuery empty = database.query();
    empty.setForwardOnly(true);
    VERIFY_SQL(empty, exec(u"SELECT n FROM numbers WHERE n < 0"_s));
    QCOMPARE(empty.record().fieldName(0), u"n"_s);
    QVERIFY(!empty.next());
}

void tst_SqlDriver_Servers::statementInTheMiddleOfAStream()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    constexpr int count = 50000;
    const QString sql = fill(database, count);
    QSqlQuery stream = database.query();
    stream.setForwardOnly(true);
    VERIFY_SQL(stream, exec(sql));
    QVERIFY(stream.next());
    QSqlQuery other = database.execute(u"SELECT COUNT(*) FROM numbers"_s);
    QVERIFY(other.next());
    QCOMPARE(other.value(0).toInt(), count);
    int row = 1;
    for (; stream.next(); ++row)
        QCOMPARE(stream.value(0).toInt(), row);
    QCOMPARE(row, count);

    // Two of them take turns; one that is not read to its end delays no other.
    QSqlQuery second = database.query();
    second.setForwardOnly(true);
    VERIFY_SQL(stream, exec(sql));
    VERIFY_SQL(second, exec(sql));
    for (row = 0; row < 1000; ++row) {
        QVERIFY(stream.next());
        QVERIFY(second.next());
        QCOMPARE(stream.value(0).toInt(), row);
        QCOMPARE(second.value(0).toInt(), row);
    }
    {
        QSqlQuery unread = database.query();
        unread.setForwardOnly(true);
        VERIFY_SQL(unread, exec(sql));
    }
    stream.finish();
    QVERIFY(second.next());
    VERIFY_SQL(other, exec(u"SELECT 1"_s));
    VERIFY_SQL(second, exec(sql));
}

void tst_SqlDriver_Servers::sizeOfAStream()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    const QString sql = fill(database, 30000);
    QSqlQuery stream = database.query();
    stream.setForwardOnly(true);
    VERIFY_SQL(stream, exec(sql));
    QVERIFY(stream.seek(10));
    QCOMPARE(stream.size(), 30000);
    QVERIFY(stream.next());
    QCOMPARE(stream.value(0).toInt(), 11);
    QVERIFY(stream.last());
    QCOMPARE(stream.value(0).toInt(), 29999);
}

void tst_SqlDriver_Servers::errorBehindRowsOfAStream()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    fill(database, 20000);
    QSqlQuery stream = database.query();
    stream.setForwardOnly(true);
    VERIFY_SQL(stream, exec(u"SELECT n, text, IF(n = 19000, (SELECT 1 UNION SELECT 2), 0) "
                            "FROM numbers ORDER BY n + 0 LIMIT 100000"_s)
                           || stream.lastError().nativeErrorCode() == u"1242"_s);
    while (stream.next()) {
    }
    QCOMPARE(stream.lastError().nativeErrorCode(), u"1242"_s);
    VERIFY_SQL(stream, exec(u"SELECT 1"_s));
}

void tst_SqlDriver_Servers::batch()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    database.execute(u"CREATE TABLE b (id INT PRIMARY KEY, v VARCHAR(20), t DATETIME)"_s);
    QVariantList ids;
    QVariantList values;
    QVariantList moments;
    const QDateTime first(QDate(2024, 1, 1), QTime(0, 0));
    for (int i = 0; i < 5000; ++i) {
        ids.append(i);
        values.append(i % 3 == 0 ? QVariant(QMetaType(QMetaType::QString))
                                 : QVariant(u"row %1"_s.arg(i)));
        moments.append(first.addSecs(i));
    }
    QSqlQuery query = database.query();
    VERIFY_SQL(query, prepare(u"INSERT INTO b VALUES (:id, :v, :t)"_s));
    query.bindValue(u":v"_s, values);
    query.bindValue(u":id"_s, ids);
    query.bindValue(u":t"_s, moments);
    VERIFY_SQL(query, execBatch());
    QCOMPARE(query.numRowsAffected(), 5000);
    QSqlQuery sum = database.execute(u"SELECT COUNT(*), COUNT(v), MAX(t) FROM b"_s);
    QVERIFY(sum.next());
    QCOMPARE(sum.value(0).toInt(), 5000);
    QCOMPARE(sum.value(1).toInt(), 3333);
    QCOMPARE(sum.value(2).toDateTime(), first.addSecs(4999));
    QVERIFY(!query.execBatch());
    QCOMPARE(query.lastError().nativeErrorCode(), u"1062"_s);
}

void tst_SqlDriver_Servers::queryTimeout()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours(),
                               u"ASYNCMYSQL_QUERY_TIMEOUT=1"_s);
    QSqlQuery query = database.query();
    QVERIFY(!query.exec(u"SELECT SLEEP(100) FROM (SELECT 1 UNION SELECT 2) AS t"_s));
    QCOMPARE(query.lastError().nativeErrorCode(), u"3024"_s);
    VERIFY_SQL(query, exec(u"SELECT 1"_s));
}

void tst_SqlDriver_Servers::readTimeout()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours(),
                               u"MYSQL_OPT_READ_TIMEOUT=1"_s);
    QSqlQuery query = database.query();
    QVERIFY(!query.exec(u"SELECT SLEEP(30)"_s));
    QCOMPARE(query.lastError().nativeErrorCode(), u"2013"_s);
    QVERIFY(!query.exec(u"SELECT 1"_s));
    QCOMPARE(query.lastError().nativeErrorCode(), u"2006"_s);
    QSqlDatabase db = database.database();
    db.close();
    QVERIFY(db.open());
    QSqlQuery again(db);
    VERIFY_SQL(again, exec(u"SELECT 1"_s));
}

void tst_SqlDriver_Servers::lostSessionIsNotReplaced()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase killer(server, schema.name(), SqlDatabase::ours());
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    database.execute(u"SET @left = 1"_s);
    QSqlQuery prepared = database.query();
    VERIFY_SQL(prepared, prepare(u"SELECT @left"_s));
    QSqlQuery id = database.execute(u"SELECT CONNECTION_ID()"_s);
    QVERIFY(id.next());
    killer.execute(u"KILL CONNECTION %1"_s.arg(id.value(0).toLongLong()));
    QSqlQuery query = database.query();
    QVERIFY(!query.exec(u"SELECT @left"_s));
    const QString code = query.lastError().nativeErrorCode();
    QVERIFY2(code == u"2006"_s || code == u"2013"_s || code == u"1927"_s || code == u"1317"_s,
             qPrintable(query.lastError().text()));
    QVERIFY(!query.exec(u"SELECT @left"_s));
    QCOMPARE(query.lastError().nativeErrorCode(), u"2006"_s);
    QVERIFY(!prepared.exec());
    QVERIFY(!database.database().transaction());
    QSqlDatabase db = database.database();
    db.close();
    QVERIFY(db.open());
}

void tst_SqlDriver_Servers::lostSessionIsReplacedIfAskedFor()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase killer(server, schema.name(), SqlDatabase::ours());
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours(),
                               u"MYSQL_OPT_RECONNECT=1"_s);
    QSqlQuery prepared = database.query();
    VERIFY_SQL(prepared, prepare(u"SELECT ? + 1"_s));
    QSqlQuery id = database.execute(u"SELECT CONNECTION_ID()"_s);
    QVERIFY(id.next());
    killer.execute(u"KILL CONNECTION %1"_s.arg(id.value(0).toLongLong()));
    QSqlQuery query = database.query();
    VERIFY_SQL(query, exec(u"SELECT CONNECTION_ID()"_s));
    QVERIFY(query.next());
    QVERIFY(query.value(0) != id.value(0));
    prepared.addBindValue(4);
    VERIFY_SQL(prepared, exec());
    QVERIFY(prepared.next());
    QCOMPARE(prepared.value(0).toInt(), 5);
}

void tst_SqlDriver_Servers::closedDatabaseAnswersNothing()
{
    QFETCH(Server, server);
    const Database schema(server);
    auto database = std::make_unique<SqlDatabase>(server, schema.name(), SqlDatabase::ours());
    QSqlQuery query = database->query();
    query.setForwardOnly(true);
    const QString sql = fill(*database, 20000);
    VERIFY_SQL(query, exec(sql));
    QVERIFY(query.next());
    QSqlQuery prepared = database->query();
    VERIFY_SQL(prepared, prepare(u"SELECT 1"_s));
    database->database().close();
    while (query.next()) { // what has come already
    }
    QVERIFY(!prepared.exec());
    QVERIFY(!query.exec(u"SELECT 1"_s));
    QVERIFY(!database->database().driver()->cancelQuery());
    QSqlDatabase db = database->database();
    QVERIFY(db.open());
    VERIFY_SQL(query, exec(u"SELECT 1"_s));
    db = {};
    database.reset();
    QVERIFY(!query.exec(u"SELECT 1"_s));
    QVERIFY(!query.next());
}

void tst_SqlDriver_Servers::callerRunsNoEventLoop()
{
    QFETCH(Server, server);
    const Database schema(server);
    bool isDelivered = false;
    QMetaObject::invokeMethod(
        this, [&] { isDelivered = true; }, Qt::QueuedConnection);
    {
        const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
        database.execute(u"SELECT SLEEP(0.05)"_s);
        QVERIFY(!isDelivered);
    }
    QTRY_VERIFY(isDelivered);
}

void tst_SqlDriver_Servers::connectErrors()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours());
    QSqlDatabase db = database.database();
    const auto reopen = [&] {
        db.close();
        const bool opened = db.open();
        return opened ? u"opened"_s : db.lastError().nativeErrorCode();
    };
    db.setPassword(u"wrong"_s);
    QCOMPARE(reopen(), u"1045"_s);
    QCOMPARE(db.lastError().type(), QSqlError::ConnectionError);
    QVERIFY(db.isOpenError());
    QVERIFY(!db.isOpen());
    db.setPassword(server.password);
    db.setDatabaseName(u"missing"_s);
    QCOMPARE(reopen(), u"1049"_s);
    db.setDatabaseName(schema.name());
    db.setPort(1);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(reopen(), u"2003"_s);
    QVERIFY(timer.elapsed() < 5000);
    db.setPort(server.port);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"Unknown connect option 'NONSENSE'"_s));
    db.setConnectOptions(u"NONSENSE"_s);
    QCOMPARE(reopen(), u"opened"_s);
}

void tst_SqlDriver_Servers::optionsMakeAConnection()
{
    QFETCH(Server, server);
    const Database schema(server);
    const SqlDatabase database(server, schema.name(), SqlDatabase::ours(),
                               u"CLIENT_FOUND_ROWS=1"_s);
    AsyncMySql::Error error;
    const AsyncMySql::ConnectionOptions options
        = AsyncMySql::connectionOptions(database.database(), &error);
    QVERIFY2(!error, qPrintable(error.message()));
    QVERIFY(options.isFoundRowsEnabled());
    AsyncMySql::Connection connection(options);
    const Fake::OutcomePointer outcome = finishedOf(connection.execute(u"SELECT DATABASE()"_s));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->rows(), (QList<QStringList>{{schema.name()}}));
}

QTEST_GUILESS_MAIN(tst_SqlDriver_Servers)

#include "tst_sqldriver_servers.moc"
