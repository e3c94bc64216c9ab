// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "recoveries.h"

#include "commandpayloads.h"
#include "commandsink.h"
#include "logging.h"
#include "queryexchange.h"
#include "tablerepair.h"

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

Error Recovery::failedError() const
{
    Error failed = error;
    failed.setMessage(u"%1 (%2: %3)"_s.arg(error.message(), statement, failure));
    return failed;
}

/// The sink can become a part of a pool.
RecoveryLedger &Recoveries::ledger() const
{
    return *m_sink.recoveryLedger();
}

void Recoveries::add(const std::shared_ptr<Recovery> &recovery, const QString &database)
{
    // What the name of a table means depends on the database.
    m_pending.push_back({recovery, RecoveryLedger::keyOf(database, recovery->statement)});
}

Recoveries::Step Recoveries::next()
{
    for (; !m_pending.empty(); m_pending.pop_front()) {
        const std::shared_ptr<Recovery> recovery = m_pending.front().recovery.lock();
        if (!recovery)
            continue;
        const RecoveryLedger::Entry entry = ledger().entry(m_pending.front().key);
        if (entry.isRunning)
            return Step::Wait;
        // It has met what was there before. What could not be repaired just now is not tried again
        // for each job.
        if (entry.ended <= recovery->sent && !entry.isFailureRecent())
            return Step::Run;
        recovery->failure = entry.failure;
    }
    return Step::None;
}

std::shared_ptr<Protocol::Exchange> Recoveries::begin(const SessionState &session)
{
    m_runningKey = m_pending.front().key;
    ledger().begin(m_runningKey);
    const QString sql = m_pending.front().recovery.lock()->statement;
    qCWarning(lcConnection).noquote() << "Recovering from an error by" << sql;
    // Where the session has another character set, the server does not find the table.
    return std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(sql.toUtf8(), session.capabilities), session.capabilities);
}

void Recoveries::end(Protocol::Exchange &exchange)
{
    const QString failure = recoveryFailure(exchange);
    if (!failure.isEmpty())
        qCWarning(lcConnection).noquote() << "The recovery failed:" << failure;
    ledger().end(std::exchange(m_runningKey, {}), failure);
}

void Recoveries::reset()
{
    for (const Pending &pending : m_pending) {
        if (const std::shared_ptr<Recovery> recovery = pending.recovery.lock())
            recovery->isLost = true;
    }
    m_pending.clear();
    if (!m_runningKey.isEmpty())
        ledger().abandon(std::exchange(m_runningKey, {}));
}

} // namespace AsyncMySql
