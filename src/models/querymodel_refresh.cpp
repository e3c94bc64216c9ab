// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include <QtCore/qdeadlinetimer.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <numeric>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace std::chrono_literals;

namespace {

/// In one turn of the event loop.
constexpr auto ComparingTime = 4ms;

bool isNew(qsizetype origin)
{
    return origin < 0;
}

} // namespace

void QueryModelPrivate::compare()
{
    const qsizetype count = next->rows().rowCount();
    comparison = std::make_unique<RowComparison>(
        RowComparison::Rows{shown->rows(), visible},
        RowComparison::Rows{next->rows(),
                            next->wanted() < 0 ? count : std::min(count, next->wanted())},
        keyIndexes());
    goOnComparing();
}

void QueryModelPrivate::goOnComparing()
{
    const QDeadlineTimer timeIsUp(ComparingTime, Qt::PreciseTimer);
    while (!comparison->isDone() && !timeIsUp.hasExpired())
        comparison->advance();
    if (!timeIsUp.hasExpired()) {
        refreshShown();
        return;
    }
    if (std::exchange(goesOnComparing, true))
        return;
    QMetaObject::invokeMethod(
        q,
        [this] {
            goesOnComparing = false;
            if (comparison)
                goOnComparing();
        },
        Qt::QueuedConnection);
}

/// Makes the rows of next those that are shown.
void QueryModelPrivate::refreshShown()
{
    if (mustWait())
        return;
    {
        const Change change(this);
        const auto compared = std::move(comparison);
        ReaderPointer arrived = std::move(next);
        elapsed = arrived->elapsed();
        wanted = arrived->wanted();
        places.resize(static_cast<std::size_t>(visible));
        std::iota(places.begin(), places.end(), 0);
        incoming = arrived.get();
        const Diff &diff = compared->diff();
        if (!(diff.isWholesale ? exchange(diff.origins) : carryOut(diff)))
            return;
        incoming = nullptr;
        places = {};
        show(std::move(arrived));
        for (const auto &[first, last] : compared->changedRows()) {
            Q_EMIT q->dataChanged(q->index(static_cast<int>(first), 0),
                                  q->index(static_cast<int>(last), q->columnCount() - 1));
            if (change.isModelGone())
                return;
        }
    }
    shownAdvanced();
}

QList<int> QueryModelPrivate::keyIndexes() const
{
    if (keyColumns.isEmpty())
        return knownSql == startedSql ? knownKey : QList<int>();
    QList<int> indexes;
    for (const QString &name : keyColumns) {
        const qsizetype index = columnNames.indexOf(name);
        if (index < 0)
            return {};
        indexes.append(static_cast<int>(index));
    }
    return indexes;
}

bool QueryModelPrivate::carryOut(const Diff &diff)
{
    return std::all_of(diff.steps.begin(), diff.steps.end(),
                       [this](const DiffStep &step) { return carryOut(step); });
}

bool QueryModelPrivate::carryOut(const DiffStep &step)
{
    switch (step.kind) {
    case DiffStep::Kind::Remove:
        return remove(step.first, step.count);
    case DiffStep::Kind::Move: {
        const QPointer<QueryModel> guard(q);
        const auto begin = places.begin() + step.first;
        const bool down = step.target > step.first;
        // Qt counts the place before which the rows go while they are still there.
        q->beginMoveRows({}, static_cast<int>(step.first),
                         static_cast<int>(step.first + step.count - 1), {},
                         static_cast<int>(step.target + (down ? step.count : 0)));
        if (down)
            std::rotate(begin, begin + step.count, places.begin() + step.target + step.count);
        else
            std::rotate(places.begin() + step.target, begin, begin + step.count);
        cachedIndex = -1;
        q->endMoveRows();
        return !guard.isNull();
    }
    case DiffStep::Kind::Insert: {
        std::vector<qsizetype> rows(static_cast<std::size_t>(step.count));
        std::iota(rows.begin(), rows.end(), step.target);
        std::transform(rows.begin(), rows.end(), rows.begin(), [](qsizetype row) { return ~row; });
        return insert(step.first, rows);
    }
    }
    Q_UNREACHABLE();
}

/// Four signals for any number of rows, and all persistent indexes are kept: rows that go are put
/// to the end and removed there, those that are new are inserted there and put to their places.
bool QueryModelPrivate::exchange(const std::vector<qsizetype> &origins)
{
    std::vector<qsizetype> arrangement;
    arrangement.reserve(places.size());
    std::vector<bool> stays(places.size());
    std::vector<qsizetype> newPlaces;
    for (std::size_t i = 0; i < origins.size(); ++i) {
        if (isNew(origins[i])) {
            newPlaces.push_back(~static_cast<qsizetype>(i));
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
    if (!reorder(arrangement) || !remove(kept, visible - kept) || !insert(kept, newPlaces))
        return false;
    arrangement.clear();
    qsizetype nextKept = 0;
    qsizetype nextNew = kept;
    std::transform(origins.begin(), origins.end(), std::back_inserter(arrangement),
                   [&](qsizetype origin) { return isNew(origin) ? nextNew++ : nextKept++; });
    return reorder(arrangement);
}

/// \a arrangement has the present positions of the rows.
bool QueryModelPrivate::reorder(const std::vector<qsizetype> &arrangement)
{
    if (std::is_sorted(arrangement.begin(), arrangement.end()))
        return true;
    const QPointer<QueryModel> guard(q);
    Q_EMIT q->layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    if (!guard)
        return false;
    std::vector<qsizetype> ordered(arrangement.size());
    std::vector<int> positions(arrangement.size());
    for (std::size_t i = 0; i < arrangement.size(); ++i) {
        const auto from = static_cast<std::size_t>(arrangement[i]);
        ordered[i] = places[from];
        positions[from] = static_cast<int>(i);
    }
    const QModelIndexList before = q->persistentIndexList();
    QModelIndexList after;
    after.reserve(before.size());
    for (const QModelIndex &index : before)
        after.append(q->index(positions[static_cast<std::size_t>(index.row())], index.column()));
    places = std::move(ordered);
    cachedIndex = -1;
    q->changePersistentIndexList(before, after);
    Q_EMIT q->layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    return !guard.isNull();
}

bool QueryModelPrivate::insert(qsizetype first, const std::vector<qsizetype> &newPlaces)
{
    if (newPlaces.empty())
        return true;
    const QPointer<QueryModel> guard(q);
    const auto count = static_cast<qsizetype>(newPlaces.size());
    q->beginInsertRows({}, static_cast<int>(first), static_cast<int>(first + count - 1));
    places.insert(places.begin() + first, newPlaces.begin(), newPlaces.end());
    visible += count;
    cachedIndex = -1;
    q->endInsertRows();
    return !guard.isNull();
}

bool QueryModelPrivate::remove(qsizetype first, qsizetype count)
{
    if (count == 0)
        return true;
    const QPointer<QueryModel> guard(q);
    q->beginRemoveRows({}, static_cast<int>(first), static_cast<int>(first + count - 1));
    places.erase(places.begin() + first, places.begin() + first + count);
    visible -= count;
    cachedIndex = -1;
    q->endRemoveRows();
    return !guard.isNull();
}

const Row &QueryModelPrivate::rowAt(qsizetype index) const
{
    if (cachedIndex == index)
        return cachedRow;
    if (!incoming) {
        cachedRow = shown->rows().row(index);
    } else {
        const qsizetype place = places[static_cast<std::size_t>(index)];
        cachedRow = place >= 0 ? shown->rows().row(place) : incoming->rows().row(~place);
    }
    cachedIndex = index;
    return cachedRow;
}

} // namespace AsyncMySql
