// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "catalogue.h"
#include "shop.h"

#include <AsyncMySql/Connection>

#include <QtCore/QElapsedTimer>
#include <QtCore/QMap>

/*!
    Writes the sample shop into a database, by INSERT statements of many rows.
*/
class Loader : public QObject
{
    Q_OBJECT

public:
    /// Creates the database of the options if it does not exist.
    Loader(const AsyncMySql::ConnectionOptions &options, bool replace, bool large);

    void start();

Q_SIGNALS:
    void finished();
    void failed(const QString &message);

private:
    void watch(AsyncMySql::Job *job);
    void insertNext();
    void makeCatalogue();
    void report();

    AsyncMySql::Connection m_connection;
    QString m_database;
    bool m_replace;
    bool m_large;
    Shop m_shop;
    QMap<QString, quint64> m_rows;
    QElapsedTimer m_clock;
};
