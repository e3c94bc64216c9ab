// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakecommand.h"
#include "pipeline.h"

#include <QtTest/qtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

using namespace AsyncMySql;
using namespace std::chrono_literals;
using Tests::FakeCommand;

namespace {

class FakeExchange : public Protocol::Exchange
{
public:
    std::optional<Output> nextOutput() override { return std::nullopt; }
    bool isWritten() const override { return true; }
    Progress handlePacket(QByteArrayView, const Wire::ByteBlockPointer &) override
    {
        return Progress::Finished;
    }

    bool isPreparing() const override { return preparing; }
    bool isPrepared() const override { return !preparing && !invalid; }

    bool preparing = false;
    bool invalid = false;
};

/// Two commands: one in flight, and the next. Both are such that the next may follow.
struct Situation
{
    std::shared_ptr<FakeCommand> command = std::make_shared<FakeCommand>();
    CommandTraits traits;
    std::shared_ptr<FakeExchange> exchange = std::make_shared<FakeExchange>();
    InFlight sent;
    bool hasRepeats = false;
    Pipeline::Limits limits;

    Situation()
    {
        traits.canPipeline = true;
        sent.command = std::make_shared<FakeCommand>();
        sent.exchange = exchange;
        sent.traits = traits;
        limits.depth = 8;
    }
};

struct Row
{
    const char *name;
    void (*change)(Situation &situation);
    bool expected;
};

void setReadsOnly(Situation &s)
{
    s.traits.readsOnly = true;
    s.sent.traits.readsOnly = true;
}

const Row Rows[] = {
    {"write behind write", [](Situation &) {}, true},
    {"read behind read", setReadsOnly, true},
    {"read behind write", [](Situation &s) { s.traits.readsOnly = true; }, false},
    {"write behind read", [](Situation &s) { s.sent.traits.readsOnly = true; }, false},
    {"depth", [](Situation &s) { s.limits.depth = 1; }, false},
    {"session is closing", [](Situation &s) { s.limits.isClosing = true; }, false},
    {"repeats", [](Situation &s) { s.hasRepeats = true; }, false},
    {"closes the session", [](Situation &s) { s.traits.closesSession = true; }, false},
    {"begins a transaction", [](Situation &s) { s.traits.beginsTransaction = true; }, false},
    {"cannot be pipelined", [](Situation &s) { s.traits.canPipeline = false; }, false},
    {"behind one that cannot be pipelined", [](Situation &s) { s.sent.traits.canPipeline = false; },
     false},
    {"behind one that is being prepared",
     [](Situation &s) {
         s.sent.traits.canPipeline = false;
         s.sent.traits.canPipelineWhenPrepared = true;
         s.exchange->preparing = true;
     },
     false},
    {"behind one that was prepared",
     [](Situation &s) {
         s.sent.traits.canPipeline = false;
         s.sent.traits.canPipelineWhenPrepared = true;
     },
     true},
    {"write behind one that is to be prepared anew",
     [](Situation &s) { s.exchange->invalid = true; }, false},
    {"read behind one that is to be prepared anew",
     [](Situation &s) {
         setReadsOnly(s);
         s.exchange->invalid = true;
     },
     true},
    {"write behind one in a transaction", [](Situation &s) { s.sent.inTransaction = true; }, false},
    {"read behind one in a transaction",
     [](Situation &s) {
         setReadsOnly(s);
         s.sent.inTransaction = true;
     },
     true},
    {"write with a timeout", [](Situation &s) { s.command->timeout = 1s; }, false},
    {"write behind one with a timeout", [](Situation &s) { s.sent.timeout = 1s; }, false},
    {"reads with timeouts",
     [](Situation &s) {
         setReadsOnly(s);
         s.command->timeout = 1s;
         s.sent.timeout = 1s;
     },
     true},
    {"write with a deadline", [](Situation &s) { s.command->queueDeadline = QDeadlineTimer(1h); },
     false},
    {"read with a deadline",
     [](Situation &s) {
         setReadsOnly(s);
         s.command->queueDeadline = QDeadlineTimer(1h);
     },
     true},
    {"write, transient errors", [](Situation &s) { s.limits.hasTransientErrors = true; }, false},
    {"read, transient errors",
     [](Situation &s) {
         setReadsOnly(s);
         s.limits.hasTransientErrors = true;
     },
     true},
};

InFlight inFlight(const CommandPointer &command = std::make_shared<FakeCommand>())
{
    InFlight sent;
    sent.command = command;
    sent.exchange = std::make_shared<FakeExchange>();
    return sent;
}

CommandPointer commandWithDeadline(std::chrono::milliseconds deadline)
{
    auto command = std::make_shared<FakeCommand>();
    command->queueDeadline = QDeadlineTimer(deadline);
    return command;
}

} // namespace

class tst_PipelineOrder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesWhatMayFollow_data();
    void decidesWhatMayFollow();
    void findsCommands();
    void takesInOrder();
    void countsWhatHasNotEnded();
    void knowsWritesThatAKillCouldHit();
    void knowsWhetherATransactionMayBeCommitted();
    void keepsRepeatsInOrder();
    void takesARepeatFromTheMiddle();
    void expiresWhatHasNotBegun();
};

void tst_PipelineOrder::decidesWhatMayFollow_data()
{
    QTest::addColumn<const Row *>("row");
    for (const Row &row : Rows)
        QTest::newRow(row.name) << &row;
}

void tst_PipelineOrder::decidesWhatMayFollow()
{
    QFETCH(const Row *, row);
    Situation situation;
    row->change(situation);
    Pipeline pipeline;
    pipeline.append(situation.sent);
    if (situation.hasRepeats)
        pipeline.repeatLater(std::make_shared<FakeCommand>(), false);
    QCOMPARE(pipeline.canPipelineBehind(*situation.command, situation.traits, situation.limits),
             row->expected);
}

