// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The return types of Q_INVOKABLE functions must be complete.
#include "leasecollector.h"
#include "quickbatch.h"
#include "quickexecutor.h"
#include "quickjob.h"
#include "quickleasejob.h"
#include "quickoptions.h"
#include "quickpoolreader.h"
#include "quickquery.h"
#include "quicktransaction.h"

#include <AsyncMySql/pool.h>

#include <QtCore/qmap.h>
#include <QtCore/qvariant.h>

#include <memory>

namespace AsyncMySql {

/// A Pool for JavaScript; a subclass for the reasons that QuickConnection has.
class QuickPool : public AsyncMySql::Pool, public QuickOptions, public QuickExecutor
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
    Q_PROPERTY(QString database READ database WRITE setDatabase NOTIFY optionsChanged)
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
    Q_PROPERTY(int maximumLifetime READ maximumLifetime WRITE setMaximumLifetime NOTIFY
                   maximumLifetimeChanged)
    Q_PROPERTY(int leaseWarning READ leaseWarning WRITE setLeaseWarning NOTIFY leaseWarningChanged)
    Q_PROPERTY(AsyncMySql::Pool::ResetPolicy resetPolicy READ resetPolicy WRITE setResetPolicy
                   NOTIFY resetPolicyChanged)
    QML_NAMED_ELEMENT(Pool)

public:
    explicit QuickPool(QObject *parent = nullptr);
    ~QuickPool() override;

    using QuickOptions::idleTimeout;
    using QuickOptions::queueTimeout;
    using QuickOptions::setIdleTimeout;
    using QuickOptions::setQueueTimeout;
    using QuickOptions::setUrl;
    QString database() const { return options().database(); }
    int maximumLifetime() const { return inMilliseconds(Pool::maximumLifetime()); }
    void setMaximumLifetime(int milliseconds);
    int leaseWarning() const { return inMilliseconds(Pool::leaseWarning()); }
    void setLeaseWarning(int milliseconds);
    void setResetPolicy(ResetPolicy policy);

    Q_INVOKABLE AsyncMySql::QuickQuery *execute(const QString &sql,
                                                const QJSValue &parameters = QJSValue());
    Q_INVOKABLE AsyncMySql::QuickBatch *executeBatch(const QString &sql, const QJSValue &rows);
    Q_INVOKABLE AsyncMySql::QuickTransaction *beginTransaction(const QVariantMap &options
                                                               = QVariantMap());
    Q_INVOKABLE AsyncMySql::QuickLeaseJob *acquire();
    Q_INVOKABLE AsyncMySql::QuickPoolReader *reader(AsyncMySql::Pool::ReadConsistency consistency
                                                    = ReadConsistency::Eventual);
    Q_INVOKABLE AsyncMySql::QuickJob *warmUp(int connections);
    Q_INVOKABLE AsyncMySql::QuickJob *drain(int timeout);
    Q_INVOKABLE AsyncMySql::QuickJob *changePassword(const QString &newPassword);
    Q_INVOKABLE AsyncMySql::QuickJob *close();

    Executor *executor() override { return this; }
    EndOfConnection endOfConnection() const override { return m_isEnding; }

Q_SIGNALS:
    // The signals of the base class cannot be notify signals of properties in this class.
    void optionsChanged();
    void maximumLifetimeChanged();
    void leaseWarningChanged();
    void resetPolicyChanged();

private:
    // For callers that use this object as an Executor.
    Query *execute(const QString &sql, const QVariantList &parameters) override;
    Query *execute(const QString &sql, const QVariantMap &parameters) override;
    Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows) override;
    Transaction *beginTransaction(const TransactionOptions &options) override;

    ConnectionOptions present() const override { return options(); }
    void apply(const ConnectionOptions &options) override { setOptions(options); }
    void applyBadUrl(const QUrl &url) override { Pool::setUrl(url); }
    const QObject *element() const override { return this; }
    QJSEngine *scriptEngine() const override;

    std::shared_ptr<bool> m_isEnding = std::make_shared<bool>(false);
    LeaseCollector m_leases;
    /// Children, by their consistency.
    QMap<ReadConsistency, QuickPoolReader *> m_readers;
};

} // namespace AsyncMySql
