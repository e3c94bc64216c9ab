// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionoptions_p.h"

#include <QtCore/qdebug.h>

namespace AsyncMySql {

bool ConnectionOptionsData::equals(const ConnectionOptionsData &other) const
{
    return !deviceFactory && !other.deviceFactory && host == other.host && port == other.port
           && hosts == other.hosts && serviceName == other.serviceName
           && hostPolicy == other.hostPolicy && localSocketName == other.localSocketName
           && user == other.user && passwords == other.passwords
           && passwordProvider == other.passwordProvider
           && passwordLifetime == other.passwordLifetime && database == other.database
           && connectAttributes == other.connectAttributes && tlsMode == other.tlsMode
           && sslConfiguration == other.sslConfiguration && tlsCaFile == other.tlsCaFile
           && tlsCertificateFile == other.tlsCertificateFile && tlsKeyFile == other.tlsKeyFile
           && allowedAuthenticationPlugins == other.allowedAuthenticationPlugins
           && unverifiedTlsAllowedForPasswords == other.unverifiedTlsAllowedForPasswords
           && publicKeyRetrievalAllowed == other.publicKeyRetrievalAllowed
           && serverPublicKey == other.serverPublicKey && connectTimeout == other.connectTimeout
           && firstConnectTimeout == other.firstConnectTimeout && idleTimeout == other.idleTimeout
           && idleValidationInterval == other.idleValidationInterval
           && queueTimeout == other.queueTimeout && queryTimeout == other.queryTimeout
           && streamTimeout == other.streamTimeout && responseTimeout == other.responseTimeout
           && cancelGracePeriod == other.cancelGracePeriod && retryPolicy == other.retryPolicy
           && pipelineDepth == other.pipelineDepth && pipeliningMode == other.pipeliningMode
           && multiRowInsertMode == other.multiRowInsertMode
           && autoPrepareEnabled == other.autoPrepareEnabled
           && statementCacheSize == other.statementCacheSize && compression == other.compression
           && compressionLevel == other.compressionLevel
           && multiStatementsAllowed == other.multiStatementsAllowed
           && localInfileAllowed == other.localInfileAllowed
           && trackedVariables == other.trackedVariables
           && gtidTrackingEnabled == other.gtidTrackingEnabled
           && maximumPacketSize == other.maximumPacketSize
           && maximumResultSize == other.maximumResultSize && timeZone == other.timeZone
           && collation == other.collation && sessionVariables == other.sessionVariables
           && initStatements == other.initStatements && foundRowsEnabled == other.foundRowsEnabled;
}

void ConnectionOptionsData::setHosts(const QList<Host> &newHosts)
{
    const Host first = newHosts.value(0);
    host = first.name();
    port = first.port();
    hosts = newHosts;
    if (hosts.size() == 1 && first == Host(host, port))
        hosts.clear();
}

/*!
    \fn QDebug AsyncMySql::operator<<(QDebug debug, const AsyncMySql::ConnectionOptions &options)
    \relates AsyncMySql::ConnectionOptions

    Writes the URL of \a options to \a debug, without the password and the init statements, and
    returns the stream.
*/
QDebug operator<<(QDebug debug, const ConnectionOptions &options)
{
    const QDebugStateSaver saver(debug);
    // Init statements may hold secrets, as in SET PASSWORD.
    ConnectionOptions shown = options;
    shown.setInitStatements({});
    debug.nospace().noquote() << "ConnectionOptions("
                              << QString::fromUtf8(shown.toUrl().toEncoded()) << ')';
    return debug;
}

} // namespace AsyncMySql
