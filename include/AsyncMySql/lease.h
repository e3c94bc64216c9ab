// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connection.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/sqldialect.h>

#include <QtCore/qmap.h>
#include <QtCore/qstring.h>

#include <memory>

namespace AsyncMySql {

class LeasePrivate;

class ASYNCMYSQL_EXPORT Lease : public Executor
{
    Q_OBJECT
    Q_PROPERTY(bool valid READ isValid NOTIFY errorOccurred)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY errorOccurred)
    Q_PROPERTY(quint64 connectionId READ connectionId CONSTANT)
    Q_PROPERTY(QString serverVersion READ serverVersion CONSTANT)
    Q_PROPERTY(AsyncMySql::Connection::ServerFlavour serverFlavour READ serverFlavour CONSTANT)
    Q_PROPERTY(bool encrypted READ isEncrypted CONSTANT)
    Q_PROPERTY(bool inTransaction READ isInTransaction NOTIFY inTransactionChanged)
    Q_PROPERTY(QString database READ database NOTIFY databaseChanged)
    Q_PROPERTY(QString lastGtid READ lastGtid NOTIFY lastGtidChanged)

public:
    ~Lease() override;

    bool isValid() const { return !error(); }
    Error error() const;
    quint64 connectionId() const;
    QString serverVersion() const;
    Connection::ServerFlavour serverFlavour() const;
    bool isEncrypted() const;
    bool isInTransaction() const;
    QString database() const;
    QString lastGtid() const;
    QMap<QString, QString> trackedVariables() const;
    SqlDialect sqlDialect() const;

Q_SIGNALS:
    void inTransactionChanged(bool isInTransaction, QPrivateSignal);
    void databaseChanged(const QString &database, QPrivateSignal);
    void lastGtidChanged(const QString &gtid, QPrivateSignal);
    void trackedVariablesChanged(QPrivateSignal);
    /// Emitted when the session was lost together with state that statements had created in it.
    void sessionStateLost(const QString &held, QPrivateSignal);
    /// Emitted when the session was lost, or its pool closed.
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    friend class LeaseJob;
    friend class LeaseNotifier;
    explicit Lease(std::unique_ptr<LeasePrivate> leasePrivate);
    std::unique_ptr<LeasePrivate> d;
};

} // namespace AsyncMySql
