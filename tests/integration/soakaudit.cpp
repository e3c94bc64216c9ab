// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The account of the soak: what the jobs have said of themselves, against what is in the tables.

#include "soak.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qmetaobject.h>
#include <QtTest/qtest.h>

#include <algorithm>
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
        if (isTransaction(record.kind)) {
            if (inserts != updates)
                complain(token, u"is in effect in part: %1 and %2"_s.arg(inserts).arg(updates));
            auditWrite(token, inserts);
        } else {
            auditWrite(token, inserts + updates + uploaded.value(token));
        }
    }
}

/// A session that lost its client goes on with what it has received: MariaDB sleeps to the end, and
/// then through the next SLEEP() that was sent ahead. What is written behind that has to be done before
/// the tables are read.
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
        if (record.kind != Kind::Batch && record.kind != Kind::RefusedBatch)
            continue;
        const quint64 rows = found.value(token);
        const quint64 executed = firstRows(record.rows);
        const quint64 sent = firstRows(record.sentRows);
        const bool hasSucceeded = record.finished > 0 && !record.error;
        if (hasSucceeded && (record.kind == Kind::RefusedBatch || record.rows != RowsOfBatch))
            complain(token, u"executed %1 rows"_s.arg(record.rows));
        if ((rows & executed) != executed || (rows & ~sent) != 0) {
            complain(token,
                     u"tells of %1 executed and %2 sent rows, and has these: %3"_s.arg(record.rows)
                         .arg(record.sentRows)
                         .arg(rows, 0, 2));
        }
    }
}

/// What came from a device came whole.
void Soak::auditDevices(Connection *admin)
{
    Query *query = admin->execute(
        u"SELECT token FROM %1.devices WHERE data <> REPEAT('x', %2 + MOD(token, %3))"_s
            .arg(m_database.name())
            .arg(SmallestDevice)
            .arg(DeviceSizes));
    query->setAutoDelete(false);
    const OutcomePointer outcome = finishedOf(query);
    if (!outcome->succeeded())
        qFatal("The tables cannot be read: %s", describe(outcome).constData());
    for (const Row &row : query->result())
        complain(row.value<quint64>(0), u"stored something else than its device gave"_s);
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
