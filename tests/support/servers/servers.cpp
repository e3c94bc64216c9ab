// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qfile.h>
#include <QtCore/qsettings.h>
#include <QtCore/qtimer.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <iterator>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using Compression = ConnectionOptions::Compression;
using TlsMode = ConnectionOptions::TlsMode;

namespace Servers {

namespace {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isSanitized = true;
#elif defined(__has_feature)
constexpr bool isSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool isSanitized = false;
#endif
} // namespace

const char *name(Channel channel)
{
    switch (channel) {
    case Channel::Clear:
        return "clear";
    case Channel::Tls:
        return "tls";
    case Channel::Socket:
        return "socket";
    case Channel::Compressed:
        return "compressed";
    case Channel::CompressedTls:
        return "compressed-tls";
    }
    Q_UNREACHABLE();
}

Channel defaultChannel()
{
    const QByteArray wanted = qgetenv("ASYNCMYSQL_TEST_CHANNEL");
    for (const Channel channel : {Channel::Clear, Channel::Tls, Channel::Socket,
                                  Channel::Compressed, Channel::CompressedTls}) {
        if (wanted == name(channel))
            return channel;
    }
    Q_ASSERT_X(wanted.isEmpty(), "ASYNCMYSQL_TEST_CHANNEL", "not a channel");
    return Channel::Socket;
}

Server read(const QString &iniFile)
{
    QSettings ini(iniFile, QSettings::IniFormat);
    ini.beginGroup("server"_L1);
    const auto value = [&ini](QLatin1StringView key) { return ini.value(key).toString(); };
    Server server;
    server.name = value("name"_L1);
    if (const QString proxy = value("proxy"_L1); !proxy.isEmpty())
        server.proxy = proxy == "sharing"_L1 ? Proxy::Sharing : Proxy::Passthrough;
    server.isMySql = value("flavour"_L1) == "MySQL"_L1;
    server.version = QVersionNumber::fromString(value("version"_L1));
    server.host = value("host"_L1);
    server.port = static_cast<quint16>(ini.value("port"_L1).toUInt());
    server.socket = value("socket"_L1);
    server.user = value("user"_L1);
    server.password = value("password"_L1);
    server.caFile = value("ca"_L1);
    server.clientCertificateFile = value("clientCert"_L1);
    server.clientKeyFile = value("clientKey"_L1);
    server.publicKeyFile = value("serverKeyPublic"_L1);
    server.folder = value("dataFolder"_L1);
    return server;
}

namespace {

struct Started
{
    QList<Server> servers;
    QList<Server> proxies;
};

const Started &started()
{
    static const Started started = [] {
        Started found;
        const QStringList files
            = qEnvironmentVariable("ASYNCMYSQL_TEST_SERVERS").split(u':', Qt::SkipEmptyParts);
        for (const QString &file : files) {
            const Server server = read(file);
            if (server.name.isEmpty() || server.port == 0)
                qFatal("%s does not tell of a server", qPrintable(file));
            (server.isProxy() ? found.proxies : found.servers).append(server);
        }
        return found;
    }();
    return started;
}

} // namespace

const QList<Server> &all()
{
    return started().servers;
}

const QList<Server> &proxies()
{
    return started().proxies;
}

bool any(const Server &)
{
    return true;
}

bool isMySql(const Server &server)
{
    return server.isMySql;
}

bool isMariaDb(const Server &server)
{
    return server.isMariaDb();
}

void skipWithoutServer()
{
    constexpr const char *message = "None of the servers that were started has what this tests";
    if (qgetenv("CI") == "true")
        QTest::qFail(message, __FILE__, __LINE__);
    QSKIP(message);
}

QList<Server> serversFor(Filter filter)
{
    QList<Server> servers;
    std::copy_if(all().begin(), all().end(), std::back_inserter(servers), filter);
    if (servers.isEmpty())
        skipWithoutServer();
    return servers;
}

void addRows(Filter filter)
{
    QTest::addColumn<Server>("server");
    for (const Server &server : serversFor(filter))
        QTest::newRow(qPrintable(server.name)) << server;
}

void addProxyRows()
{
    QTest::addColumn<Server>("server");
    if (proxies().isEmpty())
        skipWithoutServer();
    for (const Server &proxy : proxies())
        QTest::newRow(qPrintable(proxy.name)) << proxy;
}

void addChannelRows(Filter filter)
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Channel>("channel");
    const QList<Channel> channels = qEnvironmentVariableIsEmpty("ASYNCMYSQL_TEST_CHANNEL")
                                        ? QList<Channel>(std::begin(Channels), std::end(Channels))
                                        : QList<Channel>{defaultChannel()};
    for (const Server &server : serversFor(filter)) {
        for (const Channel channel : channels)
            QTest::addRow("%s, %s", qPrintable(server.name), name(channel)) << server << channel;
    }
}

QSslConfiguration sslConfiguration(const QString &caFile)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (!caFile.isEmpty())
        configuration.setCaCertificates(QSslCertificate::fromPath(caFile));
    return configuration;
}

