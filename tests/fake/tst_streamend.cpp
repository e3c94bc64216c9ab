// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// How a stream ends of which rows are left.

#include "connectionfixture.h"
#include "fakecertificates.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

namespace {

constexpr int Count = 300;

QList<FakeRow> manyRows()
{
    QList<FakeRow> rows;
    for (int i = 0; i < Count; ++i)
        rows.append(FakeRow{QByteArray::number(i)});
    return rows;
}

QStringList numbers()
{
    QStringList texts;
    for (int i = 0; i < Count; ++i)
        texts.append(QString::number(i));
    return texts;
}

/// What a stream has told and given.
struct StreamReport
{
    int finished = 0;
    int progressAfterEnd = 0;
    int rowsReadyAfterEnd = 0;
    QStringList texts;

    void take(Query *query, qsizetype maximum)
    {
        for (const AsyncMySql::Row &row : query->takeRows(maximum))
            texts.append(row.text(0));
    }
};

std::shared_ptr<StreamReport> follow(Query *query)
{
    auto report = std::make_shared<StreamReport>();
    QObject::connect(query, &Query::finished, query, [report] { ++report->finished; });
    QObject::connect(query, &Query::progressChanged, query,
                     [report] { report->progressAfterEnd += report->finished; });
    QObject::connect(query, &Query::rowsReady, query,
                     [report] { report->rowsReadyAfterEnd += report->finished; });
    return report;
}

class RowsServer : public FakeServer
{
public:
    RowsServer()
    {
        // The end is there with the first row.
        on("SELECT a", [](FakeConnection &c) { c.result({"a"}, manyRows()); });
        on("SELECT broken", [](FakeConnection &c) {
            c.columns({"a"});
            for (const FakeRow &row : manyRows())
                c.row(row);
            c.error(1317, "70100", "Query execution was interrupted");
        });
    }
};

} // namespace

class tst_StreamEnd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsTakenInPortionsComeBeforeTheEnd_data();
    void rowsTakenInPortionsComeBeforeTheEnd();
    void rowsLeftAtTheEndAreSilent_data();
    void rowsLeftAtTheEndAreSilent();
    void jobsBehindPortionsWait();
    void portionsTakenFromTheEventLoop();
    void portionsInNestedEventLoop();
    void connectionGoesBetweenPortions();
    void heldBackStreamKeepsWhatHadArrived_data();
    void heldBackStreamKeepsWhatHadArrived();
};

void tst_StreamEnd::rowsTakenInPortionsComeBeforeTheEnd_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<qsizetype>("maximum");
    for (const qsizetype maximum : {1, 7, 299}) {
        QTest::addRow("%d at a time", int(maximum)) << u"SELECT a"_s << maximum;
        QTest::addRow("%d at a time, failed", int(maximum)) << u"SELECT broken"_s << maximum;
    }
}

void tst_StreamEnd::rowsTakenInPortionsComeBeforeTheEnd()
{
    QFETCH(const QString, sql);
    QFETCH(const qsizetype, maximum);
    RowsServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(sql);
    query->setStreaming(true);
    query->setAutoDelete(false);
    const auto report = follow(query);
    connect(query, &Query::rowsReady, this,
            [query, report, maximum] { report->take(query, maximum); });
    QTRY_COMPARE(report->finished, 1);
    QCOMPARE(report->texts, numbers());
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(report->rowsReadyAfterEnd, 0);
    QCOMPARE(report->progressAfterEnd, 0);
    QCOMPARE(report->finished, 1);
}

void tst_StreamEnd::rowsLeftAtTheEndAreSilent_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("slot");
    for (const char *sql : {"SELECT a", "SELECT broken"}) {
        for (const char *slot : {"stateChanged", "outcome", "finished", "later"})
            QTest::addRow("%s, %s", sql, slot)
                << QString::fromLatin1(sql) << QString::fromLatin1(slot);
    }
}

void tst_StreamEnd::rowsLeftAtTheEndAreSilent()
{
    QFETCH(const QString, sql);
    QFETCH(const QString, slot);
    RowsServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(sql);
    query->setStreaming(true);
    query->setAutoDelete(false);
    const auto report = follow(query);
    const auto take = [query, report] { report->take(query, 5); };
    if (slot == u"stateChanged") {
        connect(query, &Job::stateChanged, this, [take](Job::State state) {
            if (state == Job::State::Finished)
                take();
        });
    } else if (slot == u"outcome") {
        connect(query, &Job::errorOccurred, this, take);
        connect(query, &Query::resultChanged, this, take);
    } else if (slot == u"finished") {
        connect(query, &Job::finished, this, take);
    }
    QTRY_COMPARE(report->finished, 1);
    if (slot == u"later")
        take();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(report->rowsReadyAfterEnd, 0);
    QCOMPARE(report->progressAfterEnd, 0);
    QCOMPARE(report->texts.size(), 5);
    report->take(query, 5);
    report->take(query, -1);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(report->rowsReadyAfterEnd, 0);
    QCOMPARE(report->progressAfterEnd, 0);
    QCOMPARE(report->texts, numbers());
    QCOMPARE(report->finished, 1);
}

void tst_StreamEnd::jobsBehindPortionsWait()
{
    RowsServer server;
    Connection connection(optionsFor(server));
    QStringList order;
    Query *query = connection.execute(u"SELECT a"_s);
    query->setStreaming(true);
    const auto report = follow(query);
    connect(query, &Query::rowsReady, this, [query, report] { report->take(query, 1); });
    const OutcomePointer first = watch(query, &order, u"1"_s);
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s), &order, u"2"_s);
    const OutcomePointer third = watch(connection.execute(u"INSERT 3"_s), &order, u"3"_s);
    VERIFY_SUCCEEDS(third);
    QCOMPARE(order, QStringList({u"1"_s, u"2"_s, u"3"_s}));
    QCOMPARE(report->texts, numbers());
}

