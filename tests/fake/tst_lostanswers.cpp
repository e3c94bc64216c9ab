// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = Connection::State;

/// Statements whose answer depends on a session that has ended.
class tst_LostAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readIsNotSentAgainWithoutWhatItSaw();
    void answerOfALostSessionIsRefused_data();
    void answerOfALostSessionIsRefused();
};

void tst_LostAnswers::readIsNotSentAgainWithoutWhatItSaw()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"CREATE TEMPORARY TABLE t (a INT)"_s)));
    server.once("SELECT a FROM t", [](FakeConnection &c) { c.cut(); });
    VERIFY_FAILS(watch(connection.execute(u"SELECT a FROM t"_s)), ConnectionLost, Unknown);
    QCOMPARE(server.countQuery("SELECT a FROM t"), 1);
}

void tst_LostAnswers::answerOfALostSessionIsRefused_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("isIdle");
    QTest::addColumn<bool>("succeeds");
    for (const bool idle : {true, false}) {
        const char *how = idle ? "idle" : "lost";
        QTest::addRow("%s, rows", how) << u"SELECT ROW_COUNT()"_s << idle << false;
        QTest::addRow("%s, warnings", how) << u"SHOW WARNINGS"_s << idle << false;
        QTest::addRow("%s, id", how)
            << u"INSERT INTO u VALUES (LAST_INSERT_ID())"_s << idle << false;
        QTest::addRow("%s, other", how)
            << u"UPDATE t SET a = LAST_INSERT_ID(a + 1)"_s << idle << true;
    }
}

void tst_LostAnswers::answerOfALostSessionIsRefused()
{
    QFETCH(QString, sql);
    QFETCH(bool, isIdle);
    QFETCH(bool, succeeds);
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    if (isIdle)
        options.setIdleTimeout(30ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(sql)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT INTO t VALUES (1)"_s)));
    if (!isIdle)
        server.cutAll();
    QTRY_COMPARE(connection.state(), State::Unconnected);
    const OutcomePointer outcome = watch(connection.execute(sql));
    if (succeeds)
        VERIFY_SUCCEEDS(outcome);
    else
        VERIFY_FAILS(outcome, ConnectionLost, NotSent);
    const OutcomePointer write = watch(connection.execute(u"INSERT INTO t VALUES (1)"_s));
    const OutcomePointer again = watch(connection.execute(sql));
    VERIFY_SUCCEEDS(write);
    VERIFY_SUCCEEDS(again);
}

QTEST_GUILESS_MAIN(tst_LostAnswers)

#include "tst_lostanswers.moc"
