// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectoptions.h"

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qfileinfo.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslcipher.h>
#include <QtNetwork/qsslkey.h>

#include <array>
#include <optional>
#include <utility>

namespace AsyncMySql::Sql {

using namespace Qt::StringLiterals;

namespace {

constexpr quint16 DefaultPort = 3306;

/// Where a server of this machine listens by default: as the client libraries of MySQL
/// and MariaDB have it on the systems they are packaged for. Null if none of the files is there.
QString defaultSocket()
{
    QStringList candidates = {
        u"/run/mysqld/mysqld.sock"_s,
        u"/var/lib/mysql/mysql.sock"_s,
        u"/tmp/mysql.sock"_s,
        u"/run/mysql/mysql.sock"_s,
    };
    const QString fromEnvironment = qEnvironmentVariable("MYSQL_UNIX_PORT");
    if (!fromEnvironment.isEmpty())
        candidates.prepend(fromEnvironment);
    for (const QString &candidate : std::as_const(candidates)) {
        if (QFileInfo::exists(candidate))
            return candidate;
    }
    return {};
}

bool isTrue(const QString &value)
{
    return value == "TRUE"_L1 || value == "1"_L1;
}

std::optional<QByteArray> contentsOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return file.readAll();
}

QSslKey privateKey(const QByteArray &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        QSslKey key(pem, algorithm);
        if (!key.isNull())
            return key;
    }
    return {};
}

} // namespace

ConnectOptions::ConnectOptions(const Address &address, const QString &connectOptions)
    : m_tls(m_settings.options.sslConfiguration())
{
    ConnectionOptions &options = m_settings.options;
    // QMYSQL has it always, as stored procedures once could not be called without.
    options.setMultiStatementsAllowed(true);
    // What is in the session stays as the server has it, as the program did not ask for anything.
    options.setTimeZone({});
    options.setIdleTimeout(std::chrono::milliseconds(0));
    options.setIdleValidationInterval(std::chrono::milliseconds(0));
    // Callers wait without a limit of ours, as they do for QMYSQL.
    options.setResponseTimeout(std::chrono::milliseconds(0));

    const QStringList entries = connectOptions.split(u';', Qt::SkipEmptyParts);
    for (const QString &entry : entries) {
        const QString option = entry.simplified();
        if (!option.isEmpty())
            read(option);
    }
    if (!m_settings.reconnects)
        options.setRetryPolicy(RetryPolicy(RetryPolicy::Never));
    if (!m_sqlModes.isEmpty()) {
        options.setInitStatements(
            options.initStatements()
            << u"SET SESSION sql_mode = CONCAT_WS(',', @@sql_mode, '%1')"_s.arg(
                   m_sqlModes.join(u',')));
    }
    applyTls();
    applyAddress(address);
    if (!m_error)
        m_error = options.validate();
}

void ConnectOptions::read(const QString &option)
{
    const qsizetype equals = option.indexOf(u'=');
    const QString name = option.left(equals).trimmed();
    if (equals < 0) {
        if (!readValue(name, {}) && !readFlag(name))
            warn(u"QMYSQLDriver::open: Unknown connect option '%1'"_s.arg(name));
        return;
    }
    const QString value = option.mid(equals + 1).trimmed();
    if (readValue(name, value))
        return;
    if (!isTrue(value))
        warn(u"QMYSQLDriver::open: Illegal connect option value '%1'"_s.arg(option));
    else if (!readFlag(name))
        warn(u"QMYSQLDriver::open: Unknown connect option '%1'"_s.arg(name));
}

/// Options that are on when they are there.
bool ConnectOptions::readFlag(const QString &name)
{
    ConnectionOptions &options = m_settings.options;
    if (name == "CLIENT_COMPRESS"_L1) {
        options.setCompression(ConnectionOptions::Compression::Zlib);
    } else if (name == "CLIENT_FOUND_ROWS"_L1) {
        options.setFoundRowsEnabled(true);
    } else if (name == "CLIENT_IGNORE_SPACE"_L1) {
        m_sqlModes.append(u"IGNORE_SPACE"_s);
    } else if (name == "CLIENT_INTERACTIVE"_L1) {
        // What that flag means: another variable's value counts.
        options.setInitStatements(options.initStatements()
                                  << u"SET SESSION wait_timeout = @@interactive_timeout"_s);
    } else if (name == "CLIENT_SSL"_L1) {
        options.setTlsMode(ConnectionOptions::TlsMode::Required);
        m_hasTlsMode = true;
    } else {
        // Two that servers ignore, or that only ever changed what old client libraries do.
        return name == "CLIENT_NO_SCHEMA"_L1 || name == "CLIENT_ODBC"_L1;
    }
    return true;
}

