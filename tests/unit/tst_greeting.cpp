// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "greeting.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

namespace {

// MariaDB 10.11.19 (captured)
const char mariaDb[] = R"(
    0a                                          # protocol version
    352e352e352d 31302e31312e31392d4d617269614442 # "5.5.5-10.11.19-MariaDB
    2d302b6465623132753100                      # -0+deb12u1"
    03000000                                    # connection id
    777b233b3e635a79 00                         # scramble, part 1
    fef7                                        # capabilities, low: bit 0 is clear
    08 0200                                     # collation, status
    ff81                                        # capabilities, high
    15 000000000000                             # scramble length, filler
    1d000000                                    # MariaDB's extended capabilities
    704753495654234f454e355e 00                 # scramble, part 2
    6d7973716c5f6e61746976655f70617373776f726400 # "mysql_native_password"
)";

// MySQL 8.0.42 (a published capture; the end of the plugin name completed)
const char mySql[] = R"(
    0a
    382e302e343200                              # "8.0.42"
    33000000
    5d2e754d7f1e420f 00
    ffff                                        # bit 0 is set
    ff 0200
    ffdf
    15 000000000000
    00000000                                    # filler
    566c16157b481844482f4c05 00
    63616368696e675f736861325f70617373776f726400 # "caching_sha2_password"
)";

// Where the capability bytes of mySql lie.
constexpr qsizetype CapabilitiesLow = 1 + 7 + 4 + 8 + 1;
constexpr qsizetype CapabilitiesHigh = CapabilitiesLow + 5;
constexpr qsizetype ScrambleLength = CapabilitiesHigh + 2;
constexpr qsizetype Extension = ScrambleLength + 7;

} // namespace

class tst_Greeting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesMariaDb();
    void parsesMySql();
    void parsesMariaDbOfTwoDigitVersions();
    void takesNoVersionForACapability();
    void ignoresTheExtensionWhereBit0IsSet();
    void acceptsPluginNameWithoutNul();
    void acceptsServersWithoutPlugins();
    void acceptsWhatServersBefore41Send();
    void refusesOtherProtocolVersions();
    void refusesScramblesOfOtherLengths();
    void keepsVersionsThatAreMySqls();
    void survivesDamage();
};

void tst_Greeting::parsesMariaDb()
{
    const auto greeting = Greeting::parse(fromHex(mariaDb));
    QVERIFY(greeting);
    QCOMPARE(greeting->serverVersion, "10.11.19-MariaDB-0+deb12u1"_ba);
    QVERIFY(greeting->isMariaDb);
    QCOMPARE(greeting->connectionId, 3u);
    QCOMPARE(greeting->scramble, fromHex("777b233b3e635a79704753495654234f454e355e"));
    QCOMPARE(greeting->capabilities, 0x1D'81FF'F7FEull);
    QVERIFY(greeting->capabilities & Capability::MariaDbBulkOperations);
    QCOMPARE(greeting->collation, 8);
    QCOMPARE(greeting->status, ServerStatus(ServerStatusFlag::AutoCommit));
    QCOMPARE(greeting->authenticationPlugin, "mysql_native_password"_ba);
}

