// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "testdevices.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <cmath>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

class tst_Streams_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void millionRowsFlowThrough_data();
    void millionRowsFlowThrough();
    void rowsAreTakenInAnyPortions_data() { addRows(); }
    void rowsAreTakenInAnyPortions();
    void rowsAreThereAfterTheEnd_data() { addRows(); }
    void rowsAreThereAfterTheEnd();
    void resultsOfAProcedureFollowEachOther_data() { addRows(); }
    void resultsOfAProcedureFollowEachOther();
    void streamWaitsForItsReader_data() { addRows(); }
    void streamWaitsForItsReader();
    void heldBackStreamKeepsWhatHadArrived_data();
    void heldBackStreamKeepsWhatHadArrived();
    void cancelFreesTheConnection_data() { addRows(); }
    void cancelFreesTheConnection();
    void timeoutEndsTheStream_data() { addRows(); }
    void timeoutEndsTheStream();
    void errorBehindRowsIsTold_data() { addRows(); }
    void errorBehindRowsIsTold();
    void serverReportsItsProgress_data() { addRows(isMariaDb); }
    void serverReportsItsProgress();
    void quarterGigabyteTravels_data();
    void quarterGigabyteTravels();
    void deviceIsSentWithoutHoldingIt_data();
    void deviceIsSentWithoutHoldingIt();
    void failingDeviceFailsTheStatement_data() { addRows(); }
    void failingDeviceFailsTheStatement();
};

namespace {

constexpr qint64 MiB = 1024 * 1024;

/// Less over the other channels: it is the way that counts there, not the amount.
bool movesMuch()
{
    return defaultChannel() == Channel::Socket;
}

/// A SELECT of 10 to the power of \a digits numbers, from 0 on in some order, and a text for each.
QString manyRows(const Server &server, int digits)
{
    if (server.isMariaDb()) {
        return u"SELECT seq - 1 AS n, REPEAT('x', 50) AS v FROM mysql.seq_1_to_1%1"_s.arg(
            QString(digits, u'0'));
    }
    QString sum = u"d0.n"_s;
    QString tables = u"d d0"_s;
    for (int i = 1; i < digits; ++i) {
        sum += u" + d%1.n * 1%2"_s.arg(i).arg(QString(i, u'0'));
        tables += u", d d%1"_s.arg(i);
    }
    return u"WITH d (n) AS (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 "
           "UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 "
           "UNION ALL SELECT 8 UNION ALL SELECT 9) SELECT %1 AS n, REPEAT('x', 50) AS v FROM %2"_s
               .arg(sum, tables);
}

/// Of each kind, the one that is found first: what these tests move takes its time.
void addTwoServers()
{
    QTest::addColumn<Server>("server");
    for (const Filter filter : {isMariaDb, isMySql}) {
        const auto found = std::find_if(all().begin(), all().end(), filter);
        if (found != all().end())
            QTest::newRow(qPrintable(found->name)) << *found;
    }
}

} // namespace

void tst_Streams_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Streams_Servers::millionRowsFlowThrough_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("prepared");
    QTest::addColumn<int>("digits");
    const bool isLarge = qEnvironmentVariableIsSet("ASYNCMYSQL_TEST_LARGE") && movesMuch();
    for (const Server &server : all()) {
        for (const bool prepared : {false, true}) {
            const char *form = prepared ? "prepared" : "text";
            QTest::addRow("%s, %s", qPrintable(server.name), form)
                << server << prepared << (movesMuch() ? 6 : 5);
            // What grows with the rows does so with any server.
            if (isLarge && &server == &all().constFirst()) {
                QTest::addRow("%s, %s, ten millions", qPrintable(server.name), form)
                    << server << prepared << 7;
            }
        }
    }
}

