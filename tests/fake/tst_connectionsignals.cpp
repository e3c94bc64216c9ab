// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the properties of a connection say, and that their signals reach those who listen late.

#include "connectionfixture.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtCore/qbytearray.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qlist.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

namespace {

/// A server in whose sessions a transaction is open between START TRANSACTION or BEGIN, and COMMIT.
class Server : public FakeServer
{
public:
    Server()
    {
        for (const char *sql : {"START TRANSACTION", "INSERT 1"}) {
            on(sql, [](FakeConnection &c) {
                Ok ok;
                ok.status |= InTransaction;
                c.ok(ok);
            });
        }
        on("SELECT slow", FakeServer::stall);
    }
};

/// Calls a function before each queued call that an object gets: what it is about to emit is known
/// to itself by then, and to nobody else.
class BeforeQueuedCalls : public QObject
{
public:
    explicit BeforeQueuedCalls(std::function<void()> act)
        : m_act(std::move(act))
    {
    }

    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::MetaCall)
            m_act();
        return false;
    }

private:
    std::function<void()> m_act;
};

} // namespace

class tst_ConnectionSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void openTransactionIsShown_data();
    void openTransactionIsShown();
    void transactionEndsWithTheSession_data();
    void transactionEndsWithTheSession();
    void transactionObjectIsShown();
    void lateListenerHearsOfTheTransactionsEnd();
    void autoCommittedStatementsChangeNothing();
    void lateListenerHearsOfTheLastJob();
    void secondListenerHearsOfTheReturn_data();
    void secondListenerHearsOfTheReturn();
};

void tst_ConnectionSignals::openTransactionIsShown_data()
{
    QTest::addColumn<QString>("begin");
    QTest::newRow("by statement") << u"START TRANSACTION"_s;
    // As with autocommit off.
    QTest::newRow("by the first that writes") << u"INSERT 1"_s;
}

void tst_ConnectionSignals::openTransactionIsShown()
{
    QFETCH(const QString, begin);
    Server server;
    Connection connection(optionsFor(server));
    QSignalSpy changed(&connection, &Connection::inTransactionChanged);
    QVERIFY(!connection.isInTransaction());
    VERIFY_SUCCEEDS(watch(connection.execute(begin)));
    QVERIFY(connection.isInTransaction());
    QTRY_COMPARE(changed, (QList<QVariantList>{{true}}));
    QCOMPARE(connection.property("inTransaction"), true);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"COMMIT"_s)));
    QVERIFY(!connection.isInTransaction());
    QTRY_COMPARE(changed, (QList<QVariantList>{{true}, {false}}));
}

void tst_ConnectionSignals::transactionEndsWithTheSession_data()
{
    QTest::addColumn<QString>("end");
    for (const char *end : {"lost", "abort", "close"})
        QTest::newRow(end) << QString::fromLatin1(end);
}

void tst_ConnectionSignals::transactionEndsWithTheSession()
{
    QFETCH(const QString, end);
    Server server;
    Connection connection(optionsFor(server));
    QSignalSpy changed(&connection, &Connection::inTransactionChanged);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    QTRY_COMPARE(changed.size(), 1);
    if (end == u"lost")
        server.cutAll();
    else if (end == u"abort")
        connection.abort();
    else
        connection.close();
    QTRY_COMPARE(changed, (QList<QVariantList>{{true}, {false}}));
    QVERIFY(!connection.isInTransaction());
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QVERIFY(!connection.isInTransaction());
}

void tst_ConnectionSignals::transactionObjectIsShown()
{
    Server server;
    Connection connection(optionsFor(server));
    QSignalSpy changed(&connection, &Connection::inTransactionChanged);
    Transaction *transaction = connection.beginTransaction();
    QSignalSpy started(transaction, &Transaction::started);
    QTRY_COMPARE(started.size(), 1);
    QVERIFY(connection.isInTransaction());
    QSignalSpy finished(transaction, &Transaction::finished);
    transaction->commit();
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(!connection.isInTransaction());
    QTRY_COMPARE(changed, (QList<QVariantList>{{true}, {false}}));
}

void tst_ConnectionSignals::lateListenerHearsOfTheTransactionsEnd()
{
    Server server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    QVERIFY(connection.isInTransaction());
    QSignalSpy changed(&connection, &Connection::inTransactionChanged);
    VERIFY_SUCCEEDS(watch(connection.execute(u"COMMIT"_s)));
    QTRY_COMPARE(changed, (QList<QVariantList>{{false}}));
}

void tst_ConnectionSignals::autoCommittedStatementsChangeNothing()
{
    Server server;
    Connection connection(optionsFor(server));
    QSignalSpy changed(&connection, &Connection::inTransactionChanged);
    for (const char *sql : {"SELECT 1", "INSERT 2", "COMMIT"})
        VERIFY_SUCCEEDS(watch(connection.execute(QString::fromLatin1(sql))));
    QVERIFY(!connection.isInTransaction());
    QVERIFY(changed.isEmpty());
}

/// The count is 0 again in one go, as it was when nobody listened yet.
void tst_ConnectionSignals::lateListenerHearsOfTheLastJob()
{
    Server server;
    Connection connection(optionsFor(server));
    std::vector<OutcomePointer> jobs;
    for (int i = 0; i < 5; ++i)
        jobs.push_back(watch(connection.execute(u"SELECT slow"_s)));
    QTRY_VERIFY(server.countQuery("SELECT slow") > 0);
    QSignalSpy changed(&connection, &Connection::pendingJobsChanged);
    QCOMPARE(connection.pendingJobs(), 5);
    connection.abort();
    for (const OutcomePointer &job : jobs)
        QTRY_COMPARE(job->finished, 1);
    QCOMPARE(connection.pendingJobs(), 0);
    QTRY_VERIFY(!changed.isEmpty());
    QCOMPARE(changed.last(), (QVariantList{0}));
}

void tst_ConnectionSignals::secondListenerHearsOfTheReturn_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"pendingJobs", "reconnectAttempt", "inTransaction"})
        QTest::newRow(name) << QByteArray(name);
}

/// It has read what nobody was told of, and the value is back before anybody is.
void tst_ConnectionSignals::secondListenerHearsOfTheReturn()
{
    QFETCH(const QByteArray, name);
    Server server;
    if (name == "reconnectAttempt")
        server.stopListening();
    Connection connection(optionsFor(server));
    const QMetaObject *meta = connection.metaObject();
    const QMetaProperty shown = meta->property(meta->indexOfProperty(name.constData()));
    const QVariant before = shown.read(&connection);
    QSignalSpy first(&connection, shown.notifySignal());
    std::unique_ptr<QSignalSpy> second;
    BeforeQueuedCalls beforeSignals([&] {
        if (second || shown.read(&connection) == before)
            return;
        QCOMPARE(first.size(), 0);
        second = std::make_unique<QSignalSpy>(&connection, shown.notifySignal());
        connection.abort();
    });
    connection.installEventFilter(&beforeSignals);
    const OutcomePointer begin = watch(connection.execute(u"START TRANSACTION"_s));
    QTRY_VERIFY(second);
    QTRY_COMPARE(begin->finished, 1);
    QCOMPARE(shown.read(&connection), before);
    QTRY_VERIFY(!second->isEmpty());
    QCOMPARE(second->last(), (QVariantList{before}));
    QCOMPARE(first.last(), (QVariantList{before}));
}

QTEST_GUILESS_MAIN(tst_ConnectionSignals)

#include "tst_connectionsignals.moc"
