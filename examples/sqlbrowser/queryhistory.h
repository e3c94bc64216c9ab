// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QAbstractListModel>
#include <QtCore/QDateTime>

/// The statements that were executed, the latest one first. The history is saved, except for
/// statements with passwords.
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
