// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementkindcache.h"

namespace AsyncMySql {

Protocol::StatementKind StatementKindCache::kindOf(const QString &sql,
                                                   const Protocol::SqlDialect &dialect)
{
    constexpr qsizetype longestText = 1024;
    constexpr qsizetype maximumKinds = 256;
    if (sql.size() > longestText)
        return Protocol::StatementKind::of(sql.toUtf8(), dialect);
    if (m_dialect != dialect || m_kinds.size() >= maximumKinds) {
        m_kinds.clear();
        m_dialect = dialect;
    }
    const auto known = m_kinds.constFind(sql);
    if (known != m_kinds.cend())
        return *known;
    const Protocol::StatementKind kind = Protocol::StatementKind::of(sql.toUtf8(), dialect);
    m_kinds.insert(sql, kind);
    return kind;
}

} // namespace AsyncMySql