bool ConnectOptions::readValue(const QString &name, const QString &value)
{
    ConnectionOptions &options = m_settings.options;
    if (name == "UNIX_SOCKET"_L1) {
        m_socket = value;
    } else if (name == "MYSQL_OPT_RECONNECT"_L1) {
        m_settings.reconnects = value.isEmpty() || isTrue(value);
    } else if (name == "MYSQL_OPT_CONNECT_TIMEOUT"_L1) {
        if (const std::chrono::seconds limit = seconds(name, value); limit.count() > 0) {
            options.setConnectTimeout(limit);
            options.setFirstConnectTimeout(limit);
        }
    } else if (name == "MYSQL_OPT_READ_TIMEOUT"_L1) {
        m_settings.readTimeout = seconds(name, value);
    } else if (name == "MYSQL_OPT_WRITE_TIMEOUT"_L1) {
        // A server that reads nothing does not answer either.
        const std::chrono::seconds limit = seconds(name, value);
        if (m_settings.readTimeout.count() == 0)
            m_settings.readTimeout = limit;
    } else if (name == "ASYNCMYSQL_QUERY_TIMEOUT"_L1) {
        options.setQueryTimeout(seconds(name, value));
    } else if (name == "MYSQL_OPT_LOCAL_INFILE"_L1) {
        // Which file a statement may read is for the program to say, statement by statement.
        if (value.isEmpty() || isTrue(value))
            warn(u"QMYSQLDriver::open: LOAD DATA LOCAL INFILE is not available through QtSql"_s);
    } else if (name == "MYSQL_OPT_PROTOCOL"_L1) {
        readTransport(value);
    } else if (name == "MYSQL_SHARED_MEMORY_BASE_NAME"_L1) {
        fail(u"MySQL's shared memory is not supported"_s);
    } else {
        return readTlsValue(name, value);
    }
    return true;
}

bool ConnectOptions::readTlsValue(const QString &name, const QString &value)
{
    QString option = name;
    if (option.startsWith("MYSQL_OPT_"_L1))
        option.remove(0, 10);
    if (option == "SSL_KEY"_L1)
        m_key = value;
    else if (option == "SSL_CERT"_L1)
        m_certificate = value;
    else if (option == "SSL_CA"_L1)
        m_ca = value;
    else if (option == "SSL_CAPATH"_L1)
        m_caPath = value;
    else if (option == "SSL_CIPHER"_L1)
        readCiphers(value);
    else if (name == "MYSQL_OPT_SSL_CRL"_L1 || name == "MYSQL_OPT_SSL_CRLPATH"_L1)
        fail(u"Qt does not support lists of revoked certificates (%1)"_s.arg(name));
    else if (name == "MYSQL_OPT_TLS_VERSION"_L1)
        readTlsVersions(value);
    else if (name == "MYSQL_OPT_SSL_MODE"_L1)
        readTlsMode(value);
    else if (name == "MYSQL_OPT_SSL_VERIFY_SERVER_CERT"_L1 && (value.isEmpty() || isTrue(value)))
        readTlsMode(u"VERIFY_IDENTITY"_s);
    else
        return name == "MYSQL_OPT_SSL_VERIFY_SERVER_CERT"_L1;
    return true;
}

void ConnectOptions::readTlsMode(const QString &value)
{
    using TlsMode = ConnectionOptions::TlsMode;
    constexpr std::array<std::pair<QLatin1StringView, TlsMode>, 5> modes = {{
        {"DISABLED"_L1, TlsMode::Disabled},
        {"PREFERRED"_L1, TlsMode::Preferred},
        {"REQUIRED"_L1, TlsMode::Required},
        {"VERIFY_CA"_L1, TlsMode::VerifyCa},
        {"VERIFY_IDENTITY"_L1, TlsMode::VerifyIdentity},
    }};
    QString mode = value;
    if (mode.startsWith("SSL_MODE_"_L1))
        mode.remove(0, 9);
    for (const auto &[name, tlsMode] : modes) {
        if (mode == name) {
            m_settings.options.setTlsMode(tlsMode);
            m_hasTlsMode = true;
            return;
        }
    }
    fail(u"There is no MYSQL_OPT_SSL_MODE '%1'"_s.arg(value));
}

void ConnectOptions::readTransport(const QString &value)
{
    QString transport = value;
    if (transport.startsWith("MYSQL_PROTOCOL_"_L1))
        transport.remove(0, 15);
    if (transport == "TCP"_L1)
        m_transport = Transport::Tcp;
    else if (transport == "SOCKET"_L1 || transport == "PIPE"_L1)
        m_transport = Transport::Socket;
    else if (transport == "MEMORY"_L1)
        fail(u"MySQL's shared memory is not supported"_s);
    else if (transport != "DEFAULT"_L1)
        warn(u"QMYSQLDriver::open: Unknown protocol '%1'"_s.arg(value));
}

/// The oldest and the newest of a list such as "TLSv1.2,TLSv1.3".
void ConnectOptions::readTlsVersions(const QString &value)
{
    bool has12 = false;
    bool has13 = false;
    const QStringList versions = value.split(u',', Qt::SkipEmptyParts);
    for (const QString &entry : versions) {
        const QString version = entry.trimmed();
        has12 = has12 || version == "TLSv1.2"_L1;
        has13 = has13 || version == "TLSv1.3"_L1;
    }
    if (!has12 && !has13)
        fail(u"MYSQL_OPT_TLS_VERSION has neither TLSv1.2 nor TLSv1.3: '%1'"_s.arg(value));
    else if (has12)
        m_tls.setProtocol(has13 ? QSsl::TlsV1_2OrLater : QSsl::TlsV1_2);
    else
        m_tls.setProtocol(QSsl::TlsV1_3OrLater);
}

