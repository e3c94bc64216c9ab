// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Executor>

#include <QtCore/QObject>

/// Makes a table of millions of rows in the server, unless it is there.
class TableMaker : public QObject
{
    Q_OBJECT

public:
    TableMaker(AsyncMySql::Executor *executor, int rows, QObject *parent = nullptr);

    static QString tableName(int rows);

signals:
    void progressed(int rows);
    void finished();
    void failed(const QString &reason);

private:
    void createTable();
    void countRows();
    void insertRows(int first);

    AsyncMySql::Executor *const m_executor;
    const int m_rows;
};
