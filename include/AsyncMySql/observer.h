// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/jobtiming.h>
#include <AsyncMySql/sqldialect.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

#include <chrono>

namespace AsyncMySql {

class ASYNCMYSQL_EXPORT Observer
{
    Q_DISABLE_COPY_MOVE(Observer)

public:
    struct Endpoint
    {
        /// Empty with a local socket.
        QString host;
        quint16 port = 0;
        QString localSocketName;
        QString database;
        /// What is known of the server is empty if there was no session.
        bool isMariaDb = false;
        QString serverVersion;
        quint64 connectionId = 0;
    };

    struct ASYNCMYSQL_EXPORT Operation
    {
        /// As the application has written it; empty for what is not SQL.
        QString statement;
        /// Empty unless wantsParameters() is true.
        QVariantList parameters;
        QVariantMap namedParameters;
        /// In which the statement was read.
        SqlDialect dialect;
        Endpoint endpoint;
        JobTiming timing;
        qint64 returnedRows = 0;
        /// The size of these rows as sent by the server.
        qint64 returnedBytes = 0;
        quint64 affectedRows = 0;
        /// The number of rows of a batch; 0 for other jobs.
        qsizetype batchSize = 0;
        bool isPrepared = false;
        int retries = 0;
        Error error;
        /// What is done, for what is not SQL.
        QString verb;

        QString name() const;
        QString summary() const;
        QString sanitizedStatement() const;
    };

    struct ConnectAttempt
    {
        Endpoint endpoint;
        QDateTime begin;
        std::chrono::nanoseconds duration{0};
        Error error;
    };

    struct PoolWait
    {
        std::chrono::nanoseconds duration{0};
        Error error;
    };

    struct PoolUse
    {
        std::chrono::nanoseconds duration{0};
        quint64 connectionId = 0;
    };

    virtual ~Observer();

    virtual bool wantsParameters() const;
    virtual void operationEnded(const Operation &operation);
    virtual void connectEnded(const ConnectAttempt &attempt);
    virtual void poolWaitEnded(const PoolWait &wait);
    virtual void poolUseEnded(const PoolUse &use);

protected:
    Observer();
    virtual void virtual_hook(int id, void *data);
};

} // namespace AsyncMySql
