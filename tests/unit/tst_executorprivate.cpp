// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandqueue.h"
#include "commandsink.h"
#include "executor_p.h"
#include "jobdelivery.h"
#include "sessioncommands.h"
#include "transactioncommands.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/query.h>
#include <AsyncMySql/transaction.h>

#include <QtCore/qpointer.h>
#include <QtCore/qstringlist.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Keeps what it is given, or passes it on.
class FakeSink : public CommandSink
{
    Q_OBJECT

public:
    ~FakeSink() override
    {
        for (const CommandPointer &command : commands) {
            if (!command->isFinished())
                command->finish(Error(Error::ConnectionClosed, u"The sink is gone"_s));
        }
    }

    const Defaults &defaults() const override { return values; }
    const std::shared_ptr<StatementKindCache> &statementKinds() const override { return kinds; }
    void submit(CommandPointer command) override
    {
        if (next) {
            next->submit(std::move(command));
            return;
        }
        command->holder = this;
        commands.push_back(std::move(command));
    }
    void cancel(Command *command, Error::Code reason) override
    {
        cancelled.push_back(command);
        command->finish(Error(reason, u"Cancelled"_s));
    }
    void updateDeadline(const Command &command) override { deadlines.push_back(&command); }
    void resume() override { ++resumed; }
    void abandon(const TransactionLeasePointer &lease, Command *) override { lease->abandon(); }
    void pin(const QString &sql) override { pinned.append(sql); }
    void unpin(const QString &sql) override { pinned.removeOne(sql); }

    Defaults values;
    std::shared_ptr<StatementKindCache> kinds = std::make_shared<StatementKindCache>();
    CommandSink *next = nullptr;
    std::vector<CommandPointer> commands;
    std::vector<const Command *> cancelled;
    std::vector<const Command *> deadlines;
    QStringList pinned;
    int resumed = 0;
};

class tst_ExecutorPrivate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void commandsBeginWithTheDefaults();
    void commandsHaveTheLease();
    void jobsAskTheSinkThatHasTheCommand();
    void endedCommandsHaveNoSink();
    void commandsOutliveTheirSink();
    void statementsArePinned();
    void jobsFailWithoutASink();
    void transactionsFailWithoutASink();
    void refusedJobsHaveNoOwner();
    void transactionsEndWithTheSink();

private:
    std::unique_ptr<FakeSink> m_sink;
    std::unique_ptr<JobNotifier> m_notifier;
    std::unique_ptr<QObject> m_owner;
    std::shared_ptr<ExecutorPrivate> m_executor;
};

void tst_ExecutorPrivate::init()
{
    m_sink = std::make_unique<FakeSink>();
    m_notifier = std::make_unique<JobNotifier>(nullptr);
    m_owner = std::make_unique<QObject>();
    m_executor = std::make_shared<ExecutorPrivate>(Error(), m_owner.get());
    m_executor->setSink(m_sink.get(), m_notifier.get());
}

void tst_ExecutorPrivate::cleanup()
{
    m_owner.reset();
    m_sink.reset();
    m_notifier.reset();
    m_executor.reset();
}

void tst_ExecutorPrivate::commandsBeginWithTheDefaults()
{
    m_sink->values.queueTimeout = 1h;
    m_sink->values.queryTimeout = 2s;
    m_sink->values.preparesParameters = false;
    Query *query = m_executor->execute(u"SELECT ?"_s, QVariantList{1});
    QCOMPARE(query->parent(), m_owner.get());
    QCOMPARE(query->sql(), u"SELECT ?"_s);
    QCOMPARE(query->timeout(), 2s);
    QVERIFY(query->queueTimeout() > 59min);
    QVERIFY(!query->isPrepared());
    Batch *batch = m_executor->executeBatch(u"INSERT ?"_s, {{1}, {2}});
    QCOMPARE(batch->rowCount(), 2);
    QCOMPARE(batch->timeout(), 2s);
    m_executor->submit(std::make_shared<PingCommand>());
    QCOMPARE(m_sink->commands.size(), 3U);
    for (const CommandPointer &command : m_sink->commands) {
        QVERIFY(!command->queueDeadline.isForever());
        QVERIFY(!command->lease);
    }
}

void tst_ExecutorPrivate::commandsHaveTheLease()
{
    const auto lease = std::make_shared<TransactionLease>();
    m_executor->setLease(lease);
    m_executor->execute(u"SELECT 1"_s, {});
    m_executor->setLease({});
    m_executor->execute(u"SELECT 2"_s, {});
    QCOMPARE(m_sink->commands.size(), 2U);
    QCOMPARE(m_sink->commands[0]->lease, lease);
    QCOMPARE(m_sink->commands[1]->lease, nullptr);
}

// As with a pool that chooses a connection.
void tst_ExecutorPrivate::jobsAskTheSinkThatHasTheCommand()
{
    FakeSink other;
    m_sink->next = &other;
    Query *query = m_executor->execute(u"SELECT 1"_s, {});
    query->setAutoDelete(false);
    QCOMPARE(m_sink->commands.size(), 0U);
    QCOMPARE(other.commands.size(), 1U);
    query->setQueueTimeout(1h);
    query->takeRows();
    QCOMPARE(other.deadlines.size(), 1U);
    QCOMPARE(other.resumed, 1);
    query->cancel();
    QCOMPARE(other.cancelled.size(), 1U);
    QVERIFY(m_sink->deadlines.empty() && m_sink->cancelled.empty() && m_sink->resumed == 0);
    QSignalSpy finished(query, &Job::finished);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(query->error().code(), Error::Cancelled);
    delete m_executor->execute(u"SELECT 2"_s, {});
    QCOMPARE(other.cancelled.size(), 2U);
}

