// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionsettings.h"

#include "compressionalgorithm.h"
#include "credentialsource.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qrandom.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qsysinfo.h>

#include <array>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

using TlsMode = ConnectionOptions::TlsMode;

bool verifies(TlsMode mode)
{
    return mode == TlsMode::VerifyCa || mode == TlsMode::VerifyIdentity;
}

Transport::Verification verification(TlsMode mode)
{
    switch (mode) {
    case TlsMode::VerifyCa:
        return Transport::Verification::Chain;
    case TlsMode::VerifyIdentity:
        return Transport::Verification::Identity;
    case TlsMode::Disabled:
    case TlsMode::Preferred:
    case TlsMode::Required:
        break;
    }
    return Transport::Verification::None;
}

Protocol::HandshakeSettings::Tls tlsDemand(TlsMode mode)
{
    using Tls = Protocol::HandshakeSettings::Tls;
    switch (mode) {
    case TlsMode::Disabled:
        return Tls::Disabled;
    case TlsMode::Preferred:
        return Tls::Preferred;
    case TlsMode::Required:
    case TlsMode::VerifyCa:
    case TlsMode::VerifyIdentity:
        break;
    }
    return Tls::Required;
}

Protocol::Capabilities wantedCompression(ConnectionOptions::Compression compression)
{
    switch (compressionAlgorithm(compression)) {
    case Wire::CompressionAlgorithm::Zlib:
        return Protocol::Capability::Compress;
    case Wire::CompressionAlgorithm::Zstd:
        return Protocol::Capability::ZstdCompression;
    case Wire::CompressionAlgorithm::None:
        break;
    }
    return 0;
}

/// What the server shows of this client (performance_schema.session_connect_attrs). The names that
/// begin with an underscore are MySQL's own.
QList<std::pair<QByteArray, QByteArray>> connectAttributes(const ConnectionOptions &options)
{
    static const QList<std::pair<QByteArray, QByteArray>> ofTheMachine = {
        {"_client_name", "AsyncMySql"},
        {"_client_version", ASYNCMYSQL_VERSION},
        {"_os", QSysInfo::kernelType().toUtf8()},
        {"_platform", QSysInfo::currentCpuArchitecture().toUtf8()},
    };
    QList<std::pair<QByteArray, QByteArray>> attributes = ofTheMachine;
    attributes.append(
        {QByteArrayLiteral("_pid"), QByteArray::number(QCoreApplication::applicationPid())});
    if (const QString program = QCoreApplication::applicationName(); !program.isEmpty())
        attributes.append({"program_name", program.toUtf8()});
    const QMap<QString, QString> own = options.connectAttributes();
    for (auto attribute = own.cbegin(); attribute != own.cend(); ++attribute)
        attributes.append({attribute.key().toUtf8(), attribute.value().toUtf8()});
    return attributes;
}

/// Only chance must not give it twice.
QByteArray newToken()
{
    std::array<quint32, 4> numbers;
    QRandomGenerator::global()->fillRange(numbers.data(), qsizetype(numbers.size()));
    return QByteArray(reinterpret_cast<const char *>(numbers.data()), sizeof numbers).toHex();
}

} // namespace

SessionSettings commonSessionSettings(const ConnectionOptions &options)
{
    const TlsMode mode = options.tlsMode();

    SessionSettings settings;
    Transport::TransportSettings &transport = settings.transport;
    transport.host = options.host();
    transport.port = options.port();
    transport.localSocketName = options.localSocketName();
    transport.deviceFactory = options.deviceFactory();
    transport.tlsPossible = mode != TlsMode::Disabled;
    transport.verification = verification(mode);
    if (transport.tlsPossible)
        transport.sslConfiguration = options.sslConfiguration();

    Protocol::HandshakeSettings &handshake = settings.handshake;
    handshake.user = options.user().toUtf8();
    handshake.tls = tlsDemand(mode);
    handshake.serverMustBeVerified = verifies(mode);
    if (options.isFoundRowsEnabled())
        handshake.wantedCapabilities |= Protocol::Capability::FoundRows;
    if (options.multiStatementsAllowed())
        handshake.wantedCapabilities |= Protocol::Capability::MultiStatements;
    if (options.isLocalInfileAllowed())
        handshake.wantedCapabilities |= Protocol::Capability::LocalFiles;
    handshake.wantedCapabilities |= wantedCompression(options.compression());
    if (options.compressionLevel() > 0)
        handshake.zstdCompressionLevel = static_cast<quint8>(options.compressionLevel());
    settings.compressionLevel = options.compressionLevel();
    handshake.maximumPacketSize = static_cast<quint32>(options.maximumPacketSize());
    handshake.connectAttributes = connectAttributes(options);
    Protocol::AuthenticationPolicy &policy = handshake.authentication;
    const QStringList plugins = options.allowedAuthenticationPlugins();
    policy.allowedPlugins.reserve(plugins.size());
    for (const QString &plugin : plugins)
        policy.allowedPlugins.append(plugin.toUtf8());
    policy.allowUnverifiedTls = options.isUnverifiedTlsAllowedForPasswords();
    policy.allowPublicKeyRetrieval = options.isPublicKeyRetrievalAllowed();
    policy.serverPublicKey = options.serverPublicKey();

    settings.limits.maximumPayload = options.maximumPacketSize();
    // Most sessions never receive more at a time. The C library returns large blocks to the system,
    // which costs more than connecting otherwise does.
    settings.limits.firstBlockSize = 16 * 1024;
    settings.connectTimeout = options.connectTimeout();
    settings.closeTimeout
        = settings.connectTimeout.count() > 0 ? settings.connectTimeout : options.responseTimeout();
    return settings;
}

SessionSettings sessionSettings(const SessionSettings &common, const ConnectionOptions &options,
                                CredentialSource *credentials, const QString &database,
                                const QByteArray &sessionTicket)
{
    SessionSettings settings = common;
    settings.credentials = credentials;
    settings.transport.sessionTicket = sessionTicket;
    settings.token = newToken();
    Protocol::HandshakeSettings &handshake = settings.handshake;
    handshake.connectAttributes.append({SessionTokenAttribute, settings.token});
    handshake.database = database.toUtf8();
    handshake.password = credentials->password();
    for (int factor = 2; factor <= 3; ++factor) {
        if (const QString password = options.password(factor); !password.isNull())
            handshake.furtherPasswords[size_t(factor) - 2].emplace(password.toUtf8());
    }
    handshake.canAsk = credentials->canAsk();
    // Only a password can prove the server where no CA was named that could.
    settings.transport.deferUnknownCertificate = handshake.serverMustBeVerified
                                                 && !options.usesCustomCaCertificates()
                                                 && !handshake.password.isEmpty();
    return settings;
}

} // namespace AsyncMySql
