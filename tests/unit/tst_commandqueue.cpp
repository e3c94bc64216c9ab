// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandqueue.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace std::chrono_literals;

namespace {

class FakeCommand : public Command
{
public:
    Attempt createExchange(const SessionContext &) override { return Error(); }
};

CommandPointer command(std::chrono::milliseconds deadline = 0ms)
{
    auto made = std::make_shared<FakeCommand>();
    if (deadline.count() > 0)
        made->queueDeadline = QDeadlineTimer(deadline, Qt::PreciseTimer);
    return made;
}

} // namespace

class TestCommandQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrder();
    void takesOneFromTheMiddle();
    void tellsChangesOfSize();
    void timesOutInOrder();
    void timesOutByALaterDeadline();
    void whatWasTakenDoesNotTimeOut();
};

void TestCommandQueue::keepsTheOrder()
{
    CommandQueue queue;
    const CommandPointer first = command();
    const CommandPointer second = command();
    const CommandPointer again = command();
    queue.append(first);
    queue.append(second);
    queue.prepend(again);
    QCOMPARE(queue.size(), 3);
    QCOMPARE(queue.front(), again);
    QCOMPARE(queue.takeFirst(), again);
    QCOMPARE(queue.takeFirst(), first);
    QCOMPARE(queue.takeFirst(), second);
    QVERIFY(queue.isEmpty());
}

void TestCommandQueue::takesOneFromTheMiddle()
{
    CommandQueue queue;
    const CommandPointer first = command();
    const CommandPointer second = command();
    queue.append(first);
    queue.append(second);
    QCOMPARE(queue.take(second.get()), second);
    QCOMPARE(queue.take(second.get()), CommandPointer());
    QCOMPARE(queue.takeAll(), std::deque<CommandPointer>{first});
    QVERIFY(queue.isEmpty());
}

void TestCommandQueue::tellsChangesOfSize()
{
    CommandQueue queue;
    QSignalSpy changes(&queue, &CommandQueue::sizeChanged);
    queue.append(command());
    queue.append(command());
    QCOMPARE(changes.size(), 2);
    // It is about to be sent.
    queue.takeFirst();
    QCOMPARE(changes.size(), 2);
    queue.takeAll();
    QCOMPARE(changes.size(), 3);
    queue.takeAll();
    QCOMPARE(changes.size(), 3);
}

void TestCommandQueue::timesOutInOrder()
{
    CommandQueue queue;
    QList<Command *> timedOut;
    connect(&queue, &CommandQueue::timedOut, this,
            [&](const CommandPointer &expired) { timedOut.append(expired.get()); });
    const CommandPointer forever = command();
    const CommandPointer late = command(60ms);
    const CommandPointer early = command(20ms);
    queue.append(forever);
    queue.append(late);
    queue.append(early);
    QTRY_COMPARE(timedOut.size(), 2);
    QCOMPARE(timedOut, (QList<Command *>{early.get(), late.get()}));
    QCOMPARE(queue.size(), 1);
    QCOMPARE(queue.front(), forever);
}

void TestCommandQueue::timesOutByALaterDeadline()
{
    CommandQueue queue;
    QSignalSpy timedOut(&queue, &CommandQueue::timedOut);
    const CommandPointer waiting = command();
    queue.append(waiting);
    waiting->queueDeadline = QDeadlineTimer(10ms, Qt::PreciseTimer);
    queue.noteDeadline(waiting->queueDeadline);
    QTRY_COMPARE(timedOut.size(), 1);
    QVERIFY(queue.isEmpty());
}

void TestCommandQueue::whatWasTakenDoesNotTimeOut()
{
    CommandQueue queue;
    QList<Command *> timedOut;
    connect(&queue, &CommandQueue::timedOut, this,
            [&](const CommandPointer &expired) { timedOut.append(expired.get()); });
    const CommandPointer taken = command(10ms);
    const CommandPointer left = command(40ms);
    queue.append(taken);
    queue.append(left);
    QCOMPARE(queue.take(taken.get()), taken);
    QTRY_COMPARE(timedOut.size(), 1);
    QCOMPARE(timedOut.constFirst(), left.get());
}

QTEST_GUILESS_MAIN(TestCommandQueue)
#include "tst_commandqueue.moc"
