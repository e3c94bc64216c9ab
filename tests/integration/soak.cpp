// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "soak.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>

#include <numeric>

using namespace AsyncMySql;
using Fake::CuttingProxy;
using Fake::OutcomePointer;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Execution = Error::Execution;

Soak::Soak(const Server &server, quint32 seed, int jobs)
    : m_server(server)
    , m_jobs(jobs)
    , m_database(server)
    , m_otherDatabase(server)
    , m_account(server, server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                u"soaked"_s)
    , m_timedProxy(QHostAddress(server.host), server.port, seed)
    , m_countingProxy(QHostAddress(server.host), server.port, seed + 1)
    , m_random(seed)
    , m_records(static_cast<size_t>(jobs))
{
    if (m_account.error())
        qFatal("No account for the test: %s", qPrintable(m_account.error().message()));
    makeTables();
    m_timedProxy.cutRandomly(30ms, 400ms);
    connect(&m_countingProxy, &CuttingProxy::cut, this, &Soak::cutByBytes);
    cutByBytes();
    for (size_t i = 0; i < m_lanes.size(); ++i) {
        ConnectionOptions options = m_account.options(Channel::Clear);
        options.setPort(i % 2 == 0 ? m_timedProxy.port() : m_countingProxy.port());
        options.setDatabase(m_database.name());
        options.setCancelGrace(2s);
        // The proxies forward bytes.
        options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
        m_maximumAttempts = options.retryPolicy().maximumAttempts();
        // Most are as they are by default: statements are prepared, and many are on their way.
        options.setPreparesStatements(i != 3);
        if (i == 1)
            options.setPipelineDepth(4);
        m_lanes[i].connection = std::make_unique<Connection>(options);
        m_lanes[i].echo = m_lanes[i].connection->prepare(u"SELECT ?"_s);
        m_lanes[i].database = m_database.name();
    }
}

Soak::~Soak()
{
    for (const Lane &lane : m_lanes) {
        if (!lane.connection)
            continue;
        for (Job *job : lane.connection->findChildren<Job *>())
            job->disconnect(this);
        for (Transaction *transaction : lane.connection->findChildren<Transaction *>())
            transaction->disconnect(this);
    }
}

/// No key on the token: whatever is applied twice is there twice.
void Soak::makeTables()
{
    Connection admin(Servers::options(m_server));
    QStringList numbers;
    for (int i = 0; i < RowsOfMany; ++i)
        numbers.append(u"(%1)"_s.arg(i));
    QStringList ledger;
    for (int i = 0; i < m_jobs; ++i)
        ledger.append(u"(%1, 0)"_s.arg(i));
    const QString database = m_database.name();
    for (const QString &sql : {
             u"CREATE TABLE %1.tokens (token BIGINT UNSIGNED NOT NULL) ENGINE=InnoDB"_s.arg(
                 database),
             u"CREATE TABLE %1.ledger (id BIGINT UNSIGNED PRIMARY KEY, n INT NOT NULL) "
             "ENGINE=InnoDB"_s.arg(database),
             u"CREATE TABLE %1.batches (token BIGINT UNSIGNED NOT NULL, n INT NOT NULL) "
             "ENGINE=InnoDB"_s.arg(database),
             u"CREATE TABLE %1.devices (token BIGINT UNSIGNED NOT NULL, data LONGBLOB) "
             "ENGINE=InnoDB"_s.arg(database),
             u"CREATE TABLE %1.numbers (n INT PRIMARY KEY) ENGINE=InnoDB"_s.arg(database),
             u"INSERT INTO %1.numbers VALUES %2"_s.arg(database, numbers.join(u',')),
             u"INSERT INTO %1.ledger VALUES %2"_s.arg(database, ledger.join(u',')),
         }) {
        const OutcomePointer outcome = finishedOf(admin.execute(sql));
        if (!outcome->succeeded())
            qFatal("No table for the test: %s", describe(outcome).constData());
    }
}

