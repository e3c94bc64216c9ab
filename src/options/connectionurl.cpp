// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionurl.h"

#include "connectionoptions_p.h"
#include "hosttext.h"
#include "urlvalues.h"

#include <QtCore/qfile.h>
#include <QtCore/qset.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qurlquery.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslconfiguration.h>
#include <QtNetwork/qsslkey.h>

#include <algorithm>
#include <chrono>
#include <optional>

using namespace Qt::StringLiterals;

namespace AsyncMySql {

namespace {

using Data = ConnectionOptionsData;

template <typename Value>
struct Named
{
    QLatin1StringView name;
    Value value;
};

constexpr Named<ConnectionOptions::TlsMode> TlsModes[] = {
    {"disabled"_L1, ConnectionOptions::TlsMode::Disabled},
    {"preferred"_L1, ConnectionOptions::TlsMode::Preferred},
    {"required"_L1, ConnectionOptions::TlsMode::Required},
    {"verify-ca"_L1, ConnectionOptions::TlsMode::VerifyCa},
    {"verify-identity"_L1, ConnectionOptions::TlsMode::VerifyIdentity},
};

constexpr Named<RetryPolicy::Resend> Resends[] = {
    {"never"_L1, RetryPolicy::Never},
    {"idempotent"_L1, RetryPolicy::Idempotent},
    {"always"_L1, RetryPolicy::Always},
};

constexpr Named<ConnectionOptions::Compression> Compressions[] = {
    {"none"_L1, ConnectionOptions::Compression::None},
    {"zlib"_L1, ConnectionOptions::Compression::Zlib},
    {"zstd"_L1, ConnectionOptions::Compression::Zstd},
};

constexpr Named<ConnectionOptions::PipeliningMode> PipeliningModes[] = {
    {"auto"_L1, ConnectionOptions::PipeliningMode::Automatic},
    {"always"_L1, ConnectionOptions::PipeliningMode::Always},
    {"never"_L1, ConnectionOptions::PipeliningMode::Never},
};

constexpr Named<ConnectionOptions::MultiRowInsertMode> MultiRowInsertModes[] = {
    {"auto"_L1, ConnectionOptions::MultiRowInsertMode::Automatic},
    {"always"_L1, ConnectionOptions::MultiRowInsertMode::Always},
    {"never"_L1, ConnectionOptions::MultiRowInsertMode::Never},
};

constexpr Named<HostPolicy::Selection> Selections[] = {
    {"sequential"_L1, HostPolicy::Selection::Sequential},
    {"round-robin"_L1, HostPolicy::Selection::RoundRobin},
    {"random"_L1, HostPolicy::Selection::Random},
    {"least-connections"_L1, HostPolicy::Selection::LeastConnections},
};

constexpr Named<bool> Answers[] = {
    {"yes"_L1, true},
    {"no"_L1, false},
};

constexpr Named<int Data::*> Numbers[] = {
    {"pipeline-depth"_L1, &Data::pipelineDepth},
    {"statement-cache"_L1, &Data::statementCacheSize},
    {"compression-level"_L1, &Data::compressionLevel},
};

constexpr Named<bool Data::*> Switches[] = {
    {"auto-prepare"_L1, &Data::autoPrepareEnabled},
    {"gtid-tracking"_L1, &Data::gtidTrackingEnabled},
};

constexpr Named<std::chrono::milliseconds Data::*> Durations[] = {
    {"connect-timeout"_L1, &Data::connectTimeout},
    {"idle-timeout"_L1, &Data::idleTimeout},
    {"idle-validation-interval"_L1, &Data::idleValidationInterval},
    {"queue-timeout"_L1, &Data::queueTimeout},
    {"query-timeout"_L1, &Data::queryTimeout},
    {"stream-timeout"_L1, &Data::streamTimeout},
    {"response-timeout"_L1, &Data::responseTimeout},
    {"first-connect-timeout"_L1, &Data::firstConnectTimeout},
};

constexpr Named<qsizetype Data::*> Sizes[] = {
    {"max-packet"_L1, &Data::maximumPacketSize},
    {"max-result"_L1, &Data::maximumResultSize},
};

constexpr Named<QString Data::*> Texts[] = {
    {"socket"_L1, &Data::localSocketName},      {"time-zone"_L1, &Data::timeZone},
    {"collation"_L1, &Data::collation},         {"tls-ca"_L1, &Data::tlsCaFile},
    {"tls-cert"_L1, &Data::tlsCertificateFile}, {"tls-key"_L1, &Data::tlsKeyFile},
};

/// The names that other clients use for options which this one does not read from a URL, in lower
/// case and without dashes and underscores. URLs often come from less trusted sources.
bool weakensSecurity(const QString &key)
{
    static const QSet<QString> keys{
        u"allowcleartextpassword"_s,
        u"allowcleartextpasswords"_s,
        u"enablecleartextplugin"_s,
        u"allowlocalinfile"_s,
        u"allowloadlocalinfile"_s,
        u"allowloadlocalinfileinpath"_s,
        u"localinfile"_s,
        u"loadlocalinfile"_s,
        u"allowurlinlocalinfile"_s,
        u"allowallfiles"_s,
        u"multistatements"_s,
        u"allowmultistatements"_s,
        u"allowmultiqueries"_s,
        u"multiqueries"_s,
        u"multiplestatements"_s,
        u"allowpublickeyretrieval"_s,
        u"getserverpublickey"_s,
        u"serverpublickey"_s,
        u"serverrsapublickeyfile"_s,
        u"authplugin"_s,
        u"authplugins"_s,
        u"defaultauth"_s,
        u"authenticationplugins"_s,
        u"defaultauthenticationplugin"_s,
        u"trustservercertificate"_s,
        u"allowunverifiedtls"_s,
    };
    return keys.contains(QString(key).toLower().remove(u'-').remove(u'_'));
}

template <typename Value, size_t Count>
const Value *find(const Named<Value> (&table)[Count], const QString &name)
{
    for (const Named<Value> &row : table) {
        if (name == row.name)
            return &row.value;
    }
    return nullptr;
}

template <typename Value, size_t Count>
QString nameOf(const Named<Value> (&table)[Count], Value value)
{
    for (const Named<Value> &row : table) {
        if (row.value == value)
            return row.name;
    }
    return {};
}

// These functions return a description of the error, or an empty string.

QString readOption(Data &data, const QString &key, const QString &value)
{
    const auto refuse = [&](const char16_t *wanted) -> QString {
        return u"the option \"%1\" must be %2, not \"%3\""_s.arg(
            key, QStringView(wanted).toString(), value);
    };
    if (const auto *member = find(Durations, key)) {
        const auto duration = UrlValues::parseDuration(value);
        if (!duration)
            return refuse(u"a duration such as 500ms, 30s, 2min or 1h");
        data.*(*member) = *duration;
    } else if (const auto *size = find(Sizes, key)) {
        const auto bytes = UrlValues::parseSize(value);
        if (!bytes)
            return refuse(u"a size such as 65536, 512KiB, 64MiB or 1GiB");
        data.*(*size) = *bytes;
    } else if (const auto *text = find(Texts, key)) {
        data.*(*text) = value;
    } else if (const auto *number = find(Numbers, key)) {
        bool ok = false;
        data.*(*number) = value.toInt(&ok);
        if (!ok)
            return refuse(u"a number");
    } else if (const auto *option = find(Switches, key)) {
        const auto *answer = find(Answers, value);
        if (!answer)
            return refuse(u"yes or no");
        data.*(*option) = *answer;
    } else if (key == "compression"_L1) {
        const auto *compression = find(Compressions, value);
        if (!compression)
            return refuse(u"none, zlib or zstd");
        data.compression = *compression;
    } else if (key == "pipelining"_L1) {
        const auto *mode = find(PipeliningModes, value);
        if (!mode)
            return refuse(u"auto, always or never");
        data.pipeliningMode = *mode;
    } else if (key == "multi-row-insert"_L1) {
        const auto *mode = find(MultiRowInsertModes, value);
        if (!mode)
            return refuse(u"auto, always or never");
        data.multiRowInsertMode = *mode;
    } else if (key == "host-selection"_L1) {
        const auto *selection = find(Selections, value);
        if (!selection)
            return refuse(u"sequential, round-robin, random or least-connections");
        data.hostPolicy.setSelection(*selection);
    } else if (key == "requires-writable"_L1 || key == "follow-members"_L1) {
        const auto *answer = find(Answers, value);
        if (!answer)
            return refuse(u"yes or no");
        if (key == "follow-members"_L1)
            data.hostPolicy.setFollowsMembers(*answer);
        else
            data.hostPolicy.setRequiresWritable(*answer);
    } else if (key == "track-variables"_L1) {
        data.trackedVariables = value.split(u',', Qt::SkipEmptyParts);
    } else if (key == "tls-mode"_L1) {
        const auto *mode = find(TlsModes, value);
        if (!mode)
            return refuse(u"disabled, preferred, required, verify-ca or verify-identity");
        data.tlsMode = *mode;
    } else if (key == "resend"_L1) {
        const auto *resend = find(Resends, value);
        if (!resend)
            return refuse(u"never, idempotent or always");
        data.retryPolicy.setResend(*resend);
    } else if (key == "init"_L1) {
        data.initStatements.append(value);
    } else if (weakensSecurity(key)) {
        return u"the option \"%1\" cannot be set in a URL, since it weakens security: set it in "
               u"the "
               u"program"_s.arg(key);
    } else {
        return u"unknown option \"%1\""_s.arg(key);
    }
    return {};
}

QString readPemFile(const QString &key, const QString &fileName, QByteArray *pem)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly)) {
        return u"the file \"%1\" of the option \"%2\" cannot be read: %3"_s.arg(fileName, key,
                                                                                file.errorString());
    }
    *pem = file.readAll();
    return {};
}

