// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include "cells.h"

namespace AsyncMySql {

using namespace Models;

/*! \reimp */
int QueryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->count());
}

/*! \reimp */
int QueryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->columns.size());
}

/*! \reimp */
QVariant QueryModel::data(const QModelIndex &index, int role) const
{
    // Qt Quick also requests data for cached delegates, which must not print a warning.
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const int column = role - Qt::UserRole;
    const bool isOfColumn = column >= 0 && column < d->columns.size();
    switch (role) {
    case Qt::TextAlignmentRole:
        return alignmentOf(d->columns[index.column()]);
    case Qt::DisplayRole:
    case Qt::EditRole:
    case NullRole:
    case LoadedRole:
        break;
    default:
        if (!isOfColumn)
            return {};
    }
    const Row row = d->row(index.row());
    if (role == LoadedRole)
        return row.isValid();
    if (!row.isValid())
        return role == NullRole ? QVariant(false) : isOfColumn ? scriptValue({}) : QVariant();
    if (role == Qt::DisplayRole)
        return displayText(row, index.column());
    if (role == Qt::EditRole)
        return row.value(index.column());
    if (role == NullRole)
        return row.isNull(index.column());
    return scriptValue(row.value(column));
}

/*! \reimp */
QVariant QueryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical || section < 0 || section >= d->columns.size())
        return QAbstractTableModel::headerData(section, orientation, role);
    return headerOf(d->columnNames[section], d->columns[section], role);
}

/*! Returns the names of the columns, \c isNull and the roles of QAbstractItemModel. */
QHash<int, QByteArray> QueryModel::roleNames() const
{
    QHash<int, QByteArray> others = QAbstractTableModel::roleNames();
    others.insert(NullRole, "isNull");
    others.insert(LoadedRole, "isLoaded");
    return roleNamesOf(d->columnNames, others);
}

/*! Returns whether the result may have more rows than the model, for an invalid \a parent. */
bool QueryModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && d->canFetchMore();
}

/*!
    Reads the next fetchSize rows, for an invalid \a parent. Rows that have not arrived yet are
    inserted when they arrive.
*/
void QueryModel::fetchMore(const QModelIndex &parent)
{
    if (!parent.isValid())
        d->fetchMore();
}

} // namespace AsyncMySql
