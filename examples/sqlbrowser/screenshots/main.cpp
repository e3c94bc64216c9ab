// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Takes the pictures of the README: opens the window over the sample shop, and does what a user
// would do. See examples/screenshots.

#include "connectiondialog.h"
#include "exportdialog.h"
#include "icons.h"
#include "mainwindow.h"
#include "sqleditor.h"
#include "sqlsheet.h"
#include "statementrows.h"
#include "tablepage.h"
#include "theme.h"

#include <AsyncMySql/Query>

#include <QtCore/QDir>
#include <QtCore/QSettings>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtGui/QTextBlock>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTreeView>

using namespace AsyncMySql;

namespace {

/// The window, and where its pictures go.
class Photographer
{
public:
    Photographer(const ConnectionOptions &options, const QString &folder, const QString &suffix)
        : m_options(options)
        , m_folder(folder)
        , m_suffix(suffix)
    {
        m_window.resize(1100, 700);
        m_window.show();
        m_window.connectTo(options, "anna@shop");
        settle();
    }

    void takeAll()
    {
        takeQuery();
        takeError();
        takeConflict();
        takeDialogs();
    }

private:
    template <typename Condition>
    void waitUntil(Condition condition)
    {
        if (!QTest::qWaitFor(condition, 20000))
            qFatal("The server takes too long");
    }

    void settle()
    {
        waitUntil([this] { return !m_window.sheet()->isBusy(); });
        QTest::qWait(300);
    }

    void save(QWidget *widget, const QString &name)
    {
        QTest::qWait(150);
        const QString fileName = m_folder + '/' + name + '-' + m_suffix + ".png";
        if (!widget->grab().save(fileName))
            qFatal("%s cannot be written", qPrintable(fileName));
    }

    void openTree()
    {
        auto *tree = m_window.findChild<QTreeView *>("schemaTree");
        const QAbstractItemModel *model = tree->model();
        const auto child = [&](const QModelIndex &parent, const QString &name) {
            QModelIndex found;
            const bool isThere = QTest::qWaitFor([&] {
                for (int row = 0; row < model->rowCount(parent); ++row) {
                    if (model->index(row, 0, parent).data().toString() == name)
                        found = model->index(row, 0, parent);
                }
                return found.isValid();
            });
            if (!isThere)
                qFatal("The tree lacks %s", qPrintable(name));
            tree->expand(found);
            return found;
        };
        const QModelIndex tables = child(child({}, m_options.database()), "Tables");
        child(child(tables, "articles"), "PRIMARY");
        tree->setCurrentIndex(tables);
        tree->scrollToTop();
    }

    void run(const QString &sql, int line)
    {
        SqlEditor *editor = m_window.sheet()->editor();
        editor->setPlainText(sql);
        QTextCursor cursor(editor->document()->findBlockByNumber(line));
        editor->setTextCursor(cursor);
        m_window.sheet()->runAll();
        settle();
    }

    void takeQuery()
    {
        openTree();
        run("-- What sells best, by category\n"
            "SELECT a.category, a.name, SUM(i.quantity) AS sold,\n"
            "       SUM(i.quantity * i.price) AS revenue\n"
            "FROM order_items i\n"
            "JOIN articles a ON a.id = i.article_id\n"
            "WHERE a.name LIKE '%Oak%'\n"
            "GROUP BY a.id\n"
            "ORDER BY revenue DESC;\n"
            "\n"
            "SELECT * FROM customers;\n",
            2);
        m_window.sheet()->editor()->setFocus();
        save(&m_window, "query");
    }

    void takeError()
    {
        run("SELECT country, COUNT(*) AS customers\n"
            "FROM customers\n"
            "GRUOP BY country\n"
            "ORDER BY 2 DESC;\n",
            0);
        save(&m_window, "error");
    }

    void takeConflict()
    {
        m_window.sheet()->editor()->setPlainText("SELECT * FROM customers;\n");
        m_window.findChild<QWidget *>("sqlErrors")->hide();
        m_window.sheet()->openTable(m_options.database(), "articles");
        settle();
        auto *page = static_cast<TablePage *>(m_window.sheet()->currentPage());
        auto *grid = page->findChild<QTableView *>();
        TableModel *model = page->model();
        const auto write = [&](int row, const QString &name, const QVariant &value) {
            const int column = int(model->columnNames().indexOf(name));
            model->setData(model->index(row, column), value);
        };
        Connection other(m_options);
        const auto change = [&](int id, const char *what) {
            Query *query
                = other.execute(QString("UPDATE articles SET stock = stock %1 WHERE id = ?")
                                    .arg(QLatin1String(what)),
                                {id});
            bool isDone = false;
            QObject::connect(query, &Job::finished, &m_window, [&] { isDone = true; });
            waitUntil([&] { return isDone; });
        };
        const int id = model->index(2, 0).data().toInt();
        write(2, "stock", 40);
        change(id, "+ 7");
        model->submitAll();
        settle();
        write(4, "price", "19.90");
        write(6, "name", "Oak Lamp, dimmable");
        model->removeRow(8);
        grid->setFocus();
        grid->setCurrentIndex(model->index(1, 1));
        save(&m_window, "table");
        model->revertAll();
        change(id, "- 7");
    }

    void takeDialogs()
    {
        ConnectionDialog dialog;
        ConnectionProfile profile;
        profile.name = "The shop";
        profile.host = m_options.host();
        profile.port = m_options.port();
        profile.user = m_options.user();
        profile.database = m_options.database();
        dialog.setProfile(profile, m_options.password());
        dialog.findChild<QPushButton *>("remember")->click();
        dialog.show();
        dialog.findChild<QPushButton *>("testButton")->click();
        waitUntil([&] { return dialog.findChild<QPushButton *>("connectButton")->isEnabled(); });
        save(&dialog, "connection");

        const QTemporaryDir folder;
        ExportDialog exported(
            [this] {
                return std::make_unique<StatementRows>(m_options, "SELECT * FROM order_items");
            },
            "order_items");
        exported.setAttribute(Qt::WA_DeleteOnClose, false);
        exported.findChild<QLineEdit *>("exportFile")->setText(folder.filePath("order_items.csv"));
        exported.show();
        auto *start = exported.findChild<QPushButton *>("exportStart");
        start->click();
        waitUntil([&] { return start->isEnabled(); });
        exported.findChild<QLineEdit *>("exportFile")->setText("/home/anna/order_items.csv");
        save(&exported, "export");
    }

    MainWindow m_window;
    ConnectionOptions m_options;
    QString m_folder;
    QString m_suffix;
};

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName("AsyncMySql");
    QApplication::setApplicationName("sqlbrowser-screenshots");
    const QUrl url(qEnvironmentVariable("ASYNCMYSQL_URL"));
    if (argc != 2 || url.isEmpty())
        qFatal(
            "Usage: ASYNCMYSQL_URL=mysql://user:password@host/shop sqlbrowser_screenshots FOLDER");
    // Does not touch the user's settings.
    QStandardPaths::setTestModeEnabled(true);
    QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));

    const ConnectionOptions options = ConnectionOptions::fromUrl(url);
    const QString folder = app.arguments().at(1);
    for (const bool isDark : {false, true}) {
        Theme::apply(isDark ? Theme::Scheme::Dark : Theme::Scheme::Light);
        Photographer(options, folder, isDark ? "dark" : "light").takeAll();
    }
    return 0;
}
