// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemaker.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <algorithm>

using namespace AsyncMySql;

/// Of one statement.
constexpr int BlockRows = 100000;

TableMaker::TableMaker(Executor *executor, int rows, QObject *parent)
    : QObject(parent)
    , m_executor(executor)
    , m_rows(rows)
{
    createTable();
}

QString TableMaker::tableName(int rows)
{
    return QString("measurements_%1").arg(rows);
}

void TableMaker::createTable()
{
    Query *query = m_executor->execute(
        QString("CREATE TABLE IF NOT EXISTS %1 (id INT UNSIGNED PRIMARY KEY, "
                "taken DATETIME NOT NULL, device INT NOT NULL, state VARCHAR(12) NOT NULL, "
                "value DOUBLE NOT NULL) ENGINE=InnoDB")
            .arg(tableName(m_rows)));
    // A pool may execute in another session at the same time what follows.
    connect(query, &Query::finished, this, [this, query] {
        if (query->error())
            emit failed(query->error().message());
        else
            countRows();
    });
}

/// Those that an earlier run has made.
void TableMaker::countRows()
{
    Query *query = m_executor->execute(
        QString("SELECT COALESCE(MAX(id) DIV 3 + 1, 0) FROM %1").arg(tableName(m_rows)));
    connect(query, &Query::finished, this, [this, query] {
        if (query->error())
            emit failed(query->error().message());
        else
            insertRows(query->result().first().value<int>(0));
    });
}

/// The server makes the rows itself, from the digits of their numbers. The numbers have gaps.
void TableMaker::insertRows(int first)
{
    emit progressed(first);
    if (first >= m_rows) {
        emit finished();
        return;
    }
    const QString digits = "(SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL "
                           "SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 "
                           "UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    const QString numbers
        = QString("(SELECT %2 + a.i + 10 * b.i + 100 * c.i + 1000 * d.i + 10000 * e.i AS n "
                  "FROM %1 a, %1 b, %1 c, %1 d, %1 e) numbers")
              .arg(digits)
              .arg(first);
    Query *query = m_executor->execute(
        QString("INSERT INTO %1 SELECT n * 3, TIMESTAMP'2000-01-01 00:00:00' + INTERVAL n * 7 "
                "SECOND, n * 7919 % 1000, ELT(1 + n * 31 % 4, 'running', 'starting', 'stopped', "
                "'failed'), ROUND(20 + 10 * SIN(n / 500), 2) FROM %2 WHERE n < %3 ORDER BY n")
            .arg(tableName(m_rows), numbers)
            .arg(m_rows));
    connect(query, &Query::finished, this, [this, query, first] {
        if (query->error())
            emit failed(query->error().message());
        else
            insertRows(std::min(first + BlockRows, m_rows));
    });
}
