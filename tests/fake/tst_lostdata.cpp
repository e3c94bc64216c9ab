// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipelinefixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/Row>

#include <QtCore/qbuffer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>

#include <cstring>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr quint8 SendLongData = 0x18;

const QString LoadData = u"LOAD DATA LOCAL INFILE 'x' INTO TABLE t"_s;

QList<FakeRow> manyRows(int count)
{
    QList<FakeRow> rows;
    for (int i = 0; i < count; ++i)
        rows.append(FakeRow{QByteArray::number(i)});
    return rows;
}

QStringList numbers(int count)
{
    QStringList texts;
    for (int i = 0; i < count; ++i)
        texts.append(QString::number(i));
    return texts;
}

/// All parts of an answer but its end.
void sendRows(FakeConnection &connection, const QList<FakeRow> &rows)
{
    connection.columns({"a"});
    for (const FakeRow &row : rows)
        connection.row(row);
}

void finishRows(FakeConnection *connection)
{
    connection->endOfRows();
    connection->done();
}

void append(QStringList *texts, const Result &result)
{
    for (const AsyncMySql::Row &row : result)
        texts->append(row.text(0));
}

Query *stream(Connection *connection, const QString &sql)
{
    Query *query = connection->execute(sql);
    query->setStreaming(true);
    return query;
}

/// What one takeRows() for each rowsReady() gets out of the stream.
std::shared_ptr<QStringList> takeWhenReady(Query *query, qsizetype maximum = -1)
{
    auto texts = std::make_shared<QStringList>();
    QObject::connect(query, &Query::rowsReady, query,
                     [query, texts, maximum] { append(texts.get(), query->takeRows(maximum)); });
    return texts;
}

/// What is left in the stream at its end.
std::shared_ptr<QStringList> takeAtTheEnd(Query *query)
{
    auto texts = std::make_shared<QStringList>();
    QObject::connect(query, &Query::finished, query,
                     [query, texts] { append(texts.get(), query->takeRows()); });
    return texts;
}

ConnectionOptions retryingLockTimeouts(const FakeServer &server)
{
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1205});
    options.setRetryPolicy(policy);
    options.setLocalInfileAllowed(true);
    return options;
}

/// Bytes that can be read only once, as from a socket whose peer closes behind them.
class SequentialDevice : public QIODevice
{
public:
    explicit SequentialDevice(const QByteArray &bytes)
        : m_bytes(bytes)
    {
        open(ReadOnly | Unbuffered);
    }
    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *data, qint64 maximum) override
    {
        const qint64 count = qMin<qint64>(maximum, m_bytes.size());
        std::memcpy(data, m_bytes.constData(), size_t(count));
        m_bytes.remove(0, count);
        if (count == 0)
            QTimer::singleShot(0, this, &QIODevice::readChannelFinished);
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
};

/// A server that asks for the file and reads it; the first attempts end in these errors.
class InfileServer : public FakeServer
{
public:
    explicit InfileServer(int lockTimeouts)
        : m_lockTimeouts(lockTimeouts)
    {
        on(LoadData.toUtf8(), [](FakeConnection &c) { c.send("\xFBx"_ba); });
        // The bytes of the file look like a command, whose code is the first of them.
        onCommand('a', stall);
        onCommand(0, [this](FakeConnection &c) {
            if (m_lockTimeouts-- > 0)
                TransactionServer::lockTimeout(c);
            else
                c.ok();
        });
    }

    QByteArrayList files() const
    {
        QByteArrayList all;
        for (const RecordedCommand &command : commands()) {
            if (command.code == 'a')
                all.append('a' + command.argument);
        }
        return all;
    }

private:
    int m_lockTimeouts;
};

} // namespace

/// What goes both ways in more than one piece, and what becomes of it when it has to go once more.
class tst_LostData : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamGivesEveryRow_data();
    void streamGivesEveryRow();
    void streamGivesAllResults();
    void lostStreamIsReadAgain();
    void lostStreamIsNotReadAgainAfterRowsWereTaken();
    void heldBackStreamTellsOfItsEndWhenItIsRead();
    void temporaryErrorInStreamIsRetried();
    void temporaryErrorInStreamIsFinalAfterRowsWereTaken();
    void infileIsSentAgainFromItsStart();
    void sequentialInfileIsNotSentAgain();
    void deviceParameterIsSentAgainFromItsStart();
    void deviceDeletedWhileItsQueryWaits_data();
    void deviceDeletedWhileItsQueryWaits();
    void lostTransactionIsUnknownIfItMayHaveBeenCommitted_data();
    void lostTransactionIsUnknownIfItMayHaveBeenCommitted();
    void failedImplicitCommitIsUnknown();
    void jobsAreToldInNestedEventLoop();
};

