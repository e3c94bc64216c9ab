// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlstatement.h"

#include <AsyncMySql/Error>
#include <AsyncMySql/Query>

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QPointer>

class QueryPage;
class ResultPage;
class ServerSession;

/// Executes statements one after the other, up to the first that fails.
class ScriptRunner : public QObject
{
    Q_OBJECT

public:
    explicit ScriptRunner(QObject *parent = nullptr);

    void setSession(ServerSession *session);
    void run(const QList<SqlStatement> &statements);
    void cancel();
    bool isRunning() const { return m_isRunning; }
    qint64 elapsed() const { return m_isRunning ? m_total.elapsed() : 0; }

Q_SIGNALS:
    void runningChanged();
    /// The slot owns \a page.
    void pageCreated(ResultPage *page, const QString &sql);
    void succeeded(const SqlStatement &statement, const QString &outcome, qint64 elapsed);
    void failed(const SqlStatement &statement, const AsyncMySql::Error &error, qint64 elapsed);
    /// What the server tells of a long statement; \a percent is of the whole.
    void progressed(int percent, const QString &text);
    void ended(bool succeeded);
    /// By one of the statements that ran. \a database is the one that they chose, if they did.
    void schemaChanged(const QString &database);

private:
    void runNext();
    void read(const StatementTraits &traits);
    void execute();
    void finishQuery();
    void end(bool succeeded);
    void fail(const AsyncMySql::Error &error);

    QPointer<ServerSession> m_session;
    QList<SqlStatement> m_waiting;
    SqlStatement m_statement;
    QPointer<AsyncMySql::Query> m_query;
    QPointer<QueryPage> m_page;
    QElapsedTimer m_total;
    QElapsedTimer m_clock;
    bool m_isRunning = false;
    bool m_hasChangedSchema = false;
    QString m_chosenDatabase;
};
