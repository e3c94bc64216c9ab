// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The account of the soak: what the jobs have said of themselves, against what is in the tables.

#include "soak.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qdebug.h>
#include <QtTest/qtest.h>

#include <bit>

using namespace AsyncMySql;
using Fake::OutcomePointer;
using namespace Servers;
using namespace Qt::StringLiterals;
using Execution = Error::Execution;

void Soak::audit()
{
    for (Lane &lane : m_lanes)
        lane.connection.reset();
    Connection admin(Servers::options(m_server));
    if (!QTest::qWaitFor([&] { return areSessionsGone(&admin); }, 30'000))
        m_complaints.append(u"Sessions that were cut go on in the server"_s);

    const QHash<quint64, int> inserted = countsOf(
        &admin, u"SELECT token, COUNT(*) FROM %1.tokens GROUP BY token"_s.arg(m_database.name()));
    const QHash<quint64, int> updated
        = countsOf(&admin, u"SELECT id, n FROM %1.ledger WHERE n <> 0"_s.arg(m_database.name()));
    const QHash<quint64, int> uploaded = countsOf(
        &admin, u"SELECT token, COUNT(*) FROM %1.devices GROUP BY token"_s.arg(m_database.name()));
    auditBatches(&admin);
    auditDevices(&admin);
    for (quint64 token = 0; token < m_records.size(); ++token) {
        const Record &record = m_records[token];
        if (record.finished == 0 && !record.deleted)
            complain(token, u"never finished"_s);
        const int inserts = inserted.value(token);
        const int updates = updated.value(token);
        if (isByStatement(record.kind)) {
            auditByStatement(token, inserts, updates);
        } else if (isTransaction(record.kind)) {
            if (inserts != updates)
                complain(token, u"is in effect in part: %1 and %2"_s.arg(inserts).arg(updates));
            auditWrite(token, inserts);
        } else {
            auditWrite(token, inserts + updates + uploaded.value(token));
        }
    }
}

/// A session that lost its client goes on with what it has received: MariaDB sleeps to the end, and
/// then through the next SLEEP() that was sent ahead. What is written behind that has to be done
/// before the tables are read.
bool Soak::areSessionsGone(Connection *admin)
{
    Query *query
        = admin->execute(u"SELECT ID, INFO FROM information_schema.PROCESSLIST WHERE USER = ?"_s,
                         {m_account.user()});
    query->setAutoDelete(false);
    const OutcomePointer sessions = finishedOf(query);
    if (!sessions->succeeded())
        return false;
    for (const Row &row : query->result()) {
        // That it has ended in between is no error to care for.
        if (row.text(1).startsWith("SELECT SLEEP("_L1))
            finishedOf(admin->execute(u"KILL QUERY "_s + row.text(0)));
    }
    const bool areGone = query->result().isEmpty();
    delete query;
    return areGone;
}

void Soak::auditWrite(quint64 token, int applied)
{
    const Record &record = m_records[token];
    int atLeast = 0;
    int atMost = 0;
    switch (record.kind) {
    case Kind::Insert:
    case Kind::CancelledInsert:
    case Kind::AdoptedInsert:
    case Kind::DeviceInsert:
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
    case Kind::FailedCommit:
        if (!record.hasFailedJob) {
            atLeast = record.error ? 0 : 1;
            atMost = record.error && record.error.execution() != Execution::Unknown ? 0 : 1;
        }
        break;
    case Kind::DeletedInsert:
        atMost = 1;
        break;
    case Kind::OrphanedInsert:
        // Its parent can stay until it has ended.
        atLeast = record.finished > 0 && !record.error ? 1 : 0;
        atMost
            = record.finished > 0 && record.error && record.error.execution() != Execution::Unknown
                  ? 0
                  : 1;
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

/// Both writes are in effect, as far as they themselves went well, or none is.
void Soak::auditByStatement(quint64 token, int inserts, int updates)
{
    const Record &record = m_records[token];
    const Parts parts = m_parts.value(token);
    const auto least = [](const Error &error) { return error ? 0 : 1; };
    const auto most = [](const Error &error) {
        return error && error.execution() != Execution::Unknown ? 0 : 1;
    };
    const bool canBeInEffect = record.kind != Kind::StatementRollback
                               && (!record.error || record.error.execution() == Execution::Unknown);
    const bool isInEffect = inserts >= least(parts.errors[1]) && inserts <= most(parts.errors[1])
                            && updates >= least(parts.errors[2])
                            && updates <= most(parts.errors[2]);
    const bool isUndone = inserts == 0 && updates == 0;
    const bool isRight = canBeInEffect && !record.error ? isInEffect
                         : canBeInEffect                ? isInEffect || isUndone
                                                        : isUndone;
    if (record.error.execution() == Execution::Unknown && record.error && !isUndone)
        ++m_appliedUnknown;
    if (isRight)
        return;
    QString errors;
    for (const Error &error : parts.errors)
        QDebug(&errors) << error;
    complain(token, u"inserted %1 and updated %2 times, and its parts ended with %3"_s.arg(inserts)
                        .arg(updates)
                        .arg(errors));
}

/// The rows that a batch calls executed are there, those that it calls unsent are not, and none is
/// there twice.
void Soak::auditBatches(Connection *admin)
{
    Query *query = admin->execute(
        u"SELECT token, BIT_OR(1 << n), COUNT(*) FROM %1.batches GROUP BY token"_s.arg(
            m_database.name()));
    query->setAutoDelete(false);
    const OutcomePointer outcome = finishedOf(query);
    if (!outcome->succeeded())
        qFatal("The tables cannot be read: %s", describe(outcome).constData());
    QHash<quint64, quint64> found;
    for (const Row &row : query->result()) {
        const quint64 token = row.value<quint64>(0);
        found.insert(token, row.value<quint64>(1));
        if (std::popcount(found.value(token)) != row.value<int>(2))
            complain(token, u"was applied to a row twice"_s);
    }
    const auto firstRows = [](qsizetype count) { return (quint64(1) << count) - 1; };
    for (quint64 token = 0; token < m_records.size(); ++token) {
        const Record &record = m_records[token];
        if (!isBatch(record.kind))
            continue;
        const bool isStopped
            = record.kind == Kind::CancelledBatch || record.kind == Kind::ExpiringBatch;
        const qsizetype all = isStopped ? RowsOfStoppedBatch : RowsOfBatch;
        const quint64 rows = found.value(token);
        const quint64 executed = firstRows(record.rows);
        const quint64 sent = firstRows(record.sentRows);
        const bool hasSucceeded = record.finished > 0 && !record.error;
        if (hasSucceeded && (record.kind == Kind::RefusedBatch || record.rows != all))
            complain(token, u"executed %1 rows"_s.arg(record.rows));
        // What was not answered is the only thing that nobody knows.
        const bool isKnown = !record.error || record.error.execution() != Execution::Unknown;
        if ((rows & executed) != executed || (rows & ~sent) != 0
            || (isKnown && static_cast<quint64>(std::popcount(rows)) != record.affectedRows)) {
            QString error;
            QDebug(&error) << record.error;
            complain(token,
                     u"tells of %1 executed, %2 sent and %3 affected rows and ended with %4, "
                     "and has these: %5"_s.arg(record.rows)
                         .arg(record.sentRows)
                         .arg(record.affectedRows)
                         .arg(error)
                         .arg(rows, 0, 2));
        }
    }
}

/// What came from a device came whole.
void Soak::auditDevices(Connection *admin)
{
    Query *query = admin->execute(
        u"SELECT token, LENGTH(data) FROM %1.devices "
        "WHERE NOT (data <=> REPEAT('x', %2 + MOD(token, %3)))"_s.arg(m_database.name())
            .arg(SmallestDevice)
            .arg(DeviceSizes));
    query->setAutoDelete(false);
    const OutcomePointer outcome = finishedOf(query);
    if (!outcome->succeeded())
        qFatal("The tables cannot be read: %s", describe(outcome).constData());
    for (const Row &row : query->result()) {
        const auto token = row.value<quint64>(0);
        const QString stored = row.isNull(1) ? u"NULL"_s : row.text(1) + u" bytes"_s;
        complain(token,
                 u"stored %1 in place of the %2 bytes that its device gave"_s.arg(stored).arg(
                     sizeOfDevice(token)));
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
