// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlstatement.h"

#include <AsyncMySql/Error>
#include <AsyncMySql/Query>
#include <AsyncMySql/SqlScript>

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <optional>

class QueryPage;
class ResultPage;
class ServerSession;

/// Executes statements in a session, one after the other, up to the first that fails. The end of
/// each statement is found just before its execution, since earlier ones may change how the session
/// reads SQL.
class ScriptRunner : public QObject
{
    Q_OBJECT

public:
    explicit ScriptRunner(QObject *parent = nullptr);

    void setSession(ServerSession *session);
    void run(const SqlStatement &statement);
    /// \a offset is the position of \a text in the surrounding text.
    void runScript(const QString &text, qsizetype offset = 0);
    void cancel();
    bool isRunning() const { return m_isRunning; }
    qint64 elapsed() const { return m_isRunning ? m_total.elapsed() : 0; }

Q_SIGNALS:
    void runningChanged();
    void started(const SqlStatement &statement);
    /// The slot owns \a page.
    void pageCreated(ResultPage *page, const QString &sql);
    void succeeded(const SqlStatement &statement, const QString &outcome, qint64 elapsed);
    void failed(const SqlStatement &statement, const AsyncMySql::Error &error, qint64 elapsed);
    /// Emitted with the progress of a long statement; \a percent refers to the whole.
    void progressed(int percent, const QString &text);
    void ended(bool succeeded);
    /// Emitted when a statement has changed the schema or the session. \a database is the one that
    /// was selected, if any.
    void schemaChanged(const QString &database);

private:
    void begin();
    void runNext();
    std::optional<SqlStatement> takeNext();
    void goOn();
    void sessionFailed(const AsyncMySql::Error &error);
    void startStatement();
    void read(const StatementTraits &traits);
    void finishReading(const AsyncMySql::Error &error);
    void execute();
    void finishQuery();
    void end(bool succeeded);
    void fail(const SqlStatement &statement, const AsyncMySql::Error &error);

    QPointer<ServerSession> m_session;
    std::optional<SqlStatement> m_single;
    std::optional<AsyncMySql::SqlScript> m_script;
    qsizetype m_offset = 0;
    SqlStatement m_statement;
    QPointer<AsyncMySql::Query> m_query;
    QPointer<QueryPage> m_page;
    /// The last result, which may have more rows.
    QPointer<QueryPage> m_lastPage;
    SqlStatement m_lastStatement;
    QElapsedTimer m_total;
    QElapsedTimer m_clock;
    bool m_isRunning = false;
    bool m_waitsForSession = false;
    /// The next statement is not known before there is a session: it depends on its SQL mode.
    bool m_waitsForLease = false;
    bool m_hasChangedSchema = false;
    QString m_chosenDatabase;
};
