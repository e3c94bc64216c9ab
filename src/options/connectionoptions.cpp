// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionoptions_p.h"

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

} // namespace AsyncMySql
