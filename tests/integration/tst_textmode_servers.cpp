// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <QtCore/qjsonobject.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

/// Parameters that are written into the statement mean what they would mean in a prepared one.
class tst_TextMode_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void routineThatChangesTheMode_data();
    void routineThatChangesTheMode();
    void textThatChangesTheSession_data();
    void textThatChangesTheSession();
    void literalsAreTexts_data();
    void literalsAreTexts();
    void whatCannotBePreparedIsText_data() { addRows(); }
    void whatCannotBePreparedIsText();
    void alteredCharacterSetIsPreparedAgain_data() { addRows(); }
    void alteredCharacterSetIsPreparedAgain();
    void skippedCommentsHaveNoPlaceholders_data();
    void skippedCommentsHaveNoPlaceholders();
    void missingValuesAreCounted_data() { addRows(); }
    void missingValuesAreCounted();
};

namespace {

Query *text(Connection *connection, const QString &sql, const QVariantList &parameters)
{
    Query *query = connection->execute(sql, parameters);
    query->setPrepared(false);
    return query;
}

bool makeTable(Connection *connection)
{
    return finishedOf(
               connection->execute(u"CREATE TABLE t (a VARCHAR(100) CHARACTER SET utf8mb4)"_s))
               ->succeeded()
           && finishedOf(connection->execute(u"INSERT INTO t VALUES ('secret'), ('other')"_s))
                  ->succeeded();
}

const QStringList &trickyTexts()
{
    static const QStringList all = {u"\\"_s,
                                    u"'"_s,
                                    u"\\'"_s,
                                    u"' OR 1=1 -- "_s,
                                    u"\\' OR 1=1 # "_s,
                                    u"ä"_s,
                                    u"丿\\' OR 1=1 #"_s,
                                    u"表\\' OR 1=1 #"_s,
                                    u"\"\\\""_s,
                                    u"a\n\\n"_s,
                                    u"😀\\"_s,
                                    u"\\%\\_"_s,
                                    u"``"_s,
                                    QString(QChar(0)) + u"\\0"_s};
    return all;
}

} // namespace

void tst_TextMode_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_TextMode_Servers::routineThatChangesTheMode_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("inside");
    const QStringList modes = {u""_s, u"NO_BACKSLASH_ESCAPES"_s, u"ANSI_QUOTES"_s,
                               u"ANSI_QUOTES,NO_BACKSLASH_ESCAPES"_s};
    for (const Server &server : serversFor(any)) {
        for (const QString &before : modes) {
            for (const QString &inside : modes) {
                QTest::addRow("%s, %s, %s", qPrintable(server.name), qPrintable(before),
                              qPrintable(inside))
                    << server << before << inside;
            }
        }
    }
}

void tst_TextMode_Servers::routineThatChangesTheMode()
{
    QFETCH(Server, server);
    QFETCH(QString, before);
    QFETCH(QString, inside);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTable(&connection));
    VERIFY_DONE(
        connection.execute(u"CREATE PROCEDURE p() SET @@session.sql_mode = '%1'"_s.arg(inside)));
    VERIFY_DONE(connection.execute(u"SET @@session.sql_mode = '%1'"_s.arg(before)));
    VERIFY_DONE(connection.execute(u"CALL p()"_s));
    QCOMPARE(rowsOf(text(&connection, u"SELECT a FROM t WHERE a = ? AND a = ?"_s,
                         {u"\\"_s, u" OR 1=1 -- "_s})),
             QList<QStringList>());
    for (const QString &tricky : trickyTexts()) {
        QCOMPARE(rowsOf(text(&connection, u"SELECT a FROM t WHERE a = ?"_s, {tricky})),
                 QList<QStringList>());
        QCOMPARE(
            rowsOf(text(&connection, u"SELECT ?, ?, CHAR_LENGTH(?)"_s, {tricky, u"x"_s, tricky})),
            (QList<QStringList>{{tricky, u"x"_s, QString::number(tricky.toUcs4().size())}}));
    }
}

void tst_TextMode_Servers::textThatChangesTheSession_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("change");
    for (const Server &server : serversFor(any)) {
        for (const char *change :
             {"SET NAMES gbk", "SET NAMES sjis", "SET NAMES big5", "SET NAMES cp932",
              "SET NAMES latin1", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET sql_mode = ''"}) {
            QTest::addRow("%s, %s", qPrintable(server.name), change)
                << server << QString::fromLatin1(change);
        }
    }
}

