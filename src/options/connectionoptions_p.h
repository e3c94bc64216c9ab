// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qvariant.h>

#include <optional>

namespace AsyncMySql {

class ConnectionOptionsData : public QSharedData
{
public:
    QString host;
    quint16 port = 3306;
    QString localSocketName;
    ConnectionOptions::DeviceFactory deviceFactory;

    QString user;
    QString password;
    QString database;
    QMap<QString, QString> connectAttributes;

    ConnectionOptions::TlsMode tlsMode = ConnectionOptions::TlsMode::Preferred;
    /// Unset: the application's default, as it is when it is asked for.
    std::optional<QSslConfiguration> sslConfiguration;
    bool hasOwnCaCertificates = false;
    /// The files that a URL named, for toUrl().
    QString tlsCaFile;
    QString tlsCertificateFile;
    QString tlsKeyFile;
    QStringList allowedAuthenticationPlugins{
        QStringLiteral("mysql_native_password"), QStringLiteral("caching_sha2_password"),
        QStringLiteral("sha256_password"), QStringLiteral("client_ed25519"),
        QStringLiteral("parsec")};
    bool allowsUnverifiedTlsForPasswords = true;
    bool allowsPublicKeyRetrieval = false;
    QByteArray serverPublicKey;

    std::chrono::milliseconds connectTimeout = std::chrono::seconds(10);
    std::chrono::milliseconds firstConnectTimeout = std::chrono::seconds(10);
    std::chrono::milliseconds idleTimeout = std::chrono::minutes(2);
    std::chrono::milliseconds staleCheck = std::chrono::seconds(15);
    std::chrono::milliseconds queueTimeout{0};
    std::chrono::milliseconds queryTimeout{0};
    std::chrono::milliseconds responseTimeout = std::chrono::seconds(30);
    std::chrono::milliseconds cancelGrace = std::chrono::seconds(5);
    RetryPolicy retryPolicy;

    int pipelineDepth = 64;
    ConnectionOptions::PipeliningMode pipeliningMode = ConnectionOptions::PipeliningMode::Automatic;
    bool preparesStatements = true;
    int statementCacheSize = 128;
    ConnectionOptions::Compression compression = ConnectionOptions::Compression::None;
    int compressionLevel = 0;
    bool allowsMultiStatements = false;
    bool allowsLocalInfile = false;

    qsizetype maximumPacketSize = 64 * 1024 * 1024;
    qsizetype maximumResultSize = 1024 * 1024 * 1024;

    QString timeZone = QStringLiteral("+00:00");
    QString collation;
    QMap<QString, QVariant> sessionVariables;
    QStringList initStatements;
    QStringList trackedVariables;
    bool tracksGtids = false;
    bool reportsFoundRows = false;
};

} // namespace AsyncMySql
