// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <QtCore/qversionnumber.h>

#include <chrono>

/// The real servers that tests/run has started, and accounts and databases in them.
namespace Servers {

/// What stands between a test and its server. See tests/servers/route.
enum class Proxy {
    None,
    Passthrough, ///< MySQL Router, which forwards the bytes of TLS sessions
    Sharing,     ///< MySQL Router, which shares the server's sessions among its clients
};

/// One server, as its server.ini describes it.
struct Server
{
    QString name;
    Proxy proxy = Proxy::None;
    bool isMySql = false;
    QVersionNumber version;
    QString host;
    quint16 port = 0;
    QString socket;
    QString user;
    QString password;
    QString caFile;
    QString clientCertificateFile;
    QString clientKeyFile;
    QString publicKeyFile;
    QString folder;

    bool isMariaDb() const { return !isMySql; }
    bool isProxy() const { return proxy != Proxy::None; }
    /// Makes a certificate of its own, which no authority has signed.
    bool hasZeroConfigurationTls() const { return caFile.isEmpty(); }
    bool isAtLeast(int major, int minor) const { return version >= QVersionNumber(major, minor); }
};

/// Compressed is by zlib with MariaDB, and by zstd with MySQL; over TCP.
enum class Channel { Clear, Tls, Socket, Compressed, CompressedTls };
/// What rows are made for; the others are for ASYNCMYSQL_TEST_CHANNEL.
constexpr Channel Channels[] = {Channel::Clear, Channel::Tls, Channel::Socket};
const char *name(Channel channel);
/// What ASYNCMYSQL_TEST_CHANNEL names: CTest runs the tests that have no rows for the channels once
/// over each. The Unix socket if it is not set.
Channel defaultChannel();

Server read(const QString &iniFile);
/// The servers named by ASYNCMYSQL_TEST_SERVERS, without proxies: what most tests run with.
const QList<Server> &all();
/// The proxies named by ASYNCMYSQL_TEST_SERVERS. Everything below takes them as it takes a server;
/// databases and accounts are those of the server behind.
const QList<Server> &proxies();

using Filter = bool (*)(const Server &);
bool any(const Server &);
bool isMySql(const Server &server);
bool isMariaDb(const Server &server);
/// For a _data function: without rows there is nothing to run. With CI=true, where all servers have
/// to be there, the test fails.
void skipWithoutServer();
/// For a _data function: the servers that \a filter takes. If there is none the test is skipped;
/// with CI=true, where all servers have to be there, it fails.
QList<Server> serversFor(Filter filter);
/// One row for each of these servers, with the column "server".
void addRows(Filter filter = any);
/// The same for each server and channel, with the columns "server" and "channel"; for the one
/// channel that ASYNCMYSQL_TEST_CHANNEL names, if it is set.
void addChannelRows(Filter filter = any);

/// One row for each proxy, with the column "server". If there is none the test is skipped; with
/// CI=true it fails.
void addProxyRows();

/// The account of the tests, over \a channel, with quick retries. TLS is verified. A proxy has no
/// Unix socket, and one that shares sessions takes no TLS: then it is over TCP, in the clear.
AsyncMySql::ConnectionOptions options(const Server &server, Channel channel = defaultChannel());
QSslConfiguration sslConfiguration(const QString &caFile);

/// Runs the event loop until \a job has ended, or \a limit has passed.
Fake::OutcomePointer finishedOf(AsyncMySql::Job *job,
                                std::chrono::milliseconds limit = std::chrono::minutes(1));
/// The rows of the first result of \a job, which is waited for; an error is reported.
QList<QStringList> rowsOf(AsyncMySql::Job *job);
/// One row with one column.
QList<QStringList> one(const QString &value);
/// As finishedOf() for many jobs.
bool areFinished(const QList<Fake::OutcomePointer> &outcomes,
                 std::chrono::milliseconds limit = std::chrono::minutes(1));

/// The most memory that this process has had, in bytes, since resetPeakMemory(); 0 where the system
/// does not say (Linux does), and in sanitized programs.
qint64 peakMemory();
void resetPeakMemory();

/// A name that no other test uses.
QString uniqueName(const QString &stem);

/// A database that is gone after the test.
class Database
{
public:
    explicit Database(const Server &server);
    ~Database();
    Q_DISABLE_COPY_MOVE(Database)

    QString name() const { return m_name; }

private:
    AsyncMySql::Connection m_admin;
    QString m_name;
};

/// As options() of the server, with \a database selected.
AsyncMySql::ConnectionOptions options(const Server &server, const Database &database,
                                      Channel channel = defaultChannel());

/// An account that is gone after the test.
class Account
{
public:
    /// \a plugin is the server's name of it: "ed25519", "caching_sha2_password" …
    Account(const Server &server, const QString &plugin, const QString &password,
            const QString &requirement = {});
    ~Account();
    Q_DISABLE_COPY_MOVE(Account)

    /// Why it could not be made.
    AsyncMySql::Error error() const { return m_error; }
    QString user() const { return m_user; }
    /// Options of the server for this account instead of the tests' own.
    AsyncMySql::ConnectionOptions options(Channel channel) const;

private:
    AsyncMySql::Connection m_admin;
    Server m_server;
    QString m_user;
    QString m_password;
    AsyncMySql::Error m_error;
};

} // namespace Servers

Q_DECLARE_METATYPE(Servers::Server)

/// In initTestCase(): no server is no reason to skip a test of servers.
#define VERIFY_SERVERS() \
    QVERIFY2(!Servers::all().isEmpty(), "There is no server to test with: run tests/run")

/// Waits for the end of \a job and insists on its success.
#define VERIFY_DONE(job) \
    do { \
        const Fake::OutcomePointer outcomeOfJob = Servers::finishedOf(job); \
        QVERIFY2(outcomeOfJob->succeeded(), Fake::describe(outcomeOfJob).constData()); \
    } while (false)
