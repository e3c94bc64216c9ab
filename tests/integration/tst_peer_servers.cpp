// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <QtTest/qtest.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Pipelining = Connection::Pipelining;

namespace {

/// Each over a socket or TCP, in the clear and by TLS.
void addServersAndProxies()
{
    addChannelRows();
    for (const Server &proxy : proxies()) {
        for (const Channel channel : {Channel::Clear, Channel::Tls}) {
            QTest::addRow("%s, %s", qPrintable(proxy.name), Servers::name(channel))
                << proxy << channel;
        }
    }
}

/// Which the peer is asked for, if it can be asked.
bool executeTwo(Executor *executor)
{
    const QList<OutcomePointer> outcomes = {Fake::watch(executor->execute(u"SELECT 1"_s)),
                                            Fake::watch(executor->execute(u"SELECT 2"_s))};
    return areFinished(outcomes)
           && std::all_of(outcomes.cbegin(), outcomes.cend(),
                          [](const OutcomePointer &outcome) { return outcome->succeeded(); });
}

} // namespace

/// What is sent ahead of answers, and to whom.
class tst_Peer_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void serverIsRecognized_data() { addServersAndProxies(); }
    void serverIsRecognized();
    void answersBelongToTheirJobs_data() { addServersAndProxies(); }
    void answersBelongToTheirJobs();
    void questionChangesNothing_data();
    void questionChangesNothing();
};

void tst_Peer_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Peer_Servers::serverIsRecognized()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    ConnectionOptions options = Servers::options(server, channel);
    Connection connection(options);
    QCOMPARE(connection.pipelining(), Pipelining::Undetermined);
    VERIFY_DONE(connection.ping());
    VERIFY_DONE(connection.execute(u"SELECT 1"_s));
    QCOMPARE(connection.pipelining(), Pipelining::Undetermined);
    const Pipelining expected = server.isProxy() ? Pipelining::ProxyDetected : Pipelining::Active;
    QVERIFY(executeTwo(&connection));
    QCOMPARE(connection.pipelining(), expected);
    VERIFY_DONE(connection.resetSession());
    QVERIFY(executeTwo(&connection));
    QCOMPARE(connection.pipelining(), expected);
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Never);
    Connection other(options);
    VERIFY_DONE(other.ping());
    QCOMPARE(other.pipelining(), Pipelining::Disabled);
}

void tst_Peer_Servers::answersBelongToTheirJobs()
{
    constexpr int count = 2000;
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database, channel);
    options.setPipelineDepth(64);
    Connection connection(options);
    QList<OutcomePointer> texts;
    QList<OutcomePointer> prepared;
    QList<QVariantList> rows;
    for (int i = 0; i < count; ++i) {
        texts.append(Fake::watch(connection.execute(u"SELECT %1"_s.arg(i))));
        rows.append(QVariantList{i});
    }
    for (int i = 0; i < count; ++i)
        prepared.append(Fake::watch(connection.execute(u"SELECT ?"_s, {i})));
    QVERIFY(areFinished(texts));
    QVERIFY(areFinished(prepared));
    for (int i = 0; i < count; ++i) {
        QVERIFY2(texts[i]->succeeded(), Fake::describe(texts[i]).constData());
        QVERIFY2(prepared[i]->succeeded(), Fake::describe(prepared[i]).constData());
        QCOMPARE(texts[i]->rows(), one(QString::number(i)));
        QCOMPARE(prepared[i]->rows(), one(QString::number(i)));
    }
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT NOT NULL)"_s));
    VERIFY_DONE(connection.executeBatch(u"INSERT INTO t VALUES (?)"_s, rows));
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(DISTINCT n) FROM t"_s)),
             one(QString::number(count)));
}

void tst_Peer_Servers::questionChangesNothing_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QString>("probe");
    QTest::addColumn<QStringList>("row");
    QTest::addColumn<bool>("isInTransaction");
    for (const Server &server : Servers::all()) {
        const auto row
            = [&server](const char *name, const QStringList &before, const QString &probe,
                        const QStringList &expected, bool isInTransaction = false) {
                  QTest::addRow("%s, %s", qPrintable(server.name), name)
                      << server << before << probe << expected << isInTransaction;
              };
        const QString insert = u"INSERT INTO t (v) VALUES (5)"_s;
        row("insert id", {insert}, u"SELECT LAST_INSERT_ID()"_s, {u"2"_s});
        row("named lock", {u"DO GET_LOCK('peer', 0)"_s},
            u"SELECT IS_USED_LOCK('peer') = CONNECTION_ID()"_s, {u"1"_s});
        row("temporary table", {u"CREATE TEMPORARY TABLE u AS SELECT 7 AS n"_s},
            u"SELECT n FROM u"_s, {u"7"_s});
        row("open handler", {u"HANDLER t OPEN"_s, u"HANDLER t READ FIRST"_s},
            u"HANDLER t READ NEXT"_s, {u"2"_s, u"6"_s});
        row("autocommit off", {u"SET autocommit = 0"_s}, u"SELECT @@autocommit"_s, {u"0"_s});
        row("transaction", {u"BEGIN"_s, insert}, u"SELECT COUNT(*) FROM t"_s, {u"3"_s}, true);
        row("snapshot", {u"BEGIN"_s, u"DO 0"_s}, u"SELECT COUNT(*) FROM t"_s, {u"2"_s}, true);
        row("read-only transaction", {u"START TRANSACTION READ ONLY"_s},
            u"SELECT COUNT(*) FROM t"_s, {u"2"_s}, true);
    }
}

// Transactions, and what a session keeps, are the same after it.
void tst_Peer_Servers::questionChangesNothing()
{
    QFETCH(Server, server);
    QFETCH(QStringList, before);
    QFETCH(QString, probe);
    QFETCH(QStringList, row);
    QFETCH(bool, isInTransaction);
    const Database database(server);
    Connection other(Servers::options(server, database));
    VERIFY_DONE(other.execute(
        u"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT) ENGINE=InnoDB"_s));
    VERIFY_DONE(other.execute(u"INSERT INTO t (v) VALUES (4)"_s));
    ConnectionOptions options = Servers::options(server, database);
    options.setPipelineDepth(64);
    Connection connection(options);
    for (const QString &sql : before)
        VERIFY_DONE(connection.execute(sql));
    QCOMPARE(connection.pipelining(), Pipelining::Undetermined);
    QVERIFY(executeTwo(&connection));
    // Between the statements of a transaction it is not asked.
    QCOMPARE(connection.pipelining(),
             isInTransaction ? Pipelining::Undetermined : Pipelining::Active);
    QCOMPARE(connection.isInTransaction(), isInTransaction);
    // A snapshot that is taken by the question would not have it.
    VERIFY_DONE(other.execute(u"INSERT INTO t (v) VALUES (6)"_s));
    QCOMPARE(rowsOf(connection.execute(probe)), QList<QStringList>{row});
    if (!isInTransaction) {
        // Refused within a transaction.
        VERIFY_DONE(connection.execute(u"SET TRANSACTION ISOLATION LEVEL READ COMMITTED"_s));
    }
}

QTEST_GUILESS_MAIN(tst_Peer_Servers)

#include "tst_peer_servers.moc"
