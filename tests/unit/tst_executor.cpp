// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Executor>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>
#include <QtCore/qurl.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

/// What every executor can be asked for: a transaction.
class tst_Executor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsNoTransactionByDefault();
    void callsNoBodyByDefault();
    void jobsOfARefusedTransactionFail();
    void refusedTransactionStaysWhileItsJobsEnd();
    void refusesInTheCallersThread();
    void connectionBeginsTransactionsAsAnExecutor();
    void transactionsDoNotNest();
};

namespace {

/// An executor of an application: it hands statements on, and knows nothing of transactions.
class Forwarder : public Executor
{
public:
    using Executor::execute;
    Query *execute(const QString &sql, const QVariantList &parameters) override
    {
        return connection.execute(sql, parameters);
    }
    Query *execute(const QString &sql, const QVariantMap &parameters) override
    {
        return connection.execute(sql, parameters);
    }
    Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows) override
    {
        return connection.executeBatch(sql, rows);
    }
    PreparedStatement *prepare(const QString &sql) override { return connection.prepare(sql); }

    Connection connection;
};

/// What a transaction has emitted.
class Watcher
{
public:
    explicit Watcher(Transaction *transaction)
        : object(transaction)
    {
        QObject::connect(transaction, &Transaction::started, &context,
                         [this] { log += u"started "_s; });
        QObject::connect(transaction, &Transaction::errorOccurred, &context,
                         [this](const Error &reason) {
                             log += u"error "_s;
                             error = reason;
                         });
        QObject::connect(transaction, &Transaction::finished, &context, [this] {
            log += u"finished"_s;
            state = object->state();
        });
    }

    QPointer<Transaction> object;
    QString log;
    Error error;
    Transaction::State state = Transaction::State::Waiting;
    QObject context;
};

#define VERIFY_NOT_SUPPORTED(watcher) \
    QTRY_VERIFY(!(watcher).object); \
    QCOMPARE((watcher).log, u"error finished"_s); \
    QCOMPARE((watcher).state, Transaction::State::Failed); \
    QCOMPARE((watcher).error.code(), Error::NotSupported); \
    QCOMPARE((watcher).error.execution(), Error::Execution::NotSent)

} // namespace

void tst_Executor::beginsNoTransactionByDefault()
{
    Forwarder forwarder;
    Transaction *transaction = forwarder.beginTransaction();
    QCOMPARE(transaction->parent(), &forwarder);
    QCOMPARE(transaction->state(), Transaction::State::Waiting);
    const Watcher watcher(transaction);
    QVERIFY(watcher.log.isEmpty());
    VERIFY_NOT_SUPPORTED(watcher);
    QCOMPARE(forwarder.connection.state(), Connection::State::Unconnected);
}

void tst_Executor::callsNoBodyByDefault()
{
    Forwarder forwarder;
    int bodies = 0;
    const Watcher watcher(forwarder.transact([&](Transaction *) { ++bodies; }));
    VERIFY_NOT_SUPPORTED(watcher);
    QCOMPARE(bodies, 0);
}

void tst_Executor::jobsOfARefusedTransactionFail()
{
    Forwarder forwarder;
    Transaction *transaction = forwarder.beginTransaction();
    transaction->setAutoDelete(false);
    Job *const jobs[] = {
        transaction->execute(u"INSERT INTO t VALUES (1)"_s),
        transaction->executeBatch(u"INSERT INTO t VALUES (?)"_s, {{1}, {2}}),
        transaction->prepare(u"SELECT 1"_s)->execute(),
        transaction->savepoint(u"before"_s),
        transaction->commit(),
        transaction->rollback(),
    };
    int finished = 0;
    for (Job *job : jobs) {
        job->setAutoDelete(false);
        QCOMPARE(job->parent(), transaction);
        connect(job, &Job::finished, this, [&] { ++finished; });
    }
    QTRY_COMPARE(finished, 6);
    for (const Job *job : jobs) {
        QCOMPARE(job->error().code(), Error::NotSupported);
        QCOMPARE(job->error().execution(), Error::Execution::NotSent);
    }
    QVERIFY(transaction->isFinished());
}

void tst_Executor::refusedTransactionStaysWhileItsJobsEnd()
{
    Forwarder forwarder;
    Transaction *transaction = forwarder.beginTransaction();
    const Watcher watcher(transaction);
    Query *last = nullptr;
    int ended = 0;
    connect(transaction, &Transaction::finished, this, [&] {
        last = transaction->execute(u"INSERT INTO t VALUES (1)"_s);
        connect(last, &Query::finished, this, [&] { ++ended; });
    });
    VERIFY_NOT_SUPPORTED(watcher);
    QCOMPARE(ended, 1);
}

void tst_Executor::refusesInTheCallersThread()
{
    Forwarder forwarder;
    bool hasParent = true;
    Error error;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        Transaction *transaction = forwarder.beginTransaction();
        hasParent = transaction->parent() != nullptr;
        const Watcher watcher(transaction);
        while (watcher.object)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        error = watcher.error;
    }));
    thread->start();
    QVERIFY(thread->wait(30000));
    QVERIFY(!hasParent);
    QCOMPARE(error.code(), Error::NotSupported);
}

void tst_Executor::connectionBeginsTransactionsAsAnExecutor()
{
    auto connection = std::make_unique<Connection>();
    Executor &executor = *connection;
    const Watcher begun(executor.beginTransaction());
    const Watcher withBody(executor.transact([](Transaction *) {}));
    QCOMPARE(begun.object->parent(), connection.get());
    QCOMPARE(connection->pendingJobs(), 2);
    connection.reset();
    QCOMPARE(begun.error.code(), Error::ConnectionClosed);
    QCOMPARE(withBody.error.code(), Error::ConnectionClosed);
}

void tst_Executor::transactionsDoNotNest()
{
    // Nobody listens there: the transaction waits.
    Connection connection(QUrl(u"mysql://anna@127.0.0.1:1/?tls-mode=disabled"_s));
    Transaction *transaction = connection.beginTransaction();
    Executor &executor = *transaction;
    int bodies = 0;
    const Watcher nested(executor.beginTransaction());
    const Watcher withBody(executor.transact([&](Transaction *) { ++bodies; }));
    QCOMPARE(nested.object->parent(), transaction);
    VERIFY_NOT_SUPPORTED(nested);
    VERIFY_NOT_SUPPORTED(withBody);
    QVERIFY(nested.error.message().contains("savepoint()"_L1));
    QCOMPARE(bodies, 0);
    QVERIFY(!transaction->isFinished());
}

QTEST_GUILESS_MAIN(tst_Executor)
#include "tst_executor.moc"
