// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "mainwindow.h"

#include "connectiondialog.h"
#include "gridview.h"
#include "historypanel.h"
#include "icons.h"
#include "queryhistory.h"
#include "resultpage.h"
#include "rowsource.h"
#include "schemamodel.h"
#include "schemapanel.h"
#include "scriptrunner.h"
#include "sqleditor.h"
#include "sqlsheet.h"
#include "sqlstatement.h"
#include "statementrows.h"
#include "statusdisplay.h"
#include "theme.h"

#include <QtCore/QSettings>
#include <QtCore/QStandardPaths>
#include <QtGui/QActionGroup>
#include <QtGui/QCloseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QToolBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

#include <utility>

using Glyph = Icons::Glyph;

static QString historyFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/history.json";
}

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent)
    , m_history(new QueryHistory(historyFile(), this))
    , m_schema(new SchemaModel(this))
    , m_schemaPanel(new SchemaPanel(m_schema))
    , m_historyPanel(new HistoryPanel(m_history))
    , m_sheet(new SqlSheet(m_history))
    , m_status(new StatusDisplay(m_sheet))
    , m_database(new QComboBox)
{
    setWindowTitle(tr("SQL browser"));
    setCentralWidget(m_sheet);
    setStatusBar(m_status);
    m_database->setObjectName("databases");
    m_database->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_database->setMinimumWidth(150);
    m_database->setPlaceholderText(tr("No database"));
    m_database->setToolTip(tr("The database of names without one"));
    makeDocks();
    makeActions();

    connect(m_sheet, &SqlSheet::statusChanged, this, &MainWindow::updateActions);
    connect(m_schema, &SchemaModel::databasesChanged, this, &MainWindow::updateDatabases);
    connect(m_sheet->runner(), &ScriptRunner::schemaChanged, this, [this](const QString &database) {
        m_schema->reload();
        if (!database.isEmpty())
            m_schemaPanel->openDatabase(database);
    });
    connect(m_database, &QComboBox::textActivated, this, [this](const QString &database) {
        if (m_session)
            m_session->setDatabase(database);
    });
    connect(m_historyPanel, &HistoryPanel::activated, m_sheet->editor(), &SqlEditor::insertSql);
    connect(m_schemaPanel, &SchemaPanel::tableActivated, m_sheet, &SqlSheet::openTable);
    connect(m_schemaPanel, &SchemaPanel::sqlWanted, m_sheet, &SqlSheet::runSql);
    connect(m_schemaPanel, &SchemaPanel::textWanted, m_sheet->editor(), &SqlEditor::insertSql);
    connect(m_schemaPanel, &SchemaPanel::databaseActivated, this, [this](const QString &database) {
        if (m_session)
            m_session->setDatabase(database);
    });
    connect(m_schemaPanel, &SchemaPanel::exportWanted, this,
            [this](const QString &database, const QString &table) {
                const QString sql
                    = "SELECT * FROM " + quotedName(database) + '.' + quotedName(table);
                exportRows([options = m_session->tableOptions(),
                            sql] { return std::make_unique<StatementRows>(options, sql); },
                           table);
            });

    const QSettings settings;
    resize(1100, 720);
    restoreGeometry(settings.value("window/geometry").toByteArray());
    restoreState(settings.value("window/state").toByteArray());
    m_sheet->restoreState(settings.value("window/sheet").toByteArray());
    m_sheet->editor()->setPlainText(settings.value("editor").toString());
    updateActions();
}

MainWindow::~MainWindow()
{
    m_sheet->disconnect(this);
    m_sheet->runner()->disconnect(this);
    // Before the session that they use.
    m_sheet->setSession(nullptr);
    m_schema->setPool(nullptr);
}

