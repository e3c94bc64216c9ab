// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "commandpayloads.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_CommandPayloads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void serializes_data();
    void serializes();
    void serializesExecutions_data();
    void serializesExecutions();
};

void tst_CommandPayloads::serializes_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("quit") << quitPayload() << fromHex("01");
    QTest::newRow("init database") << initDatabasePayload("shop") << fromHex("02 73686f70");
    QTest::newRow("query") << queryPayload("DO 1", 0) << fromHex("03 444f2031");
    QTest::newRow("query with attributes agreed")
        << queryPayload("DO 1", Capability::QueryAttributes) << fromHex("03 00 01 444f2031");
    const QueryAttributes attributes = std::get<QueryAttributes>(
        encodeQueryAttributes({{u"a"_s, 1}, {u"b"_s, QVariant()}, {u"c"_s, u"xy"_s}}, {}));
    QTest::newRow("query with attributes")
        << queryPayload("DO 1", Capability::QueryAttributes, attributes)
        << fromHex("03 # command\n"
                   "03 01 # attributes, sets\n"
                   "02 # NULL: the second\n"
                   "01 # types follow\n"
                   "0300 01 61 # INT a\n"
                   "0600 01 62 # NULL b\n"
                   "fe00 01 63 # CHAR c\n"
                   "01000000 02 7879\n"
                   "444f2031");
    QTest::newRow("query with attributes that were not agreed")
        << queryPayload("DO 1", 0, attributes) << fromHex("03 444f2031");
    QTest::newRow("bulk execution")
        << stmtBulkExecutePayload(0x12345678, fromHex("0300"), fromHex("00 01000000"), 0)
        << fromHex("fa 78563412 8000 0300 00 01000000");
    QTest::newRow("bulk execution with the results of each row")
        << stmtBulkExecutePayload(7, fromHex("0300"), fromHex("01"),
                                  Capability::MariaDbBulkUnitResults)
        << fromHex("fa 07000000 c000 0300 01");
    QTest::newRow("prepare") << stmtPreparePayload("DO ?") << fromHex("16 444f203f");
    QTest::newRow("long data") << stmtSendLongDataPayload(0x12345678, 0x0102, "abc")
                               << fromHex("18 78563412 0201 616263");
    QTest::newRow("long data, empty")
        << stmtSendLongDataPayload(1, 0, {}) << fromHex("18 01000000 0000");
    QTest::newRow("close") << stmtClosePayload(0x12345678) << fromHex("19 78563412");
    QTest::newRow("reset") << stmtResetPayload(0x12345678) << fromHex("1a 78563412");
    QTest::newRow("ping") << pingPayload() << fromHex("0e");
    QTest::newRow("reset connection") << resetConnectionPayload() << fromHex("1f");
}

void tst_CommandPayloads::serializes()
{
    QFETCH(QByteArray, command);
    QFETCH(QByteArray, bytes);
    QCOMPARE(command, bytes);
}

void tst_CommandPayloads::serializesExecutions_data()
{
    QTest::addColumn<QVariantList>("values");
    QTest::addColumn<QVariantMap>("attributes");
    QTest::addColumn<bool>("withTypes");
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<QByteArray>("bytes");

    const Capabilities agreed = Capability::QueryAttributes;
    const QVariantList values{7, QVariant(), u"xy"_s};
    const QVariantMap attributes{{u"a"_s, QVariant()}, {u"b"_s, 5}};
    QTest::newRow("no parameters") << QVariantList() << QVariantMap() << true << Capabilities(0)
                                   << fromHex("17 09000000 00 01000000");
    QTest::newRow("no parameters, attributes agreed")
        << QVariantList() << QVariantMap() << true << agreed << fromHex("17 09000000 00 01000000");
    QTest::newRow("parameters") << values << QVariantMap() << true << Capabilities(0)
                                << fromHex("17 09000000 00 01000000\n"
                                           "02 01 # NULL: the second; types follow\n"
                                           "0300 0600 fd00\n"
                                           "07000000 02 7879");
    QTest::newRow("parameters, types known") << values << QVariantMap() << false << Capabilities(0)
                                             << fromHex("17 09000000 00 01000000\n"
                                                        "02 00 # no types\n"
                                                        "07000000 02 7879");
    QTest::newRow("parameters, attributes agreed")
        << values << QVariantMap() << true << agreed
        << fromHex("17 09000000 08 01000000 # there is a number of parameters\n"
                   "03 02 01\n"
                   "0300 00 0600 00 fd00 00 # with empty names\n"
                   "07000000 02 7879");
    QTest::newRow("parameters, attributes agreed, types known")
        << values << QVariantMap() << false << agreed
        << fromHex("17 09000000 08 01000000\n"
                   "03 02 00\n"
                   "07000000 02 7879");
    QTest::newRow("attributes alone") << QVariantList() << attributes << true << agreed
                                      << fromHex("17 09000000 08 01000000\n"
                                                 "02 01 01 # NULL: the first\n"
                                                 "0600 01 61 0300 01 62\n"
                                                 "05000000");
    QTest::newRow("parameters and attributes") << values << attributes << true << agreed
                                               << fromHex("17 09000000 08 01000000\n"
                                                          "05 0a 01 # NULL: 2nd and 4th\n"
                                                          "0300 00 0600 00 fd00 00\n"
                                                          "0600 01 61 0300 01 62\n"
                                                          "07000000 02 7879 05000000");
    QTest::newRow("attributes behind eight parameters")
        << QVariantList(8, QVariant()) << attributes << true << agreed
        << fromHex("17 09000000 08 01000000\n"
                   "0a ff01 01\n"
                   "0600 00 0600 00 0600 00 0600 00 0600 00 0600 00 0600 00 0600 00\n"
                   "0600 01 61 0300 01 62\n"
                   "05000000");
    QTest::newRow("attributes that were not agreed")
        << values << attributes << true << Capabilities(0)
        << fromHex("17 09000000 00 01000000 02 01 0300 0600 fd00 07000000 02 7879");
}

void tst_CommandPayloads::serializesExecutions()
{
    QFETCH(const QVariantList, values);
    QFETCH(const QVariantMap, attributes);
    QFETCH(const bool, withTypes);
    QFETCH(const Capabilities, capabilities);
    QFETCH(const QByteArray, bytes);
    const auto parameters = std::get<EncodedParameters>(encodeParameters(values, {}, 1000));
    const auto encoded = std::get<QueryAttributes>(encodeQueryAttributes(attributes, {}));
    QCOMPARE(stmtExecutePayload(9, parameters, encoded.parameters, encoded.names, withTypes,
                                capabilities)
                 .toHex(' '),
             bytes.toHex(' '));
}

QTEST_APPLESS_MAIN(tst_CommandPayloads)
#include "tst_commandpayloads.moc"
