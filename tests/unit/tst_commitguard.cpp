// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commitguard.h"
#include "exchangescript.h"
#include "fakecommand.h"
#include "statussequence.h"
#include "transactioncommands.h"
#include "transactionlease.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace std::chrono_literals;

namespace {

constexpr Protocol::Capabilities Agreed
    = Protocol::Capability::Protocol41 | Protocol::Capability::DeprecateEof;

CommandTraits change()
{
    CommandTraits traits;
    traits.canPipeline = true;
    return traits;
}

struct Change : FakeCommand
{
    CommandTraits traits(const Protocol::SqlDialect &) const override { return what; }

    CommandTraits what = change();
};

struct Waiting
{
    mutable TransactionLease lease;
    std::vector<std::shared_ptr<Change>> changes;

    std::shared_ptr<EndTransactionCommand> commit
        = std::make_shared<EndTransactionCommand>(CommandTraits::TransactionEnd::Commit);

    explicit Waiting(int count, bool isCommitted = true)
    {
        for (int i = 0; i < count; ++i) {
            changes.push_back(std::make_shared<Change>());
            add(changes.back());
        }
        if (isCommitted)
            add(commit);
    }

    void add(const CommandPointer &command)
    {
        lease.join(command);
        lease.queue().append(command);
    }
};

bool isDue(const Waiting &waiting)
{
    CommitGuard guard;
    const bool due = guard.isDue(waiting.lease, {});
    return due && CommitGuard::isWorthwhile(waiting.lease, {});
}

QByteArrayList statements(const std::shared_ptr<Protocol::Exchange> &exchange)
{
    QByteArrayList sql;
    while (const auto output = exchange->nextOutput())
        sql.append(output->payload.sliced(1));
    return sql;
}

/// Answers it, true for OK.
void answer(const std::shared_ptr<Protocol::Exchange> &exchange, const QList<bool> &answers)
{
    for (const bool isOk : answers)
        exchange->handlePacket(isOk ? okPacketOf(0) : errorPacketOf(1317, "no"), {});
}

void raise(CommitGuard *guard, TransactionLease *lease)
{
    const auto exchange = guard->raise(*lease, Agreed);
    answer(exchange, {true});
    guard->recordRaised(*exchange);
    QVERIFY(guard->protects());
}

} // namespace

class tst_CommitGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void paysForThreeChanges();
    void paysForABatch();
    void needsACommit();
    void isNotDue_data();
    void isNotDue();
    void looksAtManyCommandsInParts();
    void turnsAutoCommitOff();
    void makesTheTransactionAllOrNothing();
    void doesNotProtectWhereItWasRefused();
    void looksAtEachTransaction();
    void rollsBackBeforeAutoCommitIsOn();
    void autoCommitStaysOffWhereNothingWasRolledBack();
    void isLoweredWithTheCommit();
    void isLoweredOnceMoreBeforeTheSessionIsLost();
    void isGoneWithTheSession();
};

void tst_CommitGuard::paysForThreeChanges()
{
    QVERIFY(!isDue(Waiting(0, false)));
    QVERIFY(!isDue(Waiting(2)));
    QVERIFY(isDue(Waiting(3)));
    QVERIFY(isDue(Waiting(100)));
}

void tst_CommitGuard::paysForABatch()
{
    const Waiting waiting(1);
    QVERIFY(!isDue(waiting));
    waiting.changes[0]->what.canPipeline = false;
    QVERIFY(!isDue(waiting));
    waiting.changes[0]->what.pipelinesItself = true;
    QVERIFY(isDue(waiting));
}

void tst_CommitGuard::needsACommit()
{
    Waiting waiting(5, false);
    QVERIFY(!isDue(waiting));
    waiting.add(std::make_shared<EndTransactionCommand>(CommandTraits::TransactionEnd::Rollback));
    QVERIFY(!isDue(waiting));
    // Behind the rollback it is none.
    waiting.add(waiting.commit);
    QVERIFY(!isDue(waiting));
}

void tst_CommitGuard::isNotDue_data()
{
    QTest::addColumn<int>("place");
    QTest::addColumn<std::function<void(Change &)>>("alter");
    const std::pair<const char *, std::function<void(Change &)>> alterations[] = {
        {"reads", [](Change &c) { c.what.readsOnly = true; }},
        {"stands alone", [](Change &c) { c.what.canPipeline = false; }},
        {"has a timeout", [](Change &c) { c.timeout = 5s; }},
        {"has a deadline", [](Change &c) { c.queueDeadline = QDeadlineTimer(5s); }},
    };
    for (const auto &[name, alter] : alterations) {
        for (int place = 0; place < 3; ++place)
            QTest::addRow("%s, at %d", name, place) << place << alter;
    }
    for (const int place : {0, 1, 2, 3, 9}) {
        QTest::addRow("may commit, at %d", place)
            << place << std::function<void(Change &)>([](Change &c) { c.what.mayCommit = true; });
    }
    QTest::newRow("asks what the statement before left")
        << 0 << std::function<void(Change &)>([](Change &c) {
               c.what.effects.mayAskLastStatement = true;
           });
}

void tst_CommitGuard::isNotDue()
{
    QFETCH(const int, place);
    QFETCH(const std::function<void(Change &)>, alter);
    const Waiting waiting(10);
    alter(*waiting.changes[size_t(place)]);
    QVERIFY(!isDue(waiting));
}

