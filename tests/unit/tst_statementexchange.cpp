// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "commandpayloads.h"
#include "resultdescription.h"
#include "statementscript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;
using Execution = StatementExchange::Execution;
using State = StatementHandle::State;

namespace {

constexpr quint16 AutoCommit = 0x0002;
constexpr quint16 MoreResults = 0x0008;

constexpr quint32 Id = PreparedId;
constexpr Capabilities Base = Capability::Protocol41 | Capability::SessionTrack;
constexpr Capabilities DeprecateEof = Base | Capability::DeprecateEof;
constexpr Capabilities MariaDb = DeprecateEof | Capability::MariaDbProgress
                                 | Capability::MariaDbExtendedMetadata
                                 | Capability::MariaDbCacheMetadata;

const QByteArray Prepare = "C\x16SELECT ?";

/// COM_STMT_EXECUTE for one INT.
QByteArray executeOf(quint32 id, int value, bool withTypes = true)
{
    return "C\x17" + littleEndian(id, 4) + fromHex("00 01000000 00")
           + (withTypes ? fromHex("01 0300") : fromHex("00"))
           + littleEndian(static_cast<quint64>(value), 4);
}

/// What an exchange is told from outside.
struct Outcome
{
    Progress progress;
    FailureCode code;
    int serverError;
    bool failedToPrepare;
    bool hasCompleteResult;
    int completeAnswers;
    QStringList results;
    State state;
    quint32 id;

    bool operator==(const Outcome &) const = default;
};

Outcome outcomeOf(const ExchangeReader &reader, StatementExchange *exchange,
                  const StatementHandle &handle)
{
    return {reader.progress(),
            exchange->failure().code,
            exchange->failure().serverErrorNumber,
            exchange->failedToPrepare(),
            exchange->hasCompleteResult(),
            reader.completeAnswers(),
            describedResults(exchange->takeResults()),
            handle.state,
            handle.id};
}

} // namespace

Q_DECLARE_METATYPE(Outcome)

/// What its answers do. What is sent, and when, is in tst_StatementSending.
class tst_StatementExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ends_data();
    void ends();
    void endsTheSameInAnySplit_data() { ends_data(); }
    void endsTheSameInAnySplit();
    void waitsForTheRest_data() { ends_data(); }
    void waitsForTheRest();
    void survivesDamage_data();
    void survivesDamage();

    void refusesBrokenPreparations_data();
    void refusesBrokenPreparations();
    void limitsTheColumnsSize();
    void refusesMoreThanTheAnswer_data();
    void refusesMoreThanTheAnswer();
};

