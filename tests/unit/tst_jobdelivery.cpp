// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakecommand.h"
#include "job_p.h"
#include "jobdelivery.h"

#include <AsyncMySql/job.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstringlist.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>
#include <utility>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::FakeCommand;

namespace {

/// Logs what it emits as "name.signal", and calls a slot for each.
class FakeJob : public Job
{
public:
    FakeJob(QString name, JobNotifier *notifier, QStringList *log)
        : Job(std::make_shared<FakeCommand>(), nullptr)
        , m_name(std::move(name))
        , m_log(log)
    {
        JobPrivate::get(this)->delivery.setNotifier(notifier);
        connect(this, &Job::stateChanged, this, [this](Job::State state) {
            record(state == State::Finished
                       ? u"end"_s
                       : QString::fromLatin1(state == State::Running ? "running" : "waiting"));
        });
        connect(this, &Job::errorOccurred, this, [this] { record(u"error"_s); });
        connect(this, &Job::finished, this, [this] { record(u"finished"_s); });
    }

    using Job::command;
    void progress() { JobPrivate::get(this)->delivery.commandProgressed(); }
    void end(const Error &error = {}) { command()->finish(error); }

    std::function<void(const QString &)> slot;

private:
    void resultReady() override { record(u"result"_s); }
    void reportProgress() override { record(u"progress"_s); }

    void record(const QString &what)
    {
        m_log->append(m_name + u'.' + what);
        // The job can be deleted by it.
        if (const auto call = slot)
            call(what);
    }

    QString m_name;
    QStringList *m_log;
};

/// Nothing is connected to it yet.
class SilentJob : public Job
{
public:
    explicit SilentJob(JobNotifier *notifier)
        : Job(std::make_shared<FakeCommand>(), nullptr)
    {
        JobPrivate::get(this)->delivery.setNotifier(notifier);
        setAutoDelete(false);
    }

    using Job::command;
};

} // namespace

class tst_JobDelivery : public QObject, public JobNotifier::Listener
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void comesFromTheEventLoop();
    void emitsStatesThatDiffer();
    void tellsTheStateToReceiversThatComeLate();
    void endsInSteps_data();
    void endsInSteps();
    void endIsBehindWhatOthersHadBefore();
    void slotCanAskForTheRestBeforeTheEnd();
    void jobThatEndsInItsSlotEndsAtOnce();
    void deletedJobLeavesItsPlace();
    void jobCanBeDeletedInEachStep_data();
    void jobCanBeDeletedInEachStep();
    void deliversNowFromASlotOfEachStep_data();
    void deliversNowFromASlotOfEachStep();
    void nestedEventLoopDeliversTheRest();
    void whatSlotsPostWaitsForTheNextTurn();
    void advancesBehindTheSlotsThatAskForIt();
    void advancesBeforeSlots();
    void advancesWithinTheEventLoopOfASlot();
    void deletesJobsThatDeleteThemselves();
    void deliversAtTheEndOfATurn();
    void turnsAreNested();
    void whatIsPostponedIsBehindOtherEvents();
    void whatAdvancingEndsIsDeliveredInTheTurn();
    void whatAdvancingPostponesIsBehindOtherEvents();
    void jobsThatFollowEachOtherLeaveTimeForOthers();
    void turnOfAnotherSessionKeepsTheOrder();
    void slotInATurnRunsAnEventLoop();
    void slotInATurnDeletesTheNotifier();
    void turnsLeaveJobsToTheirEvents();
    void endsWithoutANotifier();
    void endsWhenTheNotifierGoes();

private:
    void addSteps();
    void advanceDue() override
    {
        if (m_logsAdvances)
            m_log.append(u"advance"_s);
        if (m_whenDue)
            m_whenDue();
    }
    FakeJob *add(const QString &name)
    {
        auto *job = new FakeJob(name, m_notifier.get(), &m_log);
        job->setAutoDelete(false);
        job->setParent(m_owner.get());
        return job;
    }

    std::unique_ptr<JobNotifier> m_notifier;
    std::unique_ptr<QObject> m_owner;
    QStringList m_log;
    bool m_logsAdvances = false;
    /// Called when an advance is due.
    std::function<void()> m_whenDue;
};

