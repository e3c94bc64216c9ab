// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <deque>
#include <functional>

namespace AsyncMySql {

/// The commands that wait, first in first out, and the deadline of each.
class CommandQueue : public QObject
{
    Q_OBJECT

public:
    explicit CommandQueue(QObject *parent = nullptr);

    bool isEmpty() const { return m_commands.empty(); }
    int size() const { return static_cast<int>(m_commands.size()); }
    const CommandPointer &front() const { return m_commands.front(); }

    void append(CommandPointer command);
    /// For a command that is to be sent again: it was the first.
    void prepend(CommandPointer command);
    /// Says nothing: whoever takes it to send it has not changed how much there is to be done.
    CommandPointer takeFirst();
    /// Null if \a command does not wait here.
    CommandPointer take(Command *command);
    std::deque<CommandPointer> takeAll();
    /// For a command whose deadline is set while it waits here.
    void noteDeadline(QDeadlineTimer deadline);

Q_SIGNALS:
    void sizeChanged();
    /// The command was taken out: its time is over.
    void timedOut(const std::shared_ptr<AsyncMySql::Command> &command);

private:
    void expire();
    void waitUntil(QDeadlineTimer deadline);

    std::deque<CommandPointer> m_commands;
    QTimer m_timer;
    /// Of the commands here, or earlier: a command that left may have had it.
    QDeadlineTimer m_earliestDeadline{QDeadlineTimer::Forever};
};

} // namespace AsyncMySql
