// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "textcodec.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Column>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <initializer_list>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

class tst_CharacterSets_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void collationsAreThoseOfTheServer_data() { addRows(); }
    void collationsAreThoseOfTheServer();
    void bytesMeanWhatTheServerMakesOfThem_data();
    void bytesMeanWhatTheServerMakesOfThem();
    void textIsWrittenForTheSession_data();
    void textIsWrittenForTheSession();
    void textIsReadAsItIsSent_data();
    void textIsReadAsItIsSent();
    void errorsAreReadAsTheyAreSent_data();
    void errorsAreReadAsTheyAreSent();
    void errorsFollowTheStatement_data() { addRows(); }
    void errorsFollowTheStatement();
    void unencodableTextIsRefused_data();
    void unencodableTextIsRefused();
    void storedBytesAreDecodedByColumn_data() { addRows(); }
    void storedBytesAreDecodedByColumn();
    void initStatementsAreEncoded_data() { addRows(); }
    void initStatementsAreEncoded();
    void resetSessionSpeaksUtf8Again_data() { addRows(); }
    void resetSessionSpeaksUtf8Again();

private:
    /// One row for each server and setting, with the columns "server" and "setting".
    static void addSettingRows(std::initializer_list<const char *> settings)
    {
        QTest::addColumn<Server>("server");
        QTest::addColumn<QString>("setting");
        for (const Server &server : serversFor(any)) {
            for (const char *setting : settings)
                QTest::addRow("%s, %s", qPrintable(server.name), setting)
                    << server << QString::fromLatin1(setting);
        }
    }

    static void createTable(Connection *connection)
    {
        VERIFY_DONE(connection->execute(u"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, "
                                        "a VARCHAR(20)) CHARACTER SET utf8mb4"_s));
        VERIFY_DONE(connection->execute(u"CREATE PROCEDURE speaks() SET NAMES latin1"_s));
    }
};

void tst_CharacterSets_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_CharacterSets_Servers::collationsAreThoseOfTheServer()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    const QString table
        = server.isMySql ? u"COLLATIONS"_s : u"COLLATION_CHARACTER_SET_APPLICABILITY"_s;
    const QList<QStringList> rows
        = rowsOf(connection.execute(u"SELECT CHARACTER_SET_NAME, ID FROM information_schema.%1 "
                                    "WHERE ID IS NOT NULL"_s.arg(table)));
    QVERIFY(rows.size() > 200);
    for (const QStringList &row : rows) {
        const QByteArray name = row.at(0).toLatin1();
        const bool isUtf8 = name.startsWith("utf8") || name == "binary";
        QCOMPARE(Protocol::characterSetOfCollation(row.at(1).toUShort()).toByteArray(),
                 isUtf8 ? QByteArray("") : name);
    }
}

void tst_CharacterSets_Servers::bytesMeanWhatTheServerMakesOfThem_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QByteArray>("characterSet");
    for (const Server &server : serversFor(any)) {
        for (const char *name :
             {"latin1", "latin2", "latin5", "latin7", "cp1250", "cp1251", "cp1256", "cp1257",
              "cp850", "cp852", "cp866", "greek", "hebrew", "koi8r", "koi8u", "macce", "macroman"})
            QTest::addRow("%s, %s", qPrintable(server.name), name) << server << QByteArray(name);
    }
}

void tst_CharacterSets_Servers::bytesMeanWhatTheServerMakesOfThem()
{
    QFETCH(Server, server);
    QFETCH(QByteArray, characterSet);
    const auto codec = Protocol::TextCodec::find(characterSet);
    if (!codec)
        QSKIP("This Qt has no codec for it");
    Connection connection(Servers::options(server));
    QStringList items;
    for (int byte = 0x80; byte < 0x100; ++byte)
        items.append(
            u"HEX(CONVERT(_%1 X'%2' USING utf8mb4))"_s.arg(QString::fromLatin1(characterSet))
                .arg(byte, 0, 16));
    const QList<QStringList> rows = rowsOf(connection.execute(u"SELECT "_s + items.join(u',')));
    QCOMPARE(rows.size(), 1);
    QStringList differences;
    for (int i = 0; i < 128; ++i) {
        const QByteArray theirs = QByteArray::fromHex(rows.constFirst().at(i).toLatin1());
        const QByteArray ours = codec->toUtf8(QByteArray(1, static_cast<char>(0x80 + i)));
        // What the server has no character for is a question mark there.
        if (theirs != ours && theirs != "?")
            differences.append(u"%1: %2 %3"_s.arg(0x80 + i, 0, 16)
                                   .arg(QString::fromUtf8(theirs), QString::fromUtf8(ours)));
    }
    QVERIFY2(differences.isEmpty(), qPrintable(differences.join(u", ")));
}