QSslKey privateKey(const QByteArray &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        const QSslKey key(pem, algorithm);
        if (!key.isNull())
            return key;
    }
    return {};
}

QString loadTlsFiles(Data &data)
{
    if (data.tlsCaFile.isEmpty() && data.tlsCertificateFile.isEmpty() && data.tlsKeyFile.isEmpty())
        return {};
    if (data.tlsCertificateFile.isEmpty() != data.tlsKeyFile.isEmpty())
        return u"the options \"tls-cert\" and \"tls-key\" require each other"_s;

    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    const auto notPem = [](const QString &key, const QString &fileName) {
        return u"the file \"%1\" of the option \"%2\" contains nothing usable in PEM format"_s.arg(
            fileName, key);
    };
    QByteArray pem;
    if (!data.tlsCaFile.isEmpty()) {
        if (const QString problem = readPemFile(u"tls-ca"_s, data.tlsCaFile, &pem);
            !problem.isEmpty())
            return problem;
        const QList<QSslCertificate> authorities = QSslCertificate::fromData(pem, QSsl::Pem);
        if (authorities.isEmpty())
            return notPem(u"tls-ca"_s, data.tlsCaFile);
        configuration.setCaCertificates(authorities);
        data.usesCustomCaCertificates = true;
    }
    if (!data.tlsCertificateFile.isEmpty()) {
        if (const QString problem = readPemFile(u"tls-cert"_s, data.tlsCertificateFile, &pem);
            !problem.isEmpty()) {
            return problem;
        }
        const QList<QSslCertificate> chain = QSslCertificate::fromData(pem, QSsl::Pem);
        if (chain.isEmpty())
            return notPem(u"tls-cert"_s, data.tlsCertificateFile);
        if (const QString problem = readPemFile(u"tls-key"_s, data.tlsKeyFile, &pem);
            !problem.isEmpty()) {
            return problem;
        }
        const QSslKey key = privateKey(pem);
        if (key.isNull())
            return notPem(u"tls-key"_s, data.tlsKeyFile);
        configuration.setLocalCertificateChain(chain);
        configuration.setPrivateKey(key);
    }
    data.sslConfiguration = configuration;
    return {};
}