void tst_StatementExchange::ends_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<bool>("isMariaDb");
    QTest::addColumn<QByteArrayList>("packets");
    QTest::addColumn<Outcome>("outcome");

    constexpr auto none = FailureCode::None;
    constexpr auto serverError = FailureCode::ServerError;
    constexpr auto wrongCount = FailureCode::InvalidParameter;
    const QByteArray noTable = errorPacketOf(1146, "Table 't' doesn't exist");
    const QByteArray unknown = errorPacketOf(1243, "Unknown prepared statement handler");
    const QByteArray deadlock = errorPacketOf(1213, "Deadlock found");
    const QByteArray reprepare = errorPacketOf(1615, "Prepared statement needs to be re-prepared");
    const QByteArrayList ok{okPacketOf(AutoCommit)};
    const auto stops = [&](QByteArrayList packets) {
        packets.last() = deadlock;
        return packets;
    };

    for (const bool isMariaDb : {false, true}) {
        for (const Capabilities capabilities : {Base, DeprecateEof, MariaDb}) {
            if (!isMariaDb && capabilities == MariaDb)
                continue;
            const auto row
                = [&](const char *name, const QByteArrayList &packets, const Outcome &outcome) {
                      QTest::addRow("%s%s: %s", isMariaDb ? "MariaDB" : "MySQL",
                                    capabilities == Base      ? ", EOF"
                                    : capabilities == MariaDb ? ", all"
                                                              : "",
                                    name)
                          << capabilities << isMariaDb << packets << outcome;
                  };
            const QByteArrayList prepared = preparePackets(capabilities, Id, 1, {"a", "b"});
            const QByteArrayList rows
                = binaryResultPackets(capabilities, {"a", "b"},
                                      {{"1", QByteArray()}, {QByteArray(40, 'x'), ""}}, AutoCommit);
            const QString described = u"a,b | 1,NULL | "_s + QString(40, u'x') + u","_s;

            row("rows", prepared + rows,
                {Progress::Finished, none, 0, false, true, 1, {described}, State::Prepared, Id});
            row("OK", preparePackets(capabilities, Id, 1, {}) + ok,
                {Progress::Finished, none, 0, false, true, 1, {{}}, State::Prepared, Id});
            // INSERT … RETURNING and CALL have no columns when they are prepared.
            row("rows of a statement without columns",
                preparePackets(capabilities, Id, 1, {}) + rows,
                {Progress::Finished, none, 0, false, true, 1, {described}, State::Prepared, Id});
            row("other columns than those prepared",
                preparePackets(capabilities, Id, 1, {"a", "b", "c"}) + rows,
                {Progress::Finished, none, 0, false, true, 1, {described}, State::Prepared, Id});
            row("several results",
                prepared
                    + binaryResultPackets(capabilities, {"c"}, {{"1"}}, AutoCommit | MoreResults)
                    + binaryResultPackets(capabilities, {"d", "e"}, {{"2", "3"}},
                                          AutoCommit | MoreResults)
                    + ok,
                {Progress::Finished,
                 none,
                 0,
                 false,
                 true,
                 1,
                 {u"c | 1"_s, u"d,e | 2,3"_s, {}},
                 State::Prepared,
                 Id});
            row("error of the execution", prepared + QByteArrayList{deadlock},
                {Progress::Finished, serverError, 1213, false, false, 1, {}, State::Prepared, Id});
            row("error between rows", prepared + stops(rows),
                {Progress::Finished, serverError, 1213, false, false, 1, {}, State::Prepared, Id});
            row("error after a result",
                prepared
                    + binaryResultPackets(capabilities, {"c"}, {{"1"}}, AutoCommit | MoreResults)
                    + QByteArrayList{deadlock},
                {Progress::Finished,
                 serverError,
                 1213,
                 false,
                 true,
                 1,
                 {u"c | 1"_s},
                 State::Prepared,
                 Id});
            row("statement that the server forgot", prepared + QByteArrayList{unknown},
                {Progress::Finished, serverError, 1243, false, false, 1, {}, State::Invalid, 0});
            row("statement that must be prepared anew", prepared + QByteArrayList{reprepare},
                {Progress::Finished, serverError, 1615, false, false, 1, {}, State::Invalid, Id});

            if (!isMariaDb) {
                row("error of the preparation", {noTable},
                    {Progress::Finished, serverError, 1146, true, false, 0, {}, State::Invalid, 0});
                row("another number of parameters", preparePackets(capabilities, Id, 2, {"a"}),
                    {Progress::Finished, wrongCount, 0, false, false, 0, {}, State::Prepared, Id});
                continue;
            }
            // The execution was sent whatever the answer to the preparation would be.
            row("errors of both", {noTable, unknown},
                {Progress::Finished, serverError, 1146, true, false, 1, {}, State::Invalid, 0});
            row("error of the preparation only", QByteArrayList{noTable} + ok,
                {Progress::Broken,
                 FailureCode::UnexpectedPacket,
                 0,
                 true,
                 false,
                 1,
                 {},
                 State::Invalid,
                 0});
            row("rows of nothing", QByteArrayList{noTable} + rows.first(1),
                {Progress::Broken,
                 FailureCode::UnexpectedPacket,
                 0,
                 true,
                 false,
                 1,
                 {},
                 State::Invalid,
                 0});
            row("another number of parameters, refused",
                preparePackets(capabilities, Id, 2, {"a"})
                    + QByteArrayList{errorPacketOf(1210, "Incorrect arguments")},
                {Progress::Finished, wrongCount, 0, false, false, 1, {}, State::Prepared, Id});
            row("another number of parameters, executed",
                preparePackets(capabilities, Id, 0, {}) + ok,
                {Progress::Finished, wrongCount, 0, false, true, 1, {{}}, State::Prepared, Id});
            if (capabilities != MariaDb)
                continue;
            const QByteArray report = fromHex("ff ffff 01 01 02 358200") + encoded("copying");
            row("progress reports",
                QByteArrayList{report} + prepared.first(2) + QByteArrayList{report}
                    + prepared.sliced(2) + QByteArrayList{report} + rows,
                {Progress::Finished, none, 0, false, true, 1, {described}, State::Prepared, Id});
            row("progress reports before errors", {report, noTable, report, unknown},
                {Progress::Finished, serverError, 1146, true, false, 1, {}, State::Invalid, 0});
            row("columns left out",
                prepared
                    + binaryResultPackets(capabilities, {"a", "b"}, {{"1", "2"}}, AutoCommit,
                                          false),
                {Progress::Finished,
                 none,
                 0,
                 false,
                 true,
                 1,
                 {u"a,b | 1,2"_s},
                 State::Prepared,
                 Id});
        }
    }
}

