// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionoptions_p.h"
#include "connectionurl.h"
#include "optionsvalidation.h"

#include <QtCore/qdebug.h>
#include <QtNetwork/qsslcertificate.h>

namespace AsyncMySql {

/*!
    \class AsyncMySql::ConnectionOptions
    \inmodule AsyncMySql
    \brief Where a server is, who asks, and how a session with it is held.

    The options may be set one by one, or come from a URL with fromUrl(). validate() tells what is
    wrong with them. Durations are milliseconds, sizes are bytes.

    Values of this class are implicitly shared, and may be used in any thread; a device factory is
    called in the thread of the connection.
*/

/*!
    \enum AsyncMySql::ConnectionOptions::TlsMode

    What is asked of TLS, before anything secret is sent. Local sockets need none of it.

    \value Disabled Nothing is encrypted.
    \value Preferred Encrypted if the server can. Who the server is stays unproven. The default.
    \value Required Encrypted, or no session. Who the server is stays unproven.
    \value VerifyCa The certificate also leads to a trusted certificate authority.
    \value VerifyIdentity The certificate also names the host.
*/

/*!
    \typedef AsyncMySql::ConnectionOptions::DeviceFactory

    Makes the device that carries a session, opened or opening, with the given parent, which owns
    it. It is called once for each connection attempt, in the thread of the connection.
*/

/*! Constructs the default options. They lack a host(), so that validate() is not content with them.
 */
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
    Returns the options of \a url, or, after an error, the default ones, with which no connection is
    possible. \a error says what is wrong (Error::InvalidOptions), and never repeats the password.

