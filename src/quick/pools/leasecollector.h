// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

class Job;
class Pool;

/// Lets the engine collect garbage when sessions are needed and leases have some: JavaScript can
/// have lost one that was not released. The engine itself collects when memory is needed, which it
/// may not be for hours.
///
/// Nothing is done while no session is needed. Collecting stops the user interface: the more often
/// it was in vain, and the longer it takes, the longer are the pauses.
class LeaseCollector : public QObject
{
    Q_OBJECT

public:
    using Token = std::shared_ptr<const char>;

    explicit LeaseCollector(Pool *pool);

    /// For a lease: it has a session as long as the token exists.
    Token token();
    /// A job that ends when the sessions of leases have returned.
    Job *awaited(Job *job);

private:
    long leases() const { return m_token.use_count() - 1; }
    bool isShort() const;
    void check();
    void collect();

    Pool *const m_pool;
    Token m_token = std::make_shared<const char>();
    int m_awaited = 0;
    QTimer m_timer;
    QElapsedTimer m_sinceCollection;
    /// From one collection to the next.
    std::chrono::milliseconds m_pause;
};

} // namespace AsyncMySql
