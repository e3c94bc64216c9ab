// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The return types of Q_INVOKABLE functions must be complete.
#include "quickbatch.h"
#include "quickjob.h"
#include "quickquery.h"
#include "quicktransaction.h"

#include <AsyncMySql/connection.h>

#include <QtCore/qmap.h>
#include <QtCore/qvariant.h>
#include <QtQml/qqmlparserstatus.h>

#include <functional>

namespace AsyncMySql {

/// A Connection for JavaScript. It is a subclass because models need an Executor and because its
/// functions return other types than those of Connection. An extension object (QML_EXTENDED) cannot
/// replace these functions, since those of the base class have precedence.
class QuickConnection : public AsyncMySql::Connection, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QUrl url READ url WRITE setUrl NOTIFY optionsChanged)
    Q_PROPERTY(QString host READ host WRITE setHost NOTIFY optionsChanged)
    Q_PROPERTY(int port READ port WRITE setPort NOTIFY optionsChanged)
    Q_PROPERTY(QString socket READ socket WRITE setSocket NOTIFY optionsChanged)
    Q_PROPERTY(QString user READ user WRITE setUser NOTIFY optionsChanged)
    Q_PROPERTY(QString password READ password WRITE setPassword NOTIFY optionsChanged)
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

    void setUrl(const QUrl &url);
    QString host() const { return options().host(); }
    void setHost(const QString &host);
    int port() const { return options().port(); }
    void setPort(int port);
    QString socket() const { return options().localSocketName(); }
    void setSocket(const QString &name);
    QString user() const { return options().user(); }
    void setUser(const QString &user);
    QString password() const { return options().password(); }
    void setPassword(const QString &password);
    void setDatabase(const QString &database);
    ConnectionOptions::TlsMode tlsMode() const { return options().tlsMode(); }
    void setTlsMode(ConnectionOptions::TlsMode mode);
    int connectTimeout() const { return static_cast<int>(options().connectTimeout().count()); }
    void setConnectTimeout(int milliseconds);
    int firstConnectTimeout() const
    {
        return static_cast<int>(options().firstConnectTimeout().count());
    }
    void setFirstConnectTimeout(int milliseconds);
    int idleTimeout() const { return static_cast<int>(options().idleTimeout().count()); }
    void setIdleTimeout(int milliseconds);
    int queueTimeout() const { return static_cast<int>(options().queueTimeout().count()); }
    void setQueueTimeout(int milliseconds);
    int queryTimeout() const { return static_cast<int>(options().queryTimeout().count()); }
    void setQueryTimeout(int milliseconds);
    int pipelineDepth() const { return options().pipelineDepth(); }
    void setPipelineDepth(int depth);
    ConnectionOptions::PipeliningMode pipeliningMode() const { return options().pipeliningMode(); }
    void setPipeliningMode(ConnectionOptions::PipeliningMode mode);
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
    Q_INVOKABLE AsyncMySql::QuickJob *close();

    EndOfConnection endOfConnection() const { return m_isEnding; }

    void classBegin() override;
    void componentComplete() override;

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

    using Change = std::function<void(ConnectionOptions *options)>;

    void change(const char *option, const Change &change);
    void applyOptions();
    QuickJob *jobFor(Job *job);
    template <typename Task>
    Task *release(Task *task) const;

    QUrl m_url;
    /// By the names of the options, the changes that override the URL.
    QMap<QByteArray, Change> m_changes;
    std::shared_ptr<bool> m_isEnding = std::make_shared<bool>(false);
    bool m_hasBadUrl = false;
    bool m_isComplete = true;
};

} // namespace AsyncMySql
