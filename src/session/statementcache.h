// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessionstate.h"
#include "sqldialect.h"
#include "sqlformatter.h"
#include "statementkind.h"
#include "statementvariants.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/statementcachestatistics.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <list>
#include <memory>
#include <variant>
#include <vector>

namespace AsyncMySql {

/// What is known of a statement that was prepared in the live session.
struct CachedStatement
{
    Protocol::StatementVariants variants;
    Protocol::ParameterizedSql parameterized;
    Protocol::StatementKind kind;
};

using CachedStatementPointer = std::shared_ptr<CachedStatement>;

/// The prepared statements of the live session, the least recently used of which are evicted when
/// there are too many.
///
/// A server keeps a statement until it is closed, and limits how many there are in all
/// (max_prepared_stmt_count). Closing costs no round trip, but has to wait until nothing needs the
/// statement any more: the engine closes those of takeStatementsToClose() before it sends anything.
class StatementCache
{
public:
    /// With 0, every statement is closed when it has been executed.
    void setCapacity(int capacity);

    /// The statement, which is now the one most recently used. One that is not here is taken in,
    /// and is to be prepared; or the error says what is wrong with its text.
    std::variant<CachedStatementPointer, Error> findOrMake(const QString &sql,
                                                           const SessionState &session);
    /// The statement that was found has to be prepared for values of other types.
    void recordNewVariant();
    /// A pinned statement is not evicted; each call needs an unpin().
    void pin(const QString &sql);
    void unpin(const QString &sql);
    /// What statements mean has changed: all are prepared anew.
    void invalidateAll();
    /// A new session knows no statement.
    void clear();

    /// The ids of invalidated statements that no command uses any more.
    QList<quint32> takeStatementsToClose();

    StatementCacheStatistics statistics() const;

private:
    /// What a statement means depends on these, besides its text.
    struct Key
    {
        QString sql;
        QString database;
        Protocol::SqlDialect dialect;

        friend bool operator==(const Key &, const Key &) = default;
        friend size_t qHash(const Key &key, size_t seed)
        {
            return qHashMulti(seed, key.sql, key.database);
        }
    };

    struct Entry
    {
        Key key;
        CachedStatementPointer statement;
        /// Whether it is in m_pinned.
        bool isPinned = false;
    };
    using Entries = std::list<Entry>;

    struct Pin
    {
        int count = 0;
        /// Those of m_pinned with this text.
        std::vector<Entries::iterator> entries;
    };

    CachedStatementPointer find(const Key &key);
    void insert(Key key, CachedStatementPointer statement);
    void invalidate(Entries::iterator entry);
    void evictSurplus();
    size_t size() const { return m_entries.size() + m_pinned.size(); }

    /// The most recently used first, without those that are pinned.
    Entries m_entries;
    Entries m_pinned;
    QHash<Key, Entries::iterator> m_index;
    QHash<QString, Pin> m_pins;
    QList<CachedStatementPointer> m_invalidated;
    StatementCacheStatistics m_statistics;
    int m_capacity = 0;
};

} // namespace AsyncMySql