void tst_CharacterSets_Servers::textIsWrittenForTheSession_data()
{
    addSettingRows({"SET NAMES latin1", "SET CHARACTER SET latin1",
                    "SET character_set_client = latin1", "CALL speaks()", "SET NAMES utf8mb3",
                    "SET NAMES cp1250"});
}

void tst_CharacterSets_Servers::textIsWrittenForTheSession()
{
    QFETCH(Server, server);
    QFETCH(QString, setting);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    createTable(&connection);
    if (setting.contains(u"cp1250") && !Protocol::TextCodec::find("cp1250"))
        QSKIP("This Qt has no codec for it");
    VERIFY_DONE(connection.execute(u"INSERT INTO t (a) VALUES ('é €')"_s));
    const auto prepared
        = std::unique_ptr<PreparedStatement>(connection.prepare(u"INSERT INTO t (a) VALUES (?)"_s));
    VERIFY_DONE(prepared->execute({u"é €"_s}));
    VERIFY_DONE(connection.execute(setting));
    VERIFY_DONE(connection.execute(u"INSERT INTO t (a) VALUES ('é €')"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t (a) VALUES (?)"_s, {u"é €"_s}));
    VERIFY_DONE(connection.execute(u"INSERT INTO t (a) VALUES (CONCAT('é', ?))"_s, {u" €"_s}));
    VERIFY_DONE(prepared->execute({u"é €"_s}));
    VERIFY_DONE(
        connection.executeBatch(u"INSERT INTO t (a) VALUES (?)"_s, {{u"é €"_s}, {u"é €"_s}}));
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t WHERE a LIKE ?"_s, {u"é%"_s})),
             one(u"8"_s));
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t WHERE a LIKE '%€'"_s)),
             one(u"8"_s));
    Connection reader(Servers::options(server, database));
    QCOMPARE(rowsOf(reader.execute(u"SELECT DISTINCT HEX(a) FROM t"_s)), one(u"C3A920E282AC"_s));
}

void tst_CharacterSets_Servers::textIsReadAsItIsSent_data()
{
    addSettingRows({"SET NAMES latin1", "SET character_set_results = latin1", "CALL speaks()",
                    "SET character_set_results = NULL", "SET NAMES utf8mb3", "SET NAMES cp1250",
                    "SET character_set_results = cp850"});
}

void tst_CharacterSets_Servers::textIsReadAsItIsSent()
{
    QFETCH(Server, server);
    QFETCH(QString, setting);
    if (!Protocol::TextCodec::find("cp1250"))
        QSKIP("This Qt has no codec for it");
    const Database database(server);
    Connection connection(Servers::options(server, database));
    createTable(&connection);
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE u (a VARCHAR(9) CHARACTER SET utf8mb4, b TEXT CHARACTER SET latin1, "
        "c ENUM('ü', 'x') CHARACTER SET utf8mb4, d VARBINARY(9), e INT, f JSON, "
        "`größe` CHAR(3) CHARACTER SET latin2) "_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO u VALUES ('aé', 'éa', 'ü', X'E980', 5, "
                                   "'{\"k\": \"ö\"}', 'öü')"_s));
    VERIFY_DONE(connection.execute(setting));
    for (const QVariantList &parameters : {QVariantList(), QVariantList{1}}) {
        const QString sql
            = parameters.isEmpty() ? u"SELECT * FROM u"_s : u"SELECT * FROM u WHERE 1 = ?"_s;
        const OutcomePointer outcome = finishedOf(connection.execute(sql, parameters));
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        const Result result = outcome->results.constFirst();
        QCOMPARE(result.columns().constLast().name(), u"größe"_s);
        const Row row = result.row(0);
        QCOMPARE(row.value(0), QVariant(u"aé"_s));
        QCOMPARE(row.value(1), QVariant(u"éa"_s));
        QCOMPARE(row.value(2), QVariant(u"ü"_s));
        QCOMPARE(row.value(3), QVariant(QByteArray("\xE9\x80")));
        QCOMPARE(row.value(4), QVariant(5));
        QVERIFY2(row.text(5).contains(u"ö"), qPrintable(row.text(5)));
        QCOMPARE(row.value(6), QVariant(u"öü"_s));
    }
}

