// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowwindow.h"

#include <AsyncMySql/QueryModel>

#include <QtCore/QLocale>

#include <algorithm>

using AsyncMySql::QueryModel;

RowWindow::RowWindow(QAbstractItemModel *source, QObject *parent)
    : QAbstractTableModel(parent)
    , m_source(source)
{
    connect(source, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(source, &QAbstractItemModel::modelReset, this, [this] {
        m_rows = std::clamp(m_source->rowCount() - m_top, 0, m_wanted);
        endResetModel();
    });
    connect(source, &QAbstractItemModel::rowsInserted, this, &RowWindow::adapt);
    connect(source, &QAbstractItemModel::rowsRemoved, this, &RowWindow::adapt);
    connect(source, &QAbstractItemModel::dataChanged, this, &RowWindow::sourceChanged);
}

void RowWindow::move(int top, int size)
{
    m_top = top;
    m_wanted = size;
    adapt();
    if (m_rows > 0) {
        emit dataChanged(index(0, 0), index(m_rows - 1, columnCount() - 1));
        emit headerDataChanged(Qt::Vertical, 0, m_rows - 1);
    }
}

/// Rows of the source come and go at its end.
void RowWindow::adapt()
{
    const int rows = std::clamp(m_source->rowCount() - m_top, 0, m_wanted);
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        endRemoveRows();
    }
}

void RowWindow::sourceChanged(const QModelIndex &first, const QModelIndex &last)
{
    const int from = std::max(first.row() - m_top, 0);
    const int to = std::min(last.row() - m_top, m_rows - 1);
    if (from <= to)
        emit dataChanged(index(from, 0), index(to, columnCount() - 1));
}

bool RowWindow::isLoaded() const
{
    // All are asked, so that all are read.
    bool loaded = m_rows > 0;
    for (int row = 0; row < m_rows; ++row)
        loaded = data(index(row, 0), QueryModel::LoadedRole).toBool() && loaded;
    return loaded;
}

int RowWindow::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int RowWindow::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_source->columnCount();
}

QVariant RowWindow::data(const QModelIndex &index, int role) const
{
    return m_source->data(m_source->index(m_top + index.row(), index.column()), role);
}

QVariant RowWindow::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical && role == Qt::DisplayRole)
        return QLocale().toString(m_top + section + 1);
    return m_source->headerData(section, orientation, role);
}