void MainWindow::makeDocks()
{
    auto *schema = new QDockWidget(tr("Schema"));
    schema->setObjectName("schemaDock");
    schema->setWidget(m_schemaPanel);
    auto *history = new QDockWidget(tr("History"));
    history->setObjectName("historyDock");
    history->setWidget(m_historyPanel);
    for (QDockWidget *dock : {schema, history}) {
        dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
        addDockWidget(Qt::LeftDockWidgetArea, dock);
    }
    resizeDocks({schema, history}, {440, 180}, Qt::Vertical);
    resizeDocks({schema}, {280}, Qt::Horizontal);
}

QAction *MainWindow::add(QMenu *menu, const QString &text, const QIcon &icon,
                         const QList<QKeySequence> &shortcuts, const char *name)
{
    QAction *action = menu->addAction(icon, text);
    action->setShortcuts(shortcuts);
    action->setObjectName(name);
    if (!shortcuts.isEmpty()) {
        action->setToolTip(QString(text).remove('&') + " ("
                           + shortcuts.constFirst().toString(QKeySequence::NativeText) + ')');
    }
    return action;
}

void MainWindow::makeActions()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    QAction *open
        = add(file, tr("&Connect…"), Icons::icon(Glyph::Connect), {QKeySequence::Open}, "connect");
    connect(open, &QAction::triggered, this, &MainWindow::showConnectionDialog);
    m_export = add(file, tr("&Export rows…"), Icons::icon(Glyph::Export), {Qt::CTRL | Qt::Key_E},
                   "export");
    connect(m_export, &QAction::triggered, this, &MainWindow::exportCurrent);
    file->addSeparator();
    QAction *quit = add(file, tr("&Quit"), {}, {QKeySequence::Quit}, "quit");
    connect(quit, &QAction::triggered, this, &QWidget::close);

    QMenu *query = menuBar()->addMenu(tr("&Query"));
    m_run = add(query, tr("&Run statement"), Icons::icon(Glyph::Run),
                {Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter}, "run");
    connect(m_run, &QAction::triggered, m_sheet, &SqlSheet::runCurrent);
    m_runAll = add(query, tr("Run &all"), Icons::icon(Glyph::RunAll),
                   {Qt::CTRL | Qt::SHIFT | Qt::Key_Return, Qt::CTRL | Qt::SHIFT | Qt::Key_Enter},
                   "runAll");
    connect(m_runAll, &QAction::triggered, m_sheet, &SqlSheet::runAll);
    m_stop = add(query, tr("&Stop"), Icons::icon(Glyph::Stop),
                 {Qt::CTRL | Qt::Key_Period, QKeySequence(Qt::Key_Escape)}, "stop");
    connect(m_stop, &QAction::triggered, m_sheet, &SqlSheet::cancel);
    query->addSeparator();
    m_refresh = add(query, tr("Re&fresh rows"), Icons::icon(Glyph::Refresh),
                    {QKeySequence(Qt::Key_F5)}, "refresh");
    connect(m_refresh, &QAction::triggered, this, &MainWindow::refresh);
    m_copyNames = add(query, tr("&Copy with column names"), {}, {Qt::CTRL | Qt::SHIFT | Qt::Key_C},
                      "copyNames");
    connect(m_copyNames, &QAction::triggered, this,
            [this] { m_sheet->currentPage()->grid()->copyWithNames(); });
    m_keep = add(query, tr("&Keep this result"), {}, {Qt::CTRL | Qt::Key_K}, "keep");
    m_keep->setCheckable(true);
    connect(m_keep, &QAction::triggered, m_sheet, &SqlSheet::keepCurrent);
    QAction *close = add(query, tr("Close this &tab"), {}, {Qt::CTRL | Qt::Key_W}, "closeTab");
    connect(close, &QAction::triggered, m_sheet, &SqlSheet::closeCurrent);
    query->addSeparator();
    QAction *older = add(query, tr("&Older statement"), {}, {Qt::ALT | Qt::Key_Up}, "older");
    connect(older, &QAction::triggered, m_sheet, &SqlSheet::showOlder);
    QAction *newer = add(query, tr("&Newer statement"), {}, {Qt::ALT | Qt::Key_Down}, "newer");
    connect(newer, &QAction::triggered, m_sheet, &SqlSheet::showNewer);
    QAction *error = add(query, tr("Go to the &error"), {}, {QKeySequence(Qt::Key_F8)}, "error");
    connect(error, &QAction::triggered, m_sheet, &SqlSheet::jumpToError);
    query->addSeparator();
    m_reset = add(query, tr("Reset the s&ession"), Icons::icon(Glyph::Session), {}, "resetSession");
    m_reset->setToolTip(tr("All statements and results of this sheet share one session.\n"
                           "It rolls back, and forgets variables, temporary tables and locks."));
    connect(m_reset, &QAction::triggered, this, [this] {
        if (m_session)
            m_session->reset();
    });

    QMenu *view = menuBar()->addMenu(tr("&View"));
    int number = 1;
    for (QDockWidget *dock : findChildren<QDockWidget *>())
        view->addAction(dock->toggleViewAction());
    const QList<std::pair<QString, QWidget *>> places
        = {{tr("Go to the &editor"), m_sheet->editor()},
           {tr("Go to the &results"), m_sheet->tabs()},
           {tr("Go to the &schema"), m_schemaPanel->tree()},
           {tr("Go to the &history"), m_historyPanel->findChild<QWidget *>("historySearch")}};
    view->addSeparator();
    for (const auto &[text, widget] : places) {
        QAction *action = add(view, text, {}, {Qt::CTRL | Qt::Key(Qt::Key_0 + number++)}, "go");
        connect(action, &QAction::triggered, widget, [this, target = widget] {
            QWidget *grid = m_sheet->currentPage()->grid();
            (target == m_sheet->tabs() && grid ? grid : target)->setFocus(Qt::ShortcutFocusReason);
        });
    }
    view->addSeparator();
    makeThemeMenu(view->addMenu(tr("&Theme")));
    connect(menuBar()->addMenu(tr("&Help"))->addAction(tr("&About")), &QAction::triggered, this,
            &MainWindow::showAbout);

    QToolBar *bar = addToolBar(tr("Tools"));
    bar->setObjectName("tools");
    bar->setMovable(false);
    bar->setIconSize({18, 18});
    bar->addActions({open});
    bar->addSeparator();
    bar->addActions({m_run, m_runAll, m_stop});
    bar->addSeparator();
    bar->addActions({m_refresh, m_export});
    bar->addSeparator();
    bar->addWidget(new QLabel(tr(" Database: ")));
    bar->addWidget(m_database);
    bar->addSeparator();
    bar->addAction(m_reset);
    for (QAction *action : {open, m_run, m_stop, m_reset})
        static_cast<QToolButton *>(bar->widgetForAction(action))
            ->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_run->setIconText(tr("Run"));
    m_reset->setIconText(tr("Reset session"));
    open->setIconText(tr("Connect"));
}

