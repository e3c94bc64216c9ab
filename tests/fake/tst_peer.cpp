// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"
#include "fakeserver.h"
#include "pipelinefixture.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <optional>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using PipeliningMode = ConnectionOptions::PipeliningMode;
using Pipelining = Connection::Pipelining;

/// What the server says about the session, apart from the truth.
struct Answer
{
    std::optional<quint64> id = {};
    bool isOtherPort = false;
    bool isError = false;
    bool isEmpty = false;
};

Q_DECLARE_METATYPE(Answer)

/// Nothing is sent ahead of an answer unless the peer is the server itself.
class tst_Peer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pipeliningDependsOnThePeer_data();
    void pipeliningDependsOnThePeer();
    void preparationIsAnsweredFirst_data();
    void preparationIsAnsweredFirst();
    void askedAgainAfterReset();
    void askedAgainAfterReconnect();
    void nothingIsSentBehindTheQuestion();
    void isAskedOnlyWhereItMatters();
    void isNotAskedWhereItWouldBeSeen_data();
    void isNotAskedWhereItWouldBeSeen();
    void isAskedBeforeATransactionThatReads();
    void isNotAskedInATransaction_data();
    void isNotAskedInATransaction();
    void largeCommandAsksForTheLimit_data();
    void largeCommandAsksForTheLimit();
    void lostSessionIsNoAnswer();
    void commandLimitIsTheServers_data();
    void commandLimitIsTheServers();
    void localSocketIsRecognized_data();
    void localSocketIsRecognized();
};

namespace {

void answerWith(FakeServer *server, const Answer &answer)
{
    server->on(FakeServer::PeerQuestion, [answer](FakeConnection &connection) {
        const quint16 port = connection.peerPort();
        if (answer.isError)
            connection.error(1142, "42000", "SELECT command denied");
        else if (answer.isEmpty)
            connection.result({"id", "HOST", "@@socket", "limit"}, {});
        else
            connection.tellPeer(answer.id.value_or(quint64(connection.number())),
                                answer.isOtherPort ? quint16(port ^ 1) : port);
    });
}

} // namespace

/// Two at a time are what the peer is asked for.
#define VERIFY_TWO_SUCCEED(connection) \
    do { \
        Jobs two; \
        two.execute(&(connection), {u"SELECT 1"_s, u"SELECT 2"_s}); \
        for (const OutcomePointer &outcome : two.outcomes) \
            VERIFY_SUCCEEDS(outcome); \
    } while (false)

void tst_Peer::pipeliningDependsOnThePeer_data()
{
    QTest::addColumn<Answer>("answer");
    QTest::addColumn<PipeliningMode>("mode");
    QTest::addColumn<int>("depth");
    QTest::addColumn<Pipelining>("pipelining");
    QTest::addColumn<bool>("asked");
    const auto automatic = PipeliningMode::Automatic;
    const auto row = [](const char *name, const Answer &answer, PipeliningMode mode, int depth,
                        Pipelining pipelining, bool asked) {
        QTest::newRow(name) << answer << mode << depth << pipelining << asked;
    };
    row("the server", {}, automatic, 64, Pipelining::Active, true);
    row("64 bits", {.id = 0x1'0000'0001}, automatic, 64, Pipelining::Active, true);
    row("another id", {.id = 78}, automatic, 64, Pipelining::ProxyDetected, true);
    row("no id", {.id = 0}, automatic, 64, Pipelining::ProxyDetected, true);
    row("another port", {.isOtherPort = true}, automatic, 64, Pipelining::ProxyDetected, true);
    row("error", {.isError = true}, automatic, 64, Pipelining::PeerUnknown, true);
    row("nothing", {.isEmpty = true}, automatic, 64, Pipelining::PeerUnknown, true);
    row("forced", {.id = 78}, PipeliningMode::Always, 64, Pipelining::Active, false);
    row("forbidden", {}, PipeliningMode::Never, 64, Pipelining::Disabled, false);
    row("depth 1", {}, automatic, 1, Pipelining::Disabled, false);
}

