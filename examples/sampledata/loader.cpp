// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "loader.h"

#include <AsyncMySql/Query>

#include <QtCore/QTextStream>

using namespace AsyncMySql;

Loader::Loader(const ConnectionOptions &options, bool replace, bool large)
    : m_database(options.database().isEmpty() ? QString("shop") : options.database())
    , m_replace(replace)
    , m_large(large)
{
    ConnectionOptions withoutDatabase = options;
    withoutDatabase.setDatabase({});
    m_connection.setOptions(withoutDatabase);

    // Do not wait for a server that cannot be reached.
    connect(&m_connection, &Connection::errorOccurred, this,
            [this](const Error &error) { Q_EMIT failed(error.message()); });
}

void Loader::start()
{
    m_clock.start();
    QString name = m_database;
    watch(m_connection.execute("CREATE DATABASE IF NOT EXISTS `" + name.replace('`', "``")
                               + "` DEFAULT CHARACTER SET utf8mb4"));
    watch(m_connection.selectDatabase(m_database));
    if (m_replace) {
        for (const QString &sql : Shop::dropStatements())
            watch(m_connection.execute(sql));
        watch(m_connection.execute(Catalogue::dropStatement()));
    }
    for (const QString &sql : Shop::createStatements())
        watch(m_connection.execute(sql));
    insertNext();
}

void Loader::watch(Job *job)
{
    connect(job, &Job::errorOccurred, this,
            [this](const Error &error) { Q_EMIT failed(error.message()); });
}

void Loader::insertNext()
{
    const Shop::Batch batch = m_shop.nextBatch();
    if (batch.isEmpty()) {
        if (m_large)
            makeCatalogue();
        else
            report();
        return;
    }

    // INSERT INTO t VALUES (?,?),(?,?),…
    const QString row = "(" + QString("?,").repeated(batch.columns).chopped(1) + "),";
    const QString sql
        = "INSERT INTO " + batch.table + " VALUES " + row.repeated(batch.rows()).chopped(1);
    Query *insert = m_connection.execute(sql, batch.values);
    watch(insert);
    connect(insert, &Query::resultChanged, this, [this, insert, table = batch.table] {
        m_rows[table] += insert->result().affectedRows();
        insertNext();
    });
}

void Loader::makeCatalogue()
{
    Query *last = nullptr;
    for (const QString &sql : Catalogue::createStatements()) {
        last = m_connection.execute(sql);
        watch(last);
    }
    connect(last, &Query::resultChanged, this, [this, last] {
        m_rows["catalogue"] = last->result().affectedRows();
        report();
    });
}

void Loader::report()
{
    QTextStream out(stdout);
    quint64 all = 0;
    for (auto [table, rows] : m_rows.asKeyValueRange()) {
        out << QString("  %L1  %2\n").arg(rows, 8).arg(table);
        all += rows;
    }
    out << QString("  %L1  rows in %2 s\n")
               .arg(all, 8)
               .arg(double(m_clock.elapsed()) / 1000, 0, 'f', 1);
    Q_EMIT finished();
}