void tst_TextMode_Servers::textThatChangesTheSession()
{
    QFETCH(Server, server);
    QFETCH(QString, change);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setMultiStatementsAllowed(true);
    Connection connection(options);
    QVERIFY(makeTable(&connection));
    for (const QString &tricky : trickyTexts()) {
        const OutcomePointer outcome
            = finishedOf(text(&connection,
                              change
                                  + u"; SELECT COUNT(*), HEX(CONVERT(? USING utf8mb4)) FROM t "
                                    "WHERE a = ?"_s,
                              {tricky, tricky}));
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        QCOMPARE(
            outcome->rows(),
            (QList<QStringList>{{u"0"_s, QString::fromLatin1(tricky.toUtf8().toHex().toUpper())}}));
        // And what follows in the session as it is now.
        QCOMPARE(rowsOf(text(&connection, u"SELECT COUNT(*) FROM t WHERE a = ?"_s, {tricky})),
                 one(u"0"_s));
        VERIFY_DONE(connection.execute(u"SET NAMES utf8mb4, sql_mode = ''"_s));
    }
}

void tst_TextMode_Servers::literalsAreTexts_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("collation");
    for (const Server &server : serversFor(any)) {
        for (const char *collation : {"", "utf8mb4_bin", "utf8mb4_unicode_ci"}) {
            QTest::addRow("%s, %s", qPrintable(server.name), collation)
                << server << QString::fromLatin1(collation);
        }
    }
}

void tst_TextMode_Servers::literalsAreTexts()
{
    QFETCH(Server, server);
    QFETCH(QString, collation);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setCollation(collation);
    Connection connection(options);
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(50) CHARACTER SET utf8mb4 COLLATE "
        "utf8mb4_general_ci, b VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, l "
        "VARCHAR(50) "
        "CHARACTER SET latin1, v VARBINARY(50), e ENUM('ä\\\\', 'x') CHARACTER SET utf8mb4)"_s));
    VERIFY_DONE(connection.execute(u"CREATE TABLE j (o JSON)"_s));
    for (const bool prepared : {false, true}) {
        Query *insert = connection.execute(
            u"INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)"_s,
            {int(prepared), u"Ä\\b"_s, u"Ä\\b"_s, u"Ä\\b"_s, u"Ä\\b"_s, u"ä\\"_s});
        insert->setPrepared(prepared);
        VERIFY_DONE(insert);
        Query *json = connection.execute(u"INSERT INTO j VALUES (?)"_s,
                                         {QJsonObject{{u"a"_s, u"\"ä\\"_s}}});
        json->setPrepared(prepared);
        VERIFY_DONE(json);
    }
    const struct
    {
        const char *sql;
        QVariantList parameters;
    } shapes[] = {
        {"SELECT COUNT(*) FROM t WHERE a = ?", {u"ä\\B"_s}},
        {"SELECT COUNT(*) FROM t WHERE b = ?", {u"ä\\B"_s}},
        {"SELECT COUNT(*) FROM t WHERE b = ?", {u"Ä\\b"_s}},
        {"SELECT COUNT(*) FROM t WHERE l = ?", {u"ä\\B"_s}},
        {"SELECT COUNT(*) FROM t WHERE v = ?", {u"Ä\\b"_s}},
        {"SELECT COUNT(*) FROM t WHERE v = ?", {u"ä\\b"_s}},
        {"SELECT COUNT(*) FROM t WHERE e = ?", {u"ä\\"_s}},
        {"SELECT COUNT(*) FROM t WHERE a LIKE ?", {u"ä\\\\%"_s}},
        {"SELECT COUNT(*) FROM t WHERE a IN (?, ?)", {u"x"_s, u"ä\\B"_s}},
        {"SELECT COUNT(*) FROM t WHERE a COLLATE utf8mb4_bin = ?", {u"ä\\B"_s}},
        {"SELECT HEX(?), CHAR_LENGTH(?), CONCAT(?, 'é', a) FROM t", {u"ä\\"_s, u"ä\\"_s, u"ä\\"_s}},
        {"SELECT UPPER(?), ? = ?, ? = ?", {u"ä\\"_s, u"ä"_s, u"Ä"_s, u"ö\\"_s, u"ö\\"_s}},
        {"SELECT o FROM j WHERE JSON_UNQUOTE(JSON_EXTRACT(o, ?)) = ?", {u"$.a"_s, u"\"ä\\"_s}},
        {"SELECT COALESCE(NULL, ?), IFNULL(?, a) FROM t", {u"ä\\"_s, u"ä\\"_s}},
    };
    for (const auto &shape : shapes) {
        QList<QStringList> rows[2];
        for (const bool prepared : {false, true}) {
            Query *query = connection.execute(QString::fromUtf8(shape.sql), shape.parameters);
            query->setPrepared(prepared);
            const OutcomePointer outcome = finishedOf(query);
            QVERIFY2(outcome->succeeded(), shape.sql + (": "_ba + Fake::describe(outcome)));
            rows[prepared] = outcome->rows();
        }
        QVERIFY2(rows[0] == rows[1], shape.sql);
    }
    QCOMPARE(
        rowsOf(connection.execute(
            u"SELECT COUNT(DISTINCT CONCAT_WS('|', HEX(a), HEX(b), HEX(l), HEX(v), e)) FROM t"_s)),
        one(u"1"_s));
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(DISTINCT o) FROM j"_s)), one(u"1"_s));
}

