// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "recoveryledger.h"

#include "statementsummary.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

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

QString RecoveryLedger::runningStatement() const
{
    auto oldest = m_entries.cend();
    for (auto entry = m_entries.cbegin(); entry != m_entries.cend(); ++entry) {
        if (entry->isRunning && (oldest == m_entries.cend() || entry->begun < oldest->begun))
            oldest = entry;
    }
    if (oldest == m_entries.cend())
        return {};
    constexpr qsizetype most = 200;
    const QString statement = oldest.key().sliced(oldest.key().indexOf(u'\n') + 1);
    const double seconds = std::chrono::duration<double>(Clock::now() - oldest->begun).count();
    return u"A recovery statement has been running for %1 s: %2"_s.arg(
        QString::number(seconds, 'f', 1),
        StatementSummary::sanitized(statement, SqlDialect()).left(most));
}

} // namespace AsyncMySql
