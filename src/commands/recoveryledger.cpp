// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "recoveryledger.h"

namespace AsyncMySql {

namespace {

/// Those that ended before matter to jobs that are in flight alone.
constexpr qsizetype MaximumEntries = 256;

} // namespace

void RecoveryLedger::begin(const QString &key)
{
    if (m_entries.size() >= MaximumEntries) {
        m_entries.removeIf([](const QHash<QString, Entry>::iterator &entry) {
            return !entry->isRunning && !entry->isFailureRecent();
        });
    }
    m_entries[key].isRunning = true;
    m_entries[key].begun = Clock::now();
}

void RecoveryLedger::end(const QString &key, const QString &failure)
{
    m_entries[key] = {false, Clock::now(), failure, m_entries[key].begun};
    Q_EMIT ended();
}

void RecoveryLedger::abandon(const QString &key)
{
    m_entries[key].isRunning = false;
    Q_EMIT ended();
}

} // namespace AsyncMySql
