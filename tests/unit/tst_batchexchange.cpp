// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchscript.h"
#include "bytes.h"
#include "refusedvalues.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;

class tst_BatchExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preparesFirst_data();
    void preparesFirst();
    void aRefusedPreparationEndsTheBatch();
    void waitsForAPreparationThatIsOnItsWay();
    void executionsKeepToTheWindow();
    void executionsSendTypesWhenTheyChange();
    void executionsAfterAnErrorAreCounted();
    void laterErrorsDoNotReplaceTheFirst();
    void aStatementThatIsGoneIsPreparedAnewTheNextTime();
    void executionsDropRows();
    void takesTheLongestRow_data();
    void takesTheLongestRow();
    void keepsTheLastWordAboutTheSession();
    void boundsWhatIsSaidAboutTheSession();
    void refusesTheFirstRowUnsent_data();
    void refusesTheFirstRowUnsent();
    void refusesALaterRowAfterTheOthers_data();
    void refusesALaterRowAfterTheOthers();
    void anErrorOfTheServerComesBeforeThatOfALaterRow();
};

void tst_BatchExchange::preparesFirst_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<StatementHandle::State>("state");
    QTest::addColumn<QByteArray>("command");

    const QByteArray bulkCommand = fromHex("fa 09000000 8000 0300 00 01000000");
    const QByteArray execution = fromHex("17 09000000 00 01000000 00 01 0300 01000000");
    QTest::newRow("bulk, new") << Bulk << StatementHandle::State::New << bulkCommand;
    QTest::newRow("bulk, invalid") << Bulk << StatementHandle::State::Invalid << bulkCommand;
    QTest::newRow("executions, new") << Plain << StatementHandle::State::New << execution;
}

void tst_BatchExchange::preparesFirst()
{
    QFETCH(const Capabilities, capabilities);
    QFETCH(const StatementHandle::State, state);
    QFETCH(const QByteArray, command);
    const auto handle = std::make_shared<StatementHandle>();
    handle->sql = "DO ?";
    handle->state = state;

    Batch batch(handle, {{1}}, capabilities);
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{'C' + fromHex("16 444f203f")});
    QVERIFY(!batch.exchange.isWritten());
    batch.reader.feed(streamOf(preparePackets(capabilities, 9, 1, {})), 1);
    QCOMPARE(batch.reader.completeAnswers(), 1);
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{'C' + command});
    QVERIFY(batch.exchange.isWritten());
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.confirmedRows(), 1);
    QCOMPARE(handle->state, StatementHandle::State::Prepared);
}

void tst_BatchExchange::aRefusedPreparationEndsTheBatch()
{
    const auto handle = std::make_shared<StatementHandle>();
    handle->sql = "DO ?";
    Batch batch(handle, {{1}}, Bulk);
    batch.reader.takeSent();
    batch.reader.feed(streamOf({errorPacketOf(1064, "syntax")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1064));
    QVERIFY(batch.reader.takeSent().isEmpty());
    QVERIFY(!batch.exchange.nextOutput());
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.exchange.sentRows(), 0);
}

void tst_BatchExchange::waitsForAPreparationThatIsOnItsWay()
{
    const auto handle = preparedHandle(1);
    handle->state = StatementHandle::State::Preparing;
    Batch batch(handle, {{1}}, Bulk);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QVERIFY(!batch.exchange.isWritten());
    handle->state = StatementHandle::State::Prepared;
    batch.reader.resume();
    QCOMPARE(batch.reader.takeSent(),
             QByteArrayList{'C' + fromHex("fa 07000000 8000 0300 00 01000000")});
}

void tst_BatchExchange::executionsKeepToTheWindow()
{
    BatchExchange::Settings settings;
    settings.window = 2;
    Batch batch(numberedRows(4), Plain, settings);
    QCOMPARE(batch.reader.takeSent().size(), 2);
    for (quint8 row = 1; row <= 4; ++row) {
        QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
        QCOMPARE(batch.exchange.isWritten(), row > 2);
        batch.reader.feed(streamOf({okWith(1, row)}), 1);
        QCOMPARE(batch.exchange.confirmedRows(), row);
        QCOMPARE(batch.reader.takeSent().size(), row <= 2 ? 1 : 0);
    }
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.reader.completeAnswers(), 3);
    QCOMPARE(batch.exchange.affectedRows(), quint64(4));
    QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{1, 2, 3, 4}));
}

