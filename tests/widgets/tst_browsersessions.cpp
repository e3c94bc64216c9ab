// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "browserfixture.h"

#include <querypage.h>
#include <resultpage.h>
#include <serversession.h>
#include <sessionresult.h>
#include <sqleditor.h>
#include <sqlsheet.h>

#include <QtCore/qscopeguard.h>
#include <QtCore/qtemporarydir.h>
#include <QtGui/qaction.h>
#include <QtTest/qtest.h>
#include <QtWidgets/qcombobox.h>
#include <QtWidgets/qlabel.h>
#include <QtWidgets/qstatusbar.h>
#include <QtWidgets/qtabwidget.h>

#include <utility>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;

/// The statements of a sheet share one session, whatever they are.
class tst_BrowserSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void statementsSeeTheOnesBefore_data() { addRows(); }
    void statementsSeeTheOnesBefore();
    void transactionIsKept_data() { addRows(); }
    void transactionIsKept();
    void openTransactionIsShown_data() { addRows(); }
    void openTransactionIsShown();
    void halfReadResultHoldsNothingUp_data() { addRows(); }
    void halfReadResultHoldsNothingUp();
    void hugeResultIsEnded_data() { addRows(); }
    void hugeResultIsEnded();
    void waitForAResultIsStopped_data() { addRows(); }
    void waitForAResultIsStopped();
    void keptResultsAreSortedAndRefreshed_data() { addRows(); }
    void keptResultsAreSortedAndRefreshed();
    void scriptFollowsTheSqlMode_data() { addRows(); }
    void scriptFollowsTheSqlMode();
    void sqlModeIsKnownFromTheStart_data() { addRows(); }
    void sqlModeIsKnownFromTheStart();
    void lostSessionIsReported_data() { addRows(); }
    void lostSessionIsReported();
    void lossIsReportedToAnIdleSheet_data() { addRows(); }
    void lossIsReportedToAnIdleSheet();
    void sheetHasALeaseOfThePool();
    void sessionEndsWithTheWindow();
    void nextServerFindsAFreeSheet();
    void editorKeepsSpaces();

private:
    QTemporaryDir m_folder;
};

namespace {

/// Of about 10 MB, which is more than is read ahead.
const QString LargeResult = u"SELECT id, REPEAT('x', 2000) AS long_text FROM articles"_s;

struct Pair
{
    QString first;
    QString second;
    QString expected;
};

/// How many sessions execute \a sql.
QString running(const QString &sql)
{
    return u"SELECT COUNT(*) FROM information_schema.processlist WHERE info = '%1'"_s.arg(sql);
}

QList<Pair> pairs()
{
    return {
        {u"SELECT SQL_CALC_FOUND_ROWS id FROM articles LIMIT 7"_s, u"SELECT FOUND_ROWS()"_s,
         u"5000"_s},
        {u"SELECT SQL_CALC_FOUND_ROWS id, REPEAT('x', 2000) FROM articles LIMIT 3000"_s,
         u"SELECT FOUND_ROWS()"_s, u"5000"_s},
        {LargeResult, u"SELECT FOUND_ROWS()"_s, u"5000"_s},
        {u"SELECT CAST('abc' AS SIGNED)"_s, u"SHOW WARNINGS"_s,
         u"Warning|1292|Truncated incorrect INTEGER value: 'abc'"_s},
        {u"SELECT CAST('abc' AS SIGNED)"_s, u"SELECT @@warning_count"_s, u"1"_s},
        {u"FLUSH STATUS; SELECT id FROM articles ORDER BY id LIMIT 50"_s,
         u"SHOW SESSION STATUS LIKE 'Handler_read_next'"_s, u"Handler_read_next|49"_s},
        {u"CALL make_temporary()"_s, u"SELECT id FROM made"_s, u"11"_s},
        {u"SET @x = 5"_s, u"SELECT @x"_s, u"5"_s},
        {u"SELECT 6 INTO @y"_s, u"SELECT @y"_s, u"6"_s},
        {u"INSERT INTO articles (name) VALUES ('new')"_s, u"SELECT LAST_INSERT_ID() > 5000"_s,
         u"1"_s},
        {u"UPDATE articles SET price = price + 1 WHERE id <= 3"_s, u"SELECT ROW_COUNT()"_s, u"3"_s},
        {u"SELECT GET_LOCK('browser', 0)"_s, u"SELECT IS_USED_LOCK('browser') = CONNECTION_ID()"_s,
         u"1"_s},
        {u"CREATE OR REPLACE VIEW one AS SELECT 31 AS id"_s, u"SELECT id FROM one"_s, u"31"_s},
        {u"PREPARE s FROM 'SELECT 42'"_s, u"EXECUTE s"_s, u"42"_s},
        {u"SET SESSION group_concat_max_len = 1234"_s, u"SELECT @@group_concat_max_len"_s,
         u"1234"_s},
        {u"CREATE TEMPORARY TABLE own (id INT) SELECT 3 AS id"_s, u"SHOW CREATE TABLE own"_s,
         QString()},
        {u"USE mysql"_s, u"SELECT DATABASE()"_s, u"mysql"_s},
    };
}

} // namespace

