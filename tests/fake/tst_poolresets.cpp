// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// A session of a pool is reset in one write with its set-up, and with the next job if that only
// reads.

#include "pipelinefixture.h"
#include "poolfixture.h"

#include <AsyncMySql/PreparedStatement>

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray Reset = "command 31";

/// With one session, in which a statement that leaves something is about to be answered.
class DirtyPool
{
public:
    explicit DirtyPool(FakeServer *server, ConnectionOptions options)
        : m_server(server)
        , pool(options)
    {
        pool.setMaximumConnections(1);
        server->on("SET @dirty = 1", FakeServer::stall);
        server->on("SELECT 1", [](FakeConnection &c) {
            c.result({"session"}, {{QByteArray::number(c.number())}});
        });
    }

    /// What is queued by then waits behind it.
    void makeDirty()
    {
        m_dirty = watch(pool.execute(u"SET @dirty = 1"_s));
        const int before = m_server->countQuery("SET @dirty = 1");
        QTRY_COMPARE(m_server->countQuery("SET @dirty = 1"), before + 1);
    }
    void goOn()
    {
        for (int i = 1; i <= m_server->connectionCount(); ++i) {
            if (m_server->connection(i)->runningQuery() == "SET @dirty = 1")
                m_server->connection(i)->ok();
        }
        QTRY_COMPARE(m_dirty->finished, 1);
    }

private:
    FakeServer *const m_server;
    OutcomePointer m_dirty;

public:
    Pool pool;
};

/// What arrived behind the statement that left something.
QByteArrayList behindDirty(const FakeConnection *connection)
{
    const QByteArrayList all = arrivedAt(connection);
    return all.mid(all.lastIndexOf("SET @dirty = 1") + 1);
}

int setUps(const FakeConnection *connection)
{
    return int(connection->received().count("SET NAMES"));
}

} // namespace

class tst_PoolResets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void travelsWithWhatMayFollow_data();
    void travelsWithWhatMayFollow();
    void oneStepAfterTheOther_data();
    void oneStepAfterTheOther();
    void jobComesBehindAllOfTheSetUp();
    void preparedStatementIsPreparedAnew();
    void slowRollbackHoldsUpNobody();
    void nothingFollowsWhereNothingIsSentTwice();
    void failureRepeatsTheJobElsewhere_data();
    void failureRepeatsTheJobElsewhere();
    void lossAtEveryPlace_data();
    void lossAtEveryPlace();
    void cancelledBehindTheReset();
    void jobBehindCloseHasANewSession();
    void serverThatDoesNotTakeIt();
    void thePeerIsAskedOnce();
    void refusedResetInSteps_data();
    void refusedResetInSteps();
    void lossBehindASuccessIsNoFailure();
};

void tst_PoolResets::travelsWithWhatMayFollow_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariantList>("parameters");
    QTest::addColumn<bool>("follows");
    QTest::newRow("read") << u"SELECT 1"_s << QVariantList() << true;
    QTest::newRow("read, with an apostrophe")
        << u"SELECT 'a''b' FROM t"_s << QVariantList() << true;
    QTest::newRow("write") << u"INSERT 1"_s << QVariantList() << false;
    QTest::newRow("locking read") << u"SELECT a FROM t FOR UPDATE"_s << QVariantList() << false;
    QTest::newRow("unknown function") << u"SELECT own_function()"_s << QVariantList() << false;
    // Where a text ends depends on the sql_mode.
    QTest::newRow("backslash") << u"SELECT 'a\\'"_s << QVariantList() << false;
    QTest::newRow("quotation mark") << u"SELECT \"a\" FROM t"_s << QVariantList() << false;
}

