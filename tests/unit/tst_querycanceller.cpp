// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakecommand.h"
#include "querycanceller.h"
#include "servererrors.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace std::chrono_literals;

namespace {

using KillOutcome = QueryKiller::Outcome;
using Tests::FakeCommand;

constexpr Protocol::ServerErrorCode Interrupted{
    static_cast<quint16>(Protocol::CommonServerError::QueryInterrupted)};

/// Sends nothing: the test says what has become of each kill.
class FakeKiller : public QueryKiller
{
    Q_OBJECT

public:
    FakeKiller(int *kills, QObject *parent)
        : QueryKiller(SessionSettings(), SessionTraits(), 0ms, parent)
        , m_kills(kills)
    {
    }

    void start() override { kill(); }
    void kill() override { ++*m_kills; }
    void quit() override { hasQuit = true; }
    void finish(KillOutcome outcome) { Q_EMIT killFinished(outcome); }

    bool hasQuit = false;

private:
    int *m_kills;
};

class Canceller : public QueryCanceller
{
    Q_OBJECT

public:
    FakeKiller *killer() const { return killers.empty() ? nullptr : killers.back(); }

    std::vector<FakeKiller *> killers;
    int kills = 0;

private:
    QueryKiller *createKiller(const Target &) override
    {
        killers.push_back(new FakeKiller(&kills, this));
        return killers.back();
    }
};

CommandPointer stoppedCommand()
{
    auto command = std::make_shared<FakeCommand>();
    command->stopReason = Error::Cancelled;
    return command;
}

} // namespace

class tst_QueryCanceller : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stopsWhatIsToBeStopped();
    void killsUntilTheCommandHasEnded();
    void waitsForTheKillWhenTheCommandHasEnded();
    void doesNotKillWhatEndsSoon();
    void killsWhatShouldHaveEndedSoon();
    void killsNothingMoreAfterAKillThatWasNotSent();
    void dropsTheSessionIfTheGraceIsOver();
    void dropsTheSessionIfAKillMayStillArrive_data();
    void dropsTheSessionIfAKillMayStillArrive();
    void forgetsEverythingWithTheSession();
    void knowsHowManyCommandsItMayHaveHit();
    void hitsNothingThatIsSentAfterAllOthers();
    void hitsNothingWithAKillThatWasNotSent();
};

void tst_QueryCanceller::stopsWhatIsToBeStopped()
{
    Canceller canceller;
    const CommandPointer command = std::make_shared<FakeCommand>();
    QVERIFY(!canceller.canStop(command));
    command->stopReason = Error::QueryTimeout;
    QVERIFY(canceller.canStop(command));
    canceller.stop(command, {}, 1h, false);
    QVERIFY(canceller.isBusy());
    QVERIFY(canceller.isStopping(command));
    QVERIFY(!canceller.canStop(command));
    const CommandPointer other = stoppedCommand();
    QVERIFY(!canceller.isStopping(other));
    QVERIFY(!canceller.canStop(other));
    QCOMPARE(canceller.kills, 1);
}

void tst_QueryCanceller::killsUntilTheCommandHasEnded()
{
    Canceller canceller;
    QSignalSpy settled(&canceller, &QueryCanceller::settled);
    const CommandPointer command = stoppedCommand();
    canceller.stop(command, {}, 1h, false);
    canceller.killer()->finish(KillOutcome::Settled);
    QCOMPARE(settled.count(), 1);
    QCOMPARE(settled.first().first().toBool(), true);
    QVERIFY(!canceller.isBusy());
    QVERIFY(canceller.needsAbsorber());
    QTRY_COMPARE(canceller.kills, 2);
    QVERIFY(canceller.isBusy());
    canceller.killer()->finish(KillOutcome::Settled);
    canceller.commandEnded(stoppedCommand());
    QTRY_COMPARE(canceller.kills, 3);
    canceller.killer()->finish(KillOutcome::Settled);
    canceller.commandEnded(command);
    QVERIFY(canceller.killer()->hasQuit);
    QVERIFY(!QTest::qWaitFor([&] { return canceller.killers.size() != 1; }, 60));
    QVERIFY(canceller.needsAbsorber());
    canceller.absorberSent();
    QVERIFY(!canceller.needsAbsorber());
}

void tst_QueryCanceller::waitsForTheKillWhenTheCommandHasEnded()
{
    Canceller canceller;
    QSignalSpy settled(&canceller, &QueryCanceller::settled);
    const CommandPointer command = stoppedCommand();
    canceller.stop(command, {}, 1h, false);
    canceller.commandEnded(command);
    QVERIFY(canceller.isBusy());
    FakeKiller *killer = canceller.killer();
    QVERIFY(!killer->hasQuit);
    killer->finish(KillOutcome::Settled);
    QVERIFY(killer->hasQuit);
    QVERIFY(!canceller.isBusy());
    QVERIFY(canceller.needsAbsorber());
    QCOMPARE(settled.count(), 1);
}

