// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "testdevices.h"

#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qbuffer.h>
#include <QtCore/qtemporaryfile.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

class tst_Results_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void insertReturnsRows_data() { addRows(isMariaDb); }
    void insertReturnsRows();
    void procedureGivesItsOutParameters_data() { addRows(); }
    void procedureGivesItsOutParameters();
    void severalStatementsAreRefused_data() { addRows(); }
    void severalStatementsAreRefused();
    void severalStatementsGiveSeveralResults_data() { addRows(); }
    void severalStatementsGiveSeveralResults();
    void localFilesAreLoaded_data() { addRows(); }
    void localFilesAreLoaded();
    void slowDeviceIsWaitedFor_data() { addRows(); }
    void slowDeviceIsWaitedFor();
    void emptyDeviceLoadsNothing_data() { addRows(); }
    void emptyDeviceLoadsNothing();
    void localFileNeedsItsPermission_data() { addRows(); }
    void localFileNeedsItsPermission();
    void failingDeviceFailsTheLoad_data() { addRows(); }
    void failingDeviceFailsTheLoad();
    void largeFileIsNotHeldInMemory_data() { addRows(); }
    void largeFileIsNotHeldInMemory();
};

namespace {

bool isPrepared(PreparedStatement *statement)
{
    return statement->isPrepared()
           || QSignalSpy(statement, &PreparedStatement::prepared).wait(60'000);
}

ConnectionOptions loadingOptions(const Server &server, const Database &database)
{
    ConnectionOptions options = Servers::options(server, database);
    options.setLocalInfileAllowed(true);
    return options;
}

const char load[] = "LOAD DATA LOCAL INFILE 'any' INTO TABLE t FIELDS TERMINATED BY ','";

OutcomePointer loadFrom(Connection &connection, QIODevice *device,
                        const QString &sql = QString::fromLatin1(load))
{
    Query *query = connection.execute(sql);
    query->setLocalInfile(device);
    return finishedOf(query);
}

} // namespace

void tst_Results_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Results_Servers::insertReturnsRows()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20) UNIQUE)"_s));
    const QString sql = u"INSERT INTO t (v) VALUES (?) RETURNING id, UPPER(v) AS loud"_s;
    PreparedStatement *statement = connection.prepare(sql);
    QVERIFY(isPrepared(statement));
    for (int i = 1; i <= 3; ++i) {
        const OutcomePointer outcome = finishedOf(statement->execute({u"v%1"_s.arg(i)}));
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        QCOMPARE(outcome->results.constFirst().columnNames(), (QStringList{u"id"_s, u"loud"_s}));
        QCOMPARE(outcome->rows(), (QList<QStringList>{{QString::number(i), u"V%1"_s.arg(i)}}));
    }
    QCOMPARE(finishedOf(statement->execute({u"v1"_s}))->error.serverErrorNumber(), 1062);
    Query *text = connection.execute(sql, {u"w"_s});
    text->setPrepared(false);
    QCOMPARE(rowsOf(text).value(0).value(1), u"W"_s);
    QCOMPARE(rowsOf(statement->execute({u"x"_s})).value(0).value(1), u"X"_s);
    QCOMPARE(rowsOf(connection.execute(u"DELETE FROM t WHERE v LIKE ? RETURNING v"_s, {u"v%"_s})),
             (QList<QStringList>{{u"v1"_s}, {u"v2"_s}, {u"v3"_s}}));
}

void tst_Results_Servers::procedureGivesItsOutParameters()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(
        u"CREATE PROCEDURE p(IN n INT, OUT twice INT, INOUT word VARCHAR(20)) BEGIN "
        "SELECT n AS given; SELECT n AS a, n + 1 AS b; "
        "SET twice = n * 2; SET word = CONCAT(word, '!'); END"_s));
    for (int n = 5; n < 8; ++n) {
        const OutcomePointer outcome
            = finishedOf(connection.execute(u"CALL p(?, ?, ?)"_s, {n, QVariant(), u"hé"_s}));
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        const QList<Result> &results = outcome->results;
        QCOMPARE(results.size(), 4);
        QCOMPARE(results[0].columnNames(), QStringList{u"given"_s});
        QCOMPARE(results[0].first().value<int>(0), n);
        QCOMPARE(results[1].columnNames(), (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(results[1].first().value<int>("b"), n + 1);
        QVERIFY(!results[0].hasOutParameters() && !results[1].hasOutParameters());
        QVERIFY(results[2].hasOutParameters());
        QCOMPARE(results[2].first().value<int>("twice"), n * 2);
        QCOMPARE(results[2].first().value<QString>("word"), u"hé!"_s);
        QVERIFY(!results[3].hasRows() && !results[3].hasOutParameters());
    }
    // As text, variables take what comes out.
    VERIFY_DONE(connection.execute(u"SET @word = 'a'"_s));
    Query *text = connection.execute(u"CALL p(?, @twice, @word)"_s, {4});
    text->setPrepared(false);
    const OutcomePointer outcome = finishedOf(text);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->results.size(), 3);
    QCOMPARE(rowsOf(connection.execute(u"SELECT @twice, @word"_s)),
             (QList<QStringList>{{u"8"_s, u"a!"_s}}));
    // ER_SP_NOT_VAR_ARG: a literal cannot take anything.
    Query *literal = connection.execute(u"CALL p(?, ?, ?)"_s, {4, QVariant(), u"a"_s});
    literal->setPrepared(false);
    QCOMPARE(finishedOf(literal)->error.serverErrorNumber(), 1414);
}