void tst_PoolResets::travelsWithWhatMayFollow()
{
    QFETCH(const QString, sql);
    QFETCH(const QVariantList, parameters);
    QFETCH(const bool, follows);
    FakeServer server;
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    DirtyPool dirty(&server, pipeliningOptions(server));
    dirty.makeDirty();
    const OutcomePointer outcome = watch(dirty.pool.execute(sql, parameters));
    dirty.goOn();
    QTRY_VERIFY(behindDirty(server.connection(1)).contains(Reset));
    SERVE_ANOTHER(server);
    QByteArrayList expected = {Reset};
    if (follows)
        expected.append(sql.toUtf8());
    QCOMPARE(behindDirty(server.connection(1)), expected);
    QCOMPARE(setUps(server.connection(1)), 2);
    QCOMPARE(outcome->finished, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(outcome);
    // Where what was executed may leave something, another reset follows.
    QCOMPARE(behindDirty(server.connection(1)).first(2), QByteArrayList({Reset, sql.toUtf8()}));
    if (follows) {
        QCOMPARE(dirty.pool.statistics().resets, 1U);
        QTRY_COMPARE(dirty.pool.statistics().idle, 1);
    }
}

void tst_PoolResets::oneStepAfterTheOther_data()
{
    QTest::addColumn<QByteArray>("peer");
    for (const char *peer : {"pipelining is off", "a proxy", "unknown"})
        QTest::newRow(peer) << QByteArray(peer);
}

void tst_PoolResets::oneStepAfterTheOther()
{
    QFETCH(const QByteArray, peer);
    FakeServer server;
    int questions = 0;
    server.on(FakeServer::PeerQuestion, [&](FakeConnection &c) {
        ++questions;
        if (peer == "unknown")
            c.error(1142, "42000", "SELECT command denied");
        else
            c.tellPeer(quint64(c.number()), quint16(c.peerPort() ^ 1));
    });
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server);
    if (peer == "pipelining is off")
        options.setPipeliningMode(ConnectionOptions::PipeliningMode::Never);
    DirtyPool dirty(&server, options);
    for (int i = 1; i <= 2; ++i) {
        dirty.makeDirty();
        const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
        dirty.goOn();
        QTRY_VERIFY(behindDirty(server.connection(1)).contains(Reset));
        SERVE_ANOTHER(server);
        QCOMPARE(behindDirty(server.connection(1)), QByteArrayList({Reset}));
        QCOMPARE(setUps(server.connection(1)), i);
        server.connection(1)->ok();
        VERIFY_SUCCEEDS(outcome);
        QCOMPARE(setUps(server.connection(1)), i + 1);
    }
    // What stands between goes on to do so.
    QCOMPARE(questions, peer == "pipelining is off" ? 0 : peer == "a proxy" ? 1 : 2);
}

void tst_PoolResets::jobComesBehindAllOfTheSetUp()
{
    FakeServer server;
    ConnectionOptions options = pipeliningOptions(server);
    options.setDatabase(u"shop"_s);
    options.setInitStatements({u"SET @own = 1"_s, u"SELECT 'ready'"_s});
    server.on("SELECT 'ready'", [](FakeConnection &c) { c.result({"a"}, {{"ready"}}); });
    DirtyPool dirty(&server, options);
    dirty.makeDirty();
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
    dirty.goOn();
    QTRY_VERIFY(behindDirty(server.connection(1)).contains(Reset));
    SERVE_ANOTHER(server);
    QCOMPARE(behindDirty(server.connection(1)),
             QByteArrayList({Reset, "USE `shop`", "SET @own = 1", "SELECT 'ready'", "SELECT 1"}));
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
    QCOMPARE(server.connectionCount(), 2);
}

// The server has forgotten all of them.
void tst_PoolResets::preparedStatementIsPreparedAnew()
{
    FakeServer server;
    ConnectionOptions options = pipeliningOptions(server);
    options.setAutoPrepareEnabled(true);
    DirtyPool dirty(&server, options);
    server.onCommand(Prepare, FakeServer::stall);
    dirty.makeDirty();
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    const OutcomePointer second = watch(dirty.pool.execute(u"SELECT ? + 1"_s, {1}));
    dirty.goOn();
    QTRY_VERIFY(behindDirty(server.connection(1)).contains(Reset));
    SERVE_ANOTHER(server);
    QCOMPARE(behindDirty(server.connection(1)).value(1), QByteArray("PREPARE SELECT ? + 1"));
    server.connection(1)->ok();
    QTRY_COMPARE(server.count(Prepare), 1);
    server.connection(1)->error(1295, "HY000", "Not prepared");
    VERIFY_SUCCEEDS(second);
}

