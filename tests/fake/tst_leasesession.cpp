// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"
#include "transactionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

/// What a lease reports of its session.
class tst_LeaseSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void serverIsKnown();
    void transactionIsReported();
    void databaseAndVariablesAreReported();
    void changesAreReportedFromTheEventLoop();
    void lostStateIsReported_data();
    void lostStateIsReported();
    void closedPoolLosesNoState();
    void leaseCanBeDestroyedInAnySlot();
    void nextLeaseStartsAnew();
};

namespace {

Ok changed(const QByteArray &state)
{
    Ok ok;
    ok.status |= SessionStateChanged;
    ok.sessionState = state;
    return ok;
}

} // namespace

void tst_LeaseSession::serverIsKnown()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Pool pool(options);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QVERIFY(!lease->serverVersion().isEmpty());
    QCOMPARE(lease->serverVersion(), connection.serverVersion());
    QCOMPARE(lease->serverFlavour(), connection.serverFlavour());
    QCOMPARE(lease->isEncrypted(), connection.isEncrypted());
    QCOMPARE(lease->database(), u"shop"_s);
    QVERIFY(!lease->isInTransaction());
    server.cutAll();
    QTRY_VERIFY(!lease->isValid());
    QCOMPARE(lease->serverVersion(), connection.serverVersion());
    QCOMPARE(lease->database(), u"shop"_s);
}

void tst_LeaseSession::transactionIsReported()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QSignalSpy changes(lease.get(), &Lease::inTransactionChanged);
    VERIFY_SUCCEEDS(watch(lease->execute(u"START TRANSACTION"_s)));
    QVERIFY(lease->isInTransaction());
    QTRY_COMPARE(changes.size(), 1);
    QCOMPARE(changes.constLast().constFirst().toBool(), true);
    VERIFY_SUCCEEDS(watch(lease->execute(u"COMMIT"_s)));
    QVERIFY(!lease->isInTransaction());
    QTRY_COMPARE(changes.size(), 2);
    QCOMPARE(changes.constLast().constFirst().toBool(), false);
    VERIFY_SUCCEEDS(watch(lease->execute(u"START TRANSACTION"_s)));
    server.cutAll();
    QTRY_COMPARE(changes.size(), 4);
    QVERIFY(!lease->isInTransaction());
}

void tst_LeaseSession::databaseAndVariablesAreReported()
{
    FakeServer server;
    server.on("USE other", [](FakeConnection &c) { c.ok(changed(sessionSchema("other"))); });
    server.on("SET SESSION sql_mode = 'ANSI_QUOTES'",
              [](FakeConnection &c) { c.ok(changed(sessionVariable("sql_mode", "ANSI_QUOTES"))); });
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QSignalSpy databases(lease.get(), &Lease::databaseChanged);
    QSignalSpy variables(lease.get(), &Lease::trackedVariablesChanged);
    VERIFY_SUCCEEDS(watch(lease->execute(u"USE other"_s)));
    QCOMPARE(lease->database(), u"other"_s);
    QTRY_COMPARE(databases.size(), 1);
    QCOMPARE(databases.constFirst().constFirst().toString(), u"other"_s);
    QVERIFY(!lease->sqlDialect().ansiQuotes);
    VERIFY_SUCCEEDS(watch(lease->execute(u"SET SESSION sql_mode = 'ANSI_QUOTES'"_s)));
    QVERIFY(lease->sqlDialect().ansiQuotes);
    QCOMPARE(lease->trackedVariables().value(u"sql_mode"_s), u"ANSI_QUOTES"_s);
    QTRY_COMPARE(variables.size(), 1);
    QCOMPARE(databases.size(), 1);
}

void tst_LeaseSession::changesAreReportedFromTheEventLoop()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    OutcomePointer late;
    connect(lease.get(), &Lease::inTransactionChanged, this, [&](bool isOpen) {
        if (isOpen)
            late = watch(lease->execute(u"COMMIT"_s));
    });
    VERIFY_SUCCEEDS(watch(lease->execute(u"START TRANSACTION"_s)));
    QTRY_VERIFY(late);
    VERIFY_SUCCEEDS(late);
    QVERIFY(!lease->isInTransaction());
}

