// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipelinefixture.h"

#include <AsyncMySql/Transaction>

#include <QtCore/qbuffer.h>

#include <functional>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Ask = std::function<Job *(Connection *)>;
Q_DECLARE_METATYPE(Ask)

namespace {

Ask executing(const QString &sql)
{
    return [sql](Connection *connection) { return connection->execute(sql); };
}

void begin(FakeConnection &connection)
{
    Ok ok;
    ok.status = AutoCommit | InTransaction;
    connection.ok(ok);
}

} // namespace

class tst_Pipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statementsAreSentAheadOfAnswers_data();
    void statementsAreSentAheadOfAnswers();
    void depthIsALimit_data();
    void depthIsALimit();
    void answerInPiecesFindsItsJob();
    void errorDisturbsNobodyElse();
    void notSentAhead_data();
    void notSentAhead();
    void writesAreNotSentAheadWithTransientErrors();
    void writesAreNotSentAheadInTransactions_data();
    void writesAreNotSentAheadInTransactions();
    void preparationIsAwaitedByMySql();
    void writeThatCannotBePreparedKeepsItsPlace();
    void invalidParametersKeepTheOrder();
};

void tst_Pipeline::statementsAreSentAheadOfAnswers_data()
{
    QTest::addColumn<QStringList>("statements");
    QTest::addColumn<bool>("inTransaction");
    QTest::newRow("reads") << QStringList{u"SELECT 1"_s, u"SHOW TABLES"_s, u"SELECT 3"_s} << false;
    QTest::newRow("writes") << QStringList{u"INSERT 1"_s, u"UPDATE 2"_s, u"DELETE 3"_s} << false;
    QTest::newRow("reads in a transaction")
        << QStringList{u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s} << true;
}

void tst_Pipeline::statementsAreSentAheadOfAnswers()
{
    QFETCH(const QStringList, statements);
    QFETCH(const bool, inTransaction);
    Jobs jobs;
    FakeServer server;
    server.on(statements.first().toUtf8(), FakeServer::stall);
    server.on("BEGIN", begin);
    Connection connection(pipeliningOptions(server));
    QByteArrayList expected;
    if (inTransaction) {
        // The peer is asked before two that can be sent together, but not in a transaction.
        Jobs before;
        before.execute(&connection, {u"SELECT 8"_s, u"SELECT 9"_s});
        for (const OutcomePointer &outcome : before.outcomes)
            VERIFY_SUCCEEDS(outcome);
        VERIFY_SUCCEEDS(watch(connection.execute(u"BEGIN"_s)));
        expected = {"SELECT 8", "SELECT 9", "BEGIN"};
    }
    jobs.execute(&connection, statements);
    for (const QString &sql : statements)
        expected.append(sql.toUtf8());
    QTRY_COMPARE(arrivedAt(server.connection()), expected);
    QVERIFY(jobs.order.isEmpty());
    for (Query *query : jobs.queries)
        QTRY_COMPARE(query->state(), Job::State::Running);
    server.connection()->ok();
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Pipeline::depthIsALimit_data()
{
    QTest::addColumn<int>("depth");
    QTest::newRow("1") << 1;
    QTest::newRow("3") << 3;
}

void tst_Pipeline::depthIsALimit()
{
    QFETCH(const int, depth);
    constexpr int count = 7;
    Jobs jobs;
    FakeServer server;
    QStringList statements;
    for (int i = 0; i < count; ++i) {
        statements.append(u"SELECT %1"_s.arg(i));
        server.on(statements.last().toUtf8(), FakeServer::stall);
    }
    Connection connection(pipeliningOptions(server, depth));
    jobs.execute(&connection, statements);
    for (int answered = 0; answered < count; ++answered) {
        QTRY_VERIFY(server.connection());
        QTRY_COMPARE(server.connection(1)->runningQuery(), statements[answered].toUtf8());
        SERVE_ANOTHER(server);
        QCOMPARE(arrivedAt(server.connection(1)).size(), std::min(count, answered + depth));
        server.connection(1)->ok();
        QTRY_COMPARE(jobs.order.size(), answered + 1);
    }
    QCOMPARE(jobs.order, statements);
}

void tst_Pipeline::answerInPiecesFindsItsJob()
{
    Jobs jobs;
    FakeServer server;
    Connection connection(pipeliningOptions(server));
    QStringList statements;
    for (int i = 0; i < 20; ++i) {
        statements.append(u"SELECT %1"_s.arg(i));
        server.on(statements.last().toUtf8(), [i](FakeConnection &c) {
            c.setPortion(3);
            c.result({"a"}, {FakeRow{QByteArray::number(i)}, FakeRow{std::nullopt}});
        });
    }
    jobs.execute(&connection, statements);
    for (int i = 0; i < 20; ++i) {
        VERIFY_SUCCEEDS(jobs.outcomes[i]);
        QCOMPARE(jobs.outcomes[i]->rows(), (QList<QStringList>{{QString::number(i)}, {QString()}}));
    }
    QCOMPARE(jobs.order, statements);
}

void tst_Pipeline::errorDisturbsNobodyElse()
{
    Jobs jobs;
    FakeServer server;
    server.on("INSERT 2", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate entry"); });
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"INSERT 1"_s, u"INSERT 2"_s, u"INSERT 3"_s});
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_FAILS(jobs.outcomes[1], ServerError, Rejected);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(jobs.order, QStringList({u"INSERT 1"_s, u"INSERT 2"_s, u"INSERT 3"_s}));
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1", "INSERT 2", "INSERT 3"}));
}