void ConnectOptions::readCiphers(const QString &value)
{
    QList<QSslCipher> ciphers;
    const QStringList names = value.split(u':', Qt::SkipEmptyParts);
    for (const QString &name : names) {
        const QSslCipher cipher(name.trimmed());
        if (!cipher.isNull())
            ciphers.append(cipher);
    }
    if (ciphers.isEmpty())
        fail(u"SSL_CIPHER has no cipher that is known: '%1'"_s.arg(value));
    else
        m_tls.setCiphers(ciphers);
}

std::chrono::seconds ConnectOptions::seconds(const QString &name, const QString &value)
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    // Longer than a timer can be set to means for ever.
    constexpr int most = 24 * 24 * 3600;
    if (isNumber && number >= 0)
        return std::chrono::seconds(number > most ? 0 : number);
    warn(u"QMYSQLDriver::open: Illegal connect option value '%1=%2'"_s.arg(name, value));
    return std::chrono::seconds(0);
}

void ConnectOptions::fail(const QString &text)
{
    if (!m_error)
        m_error = Error(Error::InvalidOptions, text);
}

void ConnectOptions::applyTls()
{
    ConnectionOptions &options = m_settings.options;
    QList<QSslCertificate> authorities;
    if (!m_ca.isEmpty()) {
        authorities = QSslCertificate::fromPath(m_ca, QSsl::Pem);
        if (authorities.isEmpty())
            fail(u"SSL_CA has no certificate: '%1'"_s.arg(m_ca));
    }
    if (!m_caPath.isEmpty()) {
        const QStringList files
            = QDir(m_caPath).entryList({u"*.pem"_s, u"*.crt"_s, u"*.0"_s}, QDir::Files);
        for (const QString &file : files)
            authorities += QSslCertificate::fromPath(QDir(m_caPath).filePath(file), QSsl::Pem);
        if (authorities.isEmpty())
            fail(u"SSL_CAPATH has no certificate: '%1'"_s.arg(m_caPath));
    }
    if (!authorities.isEmpty())
        m_tls.setCaCertificates(authorities);
    if (!m_certificate.isEmpty()) {
        const QList<QSslCertificate> chain = QSslCertificate::fromPath(m_certificate, QSsl::Pem);
        if (chain.isEmpty())
            fail(u"SSL_CERT has no certificate: '%1'"_s.arg(m_certificate));
        m_tls.setLocalCertificateChain(chain);
    }
    if (!m_key.isEmpty()) {
        const QSslKey key = privateKey(contentsOf(m_key).value_or(QByteArray()));
        if (key.isNull())
            fail(u"SSL_KEY has no private key without a password: '%1'"_s.arg(m_key));
        m_tls.setPrivateKey(key);
    }
    options.setSslConfiguration(m_tls);
    // Certificates imply TLS, and those of authorities that the server's is verified.
    if (m_hasTlsMode)
        return;
    if (!authorities.isEmpty())
        options.setTlsMode(ConnectionOptions::TlsMode::VerifyCa);
    else if (!m_certificate.isEmpty() || !m_key.isEmpty())
        options.setTlsMode(ConnectionOptions::TlsMode::Required);
}

/// "localhost" is the local socket, unless a port other than the usual one says what is meant.
void ConnectOptions::applyAddress(const Address &address)
{
    ConnectionOptions &options = m_settings.options;
    const bool isLocal = address.host.isEmpty() || address.host == "localhost"_L1;
    const bool hasPort = address.port > 0 && address.port != DefaultPort;
    options.setHost(address.host.isEmpty() ? u"localhost"_s : address.host);
    if (address.port > 0xffff)
        fail(u"%1 is not a port"_s.arg(address.port));
    else if (address.port > 0)
        options.setPort(static_cast<quint16>(address.port));
    options.setUser(address.user);
    options.setPassword(address.password);
    options.setDatabase(address.database);
#if defined(Q_OS_UNIX)
    const bool mayUseSocket = m_transport != Transport::Tcp && isLocal;
    QString socket = mayUseSocket || m_transport == Transport::Socket ? m_socket : QString();
    if (socket.isEmpty() && mayUseSocket && (!hasPort || m_transport == Transport::Socket))
        socket = defaultSocket();
#else
    Q_UNUSED(isLocal)
    Q_UNUSED(hasPort)
    const QString socket = m_transport == Transport::Socket ? m_socket : QString();
#endif
    if (m_transport == Transport::Socket && socket.isEmpty())
        fail(u"There is no local socket of a server; UNIX_SOCKET can name one"_s);
    if (!socket.isEmpty())
        options.setLocalSocketName(socket);
}

} // namespace AsyncMySql::Sql