void tst_BrowserSessions::initTestCase()
{
    VERIFY_SERVERS();
    BrowserFixture::useOwnSettings(m_folder.path(), u"tst_browsersessions"_s);
}

void tst_BrowserSessions::statementsSeeTheOnesBefore()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.ask(u"CREATE PROCEDURE make_temporary() CREATE TEMPORARY TABLE made SELECT 11 AS id"_s);
    auto *tabs = browser.find<QTabWidget>(u"results"_s);
    auto *reset = browser.find<QAction>(u"resetSession"_s);
    const auto check = [&](const Pair &pair) {
        QVERIFY2(browser.find<QWidget>(u"sqlErrors"_s)->isHidden(), qPrintable(pair.second));
        tabs->setCurrentIndex(tabs->count() - 1);
        const QString found = browser.firstRow().join(u'|');
        if (pair.expected.isNull())
            QVERIFY2(!found.isEmpty(), qPrintable(pair.second));
        else
            QVERIFY2(found == pair.expected, qPrintable(pair.second + " gives "_L1 + found));
        reset->trigger();
        // A reset brings the database back that was chosen.
        QVERIFY(browser.execute(u"USE "_s + browser.database()));
    };
    for (const Pair &pair : pairs()) {
        QVERIFY2(browser.execute(pair.first), qPrintable(pair.first));
        QVERIFY2(browser.execute(pair.second), qPrintable(pair.second));
        check(pair);
        QVERIFY2(browser.execute(pair.first + ";\n"_L1 + pair.second), qPrintable(pair.first));
        check(pair);
    }
    QCOMPARE(browser.find<QComboBox>(u"databases"_s)->currentText(), browser.database());
}

void tst_BrowserSessions::transactionIsKept()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    const QString count = u"SELECT COUNT(*), @answer FROM articles"_s;
    QVERIFY(browser.execute(u"BEGIN"_s));
    QVERIFY(browser.execute(u"DELETE FROM articles"_s));
    QVERIFY(browser.execute(u"SET @answer = 42"_s));
    QVERIFY(browser.execute(count));
    QCOMPARE(browser.firstRow(), QStringList({u"0"_s, u"42"_s}));
    QCOMPARE(browser.ask(u"SELECT COUNT(*) FROM articles"_s), u"5000"_s);
    browser.find<QAction>(u"resetSession"_s)->trigger();
    QVERIFY(browser.execute(count));
    QCOMPARE(browser.firstRow(), QStringList({u"5000"_s, QString()}));

    QVERIFY(browser.execute(u"SET autocommit = 0;\nDELETE FROM articles WHERE id < 10"_s));
    QVERIFY(browser.execute(u"SELECT COUNT(*) FROM articles"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"4991"_s));
    QVERIFY(browser.execute(u"ROLLBACK;\nSELECT COUNT(*) FROM articles"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"5000"_s));
}

