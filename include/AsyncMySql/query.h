// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/job.h>
#include <AsyncMySql/queryprogress.h>
#include <AsyncMySql/result.h>

#include <QtCore/qfuture.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

#include <chrono>
#include <cstddef>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace AsyncMySql {

class QueryCommand;

namespace Models {
class StreamReader;
}

class ASYNCMYSQL_EXPORT Query : public Job
{
    Q_OBJECT
    Q_PROPERTY(QString sql READ sql CONSTANT)
    Q_PROPERTY(AsyncMySql::Result result READ result NOTIFY resultChanged)
    Q_PROPERTY(bool streaming READ isStreaming WRITE setStreaming)
    Q_PROPERTY(qsizetype bufferLimit READ bufferLimit WRITE setBufferLimit)
    Q_PROPERTY(qsizetype availableRows READ availableRows NOTIFY rowsReady)
    Q_PROPERTY(AsyncMySql::QueryProgress progress READ progress NOTIFY progressChanged)

public:
    ~Query() override;

    QString sql() const;

    Result result() const;
    QList<Result> results() const;

    // Before the query is sent
    bool isIdempotent() const;
    void setIdempotent(bool idempotent);
    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds streamTimeout() const;
    void setStreamTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds timeout() const;
    void setTimeout(std::chrono::milliseconds timeout);
    bool isPrepared() const;
    void setPrepared(bool prepared);
    QVariantMap attributes() const;
    void setAttributes(const QVariantMap &attributes);
    QIODevice *localInfile() const;
    void setLocalInfile(QIODevice *device);

    // Streaming
    bool isStreaming() const;
    void setStreaming(bool streaming);
    qsizetype bufferLimit() const;
    void setBufferLimit(qsizetype bytes);
    qsizetype availableRows() const;
    Result takeRows(qsizetype maximum = -1);

    QueryProgress progress() const;

    QFuture<Result> future();

    // Internal: queries have recycled memory.
    static void *operator new(std::size_t size);
    static void operator delete(void *memory);

Q_SIGNALS:
    void resultChanged(QPrivateSignal);
    void rowsReady(QPrivateSignal);
    void progressChanged(const AsyncMySql::QueryProgress &progress, QPrivateSignal);

private:
    void resultReady() override;
    void reportProgress() override;

    friend class Models::StreamReader;
    friend class ExecutorPrivate;
    Query(std::shared_ptr<QueryCommand> command, QObject *parent);
    void setHasResponseTimeout();
    QueryCommand *queryCommand() const;
};

} // namespace AsyncMySql
