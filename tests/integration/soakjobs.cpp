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

const char *Soak::name(Kind kind)
{
    constexpr const char *names[KindCount] = {
        "Insert",
        "IdempotentInsert",
        "CancelledInsert",
        "DeletedInsert",
        "ExpiringInsert",
        "RefusedInsert",
        "Update",
        "Echo",
        "ManyRows",
        "SlowSelect",
        "Ping",
        "SelectDatabase",
        "CurrentDatabase",
        "PreparedEcho",
        "Stream",
        "CancelledStream",
        "Commit",
        "Rollback",
        "DestroyedTransaction",
        "Batch",
        "RefusedBatch",
        "DeviceInsert",
    };
    return names[static_cast<int>(kind)];
}

Soak::Kind Soak::pickKind()
{
    struct Share
    {
        Kind kind;
        int percent;
    };
    constexpr Share shares[] = {
        {Kind::Insert, 13},
        {Kind::IdempotentInsert, 5},
        {Kind::CancelledInsert, 5},
        {Kind::DeletedInsert, 4},
        {Kind::ExpiringInsert, 3},
        {Kind::RefusedInsert, 5},
        {Kind::Update, 8},
        {Kind::Echo, 10},
        {Kind::ManyRows, 3},
        {Kind::SlowSelect, 1},
        {Kind::Ping, 4},
        {Kind::SelectDatabase, 4},
        {Kind::CurrentDatabase, 4},
        {Kind::PreparedEcho, 6},
        {Kind::Stream, 4},
        {Kind::CancelledStream, 3},
        {Kind::Commit, 5},
        {Kind::Rollback, 2},
        {Kind::DestroyedTransaction, 2},
        {Kind::Batch, 4},
        {Kind::RefusedBatch, 2},
        {Kind::DeviceInsert, 3},
    };
    static_assert(std::size(shares) == KindCount);
    int dice = static_cast<int>(m_random.bounded(100));
    for (const Share &share : shares) {
        dice -= share.percent;
        if (dice < 0)
            return share.kind;
    }
    return Kind::Echo;
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
    const QString insert = u"INSERT INTO %1.tokens VALUES (?)"_s.arg(m_database.name());
    const QString manyRows
        = u"SELECT n, ?, REPEAT('x', 40) FROM %1.numbers ORDER BY n"_s.arg(m_database.name());
    switch (kind) {
    case Kind::Insert:
    case Kind::CancelledInsert:
    case Kind::DeletedInsert:
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
        return connection->execute(
            u"UPDATE %1.ledger SET n = n + 1 WHERE id = ?"_s.arg(m_database.name()), {token});
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
        return createBatch(connection, kind, token);
    case Kind::DeviceInsert:
        return createUpload(connection, token);
    case Kind::Commit:
    case Kind::Rollback:
    case Kind::DestroyedTransaction:
        break;
    }
    Q_UNREACHABLE();
}

Job *Soak::createBatch(Connection *connection, Kind kind, quint64 token)
{
    QList<QVariantList> rows;
    for (int i = 0; i < RowsOfBatch; ++i)
        rows.append({token, i});
    if (kind == Kind::RefusedBatch)
        rows[RefusedRow][1] = QVariant(); // NULL
    return connection->executeBatch(
        u"INSERT INTO %1.batches VALUES (?, ?)"_s.arg(m_database.name()), rows);
}

Job *Soak::createUpload(Connection *connection, quint64 token)
{
    auto *device = new QBuffer;
    device->setData(QByteArray(SmallestDevice + static_cast<int>(token) % DeviceSizes, 'x'));
    device->open(QIODevice::ReadOnly);
    Query *query
        = connection->execute(u"INSERT INTO %1.devices VALUES (?, ?)"_s.arg(m_database.name()),
                              {token, QVariant::fromValue<QIODevice *>(device)});
    // No text holds a device.
    query->setPrepared(true);
    device->setParent(query);
    return query;
}

bool Soak::isTransaction(Kind kind)
{
    return kind == Kind::Commit || kind == Kind::Rollback || kind == Kind::DestroyedTransaction;
}

void Soak::startTransaction(Connection *connection, Kind kind, quint64 token)
{
    const auto work = [this, kind, token](Transaction *transaction) {
        transaction->execute(u"INSERT INTO %1.tokens VALUES (?)"_s.arg(m_database.name()), {token});
        transaction->execute(
            u"UPDATE %1.ledger SET n = n + 1 WHERE id = ?"_s.arg(m_database.name()), {token});
        if (kind == Kind::Commit)
            transaction->commit();
        else if (kind == Kind::Rollback)
            transaction->rollback();
    };
    Transaction *transaction = nullptr;
    if (token % 2 == 0) {
        transaction = connection->transact(work);
    } else {
        transaction = connection->beginTransaction();
        work(transaction);
    }
    connect(transaction, &Transaction::errorOccurred, this, [this, token](const Error &error) {
        Record &record = m_records[token];
        ++record.errors;
        record.error = error;
    });
    connect(transaction, &Transaction::finished, this,
            [this, transaction, token] { finishedTransaction(transaction, token); });
    connect(transaction, &QObject::destroyed, this, [this, token] {
        if (m_records[token].finished == 0)
            ended(m_records[token].lane);
    });
    if (kind != Kind::DestroyedTransaction)
        return;
    QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(40)), transaction,
                       [this, transaction, token] {
                           m_records[token].deleted = true;
                           delete transaction;
                       });
}

void Soak::finishedTransaction(Transaction *transaction, quint64 token)
{
    Record &record = m_records[token];
    if (++record.finished > 1) {
        complain(token, u"finished a second time"_s);
        return;
    }
    const bool failed = transaction->state() == Transaction::State::Failed;
    if (record.errors != (failed ? 1 : 0))
        complain(token, u"told of %1 errors"_s.arg(record.errors));
    if (failed)
        ++m_errorCodes[transaction->error().code()];
    else
        ++m_successes;
    if (record.kind == Kind::Commit && transaction->state() == Transaction::State::RolledBack)
        complain(token, u"was rolled back"_s);
    ended(record.lane);
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
