// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostverdict.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

using Avoidance = HostVerdict::Avoidance;
using Flavour = Protocol::ServerFlavour;
using Meaning = HostVerdict::Meaning;

Q_DECLARE_METATYPE(AsyncMySql::HostVerdict::Avoidance)
Q_DECLARE_METATYPE(AsyncMySql::HostVerdict::Meaning)

/// What errors say of the server that they come from. The numbers are written here again: a wrong
/// one in the library must not find its mirror image.
class tst_HostVerdict : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFlavour_data();
    void everyFlavour();
    void numbersOfOneFlavour_data();
    void numbersOfOneFlavour();
    void numbersWithSeveralMeanings_data();
    void numbersWithSeveralMeanings();
    void readOnlyTransactions();
};

void tst_HostVerdict::everyFlavour_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<Meaning>("meaning");
    QTest::addColumn<Avoidance>("avoidance");
    const auto row
        = [](const char *name, int number, Meaning meaning, Avoidance avoidance = Avoidance::No) {
              QTest::addRow("%d %s", number, name) << number << meaning << avoidance;
          };
    row("too many connections", 1040, Meaning::NotNow, Avoidance::Short);
    row("too many connections of the user", 1203, Meaning::NotNow, Avoidance::Short);
    row("limit of the user", 1226, Meaning::NotNow, Avoidance::Short);
    row("shutdown in progress", 1053, Meaning::NotNow, Avoidance::Usual);
    row("normal shutdown", 1077, Meaning::NotNow, Avoidance::Usual);
    row("shutdown complete", 1079, Meaning::NotNow, Avoidance::Usual);
    row("host blocked", 1129, Meaning::Access, Avoidance::Long);
    row("host not allowed", 1130, Meaning::Access, Avoidance::Long);
    row("aborted connection", 1152, Meaning::Lost);
    row("network read", 1158, Meaning::Lost);
    row("network read timeout", 1159, Meaning::Lost);
    row("network write", 1160, Meaning::Lost);
    row("network write timeout", 1161, Meaning::Lost);
    row("new aborted connection", 1184, Meaning::Lost);
    row("error during commit", 1180, Meaning::Unknown);
    row("lock wait timeout", 1205, Meaning::Congestion);
    row("deadlock, or certification", 1213, Meaning::Conflict);
    row("read-only mode", 1836, Meaning::ReadOnly);
    row("InnoDB read-only", 1874, Meaning::ReadOnly);
    row("database denied", 1044, Meaning::Access);
    row("access denied", 1045, Meaning::Access);
    row("unknown database", 1049, Meaning::Access);
    row("plugin not loaded", 1524, Meaning::Access);
    row("access denied without password", 1698, Meaning::Access);
    row("password expired", 1862, Meaning::Access);
    // Of the binary log, and of statements.
    row("position not on this server", 1236, Meaning::Nothing);
    row("GTID not on this server", 1945, Meaning::Nothing);
    row("GTID purged", 1955, Meaning::Nothing);
    row("syntax", 1064, Meaning::Nothing);
    row("duplicate key", 1062, Meaning::Nothing);
    row("query interrupted", 1317, Meaning::Nothing);
}

void tst_HostVerdict::everyFlavour()
{
    QFETCH(const int, number);
    QFETCH(const Meaning, meaning);
    QFETCH(const Avoidance, avoidance);
    for (const Flavour flavour : {Flavour::Unknown, Flavour::MySql, Flavour::MariaDb}) {
        const HostVerdict verdict
            = hostVerdict({{static_cast<quint16>(number), flavour}, "HY000", u"text"});
        QCOMPARE(verdict.meaning, meaning);
        QCOMPARE(verdict.avoidance, avoidance);
    }
}

void tst_HostVerdict::numbersOfOneFlavour_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<bool>("isMariaDb");
    QTest::addColumn<Meaning>("meaning");
    QTest::addColumn<Avoidance>("avoidance");
    const auto row = [](const char *name, int number, bool isMariaDb, Meaning meaning,
                        Avoidance avoidance = Avoidance::No) {
        QTest::addRow("%d %s", number, name) << number << isMariaDb << meaning << avoidance;
    };
    row("connection killed", 1927, true, Meaning::Lost);
    row("session killed", 3169, false, Meaning::Lost);
    row("offline mode", 3032, false, Meaning::NotNow, Avoidance::Usual);
    row("server not available", 3168, false, Meaning::NotNow, Avoidance::Short);
    row("START GROUP_REPLICATION, configuration", 3092, false, Meaning::Nothing);
    row("START GROUP_REPLICATION, running", 3093, false, Meaning::Nothing);
    row("START GROUP_REPLICATION, join", 3097, false, Meaning::Nothing);
    row("table not fit for the group", 3098, false, Meaning::Nothing);
    row("hook failed", 3100, false, Meaning::Unknown);
    row("rolled back during commit", 3101, false, Meaning::Conflict);
    row("memory of the range optimizer", 3170, false, Meaning::Nothing);
    row("GTID owned by the session", 3173, false, Meaning::Nothing);
    row("no primary key", 3750, false, Meaning::Nothing);
    row("held, time is over", 3781, false, Meaning::Congestion);
    row("held, group is shut down", 3782, false, Meaning::NotNow, Avoidance::Usual);
    row("held, member in error", 3783, false, Meaning::NotNow, Avoidance::Usual);
    row("consistency in this state", 3796, false, Meaning::NotNow, Avoidance::Usual);
    row("consistency before", 3797, false, Meaning::Congestion);
    row("consistency after", 3798, false, Meaning::Congestion);
    row("group is stopping", 3799, false, Meaning::NotNow, Avoidance::Usual);
    row("schema read-only", 3989, false, Meaning::Nothing);
    row("idle for too long", 4031, false, Meaning::Lost);
    row("authentication policy", 4058, false, Meaning::Access);
    row("account locked", 3118, false, Meaning::Access);
    row("account locked", 4151, true, Meaning::Access);
}

