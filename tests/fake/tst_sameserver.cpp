// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/Transaction>

#include <QtTest/qtest.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

bool asksForAttributes(const QByteArray &sql)
{
    return sql.startsWith("SELECT PROCESSLIST_ID");
}

void answerWithIds(FakeConnection &connection, const QByteArrayList &ids)
{
    QList<FakeRow> rows;
    for (const QByteArray &id : ids)
        rows.append(FakeRow{id});
    connection.result({"PROCESSLIST_ID"}, rows);
}

} // namespace

/// A statement is only killed when the side connection has reached the same server: behind a
/// balancer, the number of the session can belong to a stranger.
class tst_SameServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killsWhereItIsVerified_data();
    void killsWhereItIsVerified();
    void dropsTheSessionOtherwise_data();
    void dropsTheSessionOtherwise();
    void asksForItsOwnToken();
    void asksOnceForSeveralKills();
    void silentProof();
    void transactionEndsWithTheSession();
};

void tst_SameServer::killsWhereItIsVerified_data()
{
    QTest::addColumn<FakeServer::Kind>("kind");
    QTest::addColumn<bool>("isMariaDb");
    QTest::addColumn<bool>("hasAttributes");
    for (const bool isMariaDb : {false, true}) {
        for (const bool hasAttributes : {false, true}) {
            const char *server = isMariaDb ? "MariaDB" : "MySQL";
            const char *attributes = hasAttributes ? "" : ", no attributes";
            QTest::addRow("%s, TCP%s", server, attributes)
                << FakeServer::Kind::Tcp << isMariaDb << hasAttributes;
            QTest::addRow("%s, local%s", server, attributes)
                << FakeServer::Kind::Local << isMariaDb << hasAttributes;
        }
    }
}

void tst_SameServer::killsWhereItIsVerified()
{
    QFETCH(const FakeServer::Kind, kind);
    QFETCH(const bool, isMariaDb);
    QFETCH(const bool, hasAttributes);
    FakeServer server(kind);
    if (isMariaDb)
        server.setGreeting(FakeGreeting::mariaDb());
    server.on("SELECT slow", FakeServer::stall);
    server.onProof([hasAttributes](FakeConnection &c) {
        if (!hasAttributes && asksForAttributes(c.runningQuery()))
            answerWithIds(c, {});
        else
            c.showSessions(c.runningQuery());
    });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT next"}));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
}

void tst_SameServer::dropsTheSessionOtherwise_data()
{
    QTest::addColumn<bool>("isMariaDb");
    QTest::addColumn<FakeServer::Handler>("proof");

    const auto hosts = [](const QByteArray &session, const QByteArray &side) {
        return FakeServer::Handler([session, side](FakeConnection &c) {
            if (asksForAttributes(c.runningQuery()))
                answerWithIds(c, {});
            else
                c.result({"Id", "Host"}, {{"1", session}, {"2", side}});
        });
    };
    for (const bool isMariaDb : {false, true}) {
        const char *server = isMariaDb ? "MariaDB" : "MySQL";
        const auto row = [&](const char *name, const FakeServer::Handler &handler) {
            QTest::addRow("%s, %s", server, name) << isMariaDb << handler;
        };
        row("another session's token", [](FakeConnection &c) {
            if (asksForAttributes(c.runningQuery()))
                answerWithIds(c, {"2"});
            else
                c.result({"Id", "Host"}, {{"1", "localhost:1"}, {"2", "localhost:2"}});
        });
        row("no such session", [](FakeConnection &c) {
            if (asksForAttributes(c.runningQuery()))
                answerWithIds(c, {"2"});
            else
                c.result({"Id", "Host"}, {{"2", "localhost:2"}});
        });
        row("other ports", hosts("localhost:1", "localhost:2"));
        row("no ports", hosts("localhost", "localhost"));
        row("no hosts", hosts("", ""));
        row("refused", [](FakeConnection &c) { c.error(1142, "42000", "SELECT denied"); });
        row("no rows", [](FakeConnection &c) { c.ok(); });
        row("another column", [](FakeConnection &c) { c.result({"x"}, {FakeRow{"2"}}); });
    }
}

void tst_SameServer::dropsTheSessionOtherwise()
{
    QFETCH(const bool, isMariaDb);
    QFETCH(const FakeServer::Handler, proof);
    FakeServer server;
    if (isMariaDb)
        server.setGreeting(FakeGreeting::mariaDb());
    server.on("SELECT slow", FakeServer::stall);
    server.onProof(proof);
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(next);
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
    QCOMPARE(server.userQueries(3), QByteArrayList({"INSERT next"}));
}

/// No other client has it.
void tst_SameServer::asksForItsOwnToken()
{
    FakeServer server;
    QByteArrayList tokens;
    server.on("SELECT slow", FakeServer::stall);
    server.onProof([&](FakeConnection &c) {
        const QByteArray sql = c.runningQuery();
        const qsizetype at = sql.indexOf("ATTR_VALUE = '");
        tokens.append(sql.mid(at + 14, sql.indexOf('\'', at + 14) - at - 14));
        // The session has told it when it logged in.
        QVERIFY(server.connection(1)->received().contains(tokens.constLast()));
        c.showSessions(sql);
    });
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT slow"_s);
    query->setTimeout(20ms);
    VERIFY_FAILS(watch(query), QueryTimeout, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(tokens.size(), 1);
    QCOMPARE(tokens[0].size(), 32);
}

/// MySQL, for one, goes on with the next statement of a text.
void tst_SameServer::asksOnceForSeveralKills()
{
    SlowServer server;
    int kills = 0;
    server.onKill([&](FakeConnection &killer, quint32 id) {
        if (++kills == 3)
            server.interrupt(id);
        killer.ok();
    });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(kills, 3);
    QCOMPARE(server.connectionCount(), 2);
    const QByteArrayList queries = server.queries(2);
    QCOMPARE(std::count_if(queries.begin(), queries.end(), FakeServer::isProof), 1);
    QTRY_VERIFY(!server.connection(2)->isOpen());
}

void tst_SameServer::silentProof()
{
    SlowServer server;
    server.onProof(FakeServer::stall);
    ConnectionOptions options = optionsFor(server);
    options.setCancelGracePeriod(100ms);
    Connection connection(options);
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
}

void tst_SameServer::transactionEndsWithTheSession()
{
    FakeServer server;
    server.on("START TRANSACTION", [](FakeConnection &c) {
        Ok ok;
        ok.status |= InTransaction;
        c.ok(ok);
    });
    server.on("SELECT slow", FakeServer::stall);
    server.onProof([](FakeConnection &c) { c.ok(); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    Query *query = transaction->execute(u"SELECT slow"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    const OutcomePointer behind = watch(transaction->execute(u"INSERT 2"_s));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_FAILS(behind, TransactionEnded, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
}

QTEST_GUILESS_MAIN(tst_SameServer)

#include "tst_sameserver.moc"
