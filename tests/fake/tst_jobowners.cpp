// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What was given another parent, and outlives the connection or transaction that it came from.

#include "transactionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtCore/qeventloop.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr quint8 Prepare = 0x16;

} // namespace

class tst_JobOwners : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsOutliveTheirConnection_data();
    void jobsOutliveTheirConnection();
    void jobOutlivesTheConnectionThatItsSlotDeletes_data();
    void jobOutlivesTheConnectionThatItsSlotDeletes();
    void jobKeepsItsPlaceWithAnotherParent();
    void statementOutlivesItsConnection();
    void statementIsPreparedWhenItsConnectionGoes();
    void transactionOutlivesItsConnection_data();
    void transactionOutlivesItsConnection();
    void jobThatIsAskedForWhileItsConnectionGoes();
    void statementOutlivesItsTransaction();
    void jobsOutliveTheirTransaction_data();
    void jobsOutliveTheirTransaction();
    void runningJobEndsBeforeItsTransactionGoes();
    void anyOrderOfDestruction();
};

void tst_JobOwners::jobsOutliveTheirConnection_data()
{
    QTest::addColumn<bool>("otherParent");
    QTest::addColumn<bool>("aborted");
    QTest::newRow("no parent") << false << false;
    QTest::newRow("another parent") << true << false;
    QTest::newRow("no parent, aborted before") << false << true;
    QTest::newRow("another parent, aborted before") << true << true;
}

void tst_JobOwners::jobsOutliveTheirConnection()
{
    QFETCH(const bool, otherParent);
    QFETCH(const bool, aborted);
    FakeServer server;
    server.on("INSERT 1", FakeServer::stall);
    QObject other;
    auto connection = std::make_unique<Connection>(optionsFor(server));
    const std::array<QPointer<Job>, 5> jobs
        = {connection->execute(u"INSERT 1"_s), connection->execute(u"INSERT 2"_s),
           connection->executeBatch(u"INSERT ?"_s, {{1}}), connection->ping(), connection->close()};
    QStringList order;
    std::vector<OutcomePointer> outcomes;
    for (const QPointer<Job> &job : jobs) {
        job->setParent(otherParent ? &other : nullptr);
        outcomes.push_back(watch(job, &order, QString::number(outcomes.size())));
    }
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    if (aborted)
        connection->abort();
    connection.reset();
    QCOMPARE(order, QStringList({u"0"_s, u"1"_s, u"2"_s, u"3"_s, u"4"_s}));
    VERIFY_FAILS(outcomes[0], ConnectionClosed, Unknown);
    for (const size_t waiting : {1, 2, 3})
        VERIFY_FAILS(outcomes[waiting], ConnectionClosed, NotSent);
    VERIFY_SUCCEEDS(outcomes[4]);
    for (const QPointer<Job> &job : jobs)
        QTRY_VERIFY(job.isNull());
    for (const OutcomePointer &outcome : outcomes)
        QCOMPARE(outcome->finished, 1);
}

void tst_JobOwners::jobOutlivesTheConnectionThatItsSlotDeletes_data()
{
    QTest::addColumn<QString>("slot");
    for (const char *slot : {"running", "state", "error", "finished"})
        QTest::newRow(slot) << QString::fromLatin1(slot);
}