bool isServiceScheme(const QString &scheme)
{
    return scheme == "mysql+srv"_L1 || scheme == "mariadb+srv"_L1;
}

/// Encodes all characters that have a meaning in a URL.
QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

} // namespace

ConnectionUrl::ConnectionUrl(const QUrl &url)
    : m_url(url)
{
}

QString ConnectionUrl::applyTo(ConnectionOptionsData *data) const
{
    // Not errorString(), which contains the URL with its password. That is cut off, and the name of
    // the user taken for the host, where it has a "/".
    if (!m_url.isValid() || m_url.path(QUrl::FullyEncoded).contains(u'@'))
        return u"the URL is not valid; special characters in a password must be percent-encoded"_s;
    const bool isService = isServiceScheme(m_url.scheme());
    if (!isService && m_url.scheme() != "mysql"_L1 && m_url.scheme() != "mariadb"_L1)
        return u"the scheme \"%1\" is neither mysql nor mariadb"_s.arg(m_url.scheme());
    if (m_url.hasFragment())
        return u"the URL has a fragment; write a \"#\" in a name or password as %23"_s;

    if (isService) {
        if (m_url.port() >= 0)
            return u"a service has no port in the URL: the DNS has those of its hosts"_s;
        data->serviceName = m_url.host(QUrl::FullyDecoded);
        if (data->serviceName.isEmpty())
            return u"the name of the service is missing"_s;
    } else {
        data->host = m_url.host(QUrl::FullyDecoded);
        data->port = static_cast<quint16>(m_url.port(data->port));
    }
    data->user = m_url.userName(QUrl::FullyDecoded);
    data->passwords.front() = m_url.password(QUrl::FullyDecoded);
    if (m_url.path(QUrl::FullyEncoded).count(u'/') > 1)
        return u"the path must be the name of a database"_s;
    data->database = m_url.path(QUrl::FullyDecoded).mid(1);

    const QUrlQuery query(m_url);
    if (const QString problem
        = applyHosts(data, query.queryItemValue(u"hosts"_s, QUrl::FullyDecoded));
        !problem.isEmpty()) {
        return problem;
    }

    QSet<QString> seen;
    const auto items = query.queryItems(QUrl::FullyDecoded);
    for (const auto &[key, value] : items) {
        if (key != "init"_L1 && seen.contains(key))
            return u"the option \"%1\" occurs twice"_s.arg(key);
        seen.insert(key);
        if (key == "hosts"_L1)
            continue;
        if (const QString problem = readOption(*data, key, value); !problem.isEmpty())
            return problem;
    }
    return loadTlsFiles(*data);
}

