// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactionlease.h"

#include "hostverdict.h"
#include "servererrors.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

HostVerdict verdictOf(const Error &error)
{
    const QByteArray state = error.sqlState().toLatin1();
    return hostVerdict(
        {{static_cast<quint16>(error.serverErrorNumber())}, state, error.message(), false});
}

} // namespace

void TransactionLease::join(const CommandPointer &command)
{
    command->placeInLease = ++m_joined;
    if (command->transactionEnd() == CommandTraits::TransactionEnd::Commit)
        m_commits.push_back(command);
}

bool TransactionLease::hasCommitBehind(const Command &command) const
{
    return std::any_of(m_commits.begin(), m_commits.end(), [&](const std::weak_ptr<Command> &weak) {
        const CommandPointer commit = weak.lock();
        return commit && !commit->isFinished() && commit->placeInLease > command.placeInLease;
    });
}

void TransactionLease::recordFailure(const CommandPointer &command)
{
    m_failed.erase(std::remove_if(m_failed.begin(), m_failed.end(),
                                  [](const std::weak_ptr<Command> &weak) {
                                      const CommandPointer failed = weak.lock();
                                      return !failed || failed->isReported();
                                  }),
                   m_failed.end());
    m_failed.push_back(command);
}

CommandPointer TransactionLease::unreportedFailure() const
{
    for (const std::weak_ptr<Command> &weak : m_failed) {
        if (CommandPointer failed = weak.lock(); failed && !failed->isReported())
            return failed;
    }
    return {};
}

void TransactionLease::open()
{
    m_state = State::Open;
    m_wasOpened = true;
    Q_EMIT changed();
}

void TransactionLease::abandon()
{
    m_isAbandoned = true;
    finishWaiting();
}

void TransactionLease::end(State state)
{
    const bool wasOver = isOver();
    if (!wasOver)
        m_state = state;
    finishWaiting();
    if (!wasOver)
        Q_EMIT changed();
}

void TransactionLease::finishWaiting()
{
    if (m_failer)
        m_failer->end(m_queue.takeAll(), lateCommandError());
}

void TransactionLease::setFailure(const Error &failure)
{
    m_failure = failure;
    if (mayHaveCommitted)
        m_failure.setExecution(Error::Execution::Unknown);
}

void TransactionLease::fail(const Error &failure)
{
    if (!isOver())
        setFailure(failure);
    end(State::Failed);
}

void TransactionLease::beginFailing(const Error &failure)
{
    if (isOver())
        return;
    setFailure(failure);
    m_state = State::Failed;
    m_isFailing = true;
}

void TransactionLease::finishFailing()
{
    if (!std::exchange(m_isFailing, false))
        return;
    finishWaiting();
    Q_EMIT changed();
}

Error TransactionLease::lateCommandError() const
{
    switch (m_state) {
    case State::Committed:
        return Error(Error::TransactionEnded, u"The transaction has already been committed"_s);
    case State::RolledBack:
        return Error(Error::TransactionEnded, u"The transaction has already been rolled back"_s);
    case State::Failed:
        break;
    case State::Waiting:
    case State::Open:
        return Error(Error::TransactionEnded, u"The transaction has been destroyed"_s);
    }
    Error error(Error::TransactionEnded, u"The transaction has already failed"_s);
    if (m_failure)
        error.setMessage(error.message() + u". "_s + m_failure.message());
    return error;
}

bool isConflict(const Error &error)
{
    const auto number = static_cast<quint16>(error.serverErrorNumber());
    return Protocol::serverErrorTraits({number}).testFlag(Protocol::ServerErrorTrait::Conflict)
           || verdictOf(error).meaning == HostVerdict::Meaning::Conflict;
}

bool isRefusalOfHost(const Error &error)
{
    const HostVerdict verdict = verdictOf(error);
    return verdict.meaning == HostVerdict::Meaning::NotNow
           || verdict.meaning == HostVerdict::Meaning::ReadOnly;
}

bool isDeadlock(const Error &error)
{
    return error.serverErrorNumber() == static_cast<int>(Protocol::CommonServerError::Deadlock);
}

} // namespace AsyncMySql
