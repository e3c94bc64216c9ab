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

/// The editor, and below it what the statements have brought.
class SqlSheet : public QSplitter
{
    Q_OBJECT

public:
    explicit SqlSheet(QueryHistory *history, QWidget *parent = nullptr);
    ~SqlSheet() override;

    /// Closes all that came from the session before.
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
    /// Back and forth in the history.
    void showOlder() { showHistory(m_historyRow + 1); }
    void showNewer() { showHistory(m_historyRow - 1); }

Q_SIGNALS:
    /// Of what the status bar shows.
    void statusChanged();
    void noted(const QString &text);

private:
    /// Whether something can be run now; clears what was left by the run before.
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
    /// Whether the statements that run stand in the editor, at the places that they have.
    bool m_isFromEditor = false;
    int m_resultNumber = 0;
    int m_historyRow = -1;
    QString m_draft;
};
