// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "quickexecutor.h"

#include <AsyncMySql/tablemodel.h>

#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

namespace AsyncMySql {

/// A TableModel for QML: see QuickQueryModel.
class QuickTableModel : public AsyncMySql::TableModel
{
    Q_OBJECT
    Q_PROPERTY(QObject *connection READ connection WRITE setConnection NOTIFY connectionChanged)
    Q_PROPERTY(QVariant filterParameters READ filterParameters WRITE setFilterParameters NOTIFY
                   filterParametersChanged)
    QML_NAMED_ELEMENT(TableModel)

public:
    explicit QuickTableModel(QObject *parent = nullptr);

    QObject *connection() const;
    void setConnection(QObject *connection);
    void setFilterParameters(const QVariant &parameters);

    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;

    Q_INVOKABLE QJSValue get(int row) const;
    Q_INVOKABLE bool set(int row, const QJSValue &values);
    Q_INVOKABLE int append(const QJSValue &values);
    Q_INVOKABLE bool remove(int row, int count = 1);
    Q_INVOKABLE void sortBy(int column, Qt::SortOrder order = Qt::AscendingOrder);

Q_SIGNALS:
    void connectionChanged();
    void filterParametersChanged();

private:
    Quick::ConnectionReference m_connection;
};

} // namespace AsyncMySql
