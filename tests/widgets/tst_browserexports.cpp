// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "browserfixture.h"

#include <resultpage.h>
#include <sessionresult.h>
#include <sqleditor.h>
#include <sqlsheet.h>

#include <QtCore/qfile.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qtemporarydir.h>
#include <QtGui/qaction.h>
#include <QtGui/qclipboard.h>
#include <QtGui/qguiapplication.h>
#include <QtTest/qtest.h>
#include <QtWidgets/qcombobox.h>
#include <QtWidgets/qdialog.h>
#include <QtWidgets/qlabel.h>
#include <QtWidgets/qpushbutton.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;

/// What leaves the browser: files and the clipboard.
class tst_BrowserExports : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void rowsAreExported_data() { addRows(); }
    void rowsAreExported();
    void exportsSeeTheSession_data() { addRows(); }
    void exportsSeeTheSession();
    void largeResultIsExportedInItsSession_data() { addRows(); }
    void largeResultIsExportedInItsSession();
    void jsonIsValid_data() { addRows(); }
    void jsonIsValid();
    void bytesAreWrittenAsChosen_data() { addRows(); }
    void bytesAreWrittenAsChosen();
    void insertsGiveTheSameRows_data() { addRows(); }
    void insertsGiveTheSameRows();
    void textOfOtherCharacterSetsIsValid_data() { addRows(); }
    void textOfOtherCharacterSetsIsValid();
    void cellsAreCopied();

