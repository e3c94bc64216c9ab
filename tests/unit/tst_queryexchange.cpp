// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "exchangescript.h"
#include "queryexchange.h"
#include "resultdescription.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;

namespace {

constexpr quint16 AutoCommit = 0x0002;
constexpr quint16 MoreResults = 0x0008;

constexpr Capabilities OldEnd = Capability::Protocol41 | Capability::SessionTrack;
constexpr Capabilities NewEnd = OldEnd | Capability::DeprecateEof;
constexpr Capabilities MariaDb = NewEnd | Capability::MariaDbProgress
                                 | Capability::MariaDbExtendedMetadata
                                 | Capability::MariaDbCacheMetadata;

QStringList described(QueryExchange *exchange)
{
    return describedResults(exchange->takeResults());
}

/// Two results, NULLs, an empty row set and the OK of a CALL.
QByteArrayList scriptOfAll(Capabilities capabilities)
{
    const quint16 more = AutoCommit | MoreResults;
    return resultPackets(capabilities, {"a", "b"},
                         {{"1", QByteArray()}, {QByteArray(), "two"}, {"", QByteArray(300, 'x')}},
                         more, 3)
           + resultPackets(capabilities, {"c"}, {}, more) + QByteArrayList{okPacketOf(AutoCommit)};
}

const QStringList DescriptionOfAll{
    u"a,b | 1,NULL | NULL,two | ,"_s + QString(300, u'x'),
    u"c"_s,
    {},
};

} // namespace

class tst_QueryExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheStatement();
    void readsOk();
    void readsResults_data() { addCapabilityRows(); }
    void readsResults();
    void readsResultsInAnySplit_data() { addCapabilityRows(); }
    void readsResultsInAnySplit();
    void waitsForTheRest_data() { addCapabilityRows(); }
    void waitsForTheRest();
    void survivesDamage_data() { addCapabilityRows(); }
    void survivesDamage();
    void errorInsteadOfAResult();
    void errorsAreInTheResultCharacterSet();
    void followsTheResultCharacterSet();
    void errorBetweenRows_data() { addCapabilityRows(); }
    void errorBetweenRows();
    void errorAfterAResult_data() { addCapabilityRows(); }
    void errorAfterAResult();
    void errorMayHaveAnyNumber();
    void notesProgressReports();
    void progressReportsThatWereNotAgreedOn();
    void limitsTheNumberOfProgressReports_data();
    void limitsTheNumberOfProgressReports();
    void refusesImpossibleColumnCounts_data();
    void refusesImpossibleColumnCounts();
    void refusesRowsThatDoNotFit_data();
    void refusesRowsThatDoNotFit();
    void limitsTheResultsSize();
    void limitsTheNumberOfResults();
    void longRowIsNoEnd_data() { addCapabilityRows(); }
    void longRowIsNoEnd();
    void oldEndBehindRowsIsTolerated();
    void oldEndBehindColumnsIsTolerated_data();
    void oldEndBehindColumnsIsTolerated();
    void refusesMoreThanTheAnswer();
    void notesTheSession();
    void columnsThatAreLeftOutMustBeKnown();
    void flagOfTheMetadataMustBeOne_data();
    void flagOfTheMetadataMustBeOne();
    void countsRowsAndBytes();

private:
    static void addCapabilityRows()
    {
        QTest::addColumn<Capabilities>("capabilities");
        QTest::newRow("EOF") << OldEnd;
        QTest::newRow("DEPRECATE_EOF") << NewEnd;
        QTest::newRow("MariaDB") << MariaDb;
    }
    static FailureCode failureOf(const QByteArrayList &packets, Capabilities capabilities,
                                 Progress expected = Progress::Broken)
    {
        QueryExchange exchange("SELECT 1", capabilities);
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(packets));
        return reader.progress() == expected ? exchange.failure().code : FailureCode::None;
    }
};