void tst_LeaseSession::lostStateIsReported_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("held");
    QTest::newRow("nothing") << u"SELECT 1"_s << QString();
    QTest::newRow("variable") << u"SET @a = 1"_s << u"variables"_s;
    QTest::newRow("table") << u"CREATE TEMPORARY TABLE t (a INT)"_s << u"temporary tables"_s;
    QTest::newRow("transaction") << u"START TRANSACTION"_s << u"an open transaction"_s;
}

void tst_LeaseSession::lostStateIsReported()
{
    QFETCH(QString, sql);
    QFETCH(QString, held);
    TransactionServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QStringList order;
    connect(lease.get(), &Lease::sessionStateLost, this,
            [&](const QString &lost) { order.append(lost); });
    connect(lease.get(), &Lease::errorOccurred, this, [&] { order.append(u"error"_s); });
    VERIFY_SUCCEEDS(watch(lease->execute(sql)));
    server.cutAll();
    QTRY_VERIFY(order.contains(u"error"_s));
    if (held.isEmpty()) {
        QCOMPARE(order, QStringList(u"error"_s));
        return;
    }
    QCOMPARE(order.size(), 2);
    QVERIFY2(order.constFirst().contains(held), qPrintable(order.constFirst()));
    QCOMPARE(order.constLast(), u"error"_s);
}

void tst_LeaseSession::closedPoolLosesNoState()
{
    TransactionServer server;
    auto pool = std::make_unique<Pool>(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(pool.get());
    QVERIFY(lease);
    QSignalSpy lost(lease.get(), &Lease::sessionStateLost);
    QSignalSpy errors(lease.get(), &Lease::errorOccurred);
    QSignalSpy transactions(lease.get(), &Lease::inTransactionChanged);
    VERIFY_SUCCEEDS(watch(lease->execute(u"START TRANSACTION"_s)));
    QTRY_COMPARE(transactions.size(), 1);
    pool.reset();
    QVERIFY(!lease->isInTransaction());
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(transactions.size(), 2);
    QVERIFY(lost.isEmpty());
}

void tst_LeaseSession::leaseCanBeDestroyedInAnySlot()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    for (int i = 0; i < 3; ++i) {
        Lease *lease = takenLease(&pool).release();
        QVERIFY(lease);
        bool deleted = false;
        const auto destroy = [&deleted, lease] {
            deleted = true;
            delete lease;
        };
        if (i == 0)
            connect(lease, &Lease::inTransactionChanged, this, destroy);
        else if (i == 1)
            connect(lease, &Lease::sessionStateLost, this, destroy);
        else
            connect(lease, &Lease::errorOccurred, this, destroy);
        lease->execute(u"START TRANSACTION"_s);
        if (i > 0) {
            QTRY_VERIFY(lease->isInTransaction());
            server.cutAll();
        }
        QTRY_VERIFY(deleted);
    }
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
}

/// What the lease before has changed is not seen.
void tst_LeaseSession::nextLeaseStartsAnew()
{
    TransactionServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    server.on("USE other", [](FakeConnection &c) { c.ok(changed(sessionSchema("other"))); });
    Pool pool(options);
    pool.setMaximumConnections(1);
    {
        const std::unique_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        VERIFY_SUCCEEDS(watch(lease->execute(u"START TRANSACTION"_s)));
        VERIFY_SUCCEEDS(watch(lease->execute(u"USE other"_s)));
        QCOMPARE(lease->database(), u"other"_s);
    }
    const std::unique_ptr<Lease> next = takenLease(&pool);
    QVERIFY(next);
    QCOMPARE(next->database(), u"shop"_s);
    QVERIFY(!next->isInTransaction());
    QCOMPARE(server.connectionCount(), 1);
}

QTEST_GUILESS_MAIN(tst_LeaseSession)

#include "tst_leasesession.moc"
