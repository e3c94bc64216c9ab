// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "errorpacket.h"
#include "textcodec.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_ErrorPacket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesWithSqlState();
    void parsesWithoutSqlState();
    void dropsAnImpossibleSqlState();
    void cleansTheMessage();
    void decodesTheMessage_data();
    void decodesTheMessage();
    void boundsTheMessage();
    void acceptsAnEmptyMessage();
    void refusesOthers_data();
    void refusesOthers();
    void tellsErrorsByTheirNumber_data();
    void tellsErrorsByTheirNumber();
    void tellsProgressFromAnErrorOfItsNumber();
    void parsesProgress();
    void refusesBrokenProgress();
    void survivesDamage();
};

void tst_ErrorPacket::parsesWithSqlState()
{
    // MariaDB 10.11 (captured)
    const auto error = ErrorPacket::parse(fromHex("ff 2804 23 3432303030")
                                          + "You have an error near 'SELEKT\n1' at line 2");
    QVERIFY(error);
    QCOMPARE(error->number, 1064);
    QCOMPARE(error->sqlState, "42000"_ba);
    QCOMPARE(error->message, u"You have an error near 'SELEKT 1' at line 2"_s);
}

void tst_ErrorPacket::parsesWithoutSqlState()
{
    // Before capabilities are agreed: "Too many connections"
    const auto error = ErrorPacket::parse(fromHex("ff 1004") + "Too many connections");
    QVERIFY(error);
    QCOMPARE(error->number, 1040);
    QVERIFY(error->sqlState.isEmpty());
    QCOMPARE(error->message, u"Too many connections"_s);
}

void tst_ErrorPacket::dropsAnImpossibleSqlState()
{
    const auto error = ErrorPacket::parse(fromHex("ff 2804 23 3c623e0a00") + "text");
    QVERIFY(error);
    QVERIFY(error->sqlState.isEmpty());
    QCOMPARE(error->message, u"text"_s);
}

