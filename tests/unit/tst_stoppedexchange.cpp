// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchscript.h"
#include "bytes.h"
#include "commandpayloads.h"
#include "queryexchange.h"
#include "scriptedsource.h"
#include "statementscript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;

namespace {

const QByteArrayList Ok{okPacketOf(2)};

QByteArray startOf(const QByteArrayList &sent)
{
    QByteArray codes;
    for (const QByteArray &output : sent)
        codes.append(output.mid(1, 1));
    return codes;
}

} // namespace

/// What exchanges send, and do not send, once they are stopped.
class tst_StoppedExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void executionsOfABatch();
    void executionsOfABatchInATransaction();
    void bulkCommandOfABatch();
    void bulkCommandThatIsRefused();
    void batchThatPrepares_data();
    void batchThatPrepares();
    void batchThatWaitsForAPreparation();
    void statementThatWaitsForAPreparation();
    void statementThatPrepares_data();
    void statementThatPrepares();
    void statementThatPreparesAndExecutes();
    void statementThatOnlyPrepares();
    void statementThatIsExecuted();
    void statementThatSendsLongData();
    void fileThatIsBeingSent();
    void fileThatIsAskedForLater();
    void fileThatWasSent();
};

void tst_StoppedExchange::executionsOfABatch()
{
    BatchExchange::Settings settings;
    settings.window = 3;
    BatchScript batch(numberedRows(10), Plain, settings);
    QCOMPARE(batch.reader.takeSent().size(), 3);
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.takeSent().size(), 1);
    QVERIFY(batch.exchange.stop());
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
        batch.reader.feed(streamOf({okWith(1, 0)}));
        QVERIFY(batch.reader.takeSent().isEmpty());
    }
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.exchange.sentRows(), 4);
    QCOMPARE(batch.exchange.confirmedRows(), 4);
}

void tst_StoppedExchange::executionsOfABatchInATransaction()
{
    BatchExchange::Settings settings;
    settings.window = 1;
    BatchScript batch(numberedRows(10), Plain, settings);
    QCOMPARE(batch.reader.takeSent().size(), 1);
    // It can be slow.
    QVERIFY(!batch.exchange.stop());
    batch.reader.feed(streamOf({errorPacketOf(1317, "interrupted")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1317));
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.confirmedRows(), 0);
}