void tst_Pipeline::notSentAhead_data()
{
    QTest::addColumn<Ask>("first");
    QTest::addColumn<Ask>("second");
    const Ask read = executing(u"SELECT other"_s);
    const Ask write = executing(u"INSERT other 1"_s);
    QTest::newRow("write behind read") << read << write;
    QTest::newRow("read behind write") << write << read;
    // Each of these neither behind another nor with another behind it.
    const auto alone = [&](const char *name, const Ask &ask) {
        QTest::addRow("%s behind read", name) << read << ask;
        QTest::addRow("read behind %s", name) << ask << read;
        QTest::addRow("%s behind write", name) << write << ask;
        QTest::addRow("write behind %s", name) << ask << write;
    };
    for (const char *sql :
         {"SET @a = 1", "START TRANSACTION", "COMMIT", "USE db", "CREATE TEMPORARY TABLE t (n INT)",
          "LOCK TABLES t READ", "CALL p()", "SELECT @a := 1", "SELECT 1 INTO @a",
          "SELECT GET_LOCK('a', 1)", "INSERT INTO t VALUES (LAST_INSERT_ID(5))",
          "LOAD DATA LOCAL INFILE 'a' INTO TABLE t", "SELECT 1; SET @a = 1"})
        alone(sql, executing(QString::fromLatin1(sql)));
    alone("streamed query", [](Connection *connection) {
        Query *query = connection->execute(u"SELECT streamed"_s);
        query->setStreaming(true);
        return query;
    });
    alone("query that takes a file", [](Connection *connection) {
        auto *device = new QBuffer(connection);
        device->open(QIODevice::ReadOnly);
        Query *query = connection->execute(u"INSERT file"_s);
        query->setLocalInfile(device);
        return query;
    });
    alone("selectDatabase()", [](Connection *c) { return c->selectDatabase(u"db"_s); });
    alone("setSessionVariable()", [](Connection *c) { return c->setSessionVariable(u"@a"_s, 1); });
    alone("resetSession()", [](Connection *c) { return c->resetSession(); });
    alone("ping()", [](Connection *c) { return c->ping(); });
    alone("transaction", [](Connection *c) {
        Transaction *transaction = c->beginTransaction();
        transaction->execute(u"INSERT inside"_s);
        return transaction->rollback();
    });
    const Ask limitedWrite = [](Connection *connection) {
        Query *query = connection->execute(u"INSERT limited"_s);
        query->setTimeout(1min);
        return query;
    };
    QTest::newRow("write with a timeout behind write") << write << limitedWrite;
    QTest::newRow("write behind write with a timeout") << limitedWrite << write;
    const Ask close = [](Connection *connection) { return connection->close(); };
    QTest::newRow("close() behind read") << read << close;
    QTest::newRow("close() behind write") << write << close;
}

