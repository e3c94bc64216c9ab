// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipelinefixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Transaction>

#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The server does not answer the preparation that comes before an execution. The connection is
/// open.
class tst_SilentPreparation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isSentAgain_data();
    void isSentAgain();
    void failsInTheEnd_data();
    void failsInTheEnd();
    void inATransaction();
    void executionBehindItsPreparation_data();
    void executionBehindItsPreparation();
};

namespace {

/// Answers that the statement has one parameter.
void prepare(FakeConnection &connection)
{
    // Number 1, no columns, one parameter.
    connection.send(QByteArray::fromHex("00 01000000 0000 0100 00 0000"));
    connection.send(columnPayload({"?"}, connection.capabilities()));
    connection.done();
}

/// With a server that gets the execution in one go with the preparation, or behind its answer.
ConnectionOptions preparingOptions(FakeServer *server, bool isAhead)
{
    if (isAhead)
        server->setGreeting(FakeGreeting::mariaDb());
    ConnectionOptions options = optionsFor(*server);
    options.setResponseTimeout(250ms);
    options.setAutoPrepareEnabled(true);
    options.setPipelineDepth(isAhead ? 64 : 1);
    return options;
}

Job *startPrepared(const QString &what, Connection *connection)
{
    if (what == u"batch")
        return connection->executeBatch(u"INSERT (?)"_s, {QVariantList{1}, QVariantList{2}});
    return connection->execute(what == u"read" ? u"SELECT ? + 1"_s : u"INSERT (?)"_s, {1});
}

} // namespace

void tst_SilentPreparation::isSentAgain_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isAhead");
    QTest::newRow("write") << u"write"_s << false;
    QTest::newRow("read") << u"read"_s << false;
    QTest::newRow("batch") << u"batch"_s << false;
    QTest::newRow("read in one go with its preparation") << u"read"_s << true;
    QTest::newRow("batch, MariaDB") << u"batch"_s << true;
}

void tst_SilentPreparation::isSentAgain()
{
    QFETCH(const QString, what);
    QFETCH(const bool, isAhead);
    FakeServer server;
    server.onCommand(Prepare, [](FakeConnection &c) {
        if (c.number() > 1)
            prepare(c);
    });
    Connection connection(preparingOptions(&server, isAhead));
    const OutcomePointer outcome = watch(startPrepared(what, &connection));
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_SUCCEEDS(outcome);
    VERIFY_SUCCEEDS(next);
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.userQueries(1), QByteArrayList());
    QCOMPARE(server.count(Execute), what == u"batch" ? 2 : 1);
}

void tst_SilentPreparation::failsInTheEnd_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isAhead");
    QTest::addColumn<Error::Execution>("execution");
    QTest::addColumn<int>("attempts");
    QTest::newRow("write") << u"write"_s << false << Error::Execution::NotSent << 2;
    QTest::newRow("batch") << u"batch"_s << false << Error::Execution::NotSent << 2;
    // What was sent with it may have been executed since.
    QTest::newRow("write in one go with its preparation")
        << u"write"_s << true << Error::Execution::Unknown << 1;
}

void tst_SilentPreparation::failsInTheEnd()
{
    QFETCH(const QString, what);
    QFETCH(const bool, isAhead);
    QFETCH(const Error::Execution, execution);
    QFETCH(const int, attempts);
    FakeServer server;
    server.onCommand(Prepare, FakeServer::stall);
    ConnectionOptions options = preparingOptions(&server, isAhead);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(2);
    options.setRetryPolicy(policy);
    Connection connection(options);
    const OutcomePointer outcome = watch(startPrepared(what, &connection));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::ConnectionLost), describe(outcome).constData());
    QCOMPARE(outcome->error.execution(), execution);
    QVERIFY2(outcome->error.message().contains(u"responseTimeout"), describe(outcome).constData());
    QCOMPARE(server.count(Prepare), attempts);
    QCOMPARE(server.count(Execute), 0);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.connectionCount(), attempts + 1);
}

void tst_SilentPreparation::inATransaction()
{
    TransactionServer server;
    server.onCommand(Prepare, FakeServer::stall);
    Connection connection(preparingOptions(&server, false));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer insert = watch(transaction->execute(u"INSERT (?)"_s, {1}));
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_FAILS(insert, ConnectionLost, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.count(Prepare), 1);
}

void tst_SilentPreparation::executionBehindItsPreparation_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isAhead");
    QTest::newRow("query") << u"write"_s << false;
    QTest::newRow("batch") << u"batch"_s << false;
    QTest::newRow("query in one go with its preparation") << u"write"_s << true;
}

/// Only the preparation has a limit.
void tst_SilentPreparation::executionBehindItsPreparation()
{
    QFETCH(const QString, what);
    QFETCH(const bool, isAhead);
    FakeServer server;
    server.onCommand(Prepare, prepare);
    server.onCommand(Execute,
                     [](FakeConnection &c) { QTimer::singleShot(600ms, &c, [&c] { c.ok(); }); });
    Connection connection(preparingOptions(&server, isAhead));
    VERIFY_SUCCEEDS(watch(startPrepared(what, &connection)));
    QCOMPARE(server.connectionCount(), 1);
}

QTEST_GUILESS_MAIN(tst_SilentPreparation)

#include "tst_silentpreparation.moc"
