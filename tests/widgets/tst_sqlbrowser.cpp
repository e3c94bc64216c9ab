// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "browserfixture.h"

#include <resultpage.h>
#include <sqleditor.h>
#include <sqlsheet.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qsettings.h>
#include <QtCore/qtemporarydir.h>
#include <QtGui/qaction.h>
#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qtest.h>
#include <QtWidgets/qapplication.h>
#include <QtWidgets/qcombobox.h>
#include <QtWidgets/qdialog.h>
#include <QtWidgets/qheaderview.h>
#include <QtWidgets/qlabel.h>
#include <QtWidgets/qlineedit.h>
#include <QtWidgets/qlistview.h>
#include <QtWidgets/qprogressbar.h>
#include <QtWidgets/qpushbutton.h>
#include <QtWidgets/qspinbox.h>
#include <QtWidgets/qtabwidget.h>
#include <QtWidgets/qtoolbutton.h>
#include <QtWidgets/qtreeview.h>
#include <QtWidgets/qtreewidget.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;

/// The database browser, by mouse and keyboard.
class tst_SqlBrowser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void dialogTestsConnections_data() { addRows(); }
    void dialogTestsConnections();
    void connectionTestShowsTheReason_data();
    void connectionTestShowsTheReason();
    void connectionTestIsCancelled();
    void connectionsAreRememberedWithoutPasswords();
    void severalResultsHaveTabs_data() { addRows(); }
    void severalResultsHaveTabs();
    void errorShowsItsPlace_data() { addRows(); }
    void errorShowsItsPlace();
    void headerSortsInTheServer_data() { addRows(); }
    void headerSortsInTheServer();
    void rowsComeWhileOneScrolls_data() { addRows(); }
    void rowsComeWhileOneScrolls();
    void tableIsEdited_data() { addRows(); }
    void tableIsEdited();
    void conflictIsShown_data() { addRows(); }
    void conflictIsShown();
    void slowQueryIsCancelled_data() { addRows(); }
    void slowQueryIsCancelled();
    void historyIsKept();

private:
    QTemporaryDir m_folder;
};

namespace {

const auto click = BrowserFixture::click;
const auto enter = BrowserFixture::enter;
const auto column = BrowserFixture::column;
const auto contents = BrowserFixture::contents;

QString message(const MainWindow &window)
{
    return window.findChild<QLabel *>(u"testMessage"_s)->text();
}

} // namespace

void tst_SqlBrowser::initTestCase()
{
    VERIFY_SERVERS();
    BrowserFixture::useOwnSettings(m_folder.path(), u"tst_sqlbrowser"_s);
}

