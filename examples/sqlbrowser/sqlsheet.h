// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlstatement.h"

#include <AsyncMySql/Error>

#include <QtCore/QPointer>
#include <QtWidgets/QSplitter>

QT_BEGIN_NAMESPACE
class QPushButton;
class QTabWidget;
QT_END_NAMESPACE

class ErrorPanel;
class MessagesPage;
class QueryHistory;
class ResultPage;
class ScriptRunner;
class ServerSession;
class SqlEditor;

/// The editor, and below it the results of the statements.
class SqlSheet : public QSplitter
{
    Q_OBJECT

public:
    explicit SqlSheet(QueryHistory *history, QWidget *parent = nullptr);
    ~SqlSheet() override;

    /// Closes everything of the previous session.
    void setSession(ServerSession *session);
    SqlEditor *editor() const { return m_editor; }
    ScriptRunner *runner() const { return m_runner; }
    ResultPage *currentPage() const;
    QTabWidget *tabs() const { return m_tabs; }

    bool isBusy() const;
    bool hasPendingChanges() const;

public Q_SLOTS:
    /// The selected text, or the statement at the cursor.
    void runCurrent();
    void runAll();
    void runSql(const QString &sql);
    void cancel();
    void openTable(const QString &database, const QString &table);
    void jumpToError();
    void keepCurrent(bool keep);
    void closeCurrent();
    /// Browses the history.
    void showOlder() { showHistory(m_historyRow + 1); }
    void showNewer() { showHistory(m_historyRow - 1); }

Q_SIGNALS:
    /// Emitted when the content of the status bar has changed.
    void statusChanged();
    void noted(const QString &text);

private:
    /// Whether statements can be run; clears the results of the last run.
    bool prepareRun();
    void followDialect();
    void addPage(ResultPage *page, const QString &title, const QString &toolTip);
    void closePage(int index);
    void closeReplaced();
    void showFailure(const SqlStatement &statement, const AsyncMySql::Error &error);
    void showHistory(int row);

    QueryHistory *m_history;
    SqlEditor *m_editor;
    ErrorPanel *m_errors;
    QPushButton *m_jump;
    QTabWidget *m_tabs;
    MessagesPage *m_messages;
    ScriptRunner *m_runner;
    QPointer<ServerSession> m_session;
    /// Whether the running statements are at their positions in the editor.
    bool m_isFromEditor = false;
    int m_resultNumber = 0;
    int m_historyRow = -1;
    QString m_draft;
};
