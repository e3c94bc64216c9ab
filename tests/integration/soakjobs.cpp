// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The jobs of the soak: what there is, and how often.

#include "soak.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qbuffer.h>
#include <QtCore/qtimer.h>

#include <iterator>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

bool Soak::isBatch(Kind kind)
{
    return kind == Kind::Batch || kind == Kind::RefusedBatch || kind == Kind::CancelledBatch
           || kind == Kind::ExpiringBatch;
}

Soak::Kind Soak::pickKind()
{
    struct Share
    {
        Kind kind;
        int percent;
    };
    // A HeldTransaction has its time of its own.
    constexpr Share shares[] = {
        {Kind::Insert, 10},
        {Kind::IdempotentInsert, 5},
        {Kind::CancelledInsert, 5},
        {Kind::DeletedInsert, 3},
        {Kind::ExpiringInsert, 3},
        {Kind::RefusedInsert, 4},
        {Kind::AdoptedInsert, 1},
        {Kind::OrphanedInsert, 1},
        {Kind::Update, 6},
        {Kind::Echo, 8},
        {Kind::ManyRows, 3},
        {Kind::SlowSelect, 1},
        {Kind::Ping, 3},
        {Kind::SelectDatabase, 4},
        {Kind::CurrentDatabase, 4},
        {Kind::PreparedEcho, 5},
        {Kind::Stream, 4},
        {Kind::CancelledStream, 2},
        {Kind::Commit, 4},
        {Kind::FailedCommit, 3},
        {Kind::Rollback, 2},
        {Kind::DestroyedTransaction, 2},
        {Kind::StatementCommit, 5},
        {Kind::StatementRollback, 2},
        {Kind::Batch, 3},
        {Kind::RefusedBatch, 2},
        {Kind::CancelledBatch, 2},
        {Kind::ExpiringBatch, 1},
        {Kind::DeviceInsert, 2},
    };
    static_assert(std::size(shares) == KindCount - 1);
    int dice = static_cast<int>(m_random.bounded(100));
    for (const Share &share : shares) {
        dice -= share.percent;
        if (dice < 0)
            return share.kind;
    }
    return Kind::Echo;
}

void Soak::startJob(size_t index, Kind kind)
{
    Lane &lane = m_lanes[index];
    const auto token = static_cast<quint64>(m_started++);
    ++lane.open;
    Record &record = m_records[token];
    record.kind = kind;
    record.lane = index;

    if (isTransaction(record.kind)) {
        startTransaction(lane.connection.get(), record.kind, token);
    } else if (isByStatement(record.kind)) {
        for (size_t part = 0; part < PartCount; ++part)
            executePart(token, part);
    } else {
        Job *job = createJob(&lane, record.kind, token);
        const bool toOther = record.kind == Kind::SelectDatabase && token % 2 == 0;
        watch(job, token, toOther ? m_otherDatabase.name() : m_database.name());
        harm(job, record.kind, token);
    }
}

void Soak::harm(Job *job, Kind kind, quint64 token)
{
    const auto cancel = [job] { job->cancel(); };
    switch (kind) {
    case Kind::CancelledInsert:
        atSomeMoment(job, cancel);
        return;
    case Kind::DeletedInsert:
        atSomeMoment(job, [this, job, token] {
            m_records[token].deleted = true;
            delete job;
        });
        return;
    case Kind::AdoptedInsert:
        if (token % 2 == 0)
            job->setParent(nullptr);
        else
            atSomeMoment(job, [this, job] { job->setParent(&m_owner); });
        return;
    case Kind::OrphanedInsert: {
        auto *parent = new QObject(&m_owner);
        job->setParent(parent);
        atSomeMoment(job, [this, parent, token] {
            if (m_records[token].finished == 0)
                count(Event::OrphanedJob);
            m_records[token].deleted = true;
            delete parent;
        });
        return;
    }
    case Kind::Stream: {
        auto *query = static_cast<Query *>(job);
        connect(query, &Query::rowsReady, query,
                [this, query, token] { readStream(query, token); });
        return;
    }
    case Kind::CancelledStream:
        // Nobody takes its rows: it stands still until then.
        QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(60)), job, cancel);
        return;
    case Kind::CancelledBatch:
        connect(job, &Job::stateChanged, job, [this, job, cancel](Job::State state) {
            if (state == Job::State::Running)
                QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(80)), job, cancel);
        });
        return;
    default:
        // Kept as long as the connection: it would tell if it ended a second time.
        if (m_random.bounded(4) == 0)
            job->setAutoDelete(false);
    }
}

/// At once, while the job waits, when it was just sent, or after its end.
void Soak::atSomeMoment(Job *job, const std::function<void()> &act)
{
    const auto moment = std::chrono::milliseconds(m_random.bounded(3));
    if (m_random.bounded(3) == 0) {
        QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(100)), job, act);
        return;
    }
    connect(job, &Job::stateChanged, job, [=](Job::State state) {
        if (state == Job::State::Running)
            QTimer::singleShot(moment, Qt::PreciseTimer, job, act);
    });
}