void tst_StoppedExchange::bulkCommandOfABatch()
{
    // More than one packet.
    QList<QVariantList> rows;
    for (int i = 0; i < 3; ++i)
        rows.append({QByteArray(200'000, 'a')});
    BatchScript batch(rows, Bulk);
    QCOMPARE(batch.reader.takeSent().size(), 1);
    QVERIFY(!batch.exchange.stop());
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.sentRows(), 1);
    QCOMPARE(batch.exchange.confirmedRows(), 1);
}

/// It would be executed row by row.
void tst_StoppedExchange::bulkCommandThatIsRefused()
{
    BatchScript batch(numberedRows(3), Bulk);
    QCOMPARE(batch.reader.takeSent().size(), 1);
    batch.exchange.stop();
    batch.reader.feed(streamOf({errorPacketOf(1295, "not supported")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.confirmedRows(), 0);
}

void tst_StoppedExchange::batchThatPrepares_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<bool>("isRefused");
    for (const bool isRefused : {false, true}) {
        QTest::addRow("bulk, %s", isRefused ? "refused" : "prepared") << Bulk << isRefused;
        QTest::addRow("executions, %s", isRefused ? "refused" : "prepared") << Plain << isRefused;
    }
}

void tst_StoppedExchange::batchThatPrepares()
{
    QFETCH(const Capabilities, capabilities);
    QFETCH(const bool, isRefused);
    BatchScript batch(newStatement("DO ?"), {{1}}, capabilities);
    QCOMPARE(startOf(batch.reader.takeSent()), "\x16"_ba);
    QVERIFY(batch.exchange.stop());
    if (isRefused)
        batch.reader.feed(streamOf({errorPacketOf(1064, "syntax")}));
    else
        batch.reader.feed(streamOf(preparePackets(capabilities, 9, 1, {})));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().code, FailureCode::Stopped);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.sentRows(), 0);
}

void tst_StoppedExchange::batchThatWaitsForAPreparation()
{
    const auto handle = preparedHandle(1);
    handle->state = StatementHandle::State::Preparing;
    BatchScript batch(handle, {{1}}, Bulk);
    QVERIFY(batch.exchange.stop());
    QCOMPARE(batch.exchange.failure().code, FailureCode::Stopped);
    handle->state = StatementHandle::State::Prepared;
    QVERIFY(!batch.exchange.nextOutput());
}

void tst_StoppedExchange::statementThatWaitsForAPreparation()
{
    const auto handle = preparedStatement("DO ?", 1);
    handle->state = StatementHandle::State::Preparing;
    StatementExchange exchange(handle, executionWith({1}), Plain, false, {});
    QVERIFY(!exchange.nextOutput());
    QVERIFY(exchange.stop());
    QCOMPARE(exchange.failure().code, FailureCode::Stopped);
    handle->state = StatementHandle::State::Prepared;
    QVERIFY(!exchange.nextOutput());
    QVERIFY(exchange.isWritten());
}

void tst_StoppedExchange::statementThatPrepares_data()
{
    QTest::addColumn<QByteArrayList>("answer");
    QTest::newRow("prepared") << preparePackets(Plain, 9, 1, {"a"});
    QTest::newRow("refused") << QByteArrayList{errorPacketOf(1064, "syntax")};
}

/// The execution waits for the answer: MySQL.
void tst_StoppedExchange::statementThatPrepares()
{
    QFETCH(const QByteArrayList, answer);
    StatementExchange exchange(newStatement("DO ?"), executionWith({1}), Plain, false, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(startOf(reader.takeSent()), "\x16"_ba);
    QVERIFY(exchange.stop());
    reader.feed(streamOf(answer));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::Stopped);
    QVERIFY(reader.takeSent().isEmpty());
}

/// MariaDB.
void tst_StoppedExchange::statementThatPreparesAndExecutes()
{
    StatementExchange exchange(newStatement("DO ?"), executionWith({1}), Plain, true, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(startOf(reader.takeSent()), "\x16\x17"_ba);
    QVERIFY(!exchange.stop());
    reader.feed(streamOf(preparePackets(Plain, 9, 1, {})));
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    reader.feed(streamOf({errorPacketOf(1317, "interrupted")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, quint16(1317));
}

void tst_StoppedExchange::statementThatOnlyPrepares()
{
    StatementExchange exchange(newStatement("DO ?"), std::nullopt, Plain, true, {});
    ExchangeReader reader(&exchange);
    QVERIFY(exchange.stop());
    reader.feed(streamOf(preparePackets(Plain, 9, 1, {})));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
}

void tst_StoppedExchange::statementThatIsExecuted()
{
    StatementExchange exchange(preparedStatement("DO ?", 1), executionWith({1}), Plain, false, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(startOf(reader.takeSent()), "\x17"_ba);
    QVERIFY(!exchange.stop());
    reader.feed(streamOf(Ok));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
}

void tst_StoppedExchange::statementThatSendsLongData()
{
    const auto source = std::make_shared<ScriptedSource>(
        QList<ScriptedSource::Step>{{ByteSource::Status::Ready, "apple"},
                                    {ByteSource::Status::Waiting, {}},
                                    {ByteSource::Status::Ready, "pear"}});
    StatementExchange exchange(preparedStatement("DO ?", 1),
                               executionWith({QVariant::fromValue<ByteSourcePointer>(source)}),
                               Plain, false, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(),
             QByteArrayList{'S' + stmtSendLongDataPayload(PreparedId, 0, "apple")});
    QVERIFY(exchange.stop());
    reader.resume();
    // What the server has got is forgotten.
    QCOMPARE(reader.takeSent(), QByteArrayList{'C' + stmtResetPayload(PreparedId)});
    reader.feed(streamOf(Ok));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::Stopped);
}

/// The server would store what it has got if it did not know yet that it is to stop.
void tst_StoppedExchange::fileThatIsBeingSent()
{
    QueryExchange::Options options;
    options.infile = std::make_shared<ScriptedSource>(
        QList<ScriptedSource::Step>{{ByteSource::Status::Ready, "apple"},
                                    {ByteSource::Status::Waiting, {}},
                                    {ByteSource::Status::Waiting, {}},
                                    {ByteSource::Status::Ready, "pear"},
                                    {ByteSource::Status::Ready, "plum"}});
    QueryExchange exchange("\x03LOAD", Plain | Capability::LocalFiles, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({"\xFBx"}));
    QCOMPARE(reader.takeSent(), QByteArrayList({"C\x03LOAD", "capple"}));
    QVERIFY(!exchange.stop());
    reader.resume();
    QVERIFY(reader.takeSent().isEmpty());
    QVERIFY(!exchange.isWritten());
    exchange.confirmStop();
    reader.resume();
    QVERIFY(reader.takeSent().isEmpty());
    // It notices with the next row.
    reader.resume();
    QCOMPARE(reader.takeSent(), QByteArrayList({"cpear", "c"}));
    QVERIFY(exchange.isWritten());
}

void tst_StoppedExchange::fileThatIsAskedForLater()
{
    QueryExchange::Options options;
    options.infile = ScriptedSource::of("apple");
    QueryExchange exchange("\x03LOAD", Plain | Capability::LocalFiles, options);
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent().size(), 1);
    exchange.stop();
    reader.feed(streamOf({"\xFBx"}));
    QVERIFY(reader.takeSent().isEmpty());
    exchange.confirmStop();
    reader.resume();
    QCOMPARE(reader.takeSent(), QByteArrayList({"capple", "c"}));
}

void tst_StoppedExchange::fileThatWasSent()
{
    QueryExchange::Options options;
    options.infile = ScriptedSource::of("apple");
    QueryExchange exchange("\x03LOAD", Plain | Capability::LocalFiles, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({"\xFBx"}));
    QCOMPARE(reader.takeSent().size(), 3);
    exchange.stop();
    exchange.confirmStop();
    reader.resume();
    QVERIFY(reader.takeSent().isEmpty());
}

QTEST_APPLESS_MAIN(tst_StoppedExchange)

#include "tst_stoppedexchange.moc"
