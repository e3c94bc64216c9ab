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

namespace {

/// Everything that a batch tells of its rows.
QByteArray described(const BatchExchange &exchange)
{
    QByteArrayList ids;
    for (const quint64 id : exchange.insertIds())
        ids.append(QByteArray::number(id));
    return "sent " + QByteArray::number(exchange.sentRows()) + ", confirmed "
           + QByteArray::number(exchange.confirmedRows()) + " + "
           + QByteArray::number(exchange.confirmedRowsAfterError()) + ", affected "
           + QByteArray::number(exchange.affectedRows()) + ", ids " + ids.join(' ') + ", error "
           + QByteArray::number(exchange.failure().serverErrorNumber);
}

StatementHandlePointer newHandle()
{
    const auto handle = std::make_shared<StatementHandle>();
    handle->sql = "DO ?";
    return handle;
}

/// What a batch tells at first, and after each answer.
QByteArrayList descriptionsOf(BatchScript *batch, const QByteArrayList &answers)
{
    QByteArrayList descriptions{described(batch->exchange)};
    for (const QByteArray &answer : answers) {
        batch->reader.feed(answer);
        descriptions.append(described(batch->exchange));
    }
    return descriptions;
}

} // namespace

class tst_BatchExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preparesFirst_data();
    void preparesFirst();
    void aRefusedPreparationEndsTheBatch();
    void whatCannotBePreparedGoesAsText_data();
    void whatCannotBePreparedGoesAsText();
    void refusesTextThatIsTooLong();
    void typesThatChangeArePreparedByThemselves();
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
    void answersCutAnywhereTellTheSame_data();
    void answersCutAnywhereTellTheSame();
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
    const StatementHandlePointer handle = newHandle();
    handle->state = state;

    BatchScript batch(handle, {{1}}, capabilities);
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
    BatchScript batch(newHandle(), {{1}}, Bulk);
    batch.reader.takeSent();
    batch.reader.feed(streamOf({errorPacketOf(1146, "no table")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1146));
    QVERIFY(batch.reader.takeSent().isEmpty());
    QVERIFY(!batch.exchange.nextOutput());
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.exchange.sentRows(), 0);
}

void tst_BatchExchange::whatCannotBePreparedGoesAsText_data()
{
    QTest::addColumn<quint16>("error");
    QTest::newRow("syntax") << quint16(1064);
    QTest::newRow("unsupported statement") << quint16(1295);
    QTest::newRow("too many statements") << quint16(1461);
    QTest::newRow("unsupported parameter") << quint16(6413);
}

void tst_BatchExchange::whatCannotBePreparedGoesAsText()
{
    QFETCH(const quint16, error);
    BatchScript batch(newHandle(), {{1}, {u"a"_s}}, Plain);
    batch.reader.takeSent();
    batch.reader.feed(streamOf({errorPacketOf(error, "not so")}));
    QCOMPARE(batch.reader.takeSent(), (QByteArrayList{"C\x03"
                                                      "DO 1",
                                                      "C\x03"
                                                      "DO 'a'"}));
    QVERIFY(batch.exchange.isWritten());
    batch.reader.feed(streamOf({okWith(1, 0)}));
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 2);
}

void tst_BatchExchange::refusesTextThatIsTooLong()
{
    BatchExchange::Settings settings;
    settings.maximumPacket = 100;
    // The command, "DO " and the quotes of the text.
    constexpr int overhead = 1 + 3 + 2;
    const QString longest(99 - overhead, u'x');
    BatchScript batch(newHandle(), {{longest}, {longest + u'x'}, {1}}, Plain, settings);
    batch.reader.takeSent();
    batch.reader.feed(streamOf({errorPacketOf(1295, "not so")}));
    const QByteArrayList commands = batch.reader.takeSent();
    QCOMPARE(commands.size(), 1);
    QCOMPARE(commands.first().size(), 1 + 99);
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.failure().code, FailureCode::PacketTooLarge);
    QVERIFY2(batch.exchange.failure().message.startsWith(u"row 2, "),
             qPrintable(batch.exchange.failure().message));
    QVERIFY(batch.exchange.failure().message.contains(u"less than 100 bytes"));
    QCOMPARE(batch.exchange.confirmedRows(), 1);
}

