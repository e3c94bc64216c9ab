// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "deadlinewatch.h"

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qvarlengtharray.h>

#include <deque>
#include <vector>

namespace AsyncMySql {

/// The commands that wait, first in first out, and the deadline of each.
///
/// There can be any number of them: whatever is done to one of them costs the same.
class CommandQueue : public QObject
{
    Q_OBJECT

public:
    explicit CommandQueue(QObject *parent = nullptr);

    bool isEmpty() const { return m_size == 0; }
    int size() const { return static_cast<int>(m_size); }
    const CommandPointer &front() const { return m_commands.front(); }
    using Commands = QVarLengthArray<CommandPointer, 3>;
    /// The first \a count, or all if there are fewer.
    Commands first(int count) const;
    bool contains(const Command &command) const;
    /// The one behind \a command, which waits here; null if there is none.
    CommandPointer next(const Command &command) const;

    void append(CommandPointer command);
    /// For a command that is to be sent again: it was the first.
    void prepend(CommandPointer command);
    /// Without sizeChanged(): a command that is taken to be sent still counts as pending.
    CommandPointer takeFirst();
    /// Null if \a command does not wait here.
    CommandPointer take(Command *command);
    std::deque<CommandPointer> takeAll();
    template <typename Function>
    void forEach(Function function) const
    {
        for (const CommandPointer &command : m_commands) {
            if (command)
                function(command);
        }
    }
    /// Another sink has all of them from now on.
    void setHolder(CommandSink *holder) const;
    /// The deadline of \a command was set, which may wait here.
    void updateDeadline(const Command &command);

Q_SIGNALS:
    void sizeChanged();
    /// The command was taken out: its time is over.
    void timedOut(const std::shared_ptr<AsyncMySql::Command> &command);

private:
    /// The deadline of what stands at the place, unless that was taken out, or given another one.
    struct Deadline
    {
        QDeadlineTimer time;
        quint64 place;

        /// For a heap with the earliest on top.
        friend bool operator<(const Deadline &a, const Deadline &b)
        {
            return b.time < a.time || (b.time == a.time && b.place < a.place);
        }
    };

    CommandPointer &at(quint64 place);
    CommandPointer remove(quint64 place);
    void add(const Command &command);
    void trim();
    void addDeadline(const Command &command);
    bool isValid(const Deadline &deadline) const;
    void expire();

    /// Null where a command was taken out, but neither at the front nor at the back.
    std::deque<CommandPointer> m_commands;
    quint64 m_placeOfFront = 0;
    size_t m_size = 0;
    std::vector<Deadline> m_deadlines;
    /// Of the earliest of the deadlines, or of one that was earlier.
    DeadlineWatch m_watch;
};

} // namespace AsyncMySql