/// Whoever does not take them in the slot does not hold up the end.
void tst_StreamEnd::portionsTakenFromTheEventLoop()
{
    RowsServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT a"_s);
    query->setStreaming(true);
    query->setAutoDelete(false);
    const auto report = follow(query);
    connect(
        query, &Query::rowsReady, this, [query, report] { report->take(query, 3); },
        Qt::QueuedConnection);
    QTRY_COMPARE(report->finished, 1);
    QTRY_VERIFY(report->texts.size() >= 3);
    report->take(query, -1);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(report->texts, numbers());
    QCOMPARE(report->rowsReadyAfterEnd, 0);
    QCOMPARE(report->progressAfterEnd, 0);
}

void tst_StreamEnd::portionsInNestedEventLoop()
{
    RowsServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT a"_s);
    query->setStreaming(true);
    query->setAutoDelete(false);
    const auto report = follow(query);
    connect(query, &Query::rowsReady, this, [query, report] {
        report->take(query, 100);
        QCoreApplication::processEvents();
    });
    QTRY_COMPARE(report->finished, 1);
    report->take(query, -1);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(report->texts, numbers());
    QCOMPARE(report->rowsReadyAfterEnd, 0);
    QCOMPARE(report->progressAfterEnd, 0);
    QCOMPARE(report->finished, 1);
}

void tst_StreamEnd::connectionGoesBetweenPortions()
{
    RowsServer server;
    QPointer<Connection> connection = new Connection(optionsFor(server));
    QPointer<Query> query = connection->execute(u"SELECT a"_s);
    query->setStreaming(true);
    query->setParent(nullptr);
    const auto report = follow(query);
    connect(query, &Query::rowsReady, this, [query, report, connection] {
        report->take(query, 1);
        if (report->texts.size() == 3)
            delete connection;
    });
    QTRY_VERIFY(connection.isNull());
    QTRY_VERIFY(query.isNull());
    QCOMPARE(report->finished, 1);
    QCOMPARE(report->rowsReadyAfterEnd, 0);
    QCOMPARE(report->progressAfterEnd, 0);
}

void tst_StreamEnd::heldBackStreamKeepsWhatHadArrived_data()
{
    QTest::addColumn<QString>("transport");
    QTest::addColumn<QString>("reader");
    for (const char *transport : {"TCP", "TLS", "local socket", "device"}) {
        for (const char *reader : {"all at once", "in portions", "no one", "cancel"})
            QTest::addRow("%s, %s", transport, reader)
                << QString::fromLatin1(transport) << QString::fromLatin1(reader);
    }
}

/// The server closes behind rows that nobody has taken yet.
void tst_StreamEnd::heldBackStreamKeepsWhatHadArrived()
{
    QFETCH(const QString, transport);
    QFETCH(const QString, reader);
    constexpr int count = 4000; // less than what is read at a time, and much more than the limit
    FakeServer server(transport == u"local socket" ? FakeServer::Kind::Local
                                                   : FakeServer::Kind::Tcp);
    server.on("SELECT a", [](FakeConnection &c) {
        c.columns({"a"});
        for (int i = 0; i < count; ++i)
            c.row(FakeRow{QByteArray::number(i)});
    });
    ConnectionOptions options = optionsFor(server);
    if (transport == u"TLS") {
        FakeCertificates certificates;
        if (!certificates.isValid())
            QSKIP("There is no openssl tool, or Qt has no TLS");
        server.setTls(certificates.server());
        options.setTlsMode(ConnectionOptions::TlsMode::Required);
    } else if (transport == u"device") {
        options.setDeviceFactory([port = server.port()](QObject *parent) {
            auto *socket = new QTcpSocket(parent);
            socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            return socket;
        });
    }
    Connection connection(options);
    Query *query = connection.execute(u"SELECT a"_s);
    query->setStreaming(true);
    query->setBufferLimit(64);
    const auto report = follow(query);
    const OutcomePointer outcome = watch(query);
    QTRY_VERIFY(query->availableRows() > 0);
    QVERIFY(query->availableRows() < count);
    server.connection()->cut();
    QTRY_COMPARE(server.openConnections(), 0);
    // So that the end is known to this side, too, where it can be known.
    for (int turn = 0; turn < 20; ++turn)
        QCoreApplication::processEvents(QEventLoop::AllEvents);
    if (reader == u"no one") {
        QCOMPARE(outcome->finished, 0);
        // Whose rows were never seen is read again from the start.
        report->take(query, 1);
        // Others wait: the rest is read into memory, and taken at the end.
        connect(query, &Query::finished, this, [query, report] { report->take(query, -1); });
        const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
        VERIFY_SUCCEEDS(next);
    } else if (reader == u"cancel") {
        query->cancel();
        QTRY_COMPARE(outcome->finished, 1);
        QVERIFY(outcome->errors == 1);
        VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
        return;
    } else {
        const qsizetype portion = reader == u"in portions" ? 3 : -1;
        connect(query, &Query::rowsReady, this,
                [query, report, portion] { report->take(query, portion); });
        report->take(query, portion);
    }
    VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    QCOMPARE(report->texts.size(), count);
    for (int i = 0; i < count; ++i)
        QCOMPARE(report->texts[i], QString::number(i));
}

QTEST_GUILESS_MAIN(tst_StreamEnd)

#include "tst_streamend.moc"