void tst_Results_Servers::severalStatementsAreRefused()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    for (const bool prepared : {false, true}) {
        Query *query = connection.execute(u"SELECT 1; SELECT 2"_s);
        query->setPrepared(prepared);
        const OutcomePointer outcome = finishedOf(query);
        QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.serverErrorNumber(), 1064);
        QCOMPARE(outcome->error.execution(), Execution::Rejected);
    }
    QCOMPARE(rowsOf(connection.execute(u"SELECT 3;"_s)), (QList<QStringList>{{u"3"_s}}));
}

void tst_Results_Servers::severalStatementsGiveSeveralResults()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setMultiStatementsAllowed(true);
    Connection connection(options);
    const OutcomePointer outcome = finishedOf(
        connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2); "
                           "SELECT id FROM t; SELECT 'last' AS which"_s));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->results.size(), 4);
    QCOMPARE(outcome->results[1].affectedRows(), 2U);
    QCOMPARE(outcome->results[2].rowCount(), 2);
    QCOMPARE(outcome->results[3].columnNames(), QStringList{u"which"_s});

    // What came before the one that fails is done, and the error owns up to it.
    const OutcomePointer half = finishedOf(
        connection.execute(u"INSERT INTO t VALUES (3); INSERT INTO t VALUES (1); SELECT 1"_s));
    QVERIFY2(half->failed(Error::ServerError), Fake::describe(half).constData());
    QCOMPARE(half->error.serverErrorNumber(), 1062);
    QCOMPARE(half->error.execution(), Execution::Unknown);
    QCOMPARE(half->results.size(), 1);
    QCOMPARE(half->results[0].affectedRows(), 1U);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)),
             (QList<QStringList>{{u"3"_s}}));
    const OutcomePointer first
        = finishedOf(connection.execute(u"INSERT INTO t VALUES (1); INSERT INTO t VALUES (4)"_s));
    QCOMPARE(first->error.execution(), Execution::Rejected);
    QVERIFY(first->results.isEmpty());
    // The parameters of all of them, as text.
    Query *text = connection.execute(u"SELECT ?; SELECT ?"_s, {1, u"; SELECT 3"_s});
    text->setPrepared(false);
    const OutcomePointer both = finishedOf(text);
    QVERIFY2(both->succeeded(), Fake::describe(both).constData());
    QCOMPARE(both->results.size(), 2);
    QCOMPARE(both->rows(), (QList<QStringList>{{u"; SELECT 3"_s}}));
}

void tst_Results_Servers::localFilesAreLoaded()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(loadingOptions(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(50))"_s));
    QByteArray text = "1,one\n2,Gr\xc3\xbc\xc3\x9f"
                      "e\n";
    QBuffer buffer(&text);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    const OutcomePointer outcome = loadFrom(connection, &buffer);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->results.constFirst().affectedRows(), 2U);
    QVERIFY2(outcome->results.constFirst().info().contains(u"Records: 2"),
             qPrintable(outcome->results.constFirst().info()));
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("skipped\n3,three\n");
    // From where it stands.
    file.seek(8);
    VERIFY_DONE(connection.ping());
    const OutcomePointer second = loadFrom(connection, &file);
    QVERIFY2(second->succeeded(), Fake::describe(second).constData());
    QCOMPARE(rowsOf(connection.execute(u"SELECT v FROM t ORDER BY id"_s)),
             (QList<QStringList>{{u"one"_s}, {u"Grüße"_s}, {u"three"_s}}));
    // The server reads on to the end before it complains, and the session goes on.
    buffer.seek(0);
    const OutcomePointer duplicate
        = loadFrom(connection, &buffer,
                   u"LOAD DATA LOCAL INFILE 'any' INTO TABLE missing FIELDS TERMINATED BY ','"_s);
    QCOMPARE(duplicate->error.serverErrorNumber(), 1146);
    QCOMPARE(duplicate->error.execution(), Execution::Rejected);
    QCOMPARE(rowsOf(connection.execute(u"SELECT 1"_s)), (QList<QStringList>{{u"1"_s}}));
}

