// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/host.h>
#include <AsyncMySql/hostpolicy.h>

#include <QtCore/qvariant.h>

#include <array>
#include <memory>
#include <optional>

namespace AsyncMySql {

class ConnectionOptionsData : public QSharedData
{
public:
    bool equals(const ConnectionOptionsData &other) const;
    void setHosts(const QList<Host> &newHosts);

    QString host;
    quint16 port = 3306;
    /// Used instead of the host and port, which are those of the first. Empty where they say all.
    QList<Host> hosts;
    QString serviceName;
    HostPolicy hostPolicy;
    QString localSocketName;
    ConnectionOptions::DeviceFactory deviceFactory;

    QString user;
    /// Of the factors; those of the second and the third are null if none is set.
    std::array<QString, 3> passwords;
    /// Null if there is none. Copies of the options share it, which makes them comparable.
    std::shared_ptr<const ConnectionOptions::PasswordProvider> passwordProvider;
    std::chrono::milliseconds passwordLifetime{0};
    QString database;
    QMap<QString, QString> connectAttributes;

    ConnectionOptions::TlsMode tlsMode = ConnectionOptions::TlsMode::Preferred;
    /// If unset, the application's default at the time of the call.
    std::optional<QSslConfiguration> sslConfiguration;
    bool usesCustomCaCertificates = false;
    /// The files that were set in a URL, for toUrl().
    QString tlsCaFile;
    QString tlsCertificateFile;
    QString tlsKeyFile;
    QStringList allowedAuthenticationPlugins{
        QStringLiteral("mysql_native_password"), QStringLiteral("caching_sha2_password"),
        QStringLiteral("sha256_password"), QStringLiteral("client_ed25519"),
        QStringLiteral("parsec")};
    bool unverifiedTlsAllowedForPasswords = true;
    bool publicKeyRetrievalAllowed = false;
    QByteArray serverPublicKey;

    std::chrono::milliseconds connectTimeout = std::chrono::seconds(10);
    std::chrono::milliseconds firstConnectTimeout = std::chrono::seconds(10);
    std::chrono::milliseconds idleTimeout = std::chrono::minutes(2);
    std::chrono::milliseconds idleValidationInterval = std::chrono::seconds(15);
    std::chrono::milliseconds queueTimeout{0};
    std::chrono::milliseconds queryTimeout{0};
    std::chrono::milliseconds streamTimeout = std::chrono::seconds(30);
    std::chrono::milliseconds responseTimeout = std::chrono::seconds(30);
    std::chrono::milliseconds cancelGracePeriod = std::chrono::seconds(5);
    RetryPolicy retryPolicy;

    int pipelineDepth = 64;
    ConnectionOptions::PipeliningMode pipeliningMode = ConnectionOptions::PipeliningMode::Automatic;
    ConnectionOptions::MultiRowInsertMode multiRowInsertMode
        = ConnectionOptions::MultiRowInsertMode::Automatic;
    bool autoPrepareEnabled = true;
    int statementCacheSize = 128;
    ConnectionOptions::Compression compression = ConnectionOptions::Compression::None;
    int compressionLevel = 0;
    bool multiStatementsAllowed = false;
    bool localInfileAllowed = false;

    qsizetype maximumPacketSize = 64 * 1024 * 1024;
    qsizetype maximumResultSize = 1024 * 1024 * 1024;

    QString timeZone = QStringLiteral("+00:00");
    QString collation;
    QMap<QString, QVariant> sessionVariables;
    QStringList initStatements;
    QStringList trackedVariables;
    bool gtidTrackingEnabled = false;
    bool foundRowsEnabled = false;
};

} // namespace AsyncMySql
