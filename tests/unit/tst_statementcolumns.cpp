// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "resultdescription.h"
#include "statementscript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;
using State = StatementHandle::State;

namespace {

constexpr quint16 AutoCommit = 0x0002;
constexpr quint16 MoreResults = 0x0008;
constexpr quint16 OutParameters = 0x1000;

constexpr Capabilities Base = Capability::Protocol41 | Capability::SessionTrack;
constexpr Capabilities DeprecateEof = Base | Capability::DeprecateEof;
constexpr Capabilities MariaDb
    = DeprecateEof | Capability::MariaDbExtendedMetadata | Capability::MariaDbCacheMetadata;

} // namespace

/// Which columns the rows of a prepared statement have.
class tst_StatementColumns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheColumnsOfThePreparation();
    void usesTheColumnsThatAreLeftOut_data();
    void usesTheColumnsThatAreLeftOut();
    void columnsThatChangedReplaceTheOldOnes();
    void refusesToGuessColumns_data();
    void refusesToGuessColumns();
    void refusesRowsThatDoNotFit();
    void knowsOutParameters();
    void readsOutParametersOfMySqlWithEof();
    void handsRowsOn();
};

void tst_StatementColumns::keepsTheColumnsOfThePreparation()
{
    for (const Capabilities capabilities : {Base, DeprecateEof, MariaDb}) {
        const auto handle = newStatement("SELECT ?");
        StatementExchange exchange(handle, {}, capabilities, true, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(preparePackets(capabilities, PreparedId, 3, {"a", "b"})));
        QCOMPARE(reader.progress(), Progress::Finished);
        QVERIFY(!exchange.failure());
        QCOMPARE(handle->state, State::Prepared);
        QCOMPARE(handle->parameterCount, quint16(3));
        QVERIFY(handle->columns);
        QCOMPARE(handle->columns->size(), 2);
        QCOMPARE(handle->columns->at(1).name, QByteArrayView("b"));
    }
}

void tst_StatementColumns::usesTheColumnsThatAreLeftOut_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::newRow("DEPRECATE_EOF") << MariaDb;
    // The end of the columns comes without them, too.
    QTest::newRow("EOF") << (MariaDb & ~Capability::DeprecateEof);
}

void tst_StatementColumns::usesTheColumnsThatAreLeftOut()
{
    QFETCH(Capabilities, capabilities);
    const auto handle = newStatement("SELECT ?");
    const QByteArrayList shortAnswer
        = binaryResultPackets(capabilities, {"a"}, {{"1"}}, AutoCommit, false);
    StatementExchange first(handle, executionWith({5}), capabilities, true, {});
    ExchangeReader firstReader(&first);
    firstReader.feed(streamOf(preparePackets(capabilities, PreparedId, 1, {"a"}) + shortAnswer));
    QCOMPARE(firstReader.progress(), Progress::Finished);
    QCOMPARE(describedResults(first.takeResults()), QStringList{u"a | 1"_s});

    StatementExchange second(handle, executionWith({5}), capabilities, true, {});
    ExchangeReader secondReader(&second);
    secondReader.feed(streamOf(shortAnswer));
    QCOMPARE(secondReader.progress(), Progress::Finished);
    QCOMPARE(describedResults(second.takeResults()), QStringList{u"a | 1"_s});
}

void tst_StatementColumns::columnsThatChangedReplaceTheOldOnes()
{
    const auto handle = newStatement("SELECT ?");
    const auto run = [&](const QByteArrayList &packets) {
        StatementExchange exchange(handle, executionWith({5}), MariaDb, true, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(packets));
        return reader.progress() == Progress::Finished ? describedResults(exchange.takeResults())
                                                       : QStringList{u"not finished"_s};
    };
    QCOMPARE(run(preparePackets(MariaDb, PreparedId, 1, {"a"})
                 + binaryResultPackets(MariaDb, {"b", "c"}, {{"1", "2"}}, AutoCommit)),
             QStringList{u"b,c | 1,2"_s});
    QCOMPARE(run(binaryResultPackets(MariaDb, {"b", "c"}, {{"3", "4"}}, AutoCommit, false)),
             QStringList{u"b,c | 3,4"_s});
    // An answer that ends badly has told them, too.
    QByteArrayList stopped = binaryResultPackets(MariaDb, {"d"}, {}, AutoCommit);
    stopped.last() = errorPacketOf(1317, "Query execution was interrupted");
    QCOMPARE(run(stopped), QStringList());
    QCOMPARE(run(binaryResultPackets(MariaDb, {"d"}, {{"5"}}, AutoCommit, false)),
             QStringList{u"d | 5"_s});
    // Those of the statements within a procedure are not the statement's.
    QCOMPARE(run(binaryResultPackets(MariaDb, {"d"}, {}, AutoCommit | MoreResults)
                 + binaryResultPackets(MariaDb, {"e", "f"}, {}, AutoCommit)),
             (QStringList{u"d"_s, u"e,f"_s}));
    QCOMPARE(run(binaryResultPackets(MariaDb, {"d"}, {{"6"}}, AutoCommit, false)),
             QStringList{u"d | 6"_s});
}