void MainWindow::makeThemeMenu(QMenu *menu)
{
    auto *group = new QActionGroup(this);
    const std::initializer_list<std::pair<QString, Theme::Scheme>> schemes
        = {{tr("As the &system"), Theme::Scheme::System},
           {tr("&Light"), Theme::Scheme::Light},
           {tr("&Dark"), Theme::Scheme::Dark}};
    for (const auto &entry : schemes) {
        const Theme::Scheme scheme = entry.second;
        QAction *action = menu->addAction(entry.first);
        action->setCheckable(true);
        action->setChecked(scheme == Theme::savedScheme());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [scheme] {
            Theme::saveScheme(scheme);
            Theme::apply(scheme);
        });
    }
}

void MainWindow::showConnectionDialog()
{
    if (m_dialog) {
        m_dialog->raise();
        return;
    }
    m_dialog = new ConnectionDialog(this);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &ConnectionDialog::connected, this, &MainWindow::connectTo);
    m_dialog->open();
}

void MainWindow::connectTo(const AsyncMySql::ConnectionOptions &options, const QString &title)
{
    m_sheet->setSession(nullptr);
    m_schema->setPool(nullptr);
    m_session = std::make_unique<ServerSession>(options);
    m_title = title;
    connect(m_session.get(), &ServerSession::databaseChanged, this, &MainWindow::updateDatabases);
    connect(m_session.get(), &ServerSession::lost, this,
            [this](const AsyncMySql::Error &error, const QString &held) {
                const QString what = held.isEmpty()
                                         ? tr("The session was lost: %1.").arg(error.message())
                                         : tr("The session was lost, and with it %1.").arg(held);
                const QString database = m_session->database();
                const QString next = database.isEmpty()
                                         ? tr("The next statement begins a new one.")
                                         : tr("The next statement begins a new one, with the "
                                              "database %1.")
                                               .arg(database);
                const QString text = what + ' ' + next;
                statusBar()->showMessage(text, 30000);
            });
    m_sheet->setSession(m_session.get());
    m_status->setSession(m_session.get());
    m_session->prepare();
    m_schema->setPool(m_session->pool());
    m_schemaPanel->openDatabase(options.database());
    setWindowTitle(tr("%1 – SQL browser").arg(title));
    updateActions();
    m_sheet->editor()->setFocus();
}

