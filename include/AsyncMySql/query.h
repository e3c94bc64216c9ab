// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/job.h>
#include <AsyncMySql/result.h>

#include <QtCore/qfuture.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <chrono>

namespace AsyncMySql {

class QueryCommand;

class ASYNCMYSQL_EXPORT Query : public Job
{
    Q_OBJECT
    Q_PROPERTY(QString sql READ sql CONSTANT)
    Q_PROPERTY(AsyncMySql::Result result READ result NOTIFY resultChanged)

public:
    ~Query() override;

    QString sql() const;

    Result result() const;
    QList<Result> results() const;

    bool isIdempotent() const;
    void setIdempotent(bool idempotent);

    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds timeout() const;
    void setTimeout(std::chrono::milliseconds timeout);

    QFuture<Result> future();

Q_SIGNALS:
    void resultChanged(QPrivateSignal);

private:
    void resultReady() override;

    friend class Connection;
    friend class ConnectionPrivate;
    Query(std::shared_ptr<QueryCommand> command, QObject *parent);
    QueryCommand *queryCommand() const;
};

} // namespace AsyncMySql
