// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "quickexecutor.h"

#include <AsyncMySql/querymodel.h>

#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

namespace AsyncMySql {

/// A QueryModel for QML. It is a subclass because JavaScript must not round the values of its
/// roles.
class QuickQueryModel : public AsyncMySql::QueryModel
{
    Q_OBJECT
    Q_PROPERTY(QObject *connection READ connection WRITE setConnection NOTIFY connectionChanged)
    Q_PROPERTY(QVariant parameters READ parameters WRITE setParameters NOTIFY parametersChanged)
    Q_PROPERTY(double elapsed READ elapsedMilliseconds NOTIFY elapsedChanged)
    QML_NAMED_ELEMENT(QueryModel)

public:
    explicit QuickQueryModel(QObject *parent = nullptr);

    QObject *connection() const;
    void setConnection(QObject *connection);
    void setParameters(const QVariant &parameters);

    /// A number of JavaScript, which qmllint supports.
    double elapsedMilliseconds() const { return static_cast<double>(elapsed()); }

    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    Q_INVOKABLE void setFilter(const QString &columnName,
                               AsyncMySql::QueryModel::FilterOperator filterOperator,
                               const QVariant &value = QVariant());
    Q_INVOKABLE QJSValue get(int row) const;
    Q_INVOKABLE void sortBy(int column, Qt::SortOrder order = Qt::AscendingOrder);

Q_SIGNALS:
    void connectionChanged();
    void parametersChanged();
    void elapsedChanged();

private:
    Quick::ConnectionReference m_connection;
};

} // namespace AsyncMySql
