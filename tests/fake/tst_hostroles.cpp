// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostsfixture.h"
#include "poolfixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/HostPolicy>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

namespace {

const QByteArray ReadOnlyText
    = "The MySQL server is running with the --read-only option so it cannot execute this statement";
const QByteArray NotReadyText = "WSREP has not yet prepared node for application use";

void setGalera(FakeServer *server, const QByteArray &ready, const QByteArray &state)
{
    setAnswer(server, FakeServer::RoleQuestion, {{"read_only", "OFF"}, {"wsrep_on", "ON"}});
    setAnswer(server, FakeServer::GaleraQuestion,
              {{"wsrep_cluster_status", "Primary"},
               {"wsrep_local_state", state},
               {"wsrep_local_state_comment", "as tested"},
               {"wsrep_ready", ready}});
}

/// Inserts in a transaction that runs again where that may help.
Transaction *transactInsert(Connection *connection, int *calls = nullptr)
{
    return connection->transact([calls](Transaction *attempt) {
        if (calls)
            ++*calls;
        attempt->execute(u"INSERT 1"_s);
        attempt->commit();
    });
}

FakeServer::Handler refusal(int number, const QByteArray &state, const QByteArray &text)
{
    return [=](FakeConnection &c) { c.error(number, state, text); };
}

} // namespace

/// Hosts of which some cannot be used, or not for everything.
class tst_HostRoles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksWhereThereIsAChoice();
    void prefersWhatCanBeWrittenTo();
    void readsWhereNothingElseIsThere();
    void waitsForAWritableHost();
    void leavesNodesThatAreNotReady_data();
    void leavesNodesThatAreNotReady();
    void leavesMembersThatAreNotOnline();
    void refusedStatementsGoElsewhere_data();
    void refusedStatementsGoElsewhere();
    void refusedStatementsKeepTheirOrder();
    void overtakenStatementsFail_data();
    void overtakenStatementsFail();
    void otherOptionsAreErrorsOfTheirStatements();
    void whatASessionHoldsIsKept();
    void attemptsAreLimited();
    void transactionsRunAgainElsewhere_data();
    void transactionsRunAgainElsewhere();
    void lostTransactionsRunAgainElsewhere();
    void commitsOfUnknownOutcomeDoNotRunAgain();
    void poolLeavesTheHostWithAllSessions();
    void followsTheNewPrimary();
    void learnsTheMembers();
};

void tst_HostRoles::asksWhereThereIsAChoice()
{
    FakeServer server;
    Connection single(Fake::optionsFor(server));
    VERIFY_SUCCEEDS(watch(single.execute(u"INSERT 1"_s)));
    QCOMPARE(server.countQuery(FakeServer::RoleQuestion), 0);

    FakeServer other;
    Connection several(optionsFor({&server, &other}));
    VERIFY_SUCCEEDS(watch(several.execute(u"INSERT 2"_s)));
    QCOMPARE(server.countQuery(FakeServer::RoleQuestion), 1);
    // Before anything else.
    QCOMPARE(server.queries(2).constFirst(), QByteArray(FakeServer::RoleQuestion));
    VERIFY_SUCCEEDS(watch(several.resetSession()));
    QCOMPARE(server.countQuery(FakeServer::RoleQuestion), 1);
}

void tst_HostRoles::prefersWhatCanBeWrittenTo()
{
    FakeServer replica;
    FakeServer primary;
    setReadOnly(&replica, true);
    setReadOnly(&primary, false);
    Connection connection(optionsFor({&replica, &primary}));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(primary.userQueries(), QByteArrayList({"INSERT 1"}));
    QCOMPARE(errors.size(), 1);
    const auto error = errors[0].constFirst().value<Error>();
    QCOMPARE(error.code(), Error::ServerUnavailable);
    QVERIFY2(error.message().contains(u"read_only is ON"_s), qPrintable(error.message()));
    QVERIFY(error.message().contains(QString::number(replica.port())));
    // It is remembered.
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(replica.connectionCount(), 1);
}

void tst_HostRoles::readsWhereNothingElseIsThere()
{
    FakeServer primary;
    FakeServer replica;
    primary.stopListening();
    setReadOnly(&replica, true);
    ConnectionOptions options = optionsFor({&primary, &replica});
    options.setRetryPolicy(lateRetries());
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(replica.userQueries(), QByteArrayList({"SELECT 1"}));
}

