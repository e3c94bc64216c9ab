// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowdiff.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace AsyncMySql::Models {

namespace {

/// The number of \a origins that are smaller than the previous one, except new rows. At least as
/// many must move to make all rise.
qsizetype countFalls(const std::vector<qsizetype> &origins)
{
    qsizetype falls = 0;
    qsizetype before = -1;
    for (const qsizetype origin : origins) {
        if (origin < 0)
            continue;
        falls += origin < before;
        before = origin;
    }
    return falls;
}

/// Returns which of \a values are part of a longest rising subsequence.
std::vector<bool> longestRise(const std::vector<qsizetype> &values)
{
    std::vector<std::size_t> tails;
    std::vector<std::size_t> predecessors(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto isLess = [&](std::size_t tail, qsizetype value) { return values[tail] < value; };
        const auto place = tails.empty() || isLess(tails.back(), values[i])
                               ? tails.end()
                               : std::lower_bound(tails.begin(), tails.end(), values[i], isLess);
        predecessors[i] = place == tails.begin() ? i : *(place - 1);
        if (place == tails.end())
            tails.push_back(i);
        else
            *place = i;
    }
    std::vector<bool> rises(values.size());
    if (tails.empty())
        return rises;
    for (std::size_t i = tails.back();; i = predecessors[i]) {
        rises[i] = true;
        if (predecessors[i] == i)
            return rises;
    }
}

/// \a limit applies to all steps: if there are more, none are needed.
void appendRemovals(Diff *diff, std::size_t before, std::size_t limit)
{
    std::vector<bool> stays(before);
    for (const qsizetype origin : diff->origins) {
        if (origin >= 0)
            stays[static_cast<std::size_t>(origin)] = true;
    }
    // From the end, so that earlier positions stay valid.
    for (std::size_t end = before; end > 0 && diff->steps.size() <= limit;) {
        if (stays[end - 1]) {
            --end;
            continue;
        }
        std::size_t first = end - 1;
        while (first > 0 && !stays[first - 1])
            --first;
        diff->steps.push_back({DiffStep::Kind::Remove, static_cast<qsizetype>(first),
                               static_cast<qsizetype>(end - first), 0});
        end = first;
    }
}

/// Rows that stay adjacent move together.
bool joinMove(Diff *diff, qsizetype first, qsizetype target)
{
    if (diff->steps.empty() || diff->steps.back().kind != DiffStep::Kind::Move)
        return false;
    DiffStep &last = diff->steps.back();
    // A row that moves down shifts the following rows up.
    const bool down = last.first < last.target;
    if (first != last.first + (down ? 0 : last.count)
        || target != last.target + last.count - (down ? 1 : 0)) {
        return false;
    }
    if (down)
        --last.target;
    ++last.count;
    return true;
}

/// Returns whether \a maximumMoves are enough.
bool appendMoves(Diff *diff, qsizetype maximumMoves)
{
    const qsizetype falls = countFalls(diff->origins);
    if (falls == 0)
        return true;
    if (falls > maximumMoves)
        return false;
    std::vector<qsizetype> wanted;
    wanted.reserve(diff->origins.size());
    std::copy_if(diff->origins.begin(), diff->origins.end(), std::back_inserter(wanted),
                 [](qsizetype origin) { return origin >= 0; });
    const std::vector<bool> stays = longestRise(wanted);
    if (std::count(stays.begin(), stays.end(), false) > maximumMoves)
        return false;
    std::vector<qsizetype> current = wanted;
    std::sort(current.begin(), current.end());
    // From the start: the rows before a position are already in order, except for those that later
    // steps move away.
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (stays[i])
            continue;
        // After its predecessor in the new order.
        const auto from = std::find(current.begin(), current.end(), wanted[i]);
        const qsizetype first = from - current.begin();
        current.erase(from);
        const auto place = i == 0 ? current.begin()
                                  : std::find(current.begin(), current.end(), wanted[i - 1]) + 1;
        const qsizetype target = place - current.begin();
        current.insert(place, wanted[i]);
        if (target == first)
            continue;
        if (!joinMove(diff, first, target))
            diff->steps.push_back({DiffStep::Kind::Move, first, 1, target});
    }
    return true;
}

void appendInsertions(Diff *diff, std::size_t limit)
{
    const auto size = static_cast<qsizetype>(diff->origins.size());
    for (qsizetype first = 0; first < size && diff->steps.size() <= limit;) {
        qsizetype end = first;
        while (end < size && diff->origins[static_cast<std::size_t>(end)] < 0)
            ++end;
        if (end > first)
            diff->steps.push_back({DiffStep::Kind::Insert, first, end - first, first});
        first = std::max(end, first + 1);
    }
}

} // namespace

Diff diffOf(qsizetype before, std::vector<qsizetype> origins, qsizetype maximumSteps)
{
    const auto limit = static_cast<std::size_t>(maximumSteps);
    Diff diff;
    diff.origins = std::move(origins);
    const auto isFew = [&] { return diff.steps.size() <= limit; };
    appendRemovals(&diff, static_cast<std::size_t>(before), limit);
    const bool isSimple
        = isFew() && appendMoves(&diff, static_cast<qsizetype>(limit - diff.steps.size()));
    if (isSimple)
        appendInsertions(&diff, limit);
    if (!isSimple || !isFew()) {
        diff.isWholesale = true;
        diff.steps.clear();
    }
    return diff;
}

} // namespace AsyncMySql::Models
