// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowcomparison.h"

#include "rowkeys.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace AsyncMySql::Models {

namespace {

/// About ten microseconds.
constexpr qsizetype Portion = 64;
constexpr std::size_t MaximumChanges = 100;
/// Each of these rows divides a range.
constexpr std::size_t MaximumRowsLeftOut = 1000;

/// Each step moves all rows after it, in the model and in its views.
qsizetype maximumSteps(qsizetype rows)
{
    return std::clamp<qsizetype>(4'000'000 / std::max<qsizetype>(rows, 1), 10, 100);
}

/// Closes the smallest gaps, since painting unchanged rows costs a view less than many signals.
std::vector<RowComparison::RowRange> join(const std::vector<RowComparison::RowRange> &ranges)
{
    if (ranges.size() <= MaximumChanges)
        return ranges;
    std::vector<qsizetype> gaps;
    gaps.reserve(ranges.size());
    for (std::size_t i = 1; i < ranges.size(); ++i)
        gaps.push_back(ranges[i].first - ranges[i - 1].second);
    const auto widest = gaps.begin() + MaximumChanges - 1;
    std::nth_element(gaps.begin(), widest, gaps.end(), std::greater<>());
    std::vector<RowComparison::RowRange> joined;
    for (const RowComparison::RowRange &range : ranges) {
        if (joined.empty() || range.first - joined.back().second > *widest)
            joined.push_back(range);
        else
            joined.back().second = range.second;
    }
    return joined;
}

} // namespace

RowComparison::RowComparison(Rows before, Rows after, QList<int> key)
    : m_before(std::move(before))
    , m_after(std::move(after))
    , m_key(std::move(key))
    , m_position(m_before.count)
{
    if (m_key.isEmpty()) {
        m_stage = Stage::Find;
        m_position = 0;
    } else {
        m_firsts.reserve(m_before.count);
        m_nexts.resize(static_cast<std::size_t>(m_before.count), -1);
    }
    m_origins.reserve(static_cast<std::size_t>(m_after.count));
    if (!m_before.changed.isEmpty())
        m_destinations.resize(static_cast<std::size_t>(m_before.count), -1);
}

void RowComparison::advance()
{
    switch (m_stage) {
    case Stage::Index:
        index();
        break;
    case Stage::Find:
        find();
        break;
    case Stage::Merge:
        merge();
        break;
    case Stage::Plan:
        plan();
        break;
    case Stage::Done:
        break;
    }
}

const RowComparison::ChangedRow *RowComparison::changedBefore(qsizetype row) const
{
    if (m_before.places.empty() || m_before.places[static_cast<std::size_t>(row)] >= 0)
        return nullptr;
    return &*m_before.changed.constFind(m_before.places[static_cast<std::size_t>(row)]);
}

Row RowComparison::rowBefore(qsizetype row) const
{
    if (const ChangedRow *changed = changedBefore(row))
        return changed->row;
    return m_before.chunks.row(
        m_before.places.empty() ? row : m_before.places[static_cast<std::size_t>(row)]);
}

/// From the end, so that duplicate keys are found in their order.
void RowComparison::index()
{
    const auto mayBeThere = [this](qsizetype row) {
        const ChangedRow *changed = changedBefore(row);
        return changed && changed->isSelf;
    };
    if (m_position == m_before.count && !m_before.changed.isEmpty()) {
        for (qsizetype row = m_position; row-- > 0;) {
            if (mayBeThere(row))
                indexRow(row);
        }
    }
    for (const qsizetype end = std::max<qsizetype>(m_position - Portion, 0); m_position > end;) {
        const qsizetype row = --m_position;
        if (!mayBeThere(row))
            indexRow(row);
    }
    if (m_position == 0)
        m_stage = Stage::Find;
}

void RowComparison::indexRow(qsizetype row)
{
    const Row values = rowBefore(row);
    if (!values.isValid())
        return;
    const std::size_t hash = hashOfKey(values, m_key);
    if (const auto first = m_firsts.find(hash); first != m_firsts.end())
        m_nexts[static_cast<std::size_t>(row)] = std::exchange(*first, row);
    else
        m_firsts.insert(hash, row);
}

void RowComparison::find()
{
    for (const qsizetype end = std::min(m_position + Portion, m_after.count); m_position < end;
         ++m_position) {
        const Row row = m_after.chunks.row(m_position);
        const qsizetype origin = takeOrigin(row);
        m_origins.push_back(origin);
        if (origin < 0)
            continue;
        if (!m_destinations.empty())
            m_destinations[static_cast<std::size_t>(origin)] = m_position;
        const ChangedRow *changed = changedBefore(origin);
        if (!(changed && changed->stays) && !isSameRow(rowBefore(origin), row))
            addChanged(m_position);
    }
    if (m_position == m_after.count)
        m_stage = Stage::Merge;
}