void tst_JobDelivery::init()
{
    m_notifier = std::make_unique<JobNotifier>(this);
    m_owner = std::make_unique<QObject>();
    m_log.clear();
    m_logsAdvances = false;
    m_whenDue = {};
}

void tst_JobDelivery::cleanup()
{
    m_owner.reset();
    m_notifier.reset();
}

void tst_JobDelivery::comesFromTheEventLoop()
{
    FakeJob *job = add(u"a"_s);
    job->progress();
    job->progress();
    QCOMPARE(m_log, QStringList());
    QVERIFY(m_notifier->hasPending());
    QCoreApplication::processEvents();
    QCOMPARE(m_log, QStringList({u"a.progress"_s}));
    QVERIFY(!m_notifier->hasPending());
    job->end();
    QCOMPARE(job->state(), Job::State::Waiting);
    QCoreApplication::processEvents();
    QVERIFY(job->isFinished());
    QCoreApplication::processEvents();
    QCOMPARE(m_log.count(u"a.finished"_s), 1);
}

void tst_JobDelivery::emitsStatesThatDiffer()
{
    FakeJob *job = add(u"a"_s);
    job->command()->setRunning(true);
    QCoreApplication::processEvents();
    job->command()->setRunning(false);
    job->command()->setRunning(true);
    QCoreApplication::processEvents();
    job->command()->setRunning(false);
    QCoreApplication::processEvents();
    QCOMPARE(m_log, QStringList({u"a.running"_s, u"a.progress"_s, u"a.progress"_s, u"a.waiting"_s,
                                 u"a.progress"_s}));
}

void tst_JobDelivery::tellsTheStateToReceiversThatComeLate()
{
    const auto job = std::make_unique<SilentJob>(m_notifier.get());
    job->command()->setRunning(true);
    QCoreApplication::processEvents();
    QList<Job::State> states;
    connect(job.get(), &Job::stateChanged, this,
            [&states](Job::State state) { states.append(state); });
    QCOMPARE(job->state(), Job::State::Running);
    job->command()->setRunning(false);
    QCoreApplication::processEvents();
    QCOMPARE(states, QList<Job::State>({Job::State::Waiting}));
    job->command()->finish({});
    QCoreApplication::processEvents();
    QCOMPARE(states, QList<Job::State>({Job::State::Waiting, Job::State::Finished}));
}

void tst_JobDelivery::endsInSteps_data()
{
    QTest::addColumn<Error>("error");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("success") << Error() << u"a.result"_s;
    QTest::newRow("error") << Error(Error::ServerError, u"No"_s) << u"a.error"_s;
}

void tst_JobDelivery::endsInSteps()
{
    QFETCH(const Error, error);
    QFETCH(const QString, outcome);
    FakeJob *job = add(u"a"_s);
    job->slot = [job](const QString &what) { QCOMPARE(job->isFinished(), what != u"progress"); };
    job->end(error);
    QVERIFY(!JobPrivate::get(job)->delivery.hasReportedEnd());
    QCoreApplication::processEvents();
    QCOMPARE(m_log, QStringList({u"a.progress"_s, u"a.end"_s, outcome, u"a.finished"_s}));
    QCOMPARE(job->error().code(), error.code());
    job->progress();
    QVERIFY(!m_notifier->hasPending());
}

void tst_JobDelivery::endIsBehindWhatOthersHadBefore()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    first->progress();
    second->progress();
    first->end();
    QCoreApplication::processEvents();
    QCOMPARE(m_log, QStringList({u"b.progress"_s, u"a.progress"_s, u"a.end"_s, u"a.result"_s,
                                 u"a.finished"_s}));
}