void tst_QueryExchange::writesTheStatement()
{
    QueryExchange exchange("\x03SELECT 1", NewEnd);
    QVERIFY(!exchange.isWritten());
    const auto output = exchange.nextOutput();
    QVERIFY(output);
    QCOMPARE(output->kind, Exchange::Output::Kind::Command);
    QCOMPARE(output->payload, QByteArray("\x03SELECT 1"));
    QVERIFY(exchange.isWritten());
    QVERIFY(!exchange.nextOutput());
    QVERIFY(!exchange.hasAnswerBegun());
}

void tst_QueryExchange::readsOk()
{
    QueryExchange exchange("UPDATE", NewEnd);
    ExchangeReader reader(&exchange);
    // OK, 3 rows, id 7, autocommit, 1 warning, info
    reader.feed(streamOf({fromHex("00 03 07 0200 0100") + encoded("Changed: 3")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
    QVERIFY(exchange.hasAnswerBegun() && exchange.hasCompleteResult());
    const QueryExchange::Results results = exchange.takeResults();
    QCOMPARE(results.size(), size_t(1));
    QCOMPARE(results[0]->affectedRows, quint64(3));
    QCOMPARE(results[0]->lastInsertId, quint64(7));
    QCOMPARE(results[0]->warningCount, quint16(1));
    QCOMPARE(results[0]->info, QByteArray("Changed: 3"));
    QCOMPARE(*exchange.status(), ServerStatus(AutoCommit));
}

void tst_QueryExchange::readsResults()
{
    QFETCH(Capabilities, capabilities);
    QueryExchange exchange("CALL p()", capabilities);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(scriptOfAll(capabilities)));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
    QCOMPARE(*exchange.status(), ServerStatus(AutoCommit));
    QCOMPARE(described(&exchange), DescriptionOfAll);

    QueryExchange again("CALL p()", capabilities);
    ExchangeReader rereader(&again);
    rereader.feed(streamOf(scriptOfAll(capabilities)));
    QCOMPARE(again.takeResults().front()->warningCount, quint16(3));
}

void tst_QueryExchange::readsResultsInAnySplit()
{
    QFETCH(Capabilities, capabilities);
    const QByteArray stream = streamOf(scriptOfAll(capabilities));
    for (qsizetype portion = 1; portion < 40; ++portion) {
        QueryExchange exchange("CALL p()", capabilities);
        ExchangeReader reader(&exchange);
        reader.feed(stream, portion);
        QCOMPARE(reader.progress(), Progress::Finished);
        QCOMPARE(described(&exchange), DescriptionOfAll);
    }
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        QueryExchange exchange("CALL p()", capabilities);
        ExchangeReader reader(&exchange);
        reader.feed(QByteArrayView(stream).first(cut));
        reader.feed(QByteArrayView(stream).sliced(cut));
        QCOMPARE(reader.progress(), Progress::Finished);
        QCOMPARE(described(&exchange), DescriptionOfAll);
    }
}

void tst_QueryExchange::waitsForTheRest()
{
    QFETCH(Capabilities, capabilities);
    forEachTruncation(streamOf(scriptOfAll(capabilities)), [&](QByteArrayView beginning) {
        QueryExchange exchange("CALL p()", capabilities);
        ExchangeReader reader(&exchange);
        reader.feed(beginning);
        QCOMPARE(reader.progress(), Progress::NeedPacket);
        QVERIFY(!exchange.failure());
    });
}

void tst_QueryExchange::survivesDamage()
{
    QFETCH(Capabilities, capabilities);
    int broken = 0;
    forEachMutation(streamOf(scriptOfAll(capabilities)), [&](QByteArrayView damaged) {
        QueryExchange exchange("CALL p()", capabilities);
        ExchangeReader reader(&exchange);
        reader.feed(damaged);
        QCOMPARE(exchange.failure().code != FailureCode::None
                     && exchange.failure().code != FailureCode::ServerError,
                 reader.progress() == Progress::Broken);
        broken += reader.progress() == Progress::Broken ? 1 : 0;
        // All that was taken can be read.
        described(&exchange);
    });
    QVERIFY(broken > 0);
}

void tst_QueryExchange::errorInsteadOfAResult()
{
    QueryExchange exchange("SELEKT", NewEnd);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({errorPacketOf(1064, "You have an error")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::ServerError);
    QCOMPARE(exchange.failure().serverErrorNumber, 1064);
    QCOMPARE(exchange.failure().message, u"You have an error"_s);
    QVERIFY(!exchange.hasCompleteResult());
    QVERIFY(!exchange.status());
}

void tst_QueryExchange::errorsAreInTheResultCharacterSet()
{
    QueryExchange exchange("SELECT", NewEnd);
    exchange.setResultCharacterSet("latin1");
    ExchangeReader reader(&exchange);
    const QByteArray name = fromHex("67 72 f6 df 65");
    reader.feed(streamOf(resultPackets(NewEnd, {name}, {{"1"}}, AutoCommit | MoreResults)
                         + QByteArrayList{errorPacketOf(1644, "caf\xE9")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().message, u"café"_s);
    QCOMPARE(described(&exchange), QStringList{u"größe | 1"_s});
}

/// A statement among several may change it.
void tst_QueryExchange::followsTheResultCharacterSet()
{
    const auto changed = [](const QByteArray &characterSet) -> QByteArray {
        const QByteArray change = encoded("character_set_results") + encoded(characterSet);
        return fromHex("00 00 00 0a40 0000 00") // autocommit, more results, state changed
               + encoded('\0' + encoded(change));
    };
    QueryExchange exchange("SET NAMES latin1; ...", NewEnd);
    exchange.setResultCharacterSet("utf8mb4");
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(QByteArrayList{changed("latin1")}
                         + resultPackets(NewEnd, {"\xFC"}, {}, AutoCommit | MoreResults)
                         + QByteArrayList{errorPacketOf(1644, "caf\xE9")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().message, u"café"_s);
    QCOMPARE(described(&exchange), (QStringList{{}, u"ü"_s}));

    QueryExchange back("SET NAMES utf8mb4; ...", NewEnd);
    back.setResultCharacterSet("latin1");
    ExchangeReader backReader(&back);
    backReader.feed(streamOf({changed("utf8mb4"), errorPacketOf(1644, "caf\xE9")}));
    QCOMPARE(backReader.progress(), Progress::Finished);
    QCOMPARE(back.failure().message, u"caf\uFFFD"_s);
}

void tst_QueryExchange::errorBetweenRows()
{
    QFETCH(Capabilities, capabilities);
    QByteArrayList packets = resultPackets(capabilities, {"a"}, {{"1"}, {"2"}}, AutoCommit);
    packets.last() = errorPacketOf(1317, "Query execution was interrupted");
    QueryExchange exchange("SELECT a FROM t", capabilities);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, 1317);
    QVERIFY(!exchange.hasCompleteResult());
    QVERIFY(exchange.takeResults().empty());
}

void tst_QueryExchange::errorAfterAResult()
{
    QFETCH(Capabilities, capabilities);
    QueryExchange exchange("CALL p()", capabilities);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(resultPackets(capabilities, {"a"}, {{"1"}}, AutoCommit | MoreResults)
                         + QByteArrayList{errorPacketOf(1644, "half way")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, 1644);
    QVERIFY(exchange.hasCompleteResult());
    QCOMPARE(described(&exchange), QStringList{u"a | 1"_s});
}

// Proxies send the numbers of client libraries, and SIGNAL can give any number to an error.
void tst_QueryExchange::errorMayHaveAnyNumber()
{
    for (const quint16 number :
         std::initializer_list<quint16>{2000, 2013, 2099, 5000, 5099, 65535}) {
        for (const Capabilities capabilities : {NewEnd, NewEnd | Capability::MariaDbProgress}) {
            QueryExchange exchange("CALL p()", capabilities);
            ExchangeReader reader(&exchange);
            reader.feed(streamOf({errorPacketOf(number, "made up")}));
            QCOMPARE(reader.progress(), Progress::Finished);
            QCOMPARE(exchange.failure().code, FailureCode::ServerError);
            QCOMPARE(exchange.failure().serverErrorNumber, number);
            QCOMPARE(exchange.failure().message, u"made up"_s);
        }
    }
    QCOMPARE(failureOf({errorPacketOf(0, "none")}, NewEnd), FailureCode::MalformedPacket);
}

void tst_QueryExchange::notesProgressReports()
{
    // 0xFFFF in the place of the number, 1 string, stage 1 of 2, 33.333 %, text
    const QByteArray report = fromHex("ff ffff 01 01 02 358200") + encoded("copying");
    QByteArrayList packets = resultPackets(MariaDb, {"a"}, {{"1"}}, AutoCommit);
    packets.prepend(fromHex("ff ffff 01 01 02 000000") + encoded("beginning"));
    packets.insert(packets.size() - 1, report);
    QueryExchange exchange("ALTER TABLE", MariaDb);
    QVERIFY(!exchange.progressReport());
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets), 7);
    QVERIFY(exchange.progressReport());
    QCOMPARE(exchange.progressReport()->stage, quint8(1));
    QCOMPARE(exchange.progressReport()->maximumStage, quint8(2));
    QCOMPARE(exchange.progressReport()->percent, 33.333);
    QCOMPARE(exchange.progressReport()->text, u"copying"_s);
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(described(&exchange), QStringList{u"a | 1"_s});
}

void tst_QueryExchange::progressReportsThatWereNotAgreedOn()
{
    const QByteArray report = fromHex("ff ffff 01 01 02 358200") + encoded("copying");
    QCOMPARE(failureOf({report}, NewEnd), FailureCode::MalformedPacket);
}

void tst_QueryExchange::limitsTheNumberOfProgressReports_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("among");
    QTest::addColumn<bool>("isTooMany");
    QTest::newRow("as many as are allowed") << 2 << 1 << false;
    QTest::newRow("before the result") << 4 << 0 << true;
    QTest::newRow("among the rows") << 0 << 4 << true;
    QTest::newRow("all over the answer") << 2 << 2 << true;
}

void tst_QueryExchange::limitsTheNumberOfProgressReports()
{
    QFETCH(const int, before);
    QFETCH(const int, among);
    QFETCH(const bool, isTooMany);
    const QByteArray report = fromHex("ff ffff 01 01 02 358200") + encoded("copying");
    QByteArrayList packets = resultPackets(MariaDb, {"a"}, {{"1"}}, AutoCommit);
    packets = QByteArrayList(before, report) + packets.first(packets.size() - 1)
              + QByteArrayList(among, report) + packets.last(1);
    QueryExchange::Options options;
    options.limits.progressReports = 3;
    QueryExchange exchange("ALTER TABLE", MariaDb, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets));
    QCOMPARE(reader.progress(), isTooMany ? Progress::Broken : Progress::Finished);
    QCOMPARE(exchange.failure().code, isTooMany ? FailureCode::TooManyRounds : FailureCode::None);
    QCOMPARE(exchange.hasCompleteResult(), !isTooMany);
}

void tst_QueryExchange::refusesImpossibleColumnCounts_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("zero, the long way") << fromHex("fc 0000");
    QTest::newRow("more than the limit") << fromHex("fd 000001");
    QTest::newRow("2 to the 63rd") << fromHex("fe 0000000000000080");
    QTest::newRow("all bits") << fromHex("fe ffffffffffffffff");
    QTest::newRow("incomplete") << fromHex("fc 01");
    QTest::newRow("with more behind it") << fromHex("01 00");
    QTest::newRow("nothing") << QByteArray("");
}