/// \a listed is the value of the key "hosts".
QString ConnectionUrl::applyHosts(ConnectionOptionsData *data, const QString &listed) const
{
    QList<Host> hosts = m_hosts;
    // A QUrl takes a list without ports for one name.
    if (hosts.isEmpty() && data->host.contains(u',')) {
        if (const QString problem = parseHosts(data->host, &hosts); !problem.isEmpty())
            return problem;
        if (m_url.port() >= 0)
            hosts.last().setPort(data->port);
    }
    if (!listed.isEmpty()) {
        if (!hosts.isEmpty())
            return u"the hosts are listed twice: before the path and by the option \"hosts\""_s;
        if (const QString problem = parseHosts(listed, &hosts); !problem.isEmpty())
            return problem;
        const bool hasFirst = std::any_of(hosts.cbegin(), hosts.cend(), [data](const Host &host) {
            return host.name().compare(data->host, Qt::CaseInsensitive) == 0
                   && host.port() == data->port;
        });
        if (!hasFirst && !data->host.isEmpty())
            hosts.prepend(Host(data->host, data->port));
    }
    if (hosts.isEmpty())
        return {};
    if (!data->serviceName.isEmpty())
        return u"a service and hosts are named: only one can be used"_s;
    data->setHosts(hosts);
    return {};
}

