// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "commandpayloads.h"
#include "scriptedsource.h"
#include "statementscript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;
using Execution = StatementExchange::Execution;
using State = StatementHandle::State;
using Step = ScriptedSource::Step;

namespace {

constexpr quint16 AutoCommit = 0x0002;
constexpr quint32 Id = PreparedId;
constexpr qsizetype LongSize = 1000;
constexpr Capabilities Agreed
    = Capability::Protocol41 | Capability::SessionTrack | Capability::DeprecateEof;

const QByteArrayList Ok{okPacketOf(AutoCommit)};

QVariant variantOf(const std::shared_ptr<ScriptedSource> &source)
{
    return QVariant::fromValue<ByteSourcePointer>(source);
}

QByteArray longData(quint16 parameter, const QByteArray &bytes)
{
    return 'S' + stmtSendLongDataPayload(Id, parameter, bytes);
}

const QByteArray Prepare = "C\x16"
                           "DO ?";
const QByteArray Reset = 'C' + stmtResetPayload(Id);

/// COM_STMT_EXECUTE as far as all have it.
QByteArray executeOf(quint32 id, const char *rest)
{
    return "C\x17" + littleEndian(id, 4) + fromHex("00 01000000") + fromHex(rest);
}

} // namespace

/// What it sends, and when. What the answers do is in tst_StatementExchange.
class tst_StatementSending : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preparesFirst();
    void preparesAndExecutesInOneGo();
    void executionThatCameTooLate_data();
    void executionThatCameTooLate();
    void executesWhatIsPrepared();
    void onlyPrepares();
    void asksForWhatIsPreparedAlready();
    void waitsForAPreparationOfAnother();
    void preparesAnew_data();
    void preparesAnew();
    void refusesAnotherNumberOfParameters();
    void sendsTypesWhenTheyChange();
    void sendsTypesAgainAfterAnError();
    void sendsAttributes();

    void sendsLongDataAhead();
    void sendsLongDataInPieces_data();
    void sendsLongDataInPieces();
    void sendsEmptyLongData();
    void waitsForTheSource();
    void sourceThatFails();
    void errorAmidLongData();
};

void tst_StatementSending::preparesFirst()
{
    StatementExchange exchange(newStatement("DO ?"), executionWith({5}), Agreed, false, {});
    QVERIFY(!exchange.isWritten());
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(), QByteArrayList{Prepare});
    QVERIFY(!exchange.isWritten());
    reader.feed(streamOf(preparePackets(Agreed, Id, 1, {})));
    QCOMPARE(reader.takeSent(), QByteArrayList{executeOf(Id, "00 01 0300 05000000")});
    QVERIFY(exchange.isWritten());
    QCOMPARE(reader.completeAnswers(), 1);
    reader.feed(streamOf(Ok));
    QCOMPARE(reader.progress(), Progress::Finished);
}

void tst_StatementSending::preparesAndExecutesInOneGo()
{
    const auto handle = newStatement("DO ?");
    StatementExchange exchange(handle, executionWith({5}), Agreed, true, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(),
             (QByteArrayList{Prepare, executeOf(LastPreparedStatement, "00 01 0300 05000000")}));
    QVERIFY(exchange.isWritten());
    QCOMPARE(handle->state, State::Preparing);
    reader.feed(streamOf(preparePackets(Agreed, Id, 1, {})));
    QCOMPARE(handle->state, State::Prepared);
    QCOMPARE(reader.completeAnswers(), 1);
    reader.feed(streamOf(Ok));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(reader.takeSent().isEmpty());
}

void tst_StatementSending::executionThatCameTooLate_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<Progress>("progress");
    QTest::addColumn<int>("outputs");
    QTest::newRow("prepared") << preparePackets(Agreed, Id, 1, {}).first()
                              << Progress::AnswerComplete << 1;
    QTest::newRow("refused") << errorPacketOf(1064, "You have an error") << Progress::Finished << 0;
}

/// A session that could not take the second command before the first was answered.
void tst_StatementSending::executionThatCameTooLate()
{
    QFETCH(QByteArray, answer);
    QFETCH(Progress, progress);
    QFETCH(int, outputs);
    // The definition of the parameter is left out: it has none.
    answer.replace(7, 1, "\0", 1);
    StatementExchange exchange(newStatement("DO 1"), executionWith({}), Agreed, true, {});
    QVERIFY(exchange.nextOutput());
    QVERIFY(!exchange.isWritten());
    QCOMPARE(exchange.handlePacket(answer, {}), progress);
    const auto output = exchange.nextOutput();
    QCOMPARE(output ? 1 : 0, outputs);
    if (output) {
        QCOMPARE('C' + output->payload, executeOf(Id, ""));
        QCOMPARE(exchange.handlePacket(Ok.first(), {}), Progress::Finished);
    }
    QVERIFY(exchange.isWritten());
}