// Another session is opened meanwhile, if there may be one.
void tst_PoolResets::slowRollbackHoldsUpNobody()
{
    FakeServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(2);
    server.on("START TRANSACTION", [](FakeConnection &c) {
        Ok ok;
        ok.status = AutoCommit | InTransaction;
        c.ok(ok);
    });
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    VERIFY_SUCCEEDS(watch(pool.execute(u"START TRANSACTION"_s)));
    VERIFY_SUCCEEDS(watch(pool.execute(u"SELECT 2"_s)));
    QCOMPARE(server.countQuery("SELECT 2"), 1);
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT 2"}));
    QVERIFY(!arrivedAt(server.connection(1)).contains("SELECT 2"));
}

void tst_PoolResets::nothingFollowsWhereNothingIsSentTwice()
{
    FakeServer server;
    ConnectionOptions options = pipeliningOptions(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(RetryPolicy::Never);
    options.setRetryPolicy(policy);
    DirtyPool dirty(&server, options);
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    dirty.makeDirty();
    const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
    dirty.goOn();
    QTRY_VERIFY(behindDirty(server.connection(1)).contains(Reset));
    SERVE_ANOTHER(server);
    QCOMPARE(behindDirty(server.connection(1)), QByteArrayList({Reset}));
    server.connection(1)->reset();
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery("SELECT 1"), 1);
}

void tst_PoolResets::failureRepeatsTheJobElsewhere_data()
{
    QTest::addColumn<QByteArray>("failing");
    QTest::addColumn<QString>("sql");
    for (const char *failing : {"reset", "SET NAMES", "USE `shop`", "SET @own = 1"}) {
        for (const char *sql : {"SELECT 1", "INSERT 1"})
            QTest::addRow("%s, %s", failing, sql)
                << QByteArray(failing) << QString::fromLatin1(sql);
    }
}

// The server has executed what was sent behind: a read, whose answer is not used.
void tst_PoolResets::failureRepeatsTheJobElsewhere()
{
    QFETCH(const QByteArray, failing);
    QFETCH(const QString, sql);
    FakeServer server;
    ConnectionOptions options = pipeliningOptions(server);
    options.setDatabase(u"shop"_s);
    options.setInitStatements({u"SET @own = 1"_s});
    DirtyPool dirty(&server, options);
    const QByteArray statement = sql.toUtf8();
    dirty.makeDirty();
    bool hasFailed = false;
    server.onOther([&](FakeConnection &c) {
        if (c.number() > 1 || hasFailed || failing == "reset"
            || !c.runningQuery().startsWith(failing))
            return false;
        hasFailed = true;
        c.error(1231, "42000", "Not now");
        return true;
    });
    if (failing == "reset") {
        server.onCommand(FakeServer::ResetConnection,
                         [](FakeConnection &c) { c.error(1047, "08S01", "Unknown command"); });
    }
    const OutcomePointer outcome = watch(dirty.pool.execute(sql));
    dirty.goOn();
    VERIFY_SUCCEEDS(outcome);
    QVERIFY(hasFailed || failing == "reset");
    QCOMPARE(server.userQueries(2).count(statement), 1);
    if (sql == u"SELECT 1")
        QCOMPARE(outcome->rows(), QList<QStringList>({{u"2"_s}}));
    else
        QCOMPARE(server.countQuery(statement), 1);
    QCOMPARE(dirty.pool.statistics().closedBroken, 1U);
    QTRY_COMPARE(server.openConnections(), 1);
}

void tst_PoolResets::lossAtEveryPlace_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("read") << u"SELECT 1"_s;
    QTest::newRow("write") << u"INSERT 1"_s;
}

