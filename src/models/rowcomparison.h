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

/// Compares rows with those that were read later. There can be many rows, so the work is done in
/// portions, between which the event loop may run.
class RowComparison
{
public:
    /// The first and the last row.
    using RowRange = std::pair<qsizetype, qsizetype>;

    /// A row that differs from the one that was read.
    struct ChangedRow
    {
        /// The row by whose key it is identified; invalid if there is none.
        Row row;
        /// Whether the user has changed it: if the server does not have it, it is kept after the
        /// row that it follows, and otherwise unchanged.
        bool stays = false;
        /// If it is unknown whether the row is in the table: returns whether a row with the same
        /// key is this one. Rows that are known to exist have precedence.
        std::function<bool(const Row &)> isSelf = {};
    };

    /// The first \a count rows.
    struct Rows
    {
        RowChunks chunks;
        qsizetype count = 0;
        /// The index of each row in chunks, negative for those in changed; empty if all are in
        /// order.
        std::vector<qsizetype> places = {};
        QHash<qsizetype, ChangedRow> changed = {};
    };

    /// Identifies rows by the columns \a key, or by their position if there are none. The rows of
    /// \a after are all unchanged.
    RowComparison(Rows before, Rows after, QList<int> key);

    /// Continues for a short time.
    void advance();
    bool isDone() const { return m_stage == Stage::Done; }
    /// Whether all rows have been compared; the rest is not divided into portions.
    bool isNextIndivisible() const { return m_stage >= Stage::Merge; }

    /// The difference between the rows, including followers, which exist only in the model. Without
    /// steps if these would take too long.
    const Diff &diff() const { return m_diff; }
    /// The rows that stay with other values, by their new positions. If there are many ranges, they
    /// are joined, with unchanged rows in between.
    const std::vector<RowRange> &changedRows() const { return m_joined; }
    bool areChangesJoined() const { return m_joined.size() < m_changed.size(); }
    /// The same as changedRows(), without those of \a rows (in order) that are unchanged. If there
    /// are too many of these, they are included.
    std::vector<RowRange> changedRowsWithout(const std::vector<qsizetype> &rows) const;
    const RowChunks &after() const { return m_after.chunks; }
    bool hasFollowers() const { return !m_reads.empty(); }
    /// The index of the row after that is at the new position \a index; -1 for a follower.
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
    /// The rows of the stage that are left, or done.
    qsizetype m_position = 0;
    /// The first row before for each hash of a key, and for each row the next one with the same
    /// hash; -1 for none.
    QHash<std::size_t, qsizetype> m_firsts;
    std::vector<qsizetype> m_nexts;
    std::vector<qsizetype> m_origins;
    /// The row after for each row before, -1 for none; empty if it is not needed.
    std::vector<qsizetype> m_destinations;
    /// See readIndex(); empty without followers.
    std::vector<qsizetype> m_reads;
    std::vector<RowRange> m_changed;
    std::vector<RowRange> m_joined;
    Diff m_diff;
};

} // namespace AsyncMySql::Models