void tst_LostData::streamGivesEveryRow_data()
{
    QTest::addColumn<qsizetype>("bufferLimit");
    QTest::addColumn<qsizetype>("maximum");
    for (const qsizetype maximum : {1, 7, -1}) {
        for (const qsizetype limit : {0, 1, 64, 1024 * 1024})
            QTest::addRow("limit %d, %d at a time", int(limit), int(maximum)) << limit << maximum;
    }
}

/// The stream does not end before its last row was told of.
void tst_LostData::streamGivesEveryRow()
{
    QFETCH(const qsizetype, bufferLimit);
    QFETCH(const qsizetype, maximum);
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) { sendRows(c, manyRows(300)); });
    Connection connection(optionsFor(server));
    Query *query = stream(&connection, u"SELECT a"_s);
    query->setBufferLimit(bufferLimit);
    const std::shared_ptr<QStringList> texts = takeWhenReady(query, maximum);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(texts->size(), 300);
    QCOMPARE(outcome->finished, 0);
    finishRows(server.connection());
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(*texts, numbers(300));
}

void tst_LostData::streamGivesAllResults()
{
    FakeServer server;
    server.on("CALL p()", [](FakeConnection &c) {
        c.result({"a"}, {FakeRow{"one"}, FakeRow{"two"}}, AutoCommit | MoreResults);
        sendRows(c, {FakeRow{"three"}, FakeRow{"four"}});
    });
    Connection connection(optionsFor(server));
    Query *query = stream(&connection, u"CALL p()"_s);
    const std::shared_ptr<QStringList> texts = takeWhenReady(query);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(*texts, QStringList({u"one"_s, u"two"_s, u"three"_s, u"four"_s}));
    finishRows(server.connection());
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(texts->size(), 4);
}

void tst_LostData::lostStreamIsReadAgain()
{
    FakeServer server;
    server.once("SELECT a", [](FakeConnection &c) { sendRows(c, manyRows(2)); });
    server.on("SELECT a", [](FakeConnection &c) { c.result({"a"}, manyRows(3)); });
    Connection connection(optionsFor(server));
    Query *query = stream(&connection, u"SELECT a"_s);
    const std::shared_ptr<QStringList> texts = takeAtTheEnd(query);
    const OutcomePointer outcome = watch(query);
    // Rows of an attempt that is repeated come again: nobody may have them before.
    connect(query, &Job::stateChanged, query, [query, texts](Job::State state) {
        if (state == Job::State::Waiting)
            append(texts.get(), query->takeRows());
    });
    QTRY_COMPARE(query->availableRows(), 2);
    server.connection()->reset();
    VERIFY_SUCCEEDS(outcome);
    QVERIFY(outcome->states.contains(Job::State::Waiting));
    QCOMPARE(*texts, numbers(3));
    QCOMPARE(server.countQuery("SELECT a"), 2);
}

void tst_LostData::lostStreamIsNotReadAgainAfterRowsWereTaken()
{
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) { sendRows(c, manyRows(2)); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(RetryPolicy::Always);
    options.setRetryPolicy(policy);
    Connection connection(options);
    Query *query = stream(&connection, u"SELECT a"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(query->availableRows(), 2);
    QCOMPARE(query->takeRows(1).rowCount(), 1);
    server.connection()->reset();
    VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("SELECT a"), 1);
}

/// Nobody reads the socket while the rows wait. What the server has sent before it went is not
/// lost.
void tst_LostData::heldBackStreamTellsOfItsEndWhenItIsRead()
{
    // More than is read at a time.
    constexpr int count = 20'000;
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) { sendRows(c, manyRows(count)); });
    Connection connection(optionsFor(server));
    Query *query = stream(&connection, u"SELECT a"_s);
    query->setBufferLimit(64);
    const OutcomePointer outcome = watch(query);
    QTRY_VERIFY(query->availableRows() > 0);
    QVERIFY(query->availableRows() < count);
    server.connection()->cut();
    QTRY_COMPARE(server.openConnections(), 0);
    QStringList texts;
    append(&texts, query->takeRows());
    const std::shared_ptr<QStringList> rest = takeWhenReady(query);
    VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    QCOMPARE(texts + *rest, numbers(count));
}

