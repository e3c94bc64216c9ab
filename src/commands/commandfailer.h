// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "lazytimer.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>

#include <deque>

namespace AsyncMySql {

/// Ends commands that will not be sent, in their order. Of many it ends only some at once, and the
/// others from the event loop.
class CommandFailer : public QObject
{
    Q_OBJECT

public:
    explicit CommandFailer(QObject *parent = nullptr);

    /// With \a error; those that would have closed the session with success. Entries can be null.
    void end(std::deque<CommandPointer> commands, const Error &error);
    /// All of them now: the event loop will not come to it any more.
    void endNow();

    bool isEmpty() const { return m_groups.empty(); }
    int size() const { return static_cast<int>(m_size); }

Q_SIGNALS:
    void sizeChanged();
    /// The event loop has come to the last of them.
    void finished();

private:
    struct Group
    {
        std::deque<CommandPointer> commands;
        Error error;
    };

    void endSome();
    void endNext();

    std::deque<Group> m_groups;
    size_t m_size = 0;
    bool m_isEnding = false;
    LazyTimer m_timer;
};

} // namespace AsyncMySql
