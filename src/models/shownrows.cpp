// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "shownrows.h"

#include "modelaccess.h"
#include "rowcomparison.h"

#include <QtCore/qpointer.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace AsyncMySql::Models {

void ShownRows::reset(const RowChunks &chunks, qsizetype count)
{
    ++m_arrangement;
    m_chunks = chunks;
    m_places.clear();
    m_count = count;
    m_cachedIndex = -1;
}

void ShownRows::addChunks(const RowChunks &chunks)
{
    m_chunks.append(chunks, m_chunks.rowCount());
}

const Row &ShownRows::readRow(qsizetype index) const
{
    if (m_cachedIndex != index) {
        m_cachedRow = m_chunks.row(place(index));
        m_cachedIndex = index;
    }
    return m_cachedRow;
}

std::vector<qsizetype> ShownRows::persistentRows() const
{
    const QModelIndexList indexes = (m_model->*ModelAccess::Indexes)();
    std::vector<qsizetype> rows;
    rows.reserve(static_cast<std::size_t>(indexes.size()));
    std::transform(indexes.begin(), indexes.end(), std::back_inserter(rows),
                   [](const QModelIndex &index) { return index.row(); });
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

void ShownRows::setPlace(qsizetype index, qsizetype place)
{
    spellOutPlaces();
    m_places[static_cast<std::size_t>(index)] = place;
    m_cachedIndex = -1;
}

void ShownRows::spellOutPlaces()
{
    if (!m_places.empty() || m_count == 0)
        return;
    m_places.resize(static_cast<std::size_t>(m_count));
    std::iota(m_places.begin(), m_places.end(), 0);
}

bool ShownRows::append(qsizetype firstPlace, qsizetype count)
{
    const QPointer<QAbstractItemModel> guard(m_model);
    const auto first = static_cast<int>(m_count);
    m_isBetweenSignals = true;
    ++m_arrangement;
    (m_model->*ModelAccess::BeginInsert)({}, first, first + static_cast<int>(count) - 1);
    if (!guard)
        return false;
    if (!m_places.empty() || firstPlace != m_count) {
        spellOutPlaces();
        m_places.resize(static_cast<std::size_t>(m_count + count));
        std::iota(m_places.begin() + m_count, m_places.end(), firstPlace);
    }
    m_count += count;
    m_isBetweenSignals = false;
    (m_model->*ModelAccess::EndInsert)();
    return !guard.isNull();
}

bool ShownRows::insert(qsizetype first, const std::vector<qsizetype> &newPlaces)
{
    if (newPlaces.empty())
        return true;
    const QPointer<QAbstractItemModel> guard(m_model);
    const auto count = static_cast<qsizetype>(newPlaces.size());
    m_isBetweenSignals = true;
    ++m_arrangement;
    (m_model->*ModelAccess::BeginInsert)({}, static_cast<int>(first),
                                         static_cast<int>(first + count - 1));
    if (!guard)
        return false;
    spellOutPlaces();
    m_places.insert(m_places.begin() + first, newPlaces.begin(), newPlaces.end());
    m_count += count;
    m_cachedIndex = -1;
    m_isBetweenSignals = false;
    (m_model->*ModelAccess::EndInsert)();
    return !guard.isNull();
}

bool ShownRows::remove(qsizetype first, qsizetype count)
{
    if (count == 0)
        return true;
    const QPointer<QAbstractItemModel> guard(m_model);
    m_isBetweenSignals = true;
    ++m_arrangement;
    (m_model->*ModelAccess::BeginRemove)({}, static_cast<int>(first),
                                         static_cast<int>(first + count - 1));
    if (!guard)
        return false;
    spellOutPlaces();
    const auto begin = m_places.begin() + first;
    std::for_each(begin, begin + count, [this](qsizetype place) {
        if (place < 0)
            released(place);
    });
    m_places.erase(begin, begin + count);
    m_count -= count;
    m_cachedIndex = -1;
    m_isBetweenSignals = false;
    (m_model->*ModelAccess::EndRemove)();
    return !guard.isNull();
}

bool ShownRows::carryOut(const RowComparison &comparison)
{
    m_oldCount = m_chunks.rowCount();
    m_chunks.append(comparison.after(), 0);
    const Diff &diff = comparison.diff();
    if (diff.isWholesale)
        return exchange(comparison);
    return std::all_of(diff.steps.begin(), diff.steps.end(),
                       [&](const DiffStep &step) { return carryOut(step, comparison); });
}

void ShownRows::adopt(const RowComparison &comparison)
{
    m_chunks = comparison.after();
    m_cachedIndex = -1;
    const auto isRead = [](qsizetype place) { return place >= 0; };
    if (!comparison.hasFollowers() && std::all_of(m_places.begin(), m_places.end(), isRead)) {
        m_places = {};
        return;
    }
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        if (isRead(m_places[i]))
            m_places[i] = comparison.readIndex(static_cast<qsizetype>(i));
    }
}