// Of the answers to the reset, the set-up and the job, so many bytes arrive.
void tst_PoolResets::lossAtEveryPlace()
{
    QFETCH(const QString, sql);
    const QByteArray statement = sql.toUtf8();
    // OK packets: of the reset, SET NAMES and USE.
    constexpr int answersOfSetUp = 3 * 11;
    bool arrives = false;
    for (int bytes = 0; !arrives; ++bytes) {
        QVERIFY(bytes < 1000);
        FakeServer server;
        ConnectionOptions options = pipeliningOptions(server);
        options.setDatabase(u"shop"_s);
        DirtyPool dirty(&server, options);
        dirty.makeDirty();
        int executed = 0;
        server.on(statement, [&](FakeConnection &c) {
            ++executed;
            if (sql == u"SELECT 1")
                c.result({"session"}, {{QByteArray::number(c.number())}});
            else
                c.ok();
        });
        const OutcomePointer outcome = watch(dirty.pool.execute(sql));
        server.onCommand(FakeServer::ResetConnection, [bytes](FakeConnection &c) {
            c.cutAfter(bytes);
            c.ok();
        });
        dirty.goOn();
        QTRY_COMPARE(outcome->finished, 1);
        const QByteArray context = QByteArray::number(bytes) + " bytes: " + describe(outcome);
        const bool inFirst = server.userQueries(1).contains(statement);
        if (outcome->succeeded()) {
            // A write is executed once. It was sent to the second session only if the server has
            // not had it in the first.
            if (sql == u"INSERT 1")
                QVERIFY2(executed == 1, context.constData());
            arrives = server.connectionCount() == 1;
            if (sql == u"SELECT 1")
                QCOMPARE(outcome->rows(), QList<QStringList>({{arrives ? u"1"_s : u"2"_s}}));
        } else {
            // Where the session is lost right behind the set-up, the write is sent, and does not
            // arrive.
            QVERIFY2(sql == u"INSERT 1" && inFirst == (bytes > answersOfSetUp),
                     context.constData());
            QVERIFY2(outcome->failed(Error::ConnectionLost), context.constData());
            QCOMPARE(outcome->error.execution(), Error::Execution::Unknown);
            QCOMPARE(executed, inFirst ? 1 : 0);
        }
        // The set-up was complete when the write was sent.
        if (sql == u"INSERT 1")
            QCOMPARE(inFirst, bytes > answersOfSetUp);
    }
}

void tst_PoolResets::cancelledBehindTheReset()
{
    FakeServer server;
    DirtyPool dirty(&server, pipeliningOptions(server));
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    dirty.makeDirty();
    Query *query = dirty.pool.execute(u"SELECT 1"_s);
    const OutcomePointer outcome = watch(query);
    Query *limited = dirty.pool.execute(u"INSERT 1"_s);
    limited->setQueueTimeout(20ms);
    const OutcomePointer expired = watch(limited);
    dirty.goOn();
    QTRY_VERIFY(behindDirty(server.connection(1)).contains("SELECT 1"));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_FAILS(expired, QueueTimeout, NotSent);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(watch(dirty.pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
    QCOMPARE(outcome->finished, 1);
}

void tst_PoolResets::jobBehindCloseHasANewSession()
{
    FakeServer server;
    DirtyPool dirty(&server, pipeliningOptions(server));
    dirty.makeDirty();
    const OutcomePointer closed = watch(dirty.pool.close());
    const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
    dirty.goOn();
    VERIFY_SUCCEEDS(closed);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"2"_s}}));
    QVERIFY(!server.userQueries(1).contains("SELECT 1"));
}

// It answers a reset, but not what is behind it.
void tst_PoolResets::serverThatDoesNotTakeIt()
{
    FakeServer server;
    ConnectionOptions options = pipeliningOptions(server);
    options.setResponseTimeout(30ms);
    DirtyPool dirty(&server, options);
    int losses = 0;
    server.onCommand(FakeServer::ResetConnection, [&](FakeConnection &c) {
        if (setUps(&c) > 1
            && c.received().lastIndexOf("SET NAMES") > c.received().lastIndexOf("SET @dirty = 1")) {
            ++losses;
            return;
        }
        c.ok();
    });
    for (int i = 1; i <= 5; ++i) {
        dirty.makeDirty();
        const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
        dirty.goOn();
        VERIFY_SUCCEEDS(outcome);
    }
    QCOMPARE(losses, 3);
    // A new server may be another one.
    dirty.pool.clear();
    dirty.makeDirty();
    const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
    dirty.goOn();
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(losses, 4);
}