void tst_HostRoles::waitsForAWritableHost()
{
    FakeServer first;
    FakeServer second;
    setReadOnly(&first, true);
    setReadOnly(&second, true);
    ConnectionOptions options = optionsFor({&first, &second});
    HostPolicy policy;
    policy.setRequiresWritable(true);
    options.setHostPolicy(policy);
    Connection connection(options);
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    QTRY_VERIFY(connection.reconnectAttempt() >= 2);
    QCOMPARE(job->finished, 0);
    setReadOnly(&second, false);
    VERIFY_SUCCEEDS(job);
    QCOMPARE(second.userQueries(), QByteArrayList({"INSERT 1"}));

    // Also where there is but one.
    FakeServer only;
    setReadOnly(&only, true);
    options = Fake::optionsFor(only);
    options.setHostPolicy(policy);
    Connection single(options);
    const OutcomePointer waiting = watch(single.execute(u"INSERT 2"_s));
    QTRY_VERIFY(single.reconnectAttempt() >= 2);
    setReadOnly(&only, false);
    VERIFY_SUCCEEDS(waiting);
}

void tst_HostRoles::leavesNodesThatAreNotReady_data()
{
    QTest::addColumn<QByteArray>("ready");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<bool>("isUsedAlone");
    QTest::newRow("joining") << QByteArray("OFF") << QByteArray("1") << false;
    QTest::newRow("donor") << QByteArray("ON") << QByteArray("2") << true;
    QTest::newRow("joined") << QByteArray("ON") << QByteArray("3") << false;
}

void tst_HostRoles::leavesNodesThatAreNotReady()
{
    QFETCH(const QByteArray, ready);
    QFETCH(const QByteArray, state);
    QFETCH(const bool, isUsedAlone);
    FakeServer first;
    FakeServer second;
    setGalera(&first, ready, state);
    setGalera(&second, "ON", "4");
    Connection connection(optionsFor({&first, &second}));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(second.userQueries(), QByteArrayList({"INSERT 1"}));

    second.stopListening();
    second.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    const OutcomePointer job = watch(connection.execute(u"INSERT 2"_s));
    if (isUsedAlone) {
        VERIFY_SUCCEEDS(job);
        QCOMPARE(first.userQueries(), QByteArrayList({"INSERT 2"}));
    } else {
        QTRY_VERIFY(connection.reconnectAttempt() >= 2);
        QCOMPARE(job->finished, 0);
        setGalera(&first, "ON", "4");
        VERIFY_SUCCEEDS(job);
    }
}

void tst_HostRoles::leavesMembersThatAreNotOnline()
{
    FakeServer expelled;
    FakeServer secondary;
    FakeServer primary;
    for (FakeServer *server : {&expelled, &secondary, &primary})
        setAnswer(server, FakeServer::RoleQuestion, {{"group_replication_group_name", "aaaa"}});
    const auto setMembers = [](FakeServer *server, const QList<FakeRow> &rows) {
        server->on(FakeServer::GroupQuestion, [rows](FakeConnection &c) {
            c.result({{"MEMBER_STATE"}, {"MEMBER_ROLE"}, {"own"}}, rows);
        });
    };
    setMembers(&expelled, {{"ERROR", "", "1"}});
    setMembers(&secondary, {{"ONLINE", "PRIMARY", "0"}, {"ONLINE", "SECONDARY", "1"}});
    setMembers(&primary, {{"ONLINE", "PRIMARY", "1"}, {"ONLINE", "SECONDARY", "0"}});
    Connection connection(optionsFor({&expelled, &secondary, &primary}));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(primary.userQueries(), QByteArrayList({"INSERT 1"}));
    QCOMPARE(errors.size(), 2);
    QVERIFY(errors[0].constFirst().value<Error>().message().contains(u"ERROR"_s));
    QVERIFY(errors[1].constFirst().value<Error>().message().contains(u"secondary"_s));
}

void tst_HostRoles::refusedStatementsGoElsewhere_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("not ready") << 1047 << QByteArray("08S01") << NotReadyText;
    QTest::newRow("read-only") << 1290 << QByteArray("HY000") << ReadOnlyText;
    QTest::newRow("read-only mode") << 1836 << QByteArray("HY000") << QByteArray("read-only mode");
    QTest::newRow("read-only by default")
        << 1792 << QByteArray("25006") << QByteArray("READ ONLY transaction");
    QTest::newRow("offline") << 3032 << QByteArray("HY000") << QByteArray("offline mode");
}

