// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "browserfixture.h"

#include <resultpage.h>
#include <sqleditor.h>
#include <sqlsheet.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdebug.h>
#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qlocale.h>
#include <QtCore/qpointer.h>
#include <QtCore/qsettings.h>
#include <QtCore/qstandardpaths.h>
#include <QtGui/qaction.h>
#include <QtTest/qtest.h>
#include <QtWidgets/qcombobox.h>
#include <QtWidgets/qdialog.h>
#include <QtWidgets/qlabel.h>
#include <QtWidgets/qpushbutton.h>
#include <QtWidgets/qtreeview.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

BrowserFixture::BrowserFixture(const Servers::Server &server)
    : m_database(server)
    , m_admin(Servers::options(server, m_database))
    , m_window(std::make_unique<MainWindow>())
{
    const QStringList statements = {
        u"CREATE TABLE articles (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, "
        "name VARCHAR(50) NOT NULL, price DECIMAL(8,2), KEY by_name (name))"_s,
        u"CREATE VIEW cheap AS SELECT * FROM articles WHERE price < 10"_s,
        u"CREATE PROCEDURE two_results() BEGIN SELECT 1 AS first; SELECT 2 AS second; END"_s,
    };
    for (const QString &sql : statements)
        ask(sql);
    QStringList rows;
    for (int i = 1; i <= 5000; ++i) {
        rows.append(u"('article %1', %2)"_s.arg(i).arg(
            i % 10 == 0 ? u"NULL"_s : QString::number(i * 0.5, 'f', 2)));
    }
    ask(u"INSERT INTO articles (name, price) VALUES "_s + rows.join(u','));

    m_window->show();
    m_window->connectTo(Servers::options(server, m_database), u"test"_s);
    m_isReady = QTest::qWaitForWindowActive(m_window.get());
}

void BrowserFixture::useOwnSettings(const QString &folder, const QString &name)
{
    QLocale::setDefault(QLocale::c());
    QCoreApplication::setOrganizationName(u"AsyncMySqlTests"_s);
    QCoreApplication::setApplicationName(name);
    QStandardPaths::setTestModeEnabled(true);
    QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder);
}

void BrowserFixture::click(QAbstractButton *button)
{
    QVERIFY(button);
    QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), 30'000);
    QTest::mouseClick(button, Qt::LeftButton);
}

void BrowserFixture::enter(QLineEdit *edit, const QString &text)
{
    QVERIFY(edit);
    edit->setFocus();
    edit->selectAll();
    QTest::keyClick(edit, Qt::Key_Delete);
    QTest::keyClicks(edit, text);
}

QStringList BrowserFixture::column(const QTableView *view, int column, int count)
{
    QStringList texts;
    for (int row = 0; row < qMin(count, view->model()->rowCount()); ++row)
        texts.append(view->model()->index(row, column).data().toString());
    return texts;
}

