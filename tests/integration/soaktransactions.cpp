// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The transactions of the soak: objects, and those that consist of statements.

#include "soak.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <QtCore/qtimer.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Nothing that belongs to an open transaction can go on behind these.
bool endsTheSession(const Error &error)
{
    return error.code() == Error::ConnectionLost || error.code() == Error::ConnectionClosed;
}

} // namespace

bool Soak::isTransaction(Kind kind)
{
    return kind == Kind::Commit || kind == Kind::FailedCommit || kind == Kind::Rollback
           || kind == Kind::DestroyedTransaction;
}

bool Soak::isByStatement(Kind kind)
{
    return kind == Kind::StatementCommit || kind == Kind::StatementRollback
           || kind == Kind::HeldTransaction;
}

void Soak::startTransaction(Connection *connection, Kind kind, quint64 token)
{
    Transaction *transaction = nullptr;
    // A body may run again, and a failure of before does not count then.
    if (token % 2 == 0 && kind != Kind::FailedCommit) {
        transaction = connection->transact(
            [this, kind, token](Transaction *begun) { addTransactionJobs(begun, kind, token); });
    } else {
        transaction = connection->beginTransaction();
        addTransactionJobs(transaction, kind, token);
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

/// The end is given ahead: nothing of the transaction was sent by then.
void Soak::addTransactionJobs(Transaction *transaction, Kind kind, quint64 token)
{
    transaction->execute(sqlOfInsert(), {token});
    if (kind == Kind::FailedCommit)
        addFailingJob(transaction, token);
    else
        transaction->execute(sqlOfUpdate(), {token});
    if (kind == Kind::Commit || kind == Kind::FailedCommit)
        transaction->commit();
    else if (kind == Kind::Rollback)
        transaction->rollback();
}

/// It is cancelled, exceeds its time, for which MySQL's SLEEP() has no error, or is refused.
void Soak::addFailingJob(Transaction *transaction, quint64 token)
{
    Query *query = nullptr;
    const quint32 dice = m_random.bounded(3U);
    if (dice == 0) {
        query = transaction->execute(sqlOfUpdate(), {token});
        atSomeMoment(query, [query] { query->cancel(); });
    } else if (dice == 1) {
        query = transaction->execute(u"SELECT SLEEP(2)"_s);
        query->setTimeout(std::chrono::milliseconds(5 + m_random.bounded(10)));
    } else {
        query = transaction->execute(sqlOfInsert() + u", (NULL)"_s, {token});
    }
    connect(query, &Job::errorOccurred, this,
            [this, token] { m_records[token].hasFailedJob = true; });
    if (dice != 0)
        transaction->execute(sqlOfUpdate(), {token});
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
    const bool commits = record.kind == Kind::Commit || record.kind == Kind::FailedCommit;
    if (commits && transaction->state() == Transaction::State::RolledBack)
        complain(token, u"was rolled back"_s);
    if (record.hasFailedJob) {
        count(Event::RefusedCommit);
        if (!failed)
            complain(token, u"was committed without one of its jobs"_s);
    }
    ended(record.lane);
}

Query *Soak::executePart(quint64 token, size_t part)
{
    const Record &record = m_records[token];
    Connection *connection = m_lanes[record.lane].connection.get();
    Query *query = nullptr;
    switch (part) {
    case 0:
        query = connection->execute(token % 2 == 0 ? u"BEGIN"_s : u"START TRANSACTION"_s);
        break;
    case 1:
        query = connection->execute(sqlOfInsert(), {token});
        break;
    case 2:
        query = connection->execute(sqlOfUpdate(), {token});
        break;
    default:
        query = connection->execute(record.kind == Kind::StatementRollback ? u"ROLLBACK"_s
                                                                           : u"COMMIT"_s);
    }
    // A COMMIT that is stopped leaves the transaction open, for whatever comes behind it.
    const bool isStatementOfItsOwn = part == 1 || part == 2;
    if (record.lane == SilentLane && !isStatementOfItsOwn)
        query->setTimeout(3s);
    connect(query, &Query::finished, this,
            [this, query, token, part] { finishedPart(query, token, part); });
    if (part + 1 == PartCount) {
        connect(query, &QObject::destroyed, this, [this, token] {
            if (m_records[token].finished == 0)
                ended(m_records[token].lane);
        });
    }
    return query;
}

void Soak::finishedPart(Query *query, quint64 token, size_t part)
{
    Parts &parts = m_parts[token];
    if (++parts.finished[part] > 1) {
        complain(token, u"finished a part a second time"_s);
        return;
    }
    if (part > 0 && parts.finished[part - 1] == 0)
        complain(token, u"finished its parts in another order"_s);
    parts.errors[part] = query->error();
    if (part + 1 == PartCount)
        finishedByStatement(token);
}

/// What follows the loss of the session fails, up to and with the end of the transaction.
void Soak::finishedByStatement(quint64 token)
{
    Record &record = m_records[token];
    const Parts &parts = m_parts[token];
    ++record.finished;
    record.error = parts.errors.back();
    const auto loss = std::find_if(parts.errors.begin(), parts.errors.end(), endsTheSession);
    if (std::any_of(loss, parts.errors.end(), [](const Error &error) { return !error; }))
        complain(token, u"went on in another session"_s);
    const bool isLost = loss != parts.errors.end();
    if (isLost)
        count(Event::StatementLoss);
    if (record.error) {
        ++m_errorCodes[record.error.code()];
    } else {
        ++m_successes;
        count(record.kind == Kind::StatementRollback ? Event::StatementRollback
                                                     : Event::StatementCommit);
    }
    if (record.kind != Kind::HeldTransaction) {
        ended(record.lane);
        return;
    }
    if (isLost)
        count(Event::HeldLoss);
    else if (!record.error)
        count(Event::HeldCommit);
    Lane &lane = m_lanes[record.lane];
    lane.holds = false;
    ended(record.lane);
    resume(record.lane);
}

/// Nothing is sent for \a duration between the two halves of the transaction.
void Soak::holdTransaction(size_t index, std::chrono::milliseconds duration)
{
    Lane &lane = m_lanes[index];
    const auto token = static_cast<quint64>(m_started++);
    ++lane.open;
    m_records[token].kind = Kind::HeldTransaction;
    m_records[token].lane = index;
    executePart(token, 0);
    Query *insert = executePart(token, 1);
    connect(insert, &Query::finished, this, [this, insert, index, token, duration] {
        m_lanes[index].holds = !insert->error();
        QTimer::singleShot(duration, this, [this, token] {
            executePart(token, 2);
            executePart(token, 3);
        });
    });
}
