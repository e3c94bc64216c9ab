// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>

#include <list>
#include <optional>

namespace AsyncMySql::Models {

/// Pages of rows by their numbers. If they are larger than the limit, those that were not used for
/// longest are removed; but not those that were used in this turn of the event loop, or in the one
/// before in which any were: what a view paints must not be read again for the next painting.
class PageCache
{
public:
    struct Page
    {
        Result rows;
        /// Whether the last row is the first one of the result.
        bool isReversed = false;
        /// Whether its rows have these positions for certain.
        bool isExact = false;
        /// Whether it is to be read again.
        bool isOutdated = false;

        qsizetype rowCount() const { return rows.rowCount(); }
        Row row(qsizetype index) const
        {
            return rows.row(isReversed ? rows.rowCount() - 1 - index : index);
        }
    };

    explicit PageCache(qsizetype limit)
        : m_limit(limit)
    {
    }

    /// In bytes.
    void setLimit(qsizetype limit);
    void insert(qsizetype number, const Page &page);
    void remove(qsizetype number);
    /// Pages of another size follow. Until these are forgotten, \a pageRows rows each of the pages
    /// so far are found by replacedRow().
    void replace(qsizetype pageRows);
    std::optional<Row> replacedRow(qsizetype index) const;
    void forgetReplaced() { m_replaced.clear(); }
    /// Null if it is not there. Valid until the next change.
    const Page *find(qsizetype number) const;
    /// The same for a view, which uses it.
    const Page *use(qsizetype number);
    void setOutdated(qsizetype number);
    /// A turn of the event loop has ended.
    void endTurn();

    /// The numbers of all pages, the last used one first.
    QList<qsizetype> numbers() const;
    qsizetype sizeInBytes() const { return m_bytes; }
    /// Whether pages beside the last used one would stay there.
    bool hasRoomForNeighbours() const
    {
        return m_entries.empty() || 4 * m_entries.front().bytes <= m_limit;
    }

private:
    struct Entry
    {
        qsizetype number = 0;
        Page page;
        qsizetype bytes = 0;
        quint64 turn = 0;
    };
    using Entries = std::list<Entry>;

    void removeOld();
    void erase(Entries::iterator entry);

    qsizetype m_limit;
    qsizetype m_bytes = 0;
    /// Of those in which pages were used.
    quint64 m_turn = 1;
    bool m_isUsed = false;
    /// The last used one first.
    Entries m_entries;
    QHash<qsizetype, Entries::iterator> m_byNumber;
    QHash<qsizetype, Page> m_replaced;
    qsizetype m_replacedRows = 1;
};

} // namespace AsyncMySql::Models
