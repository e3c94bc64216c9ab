// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandqueue.h"
#include "fakecommand.h"

#include <QtCore/qrandom.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

using namespace AsyncMySql;
using namespace std::chrono_literals;
using Tests::FakeCommand;

namespace {

CommandPointer command(std::chrono::milliseconds deadline = 0ms)
{
    auto made = std::make_shared<FakeCommand>();
    if (deadline.count() > 0)
        made->queueDeadline = QDeadlineTimer(deadline, Qt::PreciseTimer);
    return made;
}

} // namespace

class tst_CommandQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrder();
    void takesOneFromTheMiddle();
    void tellsChangesOfSize();
    void timesOutInOrder();
    void timesOutByALaterDeadline();
    void whatWasTakenDoesNotTimeOut();
    void timesOutByTheLastDeadlineAlone();
    void doesWhatASimpleQueueDoes_data();
    void doesWhatASimpleQueueDoes();
};

void tst_CommandQueue::keepsTheOrder()
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

void tst_CommandQueue::takesOneFromTheMiddle()
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

void tst_CommandQueue::tellsChangesOfSize()
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

void tst_CommandQueue::timesOutInOrder()
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

void tst_CommandQueue::timesOutByALaterDeadline()
{
    CommandQueue queue;
    QSignalSpy timedOut(&queue, &CommandQueue::timedOut);
    const CommandPointer waiting = command();
    queue.append(waiting);
    waiting->queueDeadline = QDeadlineTimer(10ms, Qt::PreciseTimer);
    queue.updateDeadline(*waiting);
    QTRY_COMPARE(timedOut.size(), 1);
    QVERIFY(queue.isEmpty());
}

void tst_CommandQueue::whatWasTakenDoesNotTimeOut()
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

void tst_CommandQueue::timesOutByTheLastDeadlineAlone()
{
    CommandQueue queue;
    QList<Command *> timedOut;
    connect(&queue, &CommandQueue::timedOut, this,
            [&](const CommandPointer &expired) { timedOut.append(expired.get()); });
    const CommandPointer prolonged = command(5ms);
    const CommandPointer released = command(5ms);
    const CommandPointer other = command(30ms);
    for (const CommandPointer &each : {prolonged, released, other})
        queue.append(each);
    prolonged->queueDeadline = QDeadlineTimer(60ms, Qt::PreciseTimer);
    queue.updateDeadline(*prolonged);
    released->queueDeadline = QDeadlineTimer(QDeadlineTimer::Forever);
    queue.updateDeadline(*released);
    QTRY_COMPARE(timedOut.size(), 2);
    QCOMPARE(timedOut, (QList<Command *>{other.get(), prolonged.get()}));
    QCOMPARE(queue.front(), released);
}

void tst_CommandQueue::doesWhatASimpleQueueDoes_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_CommandQueue::doesWhatASimpleQueueDoes()
{
    QFETCH(const quint32, seed);
    QRandomGenerator random(seed);
    CommandQueue queue;
    std::deque<CommandPointer> expected;
    std::vector<CommandPointer> all;
    for (int step = 0; step < 4000; ++step) {
        // It grows for a while, and shrinks for a while.
        const bool grows = step / 500 % 2 == 0;
        const quint32 what = random.bounded(100);
        if (what < (grows ? 70U : 20U)) {
            all.push_back(command(what % 3 == 0 ? 1h : 0ms));
            if (what % 7 == 0) {
                queue.prepend(all.back());
                expected.push_front(all.back());
            } else {
                queue.append(all.back());
                expected.push_back(all.back());
            }
        } else if (what < 90 && !all.empty()) {
            const CommandPointer &one = all[random.bounded(quint32(all.size()))];
            const auto it = std::find(expected.begin(), expected.end(), one);
            QCOMPARE(bool(queue.take(one.get())), it != expected.end());
            if (it != expected.end())
                expected.erase(it);
        } else if (!expected.empty() && what < 99) {
            QCOMPARE(queue.takeFirst(), expected.front());
            expected.pop_front();
        } else if (step % 50 == 0) {
            std::deque<CommandPointer> taken = queue.takeAll();
            std::erase(taken, nullptr);
            QCOMPARE(taken, std::exchange(expected, {}));
        }
        QCOMPARE(queue.size(), int(expected.size()));
        QCOMPARE(queue.isEmpty(), expected.empty());
        if (!expected.empty())
            QCOMPARE(queue.front(), expected.front());
    }
}

QTEST_GUILESS_MAIN(tst_CommandQueue)
#include "tst_commandqueue.moc"
