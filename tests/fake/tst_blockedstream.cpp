// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Jobs that wait behind a stream whose rows nobody takes.

#include "transactionfixture.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Pool>
#include <AsyncMySql/Query>
#include <AsyncMySql/QueryModel>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>
#include <AsyncMySql/Transaction>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int RowSize = 64 * 1024;
/// More than the operating system buffers beside what a stream holds.
constexpr int Megabytes16 = 256;
/// More than is read into memory for the sake of others.
constexpr int Megabytes96 = 1536;

/// \a count rows, of which no more are sent than are read.
FakeServer::Handler bigResult(int count)
{
    return [count](FakeConnection &c) {
        const QByteArray text(RowSize, 'x');
        QList<FakeRow> rows;
        for (int i = 0; i < count; ++i)
            rows.append(FakeRow{text});
        c.result({"a"}, rows);
    };
}

} // namespace

class tst_BlockedStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsAreLetThrough_data();
    void jobsAreLetThrough();
    void halfReadModelLetsOthersThrough();
    void streamThatNobodyWaitsForIsHeldBack();
    void streamThatIsReadIsHeldBack();
    void tooLargeStreamIsNamed();
    void jobInTransactionIsLetThrough();
    void endOfTheBlockIsTold_data();
    void endOfTheBlockIsTold();
    void unreadStreamFreesItsSession_data();
    void unreadStreamFreesItsSession();
    void unreadStreamThatIsTooLargeIsStopped();
    void slowReaderIsNotStopped();
    void streamThatWaitsForTheServerIsNotStopped();
    void withoutAStreamTimeoutItWaits_data();
    void withoutAStreamTimeoutItWaits();
};

void tst_BlockedStream::jobsAreLetThrough_data()
{
    QTest::addColumn<bool>("waitsFirst");
    QTest::newRow("jobs come later") << false;
    QTest::newRow("jobs are there before") << true;
}

void tst_BlockedStream::jobsAreLetThrough()
{
    QFETCH(const bool, waitsFirst);
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes16));
    Connection connection(optionsFor(server));
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    stream->setAutoDelete(false);
    OutcomePointer next;
    if (waitsFirst)
        next = watch(connection.execute(u"INSERT next"_s));
    QTRY_VERIFY(stream->availableRows() > 0);
    if (!waitsFirst)
        next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_SUCCEEDS(next);
    QVERIFY(stream->isFinished());
    QCOMPARE(stream->availableRows(), Megabytes16);
    qsizetype rows = 0;
    while (const qsizetype count = stream->takeRows(7).rowCount())
        rows += count;
    QCOMPARE(rows, Megabytes16);
    QVERIFY(connection.blockingStatement().isEmpty());
}

void tst_BlockedStream::halfReadModelLetsOthersThrough()
{
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes16));
    Connection connection(optionsFor(server));
    QueryModel model;
    model.setFetchSize(2);
    model.setExecutor(&connection);
    model.setSql(u"SELECT a"_s);
    QTRY_COMPARE(model.rowCount(), model.fetchSize());
    const int shown = model.rowCount();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(model.rowCount(), shown);
    QVERIFY(model.canFetchMore({}));
    while (model.canFetchMore({}))
        model.fetchMore({});
    QCOMPARE(model.rowCount(), Megabytes16);
}

void tst_BlockedStream::streamThatNobodyWaitsForIsHeldBack()
{
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes16));
    Connection connection(optionsFor(server));
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    QTRY_VERIFY(stream->availableRows() > 0);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor([&] { return timer.hasExpired(600); }));
    QVERIFY(stream->availableRows() < Megabytes16 / 4);
    QVERIFY(!stream->isFinished());
}