    The URL is \c {mysql://user:password@host:port/database?key=value&…}, with \c mariadb as another
    name of the scheme. Special characters are percent-encoded. The options:

    \table
    \header \li key \li value
    \row \li connect-timeout, first-connect-timeout, idle-timeout, stale-check, queue-timeout,
             query-timeout, response-timeout
         \li a duration: \c 500ms, \c 30s, \c 2min, \c 1h; a plain number is seconds
    \row \li max-packet, max-result \li a size: bytes, or with KiB, MiB or GiB
    \row \li pipeline-depth \li a number: see setPipelineDepth()
    \row \li pipelining \li auto, always, never: see setPipeliningMode()
    \row \li prepare \li yes or no: see setPreparesStatements()
    \row \li statement-cache \li a number: see setStatementCacheSize()
    \row \li compression \li none, zlib, zstd
    \row \li compression-level \li a number: see setCompressionLevel()
    \row \li tls-mode \li disabled, preferred, required, verify-ca, verify-identity
    \row \li tls-ca, tls-cert, tls-key
         \li a PEM file; the last two need each other. They are read at once.
    \row \li socket \li see setLocalSocketName()
    \row \li time-zone, collation \li see setTimeZone(), setCollation()
    \row \li track-variables \li names with commas in between: see setTrackedVariables()
    \row \li track-gtids \li yes or no: see setTracksGtids()
    \row \li resend \li never, idempotent, always: see RetryPolicy::Resend
    \row \li init \li an init statement; may be given several times
    \endtable

    Other keys are errors. What weakens security beyond the TLS mode, such as passwords in clear
    text, the retrieval of public keys, local files or several statements at a time, is not taken
    from a URL, which may come from a less trusted source than the program does.
*/
ConnectionOptions ConnectionOptions::fromUrl(const QUrl &url, Error *error)
{
    ConnectionOptions options;
    const QString problem = ConnectionUrl(url).applyTo(options.d.data());
    const Error result
        = problem.isEmpty() ? options.validate() : Error(Error::InvalidOptions, problem);
    if (error)
        *error = result;
    return result ? ConnectionOptions() : options;
}

/*!
    Returns the options as a URL, without the password. Keys with their default value are left out,
    and so is what a URL cannot hold; see fromUrl().
*/
QUrl ConnectionOptions::toUrl() const
{
    return ConnectionUrl::fromOptions(*d).url();
}

/*!
    Returns Error::InvalidOptions with what is wrong with the options, or an Error that is none. The
    message never has the password in it. Nothing is connected to, looked up or read.
*/
Error ConnectionOptions::validate() const
{
    const QString problem = problemOfOptions(*d);
    return problem.isEmpty() ? Error() : Error(Error::InvalidOptions, problem);
}

/*! Returns the name or address of the server. Empty by default. */
QString ConnectionOptions::host() const
{
    return d->host;
}

/*! Sets the name or address of the server to \a host. IPv6 addresses have no brackets. */
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
    Returns the path of the Unix socket, or the name of the pipe. Empty by default: TCP is used.
*/
QString ConnectionOptions::localSocketName() const
{
    return d->localSocketName;
}

/*!
    Sets the path of the Unix socket, or the name of the pipe, to \a name. If it is not empty, it is
    used instead of host and port.
*/
void ConnectionOptions::setLocalSocketName(const QString &name)
{
    d->localSocketName = name;
}

/*! Returns what makes the device that carries a session. Unset by default. */
ConnectionOptions::DeviceFactory ConnectionOptions::deviceFactory() const
{
    return d->deviceFactory;
}

/*!
    Sets what makes the device that carries a session to \a factory: a tunnel, for example. It is
    used instead of host and port, and cannot be used together with a local socket.
*/
void ConnectionOptions::setDeviceFactory(const DeviceFactory &factory)
{
    d->deviceFactory = factory;
}

/*! Returns the name of the account. Empty by default. */
QString ConnectionOptions::user() const
{
    return d->user;
}

/*! Sets the name of the account to \a user. */
void ConnectionOptions::setUser(const QString &user)
{
    d->user = user;
}

/*! Returns the password. Empty by default. Neither toUrl() nor QDebug show it. */
QString ConnectionOptions::password() const
{
    return d->password;
}

/*! Sets the password to \a password. */
void ConnectionOptions::setPassword(const QString &password)
{
    d->password = password;
}

/*! Returns the database that is selected on connect. Empty, for none, by default. */
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
    Returns what the server is told about the client, beside the library's own attributes. None by
    default.
*/
QMap<QString, QString> ConnectionOptions::connectAttributes() const
{
    return d->connectAttributes;
}

/*!
    Sets what the server is told about the client to \a attributes. Administrators can read them in
    \c performance_schema.session_connect_attrs.
*/
void ConnectionOptions::setConnectAttributes(const QMap<QString, QString> &attributes)
{
    d->connectAttributes = attributes;
}

/*! Returns what is asked of TLS. The default is TlsMode::Preferred. */
ConnectionOptions::TlsMode ConnectionOptions::tlsMode() const
{
    return d->tlsMode;
}

/*! Sets what is asked of TLS to \a mode. */
void ConnectionOptions::setTlsMode(TlsMode mode)
{
    d->tlsMode = mode;
}

/*!
    Returns the configuration of TLS: certificate authorities, the client's certificate and key,
    ciphers. The default is QSslConfiguration::defaultConfiguration(), as it is at the time of the
    call.
*/
QSslConfiguration ConnectionOptions::sslConfiguration() const
{
    return d->sslConfiguration.value_or(QSslConfiguration::defaultConfiguration());
}

/*!
    Sets the configuration of TLS to \a configuration.

    \sa hasOwnCaCertificates()
*/
void ConnectionOptions::setSslConfiguration(const QSslConfiguration &configuration)
{
    const QList<QSslCertificate> own = configuration.caCertificates();
    d->sslConfiguration = configuration;
    d->hasOwnCaCertificates
        = !own.isEmpty() && own != QSslConfiguration::defaultConfiguration().caCertificates();
    d->tlsCaFile.clear();
    d->tlsCertificateFile.clear();
    d->tlsKeyFile.clear();
}

/*!
    Returns whether the TLS configuration was given its own certificate authorities: when it was
    set, its list was neither empty nor that of the application's default configuration. The
    certificate is then judged by these alone, and MariaDB's zero-configuration TLS, in which the
    server proves itself by the password, is out of use. \c tls-ca in a URL counts.
*/
bool ConnectionOptions::hasOwnCaCertificates() const
{
    return d->hasOwnCaCertificates;
}

/*!
    Returns the authentication plugins that a server may ask for. The default is
    mysql_native_password, caching_sha2_password, sha256_password, client_ed25519 and parsec.
*/
QStringList ConnectionOptions::allowedAuthenticationPlugins() const
{
    return d->allowedAuthenticationPlugins;
}

/*!
    Sets the authentication plugins that a server may ask for to \a plugins. mysql_clear_password is
    not among the default ones, as it hands the password over as it is.
*/
void ConnectionOptions::setAllowedAuthenticationPlugins(const QStringList &plugins)
{
    d->allowedAuthenticationPlugins = plugins;
}

/*!
    Returns whether a password may be sent through TLS to a server whose identity is unproven, where
    tlsMode() asks for no proof. The default is true, as with MySQL's own clients.
*/
bool ConnectionOptions::allowsUnverifiedTlsForPasswords() const
{
    return d->allowsUnverifiedTlsForPasswords;
}

/*!
    Sets whether a password may be sent through TLS to a server whose identity is unproven to \a
    allow. Someone in between can then read it; TlsMode::VerifyIdentity excludes that.
*/
void ConnectionOptions::setAllowsUnverifiedTlsForPasswords(bool allow)
{
    d->allowsUnverifiedTlsForPasswords = allow;
}

/*!
    Returns whether the server's RSA key may be asked of the server itself, without TLS. The default
    is false.
*/
bool ConnectionOptions::allowsPublicKeyRetrieval() const
{
    return d->allowsPublicKeyRetrieval;
}

/*!
    Sets whether the server's RSA key may be asked of the server itself, without TLS, to \a allow.
    Someone in between could then answer with a key of his own, and read the password.
*/
void ConnectionOptions::setAllowsPublicKeyRetrieval(bool allow)
{
    d->allowsPublicKeyRetrieval = allow;
}

/*! Returns the RSA key of the server as PEM. Empty by default. */
QByteArray ConnectionOptions::serverPublicKey() const
{
    return d->serverPublicKey;
}

/*!
    Sets the RSA key of the server to \a pem: passwords are then encrypted for it where there is no
    TLS.
*/
void ConnectionOptions::setServerPublicKey(const QByteArray &pem)
{
    d->serverPublicKey = pem;
}

/*!
    Returns whether \a left and \a right say the same in everything. Device factories cannot be
    compared: options that have one are equal only to their unchanged copies.
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
           && a.allowsUnverifiedTlsForPasswords == b.allowsUnverifiedTlsForPasswords
           && a.allowsPublicKeyRetrieval == b.allowsPublicKeyRetrieval
           && a.serverPublicKey == b.serverPublicKey && a.connectTimeout == b.connectTimeout
           && a.firstConnectTimeout == b.firstConnectTimeout && a.idleTimeout == b.idleTimeout
           && a.staleCheck == b.staleCheck && a.queueTimeout == b.queueTimeout
           && a.queryTimeout == b.queryTimeout && a.responseTimeout == b.responseTimeout
           && a.cancelGrace == b.cancelGrace && a.retryPolicy == b.retryPolicy
           && a.pipelineDepth == b.pipelineDepth && a.pipeliningMode == b.pipeliningMode
           && a.preparesStatements == b.preparesStatements
           && a.statementCacheSize == b.statementCacheSize && a.compression == b.compression
           && a.compressionLevel == b.compressionLevel
           && a.allowsMultiStatements == b.allowsMultiStatements
           && a.allowsLocalInfile == b.allowsLocalInfile && a.trackedVariables == b.trackedVariables
           && a.tracksGtids == b.tracksGtids && a.maximumPacketSize == b.maximumPacketSize
           && a.maximumResultSize == b.maximumResultSize && a.timeZone == b.timeZone
           && a.collation == b.collation && a.sessionVariables == b.sessionVariables
           && a.initStatements == b.initStatements && a.reportsFoundRows == b.reportsFoundRows;
}

/*! Writes the URL of \a options, without the password and the init statements, to \a debug. */
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