ConnectionUrl ConnectionUrl::fromString(const QString &text, QString *problem)
{
    QList<Host> hosts;
    const QString withFirst = takeHosts(text, &hosts, problem);
    ConnectionUrl url{QUrl(withFirst)};
    url.m_hosts = hosts;
    return url;
}

ConnectionUrl ConnectionUrl::fromOptions(const ConnectionOptionsData &data)
{
    static const Data defaults;

    QUrl url;
    url.setScheme(data.serviceName.isEmpty() ? u"mysql"_s : u"mysql+srv"_s);
    url.setHost(data.serviceName.isEmpty() ? data.host : data.serviceName);
    if (data.port != defaults.port && data.serviceName.isEmpty())
        url.setPort(data.port);
    url.setUserName(data.user, QUrl::DecodedMode);
    if (!data.database.isEmpty())
        url.setPath(u'/' + encoded(data.database), QUrl::TolerantMode);

    QStringList items;
    const auto add = [&](QLatin1StringView key, const QString &value) {
        items += key + u'=' + encoded(value);
    };
    for (const auto &[key, member] : Durations) {
        if (data.*member != defaults.*member)
            add(key, UrlValues::formatDuration(data.*member));
    }
    for (const auto &[key, member] : Sizes) {
        if (data.*member != defaults.*member)
            add(key, UrlValues::formatSize(data.*member));
    }
    for (const auto &[key, member] : Texts) {
        if (data.*member != defaults.*member)
            add(key, data.*member);
    }
    for (const auto &[key, member] : Numbers) {
        if (data.*member != defaults.*member)
            add(key, QString::number(data.*member));
    }
    for (const auto &[key, member] : Switches) {
        if (data.*member != defaults.*member)
            add(key, nameOf(Answers, data.*member));
    }
    if (!data.hosts.isEmpty())
        add("hosts"_L1, formatHosts(data.hosts));
    if (data.hostPolicy.selection() != defaults.hostPolicy.selection())
        add("host-selection"_L1, nameOf(Selections, data.hostPolicy.selection()));
    if (data.hostPolicy.requiresWritable())
        add("requires-writable"_L1, u"yes"_s);
    if (data.hostPolicy.followsMembers())
        add("follow-members"_L1, u"yes"_s);
    if (data.pipeliningMode != defaults.pipeliningMode)
        add("pipelining"_L1, nameOf(PipeliningModes, data.pipeliningMode));
    if (data.multiRowInsertMode != defaults.multiRowInsertMode)
        add("multi-row-insert"_L1, nameOf(MultiRowInsertModes, data.multiRowInsertMode));
    if (data.compression != defaults.compression)
        add("compression"_L1, nameOf(Compressions, data.compression));
    if (data.trackedVariables != defaults.trackedVariables)
        add("track-variables"_L1, data.trackedVariables.join(u','));
    if (data.tlsMode != defaults.tlsMode)
        add("tls-mode"_L1, nameOf(TlsModes, data.tlsMode));
    if (data.retryPolicy.resend() != defaults.retryPolicy.resend())
        add("resend"_L1, nameOf(Resends, data.retryPolicy.resend()));
    for (const QString &statement : data.initStatements)
        add("init"_L1, statement);
    if (!items.isEmpty())
        url.setQuery(items.join(u'&'), QUrl::TolerantMode);
    return ConnectionUrl(url);
}

} // namespace AsyncMySql
