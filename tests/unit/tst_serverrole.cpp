// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchangescript.h"
#include "queryexchange.h"
#include "serverrole.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Kind = ServerDemand::Kind;
using Question = ServerRole::Question;
using Rows = QList<QByteArrayList>;

Q_DECLARE_METATYPE(AsyncMySql::ServerRole::Question)

namespace {

/// \a role after this answer to \a question, of which a row of NULLs stands for an error.
Question answer(ServerRole *role, Question question, const QByteArrayList &columns,
                const Rows &rows)
{
    Protocol::QueryExchange exchange("\x03SELECT", 0);
    ExchangeReader reader(&exchange);
    reader.takeSent();
    constexpr quint16 autoCommit = 0x0002;
    reader.feed(streamOf(columns.isEmpty()
                             ? QByteArrayList{errorPacketOf(1142, "SELECT command denied")}
                             : resultPackets(0, columns, rows, autoCommit)));
    return role->take(question, exchange);
}

const QByteArrayList Pairs{"Variable_name", "Value"};
const QByteArrayList Members{"MEMBER_STATE", "MEMBER_ROLE", "MEMBER_ID = @@server_uuid"};

} // namespace

class tst_ServerRole : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsVariables_data();
    void readsVariables();
    void readsGalera_data();
    void readsGalera();
    void readsGroups_data();
    void readsGroups();
    void readsMembers();
    void errorsSayNothing();
    void objectsToWhatIsDemanded();
};

void tst_ServerRole::readsVariables_data()
{
    QTest::addColumn<Rows>("rows");
    QTest::addColumn<bool>("isWritable");
    QTest::addColumn<Question>("next");
    QTest::newRow("MariaDB") << Rows{{"innodb_read_only", "OFF"},
                                     {"read_only", "OFF"},
                                     {"tx_read_only", "OFF"},
                                     {"wsrep_on", "OFF"}}
                             << true << Question::None;
    QTest::newRow("MySQL") << Rows{{"innodb_read_only", "OFF"},
                                   {"read_only", "OFF"},
                                   {"super_read_only", "OFF"},
                                   {"transaction_read_only", "OFF"}}
                           << true << Question::None;
    QTest::newRow("a replica") << Rows{{"read_only", "ON"}} << false << Question::None;
    QTest::newRow("a number") << Rows{{"read_only", "1"}} << false << Question::None;
    QTest::newRow("a zero") << Rows{{"read_only", "0"}} << true << Question::None;
    QTest::newRow("MariaDB 12") << Rows{{"read_only", "NO_LOCK_NO_ADMIN"}} << false
                                << Question::None;
    QTest::newRow("Aurora") << Rows{{"innodb_read_only", "ON"}, {"read_only", "OFF"}} << false
                            << Question::None;
    QTest::newRow("sessions that do not write")
        << Rows{{"read_only", "OFF"}, {"transaction_read_only", "ON"}} << false << Question::None;
    QTest::newRow("names in capitals") << Rows{{"READ_ONLY", "ON"}} << false << Question::None;
    QTest::newRow("Galera") << Rows{{"read_only", "OFF"}, {"wsrep_on", "ON"}} << true
                            << Question::Galera;
    QTest::newRow("a group") << Rows{{"group_replication_group_name", "aaaa"},
                                     {"super_read_only", "ON"}}
                             << false << Question::Group;
    QTest::newRow("a plugin that is not used")
        << Rows{{"group_replication_group_name", ""}, {"read_only", "OFF"}} << true
        << Question::None;
    QTest::newRow("a proxy that reports nothing") << Rows{} << true << Question::None;
}

void tst_ServerRole::readsVariables()
{
    QFETCH(const Rows, rows);
    ServerRole role;
    QVERIFY(!role.isKnown());
    QCOMPARE(role.begin(), Question::Variables);
    QTEST(answer(&role, Question::Variables, Pairs, rows), "next");
    QTEST(role.isWritable(), "isWritable");
    QVERIFY(role.isKnown());
    QVERIFY(role.isReady());
    QVERIFY(!role.isBusy());
}

void tst_ServerRole::readsGalera_data()
{
    QTest::addColumn<Rows>("rows");
    QTest::addColumn<bool>("isReady");
    QTest::addColumn<bool>("isBusy");
    const auto status = [](const char *ready, const char *state, const char *cluster) {
        return Rows{{"wsrep_cluster_status", cluster},
                    {"wsrep_local_state", state},
                    {"wsrep_local_state_comment", "comment"},
                    {"wsrep_ready", ready}};
    };
    QTest::newRow("synced") << status("ON", "4", "Primary") << true << false;
    QTest::newRow("donor") << status("ON", "2", "Primary") << true << true;
    QTest::newRow("joining") << status("OFF", "1", "Primary") << false << false;
    QTest::newRow("joined") << status("ON", "3", "Primary") << false << false;
    QTest::newRow("partitioned") << status("OFF", "0", "non-Primary") << false << false;
    QTest::newRow("partitioned, and ready by option")
        << status("ON", "4", "non-Primary") << false << false;
    QTest::newRow("disconnected") << status("OFF", "0", "Disconnected") << false << false;
    QTest::newRow("nothing") << Rows{} << false << false;
}

void tst_ServerRole::readsGalera()
{
    QFETCH(const Rows, rows);
    ServerRole role;
    role.begin();
    QCOMPARE(answer(&role, Question::Variables, Pairs, {{"wsrep_on", "ON"}}), Question::Galera);
    QCOMPARE(answer(&role, Question::Galera, Pairs, rows), Question::None);
    QTEST(role.isReady(), "isReady");
    QTEST(role.isBusy(), "isBusy");
    QVERIFY(role.isWritable());
}

