// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtCore/qdeadlinetimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_IdleValidation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pingGoesFirstAfterSilence();
    void noPingWithoutSilence();
    void zeroTurnsTheCheckOff();
    void connectionThatDiedInTheSilenceCostsNoJob();
    void pingThatIsNeverAnsweredCostsNoJob();
    void pingThatIsRefusedCostsNoJob();
    void silenceIsCheckedOncePerGap();
    void nothingIsSentBeforeWhatAsksForTheStatementBefore_data();
    void nothingIsSentBeforeWhatAsksForTheStatementBefore();

private:
    static constexpr auto Silence = 30ms;
    static ConnectionOptions checking(const FakeServer &server)
    {
        ConnectionOptions options = optionsFor(server);
        options.setIdleValidationInterval(Silence);
        return options;
    }
};

/// Silence is what is tested here, so there is no signal to wait for.
#define BE_SILENT() \
    do { \
        const QDeadlineTimer over(2 * Silence); \
        QTRY_VERIFY(over.hasExpired()); \
    } while (false)

void tst_IdleValidation::pingGoesFirstAfterSilence()
{
    FakeServer server;
    Connection connection(checking(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    const int before = server.count(FakeServer::Ping);
    BE_SILENT();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    const QList<RecordedCommand> commands = server.commands();
    QCOMPARE(server.count(FakeServer::Ping), before + 1);
    QCOMPARE(commands.at(commands.size() - 2).code, quint8(FakeServer::Ping));
    QCOMPARE(commands.constLast().argument, "INSERT 2"_ba);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_IdleValidation::noPingWithoutSilence()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleValidationInterval(1h);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    BE_SILENT();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.count(FakeServer::Ping), 0);
}

void tst_IdleValidation::zeroTurnsTheCheckOff()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleValidationInterval(0ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    BE_SILENT();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.count(FakeServer::Ping), 0);
}

// The client's side of the connection looks sound: only the attempt to use it shows the truth.
void tst_IdleValidation::connectionThatDiedInTheSilenceCostsNoJob()
{
    FakeServer server;
    Connection connection(checking(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) { c.reset(); });
    BE_SILENT();
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_IdleValidation::pingThatIsNeverAnsweredCostsNoJob()
{
    FakeServer server;
    ConnectionOptions options = checking(server);
    options.setConnectTimeout(100ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) {
        if (c.number() != 1)
            c.ok();
    });
    BE_SILENT();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QVERIFY(server.connectionCount() >= 2);
    QCOMPARE(server.countQuery("INSERT 2"), 1);
    QVERIFY(!server.connection(1)->isOpen());
}

void tst_IdleValidation::pingThatIsRefusedCostsNoJob()
{
    FakeServer server;
    Connection connection(checking(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) {
        if (c.number() == 1)
            c.error(1053, "08S01", "Server shutdown in progress");
        else
            c.ok();
    });
    BE_SILENT();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.countQuery("INSERT 2"), 1);
}

void tst_IdleValidation::silenceIsCheckedOncePerGap()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleValidationInterval(200ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    const QDeadlineTimer over(250ms);
    QTRY_VERIFY(over.hasExpired());
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    const OutcomePointer third = watch(connection.execute(u"INSERT 3"_s));
    VERIFY_SUCCEEDS(second);
    VERIFY_SUCCEEDS(third);
    QCOMPARE(server.count(FakeServer::Ping), 1);
}

void tst_IdleValidation::nothingIsSentBeforeWhatAsksForTheStatementBefore_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariantList>("parameters");
    for (const char *sql : {"SELECT ROW_COUNT()", "SELECT FOUND_ROWS()", "SHOW WARNINGS",
                            "SELECT @@warning_count", "GET DIAGNOSTICS @n = NUMBER", "CALL p()"})
        QTest::newRow(sql) << QString::fromLatin1(sql) << QVariantList();
    QTest::newRow("with parameters") << u"SELECT ROW_COUNT() + ?"_s << QVariantList{1};
}

void tst_IdleValidation::nothingIsSentBeforeWhatAsksForTheStatementBefore()
{
    QFETCH(QString, sql);
    QFETCH(QVariantList, parameters);
    FakeServer server;
    Connection connection(checking(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"UPDATE t SET a = 1"_s)));
    BE_SILENT();
    VERIFY_SUCCEEDS(watch(connection.execute(sql, parameters)));
    const QList<RecordedCommand> commands = server.commands();
    QCOMPARE(commands.at(commands.size() - 2).argument, "UPDATE t SET a = 1"_ba);
    QCOMPARE(commands.constLast().code, quint8(FakeServer::Query));
}

QTEST_GUILESS_MAIN(tst_IdleValidation)

#include "tst_idlevalidation.moc"
