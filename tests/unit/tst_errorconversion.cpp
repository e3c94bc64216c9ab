// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "errorconversion.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Protocol::FailureCode;
using Protocol::ServerFlavour;

class tst_ErrorConversion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTransportErrorHasACode_data();
    void everyTransportErrorHasACode();
    void refusedSizeIsNamed();
    void everyFailureHasACode_data();
    void everyFailureHasACode();
    void serverErrorsWhileConnecting_data();
    void serverErrorsWhileConnecting();
    void statementErrorsKeepNumberAndState();
    void numbersAreReadByFlavour_data();
    void numbersAreReadByFlavour();
    void farewellsEndTheSession();
};

void tst_ErrorConversion::everyTransportErrorHasACode_data()
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

void tst_ErrorConversion::everyTransportErrorHasACode()
{
    QFETCH(Transport::TransportError::Kind, kind);
    const Error error = errorFromTransport({kind, u"what happened"_s});
    QTEST(error.code(), "code");
    QVERIFY(!error.message().isEmpty());
    QTEST(isTransientConnectError(error), "transient");
}

void tst_ErrorConversion::refusedSizeIsNamed()
{
    const Transport::TransportError closed{Transport::TransportError::Kind::Closed, u"Closed"_s};
    QCOMPARE(errorFromTransport(closed, 1024 * 1024 - 1).message(), u"Closed"_s);
    const QString message = errorFromTransport(closed, 1024 * 1024).message();
    QVERIFY(message.startsWith(u"Closed. "_s));
    QVERIFY(message.contains(u"1048576 bytes"_s));
    QVERIFY(message.contains(u"max_allowed_packet"_s));
}

void tst_ErrorConversion::everyFailureHasACode_data()
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
    QTest::newRow("proof") << FailureCode::ServerNotVerified << Error::ServerNotVerified;
    QTest::newRow("infile") << FailureCode::LocalInfileRefused << Error::LocalInfileRefused;
    QTest::newRow("result") << FailureCode::ResultTooLarge << Error::ResultTooLarge;
    QTest::newRow("parameter") << FailureCode::InvalidParameter << Error::InvalidParameter;
    QTest::newRow("packet") << FailureCode::PacketTooLarge << Error::PacketTooLarge;
}

void tst_ErrorConversion::everyFailureHasACode()
{
    QFETCH(FailureCode, failure);
    const Error error = errorFromFailure({failure, u"what happened"_s, 0, {}}, u"db:3306"_s);
    QTEST(error.code(), "code");
    QVERIFY(error.message().contains(u"what happened"_s));
    QVERIFY(error.message().contains(u"db:3306"_s));
    QVERIFY(!isTransientConnectError(error));
}

void tst_ErrorConversion::serverErrorsWhileConnecting_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<Error::Code>("code");
    QTest::addColumn<bool>("transient");

    QTest::newRow("too many connections") << 1040 << Error::ServerUnavailable << true;
    QTest::newRow("cluster node not ready") << 1047 << Error::ServerUnavailable << true;
    QTest::newRow("shutting down") << 1053 << Error::ServerUnavailable << true;
    QTest::newRow("access denied") << 1045 << Error::AccessDenied << false;
    QTest::newRow("no access to the database") << 1044 << Error::AccessDenied << false;
    QTest::newRow("host not allowed") << 1130 << Error::AccessDenied << false;
    QTest::newRow("password expired, let in") << 1820 << Error::PasswordExpired << false;
    QTest::newRow("password expired") << 1862 << Error::PasswordExpired << false;
    QTest::newRow("unknown database") << 1049 << Error::ServerError << false;
    QTest::newRow("syntax, of an init statement") << 1064 << Error::ServerError << false;
}

void tst_ErrorConversion::serverErrorsWhileConnecting()
{
    QFETCH(int, number);
    const Error error = errorFromFailure(
        {FailureCode::ServerError, u"No"_s, static_cast<quint16>(number), "HY000"}, u"db:3306"_s);
    QTEST(error.code(), "code");
    QCOMPARE(error.serverErrorNumber(), number);
    QCOMPARE(error.sqlState(), u"HY000"_s);
    QTEST(isTransientConnectError(error), "transient");
}

