// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "keypositions.h"
#include "pagecache.h"
#include "pageplan.h"

#include <optional>

namespace AsyncMySql::Models {

/// Where a page is read.
struct PagePlace
{
    PageRange range;
    /// Whether these are the rows at the positions of the page.
    bool isExact = false;

    friend bool operator==(const PagePlace &, const PagePlace &) = default;
};

/// Where rows were when they were counted before.
struct EarlierPositions
{
    KeyPositions positions;
    /// The number of rows that were counted.
    qsizetype rows = 0;
};

/// Decides where the pages of a statement are read: next to a neighbour that is there, by an offset
/// from the nearest row with a known position, or, where none are known yet, at an earlier position
/// or at an estimated key.
class PageLocator
{
public:
    struct Known
    {
        qsizetype pageRows = 0;
        /// The number of rows; an estimate unless isCountExact.
        qsizetype count = 0;
        bool isCountExact = false;
        /// Of the first and the last row; empty if they are not known.
        PageKey firstKey;
        PageKey lastKey;
    };

    /// The server passes so many rows of an index in some milliseconds.
    static constexpr qsizetype ShortOffset = 16384;

    PageLocator(const PagePlan &plan, const KeyPositions &positions,
                const EarlierPositions &earlier, const PageCache &cache)
        : m_plan(plan)
        , m_positions(positions)
        , m_earlier(earlier)
        , m_cache(cache)
    {
    }

    /// Pages are read whole, however many rows are expected.
    PagePlace place(qsizetype page, const Known &known) const;
    /// The same, but counted from the last row.
    PagePlace placeFromEnd(qsizetype page, const Known &known) const;

private:
    std::optional<PagePlace> besideNeighbour(qsizetype page, const Known &known,
                                             bool mustBeExact) const;
    static PagePlace afterSample(const KeyPositions &positions, qsizetype start, qsizetype limit);
    std::optional<PagePlace> betweenKeys(qsizetype start, qsizetype limit,
                                         const Known &known) const;

    const PagePlan &m_plan;
    const KeyPositions &m_positions;
    const EarlierPositions &m_earlier;
    const PageCache &m_cache;
};

} // namespace AsyncMySql::Models