void tst_QueryCanceller::doesNotKillWhatEndsSoon()
{
    Canceller canceller;
    const CommandPointer command = stoppedCommand();
    canceller.stop(command, {}, 1h, true);
    QVERIFY(canceller.isBusy());
    canceller.commandEnded(command);
    QVERIFY(!canceller.isBusy());
    QVERIFY(!QTest::qWaitFor([&] { return !canceller.killers.empty(); }, 150));
    QVERIFY(!canceller.needsAbsorber());
}

void tst_QueryCanceller::killsWhatShouldHaveEndedSoon()
{
    Canceller canceller;
    canceller.stop(stoppedCommand(), {}, 1h, true);
    QVERIFY(canceller.killers.empty());
    QTRY_COMPARE(canceller.killers.size(), size_t(1));
}

void tst_QueryCanceller::killsNothingMoreAfterAKillThatWasNotSent()
{
    Canceller canceller;
    QSignalSpy settled(&canceller, &QueryCanceller::settled);
    const CommandPointer command = stoppedCommand();
    canceller.stop(command, {}, 1h, false);
    canceller.killer()->finish(KillOutcome::NotSent);
    QCOMPARE(settled.count(), 1);
    QCOMPARE(settled.first().first().toBool(), false);
    QVERIFY(!canceller.isBusy());
    QVERIFY(!canceller.needsAbsorber());
    QVERIFY(!canceller.canStop(command));
    QVERIFY(!QTest::qWaitFor([&] { return canceller.killers.size() != 1; }, 60));
}

void tst_QueryCanceller::dropsTheSessionIfTheGraceIsOver()
{
    Canceller canceller;
    QSignalSpy failed(&canceller, &QueryCanceller::failed);
    canceller.stop(stoppedCommand(), {}, 20ms, false);
    QVERIFY(failed.wait());
}

void tst_QueryCanceller::dropsTheSessionIfAKillMayStillArrive_data()
{
    QTest::addColumn<KillOutcome>("outcome");

    QTest::newRow("not answered") << KillOutcome::Unknown;
    QTest::newRow("another server") << KillOutcome::OtherServer;
}

void tst_QueryCanceller::dropsTheSessionIfAKillMayStillArrive()
{
    QFETCH(KillOutcome, outcome);
    Canceller canceller;
    QSignalSpy failed(&canceller, &QueryCanceller::failed);
    QSignalSpy settled(&canceller, &QueryCanceller::settled);
    canceller.stop(stoppedCommand(), {}, 1h, false);
    canceller.killer()->finish(outcome);
    QCOMPARE(failed.count(), 1);
    QCOMPARE(settled.count(), 0);
}

void tst_QueryCanceller::forgetsEverythingWithTheSession()
{
    Canceller canceller;
    QSignalSpy failed(&canceller, &QueryCanceller::failed);
    canceller.stop(stoppedCommand(), {}, 20ms, false);
    canceller.killer()->finish(KillOutcome::Settled);
    canceller.reset();
    QVERIFY(!canceller.isBusy());
    QVERIFY(!canceller.needsAbsorber());
    QVERIFY(canceller.killer()->hasQuit);
    // It is deleted meanwhile.
    QVERIFY(!failed.wait(60));
    QCOMPARE(canceller.kills, 1);
}

void tst_QueryCanceller::knowsHowManyCommandsItMayHaveHit()
{
    Canceller canceller;
    QVERIFY(!canceller.mayHaveHit(Interrupted));
    canceller.stop(stoppedCommand(), {}, 1h, false);
    QVERIFY(canceller.mayHaveHit({}));
    QVERIFY(canceller.mayHaveHit(Interrupted));
    QVERIFY(!canceller.mayHaveHit({}));
    canceller.killer()->finish(KillOutcome::Settled);
    QTRY_COMPARE(canceller.kills, 2);
    QVERIFY(canceller.mayHaveHit({}));
}

void tst_QueryCanceller::hitsNothingThatIsSentAfterAllOthers()
{
    Canceller canceller;
    canceller.stop(stoppedCommand(), {}, 1h, false);
    canceller.pipelineRestarted();
    QVERIFY(!canceller.mayHaveHit({}));
}

void tst_QueryCanceller::hitsNothingWithAKillThatWasNotSent()
{
    Canceller canceller;
    canceller.stop(stoppedCommand(), {}, 1h, false);
    canceller.killer()->finish(KillOutcome::NotSent);
    QVERIFY(!canceller.mayHaveHit({}));
}

QTEST_GUILESS_MAIN(tst_QueryCanceller)
#include "tst_querycanceller.moc"