void tst_SqlBrowser::dialogTestsConnections()
{
    QFETCH(Server, server);
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.findChild<QAction *>(u"connect"_s)->trigger();
    auto *dialog = window.findChild<QDialog *>(u"connectionDialog"_s);
    QVERIFY(QTest::qWaitForWindowActive(dialog));
    enter(dialog->findChild<QLineEdit *>(u"host"_s), server.host);
    dialog->findChild<QSpinBox *>(u"port"_s)->setValue(server.port);
    enter(dialog->findChild<QLineEdit *>(u"user"_s), server.user);
    auto *password = dialog->findChild<QLineEdit *>(u"password"_s);
    auto *test = dialog->findChild<QPushButton *>(u"testButton"_s);
    QCOMPARE(password->echoMode(), QLineEdit::Password);

    enter(password, u"wrong"_s);
    click(test);
    QTRY_VERIFY2_WITH_TIMEOUT(message(window).contains("denied"_L1, Qt::CaseInsensitive),
                              qPrintable(message(window)), 30'000);

    enter(password, server.password);
    click(test);
    QTRY_VERIFY2_WITH_TIMEOUT(message(window).contains(server.version.toString()),
                              qPrintable(message(window)), 30'000);
    QVERIFY2(message(window).contains(server.isMySql ? "MySQL"_L1 : "MariaDB"_L1),
             qPrintable(message(window)));
    QVERIFY2(message(window).contains("encrypted with TLSv1"_L1), qPrintable(message(window)));

    auto *mode = dialog->findChild<QComboBox *>(u"tlsMode"_s);
    mode->setFocus();
    QTest::keyClick(mode, Qt::Key_Home);
    click(test);
    // Without TLS the password may not be sent in every way.
    QTRY_VERIFY2_WITH_TIMEOUT(message(window).contains("not encrypted"_L1)
                                  || message(window).contains("TLS"_L1, Qt::CaseInsensitive),
                              qPrintable(message(window)), 30'000);
    mode->setFocus();
    QTest::keyClick(mode, Qt::Key_End);
    if (!server.caFile.isEmpty()) {
        enter(dialog->findChild<QLineEdit *>(u"caFile"_s), u"/nowhere.pem"_s);
        click(test);
        QTRY_VERIFY_WITH_TIMEOUT(message(window).contains("nowhere.pem"_L1), 30'000);
        enter(dialog->findChild<QLineEdit *>(u"caFile"_s), server.caFile);
    }
    click(dialog->findChild<QPushButton *>(u"connectButton"_s));
    auto *state = window.findChild<QLabel *>(u"state"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(state->text().contains(server.version.toString()),
                              qPrintable(state->text()), 30'000);
    QVERIFY(state->text().contains(", encrypted"_L1));
}

void tst_SqlBrowser::connectionTestShowsTheReason_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("advice");
    QTest::newRow("nobody listens")
        << u"none"_s << u"refused"_s << u"that the server is running."_s;
    QTest::newRow("no answer") << u"silent"_s << u"within"_s << u"firewall"_s;
    QTest::newRow("gone at once") << u"closing"_s << u"lost"_s
                                  << u"a MySQL or MariaDB server listens"_s;
    QTest::newRow("no socket") << u"socket"_s << u"the socket does not exist"_s
                               << u"Check the path"_s;
}

/// The first reason, at once: whoever looks at the dialog does not wait for further attempts.
void tst_SqlBrowser::connectionTestShowsTheReason()
{
    QFETCH(const QString, server);
    QFETCH(const QString, reason);
    QFETCH(const QString, advice);
    QTcpServer listener;
    QVERIFY(listener.listen(QHostAddress::LocalHost));
    const int port = listener.serverPort();
    if (server == "none"_L1)
        listener.close();
    int attempts = 0;
    connect(&listener, &QTcpServer::newConnection, this, [&] {
        ++attempts;
        QTcpSocket *socket = listener.nextPendingConnection();
        if (server == "closing"_L1)
            socket->close();
    });
    QString peer = u"127.0.0.1:%1"_s.arg(port);
    MainWindow window;
    window.show();
    window.showConnectionDialog();
    auto *dialog = window.findChild<QDialog *>(u"connectionDialog"_s);
    enter(dialog->findChild<QLineEdit *>(u"host"_s), u"127.0.0.1"_s);
    dialog->findChild<QSpinBox *>(u"port"_s)->setValue(port);
    if (server == "socket"_L1) {
        peer = m_folder.filePath(u"nothing.sock"_s);
        enter(dialog->findChild<QLineEdit *>(u"socket"_s), peer);
    }
    auto *connectButton = dialog->findChild<QPushButton *>(u"connectButton"_s);
    QElapsedTimer time;
    time.start();
    click(dialog->findChild<QPushButton *>(u"testButton"_s));
    QTRY_VERIFY_WITH_TIMEOUT(connectButton->isEnabled(), 20'000);
    const QString shown = message(window);
    QVERIFY2(shown.contains(peer) && shown.contains(reason, Qt::CaseInsensitive)
                 && shown.contains(advice) && shown.at(0).isUpper() && shown.endsWith(u'.'),
             qPrintable(shown));
    QVERIFY2(time.elapsed() < 7000, qPrintable(QString::number(time.elapsed())));
    QCOMPARE(attempts, server == "silent"_L1 || server == "closing"_L1 ? 1 : 0);
}

void tst_SqlBrowser::connectionTestIsCancelled()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    MainWindow window;
    window.show();
    window.showConnectionDialog();
    auto *dialog = window.findChild<QDialog *>(u"connectionDialog"_s);
    enter(dialog->findChild<QLineEdit *>(u"host"_s), u"127.0.0.1"_s);
    dialog->findChild<QSpinBox *>(u"port"_s)->setValue(silent.serverPort());
    auto *test = dialog->findChild<QPushButton *>(u"testButton"_s);
    click(test);
    QTRY_VERIFY_WITH_TIMEOUT(silent.hasPendingConnections(), 30'000);
    QVERIFY(!dialog->findChild<QPushButton *>(u"connectButton"_s)->isEnabled());
    click(test);
    QTRY_COMPARE_WITH_TIMEOUT(message(window), u"Cancelled."_s, 30'000);
    QVERIFY(dialog->findChild<QPushButton *>(u"connectButton"_s)->isEnabled());
    // Closed while it tries.
    click(test);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!window.findChild<QDialog *>(u"connectionDialog"_s), 30'000);
}

void tst_SqlBrowser::connectionsAreRememberedWithoutPasswords()
{
    {
        MainWindow window;
        window.show();
        window.showConnectionDialog();
        auto *dialog = window.findChild<QDialog *>(u"connectionDialog"_s);
        enter(dialog->findChild<QLineEdit *>(u"profileName"_s), u"the shop"_s);
        enter(dialog->findChild<QLineEdit *>(u"user"_s), u"anna"_s);
        enter(dialog->findChild<QLineEdit *>(u"password"_s), u"pass-port-7"_s);
        click(dialog->findChild<QPushButton *>(u"remember"_s));
    }
    QVERIFY(!contents(QSettings().fileName()).contains("pass-port-7"));
    MainWindow window;
    window.show();
    window.showConnectionDialog();
    auto *dialog = window.findChild<QDialog *>(u"connectionDialog"_s);
    QCOMPARE(dialog->findChild<QLineEdit *>(u"profileName"_s)->text(), u"the shop"_s);
    QCOMPARE(dialog->findChild<QLineEdit *>(u"user"_s)->text(), u"anna"_s);
    QCOMPARE(dialog->findChild<QLineEdit *>(u"password"_s)->text(), QString());
    auto *list = dialog->findChild<QListView *>(u"profiles"_s);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    click(dialog->findChild<QPushButton *>(u"forget"_s));
    QCOMPARE(list->model()->rowCount(), 0);
}

void tst_SqlBrowser::severalResultsHaveTabs()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *tabs = browser.find<QTabWidget>(u"results"_s);
    browser.write(u"SELECT 'one' AS a;\nUPDATE articles SET price = 1 WHERE id < 4;\n"
                  "SELECT price FROM articles WHERE id < 6 ORDER BY id;\nCALL two_results();"_s);
    browser.runAll();
    QTRY_VERIFY_WITH_TIMEOUT(browser.waitUntilIdle(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(tabs->count(), 5, 30'000); // with the messages
    tabs->setCurrentIndex(2);
    QCOMPARE(column(browser.grid(), 0, 9).join(u' '), u"1.00 1.00 1.00 2.00 2.50"_s);
    QCOMPARE(browser.find<QLabel>(u"rows"_s)->text(), u"5 rows"_s);
    tabs->setCurrentIndex(4);
    QCOMPARE(column(browser.grid(), 0, 9), QStringList(u"2"_s));
    auto *messages = browser.find<QTreeWidget>(u"messages"_s);
    QCOMPARE(messages->topLevelItemCount(), 4);
    QVERIFY2(messages->topLevelItem(1)->text(2).startsWith("2 rows affected"_L1),
             qPrintable(messages->topLevelItem(1)->text(2)));

    // The statement at the cursor takes the place of the results before.
    browser.write(u"SELECT 1;\nSELECT 2;\n"_s);
    QTest::keyClick(browser.window().sheet()->editor(), Qt::Key_Up);
    browser.run();
    QTRY_VERIFY_WITH_TIMEOUT(browser.waitUntilIdle(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(tabs->count(), 2, 30'000);
    QCOMPARE(column(browser.grid(), 0, 9), QStringList(u"2"_s));
    browser.find<QAction>(u"keep"_s)->trigger();
    QTest::keyClick(browser.window().sheet()->editor(), Qt::Key_Up);
    browser.run();
    QTRY_VERIFY_WITH_TIMEOUT(browser.waitUntilIdle(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(tabs->count(), 3, 30'000);
}

void tst_SqlBrowser::errorShowsItsPlace()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.write(u"SELECT 1;\n\nSELECT name,\nprice\nFORM articles;"_s);
    browser.runAll();
    auto *panel = browser.find<QWidget>(u"sqlErrors"_s);
    QTRY_VERIFY_WITH_TIMEOUT(panel->isVisible(), 30'000);
    auto *editor = browser.window().sheet()->editor();
    QVERIFY(editor->hasError());
    QCOMPARE(editor->errorLine(), 5);
    const QString text = panel->findChild<QLabel *>(u"errorText"_s)->text();
    QVERIFY2(text.contains("1064"_L1), qPrintable(text));
    auto *jump = panel->findChild<QPushButton *>(u"jumpToError"_s);
    QCOMPARE(jump->text(), u"Go to line 5"_s);
    click(jump);
    QCOMPARE(editor->textCursor().blockNumber(), 4);
    QCOMPARE(editor->textCursor().positionInBlock(), 5);
    QVERIFY(editor->hasFocus());
    // Lines in front do not disturb the mark; the key does the same as the button.
    QTextCursor cursor(editor->document());
    cursor.insertText(u"\n\n"_s);
    QCOMPARE(editor->errorLine(), 7);
    QTest::keyClick(editor, Qt::Key_F8);
    QCOMPARE(editor->textCursor().blockNumber(), 6);

    browser.write(u"SELECT id,\n  nmae FROM articles"_s);
    browser.run();
    QTRY_VERIFY_WITH_TIMEOUT(panel->isVisible() && editor->hasError(), 30'000);
    QCOMPARE(editor->errorLine(), 2);
}

void tst_SqlBrowser::headerSortsInTheServer()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.write(u"SELECT id, REPEAT('x', 2000) AS long_text FROM articles ORDER BY id"_s);
    browser.run();
    QTRY_VERIFY_WITH_TIMEOUT(browser.waitUntilIdle(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(browser.grid(), 30'000);
    QCOMPARE(column(browser.grid(), 0, 2), QStringList({u"1"_s, u"2"_s}));
    QVERIFY(browser.grid()->model()->rowCount() < 5000);
    QHeaderView *header = browser.grid()->horizontalHeader();
    const QPoint first(header->sectionViewportPosition(0) + 10, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, first);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, first);
    QTRY_COMPARE_WITH_TIMEOUT(column(browser.grid(), 0, 2), QStringList({u"5000"_s, u"4999"_s}),
                              30'000);
    QVERIFY(browser.waitUntilIdle());
    QVERIFY(browser.grid()->model()->rowCount() < 5000);
}

void tst_SqlBrowser::rowsComeWhileOneScrolls()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.write(u"SELECT id FROM articles ORDER BY id"_s);
    browser.run();
    QTRY_VERIFY_WITH_TIMEOUT(browser.waitUntilIdle(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(browser.grid(), 30'000);
    QTableView *grid = browser.grid();
    QCOMPARE(browser.find<QLabel>(u"rows"_s)->text(), u"256 rows so far"_s);
    grid->setFocus();
    QTRY_COMPARE_WITH_TIMEOUT(
        (QTest::keyClick(grid, Qt::Key_End, Qt::ControlModifier), grid->model()->rowCount()), 5000,
        30000);
    QTRY_COMPARE_WITH_TIMEOUT(browser.find<QLabel>(u"rows"_s)->text(), u"5000 rows"_s, 30'000);
    QCOMPARE(grid->model()->index(4999, 0).data().toString(), u"5000"_s);
}

void tst_SqlBrowser::tableIsEdited()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.window().sheet()->openTable(browser.database(), u"articles"_s);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 1000, 30'000);
    auto *filter = browser.find<QLineEdit>(u"tableFilter"_s);
    enter(filter, u"id <= 20"_s);
    QTest::keyClick(filter, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 20, 30'000);
    QVERIFY(browser.waitUntilIdle());

    QTableView *grid = browser.grid();
    browser.edit(grid->model()->index(1, 1), u"it's new"_s);
    browser.edit(grid->model()->index(1, 2), u"12.5"_s);
    QCOMPARE(browser.ask(u"SELECT name FROM articles WHERE id = 2"_s), u"article 2"_s);
    // A cell without a value becomes one without again.
    browser.select(grid->model()->index(2, 2));
    QTest::keyClick(grid, Qt::Key_0, Qt::ControlModifier);
    browser.select(grid->model()->index(4, 0));
    QTest::keyClick(grid, Qt::Key_Delete, Qt::ControlModifier);
    QTest::keyClick(grid, Qt::Key_Insert, Qt::ControlModifier);
    QCOMPARE(grid->model()->rowCount(), 21);
    browser.edit(grid->model()->index(20, 1), u"inserted"_s);
    QTest::keyClick(grid, Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!browser.window().sheet()->hasPendingChanges(), 30'000);
    QCOMPARE(browser.ask(u"SELECT name, price FROM articles WHERE id = 2"_s), u"it's new|12.50"_s);
    QCOMPARE(browser.ask(u"SELECT price IS NULL FROM articles WHERE id = 3"_s), u"1"_s);
    QCOMPARE(browser.ask(u"SELECT COUNT(*) FROM articles WHERE id = 5"_s), u"0"_s);
    QCOMPARE(browser.ask(u"SELECT id FROM articles WHERE name = 'inserted'"_s), u"5001"_s);

    // What is refused stays, with its reason.
    browser.edit(grid->model()->index(0, 2), u"much"_s);
    QTest::keyClick(grid, Qt::Key_S, Qt::ControlModifier);
    auto *errors = browser.find<QWidget>(u"tableErrors"_s);
    QTRY_VERIFY_WITH_TIMEOUT(errors->isVisible(), 30'000);
    QVERIFY(!browser.find<QPushButton>(u"keepMine"_s)->isVisible());
    QTest::keyClick(grid, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!browser.window().sheet()->hasPendingChanges(), 30'000);
    QCOMPARE(grid->model()->index(0, 2).data().toString(), u"0.50"_s);
}

void tst_SqlBrowser::conflictIsShown()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    browser.window().sheet()->openTable(browser.database(), u"articles"_s);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 1000, 30'000);
    QVERIFY(browser.waitUntilIdle());
    QTableView *grid = browser.grid();
    auto *errors = browser.find<QWidget>(u"tableErrors"_s);

    browser.edit(grid->model()->index(0, 1), u"mine"_s);
    browser.ask(u"UPDATE articles SET name = 'theirs' WHERE id = 1"_s);
    QTest::keyClick(grid, Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(errors->isVisible(), 30'000);
    QCOMPARE(browser.ask(u"SELECT name FROM articles WHERE id = 1"_s), u"theirs"_s);
    const QImage image = grid->grab().toImage();
    QVERIFY(!image.isNull());
    click(browser.find<QPushButton>(u"keepMine"_s));
    QTRY_VERIFY_WITH_TIMEOUT(!browser.window().sheet()->hasPendingChanges(), 30'000);
    QVERIFY(!errors->isVisible());
    QCOMPARE(browser.ask(u"SELECT name FROM articles WHERE id = 1"_s), u"mine"_s);

    browser.edit(grid->model()->index(1, 1), u"mine"_s);
    browser.ask(u"UPDATE articles SET name = 'theirs' WHERE id = 2"_s);
    QTest::keyClick(grid, Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(errors->isVisible(), 30'000);
    click(browser.find<QPushButton>(u"takeTheirs"_s));
    QTRY_COMPARE_WITH_TIMEOUT(grid->model()->index(1, 1).data().toString(), u"theirs"_s, 30'000);
    QVERIFY(!browser.window().sheet()->hasPendingChanges());
}

void tst_SqlBrowser::slowQueryIsCancelled()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *progress = browser.find<QProgressBar>(u"progress"_s);
    const auto stop
        = [&](const QString &sql, QWidget *focus, Qt::Key key, Qt::KeyboardModifiers modifiers) {
              browser.write(sql);
              browser.run();
              QTRY_VERIFY_WITH_TIMEOUT(progress->isVisible(), 30'000);
              QVERIFY(!browser.find<QAction>(u"run"_s)->isEnabled());
              // While the server sleeps, the time in the window goes on.
              const auto *elapsed = browser.find<QLabel>(u"elapsed"_s);
              const QString before = elapsed->text();
              QTRY_VERIFY_WITH_TIMEOUT(elapsed->text() != before, 30'000);
              QElapsedTimer clock;
              clock.start();
              focus->setFocus();
              QTest::keyClick(focus, key, modifiers);
              QVERIFY(browser.waitUntilIdle());
              QVERIFY(clock.elapsed() < 20'000);
              QTRY_VERIFY_WITH_TIMEOUT(!progress->isVisible(), 30'000);
              QVERIFY(!browser.find<QWidget>(u"sqlErrors"_s)->isVisible());
          };
    stop(u"SELECT SLEEP(100)"_s, browser.window().sheet()->editor(), Qt::Key_Period,
         Qt::ControlModifier);
    stop(u"DO SLEEP(100)"_s, browser.window().sheet()->editor(), Qt::Key_Escape, {});
    stop(u"SELECT SLEEP(100)"_s, browser.find<QTreeView>(u"schemaTree"_s), Qt::Key_Escape, {});
    stop(u"DO SLEEP(100)"_s, browser.find<QLineEdit>(u"historySearch"_s), Qt::Key_Escape, {});
    browser.write(u"SELECT 'goes on'"_s);
    browser.run();
    QVERIFY(browser.waitUntilIdle());
    QTRY_VERIFY_WITH_TIMEOUT(browser.grid(), 30'000);
    QCOMPARE(column(browser.grid(), 0, 1), QStringList(u"goes on"_s));
}

void tst_SqlBrowser::historyIsKept()
{
    {
        BrowserFixture browser(all().constFirst());
        QVERIFY(browser.isReady());
        browser.write(u"SELECT 'to be found';\nSELECT PASSWORD('secret-5');\nSELECT 3"_s);
        browser.runAll();
        QVERIFY(browser.waitUntilIdle());
        browser.window().close();
    }
    BrowserFixture browser(all().constFirst());
    QVERIFY(browser.isReady());
    auto *list = browser.find<QListView>(u"historyList"_s);
    for (int row = 0; row < list->model()->rowCount(); ++row)
        QVERIFY(!list->model()->index(row, 0).data().toString().contains("secret-5"_L1));
    auto *search = browser.find<QLineEdit>(u"historySearch"_s);
    enter(search, u"be found"_s);
    QCOMPARE(list->model()->rowCount(), 1);
    browser.write({});
    list->setFocus();
    list->setCurrentIndex(list->model()->index(0, 0));
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(browser.window().sheet()->editor()->toPlainText(), u"SELECT 'to be found'"_s);
    browser.write(u"a draft"_s);
    QTest::keyClick(browser.window().sheet()->editor(), Qt::Key_Up, Qt::AltModifier);
    QVERIFY(browser.window().sheet()->editor()->toPlainText() != u"a draft"_s);
    QTest::keyClick(browser.window().sheet()->editor(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(browser.window().sheet()->editor()->toPlainText(), u"a draft"_s);
}

QTEST_MAIN(tst_SqlBrowser)
#include "tst_sqlbrowser.moc"