void tst_Peer::pipeliningDependsOnThePeer()
{
    QFETCH(const Answer, answer);
    QFETCH(const PipeliningMode, mode);
    QFETCH(const int, depth);
    QFETCH(const Pipelining, pipelining);
    QFETCH(const bool, asked);
    FakeServer server;
    answerWith(&server, answer);
    server.on("SELECT 1", FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server, depth);
    options.setPipeliningMode(mode);
    Connection connection(options);
    QCOMPARE(connection.pipelining(), Pipelining::Undetermined);
    QSignalSpy changed(&connection, &Connection::serverChanged);
    Jobs jobs;
    jobs.execute(&connection, {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    QTRY_VERIFY(server.countQuery("SELECT 1") == 1);
    QCOMPARE(connection.pipelining(), pipelining);
    QVERIFY(!changed.isEmpty());
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), asked ? 1 : 0);
    SERVE_ANOTHER(server);
    const bool isInUse = pipelining == Pipelining::Active;
    QCOMPARE(arrivedAt(server.connection(1)),
             isInUse ? (QByteArrayList{"SELECT 1", "SELECT 2", "SELECT 3"})
                     : QByteArrayList{"SELECT 1"});
    server.connection(1)->ok();
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
}

void tst_Peer::commandLimitIsTheServers_data()
{
    QTest::addColumn<Answer>("answer");
    QTest::addColumn<PipeliningMode>("mode");
    QTest::addColumn<bool>("isKnown");
    const auto automatic = PipeliningMode::Automatic;
    QTest::newRow("the server") << Answer{} << automatic << true;
    // What stands between may have other servers for the next statement.
    QTest::newRow("another id") << Answer{.id = 78} << automatic << false;
    QTest::newRow("another port") << Answer{.isOtherPort = true} << automatic << false;
    QTest::newRow("error") << Answer{.isError = true} << automatic << false;
    QTest::newRow("forced pipelining") << Answer{} << PipeliningMode::Always << true;
    QTest::newRow("no pipelining") << Answer{} << PipeliningMode::Never << true;
}

void tst_Peer::commandLimitIsTheServers()
{
    QFETCH(const Answer, answer);
    QFETCH(const PipeliningMode, mode);
    QFETCH(const bool, isKnown);
    FakeServer server;
    server.setMaximumAllowedPacket(32768);
    answerWith(&server, answer);
    ConnectionOptions options = pipeliningOptions(server, 64);
    options.setPipeliningMode(mode);
    Connection connection(options);
    // The byte of the command counts, and the limit itself is refused.
    const QString fits = u"DO '%1'"_s.arg(QString(32767 - 6, u'x'));
    const QString passes = u"DO '%1'"_s.arg(QString(32768 - 6, u'x'));
    VERIFY_SUCCEEDS(watch(connection.execute(fits)));
    const OutcomePointer outcome = watch(connection.execute(passes));
    if (isKnown) {
        VERIFY_FAILS(outcome, PacketTooLarge, NotSent);
        QVERIFY(outcome->error.message().contains(u"32768 bytes"_s));
        QVERIFY(outcome->error.message().contains(u"than 32768"_s));
    } else {
        VERIFY_SUCCEEDS(outcome);
    }
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(server.countQuery(passes.toUtf8()), isKnown ? 0 : 1);
}

void tst_Peer::preparationIsAnsweredFirst_data()
{
    QTest::addColumn<PipeliningMode>("mode");
    QTest::addColumn<int>("depth");
    QTest::newRow("the server") << PipeliningMode::Automatic << 64;
    QTest::newRow("forbidden") << PipeliningMode::Never << 64;
    QTest::newRow("depth 1") << PipeliningMode::Automatic << 1;
}

void tst_Peer::preparationIsAnsweredFirst()
{
    QFETCH(const PipeliningMode, mode);
    QFETCH(const int, depth);
    FakeServer server;
    server.setGreeting(FakeGreeting::mariaDb());
    server.onCommand(Prepare, FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server, depth);
    options.setPipeliningMode(mode);
    Connection connection(options);
    Query *query = connection.execute(u"SELECT ?"_s, {1});
    query->setPrepared(true);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(server.count(Prepare), 1);
    SERVE_ANOTHER(server);
    const bool isInUse = connection.pipelining() == Pipelining::Active;
    QCOMPARE(isInUse, depth > 1 && mode == PipeliningMode::Automatic);
    QCOMPARE(arrivedAt(server.connection(1)), isInUse
                                                  ? (QByteArrayList{"PREPARE SELECT ?", "EXECUTE"})
                                                  : QByteArrayList{"PREPARE SELECT ?"});
    QCOMPARE(outcome->finished, 0);
}

