// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "commandtraits.h"
#include "exchange.h"

#include <QtCore/qdeadlinetimer.h>

#include <chrono>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace AsyncMySql {

/// A command that was sent, and whose answer is awaited.
struct InFlight
{
    CommandPointer command;
    std::shared_ptr<Protocol::Exchange> exchange;
    /// As they were when it was sent.
    CommandTraits traits;
    /// Sent inside a transaction: a new session is not in it.
    bool inTransaction = false;
    std::chrono::milliseconds timeout{0};
    /// It was stopped, and ends soon without a kill.
    bool endsSoon = false;

    /// Whether other commands may be sent behind it now.
    bool canBeFollowed() const
    {
        if (traits.readsOnly)
            return traits.canPipeline;
        // Asked now, as another command can have found that the server has lost the statement.
        return (traits.canPipeline || traits.canPipelineWhenPrepared) && exchange->isPrepared();
    }
};

/// The commands that are in flight, in the order in which they were sent, and those that were
/// answered and wait to be sent again when all others are answered, too.
///
/// The server executes one after the other: all but the first have not begun, and count as waiting.
class Pipeline
{
public:
    struct Limits
    {
        int depth = 1;
        /// Nothing may be sent before everything is answered.
        bool isClosing = false;
        /// Errors of the server can lead to another attempt.
        bool hasTransientErrors = false;
        /// What is sent behind a change in a transaction cannot commit by itself.
        bool isGuarded = false;
        /// In which commands are looked at.
        const Protocol::SqlDialect *dialect = nullptr;
    };

    bool isEmpty() const { return m_inFlight.empty(); }
    size_t size() const { return m_inFlight.size(); }
    InFlight &front() { return m_inFlight.front(); }
    const InFlight &front() const { return m_inFlight.front(); }
    /// Null if \a command is not in flight.
    InFlight *find(const Command *command);
    bool isFront(const InFlight &inFlight) const { return &inFlight == &m_inFlight.front(); }
    /// How many jobs have not ended whose commands are in flight, or wait to be sent again.
    int unfinished() const;

    /// Whether anything may be sent behind those in flight.
    bool acceptsMore(const Limits &limits) const
    {
        return static_cast<int>(m_inFlight.size()) < limits.depth && !limits.isClosing
               && !hasRepeats() && m_inFlight.back().canBeFollowed();
    }
    /// Whether the session is being reset in front of what is in flight: whatever the session holds
    /// does not concern that.
    bool isBehindReset() const
    {
        return !m_inFlight.empty() && m_inFlight.front().traits.setsUpSession;
    }
    /// Whether something is in flight, and all of it only reads and can be followed.
    bool isShareable() const;
    /// Whether \a command may, as far as that is known before its exchange is made.
    bool canPipelineBehind(const Command &command, const CommandTraits &traits,
                           const Limits &limits) const;
    void append(InFlight inFlight) { m_inFlight.push_back(std::move(inFlight)); }
    InFlight takeFront();
    std::deque<InFlight> takeAll() { return std::exchange(m_inFlight, {}); }
    /// Whether a kill that is meant for the first could hit a command that cannot be sent again.
    bool hasWritesAtRisk() const;
    /// Whether what is in flight may have committed the transaction that it is sent in.
    bool mayHaveCommitted() const;

    /// \a command, which was answered, is sent again when all others are answered.
    void repeatLater(CommandPointer command, bool afterPause);
    bool hasRepeats() const { return !m_repeats.commands.empty(); }
    struct Repeats
    {
        std::deque<CommandPointer> commands;
        bool afterPause = false;
    };
    Repeats takeRepeats() { return std::exchange(m_repeats, {}); }
    /// Null if \a command does not wait to be sent again.
    CommandPointer takeRepeat(const Command *command);

    /// All that are in flight.
    std::vector<CommandPointer> commands() const;
    /// Of those that count as waiting.
    std::vector<CommandPointer> expired() const;
    QDeadlineTimer earliestDeadline() const;

    /// The next command cannot be sent before one in flight has come further: it has more to send
    /// itself, or prepares the statement that both execute.
    bool waitsForProgress = false;

private:
    template <typename Function>
    void forEachWaiting(Function function) const;

    /// In the order in which they were sent, as Session::m_exchanges: an answer is of the first.
    std::deque<InFlight> m_inFlight;
    Repeats m_repeats;
};

} // namespace AsyncMySql
