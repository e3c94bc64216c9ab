// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "commandpayloads.h"
#include "exchangescript.h"
#include "exchangesequence.h"
#include "queryexchange.h"
#include "statusexchange.h"

#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using Progress = Exchange::Progress;

namespace {

constexpr Capabilities Agreed
    = Capability::Protocol41 | Capability::SessionTrack | Capability::DeprecateEof;
constexpr quint16 AutoCommit = 0x0002;

std::shared_ptr<Exchange> query(const QByteArray &sql)
{
    return std::make_shared<QueryExchange>(queryPayload(sql, Agreed), Agreed);
}

ExchangeSequence threeParts()
{
    return ExchangeSequence({std::make_shared<StatusExchange>(resetConnectionPayload(), Agreed),
                             query("SET NAMES utf8mb4"), query("USE shop")});
}

} // namespace

class tst_ExchangeSequence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsAllAtOnce();
    void endsWithTheLastAnswer();
    void keepsTheFirstError();
    void reportsWhatTheServerSaysOfTheSession();
    void breaksWithItsPart();
    void sendsNoFile();
};

void tst_ExchangeSequence::sendsAllAtOnce()
{
    ExchangeSequence exchange = threeParts();
    for (const QByteArray &command :
         {resetConnectionPayload(), queryPayload("SET NAMES utf8mb4", Agreed),
          queryPayload("USE shop", Agreed)}) {
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

void tst_ExchangeSequence::endsWithTheLastAnswer()
{
    ExchangeSequence exchange = threeParts();
    while (exchange.nextOutput()) {
    }
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QVERIFY(exchange.hasAnswerBegun());
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(okPacketOf(0), {}), Progress::Finished);
    QVERIFY(!exchange.failure());
    QVERIFY(exchange.status());
    QVERIFY(!exchange.status()->testFlag(ServerStatusFlag::AutoCommit));
}

void tst_ExchangeSequence::keepsTheFirstError()
{
    ExchangeSequence exchange = threeParts();
    while (exchange.nextOutput()) {
    }
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(errorPacketOf(1231, "No"), {}), Progress::AnswerComplete);
    QVERIFY(!exchange.failure());
    QCOMPARE(exchange.handlePacket(errorPacketOf(1049, "Unknown database"), {}),
             Progress::Finished);
    QCOMPARE(exchange.failure().serverErrorNumber, quint16(1231));
}

void tst_ExchangeSequence::reportsWhatTheServerSaysOfTheSession()
{
    // The session's new database.
    const QByteArray change = littleEndian(1, 1) + encoded(encoded("shop"));
    const QByteArray ok = QByteArray(3, '\0') + littleEndian(AutoCommit | 0x4000, 2)
                          + littleEndian(0, 2) + encoded({}) + encoded(change);
    ExchangeSequence exchange = threeParts();
    while (exchange.nextOutput()) {
    }
    QCOMPARE(exchange.handlePacket(ok, {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::AnswerComplete);
    QCOMPARE(exchange.handlePacket(okPacketOf(AutoCommit), {}), Progress::Finished);
    QCOMPARE(exchange.sessionStateChanges().size(), 1);
    QCOMPARE(exchange.sessionStateChanges().constFirst().value, QByteArray("shop"));
}

void tst_ExchangeSequence::breaksWithItsPart()
{
    ExchangeSequence exchange = threeParts();
    while (exchange.nextOutput()) {
    }
    QCOMPARE(exchange.handlePacket(QByteArray("\x05nonsense"), {}), Progress::Broken);
    QVERIFY(exchange.failure());
}

// A file would be taken for the commands that were sent behind.
void tst_ExchangeSequence::sendsNoFile()
{
    ExchangeSequence exchange({query("LOAD DATA LOCAL INFILE 'a' INTO TABLE t"), query("SET a=1")});
    while (exchange.nextOutput()) {
    }
    QCOMPARE(exchange.handlePacket(QByteArray("\xFB/etc/passwd"), {}), Progress::Broken);
    QCOMPARE(exchange.failure().code, FailureCode::LocalInfileRefused);
}

QTEST_APPLESS_MAIN(tst_ExchangeSequence)

#include "tst_exchangesequence.moc"
