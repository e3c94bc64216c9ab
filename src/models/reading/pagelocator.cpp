// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagelocator.h"

#include "keyinterpolation.h"

#include <algorithm>

namespace AsyncMySql::Models {

PagePlace PageLocator::place(qsizetype page, const Known &known) const
{
    const qsizetype start = page * known.pageRows;
    const qsizetype limit = known.pageRows;
    const qsizetype knownRows = m_positions.knownRows();
    const bool isPassed = known.isCountExact || start < knownRows;
    if (const auto place = besideNeighbour(page, known, true))
        return *place;
    if (isPassed || start - knownRows <= ShortOffset)
        return afterSample(m_positions, start, limit);
    if (const auto place = besideNeighbour(page, known, false))
        return *place;
    if (start < m_earlier.rows) {
        PagePlace place = afterSample(m_earlier.positions, start, limit);
        place.isExact = false;
        return place;
    }
    if (known.count - start <= ShortOffset)
        return placeFromEnd(page, known);
    if (const auto place = betweenKeys(start, limit, known))
        return *place;
    return start - knownRows <= known.count - start ? afterSample(m_positions, start, limit)
                                                    : placeFromEnd(page, known);
}

PagePlace PageLocator::placeFromEnd(qsizetype page, const Known &known) const
{
    const qsizetype start = page * known.pageRows;
    const qsizetype end = std::min(start + known.pageRows, known.count);
    return {{{}, false, true, known.count - end, end - start}, known.isCountExact};
}

std::optional<PagePlace> PageLocator::besideNeighbour(qsizetype page, const Known &known,
                                                      bool mustBeExact) const
{
    const auto isUsable = [&](const PageCache::Page *neighbour) {
        return neighbour && !neighbour->isOutdated && (neighbour->isExact || !mustBeExact);
    };
    const PageCache::Page *before = m_cache.find(page - 1);
    if (isUsable(before) && before->rowCount() == known.pageRows) {
        const PageKey key = m_plan.keyOf(before->row(before->rowCount() - 1));
        return PagePlace{{key, false, false, 0, known.pageRows}, before->isExact};
    }
    const PageCache::Page *after = m_cache.find(page + 1);
    if (isUsable(after) && after->rowCount() > 0) {
        const PageKey key = m_plan.keyOf(after->row(0));
        return PagePlace{{key, false, true, 0, known.pageRows}, after->isExact};
    }
    return std::nullopt;
}

PagePlace PageLocator::afterSample(const KeyPositions &positions, qsizetype start, qsizetype limit)
{
    const KeyPositions::Sample *sample = positions.atOrBefore(start);
    if (!sample)
        return {{{}, false, false, start, limit}, true};
    return {{sample->key, true, false, start - sample->position, limit}, true};
}

/// Between the last row with a known position and the last one of all.
std::optional<PagePlace> PageLocator::betweenKeys(qsizetype start, qsizetype limit,
                                                  const Known &known) const
{
    const KeyPositions::Sample *last = m_positions.last();
    const qsizetype low = last ? last->position : 0;
    const PageKey &lowKey = last ? last->key : known.firstKey;
    if (lowKey.isEmpty() || known.lastKey.isEmpty() || known.count - 1 <= low)
        return std::nullopt;
    const double fraction
        = static_cast<double>(start - low) / static_cast<double>(known.count - 1 - low);
    const auto key = keyBetween(m_plan.parts(), lowKey, known.lastKey, fraction);
    if (!key)
        return std::nullopt;
    return PagePlace{{*key, true, false, 0, limit}, false};
}

} // namespace AsyncMySql::Models