void tst_JobDelivery::slotCanAskForTheRestBeforeTheEnd()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    int rest = 2;
    first->slot = [&](const QString &what) {
        if (what == u"progress" && rest-- > 0)
            first->progress();
    };
    first->end();
    second->end();
    QTRY_COMPARE(m_log.count(u"b.finished"_s), 1);
    QCOMPARE(m_log, QStringList({u"a.progress"_s, u"a.progress"_s, u"a.progress"_s, u"a.end"_s,
                                 u"a.result"_s, u"a.finished"_s, u"b.progress"_s, u"b.end"_s,
                                 u"b.result"_s, u"b.finished"_s}));
}

void tst_JobDelivery::jobThatEndsInItsSlotEndsAtOnce()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    first->slot = [&](const QString &what) {
        if (what == u"progress" && !first->command()->isFinished())
            first->end();
    };
    first->progress();
    second->end();
    QTRY_COMPARE(m_log.count(u"b.finished"_s), 1);
    QVERIFY(m_log.indexOf(u"a.finished"_s) >= 0);
    QVERIFY(m_log.indexOf(u"a.finished"_s) < m_log.indexOf(u"b.progress"_s));
}

void tst_JobDelivery::deletedJobLeavesItsPlace()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    FakeJob *third = add(u"c"_s);
    for (FakeJob *job : {first, second, third})
        job->end();
    delete second;
    QCoreApplication::processEvents();
    QCOMPARE(m_log.filter(u".finished"_s), QStringList({u"a.finished"_s, u"c.finished"_s}));
    QVERIFY(m_log.filter(u"b."_s).isEmpty());
}

void tst_JobDelivery::addSteps()
{
    QTest::addColumn<QString>("step");
    for (const char *step : {"progress", "end", "error", "finished"})
        QTest::newRow(step) << QString::fromLatin1(step);
}

void tst_JobDelivery::jobCanBeDeletedInEachStep_data()
{
    addSteps();
}

void tst_JobDelivery::jobCanBeDeletedInEachStep()
{
    QFETCH(const QString, step);
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    first->slot = [&](const QString &what) {
        if (what == step)
            delete first;
    };
    first->end(Error(Error::ServerError, u"No"_s));
    second->end();
    QCoreApplication::processEvents();
    const QStringList steps = {u"a.progress"_s, u"a.end"_s, u"a.error"_s, u"a.finished"_s};
    QCOMPARE(m_log.filter(u"a."_s), steps.mid(0, steps.indexOf(u"a."_s + step) + 1));
    QCOMPARE(m_log.count(u"b.finished"_s), 1);
}

void tst_JobDelivery::deliversNowFromASlotOfEachStep_data()
{
    addSteps();
}

void tst_JobDelivery::deliversNowFromASlotOfEachStep()
{
    QFETCH(const QString, step);
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    first->slot = [&](const QString &what) {
        if (what != step)
            return;
        m_notifier->deliverNow();
        QVERIFY(first->isFinished());
        QVERIFY(second->isFinished());
        QVERIFY(JobPrivate::get(first)->delivery.hasEmittedFinished());
    };
    first->end(Error(Error::ServerError, u"No"_s));
    second->end();
    QCoreApplication::processEvents();
    QCOMPARE(m_log.filter(u"a."_s),
             QStringList({u"a.progress"_s, u"a.end"_s, u"a.error"_s, u"a.finished"_s}));
    QCOMPARE(m_log.filter(u"b."_s),
             QStringList({u"b.progress"_s, u"b.end"_s, u"b.result"_s, u"b.finished"_s}));
}

