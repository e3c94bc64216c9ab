// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "prepareok.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using Tests::fromHex;

namespace {

const QByteArray Packet = fromHex("00       # OK\n"
                                  "78563412 # statement\n"
                                  "0201     # columns\n"
                                  "0403     # parameters\n"
                                  "00       # filler\n"
                                  "0605     # warnings");

} // namespace

class tst_PrepareOk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses();
    void takesMoreThanItKnows();
    void refusesWhatIsIncomplete();
    void refusesOtherPackets();
};

void tst_PrepareOk::parses()
{
    const auto ok = PrepareOk::parse(Packet);
    QVERIFY(ok);
    QCOMPARE(ok->statementId, 0x12345678u);
    QCOMPARE(ok->columnCount, quint16(0x0102));
    QCOMPARE(ok->parameterCount, quint16(0x0304));
    QCOMPARE(ok->warningCount, quint16(0x0506));
}

/// MySQL adds a byte where OPTIONAL_RESULTSET_METADATA was agreed.
void tst_PrepareOk::takesMoreThanItKnows()
{
    const auto ok = PrepareOk::parse(Packet + '\1');
    QVERIFY(ok);
    QCOMPARE(ok->warningCount, quint16(0x0506));
}

void tst_PrepareOk::refusesWhatIsIncomplete()
{
    Tests::forEachTruncation(
        Packet, [](QByteArrayView beginning) { QVERIFY(!PrepareOk::parse(beginning)); });
}

void tst_PrepareOk::refusesOtherPackets()
{
    for (const char header : {'\x01', '\xFB', '\xFE', '\xFF'}) {
        QByteArray packet = Packet;
        packet[0] = header;
        QVERIFY(!PrepareOk::parse(packet));
    }
}

QTEST_APPLESS_MAIN(tst_PrepareOk)

#include "tst_prepareok.moc"