Job *Soak::createJob(Lane *lane, Kind kind, quint64 token)
{
    Connection *connection = lane->connection.get();
    const QString insert = sqlOfInsert();
    const QString manyRows
        = u"SELECT n, ?, REPEAT('x', 40) FROM %1.numbers ORDER BY n"_s.arg(m_database.name());
    switch (kind) {
    case Kind::Insert:
    case Kind::CancelledInsert:
    case Kind::DeletedInsert:
    case Kind::AdoptedInsert:
    case Kind::OrphanedInsert:
        return connection->execute(insert, {token});
    case Kind::IdempotentInsert: {
        Query *query = connection->execute(insert, {token});
        query->setIdempotent(true);
        return query;
    }
    case Kind::ExpiringInsert: {
        Query *query = connection->execute(insert, {token});
        query->setQueueTimeout(std::chrono::milliseconds(1 + m_random.bounded(200)));
        return query;
    }
    case Kind::RefusedInsert:
        return connection->execute(insert + u", (NULL)"_s, {token});
    case Kind::Update:
        return connection->execute(sqlOfUpdate(), {token});
    case Kind::Echo:
        return connection->execute(u"SELECT ?"_s, {token});
    case Kind::ManyRows:
        return connection->execute(manyRows, {token});
    case Kind::Stream:
    case Kind::CancelledStream: {
        Query *query = connection->execute(manyRows, {token});
        query->setStreaming(true);
        // A part of the rows.
        query->setBufferLimit(2048);
        return query;
    }
    case Kind::PreparedEcho:
        return lane->echo->execute({token});
    case Kind::SlowSelect: {
        Query *query = connection->execute(u"SELECT SLEEP(20), ?"_s, {token});
        query->setTimeout(std::chrono::milliseconds(5 + m_random.bounded(20)));
        return query;
    }
    case Kind::Ping:
        return connection->ping();
    case Kind::SelectDatabase:
        return connection->selectDatabase(token % 2 == 0 ? m_otherDatabase.name()
                                                         : m_database.name());
    case Kind::CurrentDatabase:
        return connection->execute(u"SELECT ?, DATABASE()"_s, {token});
    case Kind::Batch:
    case Kind::RefusedBatch:
    case Kind::CancelledBatch:
    case Kind::ExpiringBatch:
        return createBatch(connection, kind, token);
    case Kind::DeviceInsert:
        return createUpload(connection, token);
    case Kind::Commit:
    case Kind::FailedCommit:
    case Kind::Rollback:
    case Kind::DestroyedTransaction:
    case Kind::StatementCommit:
    case Kind::StatementRollback:
    case Kind::HeldTransaction:
        break;
    }
    Q_UNREACHABLE();
}

Job *Soak::createBatch(Connection *connection, Kind kind, quint64 token)
{
    const bool isStopped = kind == Kind::CancelledBatch || kind == Kind::ExpiringBatch;
    QList<QVariantList> rows;
    for (int i = 0; i < (isStopped ? RowsOfStoppedBatch : RowsOfBatch); ++i) {
        // Another type begins another one of MariaDB's bulk commands.
        const bool isText = isStopped && i / 8 % 2 == 1;
        rows.append({isText ? QVariant(QString::number(token)) : QVariant(token), i});
    }
    if (kind == Kind::RefusedBatch)
        rows[RefusedRow][1] = QVariant(); // NULL
    if (!isStopped) {
        return connection->executeBatch(
            u"INSERT INTO %1.batches VALUES (?, ?)"_s.arg(m_database.name()), rows);
    }
    // Slow enough to be stopped in the middle. SLEEP() returns 1 when it is stopped.
    Batch *batch = connection->executeBatch(
        u"INSERT INTO %1.batches VALUES (?, ? + 0 * SLEEP(0.001))"_s.arg(m_database.name()), rows);
    if (kind == Kind::ExpiringBatch)
        batch->setTimeout(std::chrono::milliseconds(10 + m_random.bounded(80)));
    return batch;
}

int Soak::sizeOfDevice(quint64 token)
{
    return SmallestDevice + static_cast<int>(token % DeviceSizes);
}

Job *Soak::createUpload(Connection *connection, quint64 token)
{
    auto *device = new QBuffer;
    device->setData(QByteArray(sizeOfDevice(token), 'x'));
    device->open(QIODevice::ReadOnly);
    Query *query
        = connection->execute(u"INSERT INTO %1.devices VALUES (?, ?)"_s.arg(m_database.name()),
                              {token, QVariant::fromValue<QIODevice *>(device)});
    // No text holds a device.
    query->setPrepared(true);
    device->setParent(query);
    return query;
}

/// Slowly, some rows at a time.
void Soak::readStream(Query *query, quint64 token)
{
    QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(2)), query, [this, query, token] {
        takeRows(query, token, 1 + m_random.bounded(60));
        if (query->availableRows() > 0)
            readStream(query, token);
    });
}

/// They come in order, without a gap, and none comes twice.
void Soak::takeRows(Query *query, quint64 token, qsizetype maximum)
{
    qsizetype &rows = m_records[token].rows;
    for (const Row &row : query->takeRows(maximum)) {
        if (row.value<qsizetype>(0) != rows || row.value<quint64>(1) != token)
            complain(
                token,
                u"got row %1 of %2 in place of row %3"_s.arg(row.text(0), row.text(1)).arg(rows));
        ++rows;
    }
}