/// The next connections end in the middle of something, in one direction or the other.
void Soak::cutByBytes()
{
    const bool toClient = m_random.bounded(2) == 0;
    m_countingProxy.cutAfterToClient(toClient ? 200 + m_random.bounded(16'000) : -1);
    m_countingProxy.cutAfterToServer(toClient ? -1 : 300 + m_random.bounded(3'000));
}

bool Soak::run(std::chrono::milliseconds limit)
{
    // Not qWaitFor(): it sleeps between its looks at the events, which slows all of this down.
    QEventLoop loop;
    connect(this, &Soak::completed, &loop, &QEventLoop::quit);
    QTimer::singleShot(limit, &loop, &QEventLoop::quit);
    for (int lane = 0; lane < LaneCount; ++lane)
        feed(lane);
    loop.exec();
    return m_ended == m_jobs;
}

void Soak::feed(int lane)
{
    static_assert(QueueDepth > 1);
    while (m_lanes[static_cast<size_t>(lane)].open < QueueDepth
           && std::accumulate(m_lanes.begin(), m_lanes.end(), m_ended,
                              [](int sum, const Lane &each) { return sum + each.open; })
                  < m_jobs) {
        startJob(lane);
    }
}

void Soak::startJob(int index)
{
    Lane &lane = m_lanes[static_cast<size_t>(index)];
    quint64 token = static_cast<quint64>(m_ended);
    for (const Lane &each : m_lanes)
        token += static_cast<quint64>(each.open);
    ++lane.open;
    Record &record = m_records[token];
    record.kind = pickKind();
    record.lane = index;

    if (isTransaction(record.kind)) {
        startTransaction(lane.connection.get(), record.kind, token);
        return;
    }
    Job *job = createJob(&lane, record.kind, token);
    const bool toOther = record.kind == Kind::SelectDatabase && token % 2 == 0;
    watch(job, token, toOther ? m_otherDatabase.name() : m_database.name());

    const auto cancel = [job] { job->cancel(); };
    const auto destroy = [this, job, token] {
        m_records[token].deleted = true;
        delete job;
    };
    if (record.kind == Kind::CancelledInsert) {
        atSomeMoment(job, cancel);
    } else if (record.kind == Kind::DeletedInsert) {
        atSomeMoment(job, destroy);
    } else if (record.kind == Kind::Stream) {
        auto *query = static_cast<Query *>(job);
        connect(query, &Query::rowsReady, query,
                [this, query, token] { readStream(query, token); });
    } else if (record.kind == Kind::CancelledStream) {
        // Nobody takes its rows: it stands still until then.
        QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(60)), job, cancel);
    } else if (m_random.bounded(4) == 0) {
        // Kept as long as the connection: it would tell if it ended a second time.
        job->setAutoDelete(false);
    }
}

void Soak::watch(Job *job, quint64 token, const QString &target)
{
    connect(job, &Job::errorOccurred, this, [this, token](const Error &error) {
        Record &record = m_records[token];
        ++record.errors;
        record.error = error;
        if (record.finished > 0)
            complain(token, u"failed after it had finished"_s);
    });
    connect(job, &Job::finished, this,
            [this, job, token, target] { finished(job, token, target); });
    connect(job, &QObject::destroyed, this, [this, token] {
        if (m_records[token].finished == 0)
            ended(m_records[token].lane);
    });
}

void Soak::finished(Job *job, quint64 token, const QString &target)
{
    Record &record = m_records[token];
    if (++record.finished > 1) {
        complain(token, u"finished a second time"_s);
        return;
    }
    if (record.deleted)
        complain(token, u"finished after it was deleted"_s);
    if (record.errors != (job->error() ? 1 : 0))
        complain(token, u"told of %1 errors"_s.arg(record.errors));
    if (auto *batch = qobject_cast<Batch *>(job)) {
        record.rows = batch->executedRows();
        record.sentRows = batch->sentRows();
    }
    if (job->error()) {
        ++m_errorCodes[job->error().code()];
        const Execution execution = job->error().execution();
        const bool isRefused
            = record.kind == Kind::RefusedInsert || record.kind == Kind::RefusedBatch;
        if (isRefused && execution == Execution::Rejected
            && job->error().serverErrorNumber() != 1048) {
            complain(token, u"was refused by "_s + job->error().message());
        }
    } else {
        ++m_successes;
        if (record.kind == Kind::SelectDatabase)
            m_lanes[static_cast<size_t>(record.lane)].database = target;
        else if (auto *query = qobject_cast<Query *>(job))
            check(query, token, record.kind);
    }
    ended(record.lane);
}

/// The answer is its own.
void Soak::check(Query *query, quint64 token, Kind kind)
{
    if (kind == Kind::Stream) {
        takeRows(query, token, -1);
        if (m_records[token].rows != RowsOfMany)
            complain(token, u"streamed %1 rows"_s.arg(m_records[token].rows));
        return;
    }
    const Result result = query->result();
    if (result.hasRows() && result.isEmpty()) {
        complain(token, u"got no row"_s);
        return;
    }
    const Row row = result.hasRows() ? result.first() : Row();
    switch (kind) {
    case Kind::Echo:
    case Kind::PreparedEcho:
        if (result.rowCount() != 1 || row.value<quint64>(0) != token)
            complain(token, u"got another job's reply: "_s + row.text(0));
        return;
    case Kind::ManyRows:
        if (result.rowCount() != RowsOfMany)
            complain(token, u"got %1 rows"_s.arg(result.rowCount()));
        for (qsizetype i = 0; i < result.rowCount(); ++i) {
            if (result.row(i).value<qsizetype>(0) != i || result.row(i).value<quint64>(1) != token)
                complain(token, u"got a wrong row"_s);
        }
        return;
    case Kind::CurrentDatabase: {
        const QString &expected = m_lanes[static_cast<size_t>(m_records[token].lane)].database;
        if (row.value<quint64>(0) != token || row.text(1) != expected)
            complain(token, u"ran in %1 instead of %2"_s.arg(row.text(1), expected));
        return;
    }
    case Kind::SlowSelect:
        if (row.value<quint64>(1) != token)
            complain(token, u"got another job's reply: "_s + row.text(1));
        return;
    case Kind::RefusedInsert:
        complain(token, u"was not refused"_s);
        return;
    case Kind::CancelledStream:
        // It was through before anybody could stop it.
        return;
    default:
        if (result.affectedRows() != 1)
            complain(token, u"changed %1 rows"_s.arg(result.affectedRows()));
        return;
    }
}

void Soak::ended(int lane)
{
    ++m_ended;
    --m_lanes[static_cast<size_t>(lane)].open;
    if (m_ended == m_jobs)
        Q_EMIT completed();
    else
        feed(lane);
}

void Soak::complain(quint64 token, const QString &what)
{
    if (m_complaints.size() < 30) {
        m_complaints.append(u"job %1 (%2) %3"_s.arg(token).arg(
            QLatin1StringView(name(m_records[token].kind)), what));
    }
}
