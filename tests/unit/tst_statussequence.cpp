// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandpayloads.h"
#include "exchangescript.h"
#include "statussequence.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using Progress = Exchange::Progress;

namespace {

constexpr Capabilities Agreed
    = Capability::Protocol41 | Capability::SessionTrack | Capability::DeprecateEof;
constexpr quint16 AutoCommit = 0x0002;

StatusSequence threeCommands()
{
    return {{pingPayload(), resetConnectionPayload(), pingPayload()}, Agreed};
}

} // namespace

class tst_StatusSequence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsAllAtOnce();
    void endsWithTheLastAnswer();
    void goesOnBehindAnError();
    void keepsTheFirstError();
    void reportsNoChangeOfTheSession();
    void refusesOtherAnswers();
};

void tst_StatusSequence::sendsAllAtOnce()
{
    StatusSequence exchange = threeCommands();
    for (const QByteArray &command : {pingPayload(), resetConnectionPayload(), pingPayload()}) {
        QVERIFY(!exchange.isWritten());
        const auto output = exchange.nextOutput();
        QVERIFY(output);
        QCOMPARE(output->kind, Exchange::Output::Kind::Command);
        QCOMPARE(output->payload, command);
    }
    QVERIFY(exchange.isWritten());
    QVERIFY(!exchange.nextOutput());
    QVERIFY(!exchange.hasAnswerBegun());
}

void tst_StatusSequence::endsWithTheLastAnswer()
{
    StatusSequence exchange = threeCommands();
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(okPacketOf(0), {}), Progress::Finished);
    QVERIFY(!exchange.failure());
    QCOMPARE(*exchange.status(), ServerStatus());
}

void tst_StatusSequence::goesOnBehindAnError()
{
    StatusSequence exchange = threeCommands();
    QCOMPARE(exchange.handlePacket(errorPacketOf(1305, "no"), {}), Progress::AnswerComplete);
    // It is not at its end yet.
    QVERIFY(!exchange.failure());
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, 1305);
}

void tst_StatusSequence::keepsTheFirstError()
{
    StatusSequence exchange = threeCommands();
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(errorPacketOf(1305, "no"), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(errorPacketOf(1064, "what"), {}), Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, 1305);
}

void tst_StatusSequence::reportsNoChangeOfTheSession()
{
    // The session's new database.
    const QByteArray change = littleEndian(1, 1) + encoded(encoded("shop"));
    const QByteArray ok = QByteArray(3, '\0') + littleEndian(AutoCommit | 0x4000, 2)
                          + littleEndian(0, 2) + encoded({}) + encoded(change);
    StatusSequence exchange({pingPayload()}, Agreed);
    QCOMPARE(exchange.handlePacket(ok, {}), Progress::Finished);
    QVERIFY(!exchange.failure());
    QVERIFY(exchange.sessionStateChanges().isEmpty());
}

void tst_StatusSequence::refusesOtherAnswers()
{
    for (const QByteArray &answer : {QByteArray(), QByteArray("\x01"), eofPacketOf(0)}) {
        StatusSequence exchange = threeCommands();
        QCOMPARE(exchange.handlePacket(errorPacketOf(1305, "no"), {}), Progress::AnswerComplete);
        QCOMPARE(exchange.handlePacket(answer, {}), Progress::Broken);
        QVERIFY(exchange.failure().code != FailureCode::ServerError);
    }
    // Cut at every byte, an OK is none.
    const QByteArray ok = okPacketOf(AutoCommit);
    for (qsizetype size = 0; size < ok.size(); ++size) {
        StatusSequence exchange = threeCommands();
        QCOMPARE(exchange.handlePacket(ok.first(size), {}), Progress::Broken);
    }
}

QTEST_APPLESS_MAIN(tst_StatusSequence)
#include "tst_statussequence.moc"