void tst_BrowserSessions::openTransactionIsShown()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    const QString update = u"UPDATE articles SET price = 1 WHERE id = 1"_s;
    auto *label = browser.find<QLabel>(u"transaction"_s);
    QVERIFY(browser.execute(update));
    QVERIFY(!label->isVisible());
    for (const auto &[begin, end] :
         {std::pair(u"START TRANSACTION"_s, u"COMMIT"_s), std::pair(u"BEGIN"_s, u"ROLLBACK"_s),
          std::pair(u"SET autocommit = 0;\n"_s + update, u"ROLLBACK"_s),
          // Of which the server commits first.
          std::pair(update, u"CREATE TABLE other (a INT)"_s)}) {
        QVERIFY(browser.execute(begin));
        QTRY_VERIFY_WITH_TIMEOUT(label->isVisible(), 30'000);
        QCOMPARE(label->text(), u"Transaction open"_s);
        QVERIFY(browser.execute(u"SELECT id FROM articles LIMIT 3"_s));
        QVERIFY(label->isVisible());
        QVERIFY(browser.execute(end));
        QTRY_VERIFY_WITH_TIMEOUT(!label->isVisible(), 30'000);
    }
    QVERIFY(browser.execute(u"START TRANSACTION;\nSELECT CONNECTION_ID()"_s));
    QTRY_VERIFY_WITH_TIMEOUT(label->isVisible(), 30'000);
    browser.ask(u"KILL "_s + browser.firstRow().value(0));
    QTRY_VERIFY_WITH_TIMEOUT(!label->isVisible(), 30'000);
}

void tst_BrowserSessions::halfReadResultHoldsNothingUp()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *tabs = browser.find<QTabWidget>(u"results"_s);
    // As one script, and as two runs, of which the second closes the result or keeps it.
    QVERIFY(browser.execute(LargeResult + ";\nALTER TABLE articles ADD COLUMN one INT"_L1));
    tabs->setCurrentIndex(1);
    QCOMPARE(browser.grid()->model()->rowCount(), 5000);
    QVERIFY(browser.execute(LargeResult));
    QVERIFY(browser.grid()->model()->rowCount() < 5000);
    QVERIFY(browser.execute(u"ALTER TABLE articles ADD COLUMN two INT"_s));
    QCOMPARE(tabs->count(), 1);
    QVERIFY(browser.execute(LargeResult));
    browser.find<QAction>(u"keep"_s)->trigger();
    QVERIFY(browser.execute(u"ALTER TABLE articles ADD COLUMN three INT"_s));
    tabs->setCurrentIndex(1);
    QCOMPARE(browser.grid()->model()->rowCount(), 5000);
    // Others are not held up either when a result was closed.
    QVERIFY(browser.execute(LargeResult));
    browser.find<QAction>(u"closeTab"_s)->trigger();
    browser.ask(u"SET lock_wait_timeout = 20"_s);
    browser.ask(u"ALTER TABLE articles ADD COLUMN four INT"_s);
    QCOMPARE(browser.ask(u"SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) "
                         "FROM information_schema.columns "
                         "WHERE table_schema = DATABASE() AND table_name = 'articles'"_s),
             u"id,name,price,one,two,three,four"_s);
}

void tst_BrowserSessions::hugeResultIsEnded()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    SessionResult::setLimits(1000, 256 * 1024 * 1024);
    const auto restore
        = qScopeGuard([] { SessionResult::setLimits(1'000'000, 256 * 1024 * 1024); });
    auto *tabs = browser.find<QTabWidget>(u"results"_s);
    QVERIFY(browser.execute(
        u"BEGIN;\nDELETE FROM articles WHERE id = 1;\n"
        "SELECT a.id, REPEAT('x', 2000) AS x FROM articles a CROSS JOIN articles b;\n"
        "SELECT COUNT(*) FROM articles"_s));
    tabs->setCurrentIndex(2);
    // The transaction goes on.
    QCOMPARE(browser.firstRow(), QStringList(u"4999"_s));
    tabs->setCurrentIndex(1);
    const auto *rows = browser.find<QLabel>(u"rows"_s);
    QVERIFY2(rows->text().startsWith("first "_L1), qPrintable(rows->text()));
    // By their size, too.
    SessionResult::setLimits(1'000'000, 1024 * 1024);
    QVERIFY(browser.execute(LargeResult + ";\nSELECT COUNT(*) FROM articles"_L1));
    tabs->setCurrentIndex(1);
    QVERIFY(browser.grid()->model()->rowCount() < 4999);
    QVERIFY2(rows->text().startsWith("first "_L1), qPrintable(rows->text()));
    QVERIFY(browser.execute(u"ROLLBACK;\nSELECT COUNT(*) FROM articles"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"5000"_s));
}

void tst_BrowserSessions::waitForAResultIsStopped()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    SessionResult::setLimits(100'000'000, qint64(1) << 40);
    const auto restore
        = qScopeGuard([] { SessionResult::setLimits(1'000'000, 256 * 1024 * 1024); });
    QVERIFY(browser.execute(u"SET @x = 1;\nSELECT a.id, b.id, REPEAT('x', 100) AS x "
                            "FROM articles a CROSS JOIN articles b"_s));
    SqlEditor *editor = browser.window().sheet()->editor();
    editor->setPlainText(u"SET @x = 2"_s);
    browser.runAll();
    QVERIFY(browser.window().sheet()->isBusy());
    QTest::keyClick(editor, Qt::Key_Escape);
    QVERIFY(browser.waitUntilIdle());
    QVERIFY(browser.execute(u"SELECT @x"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"1"_s));
}

