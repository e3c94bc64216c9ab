// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandfailer.h"
#include "commandqueue.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <memory>
#include <vector>

namespace AsyncMySql {

class CommandSink;

/// The right to a session for the time of one transaction, and the commands that wait in it. The
/// engine and the Transaction share it.
///
/// Its signals come in the middle of the engine's work: receivers record them, and do not
/// call back.
class TransactionLease : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Waiting, ///< not begun
        Open,
        Committed,
        RolledBack, ///< because that was asked for
        Failed,     ///< failure() says why
    };

    State state() const { return m_state; }
    bool isOver() const { return m_state >= State::Committed; }
    /// Whether it ever was open.
    bool wasOpened() const { return m_wasOpened; }
    /// Why the transaction failed. Its execution says whether the transaction can be in effect.
    const Error &failure() const { return m_failure; }

    CommandQueue &queue() { return m_queue; }
    /// What ends the commands that wait in it.
    void setFailer(CommandFailer *failer) { m_failer = failer; }

    /// \a command was given to run in the transaction.
    void join(const CommandPointer &command);
    /// Whether a commit() was given behind \a command, and has not ended.
    bool hasCommitBehind(const Command &command) const;
    /// \a command, which does not end the transaction, has failed.
    void recordFailure(const CommandPointer &command);
    /// A command that failed, which its job has not reported: the caller of commit() cannot know
    /// yet. Null if there is none.
    CommandPointer unreportedFailure() const;

    /// What has its BEGIN, and takes its commands; null before that was submitted.
    QPointer<CommandSink> holder;
    /// Errors after which the transaction as a whole is done again by its owner, so that nothing
    /// more is sent in this one.
    bool endsOnConflict = false;
    /// Whatever fails in it undoes all of it: that was promised when its commands were sent ahead.
    bool isAllOrNothing = false;
    /// Of those that wait, the last one up to which none can end the transaction, as far as was
    /// looked.
    std::weak_ptr<Command> lastHarmless;
    /// Its transaction is done again as a whole, and this is not the first time.
    bool isRetry = false;
    /// The application has no handle any more to end it with.
    bool isAbandoned() const { return m_isAbandoned; }
    /// The server has answered a command with an error: it may have rolled back more than that.
    bool isUncertain = false;
    /// What made it uncertain.
    Error lastError;
    /// A statement of the application may have committed a part of it, and begun another one.
    bool mayHaveCommitted = false;

    void open();
    /// Ends the commands that wait in it; what became of it is not reported.
    void abandon();
    void end(State state);
    /// Ends it, and all commands that wait in it.
    void fail(const Error &failure);
    /// The same in two steps: commands end in their order, those in flight between the two.
    void beginFailing(const Error &failure);
    void finishFailing();
    /// The error of a command that comes too late.
    Error lateCommandError() const;

Q_SIGNALS:
    void changed();

private:
    void finishWaiting();
    void setFailure(const Error &failure);

    CommandQueue m_queue;
    quint64 m_joined = 0;
    std::vector<std::weak_ptr<Command>> m_commits;
    std::vector<std::weak_ptr<Command>> m_failed;
    QPointer<CommandFailer> m_failer;
    State m_state = State::Waiting;
    bool m_wasOpened = false;
    bool m_isAbandoned = false;
    bool m_isFailing = false;
    Error m_failure;
};

using TransactionLeasePointer = std::shared_ptr<TransactionLease>;

/// A deadlock, or a lock that did not come in time: the transaction can succeed when it is done
/// again.
bool isConflict(const Error &error);
/// The server has executed nothing of what it has refused with this error, nor will it, and another
/// one may.
bool isRefusalOfHost(const Error &error);
/// The server has rolled the whole transaction back.
bool isDeadlock(const Error &error);

} // namespace AsyncMySql
