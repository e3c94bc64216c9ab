// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Replies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVariantOfTheProtocol_data();
    void everyVariantOfTheProtocol();
    void severalResults();
    void errorAfterTheFirstResult();
    void emptyResultAndEmptyValues();
    void rowsOfAnyBytes();
    void malformedReplyBreaksTheSessionOnly_data();
    void malformedReplyBreaksTheSessionOnly();
    void wrongSequenceNumberBreaksTheSession();
    void errorOutOfSequenceIsSurfaced();
    void duplicatedPacketIsNotTheNextAnswer();
    void unsolicitedPacketWhileIdleDropsTheSession();
    void unsolicitedErrorWhileIdleIsSilent();
    void tooLargePacketIsRefused();
    void tooLargeResultIsRefused();
    void localInfileIsRefused();
};

void tst_Replies::everyVariantOfTheProtocol_data()
{
    QTest::addColumn<quint64>("capabilities");
    QTest::addColumn<int>("portion");
    const quint64 variants[] = {
        MySqlCapabilities,
        MySqlCapabilities & ~DeprecateEof,
        MySqlCapabilities & ~SessionTrack,
        MySqlCapabilities & ~(DeprecateEof | SessionTrack | PluginAuthLengthEncoded),
        MySqlCapabilities | QueryAttributes,
        MariaDbCapabilities,
        MariaDbCapabilities & ~DeprecateEof,
        MariaDbCapabilities & ~MariaDbExtendedMetadata,
    };
    const char *names[] = {"MySQL",
                           "without DEPRECATE_EOF",
                           "without SESSION_TRACK",
                           "old",
                           "query attributes",
                           "MariaDB",
                           "MariaDB without DEPRECATE_EOF",
                           "MariaDB without extended metadata"};
    for (size_t i = 0; i < std::size(variants); ++i) {
        QTest::addRow("%s", names[i]) << variants[i] << 0;
        QTest::addRow("%s, byte by byte", names[i]) << variants[i] << 1;
        QTest::addRow("%s, 7 bytes at a time", names[i]) << variants[i] << 7;
    }
}

