// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "testdevices.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Transaction>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <chrono>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;

namespace {

/// What a batch tells when it has finished.
struct Told
{
    OutcomePointer outcome;
    qsizetype executedRows = 0;
    qsizetype sentRows = 0;
    quint64 affectedRows = 0;
};

Told toldBy(Batch *batch)
{
    Told told;
    QObject::connect(batch, &Batch::finished, batch, [&told, batch] {
        told.executedRows = batch->executedRows();
        told.sentRows = batch->sentRows();
        told.affectedRows = batch->affectedRows();
    });
    told.outcome = finishedOf(batch, 2min);
    return told;
}

qsizetype countOf(Executor &executor)
{
    return rowsOf(executor.execute(u"SELECT COUNT(*) FROM t"_s)).value(0).value(0).toLongLong();
}

QList<QVariantList> numbered(int count)
{
    QList<QVariantList> rows;
    rows.reserve(count);
    for (int i = 1; i <= count; ++i)
        rows.append(QVariantList{i});
    return rows;
}

} // namespace

/// Batches, and other jobs that send much or several commands, which are stopped.
class tst_StoppedBatch_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void sendingStops_data();
    void sendingStops();
    void slowRowsStop_data();
    void slowRowsStop();
    void statementThatIsBeingPrepared_data() { addRows(); }
    void statementThatIsBeingPrepared();
    void severalStatementsInOneText_data() { addRows(); }
    void severalStatementsInOneText();
    void fileThatIsBeingSent_data();
    void fileThatIsBeingSent();
    void longValueThatIsBeingSent_data() { addRows(); }
    void longValueThatIsBeingSent();
};

void tst_StoppedBatch_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_StoppedBatch_Servers::sendingStops_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("byTimeout");
    QTest::addColumn<bool>("inTransaction");
    for (const Server &server : all()) {
        for (const bool byTimeout : {false, true}) {
            for (const bool inTransaction : {false, true}) {
                QTest::addRow("%s, %s%s", qPrintable(server.name), byTimeout ? "timeout" : "cancel",
                              inTransaction ? ", transaction" : "")
                    << server << byTimeout << inTransaction;
            }
        }
    }
}

/// It has far more rows than can be inserted by then. Nothing is sent behind the stop, so that the
/// end waits for no more than what was on its way, and the session lives on.
void tst_StoppedBatch_Servers::sendingStops()
{
    constexpr int RowCount = 400'000;
    constexpr auto Limit = 150ms;
    QFETCH(Server, server);
    QFETCH(const bool, byTimeout);
    QFETCH(const bool, inTransaction);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB"_s));
    const quint64 session = connection.connectionId();
    Transaction *transaction = inTransaction ? connection.beginTransaction() : nullptr;
    Executor *executor = &connection;
    if (transaction)
        executor = transaction;
    Batch *batch = executor->executeBatch(u"INSERT INTO t VALUES (?)"_s, numbered(RowCount));
    if (byTimeout)
        batch->setTimeout(Limit);
    qsizetype sentUntilStop = RowCount - 1;
    const auto stop = [&sentUntilStop, batch, byTimeout] {
        sentUntilStop = batch->sentRows();
        if (!byTimeout)
            batch->cancel();
    };
    // A time-out has come by itself by then, and the batch may have ended.
    const std::chrono::milliseconds moment = byTimeout ? 2 * Limit : Limit;
    connect(batch, &Job::stateChanged, batch, [batch, moment, stop](Job::State state) {
        if (state == Job::State::Running)
            QTimer::singleShot(moment, Qt::PreciseTimer, batch, stop);
    });
    const Told told = toldBy(batch);
    QVERIFY2(told.outcome->failed(byTimeout ? Error::QueryTimeout : Error::Cancelled),
             Fake::describe(told.outcome).constData());
    QVERIFY2(told.sentRows <= sentUntilStop,
             qPrintable(u"%1 > %2"_s.arg(told.sentRows).arg(sentUntilStop)));
    QVERIFY(told.sentRows < RowCount);
    QVERIFY(told.executedRows <= told.sentRows);
    // Also in an open transaction, which the stop leaves alone.
    QCOMPARE(countOf(*executor), told.executedRows);
    QCOMPARE(told.affectedRows, quint64(told.executedRows));
    if (transaction) {
        VERIFY_DONE(transaction->commit());
        QCOMPARE(countOf(connection), told.executedRows);
    }
    QCOMPARE(connection.connectionId(), session);
}

void tst_StoppedBatch_Servers::slowRowsStop_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("inTransaction");
    for (const Server &server : all()) {
        QTest::addRow("%s", qPrintable(server.name)) << server << false;
        QTest::addRow("%s, transaction", qPrintable(server.name)) << server << true;
    }
}

/// Each of those that are on their way has to be stopped.
void tst_StoppedBatch_Servers::slowRowsStop()
{
    QFETCH(Server, server);
    QFETCH(const bool, inTransaction);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1)"_s));
    const quint64 session = connection.connectionId();
    Transaction *transaction = inTransaction ? connection.beginTransaction() : nullptr;
    Executor *executor = &connection;
    if (transaction)
        executor = transaction;
    QElapsedTimer clock;
    clock.start();
    Batch *batch
        = executor->executeBatch(u"UPDATE t SET id = id + SLEEP(2) + 0 * ?"_s, numbered(200));
    batch->setTimeout(200ms);
    const Told told = toldBy(batch);
    QVERIFY2(told.outcome->failed(Error::QueryTimeout), Fake::describe(told.outcome).constData());
    QVERIFY2(clock.elapsed() < 60'000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(told.sentRows <= 200);
    VERIFY_DONE(executor->execute(u"SELECT 1"_s));
    QCOMPARE(connection.connectionId(), session);
}