qsizetype ShownRows::incomingPlace(qsizetype index, const RowComparison &comparison) const
{
    return m_oldCount + comparison.readIndex(index);
}

bool ShownRows::carryOut(const DiffStep &step, const RowComparison &comparison)
{
    switch (step.kind) {
    case DiffStep::Kind::Remove:
        return remove(step.first, step.count);
    case DiffStep::Kind::Move:
        return move(step);
    case DiffStep::Kind::Insert: {
        std::vector<qsizetype> newPlaces(static_cast<std::size_t>(step.count));
        std::iota(newPlaces.begin(), newPlaces.end(), step.target);
        for (qsizetype &place : newPlaces)
            place = incomingPlace(place, comparison);
        return insert(step.first, newPlaces);
    }
    }
    Q_UNREACHABLE();
}

bool ShownRows::move(const DiffStep &step)
{
    const QPointer<QAbstractItemModel> guard(m_model);
    const bool down = step.target > step.first;
    m_isBetweenSignals = true;
    ++m_arrangement;
    // Qt counts the destination before the rows are removed.
    (m_model->*ModelAccess::BeginMove)({}, static_cast<int>(step.first),
                                       static_cast<int>(step.first + step.count - 1), {},
                                       static_cast<int>(step.target + (down ? step.count : 0)));
    if (!guard)
        return false;
    spellOutPlaces();
    const auto begin = m_places.begin() + step.first;
    if (down)
        std::rotate(begin, begin + step.count, m_places.begin() + step.target + step.count);
    else
        std::rotate(m_places.begin() + step.target, begin, begin + step.count);
    m_cachedIndex = -1;
    m_isBetweenSignals = false;
    (m_model->*ModelAccess::EndMove)();
    return !guard.isNull();
}

/// Emits four signals for any number of rows and keeps all persistent indexes: removed rows are
/// moved to the end and removed, new ones are inserted at the end and moved to their positions.
bool ShownRows::exchange(const RowComparison &comparison)
{
    const std::vector<qsizetype> &origins = comparison.diff().origins;
    std::vector<qsizetype> arrangement;
    arrangement.reserve(static_cast<std::size_t>(m_count));
    std::vector<bool> stays(static_cast<std::size_t>(m_count));
    std::vector<qsizetype> newPlaces;
    for (std::size_t i = 0; i < origins.size(); ++i) {
        if (origins[i] < 0) {
            newPlaces.push_back(incomingPlace(static_cast<qsizetype>(i), comparison));
            continue;
        }
        arrangement.push_back(origins[i]);
        stays[static_cast<std::size_t>(origins[i])] = true;
    }
    const auto kept = static_cast<qsizetype>(arrangement.size());
    for (std::size_t row = 0; row < stays.size(); ++row) {
        if (!stays[row])
            arrangement.push_back(static_cast<qsizetype>(row));
    }
    if (!reorder(arrangement) || !remove(kept, m_count - kept) || !insert(kept, newPlaces))
        return false;
    arrangement.clear();
    qsizetype nextKept = 0;
    qsizetype nextNew = kept;
    std::transform(origins.begin(), origins.end(), std::back_inserter(arrangement),
                   [&](qsizetype origin) { return origin < 0 ? nextNew++ : nextKept++; });
    return reorder(arrangement);
}

/// \a arrangement has the current positions of the rows.
bool ShownRows::reorder(const std::vector<qsizetype> &arrangement)
{
    if (std::is_sorted(arrangement.begin(), arrangement.end()))
        return true;
    const QPointer<QAbstractItemModel> guard(m_model);
    m_isBetweenSignals = true;
    ++m_arrangement;
    Q_EMIT m_model->layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    if (!guard)
        return false;
    spellOutPlaces();
    std::vector<qsizetype> ordered(arrangement.size());
    std::vector<int> positions(arrangement.size());
    for (std::size_t i = 0; i < arrangement.size(); ++i) {
        const auto from = static_cast<std::size_t>(arrangement[i]);
        ordered[i] = m_places[from];
        positions[from] = static_cast<int>(i);
    }
    const QModelIndexList before = (m_model->*ModelAccess::Indexes)();
    QModelIndexList after;
    after.reserve(before.size());
    for (const QModelIndex &index : before) {
        after.append(
            m_model->index(positions[static_cast<std::size_t>(index.row())], index.column()));
    }
    m_places = std::move(ordered);
    m_cachedIndex = -1;
    (m_model->*ModelAccess::ChangeIndexes)(before, after);
    m_isBetweenSignals = false;
    Q_EMIT m_model->layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    return !guard.isNull();
}

} // namespace AsyncMySql::Models
