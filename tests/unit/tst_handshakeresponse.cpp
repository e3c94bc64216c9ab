// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "handshakeresponse.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

namespace {

HandshakeResponse exampleResponse()
{
    HandshakeResponse response;
    response.capabilities = Capability::Protocol41 | Capability::SecureConnection
                            | Capability::PluginAuth | Capability::PluginAuthLengthEncoded
                            | Capability::ConnectWithDatabase | Capability::ConnectAttributes
                            | Capability::MariaDbExtendedMetadata;
    response.maximumPacketSize = 0x01000000;
    response.collation = 45;
    response.user = "anna"_ba;
    response.authenticationData = "\x01\x02\x03"_ba;
    response.database = "shop"_ba;
    response.authenticationPlugin = "mysql_native_password"_ba;
    response.connectAttributes = {{"_os"_ba, "Linux"_ba}, {"_pid"_ba, ""_ba}};
    return response;
}

} // namespace

class tst_HandshakeResponse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void serializesEverything();
    void leavesOutWhatWasNotAgreed();
    void writesLongAuthenticationDataLengthEncoded();
    void writesNoExtensionToMySql();
    void endsWithTheLevelOfZstd_data();
    void endsWithTheLevelOfZstd();
    void beginsWithTheSslRequest();
};

void tst_HandshakeResponse::serializesEverything()
{
    QCOMPARE(exampleResponse().serialize(), fromHex(R"(
        08823800                                    # capabilities, without bit 0
        00000001 2d                                 # maximum packet size, collation
        00000000000000000000000000000000000000      # filler
        08000000                                    # MariaDB's extended capabilities
        616e6e6100                                  # user
        03 010203                                   # authentication data
        73686f7000                                  # database
        6d7973716c5f6e61746976655f70617373776f726400 # plugin
        10                                          # connect attributes
          03 5f6f73 05 4c696e7578
          04 5f706964 00
    )"));
}

void tst_HandshakeResponse::leavesOutWhatWasNotAgreed()
{
    HandshakeResponse response = exampleResponse();
    response.capabilities = Capability::Protocol41 | Capability::SecureConnection;
    QCOMPARE(response.serialize().sliced(32), fromHex("616e6e6100 03 010203"));
}

void tst_HandshakeResponse::writesLongAuthenticationDataLengthEncoded()
{
    HandshakeResponse response = exampleResponse();
    response.capabilities = Capability::Protocol41 | Capability::SecureConnection
                            | Capability::PluginAuthLengthEncoded;
    response.authenticationData = QByteArray(300, 'x');
    QCOMPARE(response.serialize().sliced(32),
             fromHex("616e6e6100 fc2c01") + response.authenticationData);

    // Without the capability one byte holds the length, up to 255.
    response.capabilities &= ~Capability::PluginAuthLengthEncoded;
    response.authenticationData.truncate(255);
    QCOMPARE(response.serialize().sliced(32),
             fromHex("616e6e6100 ff") + response.authenticationData);
}

void tst_HandshakeResponse::writesNoExtensionToMySql()
{
    HandshakeResponse response = exampleResponse();
    response.capabilities |= Capability::LongPassword;
    QCOMPARE(response.serialize().sliced(28, 4), fromHex("00000000"));
}

void tst_HandshakeResponse::endsWithTheLevelOfZstd_data()
{
    QTest::addColumn<Capabilities>("dropped");
    QTest::newRow("after everything") << Capabilities(0);
    QTest::newRow("after the plugin") << Capability::ConnectAttributes;
    QTest::newRow("after the authentication data")
        << (Capability::ConnectAttributes | Capability::PluginAuth
            | Capability::ConnectWithDatabase);
}

void tst_HandshakeResponse::endsWithTheLevelOfZstd()
{
    QFETCH(Capabilities, dropped);
    HandshakeResponse response = exampleResponse();
    response.capabilities &= ~dropped;
    response.zstdCompressionLevel = 19;
    const QByteArray without = response.serialize();
    response.capabilities |= Capability::ZstdCompression;
    QCOMPARE(response.serialize().sliced(32), without.sliced(32) + fromHex("13"));
}

void tst_HandshakeResponse::beginsWithTheSslRequest()
{
    const HandshakeResponse response = exampleResponse();
    QCOMPARE(response.serializeSslRequest().size(), 32);
    QCOMPARE(response.serializeSslRequest(), response.serialize().first(32));
}

QTEST_APPLESS_MAIN(tst_HandshakeResponse)
#include "tst_handshakeresponse.moc"