void tst_BrowserSessions::keptResultsAreSortedAndRefreshed()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *tabs = browser.find<QTabWidget>(u"results"_s);
    QVERIFY(browser.execute(u"CREATE TEMPORARY TABLE mine (id INT PRIMARY KEY);\n"
                            "INSERT INTO mine VALUES (1), (3);\nSELECT id FROM mine"_s));
    browser.find<QAction>(u"keep"_s)->trigger();
    QVERIFY(browser.execute(u"INSERT INTO mine VALUES (2);\n"_s + LargeResult));
    QVERIFY(browser.grid()->model()->rowCount() < 5000);
    // The one in front has unread rows.
    tabs->setCurrentIndex(1);
    auto *page = qobject_cast<QueryPage *>(browser.window().sheet()->currentPage());
    QVERIFY(page);
    page->refresh();
    QTRY_COMPARE_WITH_TIMEOUT(BrowserFixture::column(browser.grid(), 0, 9),
                              QStringList({u"1"_s, u"2"_s, u"3"_s}), 30'000);
    QVERIFY(browser.execute(LargeResult));
    tabs->setCurrentIndex(1);
    browser.grid()->sortByColumn(0, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(BrowserFixture::column(browser.grid(), 0, 9),
                              QStringList({u"3"_s, u"2"_s, u"1"_s}), 30'000);
}

void tst_BrowserSessions::scriptFollowsTheSqlMode()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *tabs = browser.find<QTabWidget>(u"results"_s);
    SqlEditor *editor = browser.window().sheet()->editor();
    QVERIFY(
        browser.execute(u"SET sql_mode = 'NO_BACKSLASH_ESCAPES';\nSELECT 'C:\\';\nSELECT 2;"_s));
    QCOMPARE(tabs->count(), 3);
    tabs->setCurrentIndex(1);
    QCOMPARE(browser.firstRow(), QStringList(u"C:\\"_s));
    QVERIFY(editor->dialect().noBackslashEscapes);
    QVERIFY(browser.execute(u"SELECT 'C:\\'; SELECT 2;"_s));
    QCOMPARE(tabs->count(), 3);
    // The statement at the cursor.
    editor->setPlainText(u"SELECT 'C:\\'; SELECT 2;"_s);
    editor->moveCursor(QTextCursor::End);
    browser.run();
    QVERIFY(browser.waitUntilIdle());
    QCOMPARE(tabs->count(), 2);
    QCOMPARE(browser.firstRow(), QStringList(u"2"_s));

    QVERIFY(browser.execute(u"SET sql_mode = 'ANSI_QUOTES';\nSELECT 1 AS \"a\\\";\nSELECT 3;"_s));
    QCOMPARE(tabs->count(), 3);
    QVERIFY(editor->dialect().ansiQuotes && !editor->dialect().noBackslashEscapes);
    QVERIFY(browser.execute(u"SET sql_mode = '';\nSELECT 'a\\';', \"\\\";\";\nSELECT 4;"_s));
    QCOMPARE(tabs->count(), 3);
    tabs->setCurrentIndex(1);
    QCOMPARE(browser.firstRow(), QStringList({u"a';"_s, u"\";"_s}));
    QVERIFY(!editor->dialect().ansiQuotes && !editor->dialect().noBackslashEscapes);
    // Colons and question marks of procedures are no placeholders.
    QVERIFY(browser.execute(u"DELIMITER $$\nCREATE PROCEDURE labelled()\nfirst:BEGIN\n"
                            "PREPARE s FROM 'SELECT ?'; LEAVE first;\nEND$$\n"
                            "DELIMITER ;\nCALL labelled();"_s));
    // What a procedure sets is taken back at its end.
    browser.ask(u"CREATE PROCEDURE set_modes() "
                "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"_s);
    QVERIFY(browser.execute(u"CALL set_modes();\nSELECT 'a\\'; b', \"\\\"; c\";\nSELECT 5;"_s));
    QCOMPARE(tabs->count(), 3);
    QVERIFY(browser.execute(u"SET sql_mode = 'ANSI_QUOTES'"_s));
    QVERIFY(editor->dialect().ansiQuotes);
    // A reset of the session ends it.
    browser.find<QAction>(u"resetSession"_s)->trigger();
    QVERIFY(browser.execute(u"SELECT 1"_s));
    QVERIFY(!editor->dialect().ansiQuotes && !editor->dialect().noBackslashEscapes);
}

void tst_BrowserSessions::sqlModeIsKnownFromTheStart()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    ConnectionOptions options = Servers::options(server);
    options.setSessionVariables({{u"sql_mode"_s, u"ANSI_QUOTES,NO_BACKSLASH_ESCAPES"_s}});
    browser.window().connectTo(options, u"other"_s);
    const SqlEditor *editor = browser.window().sheet()->editor();
    QTRY_VERIFY_WITH_TIMEOUT(editor->dialect().ansiQuotes && editor->dialect().noBackslashEscapes,
                             30'000);
    QVERIFY(browser.execute(u"SELECT 'C:\\' AS \"a\\\"; SELECT 2"_s));
    QCOMPARE(browser.find<QTabWidget>(u"results"_s)->count(), 3);
}

void tst_BrowserSessions::lostSessionIsReported()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(u"SET @x = 1;\nSELECT CONNECTION_ID()"_s));
    const QString id = browser.firstRow().value(0);
    browser.ask(u"KILL "_s + id);
    QVERIFY(browser.execute(u"SELECT CONNECTION_ID(), @x"_s));
    QVERIFY(browser.firstRow().value(0) != id);
    QCOMPARE(browser.firstRow().value(1), QString());
    const QString message = browser.window().statusBar()->currentMessage();
    QVERIFY2(message.startsWith("The session was lost"_L1) && message.contains("variables"_L1),
             qPrintable(message));
}