void tst_Streams_Servers::millionRowsFlowThrough()
{
    QFETCH(Server, server);
    QFETCH(bool, prepared);
    QFETCH(int, digits);
    const qint64 count = qRound64(std::pow(10, digits));
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    resetPeakMemory();
    const qint64 memory = peakMemory();
    Query *query = connection.execute(manyRows(server, digits));
    query->setStreaming(true);
    query->setPrepared(prepared);
    qint64 rows = 0;
    qint64 sum = 0;
    qint64 characters = 0;
    const auto take = [&] {
        for (const Row &row : query->takeRows()) {
            ++rows;
            sum += row.value<qint64>(0);
            characters += row.value<QByteArrayView>(1).size();
        }
    };
    QueryProgress last;
    bool isMonotonous = true;
    connect(query, &Query::rowsReady, this, take);
    connect(query, &Query::progressChanged, this, [&](const QueryProgress &progress) {
        isMonotonous = isMonotonous && progress.rows >= last.rows && progress.bytes >= last.bytes;
        last = progress;
    });
    connect(query, &Query::finished, this, take);
    const OutcomePointer outcome = finishedOf(query, 5min);
    const qint64 used = peakMemory() - memory;
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(rows, count);
    QCOMPARE(sum, count * (count - 1) / 2);
    QCOMPARE(characters, count * 50);
    QVERIFY(isMonotonous);
    QCOMPARE(last.rows, count);
    QVERIFY(last.bytes > characters);
    QVERIFY2(used < 16 * MiB, qPrintable(u"%1 bytes more"_s.arg(used)));
    if (qEnvironmentVariableIsSet("ASYNCMYSQL_TEST_LARGE"))
        qInfo("%lld KiB more than %lld KiB", used / 1024, memory / 1024);
}

void tst_Streams_Servers::rowsAreTakenInAnyPortions()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    Query *query = connection.execute(manyRows(server, 4) + u" ORDER BY n"_s);
    query->setStreaming(true);
    query->setBufferLimit(10'000);
    QCOMPARE(query->availableRows(), 0);
    QVERIFY(query->takeRows().isEmpty());
    qint64 next = 0;
    bool isInOrder = true;
    qsizetype portion = 0;
    const auto take = [&] {
        while (query->availableRows() > 0) {
            portion = portion % 17 + 1;
            const qsizetype available = query->availableRows();
            const Result rows = query->takeRows(portion);
            isInOrder = isInOrder && rows.rowCount() == std::min(portion, available)
                        && rows.columnCount() == 2;
            for (const Row &row : rows)
                isInOrder = isInOrder && row.value<qint64>("n") == next++;
        }
    };
    connect(query, &Query::rowsReady, this, take);
    connect(query, &Query::finished, this, take);
    const OutcomePointer outcome = finishedOf(query);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(next, 10'000);
    QVERIFY(isInOrder);
    // The result has what comes with the end, and no rows.
    QCOMPARE(outcome->results.constFirst().rowCount(), 0);
}

void tst_Streams_Servers::rowsAreThereAfterTheEnd()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    Query *query
        = connection.execute(u"SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT ?"_s, {3});
    query->setStreaming(true);
    query->setAutoDelete(false);
    const OutcomePointer outcome = finishedOf(query);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    // The connection goes on meanwhile.
    QCOMPARE(rowsOf(connection.execute(u"SELECT 4"_s)), (QList<QStringList>{{u"4"_s}}));
    QCOMPARE(query->availableRows(), 3);
    QCOMPARE(query->takeRows(1).first().value<int>("n"), 1);
    const Result rest = query->takeRows();
    QCOMPARE(rest.rowCount(), 2);
    QCOMPARE(rest.row(1).value<int>(0), 3);
    QVERIFY(query->takeRows().isEmpty());
    delete query;
    QCOMPARE(rest.row(1).value<int>(0), 3);
}

void tst_Streams_Servers::resultsOfAProcedureFollowEachOther()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(
        connection.execute(u"CREATE PROCEDURE p(IN n INT) BEGIN "
                           "SELECT n AS a UNION ALL SELECT n + 1; "
                           "SELECT 'x' AS b, 'y' AS c; SELECT 1 AS d FROM DUAL WHERE n = 0; "
                           "SELECT n AS e; END"_s));
    Query *query = connection.execute(u"CALL p(?)"_s, {5});
    query->setStreaming(true);
    query->setAutoDelete(false);
    QVERIFY(finishedOf(query)->succeeded());
    QList<QStringList> names;
    QList<qsizetype> counts;
    while (query->availableRows() > 0) {
        const Result rows = query->takeRows();
        names.append(rows.columnNames());
        counts.append(rows.rowCount());
    }
    QCOMPARE(names, (QList<QStringList>{{u"a"_s}, {u"b"_s, u"c"_s}, {u"e"_s}}));
    QCOMPARE(counts, (QList<qsizetype>{2, 1, 1}));
    delete query;
}