void tst_StatementSending::executesWhatIsPrepared()
{
    for (const bool isMariaDb : {false, true}) {
        StatementExchange exchange(preparedStatement("DO ?", 1), executionWith({5}), Agreed,
                                   isMariaDb, {});
        ExchangeReader reader(&exchange);
        QCOMPARE(reader.takeSent(), QByteArrayList{executeOf(Id, "00 01 0300 05000000")});
        QVERIFY(exchange.isWritten());
        reader.feed(streamOf(Ok));
        QCOMPARE(reader.progress(), Progress::Finished);
        QVERIFY(!exchange.failure());
    }
}

void tst_StatementSending::onlyPrepares()
{
    for (const bool isMariaDb : {false, true}) {
        StatementExchange exchange(newStatement("DO ?"), {}, Agreed, isMariaDb, {});
        ExchangeReader reader(&exchange);
        QCOMPARE(reader.takeSent(), QByteArrayList{Prepare});
        QVERIFY(exchange.isWritten());
        reader.feed(streamOf(preparePackets(Agreed, Id, 1, {})));
        QCOMPARE(reader.progress(), Progress::Finished);
        QVERIFY(reader.takeSent().isEmpty());
    }
}

void tst_StatementSending::asksForWhatIsPreparedAlready()
{
    StatementExchange exchange(preparedStatement("DO ?", 1), {}, Agreed, false, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(), QByteArrayList{Reset});
    reader.feed(streamOf(Ok));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());

    const auto forgotten = preparedStatement("DO ?", 1);
    StatementExchange again(forgotten, {}, Agreed, false, {});
    ExchangeReader secondReader(&again);
    secondReader.feed(streamOf({errorPacketOf(1243, "Unknown prepared statement handler")}));
    QCOMPARE(secondReader.progress(), Progress::Finished);
    QCOMPARE(again.failure().serverErrorNumber, quint16(1243));
    QCOMPARE(forgotten->state, State::Invalid);
}

void tst_StatementSending::waitsForAPreparationOfAnother()
{
    const auto handle = newStatement("DO ?");
    StatementExchange first(handle, executionWith({5}), Agreed, true, {});
    ExchangeReader firstReader(&first);
    StatementExchange second(handle, executionWith({6}), Agreed, true, {});
    ExchangeReader secondReader(&second);
    QVERIFY(secondReader.takeSent().isEmpty());
    QVERIFY(!second.isWritten());

    firstReader.feed(streamOf(preparePackets(Agreed, Id, 1, {})));
    secondReader.resume();
    // The types are those that the first one sent.
    QCOMPARE(secondReader.takeSent(), QByteArrayList{executeOf(Id, "00 00 06000000")});
    firstReader.feed(streamOf(Ok));
    secondReader.feed(streamOf(Ok));
    QCOMPARE(secondReader.progress(), Progress::Finished);
}

void tst_StatementSending::preparesAnew_data()
{
    QTest::addColumn<quint32>("oldId");
    QTest::newRow("that the server forgot") << 0u;
    QTest::newRow("that the server still has") << 3u;
}

void tst_StatementSending::preparesAnew()
{
    QFETCH(quint32, oldId);
    for (const bool isMariaDb : {false, true}) {
        const auto handle = preparedStatement("DO ?", 1);
        handle->state = State::Invalid;
        handle->id = oldId;
        handle->parameterTypes = fromHex("0300");
        StatementExchange exchange(handle, executionWith({5}), Agreed, isMariaDb, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(preparePackets(Agreed, Id, 1, {}) + Ok));
        QCOMPARE(reader.progress(), Progress::Finished);
        QByteArrayList sent = reader.takeSent();
        if (oldId != 0)
            QCOMPARE(sent.takeFirst(), 'S' + stmtClosePayload(oldId));
        // With the types: the server does not know them any more.
        QCOMPARE(sent, (QByteArrayList{Prepare, executeOf(isMariaDb ? LastPreparedStatement : Id,
                                                          "00 01 0300 05000000")}));
        QCOMPARE(handle->id, Id);
        QCOMPARE(handle->state, State::Prepared);
    }
}