void tst_ExecutorPrivate::endedCommandsHaveNoSink()
{
    Query *query = m_executor->execute(u"SELECT 1"_s, {});
    query->setAutoDelete(false);
    m_sink->commands[0]->finish({});
    query->cancel();
    query->setQueueTimeout(1h);
    query->setBufferLimit(1);
    query->takeRows();
    delete query;
    QVERIFY(m_sink->deadlines.empty() && m_sink->cancelled.empty() && m_sink->resumed == 0);
}

void tst_ExecutorPrivate::commandsOutliveTheirSink()
{
    Query *query = m_executor->execute(u"SELECT 1"_s, {});
    const CommandPointer command = m_sink->commands[0];
    // Not ended, as it should be.
    m_sink->commands.clear();
    m_sink.reset();
    QVERIFY(!command->isFinished());
    QVERIFY(!command->holder);
    query->cancel();
    query->setQueueTimeout(1h);
    query->takeRows();
    delete query;
}

void tst_ExecutorPrivate::statementsArePinned()
{
    const std::unique_ptr<PreparedStatement> statement(m_executor->prepare(u"SELECT ?"_s));
    statement->setParent(nullptr);
    QCOMPARE(m_sink->pinned, QStringList({u"SELECT ?"_s}));
    QCOMPARE(m_sink->commands.size(), 1U);
    QVERIFY(statement->execute()->isPrepared());
    m_executor->prepare(u"SELECT 2"_s);
    m_owner.reset();
    QCOMPARE(m_sink->pinned, QStringList({u"SELECT ?"_s}));
    const QPointer<Query> query = statement->execute();
    QCOMPARE(query->parent(), statement.get());
}

void tst_ExecutorPrivate::jobsFailWithoutASink()
{
    const std::unique_ptr<PreparedStatement> statement(m_executor->prepare(u"SELECT ?"_s));
    statement->setParent(nullptr);
    m_sink.reset();
    const std::vector<Job *> jobs
        = {m_executor->execute(u"SELECT 1"_s, {}), m_executor->executeBatch(u"INSERT ?"_s, {{1}}),
           m_executor->submit(std::make_shared<PingCommand>()), statement->execute(),
           statement->executeBatch({{1}})};
    QStringList errors;
    for (Job *job : jobs) {
        QVERIFY(!job->isFinished());
        job->cancel();
        connect(job, &Job::errorOccurred, this, [&errors](const Error &error) {
            QCOMPARE(error.execution(), Error::Execution::NotSent);
            errors.append(error.message());
        });
    }
    QTRY_COMPARE(errors.size(), static_cast<int>(jobs.size()));
    QCOMPARE(errors.removeDuplicates(), static_cast<int>(jobs.size()) - 1);
    QCOMPARE(m_executor->refusal().code(), Error::ConnectionClosed);
}

void tst_ExecutorPrivate::transactionsFailWithoutASink()
{
    m_sink.reset();
    int bodies = 0;
    for (const Transaction::Body &body :
         {Transaction::Body(), Transaction::Body([&](Transaction *) { ++bodies; })}) {
        Transaction *transaction = m_executor->beginTransaction({}, body);
        transaction->setAutoDelete(false);
        QSignalSpy finished(transaction, &Transaction::finished);
        Query *query = transaction->execute(u"SELECT 1"_s);
        QSignalSpy queryFinished(query, &Job::finished);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(transaction->state(), Transaction::State::Failed);
        QCOMPARE(transaction->error().code(), Error::ConnectionClosed);
        QTRY_COMPARE(queryFinished.size(), 1);
    }
    QCOMPARE(bodies, 0);
}

void tst_ExecutorPrivate::refusedJobsHaveNoOwner()
{
    const auto executor
        = std::make_shared<ExecutorPrivate>(Error(Error::WrongThread, u"Not here"_s));
    const QPointer<Query> query = executor->execute(u"SELECT 1"_s, {});
    const QPointer<Transaction> transaction = executor->beginTransaction({}, {});
    const QPointer<Job> commit = transaction->commit();
    QVERIFY(!query->parent() && !transaction->parent());
    QCOMPARE(commit->parent(), transaction.data());
    QSignalSpy errors(query, &Job::errorOccurred);
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors[0][0].value<Error>().code(), Error::WrongThread);
    QTRY_VERIFY(query.isNull() && transaction.isNull() && commit.isNull());
}

void tst_ExecutorPrivate::transactionsEndWithTheSink()
{
    Transaction *transaction = m_executor->beginTransaction({}, {});
    transaction->setAutoDelete(false);
    QCOMPARE(m_sink->commands.size(), 1U);
    QSignalSpy finished(transaction, &Transaction::finished);
    m_sink->commands[0]->finish(Error(Error::ConnectionClosed, u"Closed"_s));
    Q_EMIT m_sink->closing();
    QCOMPARE(finished.size(), 1);
    QCOMPARE(transaction->error().code(), Error::ConnectionClosed);
    m_sink.reset();
    QSignalSpy late(transaction->commit(), &Job::finished);
    QTRY_COMPARE(late.size(), 1);
}

QTEST_GUILESS_MAIN(tst_ExecutorPrivate)

#include "tst_executorprivate.moc"