void tst_Streams_Servers::streamWaitsForItsReader()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    Connection watcher(Servers::options(server));
    resetPeakMemory();
    const qint64 memory = peakMemory();
    Query *query = connection.execute(manyRows(server, 6));
    query->setAutoDelete(false);
    query->setStreaming(true);
    const OutcomePointer outcome = Fake::watch(query);
    // "Sending data", "Writing to net", "executing": anything but at its end. Not the FULL list:
    // the statements of other tests have many megabytes.
    const auto state = [&] { return rowsOf(watcher.execute(u"SHOW PROCESSLIST"_s)); };
    const auto isWaiting = [&] {
        for (const QStringList &process : state()) {
            if (process.value(0).toULongLong() == connection.connectionId())
                return process.value(4) == u"Query" || process.value(4) == u"Execute";
        }
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(query->progress().bytes >= query->bufferLimit(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), 30'000);
    const qint64 received = query->progress().bytes;
    for (int i = 0; i < 20; ++i)
        QVERIFY(isWaiting());
    QCOMPARE(query->progress().bytes, received);
    QVERIFY2(received < 2 * query->bufferLimit(), qPrintable(QString::number(received)));
    QVERIFY2(peakMemory() - memory < 8 * MiB, qPrintable(QString::number(peakMemory() - memory)));
    QCOMPARE(outcome->finished, 0);
    // A little more room, a little more is read.
    query->takeRows(1000);
    QVERIFY(!query->isFinished());
    query->setBufferLimit(2 * MiB);
    QTRY_VERIFY_WITH_TIMEOUT(query->progress().bytes > received + MiB / 2, 30'000);
    qint64 rows = 1000;
    const auto take = [&] { rows += query->takeRows().rowCount(); };
    connect(query, &Query::rowsReady, this, take);
    connect(query, &Query::finished, this, take);
    take();
    QVERIFY(areFinished({outcome}, 2min));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(rows, 1'000'000);
}

void tst_Streams_Servers::heldBackStreamKeepsWhatHadArrived_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<QString>("value");
    QTest::addColumn<int>("size");
    const QList<Channel> channels
        = qEnvironmentVariableIsSet("ASYNCMYSQL_TEST_CHANNEL")
              ? QList<Channel>{defaultChannel()}
              : QList<Channel>{Channel::Clear, Channel::Tls, Channel::Socket, Channel::Compressed,
                               Channel::CompressedTls};
    for (const Server &server : serversFor(any)) {
        for (const Channel channel : channels) {
            // Compressed, little of it is left in the buffers of the operating system.
            QTest::addRow("%s, %s, like each other", qPrintable(server.name), name(channel))
                << server << channel << u"v"_s << 50;
            QTest::addRow("%s, %s, unlike", qPrintable(server.name), name(channel))
                << server << channel << u"SHA2(n, 256)"_s << 64;
        }
    }
}

/// The session ends when all has been sent, most of which nobody has taken yet.
void tst_Streams_Servers::heldBackStreamKeepsWhatHadArrived()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    QFETCH(QString, value);
    QFETCH(int, size);
    constexpr int count = 1500; // as much as the operating system buffers
    Connection connection(Servers::options(server, channel));
    VERIFY_DONE(connection.ping());
    Connection admin(Servers::options(server));
    const quint64 id = connection.connectionId();
    const auto command = [&] {
        for (const QStringList &process : rowsOf(admin.execute(u"SHOW PROCESSLIST"_s))) {
            if (process.value(0).toULongLong() == id)
                return process.value(4);
        }
        return QString();
    };
    Query *query
        = connection.execute(u"SELECT n, %1 FROM (%2) AS numbers ORDER BY n LIMIT %3"_s.arg(
            value, manyRows(server, 4), QString::number(count)));
    query->setAutoDelete(false);
    query->setStreaming(true);
    query->setBufferLimit(4000);
    const OutcomePointer outcome = Fake::watch(query);
    QTRY_VERIFY_WITH_TIMEOUT(query->availableRows() > 0, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(command(), u"Sleep"_s, 30'000);
    VERIFY_DONE(admin.execute(u"KILL %1"_s.arg(id)));
    QTRY_COMPARE_WITH_TIMEOUT(command(), QString(), 30'000);
    QVERIFY(!query->isFinished());
    QVERIFY2(query->progress().rows < count, qPrintable(QString::number(query->progress().rows)));
    qint64 next = 0;
    bool isInOrder = true;
    const auto take = [&] {
        for (const Row &row : query->takeRows())
            isInOrder = isInOrder && row.value<qint64>(0) == next++ && row.text(1).size() == size;
    };
    connect(query, &Query::rowsReady, this, take);
    connect(query, &Query::finished, this, take);
    take();
    QVERIFY(areFinished({outcome}));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QVERIFY(isInOrder);
    QCOMPARE(next, count);
    QCOMPARE(rowsOf(connection.execute(u"SELECT 1"_s)), (QList<QStringList>{{u"1"_s}}));
    delete query;
}

void tst_Streams_Servers::cancelFreesTheConnection()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    Query *query = connection.execute(manyRows(server, 7));
    query->setAutoDelete(false);
    query->setStreaming(true);
    const OutcomePointer outcome = Fake::watch(query);
    const OutcomePointer next = Fake::watch(connection.execute(u"SELECT 'next'"_s));
    QTRY_VERIFY_WITH_TIMEOUT(query->availableRows() > 0, 30'000);
    QVERIFY(!query->takeRows(10).isEmpty());
    QElapsedTimer time;
    time.start();
    query->cancel();
    QVERIFY(areFinished({outcome, next}));
    QVERIFY2(outcome->failed(Error::Cancelled), Fake::describe(outcome).constData());
    QCOMPARE(next->rows(), (QList<QStringList>{{u"next"_s}}));
    // All ten million rows take longer.
    QVERIFY2(time.elapsed() < 3000, qPrintable(QString::number(time.elapsed())));
}

void tst_Streams_Servers::timeoutEndsTheStream()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    Query *query = connection.execute(manyRows(server, 6));
    query->setStreaming(true);
    query->setTimeout(200ms);
    const OutcomePointer outcome = finishedOf(query);
    QVERIFY2(outcome->failed(Error::QueryTimeout), Fake::describe(outcome).constData());
    QCOMPARE(rowsOf(connection.execute(u"SELECT 1"_s)), (QList<QStringList>{{u"1"_s}}));
}

void tst_Streams_Servers::errorBehindRowsIsTold()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    // The subquery has two rows for the last number alone.
    Query *query = connection.execute(
        u"SELECT n, (SELECT 1 UNION ALL SELECT 2 FROM DUAL WHERE m.n = 9999) FROM (%1) m"_s.arg(
            manyRows(server, 4)));
    query->setStreaming(true);
    qint64 rows = 0;
    connect(query, &Query::rowsReady, this, [&] { rows += query->takeRows().rowCount(); });
    const OutcomePointer outcome = finishedOf(query);
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.serverErrorNumber(), 1242);
    QCOMPARE(rowsOf(connection.execute(u"SELECT 1"_s)), (QList<QStringList>{{u"1"_s}}));
}