void tst_Replies::everyVariantOfTheProtocol()
{
    QFETCH(const quint64, capabilities);
    QFETCH(const int, portion);
    FakeServer server;
    FakeGreeting greeting = capabilities & LongPassword ? FakeGreeting() : FakeGreeting::mariaDb();
    greeting.capabilities = capabilities;
    server.script().act([portion](FakeConnection &c) { c.setPortion(portion); }).login(greeting);
    server.on("SELECT 1", [](FakeConnection &c) {
        c.result({"a", "b"},
                 {FakeRow{"x", std::nullopt}, FakeRow{QByteArray(300, 'y'), "\xC3\xA4"}});
    });
    server.on("INSERT 1", [](FakeConnection &c) {
        Ok ok;
        ok.affectedRows = 300;
        ok.lastInsertId = 70000;
        ok.warnings = 2;
        ok.info = "Records: 300";
        c.ok(ok);
    });
    Connection connection(optionsFor(server));
    const OutcomePointer select = watch(connection.execute(u"SELECT 1"_s));
    const OutcomePointer insert = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer again = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(again);
    VERIFY_SUCCEEDS(select);
    VERIFY_SUCCEEDS(insert);
    const QList<QStringList> expected = {{u"x"_s, QString()}, {QString(300, u'y'), u"ä"_s}};
    QCOMPARE(select->rows(), expected);
    QCOMPARE(again->rows(), expected);
    const Result inserted = insert->results.constLast();
    QCOMPARE(inserted.affectedRows(), quint64(300));
    QCOMPARE(inserted.lastInsertId(), quint64(70000));
    QCOMPARE(inserted.warningCount(), 2);
    QCOMPARE(inserted.info(), u"Records: 300"_s);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Replies::severalResults()
{
    FakeServer server;
    server.on("CALL p()", [](FakeConnection &c) {
        c.result({"a"}, {FakeRow{"1"}}, AutoCommit | MoreResults);
        c.okWithMore();
        c.result({"b", "c"}, {}, AutoCommit | MoreResults);
        c.ok();
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"CALL p()"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->results.size(), 4);
    QCOMPARE(outcome->results.at(0).rowCount(), 1);
    QVERIFY(!outcome->results.at(1).hasRows());
    QCOMPARE(outcome->results.at(2).columnNames(), QStringList({u"b"_s, u"c"_s}));
    QVERIFY(!outcome->results.at(3).hasRows());
    VERIFY_SUCCEEDS(next);
}

void tst_Replies::errorAfterTheFirstResult()
{
    FakeServer server;
    server.on("CALL p()", [](FakeConnection &c) {
        c.okWithMore();
        c.error(1062, "23000", "Duplicate entry");
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"CALL p()"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    // A part of it was executed.
    VERIFY_FAILS(outcome, ServerError, Unknown);
    QCOMPARE(outcome->error.serverErrorNumber(), 1062);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Replies::emptyResultAndEmptyValues()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {}); });
    server.on("SELECT 2", [](FakeConnection &c) { c.result({"a"}, {FakeRow{""}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer none = watch(connection.execute(u"SELECT 1"_s));
    const OutcomePointer empty = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_SUCCEEDS(none);
    QVERIFY(none->results.constLast().hasRows());
    QVERIFY(none->results.constLast().isEmpty());
    VERIFY_SUCCEEDS(empty);
    QCOMPARE(empty->rows(), QList<QStringList>({{u""_s}}));
}

void tst_Replies::rowsOfAnyBytes()
{
    QByteArray all;
    for (int i = 0; i < 256; ++i)
        all += char(i);
    FakeServer server;
    // Rows that begin like an OK, an EOF, an error and LOCAL INFILE; the biggest spans two frames.
    const QList<QByteArray> values
        = {all, all.repeated(257), QByteArray(0xFE, '\xFE'), QByteArray(0xFFFFFF + 5, 'x')};
    server.on("SELECT 1", [&](FakeConnection &c) {
        FakeColumn blob("a");
        blob.type = 252;
        blob.collation = 63;
        c.columns({blob});
        for (const QByteArray &value : values)
            c.row(FakeRow{value});
        c.endOfRows();
        c.done();
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    const Result result = outcome->results.constLast();
    QCOMPARE(result.rowCount(), values.size());
    for (qsizetype i = 0; i < values.size(); ++i)
        QVERIFY(result.row(i).value(0).toByteArray() == values.at(i));
}

void tst_Replies::malformedReplyBreaksTheSessionOnly_data()
{
    QTest::addColumn<QByteArrayList>("payloads");
    const QByteArray one = lengthEncoded(quint64(1));
    const QByteArray column = columnPayload("a", MySqlCapabilities);
    const auto row
        = [](const char *name, const QByteArrayList &payloads) { QTest::newRow(name) << payloads; };
    row("empty packet", {""_ba});
    row("no columns", {QByteArray("\xFC\0\0", 3)});
    row("NULL columns", {"\xFD"_ba});
    row("2^64-1 columns", {"\xFE"_ba + QByteArray(8, '\xFF')});
    row("65536 columns", {QByteArray("\xFD\x00\x00\x01", 4)});
    row("bytes after the number of columns", {"\x01\x01"_ba});
    row("definition cut short", {one, column.left(column.size() / 2)});
    row("name longer than the definition", {one, "\x03"
                                                 "def\xFE"_ba
                                                     + QByteArray(8, '\x7F')});
    row("empty definition", {one, ""_ba});
    row("error too short", {"\xFF\x01"_ba});
    row("OK too short", {QByteArray("\x00\x00\x00\x02", 4)});
    row("field longer than the row", {one, column,
                                      "\x05"
                                      "abc"_ba});
    row("bytes after the last field", {one, column,
                                       "\x01"
                                       "abc"_ba});
    row("row without fields", {one, column, ""_ba});
    row("length with overflow",
        {one, column, "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"_ba + "abcdef"_ba});
    row("length cut short", {one, column, "\xFD\x01"_ba});
    row("terminator cut short", {one, column, "\xFE\x00"_ba});
}

void tst_Replies::malformedReplyBreaksTheSessionOnly()
{
    QFETCH(const QByteArrayList, payloads);
    FakeServer server;
    server.on("INSERT 1", [&](FakeConnection &c) {
        for (const QByteArray &payload : payloads)
            c.send(payload);
        c.ok();
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_FAILS(outcome, ProtocolError, Unknown);
    VERIFY_SUCCEEDS(next);
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT 2"}));
}

void tst_Replies::wrongSequenceNumberBreaksTheSession()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) {
        c.setNextSequence(5);
        c.ok();
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_FAILS(outcome, ProtocolError, Unknown);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT 2"}));
}

void tst_Replies::errorOutOfSequenceIsSurfaced()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) {
        c.setNextSequence(0);
        c.error(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes");
        c.cut();
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->error.serverErrorNumber(), 1153);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT 2"}));
}

void tst_Replies::duplicatedPacketIsNotTheNextAnswer()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) {
        c.ok();
        c.sendUnsolicited(okPayload({}, c.capabilities()), 1);
    });
    server.on("SELECT 2", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"2"}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_SUCCEEDS(outcome);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(next->rows(), QList<QStringList>({{u"2"_s}}));
}

void tst_Replies::unsolicitedPacketWhileIdleDropsTheSession()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    server.connection()->sendUnsolicited(okPayload({}, MySqlCapabilities));
    QTRY_VERIFY(!server.connection(1)->isOpen());
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QCOMPARE(connection.lastError().code(), Error::ProtocolError);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_Replies::unsolicitedErrorWhileIdleIsSilent()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    server.connection()->sendUnsolicited(
        errorPayload({4031, "HY000", "The client was disconnected because of inactivity"}));
    server.connection()->cut();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QCOMPARE(errors.size(), 0);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_Replies::tooLargePacketIsRefused()
{
    FakeServer server;
    server.on("INSERT 1",
              [](FakeConnection &c) { c.result({"a"}, {FakeRow{QByteArray(200'000, 'x')}}); });
    ConnectionOptions options = optionsFor(server);
    options.setMaximumPacketSize(100'000);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_FAILS(outcome, PacketTooLarge, Unknown);
    VERIFY_SUCCEEDS(next);
}

void tst_Replies::tooLargeResultIsRefused()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) {
        c.result({"a"}, QList<FakeRow>(100, FakeRow{QByteArray(10'000, 'x')}));
    });
    server.on("SELECT 2", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"2"}}); });
    ConnectionOptions options = optionsFor(server);
    options.setMaximumResultSize(100'000);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_FAILS(outcome, ResultTooLarge, Unknown);
    QVERIFY(outcome->results.isEmpty());
    VERIFY_SUCCEEDS(next);
    QCOMPARE(next->rows(), QList<QStringList>({{u"2"_s}}));
}

void tst_Replies::localInfileIsRefused()
{
    FakeServer server;
    server.on("LOAD DATA LOCAL INFILE 'x' INTO TABLE t", [](FakeConnection &c) {
        c.send("\xFB"
               "/etc/hostname"_ba);
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome
        = watch(connection.execute(u"LOAD DATA LOCAL INFILE 'x' INTO TABLE t"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::LocalInfileRefused), describe(outcome).constData());
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
}

QTEST_GUILESS_MAIN(tst_Replies)

#include "tst_replies.moc"
