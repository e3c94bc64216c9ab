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
        m_lastText.clear();
        m_dialect = dialect;
    }
    // A statement that is executed over and over mostly follows itself.
    if (sql == m_lastText && !m_lastText.isNull())
        return m_lastKind;
    auto known = m_kinds.constFind(sql);
    if (known == m_kinds.cend()) {
        // A copy, as the text outlives the job here: it may be one that Qt does not own.
        known = m_kinds.insert(QString(sql.constData(), sql.size()),
                               Protocol::StatementKind::of(sql.toUtf8(), dialect));
    }
    m_lastText = known.key();
    m_lastKind = *known;
    return m_lastKind;
}

} // namespace AsyncMySql