void tst_CharacterSets_Servers::errorsAreReadAsTheyAreSent_data()
{
    addSettingRows({"SET NAMES utf8mb4", "SET NAMES latin1", "SET character_set_results = latin1",
                    "CALL speaks()", "SET character_set_results = NULL", "SET NAMES utf8mb3",
                    "SET NAMES cp1250", "SET character_set_results = cp850"});
}

void tst_CharacterSets_Servers::errorsAreReadAsTheyAreSent()
{
    QFETCH(Server, server);
    QFETCH(QString, setting);
    if (!Protocol::TextCodec::find("cp1250"))
        QSKIP("This Qt has no codec for it");
    const Database database(server);
    Connection connection(Servers::options(server, database));
    createTable(&connection);
    // The statements are ASCII, the message is not.
    const QString signal = u"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = _utf8mb4 X'636166C3A921'"_s;
    VERIFY_DONE(connection.execute(u"CREATE PROCEDURE complains(n INT) "_s + signal));
    VERIFY_DONE(connection.execute(setting));
    const auto prepared
        = std::unique_ptr<PreparedStatement>(connection.prepare(u"CALL complains(?)"_s));
    const QList<Job *> signalling = {
        connection.execute(signal),
        connection.execute(u"CALL complains(1)"_s),
        connection.execute(u"CALL complains(?)"_s, {1}),
        prepared->execute({1}),
        prepared->execute({2}),
        connection.executeBatch(u"CALL complains(?)"_s, {{1}, {2}}),
    };
    // These fail as they are prepared, and the last one is no statement.
    const QList<Job *> misdirected = {
        connection.execute(u"SELECT * FROM nowhereé WHERE 1 = ?"_s, {1}),
        connection.executeBatch(u"INSERT INTO nowhereé VALUES (?)"_s, {{1}, {2}}),
        connection.selectDatabase(u"nowhereé"_s),
    };
    QList<OutcomePointer> outcomes;
    for (Job *job : signalling + misdirected)
        outcomes.append(Fake::watch(job));
    QVERIFY(areFinished(outcomes));
    for (qsizetype i = 0; i < outcomes.size(); ++i) {
        const OutcomePointer &outcome = outcomes.at(i);
        QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
        const QString part = i < signalling.size() ? u"café!"_s : u"nowhereé"_s;
        QVERIFY2(outcome->error.message().contains(part), qPrintable(outcome->error.message()));
    }
}

/// The server has written the error in what the statement has set before.
void tst_CharacterSets_Servers::errorsFollowTheStatement()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setMultiStatementsAllowed(true);
    Connection connection(options);
    const OutcomePointer outcome = finishedOf(connection.execute(
        u"SET NAMES latin1; "
        "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = _utf8mb4 X'636166C3A921'"_s));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QVERIFY2(outcome->error.message().contains(u"café!"), qPrintable(outcome->error.message()));
}

void tst_CharacterSets_Servers::unencodableTextIsRefused_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("text");
    for (const Server &server : serversFor(any)) {
        const auto add = [&](const char *tag, const char *setting, const QString &text) {
            QTest::addRow("%s, %s", qPrintable(server.name), tag)
                << server << QString::fromLatin1(setting) << text;
        };
        add("utf8mb3", "SET NAMES utf8mb3, sql_mode = ''", u"a😀b"_s);
        add("latin1", "SET NAMES latin1, sql_mode = ''", u"α"_s);
        add("gbk", "SET NAMES gbk", u"é"_s);
        add("ascii", "SET NAMES ascii", u"é"_s);
    }
}

