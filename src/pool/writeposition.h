// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

/// What the sessions of a pool have written, as global transaction identifiers: a replica that has
/// applied these shows it.
class WritePosition
{
public:
    /// What a session reports after a transaction, as MySQL writes it
    /// ("3E11FA47-71CA-11E1-9E33-C80AA9429562:23", with intervals, and several separated by
    /// commas), or as MariaDB does ("0-1-100", the last one for each domain).
    void add(const QString &gtids);
    /// All of it, in the same form; empty if nothing is known.
    QString text() const;
    /// Grows with each change.
    quint64 version() const { return m_version; }

private:
    struct Interval
    {
        quint64 first;
        quint64 last;
    };
    using Intervals = QList<Interval>;
    struct Set
    {
        Intervals intervals;
        /// The version that it was changed with last.
        quint64 version = 0;
    };
    struct Last
    {
        quint64 number = 0;
        QString gtid;
        quint64 version = 0;
    };

    void addInterval(Set *set, Interval added);
    template <typename Map>
    static void limit(Map *map);

    /// Of MySQL: by the identifier of the server, with its tag.
    QMap<QString, Set> m_sets;
    /// Of MariaDB: by the domain.
    QMap<quint64, Last> m_domains;
    quint64 m_version = 0;
};

} // namespace AsyncMySql