void tst_Streams_Servers::serverReportsItsProgress()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT PRIMARY KEY) ENGINE=Aria"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t SELECT seq FROM seq_1_to_30000"_s));
    VERIFY_DONE(connection.setSessionVariable(u"progress_report_time"_s, 1));
    // It tells something every 10,000 rows, and is stopped when it has.
    Query *query = connection.execute(
        u"ALTER TABLE t ADD COLUMN h CHAR(64) AS (SHA2(REPEAT(n, 500), 256)) PERSISTENT, "
        "ALGORITHM=COPY"_s);
    QueryProgress report;
    connect(query, &Query::progressChanged, query, [&](const QueryProgress &progress) {
        report = progress;
        query->cancel();
    });
    const OutcomePointer outcome = finishedOf(query);
    QVERIFY2(outcome->failed(Error::Cancelled), Fake::describe(outcome).constData());
    QVERIFY(report.stage >= 1 && report.stage <= report.stageCount);
    QVERIFY(report.percent >= 0 && report.percent <= 100);
    QVERIFY(!report.text.isEmpty());
}

void tst_Streams_Servers::quarterGigabyteTravels_data()
{
    addTwoServers();
}

void tst_Streams_Servers::quarterGigabyteTravels()
{
    QFETCH(Server, server);
    const qint64 size = movesMuch() ? 256 * MiB : 70 * MiB;
    ConnectionOptions options = Servers::options(server);
    options.setMaximumPacketSize(1024 * MiB);
    Connection connection(options);
    VERIFY_DONE(connection.ping());
    QByteArray blob(size, Qt::Uninitialized);
    QVERIFY(Generator(size).read(blob.data(), size) == size);
    resetPeakMemory();
    const qint64 memory = peakMemory();
    // There and back again.
    const OutcomePointer outcome
        = finishedOf(connection.execute(u"SELECT ?, 'behind'"_s, {blob}), 2min);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    const Row row = outcome->results.constFirst().first();
    QVERIFY(row.bytes(0) == blob);
    QCOMPARE(row.value<QString>(1), u"behind"_s);
    // What has come back is in memory, once; what was sent is not, a second time.
    const qint64 used = peakMemory() - memory;
    QVERIFY2(used < size + 64 * MiB, qPrintable(u"%1 MiB more"_s.arg(used / MiB)));
    // By default the client takes no such packet.
    Connection careful(Servers::options(server));
    const OutcomePointer refused
        = finishedOf(careful.execute(u"SELECT REPEAT('x', %1)"_s.arg(size)), 2min);
    QVERIFY2(refused->failed(Error::PacketTooLarge), Fake::describe(refused).constData());
    QCOMPARE(rowsOf(careful.execute(u"SELECT 1"_s)), (QList<QStringList>{{u"1"_s}}));
}

