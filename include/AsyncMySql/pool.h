// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/job.h>
#include <AsyncMySql/observer.h>
#include <AsyncMySql/poolstatistics.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qurl.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

class LeaseJob;
class PoolNotifier;
class PoolPrivate;

class ASYNCMYSQL_EXPORT Pool : public Executor
{
    Q_OBJECT
    Q_PROPERTY(QUrl url READ url WRITE setUrl NOTIFY optionsChanged)
    Q_PROPERTY(int maximumConnections READ maximumConnections WRITE setMaximumConnections NOTIFY
                   maximumConnectionsChanged)
    Q_PROPERTY(int minimumConnections READ minimumConnections WRITE setMinimumConnections NOTIFY
                   minimumConnectionsChanged)
    Q_PROPERTY(std::chrono::milliseconds idleTimeout READ idleTimeout WRITE setIdleTimeout NOTIFY
                   optionsChanged)
    Q_PROPERTY(std::chrono::milliseconds queueTimeout READ queueTimeout WRITE setQueueTimeout NOTIFY
                   optionsChanged)
    Q_PROPERTY(std::chrono::milliseconds maximumLifetime READ maximumLifetime WRITE
                   setMaximumLifetime NOTIFY maximumLifetimeChanged)
    Q_PROPERTY(int maximumParallelConnects READ maximumParallelConnects WRITE
                   setMaximumParallelConnects NOTIFY maximumParallelConnectsChanged)
    Q_PROPERTY(int jobsPerConnection READ jobsPerConnection WRITE setJobsPerConnection NOTIFY
                   jobsPerConnectionChanged)
    Q_PROPERTY(
        ResetPolicy resetPolicy READ resetPolicy WRITE setResetPolicy NOTIFY resetPolicyChanged)
    Q_PROPERTY(std::chrono::milliseconds leaseWarning READ leaseWarning WRITE setLeaseWarning NOTIFY
                   leaseWarningChanged)
    Q_PROPERTY(AsyncMySql::PoolStatistics statistics READ statistics NOTIFY statisticsChanged)
    Q_PROPERTY(int reconnectAttempt READ reconnectAttempt NOTIFY reconnectAttemptChanged)
    Q_PROPERTY(QDateTime nextReconnect READ nextReconnect NOTIFY nextReconnectChanged)
    Q_PROPERTY(AsyncMySql::Error lastError READ lastError NOTIFY lastErrorChanged)

public:
    enum class ResetPolicy { WhenDirty, Always, Never };
    Q_ENUM(ResetPolicy)

    enum class ReadConsistency { Eventual, ReadYourWrites };
    Q_ENUM(ReadConsistency)

    explicit Pool(QObject *parent = nullptr);
    explicit Pool(const QUrl &url, QObject *parent = nullptr);
    explicit Pool(const ConnectionOptions &options, QObject *parent = nullptr);
    ~Pool() override;

    ConnectionOptions options() const;
    void setOptions(const ConnectionOptions &options);
    std::shared_ptr<Observer> observer() const;
    void setObserver(std::shared_ptr<Observer> observer);
    QUrl url() const;
    void setUrl(const QUrl &url);

    int maximumConnections() const;
    void setMaximumConnections(int maximum);
    int minimumConnections() const;
    void setMinimumConnections(int minimum);
    std::chrono::milliseconds idleTimeout() const;
    void setIdleTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds maximumLifetime() const;
    void setMaximumLifetime(std::chrono::milliseconds lifetime);
    int maximumParallelConnects() const;
    void setMaximumParallelConnects(int maximum);
    int jobsPerConnection() const;
    void setJobsPerConnection(int maximum);
    ResetPolicy resetPolicy() const;
    void setResetPolicy(ResetPolicy policy);
    std::chrono::milliseconds leaseWarning() const;
    void setLeaseWarning(std::chrono::milliseconds age);

    PoolStatistics statistics() const;
    int reconnectAttempt() const;
    QDateTime nextReconnect() const;
    Error lastError() const;

    Pool *reader(ReadConsistency consistency = ReadConsistency::Eventual);
    LeaseJob *acquire();
    Job *warmUp(int connections);
    Job *changePassword(const QString &newPassword);
    Job *drain(std::chrono::milliseconds timeout);
    Job *close();

public Q_SLOTS:
    void abort();
    void clear();
    void reconnectNow();

Q_SIGNALS:
    void optionsChanged(QPrivateSignal);
    void maximumConnectionsChanged(int maximumConnections, QPrivateSignal);
    void minimumConnectionsChanged(int minimumConnections, QPrivateSignal);
    void maximumLifetimeChanged(std::chrono::milliseconds maximumLifetime, QPrivateSignal);
    void maximumParallelConnectsChanged(int maximumParallelConnects, QPrivateSignal);
    void jobsPerConnectionChanged(int jobsPerConnection, QPrivateSignal);
    void resetPolicyChanged(AsyncMySql::Pool::ResetPolicy resetPolicy, QPrivateSignal);
    void leaseWarningChanged(std::chrono::milliseconds leaseWarning, QPrivateSignal);
    void statisticsChanged(QPrivateSignal);
    void reconnectAttemptChanged(int reconnectAttempt, QPrivateSignal);
    void nextReconnectChanged(const QDateTime &nextReconnect, QPrivateSignal);
    void lastErrorChanged(const AsyncMySql::Error &error, QPrivateSignal);
    /// Emitted when connecting failed or a connection was lost. Jobs report their own errors.
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    friend class PoolNotifier;
    friend class PoolPrivate;
    std::unique_ptr<PoolPrivate> d;
};

} // namespace AsyncMySql