void tst_JobOwners::jobOutlivesTheConnectionThatItsSlotDeletes()
{
    QFETCH(const QString, slot);
    FakeServer server;
    server.on("SELEC 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    QPointer<Connection> connection = new Connection(optionsFor(server));
    QPointer<Query> job = connection->execute(u"SELEC 1"_s);
    job->setParent(nullptr);
    const OutcomePointer outcome = watch(job);
    const auto destroy = [connection] { delete connection; };
    if (slot == u"error")
        connect(job, &Job::errorOccurred, this, destroy);
    else if (slot == u"finished")
        connect(job, &Job::finished, this, destroy);
    else
        connect(job, &Job::stateChanged, this, [destroy, slot](Job::State state) {
            if ((state == Job::State::Running) == (slot == u"running"))
                destroy();
        });
    const OutcomePointer behind = watch(connection->execute(u"INSERT 2"_s));
    QTRY_VERIFY(connection.isNull());
    QTRY_VERIFY(job.isNull());
    QCOMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(behind->finished, 1);
}

void tst_JobOwners::jobKeepsItsPlaceWithAnotherParent()
{
    FakeServer server;
    server.once("INSERT 1", FakeServer::stall);
    Connection connection(optionsFor(server));
    QObject other;
    QStringList order;
    Query *first = connection.execute(u"INSERT 1"_s);
    QPointer<Query> second = connection.execute(u"INSERT 2"_s);
    const OutcomePointer firstEnd = watch(first, &order, u"1"_s);
    const OutcomePointer secondEnd = watch(second, &order, u"2"_s);
    const OutcomePointer thirdEnd = watch(connection.execute(u"INSERT 3"_s), &order, u"3"_s);
    second->setParent(&other);
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    first->setParent(nullptr);
    server.connection()->ok();
    VERIFY_SUCCEEDS(thirdEnd);
    QCOMPARE(order, QStringList({u"1"_s, u"2"_s, u"3"_s}));
    QTRY_VERIFY(second.isNull());
}

void tst_JobOwners::statementOutlivesItsConnection()
{
    FakeServer server;
    server.onCommand(Prepare, [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    auto connection = std::make_unique<Connection>(optionsFor(server));
    const std::unique_ptr<PreparedStatement> statement(connection->prepare(u"SELECT ?"_s));
    statement->setParent(nullptr);
    const OutcomePointer running = watch(statement->execute({1}));
    connection.reset();
    VERIFY_FAILS(running, ConnectionClosed, NotSent);
    QCOMPARE(statement->sql(), u"SELECT ?"_s);
    const OutcomePointer query = watch(statement->execute({1}));
    const OutcomePointer named = watch(statement->execute(QVariantMap{{u"a"_s, 1}}));
    Batch *insert = statement->executeBatch({{1}, {2}});
    QCOMPARE(insert->rowCount(), 2);
    const OutcomePointer batch = watch(insert);
    QPointer<Query> cancelled = statement->execute({1});
    cancelled->setTimeout(1s);
    cancelled->setQueueTimeout(1s);
    cancelled->setStreaming(true);
    cancelled->cancel();
    const OutcomePointer cancelledEnd = watch(cancelled);
    for (const OutcomePointer &outcome : {query, named, batch, cancelledEnd})
        QCOMPARE(outcome->finished, 0);
    for (const OutcomePointer &outcome : {query, named, batch, cancelledEnd})
        VERIFY_FAILS(outcome, ConnectionClosed, NotSent);
    QTRY_VERIFY(cancelled.isNull());
}

void tst_JobOwners::statementIsPreparedWhenItsConnectionGoes()
{
    FakeServer server;
    server.onCommand(Prepare, FakeServer::stall);
    auto connection = std::make_unique<Connection>(optionsFor(server));
    const std::unique_ptr<PreparedStatement> statement(connection->prepare(u"SELECT ?"_s));
    statement->setParent(nullptr);
    int errors = 0;
    connect(statement.get(), &PreparedStatement::errorOccurred, this, [&errors] { ++errors; });
    QTRY_COMPARE(server.count(Prepare), 1);
    connection.reset();
    QCOMPARE(errors, 1);
    QCOMPARE(statement->error().code(), Error::ConnectionClosed);
    QVERIFY(!statement->isPrepared());
}

void tst_JobOwners::transactionOutlivesItsConnection_data()
{
    QTest::addColumn<QByteArray>("stalled");
    QTest::addColumn<Error::Execution>("execution");
    QTest::newRow("waiting") << "INSERT before"_ba << Error::Execution::NotSent;
    QTest::newRow("beginning") << "START TRANSACTION"_ba << Error::Execution::Rejected;
    QTest::newRow("active") << "INSERT inside"_ba << Error::Execution::Rejected;
    QTest::newRow("committing") << "COMMIT"_ba << Error::Execution::Unknown;
}

void tst_JobOwners::transactionOutlivesItsConnection()
{
    QFETCH(const QByteArray, stalled);
    QFETCH(const Error::Execution, execution);
    TransactionServer server;
    server.on(stalled, FakeServer::stall);
    QPointer<Connection> connection = new Connection(optionsFor(server));
    connection->execute(u"INSERT before"_s);
    const std::unique_ptr<Transaction> transaction(connection->beginTransaction());
    transaction->setParent(nullptr);
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction.get());
    const OutcomePointer inside = watch(transaction->execute(u"INSERT inside"_s));
    const OutcomePointer commit = watch(transaction->commit());
    QTRY_COMPARE(server.countQuery(stalled), 1);
    delete connection;
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionClosed);
    QCOMPARE(outcome->error.execution(), execution);
    QCOMPARE(inside->finished, 1);
    QCOMPARE(commit->finished, 1);
    QVERIFY(commit->error);

    const std::vector<Job *> late = {transaction->execute(u"INSERT 1"_s),
                                     transaction->execute(u"INSERT :a"_s, QVariantMap{{u"a"_s, 1}}),
                                     transaction->executeBatch(u"INSERT ?"_s, {{1}}),
                                     transaction->savepoint(u"a"_s),
                                     transaction->rollbackTo(u"a"_s),
                                     transaction->releaseSavepoint(u"a"_s),
                                     transaction->commit(),
                                     transaction->rollback()};
    std::vector<OutcomePointer> lateEnds;
    for (Job *job : late)
        lateEnds.push_back(watch(job));
    PreparedStatement *statement = transaction->prepare(u"SELECT ?"_s);
    int errors = 0;
    connect(statement, &PreparedStatement::errorOccurred, this, [&errors] { ++errors; });
    lateEnds.push_back(watch(statement->execute({1})));
    for (const OutcomePointer &lateEnd : lateEnds)
        VERIFY_FAILS(lateEnd, ConnectionClosed, NotSent);
    QCOMPARE(errors, 1);
    QCOMPARE(outcome->finished, 1);
}

// A slot that always asks for something new is not followed for ever, but each job ends.
void tst_JobOwners::jobThatIsAskedForWhileItsConnectionGoes()
{
    FakeServer server;
    const QPointer<Connection> connection = new Connection(optionsFor(server));
    QObject other;
    int asked = 0;
    int ended = 0;
    std::function<void()> ask = [&] {
        ++asked;
        Query *query = connection->execute(u"INSERT 1"_s);
        query->setParent(&other);
        connect(query, &Job::finished, this, [&, query] {
            QCOMPARE(query->error().code(), Error::ConnectionClosed);
            ++ended;
            if (connection && asked < 100)
                ask();
        });
    };
    ask();
    delete connection;
    QVERIFY(asked > 1);
    QVERIFY(asked < 100);
    QTRY_COMPARE(ended, asked);
    QTRY_VERIFY(other.children().isEmpty());
}

void tst_JobOwners::statementOutlivesItsTransaction()
{
    TransactionServer server;
    server.onCommand(Prepare, [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    Connection connection(optionsFor(server));
    std::unique_ptr<Transaction> transaction(connection.beginTransaction());
    const std::unique_ptr<PreparedStatement> statement(transaction->prepare(u"SELECT ?"_s));
    statement->setParent(nullptr);
    QTRY_COMPARE(statement->error().serverErrorNumber(), 1064);
    transaction.reset();
    VERIFY_FAILS(watch(statement->execute({1})), TransactionEnded, NotSent);
    VERIFY_FAILS(watch(statement->executeBatch({{1}})), TransactionEnded, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "ROLLBACK", "INSERT 1"}));
}

void tst_JobOwners::jobsOutliveTheirTransaction_data()
{
    QTest::addColumn<QByteArray>("stalled");
    QTest::newRow("while it waits") << "INSERT before"_ba;
    QTest::newRow("while it begins") << "START TRANSACTION"_ba;
    QTest::newRow("while a job runs") << "INSERT slow"_ba;
}

void tst_JobOwners::jobsOutliveTheirTransaction()
{
    QFETCH(const QByteArray, stalled);
    TransactionServer server;
    server.once(stalled, FakeServer::stall);
    Connection connection(optionsFor(server));
    connection.execute(u"INSERT before"_s);
    std::unique_ptr<Transaction> transaction(connection.beginTransaction());
    std::vector<OutcomePointer> outcomes;
    for (Job *job : std::initializer_list<Job *>{transaction->execute(u"INSERT slow"_s),
                                                 transaction->execute(u"INSERT waiting"_s),
                                                 transaction->commit()}) {
        job->setParent(nullptr);
        outcomes.push_back(watch(job));
    }
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(server.countQuery(stalled), 1);
    transaction.reset();
    VERIFY_FAILS(outcomes[1], TransactionEnded, NotSent);
    VERIFY_FAILS(outcomes[2], TransactionEnded, NotSent);
    server.answer(*server.connection());
    VERIFY_SUCCEEDS(next);
    if (stalled == "INSERT slow")
        VERIFY_SUCCEEDS(outcomes[0]);
    else
        VERIFY_FAILS(outcomes[0], TransactionEnded, NotSent);
    const QByteArrayList queries = server.userQueries(1);
    QVERIFY(!queries.contains("INSERT waiting"));
    QVERIFY(!queries.contains("COMMIT"));
    QCOMPARE(queries.count("ROLLBACK"), stalled == "INSERT before" ? 0 : 1);
}

// The transaction fails with the job that met its time-out, and deletes itself.
void tst_JobOwners::runningJobEndsBeforeItsTransactionGoes()
{
    TransactionServer server;
    server.once("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    QPointer<Transaction> transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    QPointer<Query> slow = transaction->execute(u"INSERT slow"_s);
    const OutcomePointer slowEnd = watch(slow);
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    Query *waiting = transaction->execute(u"INSERT waiting"_s);
    waiting->setQueueTimeout(20ms);
    const OutcomePointer expired = watch(waiting);
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_FAILS(expired, QueueTimeout, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::QueueTimeout);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(slow);
    QCOMPARE(slowEnd->finished, 0);
    server.answer(*server.connection());
    QTRY_COMPARE(slowEnd->finished, 1);
    QTRY_VERIFY(transaction.isNull());
    QVERIFY(slow.isNull());
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.userQueries(),
             QByteArrayList({"START TRANSACTION", "INSERT slow", "ROLLBACK", "INSERT next"}));
}

// Every object belongs to a std::unique_ptr of its own.
void tst_JobOwners::anyOrderOfDestruction()
{
    TransactionServer server;
    server.onCommand(Prepare, FakeServer::stall);
    std::array<int, 5> order = {0, 1, 2, 3, 4};
    do {
        auto connection = std::make_unique<Connection>(optionsFor(server));
        std::unique_ptr<Transaction> transaction(connection->beginTransaction());
        std::unique_ptr<PreparedStatement> statement(transaction->prepare(u"SELECT ?"_s));
        std::unique_ptr<Query> prepared(statement->execute({1}));
        std::unique_ptr<Query> query(connection->execute(u"INSERT 1"_s));
        for (QObject *object : std::initializer_list<QObject *>{transaction.get(), statement.get(),
                                                                prepared.get(), query.get()})
            object->setParent(nullptr);
        transaction->setAutoDelete(false);
        prepared->setAutoDelete(false);
        query->setAutoDelete(false);
        const TransactionOutcome transactionEnd = watch(transaction.get());
        const OutcomePointer preparedEnd = watch(prepared.get());
        const OutcomePointer queryEnd = watch(query.get());
        const int before = server.count(Prepare);
        QTRY_COMPARE(server.count(Prepare), before + 1);
        const std::array<std::function<void()>, 5> destructions
            = {[&] { connection.reset(); }, [&] { transaction.reset(); },
               [&] { statement.reset(); }, [&] { prepared.reset(); }, [&] { query.reset(); }};
        std::array<bool, 5> isGone = {};
        for (const int next : order) {
            destructions[size_t(next)]();
            isGone[size_t(next)] = true;
            if (isGone[0]) {
                // Those that are there have told their end.
                QCOMPARE(transactionEnd->finished, isGone[1] ? transactionEnd->finished : 1);
                QCOMPARE(preparedEnd->finished, isGone[3] ? preparedEnd->finished : 1);
                QCOMPARE(queryEnd->finished, isGone[4] ? queryEnd->finished : 1);
            }
            QCoreApplication::processEvents();
        }
        QVERIFY(transactionEnd->finished <= 1);
        QVERIFY(preparedEnd->finished <= 1);
        QVERIFY(queryEnd->finished <= 1);
    } while (std::next_permutation(order.begin(), order.end()));
}

QTEST_GUILESS_MAIN(tst_JobOwners)

#include "tst_jobowners.moc"
