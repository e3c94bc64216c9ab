// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "commands.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_Commands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void serializes_data();
    void serializes();
};

void tst_Commands::serializes_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("quit") << quitCommand() << fromHex("01");
    QTest::newRow("init database") << initDatabaseCommand("shop") << fromHex("02 73686f70");
    QTest::newRow("query") << queryCommand("DO 1", 0) << fromHex("03 444f2031");
    QTest::newRow("query with attributes agreed")
        << queryCommand("DO 1", Capability::QueryAttributes) << fromHex("03 00 01 444f2031");
    QTest::newRow("ping") << pingCommand() << fromHex("0e");
    QTest::newRow("reset connection") << resetConnectionCommand() << fromHex("1f");
}

void tst_Commands::serializes()
{
    QFETCH(QByteArray, command);
    QFETCH(QByteArray, bytes);
    QCOMPARE(command, bytes);
}

QTEST_APPLESS_MAIN(tst_Commands)
#include "tst_commands.moc"