void tst_QueryExchange::refusesImpossibleColumnCounts()
{
    QFETCH(QByteArray, header);
    QCOMPARE(failureOf({header}, NewEnd), FailureCode::MalformedPacket);
}

void tst_QueryExchange::refusesRowsThatDoNotFit_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("one value too few") << rowPacket({"1"});
    QTest::newRow("one value too many") << rowPacket({"1", "2", "3"});
    QTest::newRow("longer than the packet") << fromHex("01 31 05 32");
    QTest::newRow("longer than anything") << fromHex("01 31 fe ffffffffffffffff 32");
    QTest::newRow("a length that is none") << fromHex("01 31 ff");
}

void tst_QueryExchange::refusesRowsThatDoNotFit()
{
    QFETCH(QByteArray, row);
    for (const Capabilities capabilities : {OldEnd, NewEnd, MariaDb}) {
        QByteArrayList packets = resultPackets(capabilities, {"a", "b"}, {{"1", "2"}}, AutoCommit);
        packets.insert(packets.size() - 1, row);
        QCOMPARE(failureOf(packets, capabilities), FailureCode::MalformedPacket);
    }
}

void tst_QueryExchange::limitsTheResultsSize()
{
    const QByteArrayList packets
        = resultPackets(NewEnd, {"a"}, {{QByteArray(1000, 'x')}, {"y"}}, AutoCommit);
    QueryExchange::Options options;
    for (const auto &[size, progress] : {std::pair<qsizetype, Progress>(2000, Progress::Finished),
                                         std::pair<qsizetype, Progress>(1000, Progress::Broken),
                                         std::pair<qsizetype, Progress>(10, Progress::Broken)}) {
        options.limits.resultSize = size;
        QueryExchange exchange("SELECT", NewEnd, options);
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(packets));
        QCOMPARE(reader.progress(), progress);
        if (progress == Progress::Broken) {
            QCOMPARE(exchange.failure().code, FailureCode::ResultTooLarge);
            QVERIFY(exchange.failure().message.contains(QString::number(size)));
            QVERIFY(exchange.takeResults().empty());
        }
    }
}

