// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countersfixture.h"
#include "pipelinefixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/PreparedStatement>

#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The connection is open, and the server does not answer.
class tst_SilentServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void verbIsSentAgain_data();
    void verbIsSentAgain();
    void verbFailsInTheEnd_data();
    void verbFailsInTheEnd();
    void endOfATransaction_data();
    void endOfATransaction();
    void rollbackOfADeletedTransaction();
    void preparation();
    void preparationBehindASlowQuery();
    void savepoints_data();
    void savepoints();
    void tableOfAModel_data();
    void tableOfAModel();
    void limitOfAnotherVerb();
    void noLimit();
    void goodbye_data();
    void goodbye();
    void whatIsSentInBetween_data();
    void whatIsSentInBetween();
};

namespace {

ConnectionOptions impatientOptions(const FakeServer &server)
{
    ConnectionOptions options = optionsFor(server);
    options.setResponseTimeout(250ms);
    return options;
}

/// Silent in the first session.
FakeServer::Handler silentAtFirst()
{
    return [](FakeConnection &c) {
        if (c.number() > 1)
            c.ok();
    };
}

void addVerbs()
{
    QTest::addColumn<QString>("verb");
    for (const char *verb : {"ping", "select", "set", "reset"})
        QTest::newRow(verb) << QString::fromLatin1(verb);
}

Job *start(const QString &verb, Connection *connection)
{
    if (verb == u"ping")
        return connection->ping();
    if (verb == u"select")
        return connection->selectDatabase(u"shop"_s);
    if (verb == u"set")
        return connection->setSessionVariable(u"sql_mode"_s, u"ANSI"_s);
    return connection->resetSession();
}

void onVerbs(FakeServer *server, const FakeServer::Handler &handler)
{
    for (const quint8 code :
         {FakeServer::Ping, FakeServer::InitDatabase, FakeServer::ResetConnection})
        server->onCommand(code, handler);
    server->on("SET @@SESSION.`sql_mode` = 'ANSI'", handler);
}

} // namespace

void tst_SilentServer::verbIsSentAgain_data()
{
    addVerbs();
}

void tst_SilentServer::verbIsSentAgain()
{
    QFETCH(const QString, verb);
    FakeServer server;
    onVerbs(&server, silentAtFirst());
    Connection connection(impatientOptions(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    QStringList order;
    const OutcomePointer outcome = watch(start(verb, &connection), &order, verb);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s), &order, u"next"_s);
    VERIFY_SUCCEEDS(outcome);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(order, QStringList({verb, u"next"_s}));
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.userQueries(1), QByteArrayList());
    QVERIFY(!errors.isEmpty());
    const auto error = errors[0][0].value<Error>();
    QCOMPARE(error.code(), Error::ConnectionLost);
    QVERIFY2(error.message().contains(u"responseTimeout"), qPrintable(error.message()));
}

void tst_SilentServer::verbFailsInTheEnd_data()
{
    addVerbs();
}

void tst_SilentServer::verbFailsInTheEnd()
{
    QFETCH(const QString, verb);
    FakeServer server;
    onVerbs(&server, FakeServer::stall);
    ConnectionOptions options = impatientOptions(server);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(2);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_FAILS(watch(start(verb, &connection)), ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.connectionCount(), 3);
}

void tst_SilentServer::endOfATransaction_data()
{
    QTest::addColumn<QByteArray>("silentAt");
    QTest::addColumn<Error::Execution>("execution");
    QTest::newRow("START TRANSACTION") << "START TRANSACTION"_ba << Error::Execution::NotSent;
    QTest::newRow("COMMIT") << "COMMIT"_ba << Error::Execution::Unknown;
    QTest::newRow("ROLLBACK") << "ROLLBACK"_ba << Error::Execution::Rejected;
}

