// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qtest.h>

#include <optional>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;

class tst_Strings_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void hostileStringsStayStrings_data();
    void hostileStringsStayStrings();
    void longStringsBothWays_data();
    void longStringsBothWays();
    void packetsOfExactlyFullFrames_data() { addRows(); }
    void packetsOfExactlyFullFrames();
};

namespace {

/// Nothing, and a word on it, if the statement fails.
std::optional<Result> select(Connection &connection, const QString &sql,
                             const QVariantList &parameters = {})
{
    const OutcomePointer outcome = finishedOf(connection.execute(sql, parameters));
    if (!outcome->succeeded()) {
        qWarning("%s", Fake::describe(outcome).constData());
        return std::nullopt;
    }
    return outcome->results.value(0);
}

} // namespace

void tst_Strings_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Strings_Servers::hostileStringsStayStrings_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("mode");
    for (const Server &server : all()) {
        for (const char *mode :
             {"", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES"}) {
            QTest::addRow("%s, sql_mode '%s'", qPrintable(server.name), mode)
                << server << QString::fromLatin1(mode);
        }
    }
}

void tst_Strings_Servers::hostileStringsStayStrings()
{
    QFETCH(Server, server);
    QFETCH(QString, mode);

    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection connection(options);
    QVERIFY(select(connection, u"CREATE TABLE t (v LONGTEXT)"_s));
    // The mode is switched in the live session: the server tells the client in its status.
    QVERIFY(select(connection, u"SET sql_mode = '%1'"_s.arg(mode)));
    const QStringList strings = {
        u"'"_s,
        u"\\"_s,
        u"\\'"_s,
        u"\\\\'"_s,
        u"''"_s,
        u"\""_s,
        u"\\\" OR 1=1 -- "_s,
        u"' OR '1'='1"_s,
        u"\\' OR 1=1; DROP TABLE t; -- "_s,
        u"'; DROP TABLE t; #"_s,
        u"*/ ' /*"_s,
        u"?"_s,
        u"%s :name ?"_s,
        u"\x1a\b\n\r\t"_s,
        QString::fromUtf16(u"\0'\0\\", 4),
        u"\u00bf'\u00bf\\"_s,
        u"😀'\\😀"_s,
        u"0x27"_s,
        u"`"_s,
    };
    for (const QString &string : strings) {
        QVERIFY2(select(connection, u"DELETE FROM t"_s), qPrintable(string));
        QVERIFY2(select(connection, u"INSERT INTO t VALUES (?)"_s, {string}), qPrintable(string));
        const std::optional<Result> result
            = select(connection, u"SELECT v, HEX(v), v = ? FROM t WHERE v = ?"_s, {string, string});
        QVERIFY2(result && result->rowCount() == 1, qPrintable(string));
        QCOMPARE(result->first().value<QString>(0), string);
        QCOMPARE(result->first().text(1), QString::fromLatin1(string.toUtf8().toHex().toUpper()));
        QCOMPARE(result->first().value<int>(2), 1);
    }
    QVERIFY(select(connection, u"SET sql_mode = DEFAULT"_s));
}

void tst_Strings_Servers::longStringsBothWays_data()
{
    addChannelRows();
}

void tst_Strings_Servers::longStringsBothWays()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    Connection connection(Servers::options(server, channel));
    QByteArray bytes(20 * 1024 * 1024, Qt::Uninitialized);
    quint32 state = 1;
    for (char &c : bytes) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>('a' + (state >> 24) % 26);
    }
    const QString text = QString::fromLatin1(bytes);
    const OutcomePointer outcome
        = finishedOf(connection.execute(u"SELECT ?, 'behind'"_s, {text}), 2min);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    const Row row = outcome->results.constFirst().first();
    // Not QCOMPARE: it would print the texts.
    QVERIFY(row.value<QString>(0) == text);
    QCOMPARE(row.value<QString>(1), u"behind"_s);
    // The session is still in step.
    const OutcomePointer next = finishedOf(connection.execute(u"SELECT 7"_s));
    QCOMPARE(next->rows(), QList<QStringList>{{u"7"_s}});
}

/// A payload that fills its last frame must be followed by an empty one, in both directions.
void tst_Strings_Servers::packetsOfExactlyFullFrames()
{
    constexpr qsizetype frame = 0xFFFFFF;
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    // COM_QUERY has one byte before the text, or three where query attributes were agreed on.
    const QString before = u"SELECT LENGTH('"_s;
    const QString after = u"')"_s;
    for (const qsizetype headers : {0, 1, 2, 3, 4}) {
        const qsizetype length = frame - headers - before.size() - after.size();
        const std::optional<Result> result
            = select(connection, before + QString(length, u'x') + after);
        QVERIFY(result);
        QCOMPARE(result->first().value<qsizetype>(0), length);
    }
    for (const qsizetype headers : {1, 3}) {
        const qsizetype length = 2 * frame - headers - before.size() - after.size();
        const std::optional<Result> result
            = select(connection, before + QString(length, u'x') + after);
        QVERIFY(result);
        QCOMPARE(result->first().value<qsizetype>(0), length);
    }
    // A row has the length of its only column before it: 4 bytes up to 16 MiB, 9 beyond.
    for (const qsizetype length : {frame - 5, frame - 4, frame - 3, frame, frame + 1,
                                   2 * frame - 10, 2 * frame - 9, 2 * frame - 8}) {
        const std::optional<Result> result
            = select(connection, u"SELECT REPEAT('x', ?)"_s, {length});
        QVERIFY(result);
        QCOMPARE(result->rowCount(), 1);
        QCOMPARE(result->first().bytes(0).size(), length);
    }
}

QTEST_GUILESS_MAIN(tst_Strings_Servers)

#include "tst_strings_servers.moc"
