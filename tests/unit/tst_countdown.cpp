// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countdown.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qelapsedtimer.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace std::chrono_literals;

/// Counts what a countdown calls.
class Counting
{
public:
    QObject owner;
    int timeouts = 0;
    int changes = 0;
    Countdown countdown{&owner, [this] { ++timeouts; }, [this] { ++changes; }};
};

class tst_Countdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsItsEnd();
    void comesNotBeforeTheLastStart();
    void comesEarlierIfItIsShortened();
    void doesNotComeWhenItIsStopped();
};

void tst_Countdown::showsItsEnd()
{
    Counting counting;
    Countdown &countdown = counting.countdown;
    QVERIFY(!countdown.isActive());
    QVERIFY(!countdown.end().isValid());
    const QDateTime before = QDateTime::currentDateTimeUtc();
    countdown.start(1h);
    QVERIFY(countdown.isActive());
    QVERIFY(countdown.end() >= before.addSecs(3600));
    QVERIFY(countdown.end() <= QDateTime::currentDateTimeUtc().addSecs(3600));
    QCOMPARE(countdown.end().timeSpec(), Qt::UTC);
    QCOMPARE(counting.changes, 1);
    countdown.stop();
    countdown.stop();
    QVERIFY(!countdown.end().isValid());
    QCOMPARE(counting.changes, 2);
}

void tst_Countdown::comesNotBeforeTheLastStart()
{
    Counting counting;
    Countdown &countdown = counting.countdown;
    countdown.start(40ms);
    QTest::qWait(20);
    countdown.stop();
    QElapsedTimer time;
    time.start();
    countdown.start(100ms);
    QTRY_COMPARE(counting.timeouts, 1);
    QVERIFY(time.elapsed() >= 100);
    QVERIFY(!countdown.isActive());
    QTest::qWait(150);
    QCOMPARE(counting.timeouts, 1);
}

void tst_Countdown::comesEarlierIfItIsShortened()
{
    Counting counting;
    Countdown &countdown = counting.countdown;
    countdown.start(1h);
    countdown.start(10ms);
    QTRY_COMPARE(counting.timeouts, 1);
}

void tst_Countdown::doesNotComeWhenItIsStopped()
{
    Counting counting;
    Countdown &countdown = counting.countdown;
    countdown.start(10ms);
    countdown.stop();
    QTest::qWait(50);
    QCOMPARE(counting.timeouts, 0);
    // The timer that ran on is over.
    countdown.start(10ms);
    QTRY_COMPARE(counting.timeouts, 1);
}

QTEST_GUILESS_MAIN(tst_Countdown)

#include "tst_countdown.moc"