void tst_Pipeline::notSentAhead()
{
    QFETCH(const Ask, first);
    QFETCH(const Ask, second);
    FakeServer server;
    // The first command behind the set-up of the session waits for its answer.
    bool stalled = false;
    const auto stallOnce = [&stalled](FakeConnection &c) {
        if (!std::exchange(stalled, true))
            return;
        if (c.runningQuery() == "START TRANSACTION")
            begin(c);
        else
            c.ok();
    };
    for (const char *sql :
         {"SET @a = 1", "SET @`a` = 1", "START TRANSACTION", "COMMIT", "USE db",
          "CREATE TEMPORARY TABLE t (n INT)", "LOCK TABLES t READ", "CALL p()", "SELECT @a := 1",
          "SELECT 1 INTO @a", "SELECT GET_LOCK('a', 1)", "INSERT INTO t VALUES (LAST_INSERT_ID(5))",
          "LOAD DATA LOCAL INFILE 'a' INTO TABLE t", "SELECT 1; SET @a = 1", "SELECT other",
          "INSERT other 1", "SELECT streamed", "INSERT file", "INSERT limited"})
        server.on(sql, stallOnce);
    server.on("INSERT inside", begin);
    for (const quint8 code :
         {FakeServer::InitDatabase, FakeServer::Ping, FakeServer::ResetConnection})
        server.onCommand(code, stallOnce);
    ConnectionOptions options = pipeliningOptions(server);
    options.setLocalInfileAllowed(true);
    options.setMultiStatementsAllowed(true);
    Connection connection(options);
    const OutcomePointer one = watch(first(&connection));
    const OutcomePointer other = watch(second(&connection));
    QTRY_VERIFY(stalled);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)).size(), 1);
    QCOMPARE(other->finished, 0);
    if (server.connection(1)->runningQuery() == "START TRANSACTION")
        begin(*server.connection(1));
    else
        server.connection(1)->ok();
    QTRY_COMPARE(one->finished, 1);
    QTRY_COMPARE(other->finished, 1);
    QVERIFY2(one->succeeded(), describe(one).constData());
    QVERIFY2(other->succeeded(), describe(other).constData());
}

void tst_Pipeline::writesAreNotSentAheadWithTransientErrors()
{
    Jobs jobs;
    FakeServer server;
    server.on("INSERT 1", FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1290});
    options.setRetryPolicy(policy);
    Connection connection(options);
    jobs.execute(&connection, {u"INSERT 1"_s, u"INSERT 2"_s});
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList({"INSERT 1"}));
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
}

void tst_Pipeline::writesAreNotSentAheadInTransactions_data()
{
    QTest::addColumn<bool>("byHand");
    QTest::addColumn<bool>("isIdempotent");
    QTest::newRow("by hand") << true << false;
    QTest::newRow("by hand, idempotent") << true << true;
    QTest::newRow("Transaction") << false << false;
    QTest::newRow("Transaction, idempotent") << false << true;
}