ConnectionOptions options(const Server &server, Channel channel)
{
    ConnectionOptions options;
    options.setUser(server.user);
    options.setPassword(server.password);
    options.setRetryPolicy(quickRetries());
    // No test waits for more than a minute, however slow the machine is.
    options.setConnectTimeout(std::chrono::seconds(50));
    if (server.proxy == Proxy::Sharing || (server.isProxy() && channel == Channel::Socket))
        channel = Channel::Clear;
    if (channel == Channel::Socket) {
        options.setLocalSocketName(server.socket);
        return options;
    }
    options.setHost(server.host);
    options.setPort(server.port);
    if (channel == Channel::Compressed || channel == Channel::CompressedTls)
        options.setCompression(server.isMySql ? Compression::Zstd : Compression::Zlib);
    if (channel == Channel::Tls || channel == Channel::CompressedTls) {
        options.setTlsMode(TlsMode::VerifyIdentity);
        options.setSslConfiguration(sslConfiguration(server.caFile));
    } else {
        options.setTlsMode(TlsMode::Disabled);
        if (QFile key(server.publicKeyFile); server.isMySql && key.open(QIODevice::ReadOnly))
            options.setServerPublicKey(key.readAll());
    }
    return options;
}

OutcomePointer finishedOf(Job *job, std::chrono::milliseconds limit)
{
    const OutcomePointer outcome = watch(job);
    QEventLoop loop;
    QObject::connect(job, &Job::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(limit, &loop, &QEventLoop::quit);
    loop.exec();
    return outcome;
}

QList<QStringList> rowsOf(Job *job)
{
    const OutcomePointer outcome = finishedOf(job);
    if (!outcome->succeeded())
        qWarning("%s", describe(outcome).constData());
    return outcome->rows();
}

QList<QStringList> one(const QString &value)
{
    return {{value}};
}

bool areFinished(const QList<OutcomePointer> &outcomes, std::chrono::milliseconds limit)
{
    const auto isFinished = [](const OutcomePointer &outcome) { return outcome->finished > 0; };
    const auto all = [&] { return std::all_of(outcomes.begin(), outcomes.end(), isFinished); };
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (all())
            loop.quit();
    });
    look.start(1);
    QTimer::singleShot(limit, &loop, &QEventLoop::quit);
    loop.exec();
    return all();
}

qint64 peakMemory()
{
    // What a sanitizer takes says nothing of the program.
    if (isSanitized)
        return 0;
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).chopped(3).trimmed().toLongLong() * 1024;
    }
    return 0;
}

void resetPeakMemory()
{
    // proc(5): 5 resets the peak resident set size.
    if (QFile references(u"/proc/self/clear_refs"_s); references.open(QIODevice::WriteOnly))
        references.write("5");
}

QString uniqueName(const QString &stem)
{
    static int number = 0;
    return u"%1_%2_%3"_s.arg(stem).arg(QCoreApplication::applicationPid()).arg(++number);
}

Database::Database(const Server &server)
    : m_admin(Servers::options(server))
    , m_name(uniqueName(u"db"_s))
{
    const OutcomePointer created = finishedOf(m_admin.execute(u"CREATE DATABASE "_s + m_name));
    if (!created->succeeded())
        qFatal("No database for the test: %s", describe(created).constData());
}

Database::~Database()
{
    finishedOf(m_admin.execute(u"DROP DATABASE "_s + m_name));
}

ConnectionOptions options(const Server &server, const Database &database, Channel channel)
{
    ConnectionOptions options = Servers::options(server, channel);
    options.setDatabase(database.name());
    return options;
}

Account::Account(const Server &server, const QString &plugin, const QString &password,
                 const QString &requirement)
    : m_admin(Servers::options(server))
    , m_server(server)
    , m_user(uniqueName(u"user"_s))
    , m_password(password)
{
    QString identified;
    QVariantList parameters;
    if (password.isEmpty() && server.isMySql) {
        identified = u" IDENTIFIED WITH %1"_s.arg(plugin);
    } else if (server.isMySql) {
        identified = u" IDENTIFIED WITH %1 BY ?"_s.arg(plugin);
        parameters.append(password);
    } else if (password.isEmpty() && plugin == "mysql_native_password"_L1) {
        identified = u" IDENTIFIED VIA mysql_native_password USING ''"_s;
    } else {
        identified = u" IDENTIFIED VIA %1 USING PASSWORD(?)"_s.arg(plugin);
        // A null text would be NULL, which is no password.
        parameters.append(password.isNull() ? u""_s : password);
    }
    Query *create = m_admin.execute(
        u"CREATE USER '%1'@'%'%2 %3"_s.arg(m_user, identified, requirement), parameters);
    // No server takes a placeholder there.
    create->setPrepared(false);
    const OutcomePointer created = finishedOf(create);
    m_error = created->error;
    if (created->succeeded()) {
        const OutcomePointer granted
            = finishedOf(m_admin.execute(u"GRANT ALL ON *.* TO '%1'@'%'"_s.arg(m_user)));
        m_error = granted->error;
    }
}

Account::~Account()
{
    finishedOf(m_admin.execute(u"DROP USER IF EXISTS '%1'@'%'"_s.arg(m_user)));
}

ConnectionOptions Account::options(Channel channel) const
{
    ConnectionOptions options = Servers::options(m_server, channel);
    options.setUser(m_user);
    options.setPassword(m_password);
    return options;
}

} // namespace Servers