void tst_SilentServer::endOfATransaction()
{
    QFETCH(const QByteArray, silentAt);
    QFETCH(const Error::Execution, execution);
    const bool begins = silentAt.startsWith("START");
    TransactionServer server;
    server.once(silentAt, FakeServer::stall);
    Connection connection(impatientOptions(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT 1"_s);
    const OutcomePointer end
        = watch(silentAt == "ROLLBACK" ? transaction->rollback() : transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    if (begins) {
        // Nothing had happened in it.
        VERIFY_SUCCEEDS(end);
        VERIFY_ENDS(outcome, Committed);
    } else {
        VERIFY_FAILS(end, ConnectionLost, Unknown);
        VERIFY_ENDS(outcome, Failed);
        QCOMPARE(outcome->error.code(), Error::ConnectionLost);
        QCOMPARE(outcome->error.execution(), execution);
    }
    VERIFY_SUCCEEDS(next);
    QVERIFY(!server.connection(1)->isOpen());
}

void tst_SilentServer::rollbackOfADeletedTransaction()
{
    TransactionServer server;
    server.once("ROLLBACK", FakeServer::stall);
    Connection connection(impatientOptions(server));
    Transaction *transaction = connection.beginTransaction();
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT 1"_s)));
    delete transaction;
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("ROLLBACK"), 1);
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT next"}));
}

void tst_SilentServer::preparation()
{
    FakeServer server;
    server.onCommand(Prepare, [](FakeConnection &c) {
        if (c.number() == 1)
            return;
        // Number 1, no columns, no parameters.
        c.send(QByteArray::fromHex("00 01000000 0000 0000 00 0000"));
        c.done();
    });
    Connection connection(impatientOptions(server));
    PreparedStatement *statement = connection.prepare(u"SELECT 1"_s);
    QSignalSpy prepared(statement, &PreparedStatement::prepared);
    const OutcomePointer behind = watch(connection.execute(u"SELECT 2"_s));
    const OutcomePointer execution = watch(statement->execute());
    VERIFY_SUCCEEDS(behind);
    VERIFY_SUCCEEDS(execution);
    QCOMPARE(prepared.size(), 1);
    QCOMPARE(server.connectionCount(), 2);
}

/// Its time runs from its turn on.
void tst_SilentServer::preparationBehindASlowQuery()
{
    SlowServer server;
    server.onCommand(Prepare, [](FakeConnection &c) {
        c.send(QByteArray::fromHex("00 01000000 0000 0000 00 0000"));
        c.done();
    });
    ConnectionOptions options = impatientOptions(server);
    options.setPipelineDepth(64);
    Connection connection(options);
    const OutcomePointer slow = watch(connection.execute(u"SELECT slow"_s));
    PreparedStatement *statement = connection.prepare(u"SELECT 1"_s);
    QSignalSpy prepared(statement, &PreparedStatement::prepared);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    QTimer::singleShot(600ms, server.connection(), [&server] { server.connection()->ok(); });
    VERIFY_SUCCEEDS(slow);
    QTRY_COMPARE(prepared.size(), 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_SilentServer::savepoints_data()
{
    QTest::addColumn<QByteArray>("silentAt");
    for (const char *sql :
         {"SAVEPOINT `point`", "ROLLBACK TO SAVEPOINT `point`", "RELEASE SAVEPOINT `point`"})
        QTest::newRow(sql) << QByteArray(sql);
}

void tst_SilentServer::savepoints()
{
    QFETCH(const QByteArray, silentAt);
    TransactionServer server;
    server.once(silentAt, FakeServer::stall);
    Connection connection(impatientOptions(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    Query *silent = nullptr;
    if (silentAt.startsWith("SAVEPOINT"))
        silent = transaction->savepoint(u"point"_s);
    else if (silentAt.startsWith("ROLLBACK"))
        silent = transaction->rollbackTo(u"point"_s);
    else
        silent = transaction->releaseSavepoint(u"point"_s);
    const OutcomePointer job = watch(silent);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_FAILS(job, ConnectionLost, Unknown);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.countQuery(silentAt), 1);
    QVERIFY(!server.connection(1)->isOpen());
}

void tst_SilentServer::tableOfAModel_data()
{
    QTest::addColumn<QByteArray>("silentAt");
    for (const char *sql : {"SHOW FULL COLUMNS FROM `counters`", "SHOW INDEX FROM `counters`"})
        QTest::newRow(sql) << QByteArray(sql);
}

void tst_SilentServer::tableOfAModel()
{
    QFETCH(const QByteArray, silentAt);
    Counters counters;
    ConnectionOptions options = counters.connection.options();
    options.setResponseTimeout(250ms);
    counters.connection.setOptions(options);
    counters.server.once(silentAt, FakeServer::stall);
    QTRY_VERIFY(counters.model.isComplete());
    QCOMPARE(counters.model.count(), 1);
    QCOMPARE(counters.errors.count(), 0);
    QCOMPARE(counters.server.countQuery(silentAt), 2);
    QVERIFY(!counters.server.connection(1)->isOpen());
}

/// A statement may take as long as it likes, unless it has a timeout.
void tst_SilentServer::limitOfAnotherVerb()
{
    FakeServer server;
    server.on("SELECT slow",
              [](FakeConnection &c) { QTimer::singleShot(600ms, &c, [&c] { c.ok(); }); });
    Connection connection(impatientOptions(server));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT slow"_s)));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_SilentServer::noLimit()
{
    FakeServer server;
    server.onCommand(FakeServer::Ping,
                     [](FakeConnection &c) { QTimer::singleShot(200ms, &c, [&c] { c.ok(); }); });
    ConnectionOptions options = optionsFor(server);
    options.setResponseTimeout(0ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_SilentServer::goodbye_data()
{
    QTest::addColumn<int>("connectTimeout");
    QTest::newRow("connect timeout") << 250;
    QTest::newRow("response timeout") << 0;
}

void tst_SilentServer::goodbye()
{
    QFETCH(const int, connectTimeout);
    FakeServer server;
    server.onCommand(FakeServer::Quit, FakeServer::stall);
    Connection connection(impatientOptions(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    ConnectionOptions options = connection.options();
    options.setConnectTimeout(std::chrono::milliseconds(connectTimeout));
    connection.setOptions(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    const OutcomePointer closed = watch(connection.close());
    const OutcomePointer next = watch(connection.execute(u"SELECT 3"_s));
    VERIFY_SUCCEEDS(closed);
    VERIFY_SUCCEEDS(next);
}

void tst_SilentServer::whatIsSentInBetween_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("connectTimeout");
    for (const QString &what : {u"idle validation"_s, u"transaction check"_s, u"absorber"_s}) {
        QTest::addRow("%s, connect timeout", qPrintable(what)) << what << 250;
        QTest::addRow("%s, response timeout", qPrintable(what)) << what << 0;
    }
}

void tst_SilentServer::whatIsSentInBetween()
{
    QFETCH(const QString, what);
    QFETCH(const int, connectTimeout);
    TransactionServer server;
    ConnectionOptions options = optionsFor(server);
    options.setConnectTimeout(std::chrono::milliseconds(connectTimeout));
    options.setResponseTimeout(250ms);
    options.setIdleValidationInterval(what == u"idle validation" ? 20ms : 0ms);
    server.onCommand(FakeServer::Ping, silentAtFirst());
    server.on("DO SLEEP(0)", silentAtFirst());
    server.on("SELECT slow", FakeServer::stall);
    server.on("INSERT wrong", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    Connection connection(options);
    if (what == u"transaction check") {
        Transaction *transaction = connection.beginTransaction();
        const TransactionOutcome outcome = watch(transaction);
        const OutcomePointer wrong = watch(transaction->execute(u"INSERT wrong"_s));
        const OutcomePointer behind = watch(transaction->execute(u"INSERT 2"_s));
        VERIFY_FAILS(wrong, ServerError, Rejected);
        VERIFY_FAILS(behind, TransactionEnded, NotSent);
        VERIFY_ENDS(outcome, Failed);
        QCOMPARE(outcome->error.code(), Error::ConnectionLost);
        QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    } else if (what == u"absorber") {
        Query *slow = connection.execute(u"SELECT slow"_s);
        slow->setTimeout(20ms);
        VERIFY_FAILS(watch(slow), QueryTimeout, Rejected);
    } else {
        VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
        QTest::qWait(40);
    }
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.countQuery("INSERT next"), 1);
}

QTEST_GUILESS_MAIN(tst_SilentServer)

#include "tst_silentserver.moc"
