// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "queryhistory.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QLocale>
#include <QtCore/QSaveFile>

constexpr int MostEntries = 500;
constexpr qsizetype LongestEntry = 20'000;

QueryHistory::QueryHistory(const QString &fileName, QObject *parent)
    : QAbstractListModel(parent)
    , m_fileName(fileName)
{
    load();
}

void QueryHistory::add(const QString &sql)
{
    if (sql.size() > LongestEntry || isSecret(sql))
        return;
    for (int row = 0; row < m_entries.size(); ++row) {
        if (m_entries[row].sql != sql)
            continue;
        beginRemoveRows({}, row, row);
        m_entries.removeAt(row);
        endRemoveRows();
        break;
    }
    beginInsertRows({}, 0, 0);
    m_entries.prepend({sql, QDateTime::currentDateTime()});
    endInsertRows();
    if (m_entries.size() > MostEntries) {
        beginRemoveRows({}, MostEntries, int(m_entries.size()) - 1);
        m_entries.resize(MostEntries);
        endRemoveRows();
    }
    save();
}

QString QueryHistory::sql(int row) const
{
    return row >= 0 && row < m_entries.size() ? m_entries[row].sql : QString();
}

bool QueryHistory::isSecret(const QString &sql)
{
    return sql.contains("IDENTIFIED", Qt::CaseInsensitive)
           || sql.contains("PASSWORD", Qt::CaseInsensitive);
}

int QueryHistory::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant QueryHistory::data(const QModelIndex &index, int role) const
{
    const Entry &entry = m_entries[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return entry.sql.left(400).simplified();
    case Qt::ToolTipRole:
        return QLocale().toString(entry.time, QLocale::ShortFormat) + '\n' + entry.sql.left(2000);
    case Qt::UserRole:
        return entry.sql;
    default:
        return {};
    }
}

void QueryHistory::load()
{
    QFile file(m_fileName);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonArray entries = QJsonDocument::fromJson(file.readAll()).array();
    for (const QJsonValue &value : entries) {
        m_entries.append({value["sql"].toString(),
                          QDateTime::fromString(value["time"].toString(), Qt::ISODate)});
    }
}

void QueryHistory::save() const
{
    QJsonArray entries;
    for (const Entry &entry : m_entries) {
        entries.append(
            QJsonObject{{"sql", entry.sql}, {"time", entry.time.toUTC().toString(Qt::ISODate)}});
    }
    QDir().mkpath(QFileInfo(m_fileName).path());
    QSaveFile file(m_fileName);
    if (!file.open(QIODevice::WriteOnly))
        return;
    // Statements can contain private data.
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(QJsonDocument(entries).toJson(QJsonDocument::Compact));
    file.commit();
}