void tst_CommitGuard::looksAtManyCommandsInParts()
{
    Waiting waiting(2500);
    CommitGuard guard;
    QVERIFY(!guard.isDue(waiting.lease, {}));
    // What was sent meanwhile makes no difference.
    waiting.lease.queue().takeFirst();
    QVERIFY(!guard.isDue(waiting.lease, {}));
    QVERIFY(guard.isDue(waiting.lease, {}));
    // Nor what was taken out.
    Waiting withGap(2500);
    withGap.lease.queue().take(withGap.changes[1].get());
    withGap.lease.queue().take(withGap.changes[2000].get());
    CommitGuard other;
    QVERIFY(!other.isDue(withGap.lease, {}));
    QVERIFY(!other.isDue(withGap.lease, {}));
    QVERIFY(other.isDue(withGap.lease, {}));
}

void tst_CommitGuard::turnsAutoCommitOff()
{
    CommitGuard guard;
    Waiting waiting(3);
    QVERIFY(!guard.isRaised());
    const auto exchange = guard.raise(waiting.lease, Agreed);
    QCOMPARE(statements(exchange), QByteArrayList({"SET autocommit = 0"}));
    // What the server has done is not known before it has answered.
    QVERIFY(guard.isRaised());
    QVERIFY(!guard.protects());
    answer(exchange, {true});
    guard.recordRaised(*exchange);
    QVERIFY(guard.protects());
    QVERIFY(!guard.isDue(waiting.lease, {}));
}

void tst_CommitGuard::makesTheTransactionAllOrNothing()
{
    CommitGuard guard;
    Waiting waiting(3);
    QVERIFY(!waiting.lease.isAllOrNothing);
    raise(&guard, &waiting.lease);
    QVERIFY(waiting.lease.isAllOrNothing);
}

void tst_CommitGuard::doesNotProtectWhereItWasRefused()
{
    CommitGuard guard;
    Waiting waiting(3);
    const auto exchange = guard.raise(waiting.lease, Agreed);
    answer(exchange, {false});
    guard.recordRaised(*exchange);
    QVERIFY(guard.isRaised());
    QVERIFY(!guard.protects());
    QVERIFY(!guard.isDue(waiting.lease, {}));
}

void tst_CommitGuard::looksAtEachTransaction()
{
    // The place where the first one was left says nothing of the second.
    CommitGuard guard;
    Waiting first(6);
    first.changes[5]->what.mayCommit = true;
    QVERIFY(!guard.isDue(first.lease, {}));
    Waiting second(10);
    second.changes[3]->what.mayCommit = true;
    QVERIFY(!guard.isDue(second.lease, {}));
    Waiting third(3);
    QVERIFY(guard.isDue(third.lease, {}));
}

void tst_CommitGuard::rollsBackBeforeAutoCommitIsOn()
{
    CommitGuard guard;
    Waiting waiting(3);
    raise(&guard, &waiting.lease);
    const auto exchange = guard.lower(Agreed);
    QVERIFY(!guard.protects());
    QVERIFY(guard.isRaised());
    QCOMPARE(statements(exchange), QByteArrayList({"ROLLBACK"}));
    answer(exchange, {true});
    QCOMPARE(statements(exchange), QByteArrayList({"SET autocommit = 1"}));
    answer(exchange, {true});
    QVERIFY(guard.recordLowered(*exchange));
    QVERIFY(!guard.isRaised());
}

/// Turning autocommit on would commit it.
void tst_CommitGuard::autoCommitStaysOffWhereNothingWasRolledBack()
{
    CommitGuard guard;
    Waiting waiting(3);
    raise(&guard, &waiting.lease);
    const auto exchange = guard.lower(Agreed);
    QCOMPARE(statements(exchange), QByteArrayList({"ROLLBACK"}));
    answer(exchange, {false});
    QCOMPARE(statements(exchange), QByteArrayList());
    QVERIFY(guard.recordLowered(*exchange));
    QVERIFY(guard.isRaised());
}

void tst_CommitGuard::isLoweredWithTheCommit()
{
    CommitGuard guard;
    Waiting waiting(3);
    raise(&guard, &waiting.lease);
    const auto exchange = guard.lowerBehindCommit(Agreed);
    QCOMPARE(statements(exchange), QByteArrayList({"ROLLBACK", "SET autocommit = 1"}));
    answer(exchange, {true, true});
    QVERIFY(guard.recordLowered(*exchange));
    QVERIFY(!guard.isRaised());
}

void tst_CommitGuard::isLoweredOnceMoreBeforeTheSessionIsLost()
{
    CommitGuard guard;
    Waiting waiting(3);
    raise(&guard, &waiting.lease);
    const auto first = guard.lowerBehindCommit(Agreed);
    answer(first, {true, false});
    QVERIFY(guard.recordLowered(*first));
    QVERIFY(guard.isRaised());
    const auto second = guard.lower(Agreed);
    answer(second, {true, false});
    QVERIFY(!guard.recordLowered(*second));
    QVERIFY(guard.isRaised());
}

void tst_CommitGuard::isGoneWithTheSession()
{
    CommitGuard guard;
    Waiting waiting(3);
    raise(&guard, &waiting.lease);
    guard.reset();
    QVERIFY(!guard.isRaised());
    QVERIFY(!guard.protects());
}

QTEST_GUILESS_MAIN(tst_CommitGuard)
#include "tst_commitguard.moc"