/// Also without state; and the database that was chosen is selected in the next session.
void tst_BrowserSessions::lossIsReportedToAnIdleSheet()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(u"SELECT CONNECTION_ID()"_s));
    browser.find<QAction>(u"keep"_s)->trigger();
    const QString id = browser.firstRow().value(0);
    QWidget *kept = browser.window().sheet()->currentPage();
    browser.ask(u"KILL "_s + id);
    const QStatusBar *bar = browser.window().statusBar();
    QTRY_VERIFY_WITH_TIMEOUT(bar->currentMessage().startsWith("The session was lost"_L1), 30'000);
    QVERIFY2(bar->currentMessage().contains(browser.database()), qPrintable(bar->currentMessage()));
    const auto *state = browser.find<QLabel>(u"state"_s);
    QTRY_VERIFY(state->text().contains("Not connected"_L1));
    QVERIFY(browser.execute(u"SELECT CONNECTION_ID(), DATABASE()"_s));
    const QStringList row = browser.firstRow();
    QVERIFY(row.value(0) != id);
    QCOMPARE(row.value(1), browser.database());
    QVERIFY(!state->text().contains("Not connected"_L1));
    // The result from the session before is executed again in this one.
    browser.find<QTabWidget>(u"results"_s)->setCurrentWidget(kept);
    QCOMPARE(browser.firstRow(), QStringList(id));
    browser.window().sheet()->currentPage()->refresh();
    QTRY_COMPARE_WITH_TIMEOUT(browser.firstRow(), QStringList(row.value(0)), 30'000);
}

void tst_BrowserSessions::sheetHasALeaseOfThePool()
{
    BrowserFixture browser(all().constFirst());
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(u"SET @x = 1;\nSELECT CONNECTION_ID()"_s));
    const QString id = browser.firstRow().value(0);
    // The schema uses other sessions.
    QVERIFY(browser.openNode({browser.database(), u"Tables"_s, u"articles"_s}).isValid());
    QVERIFY(browser.execute(u"SELECT CONNECTION_ID(), @x"_s));
    QCOMPARE(browser.firstRow(), QStringList({id, u"1"_s}));
    QCOMPARE(browser.ask(u"SELECT COUNT(*) FROM information_schema.processlist WHERE id = "_s + id),
             u"1"_s);
}