/// If one fails, the transaction can be over, and those behind it would run on their own.
void tst_Pipeline::writesAreNotSentAheadInTransactions()
{
    QFETCH(const bool, byHand);
    QFETCH(const bool, isIdempotent);
    Jobs jobs;
    FakeServer server;
    server.on("BEGIN", begin);
    server.on("START TRANSACTION", begin);
    server.on("INSERT 1", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    Executor *executor = &connection;
    if (byHand)
        connection.execute(u"BEGIN"_s);
    else
        executor = connection.beginTransaction();
    jobs.execute(executor, {u"INSERT 1"_s, u"INSERT 2"_s});
    for (Query *query : jobs.queries)
        query->setIdempotent(isIdempotent);
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)).mid(1), QByteArrayList({"INSERT 1"}));
    begin(*server.connection(1));
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
}

void tst_Pipeline::preparationIsAwaitedByMySql()
{
    QStringList order;
    FakeServer server;
    server.onCommand(Prepare, FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server);
    options.setAutoPrepareEnabled(true);
    Connection connection(options);
    const OutcomePointer prepared
        = watch(connection.execute(u"SELECT ? + 1"_s, {5}), &order, u"prepared"_s);
    const OutcomePointer text = watch(connection.execute(u"SELECT 2"_s), &order, u"text"_s);
    const OutcomePointer again
        = watch(connection.execute(u"SELECT ? + 1"_s, {7}), &order, u"again"_s);
    QTRY_COMPARE(server.count(Prepare), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList({"PREPARE SELECT ? + 1"}));
    server.onCommand(Execute, FakeServer::stall);
    // Number 1, no columns, one parameter.
    server.connection(1)->send(QByteArray::fromHex("00 01000000 0000 0100 00 0000"));
    server.connection(1)->send(columnPayload({"?"}, server.connection(1)->capabilities()));
    server.connection(1)->done();
    // With the id known all of them are sent, ahead of the first execution's answer.
    QTRY_COMPARE(arrivedAt(server.connection(1)),
                 QByteArrayList({"PREPARE SELECT ? + 1", "EXECUTE", "SELECT 2", "EXECUTE"}));
    server.onCommand(Execute, {});
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(again);
    VERIFY_SUCCEEDS(prepared);
    VERIFY_SUCCEEDS(text);
    QCOMPARE(order, QStringList({u"prepared"_s, u"text"_s, u"again"_s}));
}

/// MariaDB gets both in one write; what it refuses to prepare is executed as text, before the
/// writes that were asked for later.
void tst_Pipeline::writeThatCannotBePreparedKeepsItsPlace()
{
    QStringList order;
    FakeServer server;
    server.setGreeting(FakeGreeting::mariaDb());
    server.onCommand(Prepare, [](FakeConnection &c) {
        c.error(1295, "HY000", "This command is not supported in the prepared statement protocol");
    });
    server.onCommand(Execute, [](FakeConnection &c) { c.error(1243, "HY000", "Unknown handler"); });
    ConnectionOptions options = pipeliningOptions(server);
    options.setAutoPrepareEnabled(true);
    Connection connection(options);
    const OutcomePointer first
        = watch(connection.execute(u"INSERT (?)"_s, {1}), &order, u"first"_s);
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s), &order, u"second"_s);
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(order, QStringList({u"first"_s, u"second"_s}));
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT (1)", "INSERT 2"}));
    QCOMPARE(server.count(Execute), 1);
}

void tst_Pipeline::invalidParametersKeepTheOrder()
{
    QStringList order;
    FakeServer server;
    server.on("INSERT 1", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s), &order, u"first"_s);
    const OutcomePointer wrong
        = watch(connection.execute(u"INSERT ?"_s, {1, 2}), &order, u"wrong"_s);
    const OutcomePointer last = watch(connection.execute(u"INSERT 3"_s), &order, u"last"_s);
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(wrong->finished, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(first);
    VERIFY_FAILS(wrong, InvalidParameter, NotSent);
    VERIFY_SUCCEEDS(last);
    QCOMPARE(order, QStringList({u"first"_s, u"wrong"_s, u"last"_s}));
}

QTEST_GUILESS_MAIN(tst_Pipeline)

#include "tst_pipeline.moc"
