// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/job.h>
#include <AsyncMySql/observer.h>
#include <AsyncMySql/sqldialect.h>
#include <AsyncMySql/statementcachestatistics.h>
#include <AsyncMySql/transactionoptions.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qmap.h>
#include <QtCore/qurl.h>

#include <functional>
#include <memory>

namespace AsyncMySql {

class ConnectionPrivate;
class Transaction;

class ASYNCMYSQL_EXPORT Connection : public Executor
{
    Q_OBJECT
    Q_PROPERTY(QUrl url READ url WRITE setUrl NOTIFY optionsChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool connected READ isConnected NOTIFY stateChanged)
    Q_PROPERTY(int pendingJobs READ pendingJobs NOTIFY pendingJobsChanged)
    Q_PROPERTY(int reconnectAttempt READ reconnectAttempt NOTIFY reconnectAttemptChanged)
    Q_PROPERTY(QDateTime nextReconnect READ nextReconnect NOTIFY nextReconnectChanged)
    Q_PROPERTY(QDateTime idleDisconnect READ idleDisconnect NOTIFY idleDisconnectChanged)
    Q_PROPERTY(QString serverVersion READ serverVersion NOTIFY serverChanged)
    Q_PROPERTY(ServerFlavour serverFlavour READ serverFlavour NOTIFY serverChanged)
    Q_PROPERTY(quint64 connectionId READ connectionId NOTIFY serverChanged)
    Q_PROPERTY(bool encrypted READ isEncrypted NOTIFY serverChanged)
    Q_PROPERTY(AsyncMySql::ConnectionOptions::Compression compression READ compression NOTIFY
                   serverChanged)
    Q_PROPERTY(Pipelining pipelining READ pipelining NOTIFY serverChanged)
    Q_PROPERTY(bool inTransaction READ isInTransaction NOTIFY inTransactionChanged)
    Q_PROPERTY(QString database READ database NOTIFY databaseChanged)
    Q_PROPERTY(QString lastGtid READ lastGtid NOTIFY lastGtidChanged)
    Q_PROPERTY(AsyncMySql::Error lastError READ lastError NOTIFY lastErrorChanged)
    Q_PROPERTY(QString blockingStatement READ blockingStatement NOTIFY blockingStatementChanged)

public:
    enum class State {
        Unconnected,
        Connecting,
        Authenticating,
        Connected,
        Closing,
        WaitingToReconnect,
    };
    Q_ENUM(State)

    enum class ServerFlavour { Unknown, MySql, MariaDb };
    Q_ENUM(ServerFlavour)

    enum class Pipelining { Undetermined, Active, Disabled, ProxyDetected, PeerUnknown };
    Q_ENUM(Pipelining)

    explicit Connection(QObject *parent = nullptr);
    explicit Connection(const QUrl &url, QObject *parent = nullptr);
    explicit Connection(const ConnectionOptions &options, QObject *parent = nullptr);
    ~Connection() override;

    ConnectionOptions options() const;
    void setOptions(const ConnectionOptions &options);
    std::shared_ptr<Observer> observer() const;
    void setObserver(std::shared_ptr<Observer> observer);
    QUrl url() const;
    void setUrl(const QUrl &url);

    State state() const;
    bool isConnected() const { return state() == State::Connected; }
    int pendingJobs() const;
    int reconnectAttempt() const;
    QDateTime nextReconnect() const;
    QDateTime idleDisconnect() const;
    QString serverVersion() const;
    ServerFlavour serverFlavour() const;
    quint64 connectionId() const;
    bool isEncrypted() const;
    Pipelining pipelining() const;
    ConnectionOptions::Compression compression() const;
    bool isInTransaction() const;
    QString database() const;
    Error lastError() const;
    QString blockingStatement() const;
    StatementCacheStatistics statementCacheStatistics() const;
    QString lastGtid() const;
    QMap<QString, QString> trackedVariables() const;
    SqlDialect sqlDialect() const;

    Job *ping();
    Job *selectDatabase(const QString &database);
    Job *setSessionVariable(const QString &name, const QVariant &value);
    Job *resetSession();
    Job *changePassword(const QString &newPassword);
    Job *close();

public Q_SLOTS:
    void abort();
    void reconnectNow();

Q_SIGNALS:
    void optionsChanged(QPrivateSignal);
    void stateChanged(AsyncMySql::Connection::State state, QPrivateSignal);
    void pendingJobsChanged(int pendingJobs, QPrivateSignal);
    void reconnectAttemptChanged(int reconnectAttempt, QPrivateSignal);
    void nextReconnectChanged(const QDateTime &nextReconnect, QPrivateSignal);
    void idleDisconnectChanged(const QDateTime &idleDisconnect, QPrivateSignal);
    void serverChanged(QPrivateSignal);
    void inTransactionChanged(bool isInTransaction, QPrivateSignal);
    void databaseChanged(const QString &database, QPrivateSignal);
    void lastGtidChanged(const QString &gtid, QPrivateSignal);
    void trackedVariablesChanged(QPrivateSignal);
    void lastErrorChanged(const AsyncMySql::Error &error, QPrivateSignal);
    void blockingStatementChanged(const QString &statement, QPrivateSignal);
    /// Emitted when connecting failed or the connection was lost. Jobs report their own errors.
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);
    /// Emitted when a session was lost together with state that statements had created in it.
    void sessionStateLost(const QString &held, QPrivateSignal);

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    friend class ConnectionNotifier;
    std::unique_ptr<ConnectionPrivate> d;
};

} // namespace AsyncMySql