/// Without a word to the server, if the number is known.
void tst_StatementSending::refusesAnotherNumberOfParameters()
{
    const auto handle = preparedStatement("DO ?", 2);
    StatementExchange exchange(handle, executionWith({5}), Agreed, true, {});
    QVERIFY(!exchange.nextOutput());
    QVERIFY(exchange.isWritten());
    QCOMPARE(exchange.failure().code, FailureCode::InvalidParameter);
    QCOMPARE(exchange.failure().message,
             u"The statement has 2 placeholders, 1 values were given"_s);
    QCOMPARE(handle->state, State::Prepared);
}

void tst_StatementSending::sendsTypesWhenTheyChange()
{
    const auto handle = preparedStatement("DO ?", 1);
    const auto sentFor = [&](const QVariant &value) {
        StatementExchange exchange(handle, executionWith({value}), Agreed, true, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(Ok));
        return reader.takeSent();
    };
    QCOMPARE(sentFor(5), QByteArrayList{executeOf(Id, "00 01 0300 05000000")});
    QCOMPARE(sentFor(6), QByteArrayList{executeOf(Id, "00 00 06000000")});
    QCOMPARE(sentFor(u"x"_s), QByteArrayList{executeOf(Id, "00 01 fd00 01 78")});
    QCOMPARE(sentFor(u"yz"_s), QByteArrayList{executeOf(Id, "00 00 02 797a")});
    QCOMPARE(sentFor(7u), QByteArrayList{executeOf(Id, "00 01 0380 07000000")});
    QCOMPARE(sentFor(8), QByteArrayList{executeOf(Id, "00 01 0300 08000000")});
}

void tst_StatementSending::sendsTypesAgainAfterAnError()
{
    const auto handle = preparedStatement("DO ?", 1);
    for (int i = 0; i < 2; ++i) {
        StatementExchange exchange(handle, executionWith({5}), Agreed, true, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf({errorPacketOf(1213, "Deadlock found")}));
        QCOMPARE(reader.takeSent(), QByteArrayList{executeOf(Id, "00 01 0300 05000000")});
    }
}

void tst_StatementSending::sendsAttributes()
{
    const auto attributes
        = std::get<QueryAttributes>(encodeQueryAttributes({{u"trace"_s, u"x"_s}}, {}));
    const QByteArray withoutId
        = fromHex("08 01000000 02 00 01 0300 00 fe00 05") + "trace" + fromHex("05000000 01 78");
    const auto handle = preparedStatement("DO ?", 1);
    // Every time with all types: those of attributes are not the statement's.
    for (int i = 0; i < 2; ++i) {
        Execution execution = executionWith({5});
        execution.attributes = attributes.parameters;
        execution.attributeNames = attributes.names;
        StatementExchange exchange(handle, execution, Agreed | Capability::QueryAttributes, false,
                                   {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf(Ok));
        QCOMPARE(reader.takeSent(), QByteArrayList{"C\x17" + littleEndian(Id, 4) + withoutId});
    }
    // A server that knows none gets none.
    Execution execution = executionWith({5});
    execution.attributes = attributes.parameters;
    execution.attributeNames = attributes.names;
    StatementExchange exchange(handle, execution, Agreed, false, {});
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(), QByteArrayList{executeOf(Id, "00 01 0300 05000000")});
}

/// Also on MariaDB: the pieces need the id.
void tst_StatementSending::sendsLongDataAhead()
{
    const QString text(LongSize + 1, u'x');
    for (const bool isMariaDb : {false, true}) {
        const auto handle = newStatement("DO ?");
        for (const bool isPrepared : {false, true}) {
            const QVariantList values{variantOf(ScriptedSource::of("source")), 5, text};
            StatementExchange exchange(handle, executionWith(values), Agreed, isMariaDb, {});
            ExchangeReader reader(&exchange);
            if (!isPrepared) {
                QCOMPARE(reader.takeSent(), QByteArrayList{Prepare});
                QVERIFY(!exchange.isWritten());
                reader.feed(streamOf(preparePackets(Agreed, Id, 3, {})));
            }
            QCOMPARE(reader.takeSent(),
                     (QByteArrayList{longData(0, "source"), longData(2, text.toUtf8()),
                                     // Always with the types; of the values, only the short one.
                                     executeOf(Id, "00 01 fc00 0300 fd00 05000000")}));
            QVERIFY(exchange.isWritten());
            reader.feed(streamOf(Ok));
            QCOMPARE(reader.progress(), Progress::Finished);
            QVERIFY(!exchange.failure());
        }
    }
}

void tst_StatementSending::sendsLongDataInPieces_data()
{
    QTest::addColumn<bool>("fromSource");
    QTest::newRow("from a source") << true;
    QTest::newRow("from memory") << false;
}

