// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "commandpayloads.h"
#include "exchangescript.h"
#include "statusexchange.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;

namespace {
constexpr Capabilities Agreed
    = Capability::Protocol41 | Capability::SessionTrack | Capability::DeprecateEof;
constexpr quint16 AutoCommit = 0x0002;
} // namespace

class tst_StatusExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsItsCommand();
    void okEndsIt();
    void errorEndsIt();
    void errorIsInTheResultCharacterSet();
    void commandsFollowEachOther();
    void errorKeepsTheRestBack();
    void cleansUpBehindAnError();
    void failedCleanupBreaksTheSession();
    void nothingIsCleanedUpWhereNothingWasDone();
    void waitsForTheRest();
    void refusesOtherAnswers_data();
    void refusesOtherAnswers();
};

void tst_StatusExchange::sendsItsCommand()
{
    StatusExchange exchange(initDatabasePayload("shop"), Agreed);
    QVERIFY(!exchange.isWritten());
    const auto output = exchange.nextOutput();
    QVERIFY(output);
    QCOMPARE(output->kind, Exchange::Output::Kind::Command);
    QCOMPARE(output->payload, QByteArray("\x02shop"));
    QVERIFY(exchange.isWritten());
    QVERIFY(!exchange.nextOutput());
    QVERIFY(!exchange.hasAnswerBegun());
}

void tst_StatusExchange::okEndsIt()
{
    StatusExchange exchange(pingPayload(), Agreed);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({okPacketOf(AutoCommit)}), 1);
    QCOMPARE(reader.progress(), Progress::Finished);
    QVERIFY(!exchange.failure());
    QVERIFY(exchange.hasAnswerBegun());
    QCOMPARE(*exchange.status(), ServerStatus(AutoCommit));
}

void tst_StatusExchange::errorEndsIt()
{
    StatusExchange exchange(initDatabasePayload("nowhere"), Agreed);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({errorPacketOf(1049, "Unknown database 'nowhere'")}), 1);
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().code, FailureCode::ServerError);
    QCOMPARE(exchange.failure().serverErrorNumber, 1049);
    QCOMPARE(exchange.failure().sqlState, QByteArray("HY000"));
    QVERIFY(!exchange.status());
}

void tst_StatusExchange::errorIsInTheResultCharacterSet()
{
    StatusExchange exchange(initDatabasePayload("caf\xE9"), Agreed);
    exchange.setResultCharacterSet("latin1");
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({errorPacketOf(1049, "Unknown database 'caf\xE9'")}));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.failure().message, u"Unknown database 'café'"_s);
}

void tst_StatusExchange::commandsFollowEachOther()
{
    StatusExchange exchange(QList<QByteArray>{pingPayload(), resetConnectionPayload()}, Agreed);
    QCOMPARE(exchange.nextOutput()->payload, pingPayload());
    QVERIFY(!exchange.isWritten());
    QVERIFY(!exchange.nextOutput());
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.nextOutput()->payload, resetConnectionPayload());
    QVERIFY(exchange.isWritten());
    QCOMPARE(exchange.handlePacket(okPacketOf(0), {}), Progress::Finished);
    QVERIFY(!exchange.failure());
    QCOMPARE(*exchange.status(), ServerStatus());
}

void tst_StatusExchange::errorKeepsTheRestBack()
{
    StatusExchange exchange(QList<QByteArray>{pingPayload(), resetConnectionPayload()}, Agreed);
    QVERIFY(exchange.nextOutput());
    QCOMPARE(exchange.handlePacket(errorPacketOf(1568, "no"), {}), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, 1568);
}

void tst_StatusExchange::cleansUpBehindAnError()
{
    StatusExchange exchange(QList<QByteArray>{pingPayload(), quitPayload()}, Agreed);
    exchange.setCleanup(resetConnectionPayload());
    QVERIFY(exchange.nextOutput());
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.nextOutput()->payload, quitPayload());
    QVERIFY(!exchange.isWritten());
    QCOMPARE(exchange.handlePacket(errorPacketOf(1205, "no"), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.nextOutput()->payload, resetConnectionPayload());
    QVERIFY(exchange.isWritten());
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, 1205);
}

void tst_StatusExchange::failedCleanupBreaksTheSession()
{
    StatusExchange exchange(QList<QByteArray>{pingPayload(), quitPayload()}, Agreed);
    exchange.setCleanup(resetConnectionPayload());
    QVERIFY(exchange.nextOutput());
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QVERIFY(exchange.nextOutput());
    QCOMPARE(exchange.handlePacket(errorPacketOf(1205, "no"), {}), Progress::AnswerComplete);
    QVERIFY(exchange.nextOutput());
    QCOMPARE(exchange.handlePacket(errorPacketOf(1317, "no"), {}), Progress::Broken);
    QCOMPARE(exchange.failure().serverErrorNumber, 1205);
}

void tst_StatusExchange::nothingIsCleanedUpWhereNothingWasDone()
{
    StatusExchange failing(QList<QByteArray>{pingPayload(), quitPayload()}, Agreed);
    failing.setCleanup(resetConnectionPayload());
    QVERIFY(failing.nextOutput());
    QCOMPARE(failing.handlePacket(errorPacketOf(1568, "no"), {}), Progress::Finished);
    QCOMPARE(failing.failure().serverErrorNumber, 1568);
    QVERIFY(!failing.nextOutput());

    StatusExchange succeeding(pingPayload(), Agreed);
    succeeding.setCleanup(resetConnectionPayload());
    QVERIFY(succeeding.nextOutput());
    QCOMPARE(succeeding.handlePacket(okPacketOf(AutoCommit), {}), Progress::Finished);
    QVERIFY(!succeeding.nextOutput());
    QVERIFY(succeeding.isWritten());
}

void tst_StatusExchange::waitsForTheRest()
{
    for (const QByteArray &answer : {okPacketOf(AutoCommit), errorPacketOf(1049, "no")}) {
        forEachTruncation(streamOf({answer}), [](QByteArrayView beginning) {
            StatusExchange exchange(pingPayload(), Agreed);
            ExchangeReader reader(&exchange);
            reader.feed(beginning);
            QCOMPARE(reader.progress(), Progress::NeedPacket);
        });
    }
}

void tst_StatusExchange::refusesOtherAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<FailureCode>("code");
    QTest::newRow("nothing") << QByteArray("") << FailureCode::MalformedPacket;
    QTest::newRow("half an OK") << fromHex("00 00 00 02") << FailureCode::MalformedPacket;
    QTest::newRow("half an error") << fromHex("ff 48") << FailureCode::MalformedPacket;
    QTest::newRow("columns") << fromHex("01") << FailureCode::UnexpectedPacket;
    QTest::newRow("EOF") << eofPacketOf(AutoCommit) << FailureCode::UnexpectedPacket;
    QTest::newRow("request for a file")
        << QByteArray("\xFB/etc/passwd") << FailureCode::UnexpectedPacket;
}

void tst_StatusExchange::refusesOtherAnswers()
{
    QFETCH(QByteArray, answer);
    QFETCH(FailureCode, code);
    StatusExchange exchange(pingPayload(), Agreed);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf({answer}));
    QCOMPARE(reader.progress(), Progress::Broken);
    QCOMPARE(exchange.failure().code, code);
}

QTEST_APPLESS_MAIN(tst_StatusExchange)

#include "tst_statusexchange.moc"
