// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Result>

#include <QtCore/QAbstractTableModel>

/// Rows that are not read again, since their statement must not be repeated.
class FixedModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit FixedModel(const AsyncMySql::Result &result, QObject *parent = nullptr);

    AsyncMySql::Row row(int index) const { return m_result.row(index); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    AsyncMySql::Result m_result;
};