void tst_BatchExchange::executionsSendTypesWhenTheyChange()
{
    Batch batch({{1}, {2}, {u"a"_s}, {u"b"_s}}, Plain);
    QCOMPARE(batch.reader.takeSent(),
             (QByteArrayList{'C' + fromHex("17 07000000 00 01000000 00 01 0300 01000000"),
                             'C' + fromHex("17 07000000 00 01000000 00 00 02000000"),
                             'C' + fromHex("17 07000000 00 01000000 00 01 fd00 01 61"),
                             'C' + fromHex("17 07000000 00 01000000 00 00 01 62")}));
    QCOMPARE(batch.handle->parameterTypes, fromHex("fd00"));
}

void tst_BatchExchange::executionsAfterAnErrorAreCounted()
{
    BatchExchange::Settings settings;
    settings.window = 3;
    Batch batch(numberedRows(6), Plain, settings);
    batch.reader.takeSent();
    batch.reader.feed(streamOf({okWith(1, 1)}));
    QCOMPARE(batch.reader.takeSent().size(), 1);
    batch.reader.feed(streamOf({errorPacketOf(1062, "Duplicate entry")}));
    QVERIFY(batch.reader.takeSent().isEmpty());
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
    batch.reader.feed(streamOf({okWith(1, 3)}) + streamOf({okWith(1, 4)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());

    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1062));
    QCOMPARE(batch.exchange.sentRows(), 4);
    QCOMPARE(batch.exchange.confirmedRows(), 1);
    QCOMPARE(batch.exchange.confirmedRowsAfterError(), 2);
    QCOMPARE(batch.exchange.affectedRows(), quint64(3));
    QCOMPARE(batch.exchange.insertIds(), QList<quint64>{1});
}

void tst_BatchExchange::laterErrorsDoNotReplaceTheFirst()
{
    Batch batch(numberedRows(3), Plain);
    batch.reader.feed(streamOf({okWith(1, 1)}) + streamOf({errorPacketOf(1062, "first")})
                      + streamOf({errorPacketOf(1205, "second")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1062));
    QCOMPARE(batch.exchange.failure().message, u"first"_s);
    QCOMPARE(batch.exchange.confirmedRows(), 1);
    QCOMPARE(batch.exchange.confirmedRowsAfterError(), 0);
}

void tst_BatchExchange::aStatementThatIsGoneIsPreparedAnewTheNextTime()
{
    Batch batch({{1}}, Plain);
    batch.reader.feed(streamOf({errorPacketOf(1243, "Unknown prepared statement handler")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.handle->state, StatementHandle::State::Invalid);
    QVERIFY(batch.handle->parameterTypes.isEmpty());
}

void tst_BatchExchange::executionsDropRows()
{
    const QByteArrayList result = binaryResultPackets(Plain, {"a"}, {{"x"}, {"y"}}, 2);
    Batch batch(numberedRows(2), Plain);
    batch.reader.feed(streamOf(result) + streamOf(result));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 2);
    QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{0, 0}));
    QVERIFY(batch.exchange.takeResults().empty());
}

/// An OK with a block of session state (SESSION_TRACK): status with SESSION_STATE_CHANGED.
static QByteArray okWithState(const QByteArray &block)
{
    return '\0' + QByteArray(2, '\0') + littleEndian(0x4002, 2) + littleEndian(0, 2) + encoded({})
           + encoded(block);
}

void tst_BatchExchange::keepsTheLastWordAboutTheSession()
{
    Batch batch(numberedRows(3), Plain | Capability::SessionTrack);
    for (const char *schema : {"a", "b", "c"})
        batch.reader.feed(streamOf({okWithState('\1' + encoded(encoded(schema)))}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.sessionStateChanges().size(), 1);
    QCOMPARE(batch.exchange.sessionStateChanges().first().value, QByteArray("c"));
}

void tst_BatchExchange::boundsWhatIsSaidAboutTheSession()
{
    BatchExchange::Settings settings;
    settings.capabilities = Plain | Capability::SessionTrack;
    ResultExchange::Options options;
    options.limits.resultSize = 4000;
    BatchExchange exchange(preparedHandle(1), numberedRows(10), settings, options);
    ExchangeReader reader(&exchange);
    for (char name = 'a'; name < 'k' && reader.progress() == Progress::NeedPacket; ++name) {
        const QByteArray value(1000, name);
        reader.feed(
            streamOf({okWithState('\0' + encoded(encoded(QByteArray(1, name)) + encoded(value)))}));
    }
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::ResultTooLarge);
}