/// Also while it is being opened, and while it executes something.
void tst_BrowserSessions::sessionEndsWithTheWindow()
{
    BrowserFixture browser(all().constFirst());
    QVERIFY(browser.isReady());
    const ConnectionOptions options = browser.admin().options();
    {
        MainWindow window;
        window.connectTo(options, u"gone"_s);
    }
    for (const QString &sql : {u"SELECT SLEEP(31)"_s, u"DO SLEEP(31)"_s}) {
        MainWindow window;
        window.connectTo(options, u"gone"_s);
        window.sheet()->editor()->setPlainText(sql);
        window.sheet()->runAll();
        QTRY_COMPARE_WITH_TIMEOUT(browser.ask(running(sql)), u"1"_s, 30'000);
    }
    QVERIFY(browser.execute(u"SELECT 1"_s));
}

/// Whatever was executed when the window was connected to the next one.
void tst_BrowserSessions::nextServerFindsAFreeSheet()
{
    BrowserFixture browser(all().constFirst());
    QVERIFY(browser.isReady());
    const ConnectionOptions options = browser.admin().options();
    for (const QString &sql : {u"SELECT SLEEP(32)"_s, u"DO SLEEP(32)"_s}) {
        browser.window().connectTo(options, u"next"_s);
        browser.window().sheet()->editor()->setPlainText(sql);
        browser.runAll();
        QVERIFY(browser.window().sheet()->isBusy());
        browser.window().connectTo(options, u"next"_s);
        QVERIFY(!browser.window().sheet()->isBusy());
        QVERIFY(browser.execute(u"SELECT 1"_s));
        browser.window().sheet()->editor()->setPlainText(sql);
        browser.runAll();
        QTRY_COMPARE_WITH_TIMEOUT(browser.ask(running(sql)), u"1"_s, 30'000);
        browser.window().connectTo(options, u"next"_s);
        QVERIFY(!browser.window().sheet()->isBusy());
        QVERIFY(browser.execute(u"SELECT 2"_s));
        QCOMPARE(browser.firstRow(), QStringList(u"2"_s));
    }
}

/// Those in strings are data.
void tst_BrowserSessions::editorKeepsSpaces()
{
    BrowserFixture browser(all().constFirst());
    QVERIFY(browser.isReady());
    QVERIFY(browser.execute(u"SELECT HEX('a\u00a0b\nc') AS x"_s));
    QCOMPARE(browser.firstRow(), QStringList(u"61C2A0620A63"_s));
}

QTEST_MAIN(tst_BrowserSessions)
#include "tst_browsersessions.moc"
