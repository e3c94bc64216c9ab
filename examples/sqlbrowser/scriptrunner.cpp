// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "scriptrunner.h"

#include "fixedpage.h"
#include "querypage.h"
#include "serversession.h"
#include "sessionresult.h"

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
            ScriptRunner::tr("%1 warnings (see SHOW WARNINGS)").arg(result.warningCount()));
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
    if (m_query) {
        // It goes with its session.
        m_query->disconnect(this);
        m_query = nullptr;
        fail(m_statement, Error(Error::ConnectionClosed, tr("The session was closed")));
    }
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (!session)
        return;
    for (const auto signal : {&ServerSession::becameFree, &ServerSession::ready})
        connect(session, signal, this, &ScriptRunner::goOn);
    connect(session, &ServerSession::failed, this, &ScriptRunner::sessionFailed);
}

void ScriptRunner::run(const SqlStatement &statement)
{
    if (m_isRunning || !m_session)
        return;
    m_single = statement;
    begin();
}

void ScriptRunner::runScript(const QString &text, qsizetype offset)
{
    if (m_isRunning || !m_session)
        return;
    m_script = SqlScript(text);
    m_offset = offset;
    begin();
}

void ScriptRunner::begin()
{
    m_lastPage = nullptr;
    m_isRunning = true;
    m_total.start();
    Q_EMIT runningChanged();
    runNext();
}

void ScriptRunner::cancel()
{
    if (m_waitsForLease) {
        if (m_session)
            m_session->stop();
        if (m_waitsForLease)
            sessionFailed(Error(Error::Cancelled, tr("Cancelled")));
        return;
    }
    m_single.reset();
    m_script.reset();
    if (m_query) {
        m_query->cancel();
    } else if (m_page) {
        m_page->cancel();
    } else if (std::exchange(m_waitsForSession, false)) {
        if (m_session)
            m_session->stop();
        fail(m_statement, Error(Error::Cancelled, tr("Cancelled")));
    }
}

std::optional<SqlStatement> ScriptRunner::takeNext()
{
    if (m_single)
        return std::exchange(m_single, std::nullopt);
    if (!m_script)
        return std::nullopt;
    m_script->setDialect(m_session->dialect());
    std::optional<SqlStatement> statement = m_script->next();
    if (statement) {
        statement->start += m_offset;
        statement->end += m_offset;
    }
    return statement;
}

void ScriptRunner::runNext()
{
    if (m_session && !m_session->isReady()) {
        m_waitsForLease = true;
        m_session->prepare();
        return;
    }
    const std::optional<SqlStatement> next = m_session ? takeNext() : std::nullopt;
    if (!next) {
        end(true);
        return;
    }
    m_statement = *next;
    m_clock.start();
    m_waitsForSession = true;
    Q_EMIT started(m_statement);
    if (m_session && m_session->isFree())
        goOn();
    else if (m_session)
        m_session->makeFree();
}

/// There is no session, and the statement that waits for it fails.
void ScriptRunner::sessionFailed(const Error &error)
{
    if (!m_waitsForLease && !m_waitsForSession)
        return;
    if (std::exchange(m_waitsForLease, false)) {
        m_statement = m_session ? takeNext().value_or(SqlStatement()) : SqlStatement();
        m_clock.start();
    }
    fail(m_statement, error);
}

void ScriptRunner::goOn()
{
    if (m_waitsForLease && m_session->isReady()) {
        m_waitsForLease = false;
        runNext();
        return;
    }
    if (!m_waitsForSession || !m_session->isFree())
        return;
    // It was lost while the results before were read.
    if (!m_session->isReady()) {
        m_session->prepare();
        return;
    }
    m_waitsForSession = false;
    // Later rows can have failed.
    const SessionResult *last = m_lastPage ? m_lastPage->result() : nullptr;
    if (last && last->error() && !last->isCut()) {
        fail(m_lastStatement, last->error());
        return;
    }
    startStatement();
}

void ScriptRunner::startStatement()
{
    const StatementTraits traits = StatementTraits::of(m_statement.text, m_session->dialect());
    if (traits.reads)
        read(traits);
    else
        execute();
}

void ScriptRunner::read(const StatementTraits &traits)
{
    auto *page = new QueryPage(m_session, m_statement.text, traits.sorts);
    m_page = page;
    connect(page, &QueryPage::loaded, this, [this, page](const Error &error) {
        // The page itself shows later errors.
        if (m_page == page)
            finishReading(error);
    });
    connect(page, &QObject::destroyed, this, [this] {
        if (m_isRunning && !m_page && !m_query && !m_waitsForSession && !m_waitsForLease)
            end(false);
    });
    Q_EMIT pageCreated(page, m_statement.text);
}

void ScriptRunner::finishReading(const Error &error)
{
    QueryPage *page = std::exchange(m_page, nullptr);
    if (error && page->result()->columnCount() == 0)
        page->deleteLater();
    if (error) {
        fail(m_statement, error);
        return;
    }
    m_lastPage = page;
    m_lastStatement = m_statement;
    Q_EMIT succeeded(m_statement, page->rowsText(), page->result()->elapsed());
    runNext();
}

void ScriptRunner::execute()
{
    m_query = m_session->lease()->execute(m_statement.text);
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
        fail(m_statement, error);
        return;
    }
    const StatementTraits traits = StatementTraits::of(m_statement.text);
    m_hasChangedSchema |= traits.changesSchema;
    if (!traits.database.isEmpty() && m_session) {
        m_session->recordDatabase(traits.database);
        m_chosenDatabase = traits.database;
    }
    const QString timeZone = m_session ? m_session->timeZone() : QString();
    QString outcome;
    for (const Result &result : results) {
        if (result.hasRows())
            Q_EMIT pageCreated(new FixedPage(result, m_clock.elapsed(), timeZone),
                               m_statement.text);
        else
            outcome = outcomeOf(result);
    }
    if (outcome.isEmpty() && !results.isEmpty())
        outcome = ResultPage::rowCountText(int(results.constLast().rowCount()), true);
    Q_EMIT succeeded(m_statement, outcome, m_clock.elapsed());
    runNext();
}

void ScriptRunner::fail(const SqlStatement &statement, const Error &error)
{
    Q_EMIT failed(statement, error, m_clock.elapsed());
    end(false);
}

void ScriptRunner::end(bool succeeded)
{
    m_single.reset();
    m_script.reset();
    m_waitsForSession = m_waitsForLease = false;
    m_isRunning = false;
    Q_EMIT runningChanged();
    Q_EMIT ended(succeeded);
    const QString database = std::exchange(m_chosenDatabase, {});
    if (std::exchange(m_hasChangedSchema, false))
        Q_EMIT schemaChanged(database);
}