void tst_HostRoles::refusedStatementsGoElsewhere()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, state);
    QFETCH(const QByteArray, text);
    FakeServer first;
    FakeServer second;
    first.on("INSERT 2", refusal(number, state, text));
    Connection connection(optionsFor({&first, &second}));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    const OutcomePointer refused = watch(connection.execute(u"INSERT 2"_s));
    const OutcomePointer next = watch(connection.execute(u"INSERT 3"_s));
    VERIFY_SUCCEEDS(refused);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(first.userQueries(), QByteArrayList({"INSERT 1", "INSERT 2"}));
    QCOMPARE(second.userQueries(), QByteArrayList({"INSERT 2", "INSERT 3"}));
    // New sessions do not go back.
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 4"_s)));
    QCOMPARE(second.userQueries().constLast(), "INSERT 4");
}

void tst_HostRoles::refusedStatementsKeepTheirOrder()
{
    FakeServer first;
    FakeServer second;
    constexpr int jobs = 20;
    QByteArrayList expected;
    for (int i = 0; i < jobs; ++i) {
        expected.append("INSERT " + QByteArray::number(i));
        first.on(expected.constLast(), refusal(1047, "08S01", NotReadyText));
    }
    ConnectionOptions options = optionsFor({&first, &second});
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    options.setPipelineDepth(64);
    Connection connection(options);
    QStringList order;
    QStringList wanted;
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < jobs; ++i) {
        wanted.append(QString::number(i));
        outcomes.append(watch(connection.execute(QString::fromLatin1(expected[i])), &order,
                              wanted.constLast()));
    }
    for (const OutcomePointer &outcome : outcomes)
        VERIFY_SUCCEEDS(outcome);
    // All were sent ahead, and refused.
    QCOMPARE(first.userQueries(), expected);
    QCOMPARE(second.userQueries(), expected);
    QCOMPARE(order, wanted);
}

void tst_HostRoles::overtakenStatementsFail_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<bool>("isExecuted");
    QTest::newRow("success") << 0 << true;
    QTest::newRow("perhaps executed") << 3100 << true;
    QTest::newRow("not executed") << 1062 << false;
}

void tst_HostRoles::overtakenStatementsFail()
{
    QFETCH(const int, error);
    QFETCH(const bool, isExecuted);
    FakeServer first;
    FakeServer second;
    if (error != 0)
        first.on("INSERT 2", refusal(error, "HY000", "failed"));
    first.on("INSERT 1", refusal(1290, "HY000", ReadOnlyText));
    ConnectionOptions options = optionsFor({&first, &second});
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    options.setPipelineDepth(64);
    Connection connection(options);
    const OutcomePointer refused = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    // It would be executed after the second one.
    if (isExecuted)
        VERIFY_FAILS(refused, ServerError, Rejected);
    else
        VERIFY_SUCCEEDS(refused);
    QTRY_COMPARE(next->finished, 1);
    QCOMPARE(next->error.serverErrorNumber(), error);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(second.userQueries(),
             isExecuted ? QByteArrayList({"INSERT 3"}) : QByteArrayList({"INSERT 1", "INSERT 3"}));
}

void tst_HostRoles::otherOptionsAreErrorsOfTheirStatements()
{
    FakeServer first;
    FakeServer second;
    first.on("SELECT 1 INTO OUTFILE '/a'",
             refusal(1290, "HY000",
                     "The MySQL server is running with the --secure-file-priv option so it cannot "
                     "execute this statement"));
    Connection connection(optionsFor({&first, &second}));
    VERIFY_FAILS(watch(connection.execute(u"SELECT 1 INTO OUTFILE '/a'"_s)), ServerError, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(second.connectionCount(), 0);
}

void tst_HostRoles::whatASessionHoldsIsKept()
{
    FakeServer first;
    FakeServer second;
    first.on("INSERT 2", refusal(1290, "HY000", ReadOnlyText));
    Connection connection(optionsFor({&first, &second}));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"CREATE TEMPORARY TABLE t (a INT)"_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 2"_s)), ServerError, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT a FROM t"_s)));
    QCOMPARE(first.userQueries().constLast(), "SELECT a FROM t");
    QCOMPARE(lost.size(), 0);
    QCOMPARE(second.connectionCount(), 0);
}

void tst_HostRoles::attemptsAreLimited()
{
    FakeServer first;
    FakeServer second;
    for (FakeServer *server : {&first, &second})
        server->on("INSERT 1", refusal(1290, "HY000", ReadOnlyText));
    Connection connection(optionsFor({&first, &second}));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ServerError, Rejected);
    QCOMPARE(first.countQuery("INSERT 1") + second.countQuery("INSERT 1"),
             connection.options().retryPolicy().maximumAttempts());
}

