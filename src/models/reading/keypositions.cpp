// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "keypositions.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql::Models {

KeyPositions::KeyPositions(std::size_t most)
    : m_most(std::max<std::size_t>(most, 2))
{
}

void KeyPositions::add(qsizetype position, const PageKey &key)
{
    Q_ASSERT(position >= knownRows());
    const std::size_t count = m_samples.size();
    // The last one is kept for as long as it is the last one.
    if (count > 1 && m_samples[count - 1].position - m_samples[count - 2].position < m_distance)
        m_samples.pop_back();
    if (m_samples.size() >= m_most)
        thinOut();
    m_samples.push_back({position, key});
}

void KeyPositions::clear()
{
    m_samples.clear();
    m_distance = 0;
}

/// To half of them, at equal distances.
void KeyPositions::thinOut()
{
    m_distance = std::max(m_distance * 2, 2 * (knownRows() / static_cast<qsizetype>(m_most)));
    std::vector<Sample> kept;
    kept.reserve(m_most);
    for (Sample &sample : m_samples) {
        if (kept.empty() || sample.position - kept.back().position >= m_distance)
            kept.push_back(std::move(sample));
    }
    m_samples = std::move(kept);
}

const KeyPositions::Sample *KeyPositions::atOrBefore(qsizetype position) const
{
    const auto after = std::upper_bound(
        m_samples.begin(), m_samples.end(), position,
        [](qsizetype wanted, const Sample &sample) { return wanted < sample.position; });
    return after == m_samples.begin() ? nullptr : &*(after - 1);
}

} // namespace AsyncMySql::Models