void tst_QueryExchange::limitsTheNumberOfResults()
{
    QueryExchange::Options options;
    options.limits.results = 3;
    QueryExchange exchange("CALL p()", NewEnd, options);
    ExchangeReader reader(&exchange);
    const QByteArray ok = okPacketOf(AutoCommit | MoreResults);
    reader.feed(streamOf({ok, ok, ok}));
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    quint8 sequence = 4;
    QByteArray last;
    Wire::appendPacket(&last, okPacketOf(AutoCommit), &sequence);
    reader.feed(last);
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::ResultTooLarge);
}

/// Its first byte is 0xFE as well: the length of a value of 16 MiB takes 8 bytes.
void tst_QueryExchange::longRowIsNoEnd()
{
    QFETCH(Capabilities, capabilities);
    const QByteArray value(0x1000000, 'x');
    const QByteArrayList packets
        = resultPackets(capabilities, {"a"}, {{value}, {"short"}}, AutoCommit);
    QVERIFY(packets.at(packets.size() - 3).startsWith('\xFE'));
    QueryExchange exchange("SELECT", capabilities);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets), 100'000);
    QCOMPARE(reader.progress(), Progress::Finished);
    const Result result(std::move(exchange.takeResults().front()));
    QCOMPARE(result.rowCount(), 2);
    QVERIFY(result.first().bytes(0) == value);
    QCOMPARE(result.row(1).text(0), u"short"_s);
}

