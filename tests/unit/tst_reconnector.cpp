// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandqueue.h"
#include "fakecommand.h"
#include "reconnector.h"

#include <AsyncMySql/connectionoptions.h>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Action = Reconnector::Action;
using Tests::FakeCommand;

ConnectionOptions optionsWith(std::chrono::milliseconds firstConnectTimeout)
{
    ConnectionOptions options;
    options.setFirstConnectTimeout(firstConnectTimeout);
    RetryPolicy policy;
    policy.setInitialDelay(1ms);
    policy.setMaximumDelay(1h);
    options.setRetryPolicy(policy);
    return options;
}

CommandPointer queuedIn(CommandQueue &queue)
{
    auto command = std::make_shared<FakeCommand>();
    command->times.created = CommandTimes::Clock::now();
    queue.append(command);
    return command;
}

const Error Refused(Error::ConnectionRefused, u"Refused"_s);
const Error Denied(Error::AccessDenied, u"Denied"_s);

} // namespace

class tst_Reconnector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesAfterFailedAttempts();
    void decidesAfterLostSessions_data();
    void decidesAfterLostSessions();
    void countsDownLongerEachTime();
    void reconnectsAtOnceWhenAsked();
    void stopsWithoutBeingDue();
    void startsAnewWithOtherOptions();
    void failsJobsThatWaitTooLongForTheFirstSession();
    void waitsForLaterJobsFromWhenTheyWereQueued();
    void doesNotCountTheTimeBeforeTheFirstAttempt();
    void waitsAsLongAsItTakesOnceConnected();
    void waitsAsLongAsItTakesWithoutLimit();
    void namesTheLastErrorWhenTheFirstSessionDoesNotCome();
};

void tst_Reconnector::decidesAfterFailedAttempts()
{
    Reconnector reconnector;
    QCOMPARE(reconnector.connectFailed(Refused, true), Action::Wait);
    QCOMPARE(reconnector.lastError().code(), Error::ConnectionRefused);
    QCOMPARE(reconnector.connectFailed(Refused, false), Action::Nothing);
    QCOMPARE(reconnector.connectFailed(Denied, true), Action::FailWaiting);
    QCOMPARE(reconnector.connectFailed(Denied, false), Action::FailWaiting);
    QCOMPARE(reconnector.lastError().code(), Error::AccessDenied);
    reconnector.recordConnected();
    QVERIFY(!reconnector.lastError());
}

void tst_Reconnector::decidesAfterLostSessions_data()
{
    QTest::addColumn<bool>("proved");
    QTest::addColumn<bool>("isPausing");
    QTest::addColumn<bool>("hasWaiting");
    QTest::addColumn<Action>("expected");

    QTest::newRow("proved") << true << false << true << Action::Reconnect;
    QTest::newRow("proved, in a pause") << true << true << true << Action::Wait;
    QTest::newRow("never answered") << false << false << true << Action::Wait;
    QTest::newRow("nobody waits") << true << false << false << Action::Nothing;
    QTest::newRow("never answered, nobody waits") << false << false << false << Action::Nothing;
}

void tst_Reconnector::decidesAfterLostSessions()
{
    QFETCH(bool, proved);
    QFETCH(bool, isPausing);
    QFETCH(bool, hasWaiting);
    QTEST(Reconnector::sessionLost(proved, isPausing, hasWaiting), "expected");
}

void tst_Reconnector::countsDownLongerEachTime()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(0ms));
    QSignalSpy due(&reconnector, &Reconnector::due);
    QSignalSpy attempts(&reconnector, &Reconnector::attemptChanged);
    reconnector.start();
    QCOMPARE(reconnector.attempt(), 1);
    QVERIFY(reconnector.nextAttempt().isValid());
    QVERIFY(due.wait());
    QVERIFY(!reconnector.nextAttempt().isValid());
    for (int i = 0; i < 20; ++i)
        reconnector.start();
    QCOMPARE(reconnector.attempt(), 21);
    QCOMPARE(attempts.count(), 21);
    QVERIFY(reconnector.nextAttempt() > QDateTime::currentDateTimeUtc().addSecs(60));
    reconnector.resetAttempt();
    QCOMPARE(reconnector.attempt(), 0);
    QCOMPARE(attempts.count(), 22);
    reconnector.resetAttempt();
    QCOMPARE(attempts.count(), 22);
}

void tst_Reconnector::reconnectsAtOnceWhenAsked()
{
    Reconnector reconnector;
    ConnectionOptions options = optionsWith(0ms);
    RetryPolicy policy;
    policy.setInitialDelay(1h);
    policy.setMaximumDelay(1h);
    options.setRetryPolicy(policy);
    reconnector.setOptions(options);
    QSignalSpy due(&reconnector, &Reconnector::due);
    reconnector.start();
    reconnector.reconnectNow();
    QVERIFY(due.wait());
    QCOMPARE(reconnector.attempt(), 1);
}

