// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exportdialog.h"
#include "serversession.h"

#include <QtCore/QPointer>
#include <QtWidgets/QMainWindow>

QT_BEGIN_NAMESPACE
class QComboBox;
QT_END_NAMESPACE

class ConnectionDialog;
class HistoryPanel;
class QueryHistory;
class SchemaModel;
class SchemaPanel;
class SqlSheet;
class StatusDisplay;

/// The window of the database browser.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    void connectTo(const AsyncMySql::ConnectionOptions &options, const QString &title);
    SqlSheet *sheet() const { return m_sheet; }

public Q_SLOTS:
    void showConnectionDialog();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void makeDocks();
    void makeActions();
    void makeThemeMenu(QMenu *menu);
    QAction *add(QMenu *menu, const QString &text, const QIcon &icon,
                 const QList<QKeySequence> &shortcuts, const char *name);
    void updateActions();
    void updateDatabases();
    void exportCurrent();
    void exportRows(ExportDialog::MakeRows makeRows, const QString &name);
    void refresh();
    void showAbout();
    void saveState();

    QueryHistory *m_history;
    SchemaModel *m_schema;
    SchemaPanel *m_schemaPanel;
    HistoryPanel *m_historyPanel;
    SqlSheet *m_sheet;
    StatusDisplay *m_status;
    QComboBox *m_database;
    std::unique_ptr<ServerSession> m_session;
    QPointer<ConnectionDialog> m_dialog;
    QString m_title;
    QAction *m_run = nullptr;
    QAction *m_runAll = nullptr;
    QAction *m_stop = nullptr;
    QAction *m_export = nullptr;
    QAction *m_refresh = nullptr;
    QAction *m_keep = nullptr;
    QAction *m_reset = nullptr;
    QAction *m_copyNames = nullptr;
    bool m_isClosing = false;
};