void tst_JobDelivery::nestedEventLoopDeliversTheRest()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    first->slot = [&](const QString &what) {
        if (what != u"finished")
            return;
        QCoreApplication::processEvents();
        QVERIFY(second->isFinished());
    };
    first->end();
    second->end();
    QCoreApplication::processEvents();
    QCOMPARE(m_log.filter(u".finished"_s), QStringList({u"a.finished"_s, u"b.finished"_s}));
}

void tst_JobDelivery::whatSlotsPostWaitsForTheNextTurn()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    m_logsAdvances = true;
    first->slot = [&](const QString &what) {
        if (what != u"finished")
            return;
        second->end();
        m_notifier->requestAdvance();
    };
    first->end();
    QCoreApplication::sendPostedEvents(m_notifier.get());
    QTRY_COMPARE(m_log.count(u"b.finished"_s), 1);
    QVERIFY(m_log.indexOf(u"a.finished"_s) < m_log.indexOf(u"advance"_s));
    QVERIFY(m_log.indexOf(u"advance"_s) < m_log.indexOf(u"b.finished"_s));
}

void tst_JobDelivery::advancesBehindTheSlotsThatAskForIt()
{
    FakeJob *job = add(u"a"_s);
    m_logsAdvances = true;
    job->slot = [&](const QString &) {
        QVERIFY(m_notifier->isDelivering());
        m_notifier->requestAdvance();
    };
    job->end();
    QCoreApplication::processEvents();
    QCOMPARE(m_log.count(u"advance"_s), 1);
    QCOMPARE(m_log.last(), u"advance"_s);
    QCoreApplication::processEvents();
    QCOMPARE(m_log.count(u"advance"_s), 1);
}

void tst_JobDelivery::advancesBeforeSlots()
{
    FakeJob *job = add(u"a"_s);
    m_logsAdvances = true;
    job->end();
    m_notifier->requestAdvance();
    m_notifier->requestAdvance();
    QVERIFY(m_log.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(m_log.count(u"advance"_s), 1);
    QCOMPARE(m_log.first(), u"advance"_s);
    QCOMPARE(m_log.last(), u"a.finished"_s);
}

void tst_JobDelivery::advancesWithinTheEventLoopOfASlot()
{
    FakeJob *job = add(u"a"_s);
    m_logsAdvances = true;
    job->slot = [&](const QString &what) {
        if (what != u"finished")
            return;
        m_notifier->requestAdvance();
        QTRY_COMPARE(m_log.count(u"advance"_s), 1);
        m_notifier->requestAdvance();
        QTRY_COMPARE(m_log.count(u"advance"_s), 2);
    };
    job->end();
    QCoreApplication::processEvents();
    QCOMPARE(m_log.count(u"advance"_s), 2);
}

void tst_JobDelivery::deletesJobsThatDeleteThemselves()
{
    const QPointer<FakeJob> kept = add(u"a"_s);
    const QPointer<FakeJob> deleted = add(u"b"_s);
    const QPointer<FakeJob> deletedBefore = add(u"c"_s);
    for (const QPointer<FakeJob> &job : {deleted, deletedBefore})
        job->setAutoDelete(true);
    for (const QPointer<FakeJob> &job : {kept, deleted, deletedBefore})
        job->end();
    QCoreApplication::processEvents();
    QVERIFY(deleted);
    delete deletedBefore.data();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(kept);
    QVERIFY(!deleted);
}

void tst_JobDelivery::deliversAtTheEndOfATurn()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    m_logsAdvances = true;
    m_notifier->beginTurn();
    first->end();
    second->end();
    m_notifier->requestAdvance();
    QVERIFY(m_log.isEmpty());
    m_notifier->endTurn();
    QCOMPARE(m_log.first(), u"advance"_s);
    QCOMPARE(m_log.filter(u".finished"_s), QStringList({u"a.finished"_s, u"b.finished"_s}));
    const QStringList log = m_log;
    QCoreApplication::processEvents();
    QCOMPARE(m_log, log);
}