/// Proxies send it whatever was agreed on (MySQL bug 83346).
void tst_QueryExchange::oldEndBehindRowsIsTolerated()
{
    QByteArrayList packets = resultPackets(NewEnd, {"a"}, {{"1"}}, AutoCommit);
    packets.last() = eofPacketOf(AutoCommit, 2);
    QueryExchange exchange("SELECT", NewEnd);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(*exchange.status(), ServerStatus(AutoCommit));
    QCOMPARE(described(&exchange), QStringList{u"a | 1"_s});
}

void tst_QueryExchange::oldEndBehindColumnsIsTolerated_data()
{
    QTest::addColumn<QByteArrayList>("values");
    QTest::addColumn<bool>("endsInTheOldWay");
    QTest::addColumn<QStringList>("lines");
    for (const bool old : {false, true}) {
        const char *end = old ? "EOF" : "OK";
        QTest::addRow("no rows, %s", end) << QByteArrayList() << old << QStringList{u"a"_s};
        QTest::addRow("a row, %s", end) << QByteArrayList{"1"} << old << QStringList{u"a | 1"_s};
    }
}

void tst_QueryExchange::oldEndBehindColumnsIsTolerated()
{
    QFETCH(const QByteArrayList, values);
    QFETCH(const bool, endsInTheOldWay);
    QFETCH(const QStringList, lines);
    QList<QByteArrayList> rows;
    for (const QByteArray &value : values)
        rows.append({value});
    QByteArrayList packets = resultPackets(NewEnd, {"a"}, rows, AutoCommit | MoreResults);
    packets.insert(2, eofPacketOf(AutoCommit));
    if (endsInTheOldWay)
        packets.last() = eofPacketOf(AutoCommit | MoreResults);
    // The same holds for each result of an answer.
    const QByteArrayList twice = packets + packets + QByteArrayList{okPacketOf(AutoCommit)};
    QueryExchange exchange("CALL p()", NewEnd);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(twice));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
    QCOMPARE(described(&exchange).mid(0, 2), lines + lines);
}

