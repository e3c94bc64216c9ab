// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionoptions_p.h"
#include "connectionurl.h"
#include "optionsvalidation.h"

#include <QtCore/qstring.h>
#include <QtNetwork/qsslcertificate.h>

using namespace Qt::StringLiterals;

namespace AsyncMySql {

namespace {

/// What is wrong with options from a URL, of which \a problem is known already.
Error optionsError(const ConnectionOptions &options, const QString &problem)
{
    return problem.isEmpty()
               ? options.validate()
               : Error(Error::InvalidOptions, "Invalid connection URL: "_L1 + problem);
}

} // namespace

/*!
    \class AsyncMySql::ConnectionOptions
    \inmodule AsyncMySql
    \brief The ConnectionOptions class holds the address of a server, the account and the settings
    of its sessions.

    Set the options one by one, or read them from a URL with fromUrl(). validate() returns an error
    if they are not valid. Durations are in milliseconds, sizes in bytes.

    Values of this class are implicitly shared and may be used in any thread. A device factory and a
    password provider are called in the thread of the connection.
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
    \c mariadb; with \c {mysql+srv} and \c {mariadb+srv}, the host is a setServiceName(). Special
    characters are percent-encoded. The keys are:

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
    \row \li hosts
         \li several hosts, separated by commas, as Host::fromString() reads them; that of the URL
             is added in front if it is not among them
    \row \li host-selection \li sequential, round-robin, random, least-connections: see
             HostPolicy::Selection
    \row \li requires-writable \li yes or no: see HostPolicy::setRequiresWritable()
    \row \li follow-members \li yes or no: see HostPolicy::setFollowsMembers()
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
    const Error result = optionsError(options, ConnectionUrl(url).applyTo(options.d.data()));
    if (error)
        *error = result;
    return result ? ConnectionOptions() : options;
}

/*!
    \overload

    A URL as text can list several hosts, which a QUrl cannot hold:
    \c {mysql://anna@db1,db2:3307,[fe80::1]/shop}. Each one can have a role and a weight:
    \c {mysql://anna@db1;role=primary,db2;role=replica;weight=2/shop}. In a QUrl, and in toUrl(),
    the key \c hosts has the list.
*/
ConnectionOptions ConnectionOptions::fromUrl(const QString &url, Error *error)
{
    ConnectionOptions options;
    QString problem;
    const ConnectionUrl parsed = ConnectionUrl::fromString(url, &problem);
    if (problem.isEmpty())
        problem = parsed.applyTo(options.d.data());
    const Error result = optionsError(options, problem);
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

/*!
    Sets the name or address of the server to \a host, instead of all hosts() that were set. Write
    IPv6 addresses without brackets.
*/
void ConnectionOptions::setHost(const QString &host)
{
    d->host = host;
    d->hosts.clear();
    d->serviceName.clear();
}

/*! Returns the TCP port. The default is 3306. */
quint16 ConnectionOptions::port() const
{
    return d->port;
}

/*!
    Sets the TCP port to \a port. If several hosts() were set, only the first one remains, with this
    port.
*/
void ConnectionOptions::setPort(quint16 port)
{
    d->port = port;
    d->hosts.clear();
}

/*!
    Returns the hosts that sessions can be opened with. If none were set, it is one with the name
    host() and the port port(), or none if that name is empty.
*/
QList<Host> ConnectionOptions::hosts() const
{
    if (d->hosts.isEmpty() && !d->host.isEmpty())
        return QList<Host>{Host(d->host, d->port)};
    return d->hosts;
}

/*!
    Sets the hosts that sessions can be opened with to \a hosts: the nodes of a cluster, or a
    primary and its replicas. They have the account, the TLS mode and all other options in common.
    hostPolicy() says which host is used. host() and port() return those of the first host.

    Each host may take its share of connectTimeout(), so that a host that does not answer does not
    use up the time of the others: the timeout divided by the number of hosts, but not less than 2
    seconds unless the timeout is shorter.

    \sa setServiceName(), setHostPolicy()
*/
void ConnectionOptions::setHosts(const QList<Host> &hosts)
{
    d->serviceName.clear();
    d->setHosts(hosts);
}

/*! Returns the name of the DNS service that lists the hosts. The default is empty. */
QString ConnectionOptions::serviceName() const
{
    return d->serviceName;
}

/*!
    Sets the name of the DNS service that lists the hosts to \a name, such as
    \c {_mysql._tcp.example.org}. It is looked up as it is, whenever a session is to be opened and
    the last answer is older than it says. Hosts of the best priority are used first, in proportion
    to their weights. The service replaces host(), port() and hosts().

    With TlsMode::VerifyIdentity, the certificate of each host must name that host, and hosts that
    do not belong to the domain of the service (\c example.org, and what is below it) are not used:
    the DNS alone could name any.
*/
void ConnectionOptions::setServiceName(const QString &name)
{
    d->serviceName = name;
    d->host.clear();
    d->hosts.clear();
}

/*!
    Returns which one of several hosts a session is opened with. The default is a
    default-constructed HostPolicy.
*/
HostPolicy ConnectionOptions::hostPolicy() const
{
    return d->hostPolicy;
}

/*! Sets which one of several hosts a session is opened with to \a policy. */
void ConnectionOptions::setHostPolicy(const HostPolicy &policy)
{
    d->hostPolicy = policy;
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
    return d->passwords.front();
}

/*! Sets the password to \a password. */
void ConnectionOptions::setPassword(const QString &password)
{
    d->passwords.front() = password;
}

/*!
    \overload

    Returns the password of the given \a factor, from 1 to 3, of MySQL's multi-factor
    authentication. password(1) is the same as password(). The others are null strings by default,
    which means that the passwordProvider() is asked for them, if there is one, and that they are
    empty otherwise.
*/
QString ConnectionOptions::password(int factor) const
{
    return factor >= 1 && factor <= 3 ? d->passwords[size_t(factor) - 1] : QString();
}

/*!
    \overload

    Sets the password of the given \a factor, from 1 to 3, to \a password. The server says which
    factors an account has. Other factors are ignored.
*/
void ConnectionOptions::setPassword(int factor, const QString &password)
{
    if (factor >= 1 && factor <= 3)
        d->passwords[size_t(factor) - 1] = password;
}

/*!
    \typedef AsyncMySql::ConnectionOptions::PasswordProvider

    A function that returns the password, or the answer to a question, that an
    AuthenticationRequest describes.

    \sa setPasswordProvider()
*/

/*! Returns the function that is asked for passwords. The default is an empty function. */
ConnectionOptions::PasswordProvider ConnectionOptions::passwordProvider() const
{
    return d->passwordProvider ? *d->passwordProvider : PasswordProvider();
}

/*!
    Sets the function that is asked for passwords to \a provider: it may show a dialog, read a
    keychain, or fetch a token. It returns a future, which may be finished already or be finished
    later.

    \snippet pools.cpp password provider

    The provider is called from the event loop, in the thread of the connection or pool; if options
    are used in several threads, it may be called in all of them at the same time. It may do
    anything, including deleting the connection. There is one request at a time for all sessions of
    a connection or a pool, and its answer is used for all of them; see setPasswordLifetime().

    It is asked for the password before the library connects: if password() is empty, and if the
    server refused the password (AccessDenied), in which case AuthenticationRequest::refusal() holds
    the reason. After three refused passwords, or if the provider returns the refused password
    again, the jobs fail with Error::AccessDenied; the next job asks again. Sessions that stop
    statements (Job::cancel()) use the password of the session that they belong to.

    It is also asked while the server authenticates the client: for the passwords of further factors
    that are not set, and for the answers to questions of the plugin \c dialog, such as one-time
    codes. These answers are used once.

    The time that a request takes counts neither as connectTimeout() nor as firstConnectTimeout();
    Query::setQueueTimeout() and queueTimeout() limit how long a job waits. If the future is
    cancelled, finishes without a result or holds an exception, all jobs that wait fail with
    Error::AuthenticationCancelled; the next job asks again. When no job waits any more, and when
    the connection is aborted, destroyed or given other options, the library cancels the future and
    ignores its result.

    The library wipes its own copies of passwords when it does not need them any more. It cannot
    wipe those in the future.

    \sa AuthenticationRequest, setPasswordLifetime()
*/
void ConnectionOptions::setPasswordProvider(const PasswordProvider &provider)
{
    d->passwordProvider = provider ? std::make_shared<const PasswordProvider>(provider) : nullptr;
}

/*!
    Returns how long a password of the passwordProvider() is used for further sessions, in
    milliseconds. The default is 0, which means until a server refuses it, or the options are set
    again.
*/
std::chrono::milliseconds ConnectionOptions::passwordLifetime() const
{
    return d->passwordLifetime;
}

/*!
    Sets how long a password of the passwordProvider() is used for further sessions to \a lifetime,
    in milliseconds: a little less than a token is valid. Sessions that are open are not affected.
    With 1 ms, the provider is asked for each session that is opened on its own. If it is 0, there
    is no limit.
*/
void ConnectionOptions::setPasswordLifetime(std::chrono::milliseconds lifetime)
{
    d->passwordLifetime = lifetime;
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
    Sets the authentication plugins that a server may request to \a plugins.

    These are not among the default ones, because the server receives the password itself:
    mysql_clear_password (PAM, LDAP, tokens of cloud accounts), dialog (PAM of MariaDB) and
    authentication_openid_connect_client (the password is the identity token). They need a local
    socket, or TLS with a verified certificate. Nor is authentication_ldap_sasl_client, which
    proves the password of a directory: it supports SCRAM-SHA-1 and SCRAM-SHA-256.
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
    that have one are equal only to their unchanged copies. Password providers are equal if one set
    of options is a copy of the other, in which the provider was not set again.
*/
bool operator==(const ConnectionOptions &left, const ConnectionOptions &right)
{
    return left.d.constData() == right.d.constData() || left.d->equals(*right.d);
}

} // namespace AsyncMySql