void MainWindow::updateDatabases()
{
    QStringList names = m_schema->databases();
    const QString current = m_session ? m_session->database() : QString();
    if (!current.isEmpty() && !names.contains(current))
        names.prepend(current);
    m_database->clear();
    m_database->addItems(names);
    m_database->setCurrentIndex(int(names.indexOf(current)));
}

void MainWindow::updateActions()
{
    const bool isBusy = m_sheet->isBusy();
    const ResultPage *page = m_sheet->currentPage();
    m_run->setEnabled(m_session && !isBusy);
    m_runAll->setEnabled(m_session && !isBusy);
    m_stop->setEnabled(isBusy);
    m_export->setEnabled(page->canExport());
    m_refresh->setEnabled(m_session != nullptr);
    m_copyNames->setEnabled(page->grid() != nullptr);
    m_reset->setEnabled(m_session && !isBusy);
    m_keep->setEnabled(page->grid() != nullptr);
    m_keep->setChecked(page->isKept());
}

void MainWindow::refresh()
{
    if (m_schemaPanel->tree()->hasFocus())
        m_schema->reload(m_schemaPanel->tree()->currentIndex());
    else
        m_sheet->currentPage()->refresh();
}

void MainWindow::exportCurrent()
{
    const QPointer<ResultPage> page = m_sheet->currentPage();
    exportRows([page] { return page ? page->exportRows() : nullptr; },
               m_sheet->tabs()->tabText(m_sheet->tabs()->currentIndex()));
}

void MainWindow::exportRows(ExportDialog::MakeRows makeRows, const QString &name)
{
    auto *dialog = new ExportDialog(std::move(makeRows), name, this);
    dialog->show();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(
        QMessageBox::NoIcon, tr("About"),
        tr("<h3>SQL browser</h3><p>An example of AsyncMySql, the MySQL and MariaDB client for Qt "
           "that never blocks.</p><p>Qt %1</p>")
            .arg(QLatin1String(qVersion())),
        QMessageBox::Ok, this);
    box->setIconPixmap(Icons::icon(Glyph::Application).pixmap(QSize(48, 48), devicePixelRatio()));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_sheet->hasPendingChanges() || m_isClosing) {
        saveState();
        event->accept();
        return;
    }
    event->ignore();
    auto *question = new QMessageBox(
        QMessageBox::Question, tr("Changes that were not submitted"),
        tr("Some tables have changes that were not submitted. Discard them and close?"),
        QMessageBox::Discard | QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question->button(QMessageBox::Discard), &QAbstractButton::clicked, this, [this] {
        m_isClosing = true;
        close();
    });
    question->open();
}

void MainWindow::saveState()
{
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/state", QMainWindow::saveState());
    settings.setValue("window/sheet", m_sheet->saveState());
    const QString text = m_sheet->editor()->sql();
    settings.setValue("editor", QueryHistory::isSecret(text) ? QString() : text);
}
