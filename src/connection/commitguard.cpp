// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commitguard.h"

#include "commandpayloads.h"
#include "commandtraits.h"
#include "sessionstate.h"
#include "statusexchange.h"
#include "statussequence.h"
#include "transactionlease.h"

#include <algorithm>

namespace AsyncMySql {

namespace {

/// Raising the guard can cost a round trip, and saves one for each change behind the first.
constexpr int WorthwhileChanges = 3;
/// At how many commands isDue() looks, so that the event loop does not wait.
constexpr int LookedAtTogether = 1000;

QByteArrayList loweringStatements()
{
    return {"ROLLBACK", "SET autocommit = 1"};
}

QList<QByteArray> payloads(const QByteArrayList &statements, Protocol::Capabilities capabilities)
{
    QList<QByteArray> commands;
    for (const QByteArray &statement : statements)
        commands.append(Protocol::queryPayload(statement, capabilities));
    return commands;
}

/// What has a limit for its time, or for its waiting, is not sent ahead.
bool canBeSentAhead(const Command &command, const Protocol::SqlDialect &dialect)
{
    return command.timeout.count() == 0 && command.queueDeadline.isForever()
           && isPlainChange(command.traits(dialect));
}

} // namespace

bool CommitGuard::isWorthwhile(TransactionLease &lease, const SessionState &session)
{
    const CommandQueue &queue = lease.queue();
    if (queue.isEmpty() || !lease.hasCommitBehind(*queue.front()))
        return false;
    const Protocol::SqlDialect dialect = session.dialect();
    const CommandQueue::Commands waiting = queue.first(WorthwhileChanges);
    const CommandTraits first = waiting.front()->traits(dialect);
    // Turning autocommit off would change what it asks for.
    if (first.effects.mayAskLastStatement)
        return false;
    return first.pipelinesItself
           || (waiting.size() == WorthwhileChanges
               && std::all_of(waiting.begin(), waiting.end(), [&](const CommandPointer &command) {
                      return canBeSentAhead(*command, dialect);
                  }));
}

bool CommitGuard::isDue(TransactionLease &lease, const SessionState &session) const
{
    if (m_isRaised || !isWorthwhile(lease, session))
        return false;
    const Protocol::SqlDialect dialect = session.dialect();
    const CommandQueue &queue = lease.queue();
    const CommandPointer last = lease.lastHarmless.lock();
    // Where it was sent, all before it were, too.
    CommandPointer command = last && queue.contains(*last) ? queue.next(*last) : queue.front();
    for (int i = 0; command && i < LookedAtTogether; ++i) {
        if (command->transactionEnd() == CommandTraits::TransactionEnd::Commit)
            return true;
        if (command->transactionEnd() != CommandTraits::TransactionEnd::None
            || command->traits(dialect).mayCommit)
            return false;
        lease.lastHarmless = command;
        command = queue.next(*command);
    }
    return false;
}

std::shared_ptr<Protocol::Exchange> CommitGuard::raise(TransactionLease &lease,
                                                       Protocol::Capabilities capabilities)
{
    lease.isAllOrNothing = true;
    m_isRaised = true;
    return std::make_shared<Protocol::StatusSequence>(
        payloads({"SET autocommit = 0"}, capabilities), capabilities);
}

void CommitGuard::recordRaised(const Protocol::Exchange &exchange)
{
    m_protects = !exchange.failure();
}

std::shared_ptr<Protocol::Exchange> CommitGuard::lower(Protocol::Capabilities capabilities)
{
    m_protects = false;
    // Turning autocommit on commits what is open: not before it was rolled back.
    return std::make_shared<Protocol::StatusExchange>(payloads(loweringStatements(), capabilities),
                                                      capabilities);
}

std::shared_ptr<Protocol::Exchange>
CommitGuard::lowerBehindCommit(Protocol::Capabilities capabilities)
{
    m_protects = false;
    return std::make_shared<Protocol::StatusSequence>(payloads(loweringStatements(), capabilities),
                                                      capabilities);
}

bool CommitGuard::recordLowered(const Protocol::Exchange &exchange)
{
    if (!exchange.failure()) {
        reset();
        return true;
    }
    // A kill that came late can have hit it.
    constexpr int maximumFailures = 2;
    return ++m_failures < maximumFailures;
}

} // namespace AsyncMySql
