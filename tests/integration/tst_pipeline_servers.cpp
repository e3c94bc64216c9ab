// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Result>

#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Execution = Error::Execution;
using Fake::OutcomePointer;

/// Many statements on their way at a time, as is the default.
class tst_Pipeline_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void manyStatementsOnTheirWay_data() { addChannelRows(); }
    void manyStatementsOnTheirWay();
    void cancelAmongManyHitsOne_data();
    void cancelAmongManyHitsOne();
};

void tst_Pipeline_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Pipeline_Servers::manyStatementsOnTheirWay()
{
    constexpr int count = 1000;
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database, channel);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1, 0)"_s));
    QList<OutcomePointer> outcomes;
    QStringList order;
    QStringList expected;
    const auto add = [&](Job *job) {
        expected.append(QString::number(expected.size()));
        outcomes.append(Fake::watch(job, &order, expected.last()));
    };
    // Now and then one that fails.
    for (int i = 0; i < count; ++i)
        add(connection.execute(u"INSERT INTO t VALUES (?, ?)"_s, {i % 100 == 50 ? 1 : 10 + i, i}));
    for (int i = 0; i < count; ++i) {
        if (i % 2 == 0)
            add(connection.execute(u"SELECT n, ? FROM t WHERE id = ?"_s, {i, 10 + i}));
        else
            add(connection.execute(u"SELECT n, %1 FROM t WHERE id = %2"_s.arg(i).arg(10 + i)));
    }
    QVERIFY(areFinished(outcomes));
    QCOMPARE(order, expected);
    for (int i = 0; i < count; ++i) {
        const OutcomePointer &inserted = outcomes[i];
        const OutcomePointer &found = outcomes[count + i];
        const QString text = QString::number(i);
        const bool fails = i % 100 == 50;
        if (fails) {
            QVERIFY2(inserted->failed(Error::ServerError), Fake::describe(inserted).constData());
            QCOMPARE(inserted->error.execution(), Execution::Rejected);
        } else {
            QVERIFY2(inserted->succeeded(), Fake::describe(inserted).constData());
            QCOMPARE(inserted->results.constLast().affectedRows(), 1U);
        }
        QVERIFY2(found->succeeded(), Fake::describe(found).constData());
        QCOMPARE(found->rows(), fails ? QList<QStringList>() : QList<QStringList>({{text, text}}));
    }
}

void tst_Pipeline_Servers::cancelAmongManyHitsOne_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("slow");
    for (const Server &server : all()) {
        QTest::addRow("%s, SLEEP", qPrintable(server.name)) << server << u"SELECT SLEEP(300), ?"_s;
        QTest::addRow("%s, join", qPrintable(server.name))
            << server
            << u"SELECT SUM(a.id * b.id + c.id * d.id), ? FROM t a JOIN t b JOIN t c JOIN t d"_s;
    }
}

void tst_Pipeline_Servers::cancelAmongManyHitsOne()
{
    constexpr int count = 30;
    QFETCH(Server, server);
    QFETCH(QString, slow);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)"_s));
    QList<QVariantList> rows;
    for (int i = 0; i < 1000; ++i)
        rows.append({10 + i, i});
    VERIFY_DONE(connection.executeBatch(u"INSERT INTO t VALUES (?, ?)"_s, rows));
    const quint64 session = connection.connectionId();
    QList<OutcomePointer> outcomes;
    QStringList order;
    QStringList expected;
    const auto add = [&](Job *job) {
        expected.append(QString::number(expected.size()));
        outcomes.append(Fake::watch(job, &order, expected.last()));
    };
    for (int i = 0; i < count; ++i)
        add(connection.execute(u"SELECT ?, n FROM t WHERE id = 10"_s, {i}));
    Query *victim = connection.execute(slow, {1});
    add(victim);
    for (int i = 0; i < count; ++i)
        add(connection.execute(u"SELECT ?, n FROM t WHERE id = 10"_s, {i}));
    connect(victim, &Job::stateChanged, victim, [victim](Job::State state) {
        if (state == Job::State::Running)
            QTimer::singleShot(100ms, victim, &Job::cancel);
    });
    QVERIFY(areFinished(outcomes));
    QCOMPARE(order, expected);
    QVERIFY2(outcomes[count]->failed(Error::Cancelled),
             Fake::describe(outcomes[count]).constData());
    for (int i = 0; i < count; ++i) {
        const QList<QStringList> own = {{QString::number(i), u"0"_s}};
        QVERIFY2(outcomes[i]->succeeded(), Fake::describe(outcomes[i]).constData());
        QCOMPARE(outcomes[i]->rows(), own);
        QVERIFY2(outcomes[count + 1 + i]->succeeded(),
                 Fake::describe(outcomes[count + 1 + i]).constData());
        QCOMPARE(outcomes[count + 1 + i]->rows(), own);
    }
    QCOMPARE(connection.connectionId(), session);
}

QTEST_GUILESS_MAIN(tst_Pipeline_Servers)

#include "tst_pipeline_servers.moc"