/// That of another session, in the event loop of a device.
void tst_JobDelivery::turnsAreNested()
{
    FakeJob *job = add(u"a"_s);
    m_notifier->beginTurn();
    m_notifier->beginTurn();
    job->end();
    m_notifier->endTurn();
    QVERIFY(m_log.isEmpty());
    m_notifier->endTurn();
    QCOMPARE(m_log.count(u"a.finished"_s), 1);
}

void tst_JobDelivery::whatIsPostponedIsBehindOtherEvents()
{
    FakeJob *before = add(u"a"_s);
    FakeJob *behind = add(u"b"_s);
    const auto post = [this](const QString &name) {
        m_notifier->postpone();
        QMetaObject::invokeMethod(
            this, [this, name] { m_log.append(name); }, Qt::QueuedConnection);
    };
    m_notifier->beginTurn();
    post(u"first"_s);
    behind->end();
    m_notifier->endTurn();
    QVERIFY(m_log.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(m_log.first(), u"first"_s);
    QCOMPARE(m_log.last(), u"b.finished"_s);

    m_log.clear();
    m_notifier->beginTurn();
    before->end();
    post(u"second"_s);
    m_notifier->endTurn();
    QVERIFY(m_log.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(m_log.last(), u"second"_s);
    QCOMPARE(m_log.count(u"a.finished"_s), 1);
}

void tst_JobDelivery::whatAdvancingEndsIsDeliveredInTheTurn()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    m_logsAdvances = true;
    m_whenDue = [second] { second->end(); };
    first->slot = [this](const QString &what) {
        if (what == u"finished")
            m_notifier->requestAdvance();
    };
    m_notifier->beginTurn();
    first->end();
    m_notifier->endTurn();
    QVERIFY(second->isFinished());
    QVERIFY(m_log.indexOf(u"a.finished"_s) < m_log.indexOf(u"advance"_s));
    QCOMPARE(m_log.last(), u"b.finished"_s);
    const QStringList log = m_log;
    QCoreApplication::processEvents();
    QCOMPARE(m_log, log);
}

void tst_JobDelivery::whatAdvancingPostponesIsBehindOtherEvents()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    m_whenDue = [&, this] {
        m_notifier->postpone();
        QMetaObject::invokeMethod(
            this, [this] { m_log.append(u"event"_s); }, Qt::QueuedConnection);
        second->end();
    };
    first->slot = [this](const QString &what) {
        if (what == u"finished")
            m_notifier->requestAdvance();
    };
    m_notifier->beginTurn();
    first->end();
    m_notifier->endTurn();
    QVERIFY(first->isFinished());
    QVERIFY(!second->isFinished());
    QCoreApplication::processEvents();
    QCOMPARE(m_log.last(), u"b.finished"_s);
    QVERIFY(m_log.indexOf(u"event"_s) < m_log.indexOf(u"b.progress"_s));
}

void tst_JobDelivery::jobsThatFollowEachOtherLeaveTimeForOthers()
{
    bool isOver = false;
    const auto start = [this] {
        FakeJob *job = add(u"a"_s);
        job->slot = [this](const QString &what) {
            if (what == u"finished")
                m_notifier->requestAdvance();
        };
        job->end();
    };
    m_whenDue = [&] {
        if (!isOver)
            start();
    };
    QMetaObject::invokeMethod(
        this, [&isOver] { isOver = true; }, Qt::QueuedConnection);
    m_notifier->beginTurn();
    start();
    m_notifier->endTurn();
    QVERIFY(!isOver);
    QTRY_VERIFY(isOver);
}