void tst_Results_Servers::slowDeviceIsWaitedFor()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(loadingOptions(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(50))"_s));
    Trickle device;
    QTimer timer;
    int line = 0;
    connect(&timer, &QTimer::timeout, &device, [&] {
        ++line;
        device.feed(QByteArray::number(line));
        device.feed(",v\n");
        if (line == 20) {
            timer.stop();
            device.finish();
        }
    });
    timer.start(5);
    const OutcomePointer outcome = loadFrom(connection, &device);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(line, 20);
    QCOMPARE(outcome->results.constFirst().affectedRows(), 20U);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*), SUM(id) FROM t"_s)),
             (QList<QStringList>{{u"20"_s, u"210"_s}}));
}

void tst_Results_Servers::emptyDeviceLoadsNothing()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(loadingOptions(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(50))"_s));
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    const OutcomePointer outcome = loadFrom(connection, &buffer);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->results.constFirst().affectedRows(), 0U);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)),
             (QList<QStringList>{{u"0"_s}}));
    // A device that the statement does not ask for is left alone.
    QByteArray bytes = "untouched";
    QBuffer unasked(&bytes);
    QVERIFY(unasked.open(QIODevice::ReadOnly));
    const OutcomePointer select = loadFrom(connection, &unasked, u"SELECT 5"_s);
    QCOMPARE(select->rows(), (QList<QStringList>{{u"5"_s}}));
    QCOMPARE(unasked.pos(), 0);
}

void tst_Results_Servers::localFileNeedsItsPermission()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection careful(Servers::options(server, database));
    VERIFY_DONE(careful.execute(u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(50))"_s));
    QByteArray text = "1,one\n";
    QBuffer buffer(&text);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    const OutcomePointer forbidden = loadFrom(careful, &buffer);
    QVERIFY2(forbidden->failed(Error::NotSupported), Fake::describe(forbidden).constData());
    QVERIFY(forbidden->error.message().contains(u"setLocalInfileAllowed"));
    QCOMPARE(forbidden->error.execution(), Execution::NotSent);

    // With the permission, but without a device, nothing is given away.
    Connection connection(loadingOptions(server, database));
    const OutcomePointer without = loadFrom(connection, nullptr);
    QVERIFY2(without->failed(Error::LocalInfileRefused), Fake::describe(without).constData());
    QVERIFY2(without->error.message().contains(u"setLocalInfile"),
             qPrintable(without->error.message()));
    const quint64 id = connection.connectionId();
    buffer.close();
    const OutcomePointer closed = loadFrom(connection, &buffer);
    QVERIFY2(closed->failed(Error::DeviceFailed), Fake::describe(closed).constData());
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)),
             (QList<QStringList>{{u"0"_s}}));
    QCOMPARE(connection.connectionId(), id);
}

void tst_Results_Servers::failingDeviceFailsTheLoad()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(loadingOptions(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(50))"_s));
    const quint64 id = connection.connectionId();
    Trickle device;
    device.setSequential(false);
    device.feed("1,one\n2,two\n");
    device.breakDown();
    const OutcomePointer outcome = loadFrom(connection, &device);
    QVERIFY2(outcome->failed(Error::DeviceFailed), Fake::describe(outcome).constData());
    QVERIFY2(outcome->error.message().contains(u"on fire"), qPrintable(outcome->error.message()));
    // The server took what it had got.
    QCOMPARE(outcome->error.execution(), Execution::Unknown);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)),
             (QList<QStringList>{{u"2"_s}}));
    QCOMPARE(connection.connectionId(), id);

    auto deleted = std::make_unique<Trickle>();
    deleted->feed("3,three\n");
    Query *query = connection.execute(QString::fromLatin1(load));
    query->setLocalInfile(deleted.get());
    QTimer::singleShot(50, this, [&] { deleted.reset(); });
    const OutcomePointer gone = finishedOf(query);
    QVERIFY2(gone->failed(Error::DeviceFailed), Fake::describe(gone).constData());
    QVERIFY2(gone->error.message().contains(u"deleted"), qPrintable(gone->error.message()));
    QCOMPARE(rowsOf(connection.execute(u"SELECT 1"_s)), (QList<QStringList>{{u"1"_s}}));
}

void tst_Results_Servers::largeFileIsNotHeldInMemory()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(loadingOptions(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (v LONGBLOB) ENGINE=MyISAM"_s));
    constexpr qint64 size = 50 * 1024 * 1024;
    Generator device(size);
    resetPeakMemory();
    const qint64 before = peakMemory();
    const OutcomePointer outcome = loadFrom(connection, &device);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->results.constFirst().affectedRows(), quint64(size / Generator::LineSize));
    QVERIFY2(peakMemory() - before < 8 * 1024 * 1024,
             qPrintable(u"%1 bytes"_s.arg(peakMemory() - before)));
}

QTEST_GUILESS_MAIN(tst_Results_Servers)

#include "tst_results_servers.moc"