void tst_TextMode_Servers::whatCannotBePreparedIsText()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTable(&connection));
    QCOMPARE(rowsOf(connection.execute(u"SHOW TABLES LIKE ?"_s, {u"t"_s})), one(u"t"_s));
    QCOMPARE(rowsOf(connection.execute(u"SHOW TABLES LIKE ?"_s, {u"ä\\_"_s})),
             QList<QStringList>());
    const OutcomePointer signal = finishedOf(
        connection.execute(u"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ?"_s, {u"it's over"_s}));
    QVERIFY2(signal->failed(Error::ServerError), Fake::describe(signal).constData());
    QVERIFY2(signal->error.message().contains("it's over"_L1), Fake::describe(signal).constData());
    const OutcomePointer wrong = finishedOf(connection.execute(u"SELEKT ?"_s, {u"a"_s}));
    QVERIFY(wrong->failed(Error::ServerError));
    QCOMPARE(wrong->error.serverErrorNumber(), 1064);
    QCOMPARE(wrong->error.execution(), Error::Execution::Rejected);
    Batch *batch = connection.executeBatch(u"SHOW TABLES LIKE ?"_s, {{u"t"_s}, {u"u"_s}});
    VERIFY_DONE(batch);
    QCOMPARE(connection.state(), Connection::State::Connected);
}

void tst_TextMode_Servers::alteredCharacterSetIsPreparedAgain()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Connection other(Servers::options(server, database));
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET latin1)"_s));
    const QString insert = u"INSERT INTO t VALUES (?, ?)"_s;
    const QString find = u"SELECT id FROM t WHERE a = ?"_s;
    VERIFY_DONE(connection.execute(insert, {1, u"a"_s}));
    VERIFY_DONE(connection.execute(find, {u"a"_s}));
    VERIFY_DONE(connection.execute(u"SELECT 1"_s));
    VERIFY_DONE(other.execute(u"ALTER TABLE t MODIFY a VARCHAR(20) CHARACTER SET utf8mb4"_s));
    VERIFY_DONE(connection.execute(insert, {2, u"日本"_s}));
    QCOMPARE(rowsOf(connection.execute(find, {u"日本"_s})), one(u"2"_s));
    VERIFY_DONE(connection.executeBatch(insert, {{3, u"本"_s}}));
}

void tst_TextMode_Servers::skippedCommentsHaveNoPlaceholders_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("prepared");
    for (const Server &server : serversFor(any)) {
        for (const bool prepared : {false, true}) {
            QTest::addRow("%s, %s", qPrintable(server.name), prepared ? "prepared" : "text")
                << server << prepared;
        }
    }
}

void tst_TextMode_Servers::skippedCommentsHaveNoPlaceholders()
{
    QFETCH(Server, server);
    QFETCH(bool, prepared);
    Connection connection(Servers::options(server));
    const struct
    {
        const char *sql;
        bool onMySql;
        bool onMariaDb;
    } comments[] = {
        {"SELECT /*! ? + */ ?", true, true},          {"SELECT /*!40101 ? + */ ?", true, true},
        {"SELECT /*!50701 ? + */ ?", true, false},    {"SELECT /*!080000 ? + */ ?", true, false},
        {"SELECT /*!999999 ? + */ ?", false, false},  {"SELECT /*!99999 ? + */ ?", false, false},
        {"SELECT /*M! ? + */ ?", false, true},        {"SELECT /*M!100000 ? + */ ?", false, true},
        {"SELECT /*M!999999 ? + */ ?", false, false},
    };
    for (const auto &comment : comments) {
        const bool isCode = server.isMySql ? comment.onMySql : comment.onMariaDb;
        Query *query = connection.execute(QString::fromLatin1(comment.sql),
                                          isCode ? QVariantList{1, 2} : QVariantList{2});
        query->setPrepared(prepared);
        const OutcomePointer outcome = finishedOf(query);
        QVERIFY2(outcome->succeeded(), comment.sql + (": "_ba + Fake::describe(outcome)));
        QCOMPARE(outcome->rows(), one(isCode ? u"3"_s : u"2"_s));
    }
}

void tst_TextMode_Servers::missingValuesAreCounted()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    for (const bool prepared : {false, true}) {
        Query *query = connection.execute(u"SELECT 1 WHERE 1 = ?"_s);
        query->setPrepared(prepared);
        const OutcomePointer outcome = finishedOf(query);
        QVERIFY2(outcome->failed(Error::InvalidParameter), Fake::describe(outcome).constData());
        QVERIFY2(outcome->error.message().contains("1 placeholder, 0 values"_L1),
                 Fake::describe(outcome).constData());
    }
    QCOMPARE(rowsOf(connection.execute(u"SELECT '?' /* ? */"_s)), one(u"?"_s));
}

QTEST_GUILESS_MAIN(tst_TextMode_Servers)

#include "tst_textmode_servers.moc"