void tst_Streams_Servers::deviceIsSentWithoutHoldingIt_data()
{
    addTwoServers();
}

void tst_Streams_Servers::deviceIsSentWithoutHoldingIt()
{
    QFETCH(Server, server);
    const qint64 size = movesMuch() ? 256 * MiB : 70 * MiB;
    const QByteArray hash = Generator::sha256(size);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    resetPeakMemory();
    const qint64 memory = peakMemory();
    Generator device(size);
    VERIFY_DONE(connection.execute(u"SET @given = ?, @number = ?"_s,
                                   {QVariant::fromValue<QIODevice *>(&device), 7}));
    const qint64 used = peakMemory() - memory;
    QVERIFY2(used < 8 * MiB, qPrintable(u"%1 bytes more"_s.arg(used)));
    QCOMPARE(rowsOf(connection.execute(u"SELECT LENGTH(@given), SHA2(@given, 256), @number"_s)),
             (QList<QStringList>{{QString::number(size), QString::fromLatin1(hash), u"7"_s}}));
}

void tst_Streams_Servers::failingDeviceFailsTheStatement()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    const quint64 id = connection.connectionId();
    const QString sql = u"SELECT LENGTH(?)"_s;
    const auto failureOf = [&](QIODevice *device) {
        return finishedOf(connection.execute(sql, {QVariant::fromValue(device)}));
    };
    Generator broken(10 * MiB, 3 * MiB);
    const OutcomePointer outcome = failureOf(&broken);
    QVERIFY2(outcome->failed(Error::DeviceFailed), Fake::describe(outcome).constData());
    QVERIFY2(outcome->error.message().contains(u"on fire"), qPrintable(outcome->error.message()));
    QVERIFY(outcome->error.execution() != Execution::Unknown);

    Generator closed(10 * MiB);
    closed.close();
    const OutcomePointer unopened = failureOf(&closed);
    QVERIFY2(unopened->failed(Error::DeviceFailed), Fake::describe(unopened).constData());
    QCOMPARE(unopened->error.execution(), Execution::NotSent);

    auto deleted = std::make_unique<Generator>(1000 * MiB);
    QTimer::singleShot(20ms, this, [&] { deleted.reset(); });
    const OutcomePointer gone = failureOf(deleted.get());
    QVERIFY2(gone->failed(Error::DeviceFailed), Fake::describe(gone).constData());
    QVERIFY2(gone->error.message().contains(u"deleted"), qPrintable(gone->error.message()));

    Generator asText(100);
    Query *text = connection.execute(sql, {QVariant::fromValue<QIODevice *>(&asText)});
    text->setPrepared(false);
    const OutcomePointer refused = finishedOf(text);
    QVERIFY2(refused->failed(Error::InvalidParameter), Fake::describe(refused).constData());
    QCOMPARE(refused->error.execution(), Execution::NotSent);

    Generator right(3 * MiB);
    const OutcomePointer after = failureOf(&right);
    QCOMPARE(after->rows(), (QList<QStringList>{{QString::number(3 * MiB)}}));
    QCOMPARE(rowsOf(connection.execute(sql, {u"abc"_s})), (QList<QStringList>{{u"3"_s}}));
    QCOMPARE(connection.connectionId(), id);
}

QTEST_GUILESS_MAIN(tst_Streams_Servers)

#include "tst_streams_servers.moc"