/// Slowly, but it is read.
void tst_BlockedStream::streamThatIsReadIsHeldBack()
{
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes16));
    Connection connection(optionsFor(server));
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    const OutcomePointer streamEnd = watch(stream);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_VERIFY(stream->availableRows() > 0);
    qsizetype most = 0;
    QTimer reader;
    connect(&reader, &QTimer::timeout, this, [&] {
        most = std::max(most, stream->availableRows());
        stream->takeRows(1);
    });
    reader.start(20ms);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor([&] { return timer.hasExpired(800); }));
    QCOMPARE(next->finished, 0);
    QVERIFY2(most < Megabytes16 / 4, QByteArray::number(most));
    reader.stop();
    // Nobody reads on now.
    VERIFY_SUCCEEDS(next);
    QCOMPARE(streamEnd->finished, 1);
}

void tst_BlockedStream::tooLargeStreamIsNamed()
{
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes96));
    Connection connection(optionsFor(server));
    QSignalSpy changes(&connection, &Connection::blockingStatementChanged);
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    const OutcomePointer streamEnd = watch(stream);
    Query *query = connection.execute(u"INSERT next"_s);
    const OutcomePointer next = watch(query);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"not taken: SELECT a"_s));
    QTRY_COMPARE_WITH_TIMEOUT(connection.blockingStatement(), u"SELECT a"_s, 60'000);
    QCOMPARE(changes.size(), 1);
    // Not without an end, all the same.
    QVERIFY(stream->availableRows() < Megabytes96);
    query->setQueueTimeout(1ms);
    VERIFY_FAILS(next, QueueTimeout, NotSent);
    QVERIFY(next->error.message().contains(u"SELECT a"));
    QCOMPARE(streamEnd->finished, 0);
}

void tst_BlockedStream::jobInTransactionIsLetThrough()
{
    TransactionServer server;
    server.on("SELECT a", [](FakeConnection &c) {
        const QByteArray text(RowSize, 'x');
        QList<FakeRow> rows;
        for (int i = 0; i < Megabytes16; ++i)
            rows.append(FakeRow{text});
        c.result({"a"}, rows, AutoCommit | InTransaction);
    });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    Query *stream = transaction->execute(u"SELECT a"_s);
    stream->setStreaming(true);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
}

void tst_BlockedStream::endOfTheBlockIsTold_data()
{
    QTest::addColumn<QString>("end");
    for (const char *end : {"taken", "cancelled", "aborted", "nobody waits"})
        QTest::newRow(end) << QString::fromLatin1(end);
}

void tst_BlockedStream::endOfTheBlockIsTold()
{
    QFETCH(const QString, end);
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes96));
    server.onKill([&server](FakeConnection &killer, quint32 id) {
        server.connection(int(id))->reset();
        killer.ok();
    });
    Connection connection(optionsFor(server));
    QPointer<Query> stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    Query *next = connection.execute(u"INSERT next"_s);
    QTRY_COMPARE_WITH_TIMEOUT(connection.blockingStatement(), u"SELECT a"_s, 60'000);
    if (end == u"taken") {
        connect(stream, &Query::rowsReady, stream, [stream] { stream->takeRows(); });
        stream->takeRows();
    } else if (end == u"cancelled") {
        stream->cancel();
    } else if (end == u"aborted") {
        connection.abort();
    } else {
        next->cancel();
    }
    QTRY_VERIFY_WITH_TIMEOUT(connection.blockingStatement().isEmpty(), 30'000);
}

void tst_BlockedStream::unreadStreamFreesItsSession_data()
{
    QTest::addColumn<bool>("isPool");
    QTest::newRow("connection") << false;
    QTest::newRow("pool") << true;
}

/// Nothing waits behind it.
void tst_BlockedStream::unreadStreamFreesItsSession()
{
    QFETCH(const bool, isPool);
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes16));
    ConnectionOptions options = optionsFor(server);
    options.setStreamTimeout(40ms);
    Connection connection(options);
    Pool pool(options);
    Query *stream = isPool ? pool.execute(u"SELECT a"_s) : connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    stream->setAutoDelete(false);
    const OutcomePointer end = watch(stream);
    VERIFY_SUCCEEDS(end);
    if (isPool)
        QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(stream->availableRows(), Megabytes16);
    qsizetype rows = 0;
    while (const qsizetype count = stream->takeRows(7).rowCount())
        rows += count;
    QCOMPARE(rows, Megabytes16);
}