void tst_Greeting::parsesMySql()
{
    const auto greeting = Greeting::parse(fromHex(mySql));
    QVERIFY(greeting);
    QCOMPARE(greeting->serverVersion, "8.0.42"_ba);
    QVERIFY(!greeting->isMariaDb);
    QCOMPARE(greeting->connectionId, 0x33u);
    QCOMPARE(greeting->scramble, fromHex("5d2e754d7f1e420f566c16157b481844482f4c05"));
    QCOMPARE(greeting->capabilities, 0xDFFF'FFFFull);
    QCOMPARE(greeting->collation, 255);
    QCOMPARE(greeting->authenticationPlugin, "caching_sha2_password"_ba);
}

void tst_Greeting::parsesMariaDbOfTwoDigitVersions()
{
    // From version 11 on there is no prefix.
    QByteArray bytes = fromHex(mariaDb);
    bytes.replace("5.5.5-10.11.19", "11.8.2");
    auto greeting = Greeting::parse(bytes);
    QVERIFY(greeting);
    QVERIFY(greeting->isMariaDb);
    QCOMPARE(greeting->serverVersion, "11.8.2-MariaDB-0+deb12u1"_ba);

    // The administrator may rename the server: then its capabilities tell.
    bytes.replace("MariaDB", "foobar");
    greeting = Greeting::parse(bytes);
    QVERIFY(greeting);
    QVERIFY(greeting->isMariaDb);
    QCOMPARE(greeting->flavour(), ServerFlavour::MariaDb);
}

// A proxy shows the version of the server behind it, and speaks a protocol of its own.
void tst_Greeting::takesNoVersionForACapability()
{
    QByteArray bytes = fromHex(mySql);
    bytes.replace("8.0.42", "5.5.5-10.11.19-MariaDB");
    const auto greeting = Greeting::parse(bytes);
    QVERIFY(greeting);
    QVERIFY(!greeting->isMariaDb);
    QCOMPARE(greeting->flavour(), ServerFlavour::Unknown);
    QCOMPARE(greeting->serverVersion, "10.11.19-MariaDB"_ba);
    QCOMPARE(Greeting::parse(fromHex(mySql))->flavour(), ServerFlavour::MySql);
    QCOMPARE(Greeting().flavour(), ServerFlavour::Unknown);
}

void tst_Greeting::ignoresTheExtensionWhereBit0IsSet()
{
    QByteArray bytes = fromHex(mySql);
    bytes.replace(Extension, 4, fromHex("ffffffff"));
    const auto greeting = Greeting::parse(bytes);
    QVERIFY(greeting);
    QCOMPARE(greeting->capabilities >> 32, quint64(0));
    QVERIFY(!greeting->isMariaDb);
}

void tst_Greeting::acceptsPluginNameWithoutNul()
{
    // MySQL bug 59453
    const auto greeting = Greeting::parse(fromHex(mySql).chopped(1));
    QVERIFY(greeting);
    QCOMPARE(greeting->authenticationPlugin, "caching_sha2_password"_ba);
}

void tst_Greeting::acceptsServersWithoutPlugins()
{
    QByteArray bytes = fromHex(mySql);
    bytes.replace(CapabilitiesHigh, 2, fromHex("0000"));
    bytes[ScrambleLength] = 0;
    bytes.chop(qsizetype(sizeof("caching_sha2_password")));
    const auto greeting = Greeting::parse(bytes);
    QVERIFY(greeting);
    QCOMPARE(greeting->scramble.size(), 20);
    QVERIFY(greeting->authenticationPlugin.isEmpty());
}

void tst_Greeting::acceptsWhatServersBefore41Send()
{
    const auto greeting = Greeting::parse(fromHex(mySql).first(CapabilitiesHigh - 3));
    QVERIFY(greeting);
    QCOMPARE(greeting->scramble.size(), 8);
    QCOMPARE(greeting->capabilities, quint64(0xFFFF));
}

void tst_Greeting::refusesOtherProtocolVersions()
{
    QByteArray bytes = fromHex(mySql);
    for (const int version : {0, 9, 11, 0xFF}) {
        bytes[0] = static_cast<char>(version);
        QVERIFY(!Greeting::parse(bytes));
    }
}

void tst_Greeting::refusesScramblesOfOtherLengths()
{
    QByteArray bytes = fromHex(mySql);
    bytes[ScrambleLength] = 22;
    QVERIFY(!Greeting::parse(bytes));
    bytes[ScrambleLength] = static_cast<char>(0xFF);
    QVERIFY(!Greeting::parse(bytes));
    // Less than 21 is read as 21.
    bytes[ScrambleLength] = 8;
    QVERIFY(Greeting::parse(bytes));
}

void tst_Greeting::keepsVersionsThatAreMySqls()
{
    QByteArray bytes = fromHex(mySql);
    bytes.replace("8.0.42", "5.5.5-m3");
    const auto greeting = Greeting::parse(bytes);
    QVERIFY(greeting);
    QCOMPARE(greeting->serverVersion, "5.5.5-m3"_ba);
}

void tst_Greeting::survivesDamage()
{
    for (const QByteArray &bytes : {fromHex(mariaDb), fromHex(mySql)}) {
        Tests::truncateAndMutate(bytes, [](QByteArrayView damaged) {
            const auto greeting = Greeting::parse(damaged);
            if (greeting && greeting->capabilities & Capability::PluginAuth)
                QCOMPARE(greeting->scramble.size(), 20);
        });
    }
}

QTEST_APPLESS_MAIN(tst_Greeting)
#include "tst_greeting.moc"
