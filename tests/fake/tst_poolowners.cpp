// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Slots that destroy the pool, a lease, a transaction or a job, connected to any of the signals.

#include "poolfixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/PreparedStatement>

#include <QtCore/qpointer.h>
#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString LeaseIsUsed = u"lease transaction finished"_s;

/// A pool of two sessions with something of everything, and what has become of it.
struct Scene
{
    Scene()
    {
        server.on("INSERT wrong",
                  [](FakeConnection &c) { c.error(1062, "23000", "Duplicate entry"); });
        server.on("INSERT lost", [this](FakeConnection &c) {
            // Once.
            server.on("INSERT lost", [](FakeConnection &later) { later.ok(); });
            c.reset();
        });
        pool = new Pool(optionsFor(server));
        pool->setMaximumConnections(2);
        QObject::connect(pool, &Pool::errorOccurred, pool, [this] { happens(u"pool error"_s); });
        LeaseJob *acquiring = pool->acquire();
        add(acquiring, u"acquire"_s);
        QObject::connect(acquiring, &Job::finished, acquiring, [this, acquiring] {
            lease = acquiring->takeLease().release();
            if (!lease)
                return;
            add(lease->execute(u"INSERT leased"_s), u"lease job"_s);
            add(lease->execute(u"INSERT wrong"_s), u"lease error"_s);
            add(lease->beginTransaction(), u"lease transaction"_s);
        });
        add(pool->execute(u"INSERT 1"_s), u"job"_s);
        add(pool->execute(u"INSERT wrong"_s), u"wrong"_s);
        add(pool->beginTransaction(), u"transaction"_s);
        add(pool->warmUp(2), u"warm up"_s);
        add(pool->execute(u"INSERT lost"_s), u"lost"_s);
        add(pool->execute(u"INSERT 2"_s), u"last job"_s);
        add(pool->close(), u"close"_s);
    }

    void add(Job *job, const QString &name)
    {
        jobs.push_back(job);
        outcomes.push_back(watch(job));
        const OutcomePointer outcome = outcomes.back();
        QObject::connect(job, &Job::stateChanged, job,
                         [this, name] { happens(name + u" state"_s); });
        QObject::connect(job, &Job::errorOccurred, job,
                         [this, name] { happens(name + u" error"_s); });
        QObject::connect(job, &Job::finished, job,
                         [this, name] { happens(name + u" finished"_s); });
        QObject::connect(job, &QObject::destroyed, &guard,
                         [outcome] { outcome->finished |= 0x100; });
    }

    void add(Transaction *transaction, const QString &name)
    {
        transactions.push_back(transaction);
        QObject::connect(transaction, &Transaction::started, transaction,
                         [this, name] { happens(name + u" started"_s); });
        QObject::connect(transaction, &Transaction::finished, transaction,
                         [this, name] { happens(name + u" finished"_s); });
        add(transaction->execute(u"INSERT inside"_s), name + u" job"_s);
        add(transaction->commit(), name + u" commit"_s);
    }

    void happens(const QString &signal)
    {
        if (std::find(emitted.begin(), emitted.end(), signal) == emitted.end())
            emitted.append(signal);
        if (signal == trigger && action) {
            const std::function<void()> now = std::exchange(action, nullptr);
            now();
        }
    }

    /// All jobs have ended, or are gone.
    bool isOver() const
    {
        return std::all_of(outcomes.begin(), outcomes.end(),
                           [](const OutcomePointer &outcome) { return outcome->finished != 0; });
    }

    void destroy(const QString &victim)
    {
        if (victim == "pool"_L1) {
            delete std::exchange(pool, nullptr);
        } else if (victim == "lease"_L1) {
            delete std::exchange(lease, nullptr);
        } else if (victim == "transactions"_L1) {
            for (const QPointer<Transaction> &transaction : std::vector(transactions))
                delete transaction;
        } else if (victim == "jobs"_L1) {
            for (const QPointer<Job> &job : std::vector(jobs))
                delete job;
        } else {
            pool->abort();
        }
    }

    QObject guard;
    TransactionServer server;
    Pool *pool = nullptr;
    QPointer<Lease> lease;
    std::vector<QPointer<Job>> jobs;
    std::vector<QPointer<Transaction>> transactions;
    std::vector<OutcomePointer> outcomes;
    QStringList emitted;
    QString trigger;
    std::function<void()> action;
};

} // namespace

class tst_PoolOwners : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anythingCanBeDestroyedInASlot_data();
    void anythingCanBeDestroyedInASlot();
    void anyOrderOfDestruction();
};

void tst_PoolOwners::anythingCanBeDestroyedInASlot_data()
{
    QTest::addColumn<QString>("victim");
    for (const char *victim : {"pool", "lease", "transactions", "jobs", "sessions"})
        QTest::newRow(victim) << QString::fromLatin1(victim);
}

void tst_PoolOwners::anythingCanBeDestroyedInASlot()
{
    QFETCH(const QString, victim);
    QStringList emitted;
    {
        Scene scene;
        QTRY_VERIFY(scene.emitted.contains(LeaseIsUsed));
        delete scene.lease;
        QTRY_VERIFY(scene.isOver());
        emitted = scene.emitted;
        delete scene.pool;
    }
    QVERIFY(emitted.size() > 30);
    for (const QString &signal : std::as_const(emitted)) {
        Scene scene;
        scene.trigger = signal;
        scene.action = [&] { scene.destroy(victim); };
        // What comes only when the lease was returned.
        QTRY_VERIFY(!scene.action || scene.emitted.contains(LeaseIsUsed));
        delete scene.lease;
        QTRY_VERIFY2(scene.isOver(), qPrintable(signal));
        QTRY_VERIFY2(!scene.action, qPrintable(signal));
        // Without the job that would have ended it, a transaction goes on.
        scene.destroy(u"transactions"_s);
        if (scene.pool) {
            // So does the pool.
            VERIFY_SUCCEEDS(watch(scene.pool->execute(u"INSERT after"_s)));
            QTRY_COMPARE(scene.pool->statistics().idle, scene.pool->statistics().open);
        }
        delete scene.pool;
        QTRY_COMPARE(scene.server.openConnections(), 0);
    }
}

void tst_PoolOwners::anyOrderOfDestruction()
{
    QRandomGenerator random(5);
    for (int i = 0; i < 150; ++i) {
        Scene scene;
        QStringList victims
            = {u"pool"_s, u"lease"_s, u"transactions"_s, u"jobs"_s, u"lease"_s, u"jobs"_s};
        std::shuffle(victims.begin(), victims.end(), random);
        for (const QString &victim : std::as_const(victims)) {
            for (int turns = int(random.bounded(12)); turns > 0; --turns)
                QCoreApplication::processEvents();
            scene.destroy(victim);
        }
        delete scene.lease;
        QTRY_VERIFY(scene.isOver());
        QTRY_COMPARE(scene.server.openConnections(), 0);
    }
}

QTEST_GUILESS_MAIN(tst_PoolOwners)
#include "tst_poolowners.moc"
