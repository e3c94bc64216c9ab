// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"
#include "rowdiff.h"

#include <AsyncMySql/row.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>

#include <functional>
#include <utility>
#include <vector>

namespace AsyncMySql::Models {

/// What is different between rows and what has become of them. There can be many, so the work is
/// done in portions, between which the event loop may run.
class RowComparison
{
public:
    /// The first and the last row.
    using RowRange = std::pair<qsizetype, qsizetype>;

    /// A row that is not as it was read.
    struct ChangedRow
    {
        /// By which it is recognised; invalid if it cannot be.
        Row row;
        /// Whether it has changes of the user: it is kept behind the row it follows where the
        /// server does not have it, and as it is where the server does.
        bool stays = false;
        /// Where it only may be in the table: whether a row that has the same key is it. Rows that
        /// are known to be there come first.
        std::function<bool(const Row &)> isSelf = {};
    };

    /// The first \a count rows.
    struct Rows
    {
        RowChunks chunks;
        qsizetype count = 0;
        /// Where each row is in chunks, negative for those in changed; empty if all are in order.
        std::vector<qsizetype> places = {};
        QHash<qsizetype, ChangedRow> changed = {};
    };

    /// Rows are recognised by the columns \a key, by their position if there are none. Those of \a
    /// after are all as they were read.
    RowComparison(Rows before, Rows after, QList<int> key);

    /// Goes on for a moment.
    void advance();
    bool isDone() const { return m_stage == Stage::Done; }
    /// Whether all rows have been looked at: what is left is not divided into portions.
    bool isNextIndivisible() const { return m_stage >= Stage::Merge; }

    /// From the rows before to those after, with the followers: rows that only the user has.
    /// Wholesale if its steps would take too long.
    const Diff &diff() const { return m_diff; }
    /// Which of the rows that stay have other values, by their new positions. Where these would be
    /// many ranges, they are joined, with unchanged rows in between.
    const std::vector<RowRange> &changedRows() const { return m_joined; }
    bool areChangesJoined() const { return m_joined.size() < m_changed.size(); }
    /// As changedRows(), without those of \a rows (in their order) that are unchanged. If there
    /// are too many of these, they are not left out.
    std::vector<RowRange> changedRowsWithout(const std::vector<qsizetype> &rows) const;
    const RowChunks &after() const { return m_after.chunks; }
    bool hasFollowers() const { return !m_reads.empty(); }
    /// Which of the rows after is at the new position \a index; -1 for a follower.
    qsizetype readIndex(qsizetype index) const
    {
        return m_reads.empty() ? index : m_reads[static_cast<std::size_t>(index)];
    }

private:
    enum class Stage { Index, Find, Merge, Plan, Done };

    void index();
    void indexRow(qsizetype row);
    void find();
    void merge();
    void plan();
    qsizetype takeOrigin(const Row &row);
    bool isSelf(qsizetype before, const Row &row) const;
    void addChanged(qsizetype row);
    bool isChanged(qsizetype row) const;
    const ChangedRow *changedBefore(qsizetype row) const;
    Row rowBefore(qsizetype row) const;

    const Rows m_before;
    const Rows m_after;
    const QList<int> m_key;
    Stage m_stage = Stage::Index;
    /// Of the stage: rows that are left, or are done.
    qsizetype m_position = 0;
    /// By the hashes of their keys the first of the rows before, and for each of them the next one
    /// of the same hash; -1 for none.
    QHash<std::size_t, qsizetype> m_firsts;
    std::vector<qsizetype> m_nexts;
    std::vector<qsizetype> m_origins;
    /// Which of the rows after each row before has become, -1 for none; empty if nothing needs it.
    std::vector<qsizetype> m_destinations;
    /// See readIndex(); empty without followers.
    std::vector<qsizetype> m_reads;
    std::vector<RowRange> m_changed;
    std::vector<RowRange> m_joined;
    Diff m_diff;
};

} // namespace AsyncMySql::Models