QByteArray BrowserFixture::contents(const QString &fileName)
{
    QFile file(fileName);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QTableView *BrowserFixture::grid() const
{
    return m_window->sheet()->currentPage()->findChild<QTableView *>();
}

void BrowserFixture::write(const QString &sql)
{
    SqlEditor *editor = m_window->sheet()->editor();
    editor->setFocus();
    QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(editor, Qt::Key_Delete);
    const QStringList lines = sql.split(u'\n');
    for (const QString &line : lines) {
        if (&line != &lines.constFirst())
            QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClicks(editor, line);
    }
}

void BrowserFixture::run()
{
    QTest::keyClick(m_window->sheet()->editor(), Qt::Key_Return, Qt::ControlModifier);
}

void BrowserFixture::runAll()
{
    QTest::keyClick(m_window->sheet()->editor(), Qt::Key_Return,
                    Qt::ControlModifier | Qt::ShiftModifier);
}

bool BrowserFixture::waitUntilIdle()
{
    return QTest::qWaitFor([this] { return !m_window->sheet()->isBusy(); }, 60000);
}

bool BrowserFixture::execute(const QString &sql)
{
    m_window->sheet()->editor()->setPlainText(sql);
    runAll();
    return waitUntilIdle() && !find<QWidget>(u"sqlErrors"_s)->isVisible();
}

QStringList BrowserFixture::firstRow()
{
    QStringList texts;
    const QTableView *view = grid();
    if (!view || view->model()->rowCount() == 0)
        return texts;
    for (int column = 0; column < view->model()->columnCount(); ++column)
        texts.append(view->model()->index(0, column).data().toString());
    return texts;
}

QByteArray BrowserFixture::exportRows(int format, const QString &fileName, int bytes)
{
    find<QAction>(u"export"_s)->trigger();
    QPointer<QDialog> dialog = find<QDialog>(u"exportDialog"_s);
    if (!dialog || !QTest::qWaitForWindowExposed(dialog))
        return {};
    dialog->findChild<QComboBox *>(u"exportFormat"_s)->setCurrentIndex(format);
    dialog->findChild<QComboBox *>(u"exportBytes"_s)->setCurrentIndex(bytes);
    enter(dialog->findChild<QLineEdit *>(u"exportFile"_s), fileName);
    click(dialog->findChild<QPushButton *>(u"exportStart"_s));
    const auto *label = dialog->findChild<QLabel *>(u"exportMessage"_s);
    const bool isWritten
        = QTest::qWaitFor([&] { return label->text().startsWith("Written"_L1); }, 60000);
    if (!isWritten)
        qWarning() << label->text();
    dialog->close();
    const bool isClosed = QTest::qWaitFor([&] { return !dialog; });
    // Shortcuts are for the window in front.
    m_window->activateWindow();
    const bool isBack = QTest::qWaitForWindowActive(m_window.get());
    return isWritten && isClosed && isBack ? contents(fileName) : QByteArray();
}

QString BrowserFixture::ask(const QString &sql)
{
    const Fake::OutcomePointer outcome = Servers::finishedOf(m_admin.execute(sql));
    if (!outcome->succeeded())
        qWarning("%s", Fake::describe(outcome).constData());
    const QList<QStringList> rows
        = outcome->results.isEmpty() ? QList<QStringList>() : outcome->rows();
    return rows.value(0).join(u'|');
}

QModelIndex BrowserFixture::openNode(const QStringList &path)
{
    auto *tree = find<QTreeView>(u"schemaTree"_s);
    QModelIndex found;
    for (const QString &name : path) {
        const QModelIndex parent = found;
        if (parent.isValid()) {
            tree->setFocus();
            tree->setCurrentIndex(parent);
            if (!tree->isExpanded(parent))
                QTest::keyClick(tree, Qt::Key_Right);
        }
        const bool isThere = QTest::qWaitFor([&] {
            const QModelIndexList matches
                = tree->model()->rowCount(parent) == 0
                      ? QModelIndexList()
                      : tree->model()->match(tree->model()->index(0, 0, parent), Qt::DisplayRole,
                                             name, 1, Qt::MatchExactly);
            found = matches.value(0);
            return found.isValid();
        });
        if (!isThere)
            return {};
    }
    return found;
}

void BrowserFixture::edit(const QModelIndex &cell, const QString &text)
{
    QTableView *view = grid();
    select(cell);
    view->scrollTo(cell);
    QTest::keyClick(view, Qt::Key_F2);
    // Those of cells that were edited before are on their way out.
    QLineEdit *editor = nullptr;
    for (QLineEdit *one : view->viewport()->findChildren<QLineEdit *>()) {
        if (one->isVisible())
            editor = one;
    }
    if (!editor) {
        qWarning("The cell cannot be edited");
        return;
    }
    QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(editor, text);
    const QPointer<QLineEdit> open = editor;
    QTest::keyClick(editor, Qt::Key_Return);
    // The view takes the text over when the event loop runs.
    if (!QTest::qWaitFor([&] { return !open || !open->isVisible(); }))
        qWarning("The cell's editor stays open");
}

void BrowserFixture::select(const QModelIndex &cell)
{
    grid()->setFocus();
    // The view would think that the keys of the shortcut before are still held.
    grid()->selectionModel()->setCurrentIndex(cell, QItemSelectionModel::ClearAndSelect);
}