void tst_LostData::temporaryErrorInStreamIsRetried()
{
    FakeServer server;
    server.once("SELECT a", [](FakeConnection &c) { sendRows(c, manyRows(2)); });
    server.on("SELECT a", [](FakeConnection &c) { c.result({"a"}, manyRows(3)); });
    Connection connection(retryingLockTimeouts(server));
    Query *query = stream(&connection, u"SELECT a"_s);
    const std::shared_ptr<QStringList> texts = takeAtTheEnd(query);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(query->availableRows(), 2);
    TransactionServer::lockTimeout(*server.connection());
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(*texts, numbers(3));
    QCOMPARE(server.countQuery("SELECT a"), 2);
}

void tst_LostData::temporaryErrorInStreamIsFinalAfterRowsWereTaken()
{
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) { sendRows(c, manyRows(2)); });
    Connection connection(retryingLockTimeouts(server));
    Query *query = stream(&connection, u"SELECT a"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(query->availableRows(), 2);
    QCOMPARE(query->takeRows(1).rowCount(), 1);
    TransactionServer::lockTimeout(*server.connection());
    VERIFY_FAILS(outcome, ServerError, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("SELECT a"), 1);
}

void tst_LostData::infileIsSentAgainFromItsStart()
{
    InfileServer server(1);
    QBuffer device;
    device.setData("skipped apple");
    QVERIFY(device.open(QIODevice::ReadOnly) && device.seek(8));
    Connection connection(retryingLockTimeouts(server));
    Query *query = connection.execute(LoadData);
    query->setLocalInfile(&device);
    VERIFY_SUCCEEDS(watch(query));
    QCOMPARE(server.files(), QByteArrayList({"apple", "apple"}));
}

void tst_LostData::sequentialInfileIsNotSentAgain()
{
    InfileServer server(1);
    SequentialDevice device("apple");
    Connection connection(retryingLockTimeouts(server));
    Query *query = connection.execute(LoadData);
    query->setLocalInfile(&device);
    VERIFY_FAILS(watch(query), DeviceFailed, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.files(), QByteArrayList({"apple"}));
    QCOMPARE(server.countQuery(LoadData.toUtf8()), 1);
}

void tst_LostData::deviceParameterIsSentAgainFromItsStart()
{
    FakeServer server;
    int lockTimeouts = 1;
    server.onCommand(Prepare, [](FakeConnection &c) {
        // Number 1, no columns, one parameter.
        c.send(QByteArray::fromHex("00 01000000 0000 0100 00 0000"));
        c.send(columnPayload({"?"}, c.capabilities()));
        c.done();
    });
    server.onCommand(SendLongData, [](FakeConnection &c) { c.done(); });
    server.onCommand(Execute, [&lockTimeouts](FakeConnection &c) {
        if (lockTimeouts-- > 0)
            TransactionServer::lockTimeout(c);
        else
            c.ok();
    });
    QBuffer device;
    device.setData("skipped apple");
    QVERIFY(device.open(QIODevice::ReadOnly) && device.seek(8));
    ConnectionOptions options = retryingLockTimeouts(server);
    options.setAutoPrepareEnabled(true);
    Connection connection(options);
    const QVariantList parameters = {QVariant::fromValue<QIODevice *>(&device)};
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT (?)"_s, parameters)));
    QByteArrayList sent;
    for (const RecordedCommand &command : server.commands()) {
        // Behind the number of the statement and that of the parameter.
        if (command.code == SendLongData && command.argument.size() > 6)
            sent.append(command.argument.mid(6));
    }
    QCOMPARE(sent, QByteArrayList({"apple", "apple"}));
    QCOMPARE(server.count(Execute), 2);
}

void tst_LostData::deviceDeletedWhileItsQueryWaits_data()
{
    QTest::addColumn<bool>("isInfile");
    QTest::newRow("LOCAL INFILE") << true;
    QTest::newRow("parameter") << false;
}