void tst_ServerRole::readsGroups_data()
{
    QTest::addColumn<Rows>("rows");
    QTest::addColumn<bool>("isReady");
    QTest::addColumn<bool>("isWritable");
    QTest::newRow("primary") << Rows{{"ONLINE", "PRIMARY", "1"},
                                     {"ONLINE", "SECONDARY", "0"},
                                     {"ONLINE", "SECONDARY", "0"}}
                             << true << true;
    QTest::newRow("secondary") << Rows{{"ONLINE", "PRIMARY", "0"}, {"ONLINE", "SECONDARY", "1"}}
                               << true << false;
    QTest::newRow("one of two") << Rows{{"ONLINE", "PRIMARY", "1"},
                                        {"UNREACHABLE", "SECONDARY", "0"}}
                                << false << true;
    QTest::newRow("two of three") << Rows{{"ONLINE", "PRIMARY", "1"},
                                          {"ONLINE", "SECONDARY", "0"},
                                          {"UNREACHABLE", "SECONDARY", "0"}}
                                  << true << true;
    QTest::newRow("recovering") << Rows{{"ONLINE", "PRIMARY", "0"},
                                        {"RECOVERING", "SECONDARY", "1"}}
                                << false << true;
    QTest::newRow("expelled") << Rows{{"ERROR", "", "1"}} << false << true;
    QTest::newRow("not joined") << Rows{{"OFFLINE", "", "0"}} << false << true;
    QTest::newRow("nothing") << Rows{} << false << true;
}

void tst_ServerRole::readsGroups()
{
    QFETCH(const Rows, rows);
    ServerRole role;
    role.begin();
    QCOMPARE(answer(&role, Question::Variables, Pairs, {{"group_replication_group_name", "a"}}),
             Question::Group);
    QCOMPARE(answer(&role, Question::Group, Members, rows), Question::None);
    QTEST(role.isReady(), "isReady");
    QTEST(role.isWritable(), "isWritable");
}

void tst_ServerRole::readsMembers()
{
    ServerRole node;
    answer(&node, Question::Galera, Pairs,
           {{"wsrep_ready", "ON"},
            {"wsrep_local_state", "4"},
            {"wsrep_incoming_addresses", "10.0.0.1:3307,[fe80::1]:3306,db3,AUTO,,10.0.0.1:3307"}});
    QCOMPARE(node.members(),
             QList<Host>({Host(u"10.0.0.1"_s, 3307), Host(u"fe80::1"_s), Host(u"db3"_s)}));
    ServerRole member;
    answer(
        &member, Question::Group, Members + QByteArrayList{"MEMBER_HOST", "MEMBER_PORT"},
        {{"ONLINE", "PRIMARY", "1", "db1", "3306"}, {"ONLINE", "SECONDARY", "0", "db2", "3307"}});
    QCOMPARE(member.members(), QList<Host>({Host(u"db1"_s), Host(u"db2"_s, 3307)}));
}

void tst_ServerRole::errorsSayNothing()
{
    ServerRole role;
    role.begin();
    QCOMPARE(answer(&role, Question::Variables, {}, {}), Question::None);
    QVERIFY(!role.isKnown());
    QVERIFY(role.isReady() && role.isWritable());
    // A privilege may be missing: read_only still counts.
    answer(&role, Question::Variables, Pairs,
           {{"group_replication_group_name", "a"}, {"read_only", "ON"}});
    answer(&role, Question::Group, {}, {});
    QVERIFY(role.isReady() && !role.isWritable());
}

void tst_ServerRole::objectsToWhatIsDemanded()
{
    ServerRole replica;
    answer(&replica, Question::Variables, Pairs, {{"read_only", "ON"}});
    QVERIFY(replica.objection({Kind::Writable}).contains(u"read_only is ON"_s));
    QCOMPARE(replica.objection({Kind::Replica}), QString());
    QCOMPARE(replica.objection({Kind::Ready}), QString());
    ServerRole primary;
    answer(&primary, Question::Variables, Pairs, {{"read_only", "OFF"}});
    QCOMPARE(primary.objection({Kind::Writable}), QString());
    QVERIFY(!primary.objection({Kind::Replica}).isEmpty());
    ServerRole donor;
    answer(&donor, Question::Galera, Pairs, {{"wsrep_ready", "ON"}, {"wsrep_local_state", "2"}});
    QVERIFY(!donor.objection({Kind::Ready}).isEmpty());
    QCOMPARE(donor.objection({Kind::Ready, true}), QString());
    ServerRole node;
    answer(&node, Question::Variables, Pairs, {{"wsrep_on", "ON"}});
    answer(&node, Question::Galera, Pairs, {{"wsrep_ready", "ON"}, {"wsrep_local_state", "4"}});
    QCOMPARE(node.objection({Kind::Replica}), QString());
    QCOMPARE(node.objection({Kind::Writable}), QString());
    ServerRole member;
    answer(&member, Question::Group, Members,
           {{"ONLINE", "PRIMARY", "1"}, {"ONLINE", "PRIMARY", "0"}});
    QCOMPARE(member.objection({Kind::Replica}), QString());
    ServerRole joining;
    answer(&joining, Question::Galera, Pairs, {{"wsrep_ready", "OFF"}});
    QVERIFY(!joining.objection({Kind::Ready, true}).isEmpty());
    QCOMPARE(joining.objection({}), QString());
}

QTEST_APPLESS_MAIN(tst_ServerRole)
#include "tst_serverrole.moc"
