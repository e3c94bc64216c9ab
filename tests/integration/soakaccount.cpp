// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the soak says of itself: names and sums.

#include "soak.h"

#include <QtCore/qmetaobject.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Execution = Error::Execution;

const char *Soak::name(Kind kind)
{
    constexpr const char *names[KindCount] = {
        "Insert",
        "IdempotentInsert",
        "CancelledInsert",
        "DeletedInsert",
        "ExpiringInsert",
        "RefusedInsert",
        "AdoptedInsert",
        "OrphanedInsert",
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
        "FailedCommit",
        "Rollback",
        "DestroyedTransaction",
        "StatementCommit",
        "StatementRollback",
        "HeldTransaction",
        "Batch",
        "RefusedBatch",
        "CancelledBatch",
        "ExpiringBatch",
        "DeviceInsert",
    };
    return names[static_cast<int>(kind)];
}

const char *Soak::name(Event event)
{
    constexpr const char *names[EventCount] = {
        "sessions that the idle timeout closed",
        "idle sessions that the server closed",
        "transactions by statement committed",
        "transactions by statement rolled back",
        "transactions by statement lost with their session",
        "transactions held open in a pause and committed",
        "transactions held open in a pause and lost",
        "batches cancelled in the middle",
        "batches timed out in the middle",
        "sessions that fell silent",
        "sessions that ended since the server was silent",
        "commits given ahead and refused for a job before",
        "jobs that ended with another parent",
        "jobs that went with another parent",
        "connections deleted with jobs open",
    };
    return names[static_cast<int>(event)];
}

int Soak::cuts() const
{
    return m_timedProxy.cuts() + m_countingProxy.cuts();
}

int Soak::events(Event event) const
{
    return event == Event::Silence ? m_silentProxy.silences()
                                   : m_events[static_cast<size_t>(event)];
}

/// A proxy has its own mind about how long a session lives that is idle.
QStringList Soak::missingEvents() const
{
    QStringList missing;
    for (int i = 0; i < EventCount; ++i) {
        const auto event = static_cast<Event>(i);
        const bool isUpToTheProxy = event == Event::ServerClose || event == Event::HeldLoss;
        if (events(event) == 0 && !(m_server.isProxy() && isUpToTheProxy))
            missing.append(QString::fromLatin1(name(event)));
    }
    return missing;
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
        u"%1 jobs, %2 cuts (%3 by time, %4 by bytes), %5 connections through proxies"_s.arg(m_jobs)
            .arg(cuts())
            .arg(m_timedProxy.cuts())
            .arg(m_countingProxy.cuts())
            .arg(m_timedProxy.acceptedConnections() + m_countingProxy.acceptedConnections()
                 + m_silentProxy.acceptedConnections()),
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
    for (int i = 0; i < EventCount; ++i) {
        const auto event = static_cast<Event>(i);
        lines.append(u"%1: %2"_s.arg(QLatin1StringView(name(event))).arg(events(event)));
    }
    lines.append(u"%1 writes of unknown fate were applied, %2 idempotent ones more than once"_s
                     .arg(m_appliedUnknown)
                     .arg(m_repeatedWrites));
    return lines;
}
