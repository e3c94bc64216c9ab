// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"

#include <vector>

namespace AsyncMySql::Models {

/// The keys of some rows of a statement, with the numbers of these rows. However many are added, a
/// limited number is kept, at about equal distances.
class KeyPositions
{
public:
    struct Sample
    {
        qsizetype position = 0;
        PageKey key;
    };

    explicit KeyPositions(std::size_t most = 4096);

    /// For a row after all others.
    void add(qsizetype position, const PageKey &key);
    void clear();

    /// The nearest one that is not after the row at \a position; null if there is none.
    const Sample *atOrBefore(qsizetype position) const;
    /// Null if there is none.
    const Sample *last() const { return m_samples.empty() ? nullptr : &m_samples.back(); }
    /// The number of rows up to the last one.
    qsizetype knownRows() const { return m_samples.empty() ? 0 : m_samples.back().position + 1; }
    std::size_t size() const { return m_samples.size(); }

private:
    void thinOut();

    std::size_t m_most;
    /// At least, between two that are kept.
    qsizetype m_distance = 0;
    std::vector<Sample> m_samples;
};

} // namespace AsyncMySql::Models
