// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

class Pool;

/// Lets the engine collect garbage when jobs wait for a session and leases exist: JavaScript can
/// have lost one that was not released. The engine itself collects when memory is needed, which it
/// may not be for hours.
///
/// Nothing is done while no job waits. While jobs do, leases that are in use are looked at in vain:
/// the pauses become longer.
class LeaseCollector : public QObject
{
    Q_OBJECT

public:
    using Token = std::shared_ptr<const char>;

    explicit LeaseCollector(Pool *pool);

    /// For a lease, or what will become one: it exists as long as the token does.
    Token token();

private:
    bool isShort() const;
    void check();
    void collect();

    Pool *const m_pool;
    Token m_token = std::make_shared<const char>();
    QTimer m_timer;
    std::chrono::milliseconds m_pause;
};

} // namespace AsyncMySql
