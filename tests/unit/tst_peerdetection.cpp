// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchangescript.h"
#include "peerdetection.h"
#include "queryexchange.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;

using Peer = SessionState::Peer;

class tst_PeerDetection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksTheTableThatLocksNothing_data();
    void asksTheTableThatLocksNothing();
    void comparesTheAnswer_data();
    void comparesTheAnswer();
};

void tst_PeerDetection::asksTheTableThatLocksNothing_data()
{
    QTest::addColumn<bool>("isMySql");
    QTest::addColumn<quint32>("version");
    QTest::addColumn<QByteArray>("table");
    QTest::newRow("MySQL") << true << quint32(90704)
                           << QByteArray("performance_schema.processlist");
    QTest::newRow("old MySQL") << true << quint32(50744)
                               << QByteArray("information_schema.PROCESSLIST");
    QTest::newRow("MariaDB") << false << quint32(110803)
                             << QByteArray("information_schema.PROCESSLIST");
}

void tst_PeerDetection::asksTheTableThatLocksNothing()
{
    QFETCH(const bool, isMySql);
    QFETCH(const quint32, version);
    QFETCH(const QByteArray, table);
    SessionState state;
    state.isMariaDb = !isMySql;
    state.flavour = isMySql ? Protocol::ServerFlavour::MySql : Protocol::ServerFlavour::MariaDb;
    state.serverVersionNumber = version;
    QCOMPARE(PeerDetection::sql(state), "SELECT 0 + CONNECTION_ID(), HOST, @@socket, "
                                        "GREATEST(@@max_allowed_packet, @@net_buffer_length) FROM "
                                            + table + " WHERE ID = CONNECTION_ID()");
}

void tst_PeerDetection::comparesTheAnswer_data()
{
    QTest::addColumn<QByteArrayList>("row");
    QTest::addColumn<Peer>("peer");
    QTest::addColumn<qsizetype>("packetLimit");
    QTest::newRow("the server") << QByteArrayList{"17", "localhost:4711", "/s", "65536"}
                                << Peer::Server << qsizetype(65536);
    QTest::newRow("another connection") << QByteArrayList{"18", "localhost:4711", "/s", "65536"}
                                        << Peer::Intermediary << qsizetype(0);
    QTest::newRow("another port") << QByteArrayList{"17", "localhost:99", "/s", "65536"}
                                  << Peer::Intermediary << qsizetype(0);
    QTest::newRow("no answer") << QByteArrayList() << Peer::Unknown << qsizetype(0);
}

void tst_PeerDetection::comparesTheAnswer()
{
    QFETCH(const QByteArrayList, row);
    SessionState state;
    state.connectionId = 17;
    state.localPort = 4711;
    Protocol::QueryExchange exchange("\x03SELECT", 0);
    ExchangeReader reader(&exchange);
    reader.takeSent();
    constexpr quint16 autoCommit = 0x0002;
    reader.feed(streamOf(row.isEmpty()
                             ? QByteArrayList{errorPacketOf(1142, "SELECT command denied")}
                             : resultPackets(0, {"a", "b", "c", "d"}, {row}, autoCommit)));
    const PeerDetection::Answer answer = PeerDetection::answerOf(state, exchange);
    QTEST(answer.peer, "peer");
    QTEST(answer.packetLimit, "packetLimit");
}

QTEST_APPLESS_MAIN(tst_PeerDetection)
#include "tst_peerdetection.moc"
