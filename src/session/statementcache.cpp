// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementcache.h"

#include "textcodec.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql {

using State = Protocol::StatementHandle::State;

namespace {

/// A text that Qt does not own (QString::fromRawData()) can be gone when the job has ended.
QString ownText(const QString &text)
{
    return QString(text.constData(), text.size());
}

std::variant<CachedStatementPointer, Error> makeStatement(const QString &sql,
                                                          const Protocol::SqlDialect &dialect)
{
    auto parameterized = Protocol::parameterize(sql, dialect);
    if (const auto *error = std::get_if<Protocol::FormattingError>(&parameterized))
        return Error(Error::InvalidParameter, error->message);
    auto &found = std::get<Protocol::ParameterizedSql>(parameterized);
    QByteArray encoded = found.sql;
    if (const auto error = Protocol::encodeText(&encoded, dialect.characterSet))
        return Error(Error::InvalidParameter, error->message);
    Protocol::StatementVariants variants(found.sql, dialect, encoded);
    const Protocol::StatementKind kind = Protocol::StatementKind::of(found.sql, dialect);
    return std::make_shared<CachedStatement>(
        CachedStatement{std::move(variants), std::move(found), kind});
}

} // namespace

void StatementCache::setCapacity(int capacity)
{
    m_capacity = capacity;
    evictSurplus();
}

std::variant<CachedStatementPointer, Error> StatementCache::findOrMake(const QString &sql,
                                                                       const SessionState &session)
{
    const Key key{sql, session.database, session.dialect()};
    if (CachedStatementPointer found = find(key))
        return found;
    std::variant<CachedStatementPointer, Error> made = makeStatement(sql, key.dialect);
    if (const auto *statement = std::get_if<CachedStatementPointer>(&made))
        insert(key, *statement);
    return made;
}

CachedStatementPointer StatementCache::find(const Key &key)
{
    Entries::iterator entry = m_entries.begin();
    // A statement that is executed over and over is the one most recently used.
    if (entry == m_entries.end() || entry->key != key) {
        const auto found = m_index.constFind(key);
        if (found == m_index.cend()) {
            ++m_statistics.misses;
            return {};
        }
        entry = *found;
    }
    if (entry->statement->variants.hasInvalid()) {
        invalidate(entry);
        ++m_statistics.misses;
        return {};
    }
    // A caller that finds it being prepared asks again later; one that has not sent anything yet,
    // too.
    const State state = entry->statement->variants.first()->state;
    if (state != State::Preparing && state != State::New)
        ++m_statistics.hits;
    if (!entry->isPinned)
        m_entries.splice(m_entries.begin(), m_entries, entry);
    return entry->statement;
}

void StatementCache::recordNewVariant()
{
    --m_statistics.hits;
    ++m_statistics.misses;
}

void StatementCache::insert(Key key, CachedStatementPointer statement)
{
    key.sql = ownText(key.sql);
    const auto pin = m_pins.find(key.sql);
    Entries &entries = pin == m_pins.end() ? m_entries : m_pinned;
    entries.push_front({key, std::move(statement), pin != m_pins.end()});
    if (pin != m_pins.end())
        pin->entries.push_back(entries.begin());
    m_index.insert(key, entries.begin());
    evictSurplus();
}

void StatementCache::pin(const QString &sql)
{
    Pin &pin = m_pins[ownText(sql)];
    if (++pin.count > 1)
        return;
    for (auto entry = m_entries.begin(); entry != m_entries.end();) {
        const auto current = entry++;
        if (current->key.sql != sql)
            continue;
        current->isPinned = true;
        m_pinned.splice(m_pinned.begin(), m_entries, current);
        pin.entries.push_back(current);
    }
}

void StatementCache::unpin(const QString &sql)
{
    const auto pin = m_pins.find(sql);
    if (pin == m_pins.end() || --pin->count > 0)
        return;
    for (const Entries::iterator entry : pin->entries) {
        entry->isPinned = false;
        m_entries.splice(m_entries.begin(), m_pinned, entry);
    }
    m_pins.erase(pin);
    evictSurplus();
}

void StatementCache::clear()
{
    m_entries.clear();
    m_pinned.clear();
    // Even a table that is empty has to be searched for what is in it.
    if (!m_pins.isEmpty()) {
        for (Pin &pin : m_pins)
            pin.entries.clear();
    }
    m_index.clear();
    m_invalidated.clear();
}

void StatementCache::evictSurplus()
{
    while (static_cast<int>(size()) > m_capacity && !m_entries.empty()) {
        ++m_statistics.evictions;
        invalidate(std::prev(m_entries.end()));
    }
}

void StatementCache::invalidateAll()
{
    while (!m_entries.empty())
        invalidate(m_entries.begin());
    while (!m_pinned.empty())
        invalidate(m_pinned.begin());
}

void StatementCache::invalidate(Entries::iterator entry)
{
    m_invalidated.append(entry->statement);
    m_index.remove(entry->key);
    if (entry->isPinned)
        std::erase(m_pins[entry->key.sql].entries, entry);
    (entry->isPinned ? m_pinned : m_entries).erase(entry);
}

QList<quint32> StatementCache::takeStatementsToClose()
{
    QList<quint32> ids;
    if (m_invalidated.isEmpty())
        return ids;
    m_invalidated.removeIf([&ids](const CachedStatementPointer &statement) {
        // Exchanges hold the handles, commands the statement.
        return statement.use_count() == 1 && statement->variants.takeIds(&ids);
    });
    return ids;
}

StatementCacheStatistics StatementCache::statistics() const
{
    StatementCacheStatistics statistics = m_statistics;
    for (const Entries *entries : {&m_entries, &m_pinned}) {
        for (const Entry &entry : *entries)
            statistics.size += entry.statement->variants.size();
    }
    return statistics;
}

} // namespace AsyncMySql
