// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"
#include "rowdiff.h"

#include <AsyncMySql/row.h>

#include <QtCore/qabstractitemmodel.h>

#include <vector>

namespace AsyncMySql::Models {

class RowComparison;

/// The rows that the views of a model know, with their indexes among those that were read. Changes
/// are announced to the views. Their slots may delete the model, and this object with it: functions
/// that announce changes return whether the model still exists.
class ShownRows
{
    Q_DISABLE_COPY_MOVE(ShownRows)

public:
    explicit ShownRows(QAbstractItemModel *model)
        : m_model(model)
    {
    }
    virtual ~ShownRows() = default;

    qsizetype count() const { return m_count; }
    /// The index of the row among those that were read; negative if it is not one of them.
    qsizetype place(qsizetype index) const
    {
        return m_places.empty() ? index : m_places[static_cast<std::size_t>(index)];
    }
    /// For a row that was read. Valid until the next call.
    const Row &readRow(qsizetype index) const;
    /// Whether views were notified that rows are about to change, but not that they have.
    bool isBetweenSignals() const { return m_isBetweenSignals; }
    /// The rows for which views have persistent indexes, for example for open editors, in order.
    std::vector<qsizetype> persistentRows() const;
    /// Changes whenever rows were inserted, removed or moved.
    quint64 arrangement() const { return m_arrangement; }

    /// Shows the first \a count of \a chunks, within a reset of the model.
    void reset(const RowChunks &chunks, qsizetype count);
    /// Registers further rows of \a chunks without showing them.
    void addChunks(const RowChunks &chunks);
    qsizetype knownCount() const { return m_chunks.rowCount(); }

    /// Shows known rows after all others.
    [[nodiscard]] bool append(qsizetype firstPlace, qsizetype count);
    [[nodiscard]] bool insert(qsizetype first, const std::vector<qsizetype> &newPlaces);
    [[nodiscard]] bool remove(qsizetype first, qsizetype count);

    /// Adopts the rows of \a comparison, in their order; rows that stay keep their values until
    /// adopt().
    [[nodiscard]] bool carryOut(const RowComparison &comparison);
    /// Replaces the rows that were read by those of \a comparison.
    void adopt(const RowComparison &comparison);

protected:
    /// A row that was not read is no longer shown.
    virtual void released(qsizetype place) { Q_UNUSED(place); }
    const RowChunks &chunks() const { return m_chunks; }
    /// Empty if all rows are in order.
    const std::vector<qsizetype> &places() const { return m_places; }
    void setPlace(qsizetype index, qsizetype place);

private:
    bool carryOut(const DiffStep &step, const RowComparison &comparison);
    bool move(const DiffStep &step);
    bool exchange(const RowComparison &comparison);
    bool reorder(const std::vector<qsizetype> &arrangement);
    void spellOutPlaces();
    qsizetype incomingPlace(qsizetype index, const RowComparison &comparison) const;

    QAbstractItemModel *const m_model;
    /// While rows are exchanged, the previous rows and those after them.
    RowChunks m_chunks;
    std::vector<qsizetype> m_places;
    qsizetype m_count = 0;
    qsizetype m_oldCount = 0;
    quint64 m_arrangement = 0;
    bool m_isBetweenSignals = false;
    mutable qsizetype m_cachedIndex = -1;
    mutable Row m_cachedRow;
};

} // namespace AsyncMySql::Models
