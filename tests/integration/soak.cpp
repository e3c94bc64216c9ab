// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "soak.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qeventloop.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <iterator>
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
    if (job->error()) {
        ++m_errorCodes[job->error().code()];
        const Execution execution = job->error().execution();
        if (record.kind == Kind::RefusedInsert && execution == Execution::Rejected
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

void Soak::audit()
{
    for (Lane &lane : m_lanes)
        lane.connection.reset();
    Connection admin(Servers::options(m_server));
    // A session that lost its client may still be busy with the last statement.
    const auto areSessionsGone = [&] {
        const OutcomePointer sessions = finishedOf(
            admin.execute(u"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = ?"_s,
                          {m_account.user()}));
        return sessions->rows() == QList<QStringList>{{u"0"_s}};
    };
    if (!QTest::qWaitFor(areSessionsGone, 30'000))
        m_complaints.append(u"Sessions that were cut go on in the server"_s);

    const QHash<quint64, int> inserted = countsOf(
        &admin, u"SELECT token, COUNT(*) FROM %1.tokens GROUP BY token"_s.arg(m_database.name()));
    const QHash<quint64, int> updated
        = countsOf(&admin, u"SELECT id, n FROM %1.ledger WHERE n <> 0"_s.arg(m_database.name()));
    for (quint64 token = 0; token < m_records.size(); ++token) {
        const Record &record = m_records[token];
        if (record.finished == 0 && !record.deleted)
            complain(token, u"never finished"_s);
        const int inserts = inserted.value(token);
        const int updates = updated.value(token);
        if (isTransaction(record.kind)) {
            if (inserts != updates)
                complain(token, u"is in effect in part: %1 and %2"_s.arg(inserts).arg(updates));
            auditWrite(token, inserts);
        } else {
            auditWrite(token, inserts + updates);
        }
    }
}

void Soak::auditWrite(quint64 token, int applied)
{
    const Record &record = m_records[token];
    int atLeast = 0;
    int atMost = 0;
    switch (record.kind) {
    case Kind::Insert:
    case Kind::CancelledInsert:
    case Kind::ExpiringInsert:
    case Kind::Update:
    case Kind::Commit:
    case Kind::IdempotentInsert: {
        const int attempts = record.kind == Kind::IdempotentInsert ? m_maximumAttempts : 1;
        if (!record.error) {
            atLeast = 1;
            atMost = attempts;
        } else if (record.error.execution() == Execution::Unknown) {
            atMost = attempts;
            m_appliedUnknown += applied > 0 ? 1 : 0;
        }
        break;
    }
    case Kind::DeletedInsert:
        atMost = 1;
        break;
    default:
        break;
    }
    m_repeatedWrites += applied > 1 ? 1 : 0;
    if (applied < atLeast || applied > atMost) {
        QString error;
        QDebug(&error) << record.error;
        complain(token, u"was applied %1 times, and ended with %2"_s.arg(applied).arg(error));
    }
}

QHash<quint64, int> Soak::countsOf(Connection *admin, const QString &sql)
{
    Query *query = admin->execute(sql);
    query->setAutoDelete(false);
    const OutcomePointer outcome = finishedOf(query);
    if (!outcome->succeeded())
        qFatal("The tables cannot be read: %s", describe(outcome).constData());
    QHash<quint64, int> counts;
    for (const Row &row : query->result())
        counts.insert(row.value<quint64>(0), row.value<int>(1));
    return counts;
}

int Soak::cuts() const
{
    return m_timedProxy.cuts() + m_countingProxy.cuts();
}

int Soak::errors(Execution execution) const
{
    return static_cast<int>(
        std::count_if(m_records.begin(), m_records.end(), [execution](const Record &record) {
            return record.error && record.error.execution() == execution;
        }));
}

QStringList Soak::account() const
{
    QStringList lines = {
        u"%1 jobs, %2 cuts (%3 by time, %4 by bytes), %5 connections"_s.arg(m_jobs)
            .arg(cuts())
            .arg(m_timedProxy.cuts())
            .arg(m_countingProxy.cuts())
            .arg(m_timedProxy.acceptedConnections() + m_countingProxy.acceptedConnections()),
        u"sort: success / NotSent / Rejected / Unknown / deleted"_s,
    };
    for (int kind = 0; kind < KindCount; ++kind) {
        std::array<int, 5> sums{};
        for (const Record &record : m_records) {
            if (static_cast<int>(record.kind) != kind)
                continue;
            const size_t column = record.finished == 0 ? 4
                                  : !record.error
                                      ? 0
                                      : 1 + static_cast<size_t>(record.error.execution());
            ++sums[column];
        }
        lines.append(
            u"%1: %2 / %3 / %4 / %5 / %6"_s.arg(QLatin1StringView(name(static_cast<Kind>(kind))))
                .arg(sums[0])
                .arg(sums[1])
                .arg(sums[2])
                .arg(sums[3])
                .arg(sums[4]));
    }
    QStringList codes;
    for (auto code = m_errorCodes.cbegin(); code != m_errorCodes.cend(); ++code) {
        codes.append(
            u"%1 × %2"_s.arg(code.value())
                .arg(QLatin1StringView(QMetaEnum::fromType<Error::Code>().valueToKey(code.key()))));
    }
    lines.append(u"errors: "_s + codes.join(u", "_s));
    lines.append(u"%1 writes of unknown fate were applied, %2 idempotent ones more than once"_s
                     .arg(m_appliedUnknown)
                     .arg(m_repeatedWrites));
    return lines;
}
