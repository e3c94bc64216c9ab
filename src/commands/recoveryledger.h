// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qhash.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace AsyncMySql {

/// Which recovery statements are being executed, and were, in any of the sessions of a connection
/// or a pool: those that meet the same error at once are recovered from it once.
class RecoveryLedger : public QObject
{
    Q_OBJECT

public:
    using Clock = std::chrono::steady_clock;

    struct Entry
    {
        bool isRunning = false;
        /// When it was executed last; at the clock's epoch if it never was.
        Clock::time_point ended;
        /// Why it failed then; empty if it did not.
        QString failure;
        Clock::time_point begun;

        /// For half a minute, or as long as it took.
        bool isFailureRecent() const
        {
            const Clock::duration shortest = std::chrono::seconds(30);
            return !failure.isEmpty() && Clock::now() - ended < std::max(shortest, ended - begun);
        }
    };

    Entry entry(const QString &key) const { return m_entries.value(key); }
    void begin(const QString &key);
    void end(const QString &key, const QString &failure);
    /// The session is gone: another one may execute it.
    void abandon(const QString &key);
    /// Of a statement in a \a database.
    static QString keyOf(const QString &database, const QString &statement)
    {
        return database + u'\n' + statement;
    }
    /// A sentence on the statement that has been running for the longest time, without its values,
    /// for messages of jobs that wait; empty if there is none.
    QString runningStatement() const;

Q_SIGNALS:
    /// One of those that were running.
    void ended();

private:
    QHash<QString, Entry> m_entries;
};

} // namespace AsyncMySql
