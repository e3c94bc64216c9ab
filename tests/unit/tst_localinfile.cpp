// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "exchangescript.h"
#include "queryexchange.h"
#include "scriptedsource.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;
using Step = ScriptedSource::Step;

namespace {

constexpr quint16 AutoCommit = 0x0002;
constexpr quint16 MoreResults = 0x0008;

constexpr Capabilities Closed
    = Capability::Protocol41 | Capability::SessionTrack | Capability::DeprecateEof;
constexpr Capabilities Open = Closed | Capability::LocalFiles;

const QByteArray Command = "\x03LOAD DATA LOCAL INFILE 'x' INTO TABLE t";
const QByteArray Request = "\xFBx";
const QByteArray EndOfFile = "c";

QueryExchange::Options optionsWith(std::shared_ptr<ByteSource> source)
{
    QueryExchange::Options options;
    options.infile = std::move(source);
    return options;
}

} // namespace

class tst_LocalInfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsTheFile();
    void sendsTheFileAtEverySplitOfTheAnswer();
    void sendsAnEmptyFile();
    void sendsLargeFilesInPieces();
    void waitsForTheSource();
    void neverSendsEmptyPieces();
    void sourceThatFails_data();
    void sourceThatFails();
    void serverThatRefusesTheFile();
    void serverThatDoesNotAsk();
    void answersWithoutAFile();
    void sendsNothingThatWasNotOffered();
    void sendsOneFileOnly();
    void endlessRequestsEnd();
    void takesProgressReportsMeanwhile();
    void refusesOtherPacketsMeanwhile_data();
    void refusesOtherPacketsMeanwhile();
    void refusesRowsAsTheAnswer();
};

void tst_LocalInfile::sendsTheFile()
{
    QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of("1\n2\n")));
    ExchangeReader reader(&exchange);
    QCOMPARE(reader.takeSent(), QByteArrayList{'C' + Command});
    // The file comes between this command and any other.
    QVERIFY(!exchange.isWritten());

    reader.feed(streamOf({Request}));
    QCOMPARE(reader.takeSent(), (QByteArrayList{"c1\n2\n", EndOfFile}));
    QVERIFY(exchange.isWritten());
    QCOMPARE(reader.progress(), Progress::NeedPacket);

    // OK, 2 rows, autocommit
    reader.feed(streamOf({fromHex("00 02 00 0200 0000")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
    QCOMPARE(exchange.takeResults().front()->affectedRows, quint64(2));
    QVERIFY(reader.takeSent().isEmpty());
}

void tst_LocalInfile::sendsTheFileAtEverySplitOfTheAnswer()
{
    const QByteArray stream = streamOf({Request, okPacketOf(AutoCommit)});
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of("1\n")));
        ExchangeReader reader(&exchange);
        reader.feed(QByteArrayView(stream).first(cut));
        if (cut < stream.size())
            QCOMPARE(reader.progress(), Progress::NeedPacket);
        reader.feed(QByteArrayView(stream).sliced(cut));
        QCOMPARE(reader.progress(), Progress::Finished);
        QCOMPARE(reader.takeSent(), (QByteArrayList{'C' + Command, "c1\n", EndOfFile}));
    }
}

void tst_LocalInfile::sendsAnEmptyFile()
{
    QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of({})));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request, okPacketOf(AutoCommit)}));
    QCOMPARE(reader.takeSent(), (QByteArrayList{'C' + Command, EndOfFile}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
}

void tst_LocalInfile::sendsLargeFilesInPieces()
{
    constexpr qsizetype maximumPiece = 64 * 1024;
    QByteArray file;
    for (int i = 0; file.size() < 3 * maximumPiece + 1; ++i)
        file += QByteArray::number(i) + '\n';
    QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of(file)));
    ExchangeReader reader(&exchange);
    reader.takeSent();
    reader.feed(streamOf({Request}));
    QByteArrayList sent = reader.takeSent();
    QCOMPARE(sent.takeLast(), EndOfFile);
    QByteArray received;
    for (const QByteArray &piece : std::as_const(sent)) {
        QVERIFY(piece.startsWith('c'));
        QVERIFY(piece.size() > 1 && piece.size() <= 1 + maximumPiece);
        received += piece.sliced(1);
    }
    QVERIFY(received == file);
}