private:
    enum Format { Csv, Json, Sql };

    QString file(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

namespace {

const auto click = BrowserFixture::click;
const auto enter = BrowserFixture::enter;
const auto contents = BrowserFixture::contents;

QJsonArray parsed(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        qWarning() << error.errorString() << json.mid(error.offset - 20, 40);
    return document.array();
}

/// A row of each type, with values that are easily spoiled.
QStringList tableOfAllTypes(const Server &server)
{
    QStringList columns = {u"id INT AUTO_INCREMENT PRIMARY KEY"_s,
                           u"filled DECIMAL(8,2) ZEROFILL"_s,
                           u"filled_int INT(6) ZEROFILL"_s,
                           u"exact DECIMAL(65,30)"_s,
                           u"large BIGINT UNSIGNED"_s,
                           u"bits BIT(64)"_s,
                           u"real_number DOUBLE"_s,
                           u"year_number YEAR"_s,
                           u"bytes BINARY(16)"_s,
                           u"blob_bytes BLOB"_s,
                           u"words TEXT CHARACTER SET utf8mb4"_s,
                           u"moment DATETIME(6)"_s,
                           u"stamp TIMESTAMP(6) NULL"_s,
                           u"duration TIME(6)"_s,
                           u"choice ENUM('a\\\\b', 'c''d')"_s,
                           u"choices SET('x', 'y')"_s,
                           u"document JSON"_s,
                           u"place POINT"_s,
                           u"single_number FLOAT"_s};
    QStringList values
        = {u"0"_s,
           u"12.5"_s,
           u"42"_s,
           u"-12345678901234567890123456789012345.123456789012345678901234567891"_s,
           u"18446744073709551615"_s,
           u"18446744073709551615"_s,
           u"0.1"_s,
           u"2024"_s,
           u"X'00FF80C3280D0A5C2722000102030405'"_s,
           u"''"_s,
           u"_utf8mb4 X'C3A4F09F98805C275C5C22090D0A2D2DC2A0E280A800'"_s,
           u"'2024-02-29 23:59:59.123456'"_s,
           u"'2024-03-31 02:30:00.000001'"_s,
           u"'-838:59:58.999999'"_s,
           u"1"_s,
           u"'x,y'"_s,
           u"'{\"a\": [1, null, \"\\\\u00e4 \\\\\\\\ \"], \"n\": 12345678901234567890}'"_s,
           u"ST_GeomFromText('POINT(1.5 -2)')"_s,
           u"1.5"_s};
    const bool hasVectors = server.isMySql || server.version >= QVersionNumber(11, 7);
    if (hasVectors) {
        columns.append(u"direction VECTOR(3)"_s);
        values.append((server.isMySql ? u"STRING_TO_VECTOR('[1, -0.1, 3e-10]')"_s
                                      : u"VEC_FromText('[1, -0.1, 3e-10]')"_s));
    }
    QStringList nulls = {u"7"_s};
    while (nulls.size() < values.size())
        nulls.append(u"NULL"_s);
    return {
        u"SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"_s,
        u"CREATE TABLE types (%1)"_s.arg(columns.join(u", "_s)),
        u"CREATE TABLE copies LIKE types"_s,
        u"INSERT INTO types VALUES (%1), (%2)"_s.arg(values.join(u", "_s), nulls.join(u", "_s))};
}

} // namespace

void tst_BrowserExports::initTestCase()
{
    VERIFY_SERVERS();
    BrowserFixture::useOwnSettings(m_folder.path(), u"tst_browserexports"_s);
}

void tst_BrowserExports::rowsAreExported()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.ask(u"UPDATE articles SET name = 'a \"b\", c' WHERE id = 1"_s);
    browser.write(u"SELECT id, name, price FROM articles ORDER BY id"_s);
    browser.run();
    QVERIFY(browser.waitUntilIdle());
    QTRY_VERIFY_WITH_TIMEOUT(browser.grid(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(browser.find<QAction>(u"export"_s)->isEnabled(), 30'000);
    browser.find<QAction>(u"export"_s)->trigger();
    auto *dialog = browser.find<QDialog>(u"exportDialog"_s);
    QVERIFY(QTest::qWaitForWindowExposed(dialog));
    const auto exportTo = [&](const QString &fileName) {
        enter(dialog->findChild<QLineEdit *>(u"exportFile"_s), fileName);
        click(dialog->findChild<QPushButton *>(u"exportStart"_s));
        const auto *label = dialog->findChild<QLabel *>(u"exportMessage"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(label->text().startsWith("Written: 5,000 rows"_L1)
                                      || label->text().startsWith("Written: 5000 rows"_L1),
                                  qPrintable(label->text()), 30'000);
    };
    const QString csv = m_folder.filePath(u"rows.csv"_s);
    exportTo(csv);
    const QList<QByteArray> lines = contents(csv).split('\n');
    QCOMPARE(lines.size(), 5002);
    QCOMPARE(lines[0], "id,name,price\r"_ba);
    QCOMPARE(lines[1], "1,\"a \"\"b\"\", c\",0.50\r"_ba);
    QCOMPARE(lines[10], "10,\"article 10\",\r"_ba);

    auto *format = dialog->findChild<QComboBox *>(u"exportFormat"_s);
    format->setFocus();
    QTest::keyClick(format, Qt::Key_Down);
    QVERIFY(dialog->findChild<QLineEdit *>(u"exportFile"_s)->text().endsWith("rows.json"_L1));
    const QString json = m_folder.filePath(u"rows.json"_s);
    exportTo(json);
    QJsonParseError error;
    const QJsonArray rows = QJsonDocument::fromJson(contents(json), &error).array();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(rows.size(), 5000);
    QCOMPARE(rows[0], QJsonValue(QJsonObject{
                          {u"id"_s, 1}, {u"name"_s, u"a \"b\", c"_s}, {u"price"_s, 0.5}}));
    QCOMPARE(rows[9][u"price"_s], QJsonValue(QJsonValue::Null));

    // A folder that is not there is an error, and no file.
    enter(dialog->findChild<QLineEdit *>(u"exportFile"_s), m_folder.filePath(u"no/rows.csv"_s));
    click(dialog->findChild<QPushButton *>(u"exportStart"_s));
    const auto *label = dialog->findChild<QLabel *>(u"exportMessage"_s);
    QTRY_VERIFY_WITH_TIMEOUT(label->text().startsWith("Nothing was written"_L1), 30'000);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!browser.find<QDialog>(u"exportDialog"_s), 30'000);

    // A long one is stopped on its way.
    browser.write(u"SELECT a.id, b.name FROM articles a CROSS JOIN articles b"_s);
    browser.run();
    QVERIFY(browser.waitUntilIdle());
    QTRY_VERIFY_WITH_TIMEOUT(browser.grid(), 30'000);
    browser.find<QAction>(u"export"_s)->trigger();
    dialog = browser.find<QDialog>(u"exportDialog"_s);
    const QString large = m_folder.filePath(u"large.csv"_s);
    enter(dialog->findChild<QLineEdit *>(u"exportFile"_s), large);
    click(dialog->findChild<QPushButton *>(u"exportStart"_s));
    label = dialog->findChild<QLabel *>(u"exportMessage"_s);
    QTRY_VERIFY_WITH_TIMEOUT(
        label->text().contains("rows"_L1) && !label->text().startsWith("0 rows"_L1), 30'000);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(label->text().startsWith("Nothing was written"_L1), 30'000);
    QVERIFY(!QFile::exists(large));
}

void tst_BrowserExports::exportsSeeTheSession()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    // Rows that no other session sees.
    QVERIFY(browser.execute(u"CREATE TEMPORARY TABLE mine (id INT);\nINSERT INTO mine VALUES (4);\n"
                            "SELECT id FROM mine"_s));
    QCOMPARE(browser.exportRows(Csv, file(u"temporary.csv"_s)), "id\r\n4\r\n"_ba);
    QVERIFY(browser.execute(u"BEGIN;\nDELETE FROM articles WHERE id > 2;\n"
                            "SELECT id FROM articles ORDER BY id"_s));
    QCOMPARE(browser.exportRows(Csv, file(u"uncommitted.csv"_s)), "id\r\n1\r\n2\r\n"_ba);
    // What another execution would not give again.
    QVERIFY(browser.execute(u"SELECT CAST('abc' AS SIGNED);\nSHOW WARNINGS"_s));
    browser.window().sheet()->tabs()->setCurrentIndex(2);
    const QByteArray warnings = browser.exportRows(Json, file(u"warnings.json"_s));
    QCOMPARE(parsed(warnings).at(0)[u"Code"_s].toInt(), 1292);
    QVERIFY(browser.execute(u"SET @n = 0;\nSELECT @n := @n + 1 AS n"_s));
    QCOMPARE(browser.exportRows(Csv, file(u"counted.csv"_s)), "n\r\n1\r\n"_ba);
    QVERIFY(browser.execute(u"SELECT @n"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"1"_s));
    QVERIFY(browser.execute(u"CALL two_results()"_s));
    browser.window().sheet()->tabs()->setCurrentIndex(2);
    QCOMPARE(browser.exportRows(Csv, file(u"called.csv"_s)), "second\r\n2\r\n"_ba);
    // The rest of a result is read.
    QVERIFY(browser.execute(u"ROLLBACK;\nSELECT a.id, REPEAT('x', 1500) AS x "
                            "FROM articles a CROSS JOIN mine ORDER BY id"_s));
    QVERIFY(browser.grid()->model()->rowCount() < 5000);
    QCOMPARE(browser.exportRows(Csv, file(u"large.csv"_s)).count('\n'), 5001);
    // Without rows the names are there.
    QVERIFY(browser.execute(u"SELECT id, name FROM articles WHERE id < 0"_s));
    QCOMPARE(browser.exportRows(Csv, file(u"none.csv"_s)), "id,name\r\n"_ba);
    QCOMPARE(parsed(browser.exportRows(Json, file(u"none.json"_s))), QJsonArray());
}

void tst_BrowserExports::largeResultIsExportedInItsSession()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    SessionResult::setLimits(1000, 1024 * 1024);
    const auto restore
        = qScopeGuard([] { SessionResult::setLimits(1'000'000, 256 * 1024 * 1024); });
    QVERIFY(browser.execute(u"CREATE TEMPORARY TABLE mine (id INT);\nINSERT INTO mine VALUES (4);\n"
                            "SELECT a.id, REPEAT('x', 1500) AS x "
                            "FROM articles a CROSS JOIN mine ORDER BY id"_s));
    QCOMPARE(browser.exportRows(Csv, file(u"large.csv"_s)).count('\n'), 5001);
    // The session goes on.
    QVERIFY(browser.execute(u"SELECT id FROM mine"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"4"_s));
}

void tst_BrowserExports::jsonIsValid()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(tableOfAllTypes(server).join(u";\n"_s)));
    QVERIFY(browser.execute(u"SELECT * FROM types ORDER BY id"_s));
    const QByteArray json = browser.exportRows(Json, file(u"types.json"_s));
    const QJsonArray rows = parsed(json);
    QCOMPARE(rows.size(), 2);
    const QJsonObject first = rows[0].toObject();
    QCOMPARE(first[u"id"_s], QJsonValue(0));
    QVERIFY2(json.contains("\"filled\": 12.50,"), json);
    QVERIFY2(json.contains("\"filled_int\": 42,"), json);
    QVERIFY2(json.contains("\"exact\": -12345678901234567890123456789012345."
                           "123456789012345678901234567891,"),
             json);
    QVERIFY2(json.contains("\"large\": 18446744073709551615,"), json);
    QVERIFY2(json.contains("\"bits\": 18446744073709551615,"), json);
    QCOMPARE(first[u"real_number"_s], QJsonValue(0.1));
    QCOMPARE(first[u"year_number"_s], QJsonValue(2024));
    QCOMPARE(first[u"bytes"_s], QJsonValue(u"0x00FF80C3280D0A5C2722000102030405"_s));
    QCOMPARE(first[u"blob_bytes"_s], QJsonValue(u"0x"_s));
    QCOMPARE(first[u"words"_s],
             QJsonValue(QString::fromUtf8("ä😀\\'\\\\\"\t\r\n--\u00a0\u2028") + QChar(u'\0')));
    QCOMPARE(first[u"moment"_s], QJsonValue(u"2024-02-29 23:59:59.123456"_s));
    QCOMPARE(first[u"stamp"_s], QJsonValue(u"2024-03-31 02:30:00.000001"_s));
    QCOMPARE(first[u"duration"_s], QJsonValue(u"-838:59:58.999999"_s));
    QCOMPARE(first[u"choice"_s], QJsonValue(u"a\\b"_s));
    QCOMPARE(first[u"choices"_s], QJsonValue(u"x,y"_s));
    QCOMPARE(first[u"document"_s][u"a"_s][2], QJsonValue(u"ä \\ "_s));
    QVERIFY2(json.contains("12345678901234567890"), json);
    QVERIFY(first[u"place"_s].toString().startsWith("0x00000000"_L1));
    if (first.contains(u"direction"_s) && server.isMariaDb()) {
        // Its metadata do not tell a VECTOR from a VARBINARY.
        QCOMPARE(first[u"direction"_s].toString().size(), 2 + 3 * 8);
    } else if (first.contains(u"direction"_s)) {
        QCOMPARE(first[u"direction"_s].toArray().size(), 3);
        QCOMPARE(float(first[u"direction"_s][1].toDouble()), -0.1f);
    }
    const QJsonObject second = rows[1].toObject();
    QCOMPARE(second.size(), first.size());
    for (auto it = second.begin(); it != second.end(); ++it)
        QCOMPARE(it.value(), it.key() == "id"_L1 ? QJsonValue(7) : QJsonValue(QJsonValue::Null));

    QVERIFY(browser.execute(u"SELECT 1 AS a, 2 AS a, 3 AS a_2, '0' AS ``, -0.00 AS m"_s));
    QCOMPARE(parsed(browser.exportRows(Json, file(u"names.json"_s))).at(0).toObject().keys(),
             QStringList({u""_s, u"a"_s, u"a_2"_s, u"a_3"_s, u"m"_s}));
}

void tst_BrowserExports::bytesAreWrittenAsChosen()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(
        u"CREATE TABLE keys_of_it (id BINARY(16), nothing VARBINARY(4), none BLOB);\n"
        "INSERT INTO keys_of_it VALUES "
        "(X'00FF80C3280D0A5C2722000102030405', '', NULL);\n"
        "SELECT * FROM keys_of_it"_s));
    const QByteArray bytes = QByteArray::fromHex("00FF80C3280D0A5C2722000102030405");
    QCOMPARE(browser.exportRows(Csv, file(u"bytes.csv"_s)),
             "id,nothing,none\r\n0x00FF80C3280D0A5C2722000102030405,0x,\r\n"_ba);
    QCOMPARE(browser.exportRows(Csv, file(u"bytes.csv"_s), 1),
             "id,nothing,none\r\n" + bytes.toBase64() + ",\"\",\r\n");
    const QJsonArray rows = parsed(browser.exportRows(Json, file(u"bytes.json"_s), 1));
    QCOMPARE(rows.at(0)[u"id"_s], QJsonValue(QString::fromLatin1(bytes.toBase64())));
    QCOMPARE(rows.at(0)[u"nothing"_s], QJsonValue(QString(u""_s)));
    // A table, too.
    browser.window().sheet()->openTable(browser.database(), u"keys_of_it"_s);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 1, 30'000);
    QCOMPARE(browser.exportRows(Csv, file(u"table.csv"_s)),
             "id,nothing,none\r\n0x00FF80C3280D0A5C2722000102030405,0x,\r\n"_ba);
}