void tst_CharacterSets_Servers::unencodableTextIsRefused()
{
    QFETCH(Server, server);
    QFETCH(QString, setting);
    QFETCH(QString, text);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setMultiStatementsAllowed(true);
    Connection connection(options);
    createTable(&connection);
    const QString change = setting.section(u',', 0, 0);
    const OutcomePointer both = finishedOf(
        connection.execute(u"%1; INSERT INTO t (a) VALUES ('%2')"_s.arg(change, text)));
    QVERIFY2(both->failed(Error::InvalidParameter), Fake::describe(both).constData());
    VERIFY_DONE(connection.execute(setting));
    const QList<Job *> jobs = {
        connection.execute(u"INSERT INTO t (a) VALUES ('%1')"_s.arg(text)),
        connection.execute(u"INSERT INTO t (a) VALUES (?)"_s, {text}),
        connection.execute(u"INSERT INTO t (a) VALUES (CONCAT('%1', ?))"_s.arg(text), {u"x"_s}),
        connection.executeBatch(u"INSERT INTO t (a) VALUES (?)"_s, {{text}}),
        connection.selectDatabase(text),
    };
    QList<OutcomePointer> outcomes;
    for (Job *job : jobs)
        outcomes.append(Fake::watch(job));
    QVERIFY(areFinished(outcomes));
    for (const OutcomePointer &outcome : outcomes) {
        QVERIFY2(outcome->failed(Error::InvalidParameter), Fake::describe(outcome).constData());
        QVERIFY(outcome->error.execution() != Error::Execution::Unknown);
        QVERIFY2(outcome->error.message().contains(u"utf8mb4"),
                 qPrintable(outcome->error.message()));
    }
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"0"_s));
}

void tst_CharacterSets_Servers::storedBytesAreDecodedByColumn()
{
    QFETCH(Server, server);
    if (!Protocol::TextCodec::find("gbk"))
        QSKIP("This Qt has no codec for it");
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.execute(u"SET character_set_results = NULL"_s));
    const QList<QStringList> rows = rowsOf(connection.execute(
        u"SELECT _gbk X'D8BC', _latin1 X'80', _ucs2 X'00E9', _koi8r X'C1', _utf8mb4 X'F09F9880', "
        "REPEAT(_latin1 X'E9', 70000)"_s));
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.constFirst(),
             (QStringList{u"丶"_s, u"€"_s, u"é"_s, u"а"_s, u"😀"_s, QString(70000, u'é')}));
}

void tst_CharacterSets_Servers::initStatementsAreEncoded()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setInitStatements({u"SET NAMES latin1"_s, u"SET @word = 'é'"_s});
    Connection connection(options);
    QCOMPARE(rowsOf(connection.execute(u"SELECT @word, HEX(CONVERT(@word USING utf8mb4)), 'ü'"_s)),
             (QList<QStringList>{{u"é"_s, u"C3A9"_s, u"ü"_s}}));
    options.setInitStatements({u"SET NAMES latin1"_s, u"SET @word = 'α'"_s});
    Connection refused(options);
    const OutcomePointer outcome = finishedOf(refused.execute(u"SELECT 1"_s));
    QVERIFY2(outcome->failed(Error::InvalidOptions), Fake::describe(outcome).constData());
}

void tst_CharacterSets_Servers::resetSessionSpeaksUtf8Again()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.execute(u"SET NAMES latin1"_s));
    VERIFY_DONE(connection.resetSession());
    QCOMPARE(rowsOf(connection.execute(u"SELECT '😀', ?"_s, {u"α"_s})),
             (QList<QStringList>{{u"😀"_s, u"α"_s}}));
}

QTEST_GUILESS_MAIN(tst_CharacterSets_Servers)

#include "tst_charactersets_servers.moc"
