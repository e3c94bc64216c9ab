// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <QtTest/qtest.h>

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
    const Pipelining expected = server.isProxy() ? Pipelining::ProxyDetected : Pipelining::Active;
    QCOMPARE(connection.pipelining(), expected);
    VERIFY_DONE(connection.resetSession());
    VERIFY_DONE(connection.ping());
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

QTEST_GUILESS_MAIN(tst_Peer_Servers)

#include "tst_peer_servers.moc"