void tst_StatementExchange::ends()
{
    QFETCH(Capabilities, capabilities);
    QFETCH(bool, isMariaDb);
    QFETCH(QByteArrayList, packets);
    QFETCH(Outcome, outcome);
    const auto handle = newStatement("SELECT ?");
    StatementExchange exchange(handle, executionWith({5}), capabilities, isMariaDb, {});
    QVERIFY(!exchange.hasAnswerBegun());
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets));
    QVERIFY(exchange.hasAnswerBegun());

    const Outcome found = outcomeOf(reader, &exchange, *handle);
    QCOMPARE(found.progress, outcome.progress);
    QCOMPARE(found.code, outcome.code);
    QCOMPARE(found.serverError, outcome.serverError);
    QCOMPARE(found.failedToPrepare, outcome.failedToPrepare);
    QCOMPARE(found.hasCompleteResult, outcome.hasCompleteResult);
    QCOMPARE(found.completeAnswers, outcome.completeAnswers);
    QCOMPARE(found.results, outcome.results);
    QCOMPARE(found.state, outcome.state);
    QCOMPARE(exchange.isPrepared(), outcome.state == State::Prepared);
    QCOMPARE(found.id, outcome.id);

    // Every answer that came belongs to a command that was sent, and none is missing.
    const QByteArrayList sent = reader.takeSent();
    QCOMPARE(sent.size(), outcome.completeAnswers + 1);
    QCOMPARE(sent.first(), Prepare);
    if (sent.size() > 1)
        QCOMPARE(sent.last(), executeOf(isMariaDb ? LastPreparedStatement : Id, 5));
}

void tst_StatementExchange::endsTheSameInAnySplit()
{
    QFETCH(Capabilities, capabilities);
    QFETCH(bool, isMariaDb);
    QFETCH(QByteArrayList, packets);
    QFETCH(Outcome, outcome);
    const QByteArray stream = streamOf(packets);
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        const auto handle = newStatement("SELECT ?");
        StatementExchange exchange(handle, executionWith({5}), capabilities, isMariaDb, {});
        ExchangeReader reader(&exchange);
        reader.feed(QByteArrayView(stream).first(cut));
        reader.feed(QByteArrayView(stream).sliced(cut));
        QVERIFY(outcomeOf(reader, &exchange, *handle) == outcome);
    }
    for (qsizetype portion = 1; portion < 20; ++portion) {
        const auto handle = newStatement("SELECT ?");
        StatementExchange exchange(handle, executionWith({5}), capabilities, isMariaDb, {});
        ExchangeReader reader(&exchange);
        reader.feed(stream, portion);
        QVERIFY(outcomeOf(reader, &exchange, *handle) == outcome);
    }
}

void tst_StatementExchange::waitsForTheRest()
{
    QFETCH(Capabilities, capabilities);
    QFETCH(bool, isMariaDb);
    QFETCH(QByteArrayList, packets);
    forEachTruncation(streamOf(packets), [&](QByteArrayView beginning) {
        StatementExchange exchange(newStatement("SELECT ?"), executionWith({5}), capabilities,
                                   isMariaDb, {});
        ExchangeReader reader(&exchange);
        reader.feed(beginning);
        QCOMPARE(reader.progress(), Progress::NeedPacket);
    });
}

void tst_StatementExchange::survivesDamage_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<bool>("isMariaDb");
    QTest::newRow("MySQL") << DeprecateEof << false;
    QTest::newRow("MySQL, EOF") << Base << false;
    QTest::newRow("MariaDB, all") << MariaDb << true;
}