void tst_LostData::deviceDeletedWhileItsQueryWaits()
{
    QFETCH(const bool, isInfile);
    FakeServer server;
    ConnectionOptions options = retryingLockTimeouts(server);
    options.setAutoPrepareEnabled(true);
    server.on("INSERT first", FakeServer::stall);
    Connection connection(options);
    const OutcomePointer first = watch(connection.execute(u"INSERT first"_s));
    auto device = std::make_unique<QBuffer>();
    device->setData("apple");
    QVERIFY(device->open(QIODevice::ReadOnly));
    Query *query = isInfile ? connection.execute(LoadData)
                            : connection.execute(u"INSERT (?)"_s,
                                                 {QVariant::fromValue<QIODevice *>(device.get())});
    if (isInfile)
        query->setLocalInfile(device.get());
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(server.countQuery("INSERT first"), 1);
    device.reset();
    server.connection()->ok();
    VERIFY_SUCCEEDS(first);
    VERIFY_FAILS(outcome, DeviceFailed, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery(LoadData.toUtf8()), 0);
    QCOMPARE(server.count(Execute), 0);
}

void tst_LostData::lostTransactionIsUnknownIfItMayHaveBeenCommitted_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<Error::Execution>("execution");
    QTest::newRow("ALTER") << u"ALTER TABLE t ADD c INT"_s << Error::Execution::Unknown;
    QTest::newRow("CALL") << u"CALL p()"_s << Error::Execution::Unknown;
    QTest::newRow("INSERT") << u"INSERT 2"_s << Error::Execution::Rejected;
}

void tst_LostData::lostTransactionIsUnknownIfItMayHaveBeenCommitted()
{
    QFETCH(const QString, sql);
    QFETCH(const Error::Execution, execution);
    TransactionServer server;
    server.on(sql.toUtf8(), FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer answered = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer lost = watch(transaction->execute(sql));
    QTRY_COMPARE(server.countQuery(sql.toUtf8()), 1);
    VERIFY_SUCCEEDS(answered);
    server.connection()->reset();
    VERIFY_FAILS(lost, ConnectionLost, Unknown);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(outcome->error.execution(), execution);
}

/// The server has committed before it found that it cannot do more.
void tst_LostData::failedImplicitCommitIsUnknown()
{
    const QString sql = u"CREATE TABLE t (n INT)"_s;
    TransactionServer server;
    server.on(sql.toUtf8(),
              [](FakeConnection &c) { c.error(1050, "42S01", "Table 't' already exists"); });
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) { c.ok(); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer answered = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer failed = watch(transaction->execute(sql));
    VERIFY_SUCCEEDS(answered);
    QTRY_COMPARE(failed->finished, 1);
    QVERIFY2(failed->failed(Error::ServerError), describe(failed).constData());
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.execution(), Error::Execution::Unknown);
    QVERIFY(server.count(FakeServer::Ping) > 0);
}

/// A slot that waits keeps neither the news from others nor loses the jobs that were told before.
void tst_LostData::jobsAreToldInNestedEventLoop()
{
    Jobs jobs;
    FakeServer server;
    Connection connection(optionsFor(server));
    jobs.execute(&connection, {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    const QPointer<Query> first = jobs.queries[0];
    const QPointer<Query> second = jobs.queries[1];
    bool hasReturned = false;
    connect(second, &Job::finished, this, [&] {
        QEventLoop loop;
        connect(jobs.queries[2], &Job::finished, &loop, &QEventLoop::quit);
        QTimer::singleShot(5s, &loop, &QEventLoop::quit);
        loop.exec();
        QCOMPARE(jobs.outcomes[2]->finished, 1);
        // Long enough for what was to be deleted.
        QCoreApplication::processEvents();
        QVERIFY(first);
        QVERIFY(second);
        hasReturned = true;
    });
    // All of them end in the same turn.
    connection.abort();
    QTRY_VERIFY(hasReturned);
    QTRY_VERIFY(!first);
    QTRY_VERIFY(!second);
    QCOMPARE(jobs.order, QStringList({u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s}));
}

QTEST_GUILESS_MAIN(tst_LostData)

#include "tst_lostdata.moc"