void tst_JobDelivery::turnOfAnotherSessionKeepsTheOrder()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    m_notifier->beginTurn();
    m_notifier->postpone();
    QMetaObject::invokeMethod(
        this, [this] { m_log.append(u"event"_s); }, Qt::QueuedConnection);
    first->end();
    m_notifier->endTurn();
    m_notifier->beginTurn();
    second->end();
    m_notifier->endTurn();
    QVERIFY(m_log.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(m_log.first(), u"event"_s);
    QCOMPARE(m_log.filter(u".finished"_s), QStringList({u"a.finished"_s, u"b.finished"_s}));

    // From then on it is as before.
    FakeJob *third = add(u"c"_s);
    m_notifier->beginTurn();
    third->end();
    m_notifier->endTurn();
    QVERIFY(third->isFinished());
}

void tst_JobDelivery::slotInATurnRunsAnEventLoop()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    FakeJob *third = add(u"c"_s);
    m_logsAdvances = true;
    first->slot = [&](const QString &what) {
        if (what != u"finished")
            return;
        QCoreApplication::processEvents();
        QVERIFY(second->isFinished());
        m_notifier->requestAdvance();
        QTRY_COMPARE(m_log.count(u"advance"_s), 1);
        m_notifier->beginTurn();
        third->end();
        m_notifier->endTurn();
        QVERIFY(third->isFinished());
    };
    m_notifier->beginTurn();
    first->end();
    second->end();
    m_notifier->endTurn();
    QCOMPARE(m_log.filter(u".finished"_s),
             QStringList({u"a.finished"_s, u"b.finished"_s, u"c.finished"_s}));
}

void tst_JobDelivery::slotInATurnDeletesTheNotifier()
{
    FakeJob *first = add(u"a"_s);
    FakeJob *second = add(u"b"_s);
    first->slot = [&](const QString &what) {
        if (what == u"finished")
            m_notifier.reset();
    };
    JobNotifier *notifier = m_notifier.get();
    notifier->beginTurn();
    first->end();
    second->end();
    notifier->endTurn();
    QCOMPARE(m_log.last(), u"a.finished"_s);
    QCoreApplication::processEvents();
    QCOMPARE(m_log.last(), u"b.finished"_s);
}

/// Slots have posted events in a turn, which may need the jobs; the next one can come before they
/// are sent.
void tst_JobDelivery::turnsLeaveJobsToTheirEvents()
{
    for (const int count : {1, 2, 3}) {
        QList<QPointer<FakeJob>> jobs;
        qsizetype gone = count;
        m_notifier->beginTurn();
        for (int i = 0; i < count; ++i) {
            jobs.append(add(u"a"_s));
            jobs.last()->setAutoDelete(true);
            jobs.last()->end();
        }
        QMetaObject::invokeMethod(
            this, [&] { gone = jobs.count(nullptr); }, Qt::QueuedConnection);
        m_notifier->endTurn();
        m_notifier->beginTurn();
        m_notifier->endTurn();
        QVERIFY(jobs.last()->isFinished());
        QCoreApplication::processEvents();
        QCOMPARE(gone, 0);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(jobs.count(nullptr), count);
    }
}

void tst_JobDelivery::endsWithoutANotifier()
{
    FakeJob job(u"a"_s, nullptr, &m_log);
    job.setAutoDelete(false);
    job.command()->setRunning(true);
    job.progress();
    job.end();
    QVERIFY(!job.isFinished());
    QCoreApplication::processEvents();
    QCOMPARE(m_log, QStringList({u"a.end"_s, u"a.result"_s, u"a.finished"_s}));
}

void tst_JobDelivery::endsWhenTheNotifierGoes()
{
    FakeJob *ended = add(u"a"_s);
    FakeJob *alive = add(u"b"_s);
    ended->end();
    alive->progress();
    m_notifier.reset();
    QVERIFY(!ended->isFinished());
    QCoreApplication::processEvents();
    QCOMPARE(m_log, QStringList({u"a.end"_s, u"a.result"_s, u"a.finished"_s}));
    alive->end();
    QCoreApplication::processEvents();
    QCOMPARE(m_log.last(), u"b.finished"_s);
}

QTEST_GUILESS_MAIN(tst_JobDelivery)

#include "tst_jobdelivery.moc"
