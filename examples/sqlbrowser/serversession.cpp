// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serversession.h"

#include "sessionresult.h"
#include "sqlstatement.h"

#include <algorithm>
#include <utility>

using namespace AsyncMySql;

static ConnectionOptions poolOptions(ConnectionOptions options)
{
    // The schema is shown without it, too.
    options.setDatabase({});
    options.setIdleTimeout(std::chrono::minutes(1));
    // Makes MySQL, too, report how the session reads SQL from its start: a server reports
    // assignments even if the value stays the same.
    QStringList tracked = options.trackedVariables();
    if (!tracked.contains("sql_mode")) {
        tracked.append("sql_mode");
        options.setTrackedVariables(tracked);
    }
    QStringList statements = options.initStatements();
    statements.append("SET SESSION sql_mode = @@SESSION.sql_mode");
    options.setInitStatements(statements);
    return options;
}

ServerSession::ServerSession(const ConnectionOptions &options, QObject *parent)
    : QObject(parent)
    , m_pool(poolOptions(options))
    , m_chosenDatabase(options.database())
    , m_database(options.database())
{
}

ServerSession::~ServerSession()
{
    // What ends with the session and the pool has nobody to report to.
    for (const auto &result : std::as_const(m_results)) {
        if (result)
            result->disconnect(this);
    }
    if (m_job)
        m_job->disconnect(this);
    if (m_lease)
        m_lease->disconnect(this);
    m_lease.reset();
}

void ServerSession::prepare()
{
    if (isConnecting() || m_resets)
        return;
    if (isReady()) {
        Q_EMIT ready();
        return;
    }
    // Its loss is reported only now.
    if (m_lease)
        recordLoss(m_lease->error());
    m_job = m_pool.acquire();
    connect(m_job, &Job::finished, this, &ServerSession::takeLease);
    Q_EMIT stateChanged();
}

void ServerSession::stop()
{
    const auto results = m_results;
    for (const auto &result : results) {
        if (result)
            result->end();
    }
    if (m_job)
        m_job->cancel();
}

void ServerSession::takeLease()
{
    LeaseJob *job = m_job;
    m_job = nullptr;
    if (job->error()) {
        Q_EMIT stateChanged();
        Q_EMIT failed(job->error());
        return;
    }
    m_lease = job->takeLease();
    watchLease();
    if (m_chosenDatabase.isEmpty()) {
        becomeReady();
        return;
    }
    connect(select(m_chosenDatabase), &Job::finished, m_lease.get(), [this] { becomeReady(); });
}

void ServerSession::watchLease()
{
    Lease *lease = m_lease.get();
    // Statements can change it, too.
    connect(lease, &Lease::databaseChanged, this, &ServerSession::recordDatabase);
    connect(lease, &Lease::trackedVariablesChanged, this, &ServerSession::stateChanged);
    connect(lease, &Lease::inTransactionChanged, this, &ServerSession::stateChanged);
    connect(lease, &Lease::sessionStateLost, this, [this](const QString &held) { m_held = held; });
    connect(lease, &Lease::errorOccurred, this, &ServerSession::recordLoss);
}

void ServerSession::becomeReady()
{
    // Otherwise its loss is about to be reported.
    if (!m_lease->isValid())
        return;
    m_isReady = true;
    Q_EMIT stateChanged();
    Q_EMIT ready();
}

void ServerSession::recordLoss(const Error &error)
{
    const bool wasReady = m_isReady;
    const QString held = std::exchange(m_held, {});
    dropLease();
    recordDatabase(m_chosenDatabase);
    Q_EMIT lost(error, held);
    if (!wasReady)
        Q_EMIT failed(error);
}

/// It may be emitting a signal.
void ServerSession::dropLease()
{
    if (!m_lease)
        return;
    m_lastDialect = m_lease->sqlDialect();
    m_isReady = false;
    Lease *lease = m_lease.release();
    lease->disconnect(this);
    lease->deleteLater();
    Q_EMIT stateChanged();
}

ConnectionOptions ServerSession::tableOptions() const
{
    ConnectionOptions options = m_pool.options();
    options.setDatabase(m_database);
    options.setIdleTimeout(std::chrono::seconds(30));
    return options;
}

void ServerSession::setDatabase(const QString &database)
{
    if (database == m_database || database.isEmpty())
        return;
    makeFree();
    m_chosenDatabase = database;
    if (m_lease && m_lease->isValid())
        select(database);
    recordDatabase(database);
}

Job *ServerSession::select(const QString &database)
{
    Job *job = m_lease->execute("USE " + quotedName(database));
    connect(job, &Job::errorOccurred, this,
            [this](const Error &error) { Q_EMIT noted(error.message()); });
    return job;
}

void ServerSession::recordDatabase(const QString &database)
{
    if (database.isEmpty() || database == m_database)
        return;
    m_database = database;
    Q_EMIT databaseChanged(m_database);
}

SqlDialect ServerSession::dialect() const
{
    return m_lease ? m_lease->sqlDialect() : m_lastDialect;
}

QString ServerSession::timeZone() const
{
    const QString zone = m_lease ? m_lease->trackedVariables().value("time_zone") : QString();
    return zone.isEmpty() ? m_pool.options().timeZone() : zone;
}

void ServerSession::reset()
{
    m_resets = true;
    makeFree();
    if (isFree())
        finishReset();
}

/// Returning the session to the pool resets it, and the sheet gets it, or another, as new.
void ServerSession::finishReset()
{
    if (!std::exchange(m_resets, false))
        return;
    if (!m_job) {
        dropLease();
        recordDatabase(m_chosenDatabase);
    }
    prepare();
}

void ServerSession::add(SessionResult *result)
{
    m_results.append(result);
    connect(result, &SessionResult::closed, this, &ServerSession::updateResults);
    connect(result, &QObject::destroyed, this, &ServerSession::updateResults, Qt::QueuedConnection);
}

void ServerSession::keepUntilRead(std::shared_ptr<SessionResult> result)
{
    if (!result->isOpen())
        return;
    result->readToEnd();
    m_kept.push_back(std::move(result));
}

bool ServerSession::isFree() const
{
    return std::none_of(m_results.begin(), m_results.end(),
                        [](const auto &result) { return result && result->isOpen(); });
}

void ServerSession::makeFree(const SessionResult *user)
{
    const auto results = m_results;
    for (const auto &result : results) {
        if (result && result != user)
            result->readToEnd();
    }
}

void ServerSession::updateResults()
{
    m_results.removeIf([](const auto &result) { return !result; });
    // One of them may be emitting this signal.
    for (auto kept = m_kept.begin(); kept != m_kept.end();) {
        if ((*kept)->isOpen()) {
            ++kept;
            continue;
        }
        QMetaObject::invokeMethod(
            this, [ended = std::move(*kept)]() mutable { ended.reset(); }, Qt::QueuedConnection);
        kept = m_kept.erase(kept);
    }
    if (!isFree())
        return;
    finishReset();
    Q_EMIT becameFree();
}
