// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The return types of Q_INVOKABLE functions must be complete.
#include "quickbatch.h"
#include "quickexecutor.h"
#include "quickjob.h"
#include "quickoptions.h"
#include "quickquery.h"
#include "quicktransaction.h"

#include <AsyncMySql/connection.h>

#include <QtCore/qvariant.h>

#include <memory>

namespace AsyncMySql {

/// A Connection for JavaScript. It is a subclass because models need an Executor and because its
/// functions return other types than those of Connection. An extension object (QML_EXTENDED) cannot
/// replace these functions, since those of the base class have precedence.
class QuickConnection : public AsyncMySql::Connection, public QuickOptions, public QuickExecutor
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QUrl url READ url WRITE setUrl NOTIFY optionsChanged)
    Q_PROPERTY(QString host READ host WRITE setHost NOTIFY optionsChanged)
    Q_PROPERTY(int port READ port WRITE setPort NOTIFY optionsChanged)
    Q_PROPERTY(QStringList hosts READ hosts WRITE setHosts NOTIFY optionsChanged)
    Q_PROPERTY(AsyncMySql::HostPolicy::Selection hostSelection READ hostSelection WRITE
                   setHostSelection NOTIFY optionsChanged)
    Q_PROPERTY(
        bool requiresWritable READ requiresWritable WRITE setRequiresWritable NOTIFY optionsChanged)
    Q_PROPERTY(
        bool followsMembers READ followsMembers WRITE setFollowsMembers NOTIFY optionsChanged)
    Q_PROPERTY(QString socket READ socket WRITE setSocket NOTIFY optionsChanged)
    Q_PROPERTY(QString user READ user WRITE setUser NOTIFY optionsChanged)
    Q_PROPERTY(QString password READ password WRITE setPassword NOTIFY optionsChanged)
    Q_PROPERTY(QJSValue passwordProvider READ passwordProvider WRITE setPasswordProvider NOTIFY
                   optionsChanged)
    Q_PROPERTY(
        int passwordLifetime READ passwordLifetime WRITE setPasswordLifetime NOTIFY optionsChanged)
    Q_PROPERTY(QString database READ database WRITE setDatabase NOTIFY databaseChanged)
    Q_PROPERTY(AsyncMySql::ConnectionOptions::TlsMode tlsMode READ tlsMode WRITE setTlsMode NOTIFY
                   optionsChanged)
    Q_PROPERTY(int connectTimeout READ connectTimeout WRITE setConnectTimeout NOTIFY optionsChanged)
    Q_PROPERTY(int firstConnectTimeout READ firstConnectTimeout WRITE setFirstConnectTimeout NOTIFY
                   optionsChanged)
    Q_PROPERTY(int idleTimeout READ idleTimeout WRITE setIdleTimeout NOTIFY optionsChanged)
    Q_PROPERTY(int queueTimeout READ queueTimeout WRITE setQueueTimeout NOTIFY optionsChanged)
    Q_PROPERTY(int queryTimeout READ queryTimeout WRITE setQueryTimeout NOTIFY optionsChanged)
    Q_PROPERTY(int pipelineDepth READ pipelineDepth WRITE setPipelineDepth NOTIFY optionsChanged)
    Q_PROPERTY(AsyncMySql::ConnectionOptions::PipeliningMode pipeliningMode READ pipeliningMode
                   WRITE setPipeliningMode NOTIFY optionsChanged)
    Q_PROPERTY(
        AsyncMySql::StatementCacheStatistics statistics READ statistics NOTIFY statisticsChanged)
    Q_PROPERTY(QVariantMap trackedVariables READ variables NOTIFY trackedVariablesChanged)
    Q_PROPERTY(double connectionId READ sessionNumber NOTIFY connectionIdChanged)
    QML_NAMED_ELEMENT(Connection)

public:
    explicit QuickConnection(QObject *parent = nullptr);
    ~QuickConnection() override;

    using QuickOptions::setUrl;
    StatementCacheStatistics statistics() const { return statementCacheStatistics(); }
    /// A number of JavaScript, which qmllint supports.
    double sessionNumber() const { return static_cast<double>(connectionId()); }
    QVariantMap variables() const;

    Q_INVOKABLE AsyncMySql::QuickQuery *execute(const QString &sql,
                                                const QJSValue &parameters = QJSValue());
    Q_INVOKABLE AsyncMySql::QuickBatch *executeBatch(const QString &sql, const QJSValue &rows);
    Q_INVOKABLE AsyncMySql::QuickTransaction *beginTransaction(const QVariantMap &options
                                                               = QVariantMap());
    Q_INVOKABLE AsyncMySql::QuickJob *ping();
    Q_INVOKABLE AsyncMySql::QuickJob *selectDatabase(const QString &database);
    Q_INVOKABLE AsyncMySql::QuickJob *setSessionVariable(const QString &name,
                                                         const QJSValue &value);
    Q_INVOKABLE AsyncMySql::QuickJob *resetSession();
    Q_INVOKABLE AsyncMySql::QuickJob *changePassword(const QString &newPassword);
    Q_INVOKABLE AsyncMySql::QuickJob *close();

    Executor *executor() override { return this; }
    EndOfConnection endOfConnection() const override { return m_isEnding; }

Q_SIGNALS:
    // The signals of the base class cannot be notify signals of properties in this class.
    void optionsChanged();
    void databaseChanged();
    void connectionIdChanged();
    void statisticsChanged();
    void trackedVariablesChanged();

private:
    // For callers that use this object as an Executor.
    Query *execute(const QString &sql, const QVariantList &parameters) override;
    Query *execute(const QString &sql, const QVariantMap &parameters) override;
    Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows) override;
    Transaction *beginTransaction(const TransactionOptions &options) override;

    ConnectionOptions present() const override { return options(); }
    void apply(const ConnectionOptions &options) override { setOptions(options); }
    void applyBadUrl(const QUrl &url) override { Connection::setUrl(url); }
    const QObject *element() const override { return this; }
    QJSEngine *scriptEngine() const override;

    std::shared_ptr<bool> m_isEnding = std::make_shared<bool>(false);
};

} // namespace AsyncMySql