void tst_ErrorConversion::statementErrorsKeepNumberAndState()
{
    const Error error = errorFromStatementFailure(
        {FailureCode::ServerError, u"Duplicate entry"_s, 1062, "23000"}, u"db:3306"_s);
    QCOMPARE(error.code(), Error::ServerError);
    QCOMPARE(error.serverErrorNumber(), 1062);
    QCOMPARE(error.sqlState(), u"23000"_s);
    QCOMPARE(error.message(), u"Duplicate entry"_s);
    const Error expired = errorFromStatementFailure(
        {FailureCode::ServerError, u"Must change"_s, 1820, "HY000"}, u"db:3306"_s);
    QCOMPARE(expired.code(), Error::PasswordExpired);
    QCOMPARE(expired.serverErrorNumber(), 1820);
    QVERIFY(expired.message().contains(u"Must change"_s));
}

void tst_ErrorConversion::numbersAreReadByFlavour_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<Error::Code>("ofMySql");
    QTest::addColumn<Error::Code>("ofMariaDb");

    QTest::newRow("1045") << 1045 << Error::AccessDenied << Error::AccessDenied;
    QTest::newRow("1053") << 1053 << Error::ServerUnavailable << Error::ServerUnavailable;
    QTest::newRow("1927") << 1927 << Error::ServerError << Error::ServerUnavailable;
    QTest::newRow("3032") << 3032 << Error::ServerUnavailable << Error::ServerError;
    QTest::newRow("3118") << 3118 << Error::AccessDenied << Error::ServerError;
    QTest::newRow("3169") << 3169 << Error::ServerUnavailable << Error::ServerError;
    QTest::newRow("3955") << 3955 << Error::AccessDenied << Error::ServerError;
    // MySQL's ER_CLIENT_INTERACTION_TIMEOUT, MariaDB's ER_REFERENCED_TRG_DOES_NOT_EXIST.
    QTest::newRow("4031") << 4031 << Error::ServerUnavailable << Error::ServerError;
    QTest::newRow("4151") << 4151 << Error::ServerError << Error::AccessDenied;
    QTest::newRow("2013") << 2013 << Error::ServerError << Error::ServerError;
}

void tst_ErrorConversion::numbersAreReadByFlavour()
{
    QFETCH(const int, number);
    QFETCH(const Error::Code, ofMySql);
    QFETCH(const Error::Code, ofMariaDb);
    const auto codeFor = [&](ServerFlavour flavour) {
        const Protocol::Failure failure{
            FailureCode::ServerError, u"No"_s, static_cast<quint16>(number), {}, flavour};
        return errorFromFailure(failure, u"db:3306"_s).code();
    };
    QCOMPARE(codeFor(ServerFlavour::MySql), ofMySql);
    QCOMPARE(codeFor(ServerFlavour::MariaDb), ofMariaDb);
    // Of a server whose numbers are not known, none is read that the two do not share.
    QCOMPARE(codeFor(ServerFlavour::Unknown), ofMySql == ofMariaDb ? ofMySql : Error::ServerError);
}

void tst_ErrorConversion::farewellsEndTheSession()
{
    const auto ends = [](quint16 number, ServerFlavour flavour) {
        const Protocol::Failure farewell{FailureCode::ServerError, u"Bye"_s, number, {}, flavour};
        // The session's loss is one that a later session does not meet.
        const Error error = errorFromFailure(farewell, u"db:3306"_s);
        return endsSession(farewell) && isTransientConnectError(error)
               && error.category() == Error::Category::Connection;
    };
    for (const quint16 number : std::initializer_list<quint16>{1053, 3169, 4031})
        QVERIFY(ends(number, ServerFlavour::MySql));
    for (const quint16 number : std::initializer_list<quint16>{1053, 1927})
        QVERIFY(ends(number, ServerFlavour::MariaDb));
    for (const quint16 number : std::initializer_list<quint16>{1062, 1927, 2013})
        QVERIFY(!ends(number, ServerFlavour::MySql));
    for (const quint16 number : std::initializer_list<quint16>{1062, 3169, 4031})
        QVERIFY(!ends(number, ServerFlavour::MariaDb));
    QVERIFY(!endsSession({FailureCode::MalformedPacket, u"?"_s, 1053, {}, ServerFlavour::MariaDb}));
}

QTEST_APPLESS_MAIN(tst_ErrorConversion)
#include "tst_errorconversion.moc"
