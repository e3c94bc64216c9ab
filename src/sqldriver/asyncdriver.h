// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtSql/qsqldriver.h>
#include <QtSql/qsqlerror.h>

#include <memory>
#include <mutex>

namespace AsyncMySql::Sql {

class SessionClient;

/// What QSqlDatabase sees of a connection. Its behaviour is that of QMYSQL.
class AsyncDriver : public QSqlDriver
{
    Q_OBJECT

public:
    explicit AsyncDriver(QObject *parent = nullptr);
    ~AsyncDriver() override;

    /// Of the database while it is open.
    std::shared_ptr<SessionClient> session() const;

    bool hasFeature(DriverFeature feature) const override;
    bool open(const QString &database, const QString &user, const QString &password,
              const QString &host, int port, const QString &connectOptions) override;
    void close() override;
    QSqlResult *createResult() const override;

    bool beginTransaction() override;
    bool commitTransaction() override;
    bool rollbackTransaction() override;

    QStringList tables(QSql::TableType type) const override;
    QSqlIndex primaryIndex(const QString &table) const override;
    QSqlRecord record(const QString &table) const override;
    QString formatValue(const QSqlField &field, bool trimStrings) const override;
    QString escapeIdentifier(const QString &identifier, IdentifierType type) const override;
    bool isIdentifierEscaped(const QString &identifier, IdentifierType type) const override;
    int maximumIdentifierLength(IdentifierType type) const override;

public Q_SLOTS:
    bool cancelQuery() override;

private:
    bool execute(const QString &sql, const char *function, const char *problem);

    /// cancelQuery() is called in other threads.
    mutable std::mutex m_mutex;
    std::shared_ptr<SessionClient> m_session;
};

} // namespace AsyncMySql::Sql
