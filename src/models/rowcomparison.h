// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "keyeddiff.h"
#include "rowchunks.h"

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>

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

    /// The first \a count rows of them.
    struct Rows
    {
        RowChunks chunks;
        qsizetype count = 0;
    };

    /// Rows are recognised by the columns \a key, by their position if there are none.
    RowComparison(Rows before, Rows after, QList<int> key);

    /// Goes on for a moment.
    void advance();
    bool isDone() const { return m_stage == Stage::Done; }

    /// Wholesale if its steps would take too long.
    const Diff &diff() const { return m_diff; }
    /// Which of the rows that stay have other values, by their new positions. Where there are many
    /// of them there are rows in between that are the same as ever.
    const std::vector<RowRange> &changedRows() const { return m_changed; }

private:
    enum class Stage { Index, Find, Plan, Done };

    void index();
    void find();
    void plan();
    qsizetype takeOrigin(const Row &row);
    void addChanged(qsizetype row);

    Rows m_before;
    Rows m_after;
    QList<int> m_key;
    Stage m_stage = Stage::Index;
    /// Of the stage: rows that are left, or are done.
    qsizetype m_position = 0;
    /// By the hashes of their keys the first of the rows before, and for each of them the next one
    /// of the same hash; -1 for none.
    QHash<std::size_t, qsizetype> m_firsts;
    std::vector<qsizetype> m_nexts;
    std::vector<qsizetype> m_origins;
    std::vector<RowRange> m_changed;
    Diff m_diff;
};

} // namespace AsyncMySql::Models