void tst_PipelineOrder::findsCommands()
{
    Pipeline pipeline;
    pipeline.append(inFlight());
    pipeline.append(inFlight());
    const FakeCommand other;
    QVERIFY(!pipeline.find(&other));
    InFlight *first = pipeline.find(pipeline.front().command.get());
    QVERIFY(first);
    QVERIFY(pipeline.isFront(*first));
}

void tst_PipelineOrder::takesInOrder()
{
    const CommandPointer first = std::make_shared<FakeCommand>();
    const CommandPointer second = std::make_shared<FakeCommand>();
    Pipeline pipeline;
    QVERIFY(pipeline.isEmpty());
    pipeline.append(inFlight(first));
    pipeline.append(inFlight(second));
    QCOMPARE(pipeline.takeFront().command, first);
    QVERIFY(!pipeline.isEmpty());
    QCOMPARE(pipeline.takeAll().front().command, second);
    QVERIFY(pipeline.isEmpty());
}

void tst_PipelineOrder::countsWhatHasNotEnded()
{
    Pipeline pipeline;
    pipeline.append(inFlight());
    pipeline.append(inFlight());
    pipeline.repeatLater(std::make_shared<FakeCommand>(), false);
    QCOMPARE(pipeline.unfinished(), 3);
    pipeline.front().command->finish({});
    QCOMPARE(pipeline.unfinished(), 2);
}

void tst_PipelineOrder::knowsWritesThatAKillCouldHit()
{
    Pipeline pipeline;
    pipeline.append(inFlight());
    QVERIFY(!pipeline.hasWritesAtRisk());
    InFlight read = inFlight();
    read.traits.readsOnly = true;
    pipeline.append(read);
    QVERIFY(!pipeline.hasWritesAtRisk());
    const CommandPointer write = std::make_shared<FakeCommand>();
    pipeline.append(inFlight(write));
    QVERIFY(pipeline.hasWritesAtRisk());
    write->stopReason = Error::Cancelled;
    QVERIFY(!pipeline.hasWritesAtRisk());
}

void tst_PipelineOrder::knowsWhetherATransactionMayBeCommitted()
{
    Pipeline pipeline;
    pipeline.append(inFlight());
    QVERIFY(!pipeline.mayHaveCommitted());
    InFlight rollback = inFlight();
    rollback.traits.transactionEnd = CommandTraits::TransactionEnd::Rollback;
    pipeline.append(rollback);
    QVERIFY(!pipeline.mayHaveCommitted());
    InFlight changesSchema = inFlight();
    changesSchema.traits.mayCommit = true;
    changesSchema.exchange->setUnread();
    pipeline.append(changesSchema);
    QVERIFY(!pipeline.mayHaveCommitted());
    InFlight commit = inFlight();
    commit.traits.transactionEnd = CommandTraits::TransactionEnd::Commit;
    pipeline.append(commit);
    QVERIFY(pipeline.mayHaveCommitted());
}

void tst_PipelineOrder::keepsRepeatsInOrder()
{
    const CommandPointer first = std::make_shared<FakeCommand>();
    const CommandPointer second = std::make_shared<FakeCommand>();
    Pipeline pipeline;
    QVERIFY(!pipeline.hasRepeats());
    pipeline.repeatLater(first, true);
    pipeline.repeatLater(second, false);
    QVERIFY(pipeline.hasRepeats());
    const Pipeline::Repeats repeats = pipeline.takeRepeats();
    QCOMPARE(repeats.commands, (std::deque<CommandPointer>{first, second}));
    QVERIFY(repeats.afterPause);
    QVERIFY(!pipeline.hasRepeats());
    pipeline.repeatLater(first, false);
    QVERIFY(!pipeline.takeRepeats().afterPause);
}

void tst_PipelineOrder::takesARepeatFromTheMiddle()
{
    const CommandPointer first = std::make_shared<FakeCommand>();
    const CommandPointer second = std::make_shared<FakeCommand>();
    Pipeline pipeline;
    pipeline.repeatLater(first, false);
    pipeline.repeatLater(second, false);
    const FakeCommand other;
    QVERIFY(!pipeline.takeRepeat(&other));
    QCOMPARE(pipeline.takeRepeat(first.get()), first);
    QCOMPARE(pipeline.takeRepeats().commands, std::deque<CommandPointer>{second});
}

void tst_PipelineOrder::expiresWhatHasNotBegun()
{
    const CommandPointer begun = commandWithDeadline(0ms);
    const CommandPointer waiting = commandWithDeadline(0ms);
    const CommandPointer ended = commandWithDeadline(0ms);
    const CommandPointer later = commandWithDeadline(1h);
    const CommandPointer repeated = commandWithDeadline(0ms);
    Pipeline pipeline;
    for (const CommandPointer &command : {begun, waiting, ended, later})
        pipeline.append(inFlight(command));
    pipeline.repeatLater(repeated, false);
    ended->finish({});
    QCOMPARE(pipeline.expired(), (std::vector<CommandPointer>{waiting, repeated}));
    QCOMPARE(pipeline.earliestDeadline(),
             std::min(waiting->queueDeadline, repeated->queueDeadline));
    waiting->finish({});
    QCOMPARE(pipeline.takeRepeat(repeated.get()), repeated);
    QCOMPARE(pipeline.expired(), std::vector<CommandPointer>());
    QCOMPARE(pipeline.earliestDeadline(), later->queueDeadline);
    pipeline.takeAll();
    QVERIFY(pipeline.earliestDeadline().isForever());
}

QTEST_APPLESS_MAIN(tst_PipelineOrder)
#include "tst_pipelineorder.moc"
