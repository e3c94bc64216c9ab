// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

/// What the server's error numbers mean, by the server that sends them.
class tst_ErrorNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersOfClientsAreServerErrors_data();
    void numbersOfClientsAreServerErrors();
    void numberEndsTheSessionByFlavour_data();
    void numberEndsTheSessionByFlavour();
    void initStatementFailsForGoodByFlavour();
    void setupGoesOnWithoutWhatTheServerLacks();
    void setupInsistsOnWhatWasAskedFor();
};

void tst_ErrorNumbers::numbersOfClientsAreServerErrors_data()
{
    QTest::addColumn<int>("number");
    for (const int number : {2000, 2006, 2013, 2099, 5000, 5099, 65535})
        QTest::addRow("%d", number) << number;
}

void tst_ErrorNumbers::numbersOfClientsAreServerErrors()
{
    QFETCH(const int, number);
    FakeServer server;
    server.on("SIGNAL", [number](FakeConnection &c) { c.error(number, "45000", "made up"); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SIGNAL"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->error.code(), Error::ServerError);
    QCOMPARE(outcome->error.category(), Error::Category::Server);
    QCOMPARE(outcome->error.serverErrorNumber(), number);
    QCOMPARE(outcome->error.sqlState(), u"45000"_s);
    QCOMPARE(outcome->error.message(), u"made up"_s);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_ErrorNumbers::numberEndsTheSessionByFlavour_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<quint64>("capabilities");
    QTest::addColumn<int>("number");
    QTest::addColumn<bool>("ends");
    const QByteArray mySql = "8.4.3";
    const QByteArray mariaDb = "5.5.5-10.11.6-MariaDB";
    QTest::newRow("4031 of MySQL") << mySql << quint64(MySqlCapabilities) << 4031 << true;
    QTest::newRow("4031 of MariaDB") << mariaDb << quint64(MariaDbCapabilities) << 4031 << false;
    QTest::newRow("4031 of MariaDB under another name")
        << "11.8.2"_ba << quint64(MariaDbCapabilities) << 4031 << false;
    QTest::newRow("4031 of a proxy before MariaDB")
        << mariaDb << quint64(MySqlCapabilities) << 4031 << false;
    QTest::newRow("1927 of MySQL") << mySql << quint64(MySqlCapabilities) << 1927 << false;
    QTest::newRow("1927 of MariaDB") << mariaDb << quint64(MariaDbCapabilities) << 1927 << true;
    QTest::newRow("1053 of MySQL") << mySql << quint64(MySqlCapabilities) << 1053 << true;
    QTest::newRow("1053 of MariaDB") << mariaDb << quint64(MariaDbCapabilities) << 1053 << true;
    QTest::newRow("1053 of a proxy") << mariaDb << quint64(MySqlCapabilities) << 1053 << true;
}

void tst_ErrorNumbers::numberEndsTheSessionByFlavour()
{
    QFETCH(const QByteArray, version);
    QFETCH(const quint64, capabilities);
    QFETCH(const int, number);
    QFETCH(const bool, ends);
    FakeServer server;
    FakeGreeting greeting;
    greeting.version = version;
    greeting.capabilities = capabilities;
    server.setGreeting(greeting);
    server.on("CREATE TRIGGER", [number](FakeConnection &c) { c.error(number, "HY000", "No"); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"CREATE TRIGGER"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.connectionCount(), ends ? 2 : 1);
    if (ends) {
        VERIFY_FAILS(outcome, ServerUnavailable, Unknown);
    } else {
        VERIFY_FAILS(outcome, ServerError, Rejected);
    }
    QCOMPARE(outcome->error.serverErrorNumber(), number);
}

// On MariaDB 4031 says that a trigger refers to one that does not exist: trying again is of no use.
void tst_ErrorNumbers::initStatementFailsForGoodByFlavour()
{
    FakeServer server;
    server.setGreeting(FakeGreeting::mariaDb());
    server.on("CREATE TRIGGER", [](FakeConnection &c) { c.error(4031, "HY000", "No"); });
    ConnectionOptions options = optionsFor(server);
    options.setInitStatements({u"CREATE TRIGGER"_s});
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, ServerError, NotSent);
    QCOMPARE(outcome->error.serverErrorNumber(), 4031);
    QCOMPARE(connection.state(), Connection::State::Unconnected);
    QCOMPARE(server.connectionCount(), 1);
}

namespace {

const QByteArray Nicety = ", @@SESSION.`net_write_timeout` = 28800";

void refuse(FakeConnection &connection)
{
    connection.error(1193, "HY000", "Unknown system variable 'net_write_timeout'");
}

} // namespace

void tst_ErrorNumbers::setupGoesOnWithoutWhatTheServerLacks()
{
    FakeServer server;
    const QByteArray needed = "SET NAMES utf8mb4, @@SESSION.`time_zone` = '+00:00'";
    server.on(needed + Nicety, refuse);
    ConnectionOptions options = optionsFor(server);
    options.setInitStatements({u"CALL init()"_s});
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.countQuery(needed), 1);
    QCOMPARE(server.userQueries(), QByteArrayList({"CALL init()", "SELECT 1"}));
}

void tst_ErrorNumbers::setupInsistsOnWhatWasAskedFor()
{
    FakeServer server;
    const QByteArray timeout = "@@SESSION.`net_write_timeout` = 7";
    server.on("SET NAMES utf8mb4, @@SESSION.`time_zone` = '+00:00', " + timeout, refuse);
    server.on("SET " + timeout, refuse);
    ConnectionOptions options = optionsFor(server);
    options.setSessionVariables({{u"net_write_timeout"_s, 7}});
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, ServerError, NotSent);
    QCOMPARE(outcome->error.serverErrorNumber(), 1193);
    QCOMPARE(server.connectionCount(), 1);
}

QTEST_GUILESS_MAIN(tst_ErrorNumbers)

#include "tst_errornumbers.moc"