/// The stop must not fall between the preparation and the execution.
void tst_StoppedBatch_Servers::statementThatIsBeingPrepared()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();
    for (int round = 0; round < 20; ++round) {
        QElapsedTimer clock;
        clock.start();
        Query *query = connection.execute(u"SELECT SLEEP(?), %1"_s.arg(round), {30});
        connect(query, &Job::stateChanged, query, [query](Job::State state) {
            if (state == Job::State::Running)
                query->cancel();
        });
        const OutcomePointer outcome = finishedOf(query);
        QVERIFY2(outcome->failed(Error::Cancelled), Fake::describe(outcome).constData());
        QVERIFY2(clock.elapsed() < 20'000, qPrintable(QString::number(clock.elapsed())));
    }
    VERIFY_DONE(connection.ping());
    QCOMPARE(connection.connectionId(), session);
}

/// MySQL goes on with the next one when SELECT SLEEP() is stopped.
void tst_StoppedBatch_Servers::severalStatementsInOneText()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setMultiStatementsAllowed(true);
    Connection connection(options);
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();
    QElapsedTimer clock;
    clock.start();
    Query *query = connection.execute(u"SELECT SLEEP(30); SELECT SLEEP(31); SELECT SLEEP(32)"_s);
    query->setTimeout(200ms);
    const OutcomePointer outcome = finishedOf(query, 2min);
    QVERIFY2(outcome->failed(Error::QueryTimeout), Fake::describe(outcome).constData());
    QVERIFY2(clock.elapsed() < 25'000, qPrintable(QString::number(clock.elapsed())));
    VERIFY_DONE(connection.ping());
    QCOMPARE(connection.connectionId(), session);
}

void tst_StoppedBatch_Servers::fileThatIsBeingSent_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("inTransaction");
    QTest::addColumn<bool>("goesOn");
    for (const Server &server : all()) {
        for (const bool inTransaction : {false, true}) {
            const char *where = inTransaction ? ", transaction" : "";
            QTest::addRow("%s%s", qPrintable(server.name), where)
                << server << inTransaction << true;
            QTest::addRow("%s%s, device without more", qPrintable(server.name), where)
                << server << inTransaction << false;
        }
    }
}

/// Nothing of it is stored. The session lives if there is another row, with which the server
/// notices that it is to stop.
void tst_StoppedBatch_Servers::fileThatIsBeingSent()
{
    QFETCH(Server, server);
    QFETCH(const bool, inTransaction);
    QFETCH(const bool, goesOn);
    const Database database(server);
    Connection admin(Servers::options(server));
    VERIFY_DONE(admin.execute(u"SET GLOBAL local_infile = ON"_s));
    ConnectionOptions options = Servers::options(server, database);
    options.setLocalInfileAllowed(true);
    if (!goesOn)
        options.setCancelGracePeriod(500ms);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB"_s));
    const quint64 session = connection.connectionId();
    Transaction *transaction = inTransaction ? connection.beginTransaction() : nullptr;
    Executor *executor = &connection;
    if (transaction)
        executor = transaction;
    // It never comes to its end.
    Trickle device;
    int row = 0;
    QTimer feeder;
    connect(&feeder, &QTimer::timeout, &device,
            [&] { device.feed(QByteArray::number(++row) + '\n'); });
    device.feed("1000001\n1000002\n");
    if (goesOn)
        feeder.start(20);
    Query *load = executor->execute(u"LOAD DATA LOCAL INFILE 'x' INTO TABLE t"_s);
    load->setLocalInfile(&device);
    load->setTimeout(300ms);
    const OutcomePointer outcome = finishedOf(load);
    QVERIFY2(outcome->failed(Error::QueryTimeout), Fake::describe(outcome).constData());
    if (goesOn) {
        QCOMPARE(countOf(*executor), 0);
        if (transaction)
            VERIFY_DONE(transaction->commit());
        QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    }
    QCOMPARE(countOf(connection), 0);
    QCOMPARE(connection.connectionId() == session, goesOn);
}

void tst_StoppedBatch_Servers::longValueThatIsBeingSent()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (v LONGBLOB)"_s));
    const quint64 session = connection.connectionId();
    // It never comes to its end.
    Trickle device;
    device.feed("1\n2\n3\n");
    Query *insert = connection.execute(u"INSERT INTO t VALUES (?)"_s,
                                       {QVariant::fromValue<QIODevice *>(&device)});
    insert->setTimeout(300ms);
    const OutcomePointer outcome = finishedOf(insert);
    QVERIFY2(outcome->failed(Error::QueryTimeout), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    QCOMPARE(countOf(connection), 0);
    // Nothing of it is left for the next execution.
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (?)"_s, {u"pear"_s}));
    QCOMPARE(rowsOf(connection.execute(u"SELECT v FROM t"_s)), one(u"pear"_s));
    QCOMPARE(connection.connectionId(), session);
}

QTEST_GUILESS_MAIN(tst_StoppedBatch_Servers)

#include "tst_stoppedbatch_servers.moc"
