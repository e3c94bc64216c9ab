// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/retrypolicy.h>

#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qshareddata.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qurl.h>
#include <QtNetwork/qsslconfiguration.h>

#include <chrono>
#include <functional>

QT_BEGIN_NAMESPACE
class QDebug;
class QIODevice;
class QObject;
template <typename T>
class QFuture;
QT_END_NAMESPACE

namespace AsyncMySql {

class AuthenticationRequest;
class ConnectionOptionsData;
class Host;
class HostPolicy;

class ASYNCMYSQL_EXPORT ConnectionOptions
{
    Q_GADGET

public:
    enum class TlsMode { Disabled, Preferred, Required, VerifyCa, VerifyIdentity };
    Q_ENUM(TlsMode)

    enum class Compression { None, Zlib, Zstd };
    Q_ENUM(Compression)

    enum class PipeliningMode { Automatic, Always, Never };
    Q_ENUM(PipeliningMode)
    enum class MultiRowInsertMode { Automatic, Always, Never };
    Q_ENUM(MultiRowInsertMode)

    /// Returns a new device for a session, opened or opening, that is owned by the parent.
    using DeviceFactory = std::function<QIODevice *(QObject *parent)>;
    /// Returns what is requested, now or later; a cancelled future refuses it.
    using PasswordProvider = std::function<QFuture<QString>(const AuthenticationRequest &request)>;

    ConnectionOptions();
    ConnectionOptions(const ConnectionOptions &other);
    ConnectionOptions(ConnectionOptions &&other) noexcept;
    ConnectionOptions &operator=(const ConnectionOptions &other);
    ConnectionOptions &operator=(ConnectionOptions &&other) noexcept;
    ~ConnectionOptions();

    static ConnectionOptions fromUrl(const QUrl &url, Error *error = nullptr);
    static ConnectionOptions fromUrl(const QString &url, Error *error = nullptr);
    QUrl toUrl() const;
    Error validate() const;

    // Server address
    QString host() const;
    void setHost(const QString &host);
    quint16 port() const;
    void setPort(quint16 port);
    QList<Host> hosts() const;
    void setHosts(const QList<Host> &hosts);
    QString serviceName() const;
    void setServiceName(const QString &name);
    HostPolicy hostPolicy() const;
    void setHostPolicy(const HostPolicy &policy);
    QString localSocketName() const;
    void setLocalSocketName(const QString &name);
    DeviceFactory deviceFactory() const;
    void setDeviceFactory(const DeviceFactory &factory);

    // User and database
    QString user() const;
    void setUser(const QString &user);
    QString password() const;
    void setPassword(const QString &password);
    QString password(int factor) const;
    void setPassword(int factor, const QString &password);
    PasswordProvider passwordProvider() const;
    void setPasswordProvider(const PasswordProvider &provider);
    std::chrono::milliseconds passwordLifetime() const;
    void setPasswordLifetime(std::chrono::milliseconds lifetime);
    QString database() const;
    void setDatabase(const QString &database);
    QMap<QString, QString> connectAttributes() const;
    void setConnectAttributes(const QMap<QString, QString> &attributes);

    // Security
    TlsMode tlsMode() const;
    void setTlsMode(TlsMode mode);
    QSslConfiguration sslConfiguration() const;
    void setSslConfiguration(const QSslConfiguration &configuration);
    bool usesCustomCaCertificates() const;
    QStringList allowedAuthenticationPlugins() const;
    void setAllowedAuthenticationPlugins(const QStringList &plugins);
    bool isUnverifiedTlsAllowedForPasswords() const;
    void setUnverifiedTlsAllowedForPasswords(bool allow);
    bool isPublicKeyRetrievalAllowed() const;
    void setPublicKeyRetrievalAllowed(bool allow);
    QByteArray serverPublicKey() const;
    void setServerPublicKey(const QByteArray &pem);

    // Timeouts and reconnecting
    std::chrono::milliseconds connectTimeout() const;
    void setConnectTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds firstConnectTimeout() const;
    void setFirstConnectTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds idleTimeout() const;
    void setIdleTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds idleValidationInterval() const;
    void setIdleValidationInterval(std::chrono::milliseconds interval);
    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds queryTimeout() const;
    void setQueryTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds streamTimeout() const;
    void setStreamTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds responseTimeout() const;
    void setResponseTimeout(std::chrono::milliseconds timeout);
    std::chrono::milliseconds cancelGracePeriod() const;
    void setCancelGracePeriod(std::chrono::milliseconds period);
    RetryPolicy retryPolicy() const;
    void setRetryPolicy(const RetryPolicy &policy);

    // Sending statements
    int pipelineDepth() const;
    void setPipelineDepth(int depth);
    PipeliningMode pipeliningMode() const;
    void setPipeliningMode(PipeliningMode mode);
    MultiRowInsertMode multiRowInsertMode() const;
    void setMultiRowInsertMode(MultiRowInsertMode mode);
    bool isAutoPrepareEnabled() const;
    void setAutoPrepareEnabled(bool enabled);
    int statementCacheSize() const;
    void setStatementCacheSize(int statements);
    Compression compression() const;
    void setCompression(Compression compression);
    int compressionLevel() const;
    void setCompressionLevel(int level);
    bool multiStatementsAllowed() const;
    void setMultiStatementsAllowed(bool allow);
    bool isLocalInfileAllowed() const;
    void setLocalInfileAllowed(bool allow);

    // Limits
    qsizetype maximumPacketSize() const;
    void setMaximumPacketSize(qsizetype bytes);
    qsizetype maximumResultSize() const;
    void setMaximumResultSize(qsizetype bytes);

    // Session state
    QString timeZone() const;
    void setTimeZone(const QString &timeZone);
    QString collation() const;
    void setCollation(const QString &collation);
    QMap<QString, QVariant> sessionVariables() const;
    void setSessionVariables(const QMap<QString, QVariant> &variables);
    QStringList initStatements() const;
    void setInitStatements(const QStringList &statements);
    QStringList trackedVariables() const;
    void setTrackedVariables(const QStringList &variables);
    bool isGtidTrackingEnabled() const;
    void setGtidTrackingEnabled(bool enabled);
    bool isFoundRowsEnabled() const;
    void setFoundRowsEnabled(bool enabled);

    friend ASYNCMYSQL_EXPORT bool operator==(const ConnectionOptions &left,
                                             const ConnectionOptions &right);
    friend bool operator!=(const ConnectionOptions &left, const ConnectionOptions &right)
    {
        return !(left == right);
    }

private:
    QSharedDataPointer<ConnectionOptionsData> d;
};

/// Writes the options to the debug stream, without the password.
ASYNCMYSQL_EXPORT QDebug operator<<(QDebug debug, const ConnectionOptions &options);

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::ConnectionOptions)