void tst_Peer::askedAgainAfterReset()
{
    FakeServer server;
    Connection connection(pipeliningOptions(server));
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(connection.pipelining(), Pipelining::Active);
    // Whatever stands between may have taken another server since.
    answerWith(&server, {.id = 1000});
    VERIFY_SUCCEEDS(watch(connection.resetSession()));
    // When the session is set up again, which can be behind the end of the job.
    QTRY_COMPARE(connection.pipelining(), Pipelining::Undetermined);
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), 1);
    QCOMPARE(connection.pipelining(), Pipelining::ProxyDetected);
}

void tst_Peer::askedAgainAfterReconnect()
{
    FakeServer server;
    Connection connection(pipeliningOptions(server));
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(connection.pipelining(), Pipelining::Active);
    answerWith(&server, {.id = 1000});
    server.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(connection.pipelining(), Pipelining::ProxyDetected);
}

void tst_Peer::nothingIsSentBehindTheQuestion()
{
    FakeServer server;
    server.on(FakeServer::PeerQuestion, FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    Jobs jobs;
    jobs.execute(&connection, {u"SELECT 1"_s, u"SELECT 2"_s});
    QTRY_COMPARE(server.countQuery(FakeServer::PeerQuestion), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList());
    server.connection(1)->tellPeer(1, server.connection(1)->peerPort());
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(connection.pipelining(), Pipelining::Active);
}

void tst_Peer::isAskedOnlyWhereItMatters()
{
    FakeServer server;
    answerWith(&server, {});
    Connection connection(pipeliningOptions(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    // These are never in flight together.
    Jobs apart;
    apart.execute(&connection, {u"SELECT 1"_s, u"DELETE FROM t"_s, u"SET @a = 1"_s, u"BEGIN"_s});
    for (const OutcomePointer &outcome : apart.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), 0);
    QCOMPARE(connection.pipelining(), Pipelining::Undetermined);
    QSignalSpy changed(&connection, &Connection::serverChanged);
    VERIFY_TWO_SUCCEED(connection);
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), 1);
    QCOMPARE(connection.pipelining(), Pipelining::Active);
    QCOMPARE(changed.count(), 1);
}

void tst_Peer::isNotAskedWhereItWouldBeSeen_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QStringList>("waiting");
    QTest::addColumn<bool>("isAsked");
    const auto row = [](const char *name, const QString &before, const QStringList &waiting,
                        bool isAsked) { QTest::newRow(name) << before << waiting << isAsked; };
    const QStringList reads = {u"SELECT 1"_s, u"SELECT 2"_s};
    row("nothing", u"DELETE FROM t"_s, reads, true);
    row("first asks", u"DELETE FROM t"_s, {u"SELECT ROW_COUNT()"_s, u"SELECT 2"_s}, false);
    row("second asks", u"SELECT 1"_s, {u"SELECT 1"_s, u"SELECT FOUND_ROWS()"_s}, false);
    row("table locks", u"LOCK TABLES t READ"_s, reads, false);
    row("next transaction", u"SET TRANSACTION READ ONLY"_s, reads, false);
    row("XA transaction", u"XA BEGIN 'a'"_s, reads, false);
    row("unknown statement", u"FROBNICATE"_s, reads, false);
    row("user variable", u"SET @a = 1"_s, reads, true);
}

void tst_Peer::isNotAskedWhereItWouldBeSeen()
{
    QFETCH(const QString, before);
    QFETCH(const QStringList, waiting);
    QFETCH(const bool, isAsked);
    FakeServer server;
    answerWith(&server, {});
    Connection connection(pipeliningOptions(server));
    VERIFY_SUCCEEDS(watch(connection.execute(before)));
    Jobs jobs;
    jobs.execute(&connection, waiting);
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), isAsked ? 1 : 0);
}

/// A server that has ended a transaction by itself says so in the answer to the next command: if
/// that was the question, nobody would be told.
void tst_Peer::isNotAskedInATransaction_data()
{
    QTest::addColumn<bool>("byStatement");
    QTest::newRow("Transaction") << false;
    QTest::newRow("statement") << true;
}

