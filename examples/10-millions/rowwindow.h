// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QAbstractTableModel>

/// Some rows of a model that has millions of them. Views need memory for each row of their model,
/// so they are given this one, and it is moved instead of the view's scroll bar.
class RowWindow : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit RowWindow(QAbstractItemModel *source, QObject *parent = nullptr);

    /// The first row, and how many there are.
    int top() const { return m_top; }
    void move(int top, int size);
    /// Whether all of them have been read.
    bool isLoaded() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void sourceChanged(const QModelIndex &first, const QModelIndex &last);
    void adapt();

    QAbstractItemModel *const m_source;
    int m_top = 0;
    int m_wanted = 0;
    int m_rows = 0;
};