void tst_QueryExchange::refusesMoreThanTheAnswer()
{
    QueryExchange exchange("DO 1", NewEnd);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({okPacketOf(AutoCommit)}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::UnexpectedPacket);
}

void tst_QueryExchange::notesTheSession()
{
    QueryExchange exchange("USE shop", NewEnd);
    ExchangeReader reader(&exchange);
    // OK, 0 rows, id 0, autocommit and state changed, 0 warnings, no info,
    // 7 bytes of changes: schema, 5 bytes: "shop"
    reader.feed(streamOf({fromHex("00 00 00 0240 0000 00 07 01 05 04 73686f70")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.sessionStateChanges().size(), 1);
    QCOMPARE(exchange.sessionStateChanges().at(0).type, SessionStateChange::Type::Schema);
    QCOMPARE(exchange.sessionStateChanges().at(0).value, QByteArray("shop"));
}

/// Only a prepared statement has columns that are known.
void tst_QueryExchange::columnsThatAreLeftOutMustBeKnown()
{
    QByteArrayList packets = resultPackets(MariaDb, {"a"}, {{"1"}}, AutoCommit);
    packets.removeAt(1);
    packets.first() = columnCountPacket(MariaDb, 1, false);
    QCOMPARE(failureOf(packets, MariaDb), FailureCode::UnexpectedPacket);
}

void tst_QueryExchange::flagOfTheMetadataMustBeOne_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("missing") << fromHex("01");
    QTest::newRow("neither 0 nor 1") << fromHex("01 02");
    QTest::newRow("with more behind it") << fromHex("01 01 00");
}

void tst_QueryExchange::flagOfTheMetadataMustBeOne()
{
    QFETCH(QByteArray, header);
    QCOMPARE(failureOf({header}, MariaDb), FailureCode::MalformedPacket);
}

void tst_QueryExchange::countsRowsAndBytes()
{
    QueryExchange exchange("SELECT", NewEnd);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(resultPackets(NewEnd, {"a"}, {{"1"}, {"22"}}, AutoCommit | MoreResults)
                         + resultPackets(NewEnd, {"b"}, {{"333"}}, AutoCommit)));
    QCOMPARE(exchange.receivedRows(), 3);
    QCOMPARE(exchange.receivedBytes(), 3 * 4 + (1 + 1) + (1 + 2) + (1 + 3));
}

QTEST_APPLESS_MAIN(tst_QueryExchange)

#include "tst_queryexchange.moc"
