// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "scriptrunner.h"

#include "fixedpage.h"
#include "querypage.h"
#include "serversession.h"

#include <QtCore/QLocale>

#include <utility>

using namespace AsyncMySql;

static QString outcomeOf(const Result &result)
{
    QStringList parts;
    const QString rows = QLocale().toString(result.affectedRows());
    parts.append(result.affectedRows() == 1 ? ScriptRunner::tr("1 row affected")
                                            : ScriptRunner::tr("%1 rows affected").arg(rows));
    if (result.lastInsertId() != 0)
        parts.append(ScriptRunner::tr("insert id %1").arg(result.lastInsertId()));
    if (result.warningCount() > 0)
        parts.append(
            ScriptRunner::tr("%1 warnings (SHOW WARNINGS tells)").arg(result.warningCount()));
    if (!result.info().isEmpty())
        parts.append(result.info());
    return parts.join(", ");
}

ScriptRunner::ScriptRunner(QObject *parent)
    : QObject(parent)
{
}

void ScriptRunner::setSession(ServerSession *session)
{
    cancel();
    m_session = session;
}

void ScriptRunner::run(const QList<SqlStatement> &statements)
{
    if (m_isRunning || statements.isEmpty() || !m_session)
        return;
    m_waiting = statements;
    m_isRunning = true;
    m_total.start();
    Q_EMIT runningChanged();
    runNext();
}

void ScriptRunner::cancel()
{
    m_waiting.clear();
    if (m_query)
        m_query->cancel();
    else if (m_page)
        m_page->cancel();
}

void ScriptRunner::runNext()
{
    if (m_waiting.isEmpty() || !m_session) {
        end(true);
        return;
    }
    m_statement = m_waiting.takeFirst();
    m_clock.start();
    const StatementTraits traits = StatementTraits::of(m_statement.text);
    if (traits.changesSession)
        m_session->setShared(true);
    if (traits.reads)
        read(traits);
    else
        execute();
}

void ScriptRunner::read(const StatementTraits &traits)
{
    auto *page = new QueryPage(m_session, m_statement.text, traits.sorts,
                               m_session->isShared() || traits.needsSession);
    m_page = page;
    connect(page, &QueryPage::loaded, this, [this, page](const Error &error) {
        // Later errors of the page are its own.
        if (m_page != page)
            return;
        m_page = nullptr;
        if (error && page->model()->columnCount() == 0)
            page->deleteLater();
        if (error)
            fail(error);
        else
            Q_EMIT succeeded(m_statement, page->rowsText(), page->model()->elapsed());
        if (!error)
            runNext();
    });
    connect(page, &QObject::destroyed, this, [this] {
        if (m_isRunning && !m_page && !m_query)
            end(false);
    });
    Q_EMIT pageCreated(page, m_statement.text);
}

void ScriptRunner::execute()
{
    m_query = m_session->connection()->execute(m_statement.text);
    connect(m_query, &Job::finished, this, &ScriptRunner::finishQuery);
    connect(m_query, &Query::progressChanged, this, [this](const QueryProgress &progress) {
        if (progress.stageCount < 1)
            return;
        const double done = (progress.stage - 1 + progress.percent / 100) / progress.stageCount;
        Q_EMIT progressed(int(done * 100), progress.text);
    });
}

void ScriptRunner::finishQuery()
{
    const Error error = m_query->error();
    const QList<Result> results = m_query->results();
    m_query = nullptr;
    if (error) {
        fail(error);
        return;
    }
    const StatementTraits traits = StatementTraits::of(m_statement.text);
    m_hasChangedSchema |= traits.changesSchema;
    if (!traits.database.isEmpty() && m_session) {
        m_session->setDatabase(traits.database);
        m_chosenDatabase = traits.database;
    }
    QString outcome;
    for (const Result &result : results) {
        if (result.hasRows())
            Q_EMIT pageCreated(new FixedPage(result, m_clock.elapsed()), m_statement.text);
        else
            outcome = outcomeOf(result);
    }
    if (outcome.isEmpty() && !results.isEmpty())
        outcome = ResultPage::rowCountText(int(results.constLast().rowCount()), true);
    Q_EMIT succeeded(m_statement, outcome, m_clock.elapsed());
    runNext();
}

void ScriptRunner::fail(const Error &error)
{
    m_waiting.clear();
    Q_EMIT failed(m_statement, error, m_clock.elapsed());
    end(false);
}

void ScriptRunner::end(bool succeeded)
{
    m_isRunning = false;
    Q_EMIT runningChanged();
    Q_EMIT ended(succeeded);
    const QString database = std::exchange(m_chosenDatabase, {});
    if (std::exchange(m_hasChangedSchema, false))
        Q_EMIT schemaChanged(database);
}
