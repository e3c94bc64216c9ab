// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qhash.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

namespace AsyncMySql {

/// How often statements were pinned.
class PinCounts
{
public:
    /// Whether \a sql was not pinned before.
    bool add(const QString &sql) { return m_counts[sql]++ == 0; }
    /// Whether \a sql is not pinned any more.
    bool remove(const QString &sql)
    {
        const auto count = m_counts.find(sql);
        if (count == m_counts.end() || --*count > 0)
            return false;
        m_counts.erase(count);
        return true;
    }
    QStringList statements() const { return m_counts.keys(); }

private:
    QHash<QString, int> m_counts;
};

} // namespace AsyncMySql
