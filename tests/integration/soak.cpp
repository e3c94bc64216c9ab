// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "soak.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using Fake::CuttingProxy;
using Fake::OutcomePointer;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString Password = u"soaked"_s;

} // namespace

Soak::Soak(const Server &server, quint32 seed, int jobs)
    : m_server(server)
    , m_jobs(jobs)
    , m_database(server)
    , m_otherDatabase(server)
    , m_account(server, server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                Password)
    , m_timedProxy(QHostAddress(server.host), server.port, seed)
    , m_countingProxy(QHostAddress(server.host), server.port, seed + 1)
    , m_silentProxy(QHostAddress(server.host), server.port, seed + 2)
    , m_random(seed)
    , m_records(static_cast<size_t>(jobs))
{
    if (m_account.error())
        qFatal("No account for the test: %s", qPrintable(m_account.error().message()));
    makeTables();
    logInBehindTheProxy();
    m_timedProxy.cutRandomly(30ms, 400ms);
    m_silentProxy.fallSilentRandomly(50ms, 1500ms);
    connect(&m_countingProxy, &CuttingProxy::cut, this, &Soak::cutByBytes);
    cutByBytes();
    for (size_t index = 0; index < LaneCount; ++index)
        openLane(index);
}

Soak::~Soak()
{
    for (Lane &lane : m_lanes) {
        // Nothing new is begun when its jobs end.
        lane.state = LaneState::Replaced;
        lane.connection.reset();
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

/// MySQL Router takes no password that is encrypted with the server's key, which only those who
/// have not logged in before are asked for.
void Soak::logInBehindTheProxy()
{
    if (!m_server.isProxy())
        return;
    for (const Server &server : all()) {
        if (!server.isMySql)
            continue;
        ConnectionOptions options = Servers::options(server, Channel::Tls);
        options.setUser(m_account.user());
        options.setPassword(Password);
        Connection connection(options);
        finishedOf(connection.ping());
    }
}

QString Soak::sqlOfInsert() const
{
    return u"INSERT INTO %1.tokens VALUES (?)"_s.arg(m_database.name());
}

QString Soak::sqlOfUpdate() const
{
    return u"UPDATE %1.ledger SET n = n + 1 WHERE id = ?"_s.arg(m_database.name());
}

bool Soak::run(std::chrono::milliseconds limit)
{
    // Not qWaitFor(): it sleeps between its looks at the events, which slows all of this down.
    QEventLoop loop;
    connect(this, &Soak::completed, &loop, &QEventLoop::quit);
    QTimer::singleShot(limit, &loop, &QEventLoop::quit);
    for (size_t lane = 0; lane < LaneCount; ++lane)
        feed(lane);
    loop.exec();
    return m_ended == m_jobs;
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
    const bool isAdopted = !job->parent() || job->parent() == &m_owner;
    if (record.kind == Kind::AdoptedInsert && isAdopted)
        count(Event::AdoptedJob);
    if (auto *batch = qobject_cast<Batch *>(job))
        finishedBatch(batch, token);
    if (job->error()) {
        ++m_errorCodes[job->error().code()];
        const bool isRefused
            = record.kind == Kind::RefusedInsert || record.kind == Kind::RefusedBatch;
        if (isRefused && job->error().code() == Error::ServerError
            && job->error().serverErrorNumber() != 1048) {
            complain(token, u"was refused by "_s + job->error().message());
        }
    } else {
        ++m_successes;
        if (record.kind == Kind::SelectDatabase)
            m_lanes[record.lane].database = target;
        else if (auto *query = qobject_cast<Query *>(job))
            check(query, token, record.kind);
    }
    ended(record.lane);
}

void Soak::finishedBatch(Batch *batch, quint64 token)
{
    Record &record = m_records[token];
    record.rows = batch->executedRows();
    record.sentRows = batch->sentRows();
    record.affectedRows = batch->affectedRows();
    if (record.rows == 0 || record.rows == batch->rowCount())
        return;
    if (batch->error().code() == Error::Cancelled)
        count(Event::CancelWithinBatch);
    else if (batch->error().code() == Error::QueryTimeout)
        count(Event::TimeoutWithinBatch);
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
        const QString &expected = m_lanes[m_records[token].lane].database;
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

void Soak::complain(quint64 token, const QString &what)
{
    if (m_complaints.size() < 30) {
        m_complaints.append(u"job %1 (%2) %3"_s.arg(token).arg(
            QLatin1StringView(name(m_records[token].kind)), what));
    }
}
