// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/job.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <chrono>

namespace AsyncMySql {

class BatchCommand;

class ASYNCMYSQL_EXPORT Batch : public Job
{
    Q_OBJECT
    Q_PROPERTY(QString sql READ sql CONSTANT)
    Q_PROPERTY(qsizetype rowCount READ rowCount CONSTANT)
    Q_PROPERTY(qsizetype executedRows READ executedRows NOTIFY progressChanged)
    Q_PROPERTY(quint64 affectedRows READ affectedRows NOTIFY progressChanged)

public:
    ~Batch() override;

    QString sql() const;
    qsizetype rowCount() const;

    qsizetype executedRows() const;
    qsizetype sentRows() const;
    quint64 affectedRows() const;
    QList<quint64> insertIds() const;
    int warningCount() const;

    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds timeout() const;
    void setTimeout(std::chrono::milliseconds timeout);

Q_SIGNALS:
    void progressChanged(qsizetype executedRows, QPrivateSignal);

private:
    void reportProgress() override;

    friend class ExecutorPrivate;
    Batch(std::shared_ptr<BatchCommand> command, QObject *parent);
    BatchCommand *batchCommand() const;
};

} // namespace AsyncMySql
