// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"
#include "querymodelfixture.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Sessions of a pool that end at the wrong moment, and views that keep one for long.
class tst_PoolLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsComeWhenTheLastSessionGoes_data();
    void jobsComeWhenTheLastSessionGoes();
    void lifetimeEndsDuringALease();
    void sessionsAreReplacedDuringALease_data();
    void sessionsAreReplacedDuringALease();
    void halfReadViewDelaysNoOtherJob();
};

void tst_PoolLife::jobsComeWhenTheLastSessionGoes_data()
{
    QTest::addColumn<bool>("isGone");
    QTest::addColumn<bool>("isBroken");
    QTest::newRow("it has said so") << false << false;
    QTest::newRow("it is closed") << true << false;
    QTest::newRow("it was lost") << true << true;
}

/// From no session to one again and again, at the moment in which the one before ends.
void tst_PoolLife::jobsComeWhenTheLastSessionGoes()
{
    QFETCH(bool, isGone);
    QFETCH(bool, isBroken);
    constexpr int rounds = 50;
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setIdleTimeout(isBroken ? 1h : 1ms);
    QList<OutcomePointer> outcomes;
    const auto next = [&] {
        if (outcomes.size() < rounds)
            outcomes.append(watch(pool.execute(u"SELECT %1"_s.arg(outcomes.size()))));
    };
    connect(&server, &FakeServer::commandReceived, this, [&] {
        if (!isGone && server.commands().constLast().code == FakeServer::Quit)
            next();
    });
    connect(&server, &FakeServer::accepted, this, [&](FakeConnection *c) {
        if (isGone)
            connect(c, &FakeConnection::closed, this, next);
    });
    next();
    while (outcomes.size() < rounds) {
        const qsizetype before = outcomes.size();
        VERIFY_SUCCEEDS(outcomes.constLast());
        if (isBroken) {
            QTRY_COMPARE(pool.statistics().idle, 1);
            server.connection()->reset();
        }
        QTRY_VERIFY(outcomes.size() > before);
    }
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    for (int i = 0; i < rounds; ++i)
        QCOMPARE(server.countQuery("SELECT " + QByteArray::number(i)), 1);
    // Each of them found no session, or one that was lost without the pool knowing.
    QCOMPARE(server.connectionCount(), rounds);
}

void tst_PoolLife::lifetimeEndsDuringALease()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumLifetime(50ms);
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const int leased = int(lease->connectionId());
    const quint64 before = pool.statistics().closedLifetime;
    const QDeadlineTimer over(100ms);
    QTRY_VERIFY(over.hasExpired());
    QVERIFY(lease->isValid());
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT leased"_s)));
    QCOMPARE(server.userQueries(leased), QByteArrayList({"INSERT leased"}));
    QCOMPARE(pool.statistics().closedLifetime, before);
    lease.reset();
    QTRY_COMPARE(pool.statistics().closedLifetime, before + 1);
    QTRY_COMPARE(server.openConnections(), 0);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(leased), QByteArrayList({"INSERT leased"}));
}

void tst_PoolLife::sessionsAreReplacedDuringALease_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : {"clear", "options", "close"})
        QTest::newRow(by) << QString::fromLatin1(by);
}

/// The lease keeps its session, and the session goes with it.
void tst_PoolLife::sessionsAreReplacedDuringALease()
{
    QFETCH(QString, by);
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    OutcomePointer closed;
    if (by == u"clear"_s) {
        pool.clear();
    } else if (by == u"close"_s) {
        closed = watch(pool.close());
    } else {
        ConnectionOptions options = pool.options();
        options.setDatabase(u"other"_s);
        pool.setOptions(options);
    }
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QVERIFY(lease->isValid());
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT leased"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT leased"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1"}));
    QVERIFY(!closed || closed->finished == 0);
    QVERIFY(server.connection(1)->isOpen());
    lease.reset();
    if (closed)
        VERIFY_SUCCEEDS(closed);
    QTRY_VERIFY(!server.connection(1)->isOpen());
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1", "INSERT 2"}));
    QCOMPARE(pool.statistics().closedEvicted, 1U);
}

/// A job waits for one session to be opened, at most, and never for the view.
void tst_PoolLife::halfReadViewDelaysNoOtherJob()
{
    FakeServer server;
    QList<FakeRow> rows;
    for (int i = 0; i < 2000; ++i)
        rows.append({QByteArray(1000, 'x')});
    server.on("SELECT many", [&](FakeConnection &c) { c.result({"text"}, rows); });
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    QueryModel model;
    model.setFetchSize(10);
    model.setPrefetch(false);
    model.setBufferLimit(1);
    model.setExecutor(&pool);
    model.setSql(u"SELECT many"_s);
    // Fewer may be shown while the rest is on its way.
    QTRY_COMPARE(model.rowCount(), model.fetchSize());
    QVERIFY(model.canFetchMore({}));

    QByteArrayList events;
    connect(&server, &FakeServer::accepted, this, [&] { events.append("connect"); });
    connect(&server, &FakeServer::commandReceived, this, [&] {
        const QByteArray argument = server.commands().constLast().argument;
        if (argument.startsWith("INSERT"))
            events.append(argument);
    });
    const int shownRows = model.rowCount();
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 0"_s)));
    QVERIFY(events.count("connect") <= 1);
    QCOMPARE(events.constLast(), "INSERT 0"_ba);
    events.clear();
    QByteArrayList expected;
    for (int i = 1; i < 20; ++i) {
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT %1"_s.arg(i))));
        expected.append("INSERT " + QByteArray::number(i));
    }
    QCOMPARE(events, expected);
    // All the time nobody has read on.
    QCOMPARE(model.rowCount(), shownRows);
    QVERIFY(model.canFetchMore({}));
    while (model.canFetchMore({})) {
        const int before = model.rowCount();
        model.fetchMore({});
        QTRY_VERIFY(model.rowCount() > before || !model.canFetchMore({}));
    }
    QCOMPARE(model.rowCount(), int(rows.size()));
    QVERIFY(!model.error());
}

QTEST_GUILESS_MAIN(tst_PoolLife)
#include "tst_poollife.moc"
