// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "deadlinewatch.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace std::chrono_literals;

class tst_DeadlineWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesAtTheEarliest();
    void watchesTheNextOne();
    void stops();
};

void tst_DeadlineWatch::comesAtTheEarliest()
{
    DeadlineWatch watch;
    QSignalSpy expired(&watch, &DeadlineWatch::expired);
    watch.watch(QDeadlineTimer(QDeadlineTimer::Forever));
    watch.watch(QDeadlineTimer(1h));
    watch.watch(QDeadlineTimer(20ms));
    watch.watch(QDeadlineTimer(2h));
    QVERIFY(expired.wait());
    QCOMPARE(expired.count(), 1);
}

void tst_DeadlineWatch::watchesTheNextOne()
{
    DeadlineWatch watch;
    QSignalSpy expired(&watch, &DeadlineWatch::expired);
    watch.watch(QDeadlineTimer(0ms));
    QVERIFY(expired.wait());
    // One that is over comes at once, too.
    watch.watch(QDeadlineTimer(-1ms));
    QVERIFY(expired.wait());
    watch.watch(QDeadlineTimer(10ms));
    QVERIFY(expired.wait());
}

void tst_DeadlineWatch::stops()
{
    DeadlineWatch watch;
    QSignalSpy expired(&watch, &DeadlineWatch::expired);
    watch.watch(QDeadlineTimer(20ms));
    watch.stop();
    QVERIFY(!expired.wait(50));
    watch.watch(QDeadlineTimer(0ms));
    QVERIFY(expired.wait());
}

QTEST_GUILESS_MAIN(tst_DeadlineWatch)
#include "tst_deadlinewatch.moc"