void tst_PoolResets::thePeerIsAskedOnce()
{
    FakeServer server;
    int questions = 0;
    server.on(FakeServer::PeerQuestion, [&](FakeConnection &c) {
        ++questions;
        c.tellPeer(quint64(c.number()), c.peerPort());
    });
    DirtyPool dirty(&server, pipeliningOptions(server));
    VERIFY_SUCCEEDS(watch(dirty.pool.execute(u"SELECT 1"_s)));
    QCOMPARE(questions, 0);
    for (int i = 0; i < 3; ++i) {
        dirty.makeDirty();
        const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
        dirty.goOn();
        VERIFY_SUCCEEDS(outcome);
    }
    QCOMPARE(questions, 1);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(dirty.pool.statistics().resets, 3U);
}

void tst_PoolResets::refusedResetInSteps_data()
{
    QTest::addColumn<QByteArray>("why");
    for (const char *why : {"pipelining is off", "a proxy", "set-up outside of ASCII"})
        QTest::newRow(why) << QByteArray(why);
}

// What waits behind a reset that is sent alone, and refused, is not executed in that session.
void tst_PoolResets::refusedResetInSteps()
{
    QFETCH(const QByteArray, why);
    FakeServer server;
    ConnectionOptions options = pipeliningOptions(server);
    if (why == "pipelining is off")
        options.setPipeliningMode(ConnectionOptions::PipeliningMode::Never);
    else if (why == "a proxy")
        server.on(FakeServer::PeerQuestion, [&](FakeConnection &c) {
            c.tellPeer(quint64(c.number()), quint16(c.peerPort() ^ 1));
        });
    else
        options.setInitStatements({u"SET @own = 'ä'"_s});
    DirtyPool dirty(&server, options);
    server.onCommand(FakeServer::ResetConnection,
                     [](FakeConnection &c) { c.error(1047, "08S01", "Unknown command"); });
    dirty.makeDirty();
    const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
    dirty.goOn();
    VERIFY_SUCCEEDS(outcome);
    QVERIFY(!server.userQueries(1).contains("SELECT 1"));
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"2"_s}}));
    QCOMPARE(dirty.pool.statistics().closedBroken, 1U);
}

// The session was reset, and lost later.
void tst_PoolResets::lossBehindASuccessIsNoFailure()
{
    FakeServer server;
    DirtyPool dirty(&server, pipeliningOptions(server));
    server.on("SELECT breaks", FakeServer::stall);
    const auto running = [&server](const QByteArray &sql) -> FakeConnection * {
        for (int i = server.connectionCount(); i > 0; --i) {
            if (server.connection(i)->isOpen() && server.connection(i)->runningQuery() == sql)
                return server.connection(i);
        }
        return nullptr;
    };
    for (int i = 1; i <= 4; ++i) {
        dirty.makeDirty();
        const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT breaks"_s));
        dirty.goOn();
        QTRY_VERIFY(running("SELECT breaks"));
        QVERIFY(behindDirty(running("SELECT breaks")).contains(Reset));
        SERVE_ANOTHER(server);
        running("SELECT breaks")->cut();
        QTRY_VERIFY(running("SELECT breaks"));
        running("SELECT breaks")->ok();
        VERIFY_SUCCEEDS(outcome);
    }
    dirty.makeDirty();
    FakeConnection *last = running("SET @dirty = 1");
    server.onCommand(FakeServer::ResetConnection, FakeServer::stall);
    const OutcomePointer outcome = watch(dirty.pool.execute(u"SELECT 1"_s));
    dirty.goOn();
    QTRY_VERIFY(behindDirty(last).contains(Reset));
    SERVE_ANOTHER(server);
    QCOMPARE(behindDirty(last), QByteArrayList({Reset, "SELECT 1"}));
    last->ok();
    VERIFY_SUCCEEDS(outcome);
}

QTEST_GUILESS_MAIN(tst_PoolResets)

#include "tst_poolresets.moc"