void tst_StatementExchange::survivesDamage()
{
    QFETCH(Capabilities, capabilities);
    QFETCH(bool, isMariaDb);
    const QByteArrayList packets
        = preparePackets(capabilities, Id, 1, {"a", "b"})
          + binaryResultPackets(capabilities, {"c"}, {{"1"}}, AutoCommit | MoreResults)
          + binaryResultPackets(capabilities, {"d", "e"}, {{"2", QByteArray()}}, AutoCommit);
    int broken = 0;
    forEachMutation(streamOf(packets), [&](QByteArrayView damaged) {
        StatementExchange exchange(newStatement("SELECT ?"), executionWith({5}), capabilities,
                                   isMariaDb, {});
        ExchangeReader reader(&exchange);
        reader.feed(damaged);
        broken += reader.progress() == Progress::Broken ? 1 : 0;
        if (reader.progress() == Progress::Broken)
            QVERIFY(exchange.failure());
        // All that was taken can be read.
        for (const QString &line : describedResults(exchange.takeResults()))
            QVERIFY(!line.contains(u"broken"_s));
    });
    QVERIFY(broken > 0);
}

void tst_StatementExchange::refusesBrokenPreparations_data()
{
    QTest::addColumn<QByteArrayList>("packets");
    QTest::addColumn<FailureCode>("code");
    const QByteArrayList good = preparePackets(Base, Id, 1, {"a"});
    const auto with = [&](qsizetype index, const QByteArray &packet) {
        QByteArrayList packets = good;
        packets[index] = packet;
        return packets;
    };
    constexpr auto malformed = FailureCode::MalformedPacket;
    QTest::newRow("nothing") << QByteArrayList{""} << malformed;
    QTest::newRow("incomplete") << QByteArrayList{good[0].chopped(1)} << malformed;
    QTest::newRow("columns at once") << QByteArrayList{fromHex("01")} << malformed;
    QTest::newRow("no id") << preparePackets(Base, 0, 1, {"a"}) << malformed;
    QTest::newRow("the id of the last one")
        << preparePackets(Base, LastPreparedStatement, 1, {"a"}) << malformed;
    QTest::newRow("half an error") << QByteArrayList{fromHex("ff 48")} << malformed;
    QTest::newRow("an error without a number")
        << QByteArrayList{errorPacketOf(0, "Lost")} << malformed;
    QTest::newRow("broken parameter") << with(1, fromHex("03 646566")) << malformed;
    QTest::newRow("no end of the parameters")
        << with(2, columnPacket("a", Base)) << FailureCode::UnexpectedPacket;
    QTest::newRow("broken column") << with(3, fromHex("03 646566")) << malformed;
    QTest::newRow("no end of the columns")
        << with(4, columnPacket("b", Base)) << FailureCode::UnexpectedPacket;
    QTest::newRow("empty end") << with(4, "") << malformed;
}

void tst_StatementExchange::refusesBrokenPreparations()
{
    QFETCH(QByteArrayList, packets);
    QFETCH(FailureCode, code);
    for (const bool isMariaDb : {false, true}) {
        StatementExchange exchange(newStatement("SELECT ?"), executionWith({5}), Base, isMariaDb,
                                   {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(packets));
        QCOMPARE(reader.progress(), Progress::Broken);
        QCOMPARE(exchange.failure().code, code);
    }
}

void tst_StatementExchange::limitsTheColumnsSize()
{
    StatementExchange::Options options;
    options.limits.resultSize = 1000;
    StatementExchange exchange(newStatement("SELECT ?"), {}, DeprecateEof, false, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(preparePackets(DeprecateEof, Id, 100, QByteArrayList(100, "a"))));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::ResultTooLarge);
}

void tst_StatementExchange::refusesMoreThanTheAnswer_data()
{
    QTest::addColumn<bool>("isExecuted");
    QTest::newRow("preparation alone") << false;
    QTest::newRow("execution") << true;
}

void tst_StatementExchange::refusesMoreThanTheAnswer()
{
    QFETCH(bool, isExecuted);
    std::optional<Execution> execution;
    if (isExecuted)
        execution = executionWith({5});
    StatementExchange exchange(newStatement("SELECT ?"), execution, DeprecateEof, false, {});
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(preparePackets(DeprecateEof, Id, 1, {})));
    if (isExecuted)
        reader.feed(streamOf({okPacketOf(AutoCommit)}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::UnexpectedPacket);
}

QTEST_APPLESS_MAIN(tst_StatementExchange)

#include "tst_statementexchange.moc"