void tst_BatchExchange::typesThatChangeArePreparedByThemselves()
{
    BatchExchange::Settings settings;
    settings.variants = std::make_shared<StatementVariants>("DO ?", SqlDialect());
    BatchScript batch(settings.variants->first(), {{1}, {u"a"_s}, {2}, {u"b"_s}}, Plain, settings);
    const QByteArray prepare = 'C' + fromHex("16 444f203f");
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{prepare});
    batch.reader.feed(streamOf(preparePackets(Plain, 7, 1, {})));
    QCOMPARE(batch.reader.takeSent(),
             QByteArrayList{'C' + fromHex("17 07000000 00 01000000 00 01 0300 01000000")});
    // Not before the executions on their way are answered: the answers come in order.
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{prepare});
    batch.reader.feed(streamOf(preparePackets(Plain, 8, 1, {})));
    QCOMPARE(batch.reader.takeSent(),
             (QByteArrayList{'C' + fromHex("17 08000000 00 01000000 00 01 fd00 0161"),
                             'C' + fromHex("17 07000000 00 01000000 00 00 02000000"),
                             'C' + fromHex("17 08000000 00 01000000 00 00 0162")}));
    for (int i = 0; i < 3; ++i)
        batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 4);
}

void tst_BatchExchange::waitsForAPreparationThatIsOnItsWay()
{
    const auto handle = preparedHandle(1);
    handle->state = StatementHandle::State::Preparing;
    BatchScript batch(handle, {{1}}, Bulk);
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
    BatchScript batch(numberedRows(4), Plain, settings);
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
    BatchScript batch({{1}, {2}, {u"a"_s}, {u"b"_s}}, Plain);
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
    BatchScript batch(numberedRows(6), Plain, settings);
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
    BatchScript batch(numberedRows(3), Plain);
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
    BatchScript batch({{1}}, Plain);
    batch.reader.feed(streamOf({errorPacketOf(1243, "Unknown prepared statement handler")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.handle->state, StatementHandle::State::Invalid);
    QVERIFY(batch.handle->parameterTypes.isEmpty());
}

void tst_BatchExchange::executionsDropRows()
{
    const QByteArrayList result = binaryResultPackets(Plain, {"a"}, {{"x"}, {"y"}}, 2);
    BatchScript batch(numberedRows(2), Plain);
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
    BatchScript batch(numberedRows(3), Plain | Capability::SessionTrack);
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
    BatchScript batch({{longestValue(capabilities), 2}}, capabilities, settings);
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
    for (const Capabilities capabilities : {Bulk, Plain}) {
        const char *name = capabilities == Bulk ? "bulk" : "executions";
        const auto row = [&](const char *what, const QVariantList &values, const QString &message,
                             FailureCode code = FailureCode::InvalidParameter) {
            QTest::addRow("%s, %s", name, what) << capabilities << values << code << message;
        };
        row("value without a form", {1, QVariantMap()}, u"parameter 2: values of type"_s);
        row("too few values", {1}, u"2 placeholders, and there are 1 values"_s);
        row("too many values", {1, 2, 3}, u"2 placeholders, and there are 3 values"_s);
        row("device", {1, source}, u"device"_s);
        const QString tooLong = u"a packet of less than 100 bytes"_s;
        row("too long", {longValue, 2}, tooLong, FailureCode::PacketTooLarge);
        row("too long by one", {longestValue(capabilities) + 'x', 2}, tooLong,
            FailureCode::PacketTooLarge);
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
    BatchScript batch(preparedHandle(2), {row, {1, 2}}, capabilities, settings);
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
    BatchScript batch(preparedHandle(2), {{1, 2}, {3, 4}, row, {5, 6}}, capabilities, settings);
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
    BatchScript batch({{1}, {QVariantMap()}}, Plain);
    batch.reader.feed(streamOf({errorPacketOf(1062, "Duplicate entry")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1062));
    QCOMPARE(batch.exchange.confirmedRows(), 0);
}

void tst_BatchExchange::answersCutAnywhereTellTheSame_data()
{
    QTest::addColumn<bool>("isNew");
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<QList<QVariantList>>("rows");
    QTest::addColumn<QByteArrayList>("answers");
    QTest::addColumn<QByteArray>("outcome");

    constexpr Capabilities WithEof = UnitResults & ~Capability::DeprecateEof;
    const QByteArray error = streamOf({errorPacketOf(1062, "Duplicate entry")});
    const QByteArray notForBulk = streamOf({errorPacketOf(1295, "not supported")});
    const auto ok
        = [](quint8 affectedRows, quint8 id) { return streamOf({okWith(affectedRows, id)}); };
    const auto units = [](const QList<std::pair<quint64, quint64>> &rows, Capabilities agreed) {
        return streamOf(unitResultPackets(rows, agreed));
    };
    const auto returned = [](Capabilities agreed) {
        return streamOf(binaryResultPackets(agreed, {"a"}, {{"x"}, {QByteArray()}}, 2));
    };
    // The change of the type makes two commands of it.
    const QList<QVariantList> twoBulks{{1}, {2}, {u"x"_s}, {u"y"_s}};

    const auto row = [](const char *name, Capabilities capabilities,
                        const QList<QVariantList> &rows, const QByteArrayList &answers,
                        const char *description, bool isNew = false) {
        QTest::newRow(name) << isNew << capabilities << rows << answers << QByteArray(description);
    };
    row("bulk", Bulk, twoBulks, {ok(2, 10), ok(2, 12)},
        "sent 4, confirmed 4 + 0, affected 4, ids , error 0");
    row("bulk, error in the first command", Bulk, twoBulks, {error},
        "sent 2, confirmed 0 + 0, affected 0, ids , error 1062");
    row("bulk, error in the second command", Bulk, twoBulks, {ok(2, 10), error},
        "sent 4, confirmed 2 + 0, affected 2, ids , error 1062");
    row("bulk, prepared first", Bulk, numberedRows(2),
        {streamOf(preparePackets(Bulk, 9, 1, {})), ok(2, 10)},
        "sent 2, confirmed 2 + 0, affected 2, ids , error 0", true);
    row("bulk, refused by the preparation", Bulk, numberedRows(2), {error},
        "sent 0, confirmed 0 + 0, affected 0, ids , error 1062", true);
    row("bulk that the statement cannot have", Bulk, numberedRows(2),
        {notForBulk, ok(1, 5), ok(1, 6)}, "sent 2, confirmed 2 + 0, affected 2, ids 5 6, error 0");
    row("bulk that returns rows", Bulk, numberedRows(2), {returned(Bulk)},
        "sent 2, confirmed 2 + 0, affected 0, ids , error 0");
    row("unit results", UnitResults, twoBulks,
        {units({{10, 1}, {300, 1}}, UnitResults), units({{0, 1}, {301, 2}}, UnitResults)},
        "sent 4, confirmed 4 + 0, affected 5, ids 10 300 0 301, error 0");
    row("unit results with EOF, error in the second command", WithEof, twoBulks,
        {units({{10, 1}, {11, 1}}, WithEof), error},
        "sent 4, confirmed 2 + 0, affected 2, ids 10 11, error 1062");
    row("executions", Plain, numberedRows(3), {ok(1, 1), ok(1, 2), ok(1, 3)},
        "sent 3, confirmed 3 + 0, affected 3, ids 1 2 3, error 0");
    row("executions, prepared first", Plain, numberedRows(2),
        {streamOf(preparePackets(Plain, 9, 1, {})), ok(1, 1), ok(1, 2)},
        "sent 2, confirmed 2 + 0, affected 2, ids 1 2, error 0", true);
    row("executions, error in the first row", Plain, numberedRows(3), {error, ok(1, 2), ok(1, 3)},
        "sent 3, confirmed 0 + 2, affected 2, ids , error 1062");
    row("executions, error in the second row", Plain, numberedRows(3), {ok(1, 1), error, ok(1, 3)},
        "sent 3, confirmed 1 + 1, affected 2, ids 1, error 1062");
    row("executions, error in the last row", Plain, numberedRows(3), {ok(1, 1), ok(1, 2), error},
        "sent 3, confirmed 2 + 0, affected 2, ids 1 2, error 1062");
    row("executions that return rows", Plain, numberedRows(2), {returned(Plain), returned(Plain)},
        "sent 2, confirmed 2 + 0, affected 0, ids 0 0, error 0");
}

void tst_BatchExchange::answersCutAnywhereTellTheSame()
{
    QFETCH(const bool, isNew);
    QFETCH(const Capabilities, capabilities);
    QFETCH(const QList<QVariantList>, rows);
    QFETCH(const QByteArrayList, answers);
    QFETCH(const QByteArray, outcome);

    const auto handle = [isNew] { return isNew ? newHandle() : preparedHandle(1); };
    BatchScript uncut(handle(), rows, capabilities);
    const QByteArrayList descriptions = descriptionsOf(&uncut, answers);
    QCOMPARE(uncut.reader.progress(), Progress::Finished);
    QCOMPARE(descriptions.last(), outcome);
    const QByteArrayList sent = uncut.reader.takeSent();

    const QByteArray stream = answers.join();
    for (qsizetype cut = 0; cut < stream.size(); ++cut) {
        BatchScript batch(handle(), rows, capabilities);
        batch.reader.feed(stream.first(cut));
        // An answer counts when it is complete, and not before.
        qsizetype complete = 0;
        for (qsizetype end = answers.first().size(); end <= cut; end += answers[complete].size())
            ++complete;
        QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
        QCOMPARE(described(batch.exchange), descriptions[complete]);

        batch.reader.feed(stream.sliced(cut));
        QCOMPARE(batch.reader.progress(), Progress::Finished);
        QCOMPARE(described(batch.exchange), outcome);
        QCOMPARE(batch.reader.takeSent(), sent);
    }
}

QTEST_APPLESS_MAIN(tst_BatchExchange)

#include "tst_batchexchange.moc"
