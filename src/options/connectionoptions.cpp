// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionoptions_p.h"
#include "connectionurl.h"
#include "optionsvalidation.h"

#include <QtCore/qdebug.h>
#include <QtCore/qstring.h>
#include <QtNetwork/qsslcertificate.h>

using namespace Qt::StringLiterals;

namespace AsyncMySql {

/*!
    \class AsyncMySql::ConnectionOptions
    \inmodule AsyncMySql
    \brief The ConnectionOptions class holds the address of a server, the account and the settings
    of its sessions.

    Set the options one by one, or read them from a URL with fromUrl(). validate() returns an error
    if they are not valid. Durations are in milliseconds, sizes in bytes.

    Values of this class are implicitly shared and may be used in any thread. A device factory is
    called in the thread of the connection.
*/

/*!
    \enum AsyncMySql::ConnectionOptions::TlsMode

    This enum specifies what TLS must provide before anything secret is sent. It does not apply to
    local sockets.

    \value Disabled The connection is not encrypted.
    \value Preferred The connection is encrypted if the server supports it. The server's identity is
           not verified. This is the default.
    \value Required The connection is encrypted, or fails. The server's identity is not verified.
    \value VerifyCa The same as Required, and the certificate must be issued by a trusted
           certificate authority.
    \value VerifyIdentity The same as VerifyCa, and the certificate must name the host.
*/

/*!
    \typedef AsyncMySql::ConnectionOptions::DeviceFactory

    A function that returns a new device for a session, opened or opening, with the given parent,
    which takes ownership. It is called once per connection attempt, in the thread of the
    connection.
*/

/*! Constructs the default options. The host() is empty, so validate() fails. */
ConnectionOptions::ConnectionOptions()
    : d(new ConnectionOptionsData)
{
}

/*! Constructs a copy of \a other. */
ConnectionOptions::ConnectionOptions(const ConnectionOptions &other) = default;

/*! Moves \a other, which may then only be assigned to or destroyed. */
ConnectionOptions::ConnectionOptions(ConnectionOptions &&other) noexcept = default;

/*! Makes these options a copy of \a other. */
ConnectionOptions &ConnectionOptions::operator=(const ConnectionOptions &other) = default;

/*! Moves \a other, which may then only be assigned to or destroyed. */
ConnectionOptions &ConnectionOptions::operator=(ConnectionOptions &&other) noexcept = default;

/*! Destroys the options. */
ConnectionOptions::~ConnectionOptions() = default;

/*!
    Returns the options in \a url. If the URL is not valid, returns default-constructed options,
    which cannot be used to connect, and sets \a error to Error::InvalidOptions. The message of the
    error never contains the password.

    The format is \c {mysql://user:password@host:port/database?key=value&…}. The scheme can also be
    \c mariadb. Special characters are percent-encoded. The keys are:

    \table
    \header \li Key \li Value
    \row \li connect-timeout, first-connect-timeout, idle-timeout, idle-validation-interval,
             queue-timeout, query-timeout, stream-timeout, response-timeout
         \li a duration: \c 500ms, \c 30s, \c 2min, \c 1h; a plain number is seconds
    \row \li max-packet, max-result \li a size: bytes, or with KiB, MiB or GiB
    \row \li pipeline-depth \li a number: see setPipelineDepth()
    \row \li pipelining \li auto, always, never: see setPipeliningMode()
    \row \li multi-row-insert \li auto, always, never: see setMultiRowInsertMode()
    \row \li auto-prepare \li yes or no: see setAutoPrepareEnabled()
    \row \li statement-cache \li a number: see setStatementCacheSize()
    \row \li compression \li none, zlib, zstd
    \row \li compression-level \li a number: see setCompressionLevel()
    \row \li tls-mode \li disabled, preferred, required, verify-ca, verify-identity
    \row \li tls-ca, tls-cert, tls-key
         \li a PEM file, which is read immediately; the last two require each other
    \row \li socket \li see setLocalSocketName()
    \row \li time-zone, collation \li see setTimeZone(), setCollation()
    \row \li track-variables \li names separated by commas: see setTrackedVariables()
    \row \li gtid-tracking \li yes or no: see setGtidTrackingEnabled()
    \row \li resend \li never, idempotent, always: see RetryPolicy::Resend
    \row \li init \li an init statement; this key may occur several times
    \endtable

    Other keys are errors. Options that weaken security beyond the TLS mode, such as passwords in
    clear text, the retrieval of public keys, local files or several statements in one text, cannot
    be set in a URL, since a URL may come from a less trusted source than the program.
*/
ConnectionOptions ConnectionOptions::fromUrl(const QUrl &url, Error *error)
{
    ConnectionOptions options;
    const QString problem = ConnectionUrl(url).applyTo(options.d.data());
    const Error result
        = problem.isEmpty() ? options.validate()
                            : Error(Error::InvalidOptions, u"Invalid connection URL: "_s + problem);
    if (error)
        *error = result;
    return result ? ConnectionOptions() : options;
}

/*!
    Returns the options as a URL, without the password. Options with their default value are
    omitted, as are those that a URL cannot hold; see fromUrl().
*/
QUrl ConnectionOptions::toUrl() const
{
    return ConnectionUrl::fromOptions(*d).url();
}

/*!
    Returns Error::InvalidOptions with the reason if the options are not valid, and Error::NoError
    otherwise. The message never contains the password. The function does not connect, resolve a
    name or read a file.
*/
Error ConnectionOptions::validate() const
{
    const QString problem = problemOfOptions(*d);
    return problem.isEmpty() ? Error() : Error(Error::InvalidOptions, problem);
}

/*! Returns the name or address of the server. The default is empty. */
QString ConnectionOptions::host() const
{
    return d->host;
}

/*! Sets the name or address of the server to \a host. Write IPv6 addresses without brackets. */
void ConnectionOptions::setHost(const QString &host)
{
    d->host = host;
}

/*! Returns the TCP port. The default is 3306. */
quint16 ConnectionOptions::port() const
{
    return d->port;
}

/*! Sets the TCP port to \a port. */
void ConnectionOptions::setPort(quint16 port)
{
    d->port = port;
}

/*!
    Returns the path of the Unix socket or the name of the pipe. The default is empty, which means
    TCP.
*/
QString ConnectionOptions::localSocketName() const
{
    return d->localSocketName;
}

/*!
    Sets the path of the Unix socket or the name of the pipe to \a name. If it is not empty, it is
    used instead of the host and port.
*/
void ConnectionOptions::setLocalSocketName(const QString &name)
{
    d->localSocketName = name;
}

/*! Returns the function that creates the devices of sessions. The default is an empty function. */
ConnectionOptions::DeviceFactory ConnectionOptions::deviceFactory() const
{
    return d->deviceFactory;
}

/*!
    Sets the function that creates the devices of sessions, such as tunnels, to \a factory. It is
    used instead of the host and port, and cannot be combined with a local socket.
*/
void ConnectionOptions::setDeviceFactory(const DeviceFactory &factory)
{
    d->deviceFactory = factory;
}

/*! Returns the name of the account. The default is empty. */
QString ConnectionOptions::user() const
{
    return d->user;
}

/*! Sets the name of the account to \a user. */
void ConnectionOptions::setUser(const QString &user)
{
    d->user = user;
}

/*!
    Returns the password. The default is empty. Neither toUrl() nor the debug stream operator shows
    it.
*/
QString ConnectionOptions::password() const
{
    return d->password;
}

/*! Sets the password to \a password. */
void ConnectionOptions::setPassword(const QString &password)
{
    d->password = password;
}

/*! Returns the database that is selected on connect. The default is empty, which selects none. */
QString ConnectionOptions::database() const
{
    return d->database;
}

/*! Sets the database that is selected on connect to \a database. */
void ConnectionOptions::setDatabase(const QString &database)
{
    d->database = database;
}

/*!
    Returns the connection attributes that are sent to the server in addition to those of the
    library. The default is empty.
*/
QMap<QString, QString> ConnectionOptions::connectAttributes() const
{
    return d->connectAttributes;
}

/*!
    Sets the connection attributes that are sent to the server to \a attributes. Administrators can
    read them in \c performance_schema.session_connect_attrs.
*/
void ConnectionOptions::setConnectAttributes(const QMap<QString, QString> &attributes)
{
    d->connectAttributes = attributes;
}

/*! Returns the TLS mode. The default is TlsMode::Preferred. */
ConnectionOptions::TlsMode ConnectionOptions::tlsMode() const
{
    return d->tlsMode;
}

/*! Sets the TLS mode to \a mode. */
void ConnectionOptions::setTlsMode(TlsMode mode)
{
    d->tlsMode = mode;
}

/*!
    Returns the TLS configuration: certificate authorities, the client's certificate and key,
    ciphers. The default is QSslConfiguration::defaultConfiguration() at the time of the call.
*/
QSslConfiguration ConnectionOptions::sslConfiguration() const
{
    return d->sslConfiguration.value_or(QSslConfiguration::defaultConfiguration());
}

/*!
    Sets the TLS configuration to \a configuration.

    Connections of the same process to the same host and port resume each other's TLS sessions if
    their TLS mode and configuration are equal, which saves time and what was verified already. To
    prevent that, set QSsl::SslOptionDisableSessionTickets.

    \sa usesCustomCaCertificates()
*/
void ConnectionOptions::setSslConfiguration(const QSslConfiguration &configuration)
{
    const QList<QSslCertificate> own = configuration.caCertificates();
    d->sslConfiguration = configuration;
    d->usesCustomCaCertificates
        = !own.isEmpty() && own != QSslConfiguration::defaultConfiguration().caCertificates();
    d->tlsCaFile.clear();
    d->tlsCertificateFile.clear();
    d->tlsKeyFile.clear();
}

/*!
    Returns whether the TLS configuration has custom certificate authorities: when it was set, its
    list was neither empty nor that of the application's default configuration. The certificate is
    then verified by these authorities only, and MariaDB's zero-configuration TLS, in which the
    server authenticates its certificate with the password hash, is disabled. The function also
    returns true if the URL has \c tls-ca.
*/
bool ConnectionOptions::usesCustomCaCertificates() const
{
    return d->usesCustomCaCertificates;
}

/*!
    Returns the authentication plugins that a server may request. The default is
    mysql_native_password, caching_sha2_password, sha256_password, client_ed25519 and parsec.
*/
QStringList ConnectionOptions::allowedAuthenticationPlugins() const
{
    return d->allowedAuthenticationPlugins;
}

/*!
    Sets the authentication plugins that a server may request to \a plugins. mysql_clear_password is
    not among the default ones, because it sends the password as clear text.
*/
void ConnectionOptions::setAllowedAuthenticationPlugins(const QStringList &plugins)
{
    d->allowedAuthenticationPlugins = plugins;
}

/*!
    Returns whether a password may be sent over TLS to a server whose identity is not verified, if
    tlsMode() does not require verification. The default is true, as in MySQL's own clients.
*/
bool ConnectionOptions::isUnverifiedTlsAllowedForPasswords() const
{
    return d->unverifiedTlsAllowedForPasswords;
}

/*!
    Sets whether a password may be sent over TLS to a server whose identity is not verified to
    \a allow. A man in the middle can then read it; use TlsMode::VerifyIdentity to prevent that.
*/
void ConnectionOptions::setUnverifiedTlsAllowedForPasswords(bool allow)
{
    d->unverifiedTlsAllowedForPasswords = allow;
}

/*!
    Returns whether the server's RSA key may be requested from the server, without TLS. The default
    is false.
*/
bool ConnectionOptions::isPublicKeyRetrievalAllowed() const
{
    return d->publicKeyRetrievalAllowed;
}

/*!
    Sets whether the server's RSA key may be requested from the server, without TLS, to \a allow. A
    man in the middle could then send a different key and read the password.
*/
void ConnectionOptions::setPublicKeyRetrievalAllowed(bool allow)
{
    d->publicKeyRetrievalAllowed = allow;
}

/*! Returns the RSA key of the server as PEM. The default is empty. */
QByteArray ConnectionOptions::serverPublicKey() const
{
    return d->serverPublicKey;
}

/*!
    Sets the RSA key of the server to \a pem. Without TLS, passwords are encrypted with this key.
*/
void ConnectionOptions::setServerPublicKey(const QByteArray &pem)
{
    d->serverPublicKey = pem;
}

/*!
    \fn bool AsyncMySql::ConnectionOptions::operator==(const ConnectionOptions &left, const
    ConnectionOptions &right)

    Returns whether \a left and \a right are equal. Device factories cannot be compared: options
    that have one are equal only to their unchanged copies.
*/
bool operator==(const ConnectionOptions &left, const ConnectionOptions &right)
{
    const ConnectionOptionsData &a = *left.d;
    const ConnectionOptionsData &b = *right.d;
    if (&a == &b)
        return true;
    return !a.deviceFactory && !b.deviceFactory && a.host == b.host && a.port == b.port
           && a.localSocketName == b.localSocketName && a.user == b.user && a.password == b.password
           && a.database == b.database && a.connectAttributes == b.connectAttributes
           && a.tlsMode == b.tlsMode && a.sslConfiguration == b.sslConfiguration
           && a.tlsCaFile == b.tlsCaFile && a.tlsCertificateFile == b.tlsCertificateFile
           && a.tlsKeyFile == b.tlsKeyFile
           && a.allowedAuthenticationPlugins == b.allowedAuthenticationPlugins
           && a.unverifiedTlsAllowedForPasswords == b.unverifiedTlsAllowedForPasswords
           && a.publicKeyRetrievalAllowed == b.publicKeyRetrievalAllowed
           && a.serverPublicKey == b.serverPublicKey && a.connectTimeout == b.connectTimeout
           && a.firstConnectTimeout == b.firstConnectTimeout && a.idleTimeout == b.idleTimeout
           && a.idleValidationInterval == b.idleValidationInterval
           && a.queueTimeout == b.queueTimeout && a.queryTimeout == b.queryTimeout
           && a.streamTimeout == b.streamTimeout && a.responseTimeout == b.responseTimeout
           && a.cancelGracePeriod == b.cancelGracePeriod && a.retryPolicy == b.retryPolicy
           && a.pipelineDepth == b.pipelineDepth && a.pipeliningMode == b.pipeliningMode
           && a.multiRowInsertMode == b.multiRowInsertMode
           && a.autoPrepareEnabled == b.autoPrepareEnabled
           && a.statementCacheSize == b.statementCacheSize && a.compression == b.compression
           && a.compressionLevel == b.compressionLevel
           && a.multiStatementsAllowed == b.multiStatementsAllowed
           && a.localInfileAllowed == b.localInfileAllowed
           && a.trackedVariables == b.trackedVariables
           && a.gtidTrackingEnabled == b.gtidTrackingEnabled
           && a.maximumPacketSize == b.maximumPacketSize
           && a.maximumResultSize == b.maximumResultSize && a.timeZone == b.timeZone
           && a.collation == b.collation && a.sessionVariables == b.sessionVariables
           && a.initStatements == b.initStatements && a.foundRowsEnabled == b.foundRowsEnabled;
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