void tst_BrowserExports::insertsGiveTheSameRows()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(tableOfAllTypes(server).join(u";\n"_s)));
    const QString exported = file(u"types.json"_s);
    QVERIFY(browser.execute(u"SELECT * FROM types ORDER BY id"_s));
    const QByteArray rows = browser.exportRows(Json, exported);
    // The name of the tab is offered as that of the table.
    QByteArray inserts = browser.exportRows(Sql, file(u"types.sql"_s));
    QVERIFY2(inserts.contains("INSERT INTO `Result 1` ("), inserts);
    inserts.replace("`Result 1`", "copies");
    for (const QString &mode : {u"NO_BACKSLASH_ESCAPES,ANSI_QUOTES"_s, u"TRADITIONAL"_s}) {
        QVERIFY(browser.execute(u"SET sql_mode = '%1'; SET time_zone = '+05:00'"_s.arg(mode)));
        QVERIFY(browser.execute(QString::fromUtf8(inserts)));
        QVERIFY(browser.execute(u"SELECT @@time_zone, @@auto_increment_increment"_s));
        QCOMPARE(browser.firstRow().value(0), u"+05:00"_s);
        QVERIFY(browser.execute(u"SET time_zone = '+00:00'; SELECT * FROM copies ORDER BY id"_s));
        QCOMPARE(browser.exportRows(Json, file(u"copies.json"_s)), rows);
        QVERIFY(browser.execute(u"DELETE FROM copies"_s));
    }
    // FLOAT values of tables, which are exported from prepared statements, have all of their
    // digits.
    QVERIFY(browser.execute(u"CREATE TABLE floats (a FLOAT);\nINSERT INTO floats VALUES (1/3);\n"
                            "CREATE TABLE floats_2 LIKE floats"_s));
    browser.window().sheet()->openTable(browser.database(), u"floats"_s);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 1, 30'000);
    inserts = browser.exportRows(Sql, file(u"floats.sql"_s));
    QVERIFY(browser.execute(QString::fromUtf8(inserts.replace("`floats`", "floats_2"))));
    QCOMPARE(browser.ask(u"SELECT COUNT(*) FROM floats JOIN floats_2 USING (a)"_s), u"1"_s);
}