void tst_ErrorPacket::cleansTheMessage()
{
    const auto error = ErrorPacket::parse(fromHex(R"(
        ff 2804 23 4859303030
        61 00 62 0a 63 1b5b 64 7f 65       # a NUL b LF c ESC [ d DEL e
        e280ae 66                          # right-to-left override, f
        c280 67 ff 68                      # a C1 control, g, a byte that is not UTF-8, h
        c3a4                               # a umlaut
    )"));
    QVERIFY(error);
    QCOMPARE(error->message, u"ab c[defg\uFFFDh\u00E4"_s);
}

void tst_ErrorPacket::decodesTheMessage_data()
{
    QTest::addColumn<QByteArray>("characterSet");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const auto add
        = [](const char *tag, const char *characterSet, const char *bytes, const QString &message) {
              QTest::newRow(tag) << QByteArray(characterSet) << QByteArray(bytes) << message;
          };
    add("latin1", "latin1", "caf\xE9 5 \x80 \n!", u"café 5 €  !"_s);
    add("latin1, at the end", "latin1", "caf\xE9", u"café"_s);
    add("latin1, a control character", "latin1", "\xE9\x81z", u"éz"_s);
    add("latin1, ASCII alone", "latin1", "Table 't' is missing", u"Table 't' is missing"_s);
    add("latin1, but UTF-8", "latin1", "caf\xC3\xA9", u"café"_s);
    add("cp1250", "cp1250", "\x9Elu\x9D", u"žluť"_s);
    add("gbk", "gbk", "\xD6\xD0\xCE\xC4!", u"中文!"_s);
    add("utf8mb4", "utf8mb4", "caf\xC3\xA9 \xF0\x9F\x98\x80", u"café 😀"_s);
    add("utf8mb4, damaged", "utf8mb4", "caf\xE9!", u"caf\uFFFD!"_s);
    add("utf8mb3, damaged", "utf8mb3", "caf\xE9!", u"caf\uFFFD!"_s);
    add("none, as the server stores it", "", "caf\xE9!", u"caf\uFFFD!"_s);
    add("binary", "binary", "caf\xE9!", u"caf\uFFFD!"_s);
    add("a set of the future", "nosuch", "caf\xE9!", u"caf\uFFFD!"_s);
}

void tst_ErrorPacket::decodesTheMessage()
{
    QFETCH(QByteArray, characterSet);
    QFETCH(QByteArray, bytes);
    const bool isKnownToQt = characterSet != "cp1250" && characterSet != "gbk";
    if (!isKnownToQt && !TextCodec::find(characterSet))
        QSKIP("This Qt has no codec for it");
    const auto error = ErrorPacket::parse(fromHex("ff 6c06 23 3435303030") + bytes, characterSet);
    QVERIFY(error);
    QCOMPARE(error->number, 1644);
    QCOMPARE(error->sqlState, "45000"_ba);
    QTEST(error->message, "message");
}

void tst_ErrorPacket::boundsTheMessage()
{
    const auto error
        = ErrorPacket::parse(fromHex("ff 2804 23 4859303030") + QByteArray(200'000, 'x'));
    QVERIFY(error);
    QCOMPARE(error->message.size(), 64 * 1024);
}

void tst_ErrorPacket::acceptsAnEmptyMessage()
{
    const auto error = ErrorPacket::parse(fromHex("ff 2804"));
    QVERIFY(error);
    QVERIFY(error->message.isEmpty());
}

void tst_ErrorPacket::refusesOthers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << ""_ba;
    QTest::newRow("header alone") << fromHex("ff");
    QTest::newRow("half a number") << fromHex("ff 28");
    QTest::newRow("half an SQLSTATE") << fromHex("ff 2804 23 343230");
    QTest::newRow("OK") << fromHex("00 0000 0200 0000");
}

void tst_ErrorPacket::refusesOthers()
{
    QFETCH(QByteArray, bytes);
    Tests::withExactCopy(bytes, [](QByteArrayView copy) { QVERIFY(!ErrorPacket::parse(copy)); });
}

void tst_ErrorPacket::tellsErrorsByTheirNumber_data()
{
    QTest::addColumn<quint16>("number");
    QTest::addColumn<bool>("plausible");
    QTest::addColumn<bool>("plausibleBeforeAuthentication");
    QTest::newRow("none") << quint16(0) << false << false;
    QTest::newRow("ER_ACCESS_DENIED_ERROR") << quint16(1045) << true << true;
    QTest::newRow("1999") << quint16(1999) << true << true;
    QTest::newRow("CR_UNKNOWN_ERROR") << quint16(2000) << true << false;
    QTest::newRow("CR_SERVER_LOST") << quint16(2013) << true << false;
    QTest::newRow("CR_TLS_SERVER_NOT_FOUND") << quint16(2075) << true << false;
    QTest::newRow("2100, an application's") << quint16(2100) << true << true;
    QTest::newRow("ER_CLIENT_INTERACTION_TIMEOUT") << quint16(4031) << true << true;
    QTest::newRow("4999") << quint16(4999) << true << true;
    QTest::newRow("5000, where MariaDB's begin") << quint16(5000) << true << false;
    QTest::newRow("5100, an application's") << quint16(5100) << true << true;
    QTest::newRow("ER_PARSER_TRACE") << quint16(10000) << true << true;
    QTest::newRow("that of progress reports") << quint16(0xFFFF) << true << false;
}

void tst_ErrorPacket::tellsErrorsByTheirNumber()
{
    QFETCH(quint16, number);
    ErrorPacket error;
    error.number = number;
    error.sqlState = "45000";
    QTEST(error.isPlausible(), "plausible");
    QTEST(error.isPlausibleBeforeAuthentication(), "plausibleBeforeAuthentication");
}

// SIGNAL … SET MYSQL_ERRNO = 65535
void tst_ErrorPacket::tellsProgressFromAnErrorOfItsNumber()
{
    const QByteArray signalled = fromHex("ff ffff 23 3435303030") + "made up";
    QVERIFY(!ProgressReport::parse(signalled));
    const auto error = ErrorPacket::parse(signalled);
    QVERIFY(error && error->isPlausible());
    QCOMPARE(error->message, u"made up"_s);

    const QByteArray progress = fromHex("ff ffff 01 02 03 d2c800 02 6162");
    QVERIFY(ProgressReport::parse(progress));
    const auto noError = ErrorPacket::parse(progress);
    QVERIFY(!noError || !noError->isPlausible());
}

void tst_ErrorPacket::parsesProgress()
{
    const auto report = ProgressReport::parse(fromHex(R"(
        ff ffff
        01                                 # strings
        02 03                              # stage 2 of 3
        d2c800                             # 51.410 percent
        0d 636f707920746f207461626c65    # "copy to table"
    )"));
    QVERIFY(report);
    QCOMPARE(report->stage, 2);
    QCOMPARE(report->maximumStage, 3);
    QCOMPARE(report->percent, 51.410);
    QCOMPARE(report->text, u"copy to table"_s);

    // More than everything is not shown.
    const auto tooMuch = ProgressReport::parse(fromHex("ff ffff 01 01 01 ffffff 00"));
    QVERIFY(tooMuch);
    QCOMPARE(tooMuch->percent, 100.0);
}

void tst_ErrorPacket::refusesBrokenProgress()
{
    QVERIFY(!ProgressReport::parse(fromHex("ff 2804 01 02 03 d2c800 00")));
    Tests::forEachTruncation(
        fromHex("ff ffff 01 02 03 d2c800 02 6162"),
        [](QByteArrayView truncated) { QVERIFY(!ProgressReport::parse(truncated)); });
}

void tst_ErrorPacket::survivesDamage()
{
    const auto parse = [](QByteArrayView damaged) {
        const auto error = ErrorPacket::parse(damaged);
        if (error)
            QVERIFY(error->message.size() <= damaged.size());
        const auto decoded = ErrorPacket::parse(damaged, "latin1");
        if (decoded)
            QVERIFY(decoded->message.size() <= damaged.size());
        (void)ProgressReport::parse(damaged);
    };
    Tests::truncateAndMutate(fromHex("ff 2804 23 3432303030 c3a4 62"), parse);
    Tests::truncateAndMutate(fromHex("ff ffff 01 02 03 d2c800 02 6162"), parse);
}

QTEST_APPLESS_MAIN(tst_ErrorPacket)
#include "tst_errorpacket.moc"