void tst_LocalInfile::waitsForTheSource()
{
    const auto source
        = std::make_shared<ScriptedSource>(QList<Step>{{ByteSource::Status::Waiting, {}},
                                                       {ByteSource::Status::Ready, "1\n"},
                                                       {ByteSource::Status::Waiting, {}},
                                                       {ByteSource::Status::End, {}}});
    QueryExchange exchange(Command, Open, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.takeSent();
    reader.feed(streamOf({Request}));
    QVERIFY(reader.takeSent().isEmpty());
    QVERIFY(!exchange.isWritten());
    reader.resume();
    QCOMPARE(reader.takeSent(), QByteArrayList{"c1\n"});
    QVERIFY(!exchange.isWritten());
    reader.resume();
    QCOMPARE(reader.takeSent(), QByteArrayList{EndOfFile});
    QVERIFY(exchange.isWritten());
    // It is not read past its end.
    reader.resume();
    QVERIFY(reader.takeSent().isEmpty());
    QCOMPARE(source->reads(), 4);
}

/// An empty packet is the end of the file.
void tst_LocalInfile::neverSendsEmptyPieces()
{
    const auto source = std::make_shared<ScriptedSource>(
        QList<Step>{{ByteSource::Status::Ready, {}}, {ByteSource::Status::Ready, "1\n"}});
    QueryExchange exchange(Command, Open, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.takeSent();
    reader.feed(streamOf({Request}));
    reader.resume();
    QCOMPARE(reader.takeSent(), (QByteArrayList{"c1\n", EndOfFile}));
}

void tst_LocalInfile::sourceThatFails_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("OK for the part that was sent") << okPacketOf(AutoCommit);
    QTest::newRow("an error, too") << errorPacketOf(1261, "Row 1 doesn't contain all data");
}

void tst_LocalInfile::sourceThatFails()
{
    QFETCH(QByteArray, answer);
    const auto source = std::make_shared<ScriptedSource>(
        QList<Step>{{ByteSource::Status::Ready, "1\n"}, {ByteSource::Status::Failed, {}}});
    QueryExchange exchange(Command, Open, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.takeSent();
    reader.feed(streamOf({Request}));
    QCOMPARE(reader.takeSent(), (QByteArrayList{"c1\n", EndOfFile}));
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    reader.feed(streamOf({answer}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::SourceFailed);
    QCOMPARE(exchange.failure().message, u"the disk is gone"_s);
}

void tst_LocalInfile::serverThatRefusesTheFile()
{
    QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of("1\n")));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request, errorPacketOf(1062, "Duplicate entry")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, quint16(1062));
}

void tst_LocalInfile::serverThatDoesNotAsk()
{
    const auto source = ScriptedSource::of("1\n");
    QueryExchange exchange(Command, Open, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({errorPacketOf(1146, "Table 'db.t' doesn't exist")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, quint16(1146));
    QCOMPARE(reader.takeSent(), QByteArrayList{'C' + Command});
    QCOMPARE(source->reads(), 0);
    QVERIFY(exchange.isWritten());
}

void tst_LocalInfile::answersWithoutAFile()
{
    QueryExchange exchange(Command, Open);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request}));
    QCOMPARE(reader.takeSent(), (QByteArrayList{'C' + Command, EndOfFile}));
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    reader.feed(streamOf({okPacketOf(AutoCommit)}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::LocalInfileRefused);
}

