// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QAbstractListModel>
#include <QtCore/QDateTime>

/// The statements that were executed, the last one first. It survives the application, without
/// those that have passwords in them.
class QueryHistory : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit QueryHistory(const QString &fileName, QObject *parent = nullptr);

    void add(const QString &sql);
    QString sql(int row) const;
    static bool isSecret(const QString &sql);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Entry
    {
        QString sql;
        QDateTime time;
    };

    void load();
    void save() const;

    QString m_fileName;
    QList<Entry> m_entries;
};
