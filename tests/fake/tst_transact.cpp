// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactionfixture.h"

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = Transaction::State;

/// Transactions that are given as a function, and done again.
class tst_Transact : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conflictIsTriedAgain_data();
    void conflictIsTriedAgain();
    void attemptsAreLimited();
    void otherErrorsAreNotTriedAgain();
    void lossIsNotTriedAgain();
    void bodyMayDeleteTheTransaction();
    void destructionBetweenAttempts_data();
    void destructionBetweenAttempts();
};

void tst_Transact::conflictIsTriedAgain_data()
{
    QTest::addColumn<bool>("isDeadlock");
    QTest::addColumn<QByteArray>("victim");
    QTest::newRow("deadlock") << true << "UPDATE 1"_ba;
    QTest::newRow("lock wait timeout") << false << "UPDATE 1"_ba;
    // Group replication finds conflicts only then.
    QTest::newRow("deadlock in COMMIT") << true << "COMMIT"_ba;
}

void tst_Transact::conflictIsTriedAgain()
{
    QFETCH(const bool, isDeadlock);
    QFETCH(const QByteArray, victim);
    TransactionServer server;
    for (int i = 0; i < 2; ++i)
        server.once(victim, isDeadlock ? server.deadlock() : TransactionServer::lockTimeout);
    Connection connection(optionsFor(server));
    int calls = 0;
    QList<OutcomePointer> inserts;
    QList<OutcomePointer> updates;
    QList<OutcomePointer> commits;
    Transaction *transaction = connection.transact([&](Transaction *attempt) {
        ++calls;
        QCOMPARE(attempt->attempt(), calls);
        QCOMPARE(attempt->state(), State::Active);
        inserts.append(watch(attempt->execute(u"INSERT 1"_s)));
        updates.append(watch(attempt->execute(u"UPDATE 1"_s)));
        commits.append(watch(attempt->commit()));
    });
    QCOMPARE(calls, 0);
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_ENDS(outcome, Committed);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(calls, 3);
    QCOMPARE(outcome->started, 3);
    for (int i = 0; i < 2; ++i) {
        VERIFY_SUCCEEDS(inserts[i]);
        QCOMPARE(updates[i]->finished, 1);
        if (victim == "COMMIT") {
            VERIFY_SUCCEEDS(updates[i]);
            VERIFY_FAILS(commits[i], ServerError, Rejected);
        } else {
            VERIFY_FAILS(updates[i], ServerError, Rejected);
            VERIFY_FAILS(commits[i], TransactionEnded, NotSent);
        }
    }
    VERIFY_SUCCEEDS(updates[2]);
    VERIFY_SUCCEEDS(commits[2]);
    QByteArrayList failing = {"START TRANSACTION", "INSERT 1", "UPDATE 1"};
    const QByteArrayList succeeding = failing + QByteArrayList({"COMMIT"});
    if (victim == "COMMIT")
        failing.append("COMMIT");
    failing.append("ROLLBACK");
    QByteArrayList queries = server.userQueries();
    // It comes where there was room between two attempts.
    QCOMPARE(queries.removeAll("INSERT next"), 1);
    QCOMPARE(queries, failing + failing + succeeding);
}

void tst_Transact::attemptsAreLimited()
{
    TransactionServer server;
    server.on("UPDATE 1", server.deadlock());
    Connection connection(optionsFor(server));
    TransactionOptions options;
    options.setMaximumAttempts(2);
    int calls = 0;
    Transaction *transaction = connection.transact(
        [&calls](Transaction *attempt) {
            ++calls;
            attempt->execute(u"UPDATE 1"_s);
            attempt->commit();
        },
        options);
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    QCOMPARE(calls, 2);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("COMMIT"), 0);
}

void tst_Transact::otherErrorsAreNotTriedAgain()
{
    TransactionServer server;
    server.on("INSERT 1", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    Connection connection(optionsFor(server));
    int calls = 0;
    Transaction *transaction = connection.transact([&calls](Transaction *attempt) {
        ++calls;
        Query *query = attempt->execute(u"INSERT 1"_s);
        connect(query, &Job::errorOccurred, attempt, [attempt] { attempt->rollback(); });
    });
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_ENDS(outcome, RolledBack);
    QCOMPARE(calls, 1);
}

void tst_Transact::lossIsNotTriedAgain()
{
    TransactionServer server;
    server.on("INSERT 1", [](FakeConnection &c) { c.reset(); });
    Connection connection(optionsFor(server));
    int calls = 0;
    Transaction *transaction = connection.transact([&calls](Transaction *attempt) {
        ++calls;
        attempt->execute(u"INSERT 1"_s);
        attempt->commit();
    });
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(calls, 1);
}

void tst_Transact::bodyMayDeleteTheTransaction()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    const auto token = std::make_shared<int>(5);
    bool wasDeleted = false;
    connection.transact([token, &wasDeleted](Transaction *attempt) {
        attempt->execute(u"INSERT 1"_s);
        delete attempt;
        wasDeleted = *token == 5;
    });
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QVERIFY(wasDeleted);
    QCOMPARE(server.userQueries(),
             QByteArrayList({"START TRANSACTION", "ROLLBACK", "INSERT next"}));
}

void tst_Transact::destructionBetweenAttempts_data()
{
    QTest::addColumn<bool>("byConnection");
    QTest::newRow("of the transaction") << false;
    QTest::newRow("of the connection") << true;
}

void tst_Transact::destructionBetweenAttempts()
{
    QFETCH(const bool, byConnection);
    TransactionServer server;
    server.on("UPDATE 1", server.deadlock());
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(10min);
    policy.setMaximumDelay(10min);
    options.setRetryPolicy(policy);
    auto connection = std::make_unique<Connection>(options);
    Transaction *transaction = connection->transact([](Transaction *attempt) {
        attempt->execute(u"UPDATE 1"_s);
        attempt->commit();
    });
    const TransactionOutcome outcome = watch(transaction);
    QTRY_COMPARE(transaction->attempt(), 2);
    QCOMPARE(transaction->state(), State::Waiting);
    // The connection is not held up by the pause.
    VERIFY_SUCCEEDS(watch(connection->execute(u"INSERT next"_s)));
    const OutcomePointer late = watch(transaction->execute(u"INSERT late"_s));
    VERIFY_FAILS(late, TransactionEnded, NotSent);
    if (byConnection) {
        connection.reset();
        VERIFY_ENDS(outcome, Failed);
        QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    } else {
        delete transaction;
        VERIFY_SUCCEEDS(watch(connection->execute(u"INSERT last"_s)));
        QCOMPARE(outcome->finished, 0);
    }
    QCOMPARE(server.countQuery("START TRANSACTION"), 1);
}

QTEST_GUILESS_MAIN(tst_Transact)

#include "tst_transact.moc"