void tst_Reconnector::stopsWithoutBeingDue()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(0ms));
    QSignalSpy due(&reconnector, &Reconnector::due);
    QSignalSpy ends(&reconnector, &Reconnector::nextAttemptChanged);
    reconnector.start();
    reconnector.stop();
    QCOMPARE(ends.count(), 2);
    QVERIFY(!reconnector.nextAttempt().isValid());
    QCOMPARE(reconnector.attempt(), 1);
    QVERIFY(!due.wait(20));
}

void tst_Reconnector::startsAnewWithOtherOptions()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(0ms));
    QCOMPARE(reconnector.connectFailed(Refused, true), Action::Wait);
    reconnector.start();
    reconnector.setOptions(optionsWith(0ms));
    QCOMPARE(reconnector.attempt(), 0);
    QVERIFY(!reconnector.lastError());
    QVERIFY(!reconnector.nextAttempt().isValid());
}

void tst_Reconnector::failsJobsThatWaitTooLongForTheFirstSession()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(20ms));
    QSignalSpy timedOut(&reconnector, &Reconnector::firstConnectTimedOut);
    CommandQueue queue;
    const CommandPointer command = queuedIn(queue);
    reconnector.recordAttempt();
    reconnector.watchFirstConnect(queue);
    QVERIFY(timedOut.wait());
    QCOMPARE(reconnector.takeOverdue(queue), std::deque<CommandPointer>{command});
    QVERIFY(queue.isEmpty());
    reconnector.watchFirstConnect(queue);
    QVERIFY(!timedOut.wait(40));
}

void tst_Reconnector::waitsForLaterJobsFromWhenTheyWereQueued()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(300ms));
    QSignalSpy timedOut(&reconnector, &Reconnector::firstConnectTimedOut);
    CommandQueue queue;
    const CommandPointer first = queuedIn(queue);
    reconnector.recordAttempt();
    reconnector.watchFirstConnect(queue);
    QTest::qWait(200);
    const CommandPointer second = queuedIn(queue);
    reconnector.watchFirstConnect(queue);
    QVERIFY(timedOut.wait());
    QCOMPARE(reconnector.takeOverdue(queue), std::deque<CommandPointer>{first});
    reconnector.watchFirstConnect(queue);
    QVERIFY(timedOut.wait());
    QCOMPARE(reconnector.takeOverdue(queue), std::deque<CommandPointer>{second});
}

void tst_Reconnector::doesNotCountTheTimeBeforeTheFirstAttempt()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(20ms));
    CommandQueue queue;
    queuedIn(queue);
    reconnector.watchFirstConnect(queue);
    QSignalSpy timedOut(&reconnector, &Reconnector::firstConnectTimedOut);
    QVERIFY(!timedOut.wait(40));
    reconnector.recordAttempt();
    QVERIFY(reconnector.takeOverdue(queue).empty());
    reconnector.watchFirstConnect(queue);
    QVERIFY(timedOut.wait());
    QCOMPARE(reconnector.takeOverdue(queue).size(), size_t(1));
}

void tst_Reconnector::waitsAsLongAsItTakesOnceConnected()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(20ms));
    CommandQueue queue;
    queuedIn(queue);
    reconnector.recordAttempt();
    reconnector.watchFirstConnect(queue);
    reconnector.recordConnected();
    reconnector.recordAttempt();
    reconnector.watchFirstConnect(queue);
    QSignalSpy timedOut(&reconnector, &Reconnector::firstConnectTimedOut);
    QVERIFY(!timedOut.wait(40));
    QVERIFY(reconnector.takeOverdue(queue).empty());
}

void tst_Reconnector::waitsAsLongAsItTakesWithoutLimit()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(0ms));
    CommandQueue queue;
    queuedIn(queue);
    reconnector.recordAttempt();
    reconnector.watchFirstConnect(queue);
    QSignalSpy timedOut(&reconnector, &Reconnector::firstConnectTimedOut);
    QVERIFY(!timedOut.wait(20));
}

void tst_Reconnector::namesTheLastErrorWhenTheFirstSessionDoesNotCome()
{
    Reconnector reconnector;
    reconnector.setOptions(optionsWith(1500ms));
    const Error silent = reconnector.firstConnectError(u"db:3306"_s);
    QCOMPARE(silent.code(), Error::ConnectTimeout);
    QCOMPARE(silent.message(),
             u"No session with db:3306 was established within 1.5 s (firstConnectTimeout)"_s);
    QCOMPARE(reconnector.connectFailed(Refused, true), Action::Wait);
    const Error refused = reconnector.firstConnectError(u"db:3306"_s);
    QCOMPARE(refused.code(), Error::ConnectionRefused);
    QCOMPARE(refused.message(),
             u"Refused. No session was established within 1.5 s (firstConnectTimeout)"_s);
}

QTEST_GUILESS_MAIN(tst_Reconnector)
#include "tst_reconnector.moc"