void tst_HostVerdict::numbersOfOneFlavour()
{
    QFETCH(const int, number);
    QFETCH(const bool, isMariaDb);
    QFETCH(const Meaning, meaning);
    QFETCH(const Avoidance, avoidance);
    const auto verdictBy = [number](Flavour flavour) {
        return hostVerdict({{static_cast<quint16>(number), flavour}, "HY000", u"text"});
    };
    const HostVerdict expected{meaning, avoidance};
    QCOMPARE(verdictBy(isMariaDb ? Flavour::MariaDb : Flavour::MySql), expected);
    QCOMPARE(verdictBy(Flavour::Unknown), expected);
    QCOMPARE(verdictBy(isMariaDb ? Flavour::MySql : Flavour::MariaDb), HostVerdict());
}

void tst_HostVerdict::numbersWithSeveralMeanings_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("sqlState");
    QTest::addColumn<QString>("message");
    QTest::addColumn<Meaning>("meaning");
    const QByteArray lost = "08S01";
    QTest::newRow("Galera") << 1047 << lost
                            << u"WSREP has not yet prepared node for application use"_s
                            << Meaning::NotNow;
    QTest::newRow("Galera, another state")
        << 1047 << QByteArray("HY000") << u"WSREP has not yet prepared node"_s << Meaning::NotNow;
    QTest::newRow("a proxy in front of Galera")
        << 1047 << lost << u"The node is not ready"_s << Meaning::NotNow;
    QTest::newRow("unknown command") << 1047 << lost << u"Unknown command"_s << Meaning::Nothing;
    QTest::newRow("unknown command of a proxy")
        << 1047 << QByteArray("HY000") << u"not supported"_s << Meaning::Nothing;
    const QByteArray any = "HY000";
    QTest::newRow("certified by another member")
        << 1180 << any << u"Got error 149 - 'Lock deadlock; Retry transaction' during COMMIT"_s
        << Meaning::Conflict;
    QTest::newRow("not connected to the cluster")
        << 1180 << any
        << u"Error while appending streaming replication fragment(provider status: Not connected "
           "to Primary Component)"_s
        << Meaning::Unknown;
    const QString option
        = u"The MySQL server is running with the %1 option so it cannot execute this statement"_s;
    QTest::newRow("read-only") << 1290 << any << option.arg(u"--read-only"_s) << Meaning::ReadOnly;
    QTest::newRow("super-read-only")
        << 1290 << any << option.arg(u"--super-read-only"_s) << Meaning::ReadOnly;
    QTest::newRow("read-only with a value")
        << 1290 << any << option.arg(u"--read_only=NO_LOCK"_s) << Meaning::ReadOnly;
    QTest::newRow("read-only in German")
        << 1290 << any << u"Der Server läuft mit der Option --read-only"_s << Meaning::ReadOnly;
    for (const QString &other : {u"--secure-file-priv"_s, u"--skip-grant-tables"_s,
                                 u"--skip-name-resolve"_s, u"--innodb-force-recovery"_s}) {
        QTest::addRow("%s", qPrintable(other))
            << 1290 << any << option.arg(other) << Meaning::Nothing;
    }
}

void tst_HostVerdict::numbersWithSeveralMeanings()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, sqlState);
    QFETCH(const QString, message);
    QFETCH(const Meaning, meaning);
    for (const Flavour flavour : {Flavour::Unknown, Flavour::MySql, Flavour::MariaDb}) {
        QCOMPARE(hostVerdict({{static_cast<quint16>(number), flavour}, sqlState, message}).meaning,
                 meaning);
    }
}

void tst_HostVerdict::readOnlyTransactions()
{
    HostError error{
        {1792, Flavour::MySql}, "25006", u"Cannot execute statement in a READ ONLY transaction."};
    QCOMPARE(hostVerdict(error).meaning, Meaning::ReadOnly);
    // The application may have begun it so.
    error.isPlainSession = false;
    QCOMPARE(hostVerdict(error).meaning, Meaning::Nothing);
}

QTEST_APPLESS_MAIN(tst_HostVerdict)
#include "tst_hostverdict.moc"
