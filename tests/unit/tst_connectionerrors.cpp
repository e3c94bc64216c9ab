// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionerrors.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Protocol::FailureCode;

class TestConnectionErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTransportErrorHasACode_data();
    void everyTransportErrorHasACode();
    void everyFailureHasACode_data();
    void everyFailureHasACode();
    void serverErrorsWhileConnecting_data();
    void serverErrorsWhileConnecting();
    void statementErrorsKeepNumberAndState();
    void farewellsEndTheSession();
};

void TestConnectionErrors::everyTransportErrorHasACode_data()
{
    using Kind = Transport::TransportError::Kind;
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<Error::Code>("code");
    QTest::addColumn<bool>("transient");

    QTest::newRow("refused") << Kind::Refused << Error::ConnectionRefused << true;
    QTest::newRow("host not found") << Kind::HostNotFound << Error::HostNotFound << true;
    QTest::newRow("unreachable") << Kind::Unreachable << Error::HostUnreachable << true;
    QTest::newRow("closed") << Kind::Closed << Error::ConnectionLost << true;
    QTest::newRow("closed without an error") << Kind::None << Error::ConnectionLost << true;
    QTest::newRow("other") << Kind::Other << Error::ConnectionLost << true;
    QTest::newRow("TLS failed") << Kind::TlsFailed << Error::TlsFailed << false;
    QTest::newRow("certificate") << Kind::CertificateRejected << Error::CertificateRejected
                                 << false;
}

void TestConnectionErrors::everyTransportErrorHasACode()
{
    QFETCH(Transport::TransportError::Kind, kind);
    const Error error = errorFromTransport({kind, u"what happened"_s});
    QTEST(error.code(), "code");
    QVERIFY(!error.message().isEmpty());
    QTEST(isTransientConnectError(error), "transient");
}

void TestConnectionErrors::everyFailureHasACode_data()
{
    QTest::addColumn<FailureCode>("failure");
    QTest::addColumn<Error::Code>("code");

    QTest::newRow("malformed") << FailureCode::MalformedPacket << Error::ProtocolError;
    QTest::newRow("unexpected") << FailureCode::UnexpectedPacket << Error::ProtocolError;
    QTest::newRow("clear bytes") << FailureCode::ClearBytesBeforeTls << Error::ProtocolError;
    QTest::newRow("rounds") << FailureCode::TooManyRounds << Error::ProtocolError;
    QTest::newRow("server") << FailureCode::UnsupportedServer << Error::UnsupportedServer;
    QTest::newRow("TLS") << FailureCode::TlsNotOffered << Error::TlsNotOffered;
    QTest::newRow("allowed") << FailureCode::PluginNotAllowed
                             << Error::AuthenticationPluginNotAllowed;
    QTest::newRow("supported") << FailureCode::PluginNotSupported
                               << Error::AuthenticationPluginNotSupported;
    QTest::newRow("channel") << FailureCode::ChannelNotSecure << Error::ChannelNotSecure;
    QTest::newRow("expensive") << FailureCode::KeyDerivationTooExpensive
                               << Error::AuthenticationFailed;
    QTest::newRow("key") << FailureCode::PublicKeyInvalid << Error::AuthenticationFailed;
    QTest::newRow("password") << FailureCode::PasswordTooLong << Error::AuthenticationFailed;
    QTest::newRow("proof") << FailureCode::ServerNotProven << Error::ServerNotProven;
    QTest::newRow("infile") << FailureCode::LocalInfileRefused << Error::LocalInfileRefused;
    QTest::newRow("result") << FailureCode::ResultTooLarge << Error::ResultTooLarge;
}

void TestConnectionErrors::everyFailureHasACode()
{
    QFETCH(FailureCode, failure);
    const Error error = errorFromFailure({failure, u"what happened"_s, 0, {}}, u"db:3306"_s);
    QTEST(error.code(), "code");
    QVERIFY(error.message().contains(u"what happened"_s));
    QVERIFY(error.message().contains(u"db:3306"_s));
    QVERIFY(!isTransientConnectError(error));
}

void TestConnectionErrors::serverErrorsWhileConnecting_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<Error::Code>("code");
    QTest::addColumn<bool>("transient");

    QTest::newRow("too many connections") << 1040 << Error::ServerUnavailable << true;
    QTest::newRow("cluster node not ready") << 1047 << Error::ServerUnavailable << true;
    QTest::newRow("shutting down") << 1053 << Error::ServerUnavailable << true;
    QTest::newRow("offline mode") << 3032 << Error::ServerUnavailable << true;
    QTest::newRow("access denied") << 1045 << Error::AccessDenied << false;
    QTest::newRow("no access to the database") << 1044 << Error::AccessDenied << false;
    QTest::newRow("host not allowed") << 1130 << Error::AccessDenied << false;
    QTest::newRow("unknown database") << 1049 << Error::ServerError << false;
    QTest::newRow("syntax, of an init statement") << 1064 << Error::ServerError << false;
}

void TestConnectionErrors::serverErrorsWhileConnecting()
{
    QFETCH(int, number);
    const Error error = errorFromFailure(
        {FailureCode::ServerError, u"No"_s, static_cast<quint16>(number), "HY000"}, u"db:3306"_s);
    QTEST(error.code(), "code");
    QCOMPARE(error.serverErrorNumber(), number);
    QCOMPARE(error.sqlState(), u"HY000"_s);
    QTEST(isTransientConnectError(error), "transient");
}

void TestConnectionErrors::statementErrorsKeepNumberAndState()
{
    const Error error = errorFromStatementFailure(
        {FailureCode::ServerError, u"Duplicate entry"_s, 1062, "23000"}, u"db:3306"_s);
    QCOMPARE(error.code(), Error::ServerError);
    QCOMPARE(error.serverErrorNumber(), 1062);
    QCOMPARE(error.sqlState(), u"23000"_s);
    QCOMPARE(error.message(), u"Duplicate entry"_s);
}

void TestConnectionErrors::farewellsEndTheSession()
{
    for (const quint16 number : std::initializer_list<quint16>{1053, 1927, 3169, 4031}) {
        const Protocol::Failure farewell{FailureCode::ServerError, u"Bye"_s, number, {}};
        QVERIFY(endsSession(farewell));
        // The session's loss is one that a later session does not meet.
        QVERIFY(isTransientConnectError(errorFromFailure(farewell, u"db:3306"_s)));
        QCOMPARE(errorFromFailure(farewell, u"db:3306"_s).category(), Error::Category::Connection);
    }
    QVERIFY(!endsSession({FailureCode::ServerError, u"Duplicate entry"_s, 1062, {}}));
    QVERIFY(!endsSession({FailureCode::MalformedPacket, u"?"_s, 1053, {}}));
}

QTEST_APPLESS_MAIN(TestConnectionErrors)
#include "tst_connectionerrors.moc"