void tst_StatementSending::sendsLongDataInPieces()
{
    QFETCH(bool, fromSource);
    constexpr qsizetype maximumPiece = 256 * 1024;
    constexpr qsizetype header = 8; // with the letter of its kind
    for (const qsizetype size : {maximumPiece, maximumPiece + 1, 3 * maximumPiece}) {
        QByteArray value(size, '\0');
        for (qsizetype i = 0; i < size; ++i)
            value[i] = static_cast<char>(i * 7 + i / 256);
        const QVariant variant
            = fromSource ? variantOf(ScriptedSource::of(value)) : QVariant(value);
        StatementExchange exchange(preparedStatement("DO ?", 1), executionWith({variant}), Agreed,
                                   true, {});
        ExchangeReader reader(&exchange);
        QByteArrayList sent = reader.takeSent();
        QVERIFY(sent.takeLast().startsWith("C\x17"));
        QCOMPARE(sent.size(), (size + maximumPiece - 1) / maximumPiece);
        QByteArray received;
        for (const QByteArray &piece : std::as_const(sent)) {
            QVERIFY(piece.startsWith(longData(0, {})));
            received += piece.sliced(header);
        }
        QVERIFY(received == value);
    }
}

void tst_StatementSending::sendsEmptyLongData()
{
    StatementExchange exchange(preparedStatement("DO ?", 1),
                               executionWith({variantOf(ScriptedSource::of({}))}), Agreed, true,
                               {});
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(), (QByteArrayList{longData(0, {}), executeOf(Id, "00 01 fc00")}));
}

void tst_StatementSending::waitsForTheSource()
{
    const auto source
        = std::make_shared<ScriptedSource>(QList<Step>{{ByteSource::Status::Waiting, {}},
                                                       {ByteSource::Status::Ready, "a"},
                                                       {ByteSource::Status::Waiting, {}},
                                                       {ByteSource::Status::Ready, "b"},
                                                       {ByteSource::Status::End, {}}});
    StatementExchange exchange(preparedStatement("DO ?", 1), executionWith({variantOf(source)}),
                               Agreed, true, {});
    ExchangeReader reader(&exchange);
    QVERIFY(reader.takeSent().isEmpty());
    reader.resume();
    QCOMPARE(reader.takeSent(), QByteArrayList{longData(0, "a")});
    QVERIFY(!exchange.isWritten());
    reader.resume();
    QCOMPARE(reader.takeSent(), (QByteArrayList{longData(0, "b"), executeOf(Id, "00 01 fc00")}));
    QVERIFY(exchange.isWritten());
}

void tst_StatementSending::sourceThatFails()
{
    for (const QByteArray &answer :
         {okPacketOf(AutoCommit), errorPacketOf(1243, "Unknown prepared statement handler")}) {
        const auto source = std::make_shared<ScriptedSource>(
            QList<Step>{{ByteSource::Status::Ready, "a"}, {ByteSource::Status::Failed, {}}});
        StatementExchange exchange(preparedStatement("DO ?", 2),
                                   executionWith({variantOf(source), 5}), Agreed, true, {});
        ExchangeReader reader(&exchange);
        // What was sent is forgotten; nothing is executed.
        QCOMPARE(reader.takeSent(), (QByteArrayList{longData(0, "a"), Reset}));
        QVERIFY(exchange.isWritten());
        reader.feed(streamOf({answer}));
        QCOMPARE(reader.progress(), Progress::Finished);
        QCOMPARE(exchange.failure().code, FailureCode::SourceFailed);
        QCOMPARE(exchange.failure().message, u"the disk is gone"_s);
        QVERIFY(!exchange.hasCompleteResult());
        QVERIFY(reader.takeSent().isEmpty());
    }
}

/// Nothing is asked, so nothing may be answered; but a server may say why it goes away.
void tst_StatementSending::errorAmidLongData()
{
    const auto run = [](const QByteArray &packet) {
        const auto source
            = std::make_shared<ScriptedSource>(QList<Step>(5, {ByteSource::Status::Waiting, {}}));
        StatementExchange exchange(preparedStatement("DO ?", 1), executionWith({variantOf(source)}),
                                   Agreed, true, {});
        ExchangeReader reader(&exchange);
        reader.feed(streamOf({packet}));
        return reader.progress() == Progress::Broken ? exchange.failure() : Failure();
    };
    QCOMPARE(run(errorPacketOf(1053, "Server shutdown in progress")).serverErrorNumber,
             quint16(1053));
    QCOMPARE(run(okPacketOf(AutoCommit)).code, FailureCode::UnexpectedPacket);
}

QTEST_APPLESS_MAIN(tst_StatementSending)

#include "tst_statementsending.moc"