/// In a packet of less than 100 bytes, with an integer behind it.
static QByteArray longestValue(Capabilities capabilities)
{
    // command, id, flags, types, indicators, length, integer
    constexpr int BulkOverhead = 1 + 4 + 2 + 4 + 2 + 1 + 4;
    // command, id, flags, iterations, NULL bitmap, flag of types, types, length, integer
    constexpr int ExecutionOverhead = 1 + 4 + 1 + 4 + 1 + 1 + 4 + 1 + 4;
    return QByteArray(99 - (capabilities == Bulk ? BulkOverhead : ExecutionOverhead), 'x');
}

void tst_BatchExchange::takesTheLongestRow_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::newRow("bulk") << Bulk;
    QTest::newRow("executions") << Plain;
}

void tst_BatchExchange::takesTheLongestRow()
{
    QFETCH(const Capabilities, capabilities);
    BatchExchange::Settings settings;
    settings.maximumPacket = 100;
    Batch batch({{longestValue(capabilities), 2}}, capabilities, settings);
    const QByteArrayList commands = batch.reader.takeSent();
    QCOMPARE(commands.size(), 1);
    QCOMPARE(commands.first().size(), 1 + 99);
}

static void addRefusedRows()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<QVariantList>("row");
    QTest::addColumn<FailureCode>("code");
    QTest::addColumn<QString>("message");

    const QVariant source = QVariant::fromValue<ByteSourcePointer>(std::make_shared<EmptySource>());
    const QVariant longValue = QByteArray(100, 'x');
    for (const auto &[name, capabilities] :
         {std::pair("bulk", Bulk), std::pair("executions", Plain)}) {
        const auto row = [&](const char *what, const QVariantList &values, const QString &message,
                             FailureCode code = FailureCode::InvalidParameter) {
            QTest::addRow("%s, %s", name, what) << capabilities << values << code << message;
        };
        row("value without a form", {1, QVariantMap()}, u"parameter 2: values of type"_s);
        row("too few values", {1}, u"2 placeholders, and there are 1 values"_s);
        row("too many values", {1, 2, 3}, u"2 placeholders, and there are 3 values"_s);
        row("device", {1, source}, u"device"_s);
        row("too long", {longValue, 2}, u"what one packet can hold"_s);
        row("too long by one", {longestValue(capabilities) + 'x', 2}, u"what one packet"_s);
    }
    QTest::newRow("executions, default")
        << Plain << QVariantList{1, defaultValue()} << FailureCode::NotSupported << u"default"_s;
}

void tst_BatchExchange::refusesTheFirstRowUnsent_data()
{
    addRefusedRows();
}

void tst_BatchExchange::refusesTheFirstRowUnsent()
{
    QFETCH(const Capabilities, capabilities);
    QFETCH(const QVariantList, row);
    QFETCH(const FailureCode, code);
    QFETCH(const QString, message);
    BatchExchange::Settings settings;
    settings.maximumPacket = 100;
    Batch batch(preparedHandle(2), {row, {1, 2}}, capabilities, settings);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.exchange.failure().code, code);
    QVERIFY2(batch.exchange.failure().message.contains(message),
             qPrintable(batch.exchange.failure().message));
    QVERIFY(batch.exchange.failure().message.startsWith(u"row 1"));
    QCOMPARE(batch.exchange.sentRows(), 0);
}

void tst_BatchExchange::refusesALaterRowAfterTheOthers_data()
{
    addRefusedRows();
}

void tst_BatchExchange::refusesALaterRowAfterTheOthers()
{
    QFETCH(const Capabilities, capabilities);
    QFETCH(const QVariantList, row);
    QFETCH(const FailureCode, code);
    BatchExchange::Settings settings;
    settings.maximumPacket = 100;
    Batch batch(preparedHandle(2), {{1, 2}, {3, 4}, row, {5, 6}}, capabilities, settings);
    QCOMPARE(batch.exchange.sentRows(), 2);
    QVERIFY(batch.exchange.isWritten());
    const auto commands = batch.reader.takeSent().size();
    for (qsizetype i = 0; i < commands; ++i) {
        QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
        batch.reader.feed(streamOf({okWith(1, 0)}));
    }
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.failure().code, code);
    QVERIFY(batch.exchange.failure().message.startsWith(u"row 3"));
    QCOMPARE(batch.exchange.confirmedRows(), 2);
}

void tst_BatchExchange::anErrorOfTheServerComesBeforeThatOfALaterRow()
{
    Batch batch({{1}, {QVariantMap()}}, Plain);
    batch.reader.feed(streamOf({errorPacketOf(1062, "Duplicate entry")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1062));
    QCOMPARE(batch.exchange.confirmedRows(), 0);
}

QTEST_APPLESS_MAIN(tst_BatchExchange)

#include "tst_batchexchange.moc"
