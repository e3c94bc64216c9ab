// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fixedmodel.h"

#include "celldelegate.h"

#include <AsyncMySql/QueryModel>

FixedModel::FixedModel(const AsyncMySql::Result &result, QObject *parent)
    : QAbstractTableModel(parent)
    , m_result(result)
{
}

int FixedModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_result.rowCount());
}

int FixedModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_result.columnCount();
}

QVariant FixedModel::data(const QModelIndex &index, int role) const
{
    const AsyncMySql::Row row = m_result.row(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return row.isNull(index.column()) ? QString() : CellDelegate::textOf(row, index.column());
    case Qt::EditRole:
        return row.value(index.column());
    case AsyncMySql::QueryModel::NullRole:
        return row.isNull(index.column());
    default:
        return {};
    }
}

QVariant FixedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
        return m_result.column(section).name();
    return QAbstractTableModel::headerData(section, orientation, role);
}