void tst_Peer::isNotAskedInATransaction()
{
    QFETCH(const bool, byStatement);
    FakeServer server;
    answerWith(&server, {});
    for (const char *sql : {"START TRANSACTION", "UPDATE t", "SELECT 1", "SELECT 2"}) {
        server.on(sql, [](FakeConnection &connection) {
            Ok ok;
            ok.status = AutoCommit | InTransaction;
            connection.ok(ok);
        });
    }
    Connection connection(pipeliningOptions(server));
    Transaction *transaction = nullptr;
    if (byStatement)
        VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    else
        transaction = connection.beginTransaction();
    Executor *executor = byStatement ? static_cast<Executor *>(&connection) : transaction;
    VERIFY_SUCCEEDS(watch(executor->execute(u"UPDATE t"_s)));
    Jobs jobs;
    jobs.execute(executor, {u"SELECT 1"_s, u"SELECT 2"_s});
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), 0);
    QCOMPARE(connection.pipelining(), Pipelining::Undetermined);
}

void tst_Peer::isAskedBeforeATransactionThatReads()
{
    FakeServer server;
    answerWith(&server, {});
    for (const char *sql : {"START TRANSACTION", "SELECT 1", "SELECT 2"}) {
        server.on(sql, [](FakeConnection &connection) {
            Ok ok;
            ok.status = AutoCommit | InTransaction;
            connection.ok(ok);
        });
    }
    Connection connection(pipeliningOptions(server));
    Transaction *transaction = connection.beginTransaction();
    Jobs jobs;
    jobs.execute(transaction, {u"SELECT 1"_s, u"SELECT 2"_s});
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), 1);
    QCOMPARE(connection.pipelining(), Pipelining::Active);
    VERIFY_SUCCEEDS(watch(transaction->commit()));
}

void tst_Peer::largeCommandAsksForTheLimit_data()
{
    QTest::addColumn<PipeliningMode>("mode");
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("isAsked");
    for (const PipeliningMode mode :
         {PipeliningMode::Automatic, PipeliningMode::Always, PipeliningMode::Never}) {
        // Every server accepts that by default.
        QTest::addRow("small, %d", static_cast<int>(mode)) << mode << 16 * 1024 - 1 << false;
        QTest::addRow("large, %d", static_cast<int>(mode)) << mode << 16 * 1024 << true;
    }
}

void tst_Peer::largeCommandAsksForTheLimit()
{
    QFETCH(const PipeliningMode, mode);
    QFETCH(const int, size);
    QFETCH(const bool, isAsked);
    FakeServer server;
    answerWith(&server, {});
    ConnectionOptions options = pipeliningOptions(server);
    options.setPipeliningMode(mode);
    Connection connection(options);
    for (int i = 0; i < 2; ++i)
        VERIFY_SUCCEEDS(watch(connection.execute(u"DO '%1'"_s.arg(QString(size - 6, u'x')))));
    QCOMPARE(server.countQuery(FakeServer::PeerQuestion), isAsked ? 1 : 0);
}

void tst_Peer::lostSessionIsNoAnswer()
{
    FakeServer server;
    server.once(FakeServer::PeerQuestion, [](FakeConnection &connection) { connection.cut(); });
    answerWith(&server, {});
    Connection connection(pipeliningOptions(server));
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(connection.pipelining(), Pipelining::Active);
}

void tst_Peer::localSocketIsRecognized_data()
{
    QTest::addColumn<quint16>("port");
    QTest::addColumn<Pipelining>("pipelining");
    QTest::newRow("the server's") << quint16(0) << Pipelining::Active;
    QTest::newRow("of something that reached it by TCP") << quint16(7) << Pipelining::ProxyDetected;
}

void tst_Peer::localSocketIsRecognized()
{
    QFETCH(const quint16, port);
    QFETCH(const Pipelining, pipelining);
    FakeServer server(FakeServer::Kind::Local);
    server.on(FakeServer::PeerQuestion,
              [port](FakeConnection &connection) { connection.tellPeer(1, port); });
    Connection connection(pipeliningOptions(server));
    VERIFY_TWO_SUCCEED(connection);
    QCOMPARE(connection.pipelining(), pipelining);
}

QTEST_GUILESS_MAIN(tst_Peer)

#include "tst_peer.moc"