void tst_StatementColumns::refusesToGuessColumns_data()
{
    QTest::addColumn<QByteArrayList>("prepared");
    QTest::addColumn<QByteArrayList>("executed");
    QTest::newRow("fewer") << QByteArrayList{"a", "b"} << QByteArrayList{"a"};
    QTest::newRow("more") << QByteArrayList{"a"} << QByteArrayList{"a", "b"};
    QTest::newRow("of a statement without columns") << QByteArrayList{} << QByteArrayList{"a"};
}

void tst_StatementColumns::refusesToGuessColumns()
{
    QFETCH(QByteArrayList, prepared);
    QFETCH(QByteArrayList, executed);
    StatementExchange exchange(newStatement("SELECT ?"), executionWith({5}), MariaDb, true, {});
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(preparePackets(MariaDb, PreparedId, 1, prepared)
                         + binaryResultPackets(MariaDb, executed, {}, AutoCommit, false)));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::UnexpectedPacket);
}

void tst_StatementColumns::refusesRowsThatDoNotFit()
{
    const QByteArray good = binaryRowPacket({"1"});
    for (const QByteArray &row :
         {QByteArray(""), fromHex("00"), fromHex("01 00 01 31"), good + '\0', good.chopped(1),
          binaryRowPacket({"1", "2"}), rowPacket({"1"}), fromHex("fe 0000000000 31313131")}) {
        QByteArrayList packets = binaryResultPackets(Base, {"a"}, {{"1"}}, AutoCommit);
        packets.insert(packets.size() - 1, row);
        StatementExchange exchange(preparedStatement("SELECT ?", 1), executionWith({5}), Base,
                                   false, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(packets));
        QCOMPARE(reader.progress(), Progress::Broken);
        QCOMPARE(exchange.failure().code, FailureCode::MalformedPacket);
    }
}

void tst_StatementColumns::knowsOutParameters()
{
    for (const Capabilities capabilities : {Base, DeprecateEof, MariaDb}) {
        StatementExchange exchange(preparedStatement("SELECT ?", 1), executionWith({5}),
                                   capabilities, true, {});
        ExchangeReader reader(&exchange);
        reader.feed(
            streamOf(binaryResultPackets(capabilities, {"a"}, {{"1"}}, AutoCommit | MoreResults)
                     + binaryResultPackets(capabilities, {"o"}, {{"2"}},
                                           AutoCommit | MoreResults | OutParameters)
                     + QByteArrayList{okPacketOf(AutoCommit)}));
        QCOMPARE(reader.progress(), Progress::Finished);
        const StatementExchange::Results results = exchange.takeResults();
        QCOMPARE(results.size(), size_t(3));
        QVERIFY(!results[0]->hasOutParameters);
        QVERIFY(results[1]->hasOutParameters);
        QVERIFY(!results[2]->hasOutParameters);
        QCOMPARE(results[1]->format, Values::RowFormat::Binary);
    }
}

/// Its EOF behind the row says neither that these are OUT parameters nor that an OK follows; only
/// the one behind the columns does (seen from 9.7).
void tst_StatementColumns::readsOutParametersOfMySqlWithEof()
{
    QByteArrayList packets
        = binaryResultPackets(Base, {"o"}, {{"2"}}, AutoCommit | MoreResults | OutParameters);
    packets.last() = eofPacketOf(AutoCommit);
    StatementExchange exchange(preparedStatement("CALL p(?)", 1), executionWith({5}), Base, false,
                               {});
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(packets));
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    reader.feed(streamOf({okPacketOf(AutoCommit)}));
    QCOMPARE(reader.progress(), Progress::Finished);
    const StatementExchange::Results results = exchange.takeResults();
    QCOMPARE(results.size(), size_t(2));
    QVERIFY(results[0]->hasOutParameters);
    QVERIFY(!results[1]->hasOutParameters);
}

void tst_StatementColumns::handsRowsOn()
{
    StatementExchange::Options options;
    // One row fills it.
    options.rowBuffer = std::make_shared<Values::RowBuffer>(8);
    StatementExchange exchange(newStatement("SELECT ?"), executionWith({5}), MariaDb, true,
                               options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(preparePackets(MariaDb, PreparedId, 1, {"a"})
                         + binaryResultPackets(MariaDb, {"a"}, {{"1"}, {"2"}}, AutoCommit, false)));
    QStringList rows;
    while (reader.progress() == Progress::NeedPacket) {
        QVERIFY(exchange.isFull());
        const auto taken = options.rowBuffer->take(-1);
        QCOMPARE(taken->rows.rowCount(), 1);
        rows.append(describedRow(*taken, taken->rows.row(0)));
        reader.resume();
    }
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(rows, (QStringList{u"1"_s, u"2"_s}));
    QCOMPARE(exchange.receivedRows(), 2);
}

QTEST_APPLESS_MAIN(tst_StatementColumns)

#include "tst_statementcolumns.moc"