void tst_LocalInfile::sendsNothingThatWasNotOffered()
{
    const auto source = ScriptedSource::of("1\n");
    QueryExchange exchange(Command, Closed, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request}));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::LocalInfileRefused);
    QCOMPARE(reader.takeSent(), QByteArrayList{'C' + Command});
    QCOMPARE(source->reads(), 0);

    // As the second answer, too.
    QueryExchange second(Command, Closed);
    ExchangeReader secondReader(&second);
    secondReader.feed(streamOf({okPacketOf(AutoCommit | MoreResults), Request}));
    QCOMPARE(secondReader.progress(), Progress::Broken);
    QCOMPARE(second.failure().code, FailureCode::LocalInfileRefused);
}

void tst_LocalInfile::sendsOneFileOnly()
{
    QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of("1\n")));
    ExchangeReader reader(&exchange);
    reader.takeSent();
    reader.feed(
        streamOf({Request, okPacketOf(AutoCommit | MoreResults), Request, okPacketOf(AutoCommit)}));
    QCOMPARE(reader.takeSent(), (QByteArrayList{"c1\n", EndOfFile, EndOfFile}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::LocalInfileRefused);
    QVERIFY(exchange.hasCompleteResult());
}

void tst_LocalInfile::endlessRequestsEnd()
{
    QueryExchange::Options options;
    options.limits.results = 3;
    QueryExchange exchange(Command, Open, options);
    ExchangeReader reader(&exchange);
    for (int i = 0; i < 3; ++i)
        reader.feed(streamOf({Request, okPacketOf(AutoCommit | MoreResults)}));
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    reader.feed(streamOf({Request}));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::ResultTooLarge);
}

void tst_LocalInfile::takesProgressReportsMeanwhile()
{
    constexpr Capabilities mariaDb = Open | Capability::MariaDbProgress;
    // 0xFFFF in the place of the number, 1 string, stage 1 of 1, 33.333 %, text
    const QByteArray report = fromHex("ff ffff 01 01 01 358200") + encoded("Reading file");
    const auto source = std::make_shared<ScriptedSource>(
        QList<Step>{{ByteSource::Status::Waiting, {}}, {ByteSource::Status::Waiting, {}}});
    QueryExchange exchange(Command, mariaDb, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request, report}));
    QVERIFY(exchange.progressReport());
    QCOMPARE(exchange.progressReport()->text, u"Reading file"_s);
    QCOMPARE(reader.progress(), Progress::NeedPacket);
    reader.resume();
    reader.feed(streamOf({report, okPacketOf(AutoCommit)}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
}

void tst_LocalInfile::refusesOtherPacketsMeanwhile_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<FailureCode>("code");
    QTest::newRow("nothing") << QByteArray("") << FailureCode::MalformedPacket;
    QTest::newRow("OK") << okPacketOf(AutoCommit) << FailureCode::UnexpectedPacket;
    QTest::newRow("columns") << fromHex("01") << FailureCode::UnexpectedPacket;
    QTest::newRow("another request") << Request << FailureCode::UnexpectedPacket;
    // The server waits for no end of the file then, and would take it for a command.
    QTest::newRow("error") << errorPacketOf(1927, "Connection was killed")
                           << FailureCode::ServerError;
    QTest::newRow("progress that was not agreed on")
        << fromHex("ff ffff 01 01 01 358200") + encoded("x") << FailureCode::MalformedPacket;
}

void tst_LocalInfile::refusesOtherPacketsMeanwhile()
{
    QFETCH(QByteArray, packet);
    QFETCH(FailureCode, code);
    const auto source
        = std::make_shared<ScriptedSource>(QList<Step>(10, {ByteSource::Status::Waiting, {}}));
    QueryExchange exchange(Command, Open, optionsWith(source));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request, packet}));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, code);
}

void tst_LocalInfile::refusesRowsAsTheAnswer()
{
    QueryExchange exchange(Command, Open, optionsWith(ScriptedSource::of("1\n")));
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({Request}));
    reader.feed(streamOf(resultPackets(Open, {"a"}, {{"1"}}, AutoCommit)));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::UnexpectedPacket);
}

QTEST_APPLESS_MAIN(tst_LocalInfile)

#include "tst_localinfile.moc"