void tst_BlockedStream::unreadStreamThatIsTooLargeIsStopped()
{
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes96));
    server.onKill([&server](FakeConnection &killer, quint32 id) {
        server.connection(int(id))->reset();
        killer.ok();
    });
    ConnectionOptions options = optionsFor(server);
    options.setStreamTimeout(40ms);
    Connection connection(options);
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    const OutcomePointer end = watch(stream);
    QTRY_COMPARE_WITH_TIMEOUT(end->finished, 1, 60'000);
    QVERIFY2(end->failed(Error::QueryTimeout), describe(end).constData());
    for (const auto &part : {"streamTimeout"_L1, "0.04 s"_L1, "takeRows()"_L1, "SELECT"_L1})
        QVERIFY2(end->error.message().contains(part), qPrintable(end->error.message()));
    QCOMPARE(end->error.statement(), u"SELECT a"_s);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
}

void tst_BlockedStream::slowReaderIsNotStopped()
{
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes96));
    ConnectionOptions options = optionsFor(server);
    options.setStreamTimeout(400ms);
    Connection connection(options);
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    const OutcomePointer end = watch(stream);
    QTRY_VERIFY(stream->availableRows() > 0);
    // For longer than the limit, much more often than that.
    qsizetype most = 0;
    QTimer reader;
    connect(&reader, &QTimer::timeout, this, [&] {
        most = std::max(most, stream->availableRows());
        stream->takeRows(1);
    });
    reader.start(20ms);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor([&] { return timer.hasExpired(1200); }));
    QCOMPARE(end->finished, 0);
    QVERIFY2(most < Megabytes16 / 4, QByteArray::number(most));
}

void tst_BlockedStream::streamThatWaitsForTheServerIsNotStopped()
{
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) {
        c.columns({"a"});
        c.row({"1"});
    });
    ConnectionOptions options = optionsFor(server);
    options.setStreamTimeout(10ms);
    Connection connection(options);
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    const OutcomePointer end = watch(stream);
    QTRY_COMPARE(stream->availableRows(), 1);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor([&] { return timer.hasExpired(100); }));
    QCOMPARE(end->finished, 0);
    server.connection()->row({"2"});
    server.connection()->endOfRows();
    server.connection()->done();
    VERIFY_SUCCEEDS(end);
}

void tst_BlockedStream::withoutAStreamTimeoutItWaits_data()
{
    QTest::addColumn<bool>("ofTheQuery");
    QTest::newRow("of the options") << false;
    QTest::newRow("of the query") << true;
}

void tst_BlockedStream::withoutAStreamTimeoutItWaits()
{
    QFETCH(const bool, ofTheQuery);
    QCOMPARE(ConnectionOptions().streamTimeout(), 30s);
    FakeServer server;
    server.on("SELECT a", bigResult(Megabytes16));
    ConnectionOptions options = optionsFor(server);
    options.setStreamTimeout(ofTheQuery ? 10ms : 0ms);
    Connection connection(options);
    Query *stream = connection.execute(u"SELECT a"_s);
    stream->setStreaming(true);
    QCOMPARE(stream->streamTimeout(), options.streamTimeout());
    if (ofTheQuery)
        stream->setStreamTimeout(0ms);
    QTRY_VERIFY(stream->availableRows() > 0);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor([&] { return timer.hasExpired(200); }));
    QVERIFY(stream->availableRows() < Megabytes16 / 4);
    QVERIFY(!stream->isFinished());
}

QTEST_GUILESS_MAIN(tst_BlockedStream)

#include "tst_blockedstream.moc"