/// Files are UTF-8, whatever the session makes of text.
void tst_BrowserExports::textOfOtherCharacterSetsIsValid()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(u"SET character_set_results = latin1;\nSELECT 'ä' AS a"_s));
    const QJsonArray rows = parsed(browser.exportRows(Json, file(u"latin1.json"_s)));
    const QString text = rows.at(0)[u"a"_s].toString();
    QVERIFY2(text == u"ä"_s || text == "0xE4"_L1, qPrintable(text));
}

void tst_BrowserExports::cellsAreCopied()
{
    BrowserFixture browser(all().constFirst());
    QVERIFY(browser.isReady());
    browser.write(u"SELECT 1 AS a, 'x' AS b, NULL AS c UNION SELECT 2, 'y', 3"_s);
    browser.run();
    QVERIFY(browser.waitUntilIdle());
    QTRY_VERIFY_WITH_TIMEOUT(browser.grid(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 2, 30'000);
    browser.grid()->setFocus();
    QTest::keyClick(browser.grid(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(browser.grid(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"1\tx\tNULL\n2\ty\t3"_s);
    QTest::keyClick(browser.grid(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"a\tb\tc\n1\tx\tNULL\n2\ty\t3"_s);

    // All digits, whatever types of Qt can hold.
    QVERIFY(
        browser.execute(u"SELECT CAST('2024-01-02 03:04:05.123456' AS DATETIME(6)), "
                        "CAST('0000-00-00' AS CHAR), 18446744073709551615, X'00FF', X'3078'"_s));
    browser.grid()->setFocus();
    QTest::keyClick(browser.grid(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(browser.grid(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             u"2024-01-02 03:04:05.123456\t0000-00-00\t18446744073709551615\t0x00ff\t0x3078"_s);
}

QTEST_MAIN(tst_BrowserExports)
#include "tst_browserexports.moc"
