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
    if (m_samples.size() >= m_most)
        thinOut();
    m_samples.push_back({position, key});
}

/// Removes every second one, but not the last one.
void KeyPositions::thinOut()
{
    std::vector<Sample> kept;
    kept.reserve(m_most);
    for (std::size_t i = (m_samples.size() - 1) % 2; i < m_samples.size(); i += 2)
        kept.push_back(std::move(m_samples[i]));
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
