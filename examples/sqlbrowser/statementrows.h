// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowsource.h"

#include <AsyncMySql/Connection>

#include <QtCore/QPointer>

#include <memory>

/// The rows of a statement that is executed for the export, while they arrive.
class StatementRows : public RowSource
{
    Q_OBJECT

public:
    /// In a separate session with \a options. The statement is prepared, so that FLOAT values have
    /// all digits.
    StatementRows(const AsyncMySql::ConnectionOptions &options, const QString &sql,
                  QObject *parent = nullptr);
    /// Uses \a executor, whose TIMESTAMP values are in \a timeZone.
    StatementRows(AsyncMySql::Executor *executor, const QString &sql, const QString &timeZone,
                  QObject *parent = nullptr);
    ~StatementRows() override;

    void start() override;
    void cancel() override;
    QList<AsyncMySql::Row> take(int maximum) override;
    QStringList columnNames() const override { return m_columnNames; }
    QString timeZone() const override { return m_timeZone; }

private:
    void finish();

    std::unique_ptr<AsyncMySql::Connection> m_ownConnection;
    QPointer<AsyncMySql::Executor> m_executor;
    QPointer<AsyncMySql::Query> m_query;
    QString m_sql;
    QString m_timeZone;
    QStringList m_columnNames;
    bool m_hasEnded = false;
};