void tst_HostRoles::transactionsRunAgainElsewhere_data()
{
    QTest::addColumn<QByteArray>("victim");
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("read-only") << QByteArray("INSERT 1") << 1290 << ReadOnlyText;
    QTest::newRow("not ready") << QByteArray("INSERT 1") << 1047 << NotReadyText;
    QTest::newRow("not ready at the beginning")
        << QByteArray("START TRANSACTION") << 1047 << NotReadyText;
}

void tst_HostRoles::transactionsRunAgainElsewhere()
{
    QFETCH(const QByteArray, victim);
    QFETCH(const int, number);
    QFETCH(const QByteArray, text);
    TransactionServer first;
    TransactionServer second;
    first.on(victim, refusal(number, number == 1047 ? "08S01" : "HY000", text));
    Connection connection(optionsFor({&first, &second}));
    int calls = 0;
    const TransactionOutcome outcome = watch(transactInsert(&connection, &calls));
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(calls, victim == "INSERT 1" ? 2 : 1);
    QCOMPARE(second.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
}

void tst_HostRoles::lostTransactionsRunAgainElsewhere()
{
    TransactionServer first;
    TransactionServer second;
    first.on("INSERT 1", [&](FakeConnection &c) {
        first.stopListening();
        c.reset();
    });
    Connection connection(optionsFor({&first, &second}));
    const TransactionOutcome outcome = watch(transactInsert(&connection));
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(second.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
}

void tst_HostRoles::commitsOfUnknownOutcomeDoNotRunAgain()
{
    TransactionServer first;
    TransactionServer second;
    first.on("COMMIT", [&](FakeConnection &c) {
        first.stopListening();
        c.reset();
    });
    Connection connection(optionsFor({&first, &second}));
    const TransactionOutcome outcome = watch(transactInsert(&connection));
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(second.countQuery("INSERT 1"), 0);
}

void tst_HostRoles::poolLeavesTheHostWithAllSessions()
{
    FakeServer first;
    FakeServer second;
    Pool pool(optionsFor({&first, &second}));
    pool.setMaximumConnections(3);
    VERIFY_SUCCEEDS(watch(pool.warmUp(3)));
    QCOMPARE(first.connectionCount(), 3);
    first.on("INSERT 1", refusal(1290, "HY000", ReadOnlyText));
    setReadOnly(&first, true);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    for (int i = 0; i < 6; ++i)
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(first.userQueries(), QByteArrayList({"INSERT 1"}));
    QCOMPARE(second.countQuery("INSERT 2"), 6);
}

void tst_HostRoles::followsTheNewPrimary()
{
    FakeServer first;
    FakeServer second;
    setReadOnly(&second, true);
    ConnectionOptions options = optionsFor({&first, &second});
    options.setRetryPolicy(lateRetries());
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    // The primary becomes a replica, and the other one takes over somewhat later. While a server
    // lives, the wait is short whatever the policy says.
    setReadOnly(&first, true);
    first.on("INSERT 2", refusal(1290, "HY000", ReadOnlyText));
    const OutcomePointer job = watch(connection.execute(u"INSERT 2"_s));
    QTRY_VERIFY(connection.reconnectAttempt() >= 1);
    QCOMPARE(job->finished, 0);
    setReadOnly(&second, false);
    VERIFY_SUCCEEDS(job);
    QCOMPARE(second.userQueries(), QByteArrayList({"INSERT 2"}));
}

void tst_HostRoles::learnsTheMembers()
{
    FakeServer first;
    FakeServer second;
    FakeServer third;
    const auto setMembers = [](FakeServer *server, const QList<const FakeServer *> &members) {
        QByteArrayList addresses;
        for (const FakeServer *member : members)
            addresses.append("127.0.0.1:" + QByteArray::number(member->port()));
        setAnswer(server, FakeServer::GaleraQuestion,
                  {{"wsrep_cluster_status", "Primary"},
                   {"wsrep_local_state", "4"},
                   {"wsrep_ready", "ON"},
                   {"wsrep_incoming_addresses", addresses.join(',')}});
    };
    for (FakeServer *server : {&first, &second, &third}) {
        setAnswer(server, FakeServer::RoleQuestion, {{"wsrep_on", "ON"}});
        setMembers(server, {&first, &second});
    }
    ConnectionOptions options = optionsFor({&first});
    HostPolicy policy;
    policy.setFollowsMembers(true);
    options.setHostPolicy(policy);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    first.stopListening();
    first.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    // The membership changes.
    setMembers(&second, {&second, &third});
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(second.userQueries(), QByteArrayList({"INSERT 2"}));
    second.stopListening();
    second.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(third.userQueries(), QByteArrayList({"INSERT 3"}));
}

QTEST_GUILESS_MAIN(tst_HostRoles)
#include "tst_hostroles.moc"