qsizetype RowComparison::takeOrigin(const Row &row)
{
    if (m_key.isEmpty())
        return m_position < m_before.count ? m_position : -1;
    const auto first = m_firsts.find(hashOfKey(row, m_key));
    if (first == m_firsts.end())
        return -1;
    // Different keys can have the same hash.
    qsizetype *link = &*first;
    while (*link >= 0 && !isSelf(*link, row))
        link = &m_nexts[static_cast<std::size_t>(*link)];
    const qsizetype origin = *link;
    if (origin >= 0)
        *link = m_nexts[static_cast<std::size_t>(origin)];
    return origin;
}

bool RowComparison::isSelf(qsizetype before, const Row &row) const
{
    const ChangedRow *changed = changedBefore(before);
    return hasSameKey(rowBefore(before), row, m_key)
           && (!changed || !changed->isSelf || changed->isSelf(row));
}

void RowComparison::addChanged(qsizetype row)
{
    if (!m_changed.empty() && m_changed.back().second == row - 1)
        m_changed.back().second = row;
    else
        m_changed.emplace_back(row, row);
}

bool RowComparison::isChanged(qsizetype row) const
{
    const auto range
        = std::partition_point(m_changed.begin(), m_changed.end(),
                               [row](const RowRange &each) { return each.second < row; });
    return range != m_changed.end() && range->first <= row;
}

std::vector<RowComparison::RowRange>
RowComparison::changedRowsWithout(const std::vector<qsizetype> &rows) const
{
    std::vector<qsizetype> unchanged;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(unchanged),
                 [this](qsizetype row) { return !isChanged(row); });
    if (unchanged.size() > MaximumRowsLeftOut)
        return m_joined;
    std::vector<RowRange> ranges;
    auto leftOut = unchanged.begin();
    for (RowRange range : m_joined) {
        leftOut = std::lower_bound(leftOut, unchanged.end(), range.first);
        // The first and the last row of a range have changed.
        for (; leftOut != unchanged.end() && *leftOut < range.second; ++leftOut) {
            if (*leftOut > range.first)
                ranges.emplace_back(range.first, *leftOut - 1);
            range.first = *leftOut + 1;
        }
        ranges.push_back(range);
    }
    return ranges;
}

/// Rows that exist only in the model are placed after those that they follow.
void RowComparison::merge()
{
    m_stage = Stage::Plan;
    if (m_destinations.empty())
        return;
    // Followers, by the row that they follow.
    std::vector<std::pair<qsizetype, qsizetype>> followers;
    qsizetype predecessor = -1;
    for (qsizetype row = 0; row < m_before.count; ++row) {
        const qsizetype destination = m_destinations[static_cast<std::size_t>(row)];
        if (destination >= 0)
            predecessor = destination;
        else if (const ChangedRow *changed = changedBefore(row); changed && changed->stays)
            followers.emplace_back(predecessor, row);
    }
    if (followers.empty())
        return;
    std::sort(followers.begin(), followers.end());
    const std::vector<qsizetype> origins = std::exchange(m_origins, {});
    m_origins.reserve(origins.size() + followers.size());
    m_reads.reserve(origins.size() + followers.size());
    auto follower = followers.begin();
    for (qsizetype read = -1; read < m_after.count; ++read) {
        if (read >= 0) {
            m_origins.push_back(origins[static_cast<std::size_t>(read)]);
            m_reads.push_back(read);
        }
        for (; follower != followers.end() && follower->first == read; ++follower) {
            m_origins.push_back(follower->second);
            m_reads.push_back(-1);
        }
    }
    const auto position = [&](qsizetype read) {
        const auto behind
            = std::partition_point(followers.begin(), followers.end(),
                                   [read](const auto &each) { return each.first < read; });
        return read + (behind - followers.begin());
    };
    std::vector<RowRange> changed;
    changed.reserve(m_changed.size());
    for (auto [first, last] : m_changed) {
        // Unchanged followers in between divide the range.
        for (follower = std::partition_point(
                 followers.begin(), followers.end(),
                 [begin = first](const auto &each) { return each.first < begin; });
             follower != followers.end() && follower->first < last; ++follower) {
            if (follower->first < first)
                continue;
            changed.emplace_back(position(first), position(follower->first));
            first = follower->first + 1;
        }
        changed.emplace_back(position(first), position(last));
    }
    m_changed = std::move(changed);
}

void RowComparison::plan()
{
    m_joined = join(m_changed);
    m_diff = diffOf(m_before.count, std::move(m_origins),
                    maximumSteps(m_before.count + m_after.count));
    m_stage = Stage::Done;
}

} // namespace AsyncMySql::Models
