// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include "rowkeys.h"

#include <QtCore/qhash.h>
#include <QtCore/qscopedvaluerollback.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace AsyncMySql {

using namespace Models;

/// Makes the rows of next those that are shown, step by step.
void QueryModelPrivate::refreshShown()
{
    const QScopedValueRollback<bool> guard(changing, true);
    ReaderPointer arrived = std::move(next);
    wanted = arrived->wanted();
    const qsizetype count
        = wanted < 0 ? arrived->rows().rowCount() : std::min(arrived->rows().rowCount(), wanted);
    const QList<int> key = keyIndexes();
    const Diff diff = key.isEmpty()
                          ? positionDiff(visible, count)
                          : keyedDiff(keysOf(*shown, visible, key), keysOf(*arrived, count, key));
    const std::vector<RowRange> changed = changedRows(*arrived, diff);

    places.resize(static_cast<std::size_t>(visible));
    std::iota(places.begin(), places.end(), 0);
    incoming = arrived.get();
    carryOut(diff);
    incoming = nullptr;
    places = {};
    cachedIndex = -1;

    shown = std::move(arrived);
    showColumns(*shown);
    shown->disconnect();
    QObject::connect(shown.get(), &RowReader::advanced, q, [this] { shownAdvanced(); });
    for (const auto &[first, last] : changed) {
        Q_EMIT q->dataChanged(q->index(static_cast<int>(first), 0),
                              q->index(static_cast<int>(last), q->columnCount() - 1));
    }
}

QList<int> QueryModelPrivate::keyIndexes() const
{
    if (keyColumns.isEmpty())
        return knownSql == sql ? knownKey : QList<int>();
    QList<int> indexes;
    for (const QString &name : keyColumns) {
        const qsizetype index = columnNames.indexOf(name);
        if (index < 0)
            return {};
        indexes.append(static_cast<int>(index));
    }
    return indexes;
}

std::vector<QByteArray> QueryModelPrivate::keysOf(const RowReader &reader, qsizetype count,
                                                  const QList<int> &keyIndexes) const
{
    std::vector<QByteArray> keys(static_cast<std::size_t>(count));
    for (qsizetype i = 0; i < count; ++i)
        keys[static_cast<std::size_t>(i)] = keyOf(reader.rows().row(i), keyIndexes);
    return keys;
}

std::vector<QueryModelPrivate::RowRange> QueryModelPrivate::changedRows(const RowReader &arrived,
                                                                        const Diff &diff) const
{
    std::vector<RowRange> ranges;
    for (std::size_t i = 0; i < diff.origins.size(); ++i) {
        const auto row = static_cast<qsizetype>(i);
        if (diff.origins[i] < 0
            || isSameRow(shown->rows().row(diff.origins[i]), arrived.rows().row(row))) {
            continue;
        }
        if (!ranges.empty() && ranges.back().second == row - 1)
            ranges.back().second = row;
        else
            ranges.emplace_back(row, row);
    }
    return ranges;
}

void QueryModelPrivate::carryOut(const Diff &diff)
{
    bool isOrdered = !diff.reorders;
    for (const DiffStep &step : diff.steps) {
        if (step.kind == DiffStep::Kind::Insert && !std::exchange(isOrdered, true))
            reorder(diff);
        carryOut(step);
    }
    if (!isOrdered)
        reorder(diff);
}

void QueryModelPrivate::carryOut(const DiffStep &step)
{
    const auto first = static_cast<int>(step.first);
    const auto last = static_cast<int>(step.first + step.count - 1);
    const auto begin = places.begin() + step.first;
    switch (step.kind) {
    case DiffStep::Kind::Remove:
        q->beginRemoveRows({}, first, last);
        places.erase(begin, begin + step.count);
        visible -= step.count;
        cachedIndex = -1;
        q->endRemoveRows();
        return;
    case DiffStep::Kind::Move: {
        const bool down = step.target > step.first;
        // Qt counts the place before which the rows go while they are still there.
        q->beginMoveRows({}, first, last, {},
                         static_cast<int>(step.target + (down ? step.count : 0)));
        if (down)
            std::rotate(begin, begin + step.count, places.begin() + step.target + step.count);
        else
            std::rotate(places.begin() + step.target, begin, begin + step.count);
        cachedIndex = -1;
        q->endMoveRows();
        return;
    }
    case DiffStep::Kind::Insert: {
        q->beginInsertRows({}, first, last);
        std::vector<qsizetype> rows(static_cast<std::size_t>(step.count));
        std::iota(rows.begin(), rows.end(), step.target);
        std::transform(rows.begin(), rows.end(), rows.begin(), [](qsizetype row) { return ~row; });
        places.insert(begin, rows.begin(), rows.end());
        visible += step.count;
        cachedIndex = -1;
        q->endInsertRows();
        return;
    }
    }
}

/// The rows that stay, all at once.
void QueryModelPrivate::reorder(const Diff &diff)
{
    Q_EMIT q->layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    std::vector<qsizetype> ordered;
    std::copy_if(diff.origins.begin(), diff.origins.end(), std::back_inserter(ordered),
                 [](qsizetype origin) { return origin >= 0; });
    QHash<qsizetype, int> positions;
    for (std::size_t i = 0; i < ordered.size(); ++i)
        positions.insert(ordered[i], static_cast<int>(i));
    const QModelIndexList before = q->persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex &index : before) {
        const qsizetype place = places[static_cast<std::size_t>(index.row())];
        after.append(q->index(positions.value(place), index.column()));
    }
    places = std::move(ordered);
    cachedIndex = -1;
    q->changePersistentIndexList(before, after);
    Q_EMIT q->layoutChanged({}, QAbstractItemModel::VerticalSortHint);
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
