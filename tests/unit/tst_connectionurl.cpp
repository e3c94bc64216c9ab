// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/host.h>
#include <AsyncMySql/hostpolicy.h>

#include <QtCore/qtemporarydir.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslkey.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Self-signed, made for this test alone: it protects nothing.
constexpr char Certificate[] = R"(-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIULDbn4DKLI5V/3Qo/aIVzXZj1sU8wCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjIxMDQ5MzBaGA8yMTI2MTAyOTEwNDkz
MFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMqp
2ZccmGx5Dv1aVYQQmTmSuyflNhRjtwglfpZK0ceMs2wQ/xrWp3XTjDriNmoOs6FA
egoI+fPHH0dTB0aYl1ajUzBRMB0GA1UdDgQWBBQOoC/tOzXCQOVFJXF5hwpA3BFR
YTAfBgNVHSMEGDAWgBQOoC/tOzXCQOVFJXF5hwpA3BFRYTAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQDpctD9OuBs9hXkAVC2L3OxqyjN2M7S4y4f
N4xgJRfkwAIhAP8YgYy++MXzEdvW3ZEVKrSgeloM4NFgjjaH9YUjUbwP
-----END CERTIFICATE-----
)";

constexpr char PrivateKey[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVjiFisLsOAOPA82g
54ZCrD9JtKqxtIz8QOqr3TbUm3ChRANCAATKqdmXHJhseQ79WlWEEJk5krsn5TYU
Y7cIJX6WStHHjLNsEP8a1qd104w64jZqDrOhQHoKCPnzxx9HUwdGmJdW
-----END PRIVATE KEY-----
)";

QString written(const QTemporaryDir &folder, const QString &name, const QByteArray &content)
{
    QFile file(folder.filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size()
               ? file.fileName()
               : QString();
}

} // namespace

/// Options as URLs, and the certificates that they name.
class tst_ConnectionUrl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsUrls();
    void readsAddressesAndEscapes_data();
    void readsAddressesAndEscapes();
    void readsHowStatementsTravel();
    void readsDurationsAndSizes_data();
    void readsDurationsAndSizes();
    void refusesUrls_data();
    void refusesUrls();
    void comesBackFromItsUrl_data();
    void comesBackFromItsUrl();
    void urlsHaveNoPassword();
    void readsHosts_data();
    void readsHosts();
    void refusesHosts_data();
    void refusesHosts();
    void readsServices();
    void hostsComeBackFromTheirUrl_data();
    void hostsComeBackFromTheirUrl();
    void readsTlsFiles();
    void refusesTlsFiles();
    void knowsItsOwnCaCertificates();
};

void tst_ConnectionUrl::readsUrls()
{
    Error error(Error::InvalidOptions, u"not yet reset"_s);
    const auto options
        = ConnectionOptions::fromUrl(QUrl(u"mysql://anna:secret@db.example.org:3307/"
                                          u"shop?idle-timeout=5min&tls-mode=verify-identity"
                                          "&resend=always&init=SET%20@a=1%26&init=SET%20@b=2&time-"
                                          "zone=+02:00&collation=utf8mb4_bin"
                                          "&max-packet=1MiB&socket=/run/a%20b"_s),
                                     &error);
    QVERIFY2(!error, qPrintable(error.message()));
    QCOMPARE(options.host(), u"db.example.org"_s);
    QCOMPARE(options.port(), quint16(3307));
    QCOMPARE(options.user(), u"anna"_s);
    QCOMPARE(options.password(), u"secret"_s);
    QCOMPARE(options.database(), u"shop"_s);
    QVERIFY(options.idleTimeout() == 5min);
    QCOMPARE(options.tlsMode(), ConnectionOptions::TlsMode::VerifyIdentity);
    QCOMPARE(options.retryPolicy().resend(), RetryPolicy::Always);
    QCOMPARE(options.initStatements(), QStringList({u"SET @a=1&"_s, u"SET @b=2"_s}));
    QCOMPARE(options.timeZone(), u"+02:00"_s);
    QCOMPARE(options.collation(), u"utf8mb4_bin"_s);
    QCOMPARE(options.maximumPacketSize(), qsizetype(1 << 20));
    QCOMPARE(options.localSocketName(), u"/run/a b"_s);
}

void tst_ConnectionUrl::readsAddressesAndEscapes_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QStringList>("parts"); // host, port, user, password, database

    QTest::newRow("host alone") << u"mysql://h"_s << QStringList{u"h"_s, u"3306"_s, {}, {}, {}};
    QTest::newRow("empty path") << u"mariadb://h/"_s << QStringList{u"h"_s, u"3306"_s, {}, {}, {}};
    QTest::newRow("IPv6") << u"mysql://u@[::1]:33/d"_s
                          << QStringList{u"::1"_s, u"33"_s, u"u"_s, {}, u"d"_s};
    QTest::newRow("escapes") << u"mysql://u%40x:p%3A%2F%40%23%25@h/d%2Fb%20%C3%A4"_s
                             << QStringList{u"h"_s, u"3306"_s, u"u@x"_s, u"p:/@#%"_s, u"d/b ä"_s};
    QTest::newRow("socket alone") << u"mysql:///d?socket=/run/x"_s
                                  << QStringList{{}, u"3306"_s, {}, {}, u"d"_s};
    QTest::newRow("socket and user")
        << u"mysql://u@/d?socket=/run/x"_s << QStringList{{}, u"3306"_s, u"u"_s, {}, u"d"_s};
}

void tst_ConnectionUrl::readsAddressesAndEscapes()
{
    QFETCH(const QString, url);
    Error error;
    const auto options = ConnectionOptions::fromUrl(QUrl(url), &error);
    QVERIFY2(!error, qPrintable(error.message()));
    const QStringList parts{options.host(), QString::number(options.port()), options.user(),
                            options.password(), options.database()};
    QTEST(parts, "parts");
}

void tst_ConnectionUrl::readsHowStatementsTravel()
{
    Error error;
    const auto options = ConnectionOptions::fromUrl(
        QUrl(u"mysql://"
             u"h?pipeline-depth=7&auto-prepare=no&statement-cache=0&compression=zlib&pipelining="
             u"never&multi-row-insert=always"
             "&compression-level=9&gtid-tracking=yes&track-variables=sql_mode,time_zone"_s),
        &error);
    QVERIFY2(!error, qPrintable(error.message()));
    QCOMPARE(options.pipelineDepth(), 7);
    QCOMPARE(options.pipeliningMode(), ConnectionOptions::PipeliningMode::Never);
    QCOMPARE(options.multiRowInsertMode(), ConnectionOptions::MultiRowInsertMode::Always);
    QVERIFY(!options.isAutoPrepareEnabled());
    QCOMPARE(options.statementCacheSize(), 0);
    QCOMPARE(options.compression(), ConnectionOptions::Compression::Zlib);
    QCOMPARE(options.compressionLevel(), 9);
    QVERIFY(options.isGtidTrackingEnabled());
    QCOMPARE(options.trackedVariables(), QStringList({u"sql_mode"_s, u"time_zone"_s}));
}

void tst_ConnectionUrl::readsDurationsAndSizes_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<qint64>("value"); // -1: refused

    const auto row = [](const char *query, qint64 value) {
        QTest::newRow(query) << QString::fromLatin1(query) << value;
    };
    row("query-timeout=0", 0);
    row("query-timeout=7", 7000);
    row("query-timeout=500ms", 500);
    row("query-timeout=30s", 30000);
    row("query-timeout=2min", 120000);
    row("query-timeout=1h", 3600000);
    row("query-timeout=", -1);
    row("query-timeout=s", -1);
    row("query-timeout=-1", -1);
    row("query-timeout=1.5s", -1);
    row("query-timeout=1%20s", -1);
    row("query-timeout=1day", -1);
    row("query-timeout=9223372036854775807h", -1);
    row("query-timeout=9223372036854775808ms", -1);
    row("max-result=1", 1);
    row("max-result=3KiB", 3072);
    row("max-result=2MiB", 2 << 20);
    row("max-result=2GiB", qint64(2) << 30);
    row("max-result=2MB", -1);
    row("max-result=KiB", -1);
    row("max-result=0", -1);
}

void tst_ConnectionUrl::readsDurationsAndSizes()
{
    QFETCH(const QString, query);
    QFETCH(const qint64, value);
    Error error;
    const auto options = ConnectionOptions::fromUrl(QUrl(u"mysql://h?"_s + query), &error);
    QCOMPARE(error.isError(), value < 0);
    if (value >= 0) {
        QCOMPARE(query.startsWith(u"max"_s) ? qint64(options.maximumResultSize())
                                            : qint64(options.queryTimeout().count()),
                 value);
    }
}

void tst_ConnectionUrl::refusesUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("message");

    QTest::newRow("empty") << u""_s << u"not valid"_s;
    QTest::newRow("scheme") << u"http://h"_s << u"\"http\""_s;
    QTest::newRow("no host") << u"mysql:///d"_s << u"host"_s;
    QTest::newRow("port 0") << u"mysql://h:0/d"_s << u"port"_s;
    QTest::newRow("fragment") << u"mysql://h/d#x"_s << u"fragment"_s;
    QTest::newRow("password that is not encoded") << u"mysql://u:hunter2#x@h/d"_s << u"not valid"_s;
    QTest::newRow("password with a slash") << u"mysql://u:hunter2/3@h/d"_s << u"percent-encoded"_s;
    QTest::newRow("password like a port") << u"mysql://u:12/34@h"_s << u"percent-encoded"_s;
    QTest::newRow("path") << u"mysql://h/a/b"_s << u"path"_s;
    QTest::newRow("unknown key") << u"mysql://h?idle_timeout=1"_s << u"\"idle_timeout\""_s;
    QTest::newRow("key of other case") << u"mysql://h?Idle-Timeout=1"_s << u"\"Idle-Timeout\""_s;
    QTest::newRow("twice") << u"mysql://h?collation=a&collation=b"_s
                           << u"\"collation\" occurs twice"_s;
    QTest::newRow("TLS mode") << u"mysql://h?tls-mode=on"_s << u"\"tls-mode\""_s;
    QTest::newRow("resend") << u"mysql://h?resend=true"_s << u"\"resend\""_s;
    QTest::newRow("collation") << u"mysql://h?collation=a'b"_s << u"collation"_s;
    QTest::newRow("no number") << u"mysql://h?pipeline-depth=2x"_s << u"\"pipeline-depth\""_s;
    QTest::newRow("large number") << u"mysql://h?pipeline-depth=2147483648"_s << u"a number"_s;
    QTest::newRow("depth 0") << u"mysql://h?pipeline-depth=0"_s << u"pipeline depth"_s;
    QTest::newRow("pipelining") << u"mysql://h?pipelining=yes"_s << u"auto, always or never"_s;
    QTest::newRow("rows of inserts")
        << u"mysql://h?multi-row-insert=yes"_s << u"auto, always or never"_s;
    QTest::newRow("negative") << u"mysql://h?statement-cache=-1"_s << u"statement cache"_s;
    QTest::newRow("neither yes nor no") << u"mysql://h?auto-prepare=maybe"_s << u"yes or no"_s;
    QTest::newRow("compression") << u"mysql://h?compression=lz4"_s << u"none, zlib or zstd"_s;
    QTest::newRow("level") << u"mysql://h?compression-level=23"_s << u"compression level"_s;
    QTest::newRow("variable") << u"mysql://h?track-variables=a;b"_s << u"\"a;b\""_s;
    QTest::newRow("NUL") << u"mysql://h/a%00b"_s << u"database"_s;
    QTest::newRow("password with NUL") << u"mysql://u:hunter2%00@h"_s << u"password"_s;
    for (const char *key :
         {"allow-cleartext-passwords", "enable_cleartext_plugin", "allowPublicKeyRetrieval",
          "local-infile", "allowLoadLocalInfile", "default-auth", "server-public-key",
          "multi-statements", "allowMultiQueries", "multi_statements"}) {
        QTest::newRow(key) << u"mysql://h?%1=1"_s.arg(QLatin1StringView(key))
                           << u"\"%1\" cannot be set in a URL, since it weakens security"_s.arg(
                                  QLatin1StringView(key));
    }
}

void tst_ConnectionUrl::refusesUrls()
{
    QFETCH(const QString, url);
    QFETCH(const QString, message);
    Error error;
    const auto options = ConnectionOptions::fromUrl(QUrl(url), &error);
    QCOMPARE(error.code(), Error::InvalidOptions);
    QVERIFY2(error.message().contains(message), qPrintable(error.message()));
    QVERIFY2(!error.message().contains(u"hunter2"_s), qPrintable(error.message()));
    QVERIFY(options == ConnectionOptions());
    QVERIFY(options.validate());
}

void tst_ConnectionUrl::comesBackFromItsUrl_data()
{
    QTest::addColumn<QString>("url");
    for (const char *url :
         {"mysql://h", "mysql://u@[::1]:33/d", "mysql://u%40:@h/d%2Fb%20%25%3F%23",
          "mysql://h/a%40b", "mysql:///d?socket=/run/a%26b", "mysql://u@/d?socket=@abstract",
          "mysql://"
          "h?connect-timeout=1500ms&idle-timeout=0&idle-validation-interval=1&queue-timeout=90s"
          "&query-timeout=36h&stream-timeout=7s&response-timeout=5s&first-connect-timeout=0",
          "mysql://h?max-packet=12345&max-result=3GiB", "mysql://h?tls-mode=verify-ca",
          "mysql://h?time-zone=&collation=utf8mb4_bin", "mysql://h?time-zone=-03:30",
          "mysql://h?pipeline-depth=1&statement-cache=5&auto-prepare=no&gtid-tracking=yes",
          "mysql://h?pipelining=always", "mysql://h?pipelining=never",
          "mysql://h?multi-row-insert=always", "mysql://h?multi-row-insert=never",
          "mysql://h?compression=zlib&compression-level=1&track-variables=sql_mode,time_zone",
          "mysql://h?resend=never&init=SET%20@a='%26%3D%25%2B%23'&init=x%3By",
          "mysql://h?init=SELECT%20'%C3%A4%2B%2525'"}) {
        QTest::newRow(url) << QString::fromLatin1(url);
    }
}

void tst_ConnectionUrl::comesBackFromItsUrl()
{
    QFETCH(const QString, url);
    Error error;
    const auto options = ConnectionOptions::fromUrl(QUrl(url), &error);
    QVERIFY2(!error, qPrintable(error.message()));
    const QUrl back = options.toUrl();
    QVERIFY2(back.isValid(), qPrintable(back.errorString()));
    // As text as well, since that is what is stored.
    const auto again
        = ConnectionOptions::fromUrl(QUrl(QString::fromLatin1(back.toEncoded())), &error);
    QVERIFY2(!error, qPrintable(error.message()));
    QVERIFY2(again == options, back.toEncoded());
}

void tst_ConnectionUrl::urlsHaveNoPassword()
{
    const auto options = ConnectionOptions::fromUrl(QUrl(u"mysql://u:hunter2@h/d"_s));
    QCOMPARE(options.password(), u"hunter2"_s);
    QCOMPARE(options.toUrl().toEncoded(), QByteArray("mysql://u@h/d"));
}

void tst_ConnectionUrl::readsHosts_data()
{
    using Role = Host::Role;
    QTest::addColumn<QString>("url");
    QTest::addColumn<QList<Host>>("hosts");
    QTest::newRow("none") << u"mysql:///shop?socket=/run/a"_s << QList<Host>();
    QTest::newRow("one") << u"mysql://anna@db1/shop"_s << QList<Host>{Host(u"db1"_s)};
    QTest::newRow("several") << u"mysql://anna@db1,db2:3307,db3/shop"_s
                             << QList<Host>{Host(u"db1"_s), Host(u"db2"_s, 3307), Host(u"db3"_s)};
    QTest::newRow("a port at the end")
        << u"mysql://db1,db2:3307/shop"_s << QList<Host>{Host(u"db1"_s), Host(u"db2"_s, 3307)};
    QTest::newRow("without a path")
        << u"mariadb://db1,db2?resend=never"_s << QList<Host>{Host(u"db1"_s), Host(u"db2"_s)};
    QTest::newRow("IPv6") << u"mysql://anna@[fe80::1]:3307,[::1],127.0.0.1/"_s
                          << QList<Host>{Host(u"fe80::1"_s, 3307), Host(u"::1"_s),
                                         Host(u"127.0.0.1"_s)};
    QTest::newRow("roles and weights")
        << u"mysql://anna@db1;role=primary,db2:3307;weight=3;role=replica/shop"_s
        << QList<Host>{Host(u"db1"_s, 3306, Role::Primary), Host(u"db2"_s, 3307, Role::Replica, 3)};
    QTest::newRow("a role of the only one")
        << u"mysql://db1;role=replica/"_s << QList<Host>{Host(u"db1"_s, 3306, Role::Replica)};
    QTest::newRow("by the option")
        << u"mysql://anna@db1/shop?hosts=db2:3307,[::1]"_s
        << QList<Host>{Host(u"db1"_s), Host(u"db2"_s, 3307), Host(u"::1"_s)};
    QTest::newRow("by the option, with the first")
        << u"mysql://anna@DB1:3307/shop?hosts=db2,db1:3307;role=replica"_s
        << QList<Host>{Host(u"db2"_s), Host(u"db1"_s, 3307, Role::Replica)};
    QTest::newRow("with characters of a list in the password")
        << u"mysql://anna:a,b;c@db1,db2/shop"_s << QList<Host>{Host(u"db1"_s), Host(u"db2"_s)};
}

void tst_ConnectionUrl::readsHosts()
{
    QFETCH(const QString, url);
    QFETCH(const QList<Host>, hosts);
    Error error;
    const auto options = ConnectionOptions::fromUrl(url, &error);
    QVERIFY2(!error, qPrintable(error.message()));
    QCOMPARE(options.hosts(), hosts);
    QCOMPARE(options.host(), hosts.value(0).name());
    QCOMPARE(options.port(), hosts.value(0).port());
    QCOMPARE(ConnectionOptions::fromUrl(options.toUrl().toString()).hosts(), hosts);
    QCOMPARE(ConnectionOptions::fromUrl(options.toUrl()).hosts(), hosts);
}

void tst_ConnectionUrl::refusesHosts_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no name") << u"mysql://anna:secret@db1,,db2/"_s
                             << u"name of a host is missing"_s;
    QTest::newRow("no name in front of the port")
        << u"mysql://anna:secret@db1,:3307/"_s << u"name of a host is missing"_s;
    QTest::newRow("no port") << u"mysql://anna:secret@db1:,db2/"_s << u"\"\" is not a port"_s;
    QTest::newRow("port 0") << u"mysql://anna:secret@db1:0,db2/"_s << u"\"0\" is not a port"_s;
    QTest::newRow("a large port") << u"mysql://anna:secret@db1:65536,db2/"_s
                                  << u"\"65536\" is not a port"_s;
    QTest::newRow("no number") << u"mysql://anna:secret@db1:x,db2/"_s << u"\"x\" is not a port"_s;
    QTest::newRow("IPv6 without brackets")
        << u"mysql://anna:secret@fe80::1,db2/"_s << u"must be enclosed in brackets"_s;
    QTest::newRow("an open bracket") << u"mysql://anna:secret@[::1,db2/"_s << u"is not closed"_s;
    QTest::newRow("a name in brackets")
        << u"mysql://anna:secret@[db1],db2/"_s << u"is not an IPv6 address"_s;
    QTest::newRow("something behind brackets")
        << u"mysql://anna:secret@[::1]x,db2/"_s << u"\"x\" follows the address"_s;
    QTest::newRow("an unknown role") << u"mysql://anna:secret@db1;role=master,db2/"_s
                                     << u"any, primary or replica, not \"master\""_s;
    QTest::newRow("an impossible weight")
        << u"mysql://anna:secret@db1;weight=0,db2/"_s << u"a number from 1 to 1000, not \"0\""_s;
    QTest::newRow("an unknown attribute")
        << u"mysql://anna:secret@db1;rolle=any,db2/"_s << u"\"rolle=any\" is neither"_s;
    QTest::newRow("twice") << u"mysql://anna:secret@db1,DB1:3306/"_s
                           << u"DB1:3306 is listed twice"_s;
    QTest::newRow("in two ways") << u"mysql://anna:secret@db1,db2/?hosts=db3"_s
                                 << u"the hosts are listed twice"_s;
    QTest::newRow("an unknown selection") << u"mysql://anna:secret@db1,db2/?host-selection=best"_s
                                          << u"least-connections, not \"best\""_s;
    QTest::newRow("a bad option behind them")
        << u"mysql://anna:secret@db1,db2/?no-such=1"_s << u"unknown option"_s;
    QTest::newRow("a password that is not encoded")
        << u"mysql://anna:secret,1/2@db1,db2/shop"_s << u"must be percent-encoded"_s;
    QTest::newRow("the same, with what begins attributes")
        << u"mysql://anna:1;secret?@db1,db2/shop"_s << u"must be percent-encoded"_s;
    QTest::newRow("the same, with what could be hosts")
        << u"mysql://anna:1,secret#@db1,db2/shop"_s << u"write a \"#\""_s;
    QTest::newRow("a service with a port")
        << u"mysql+srv://anna:secret@example.org:3306/"_s << u"has no port"_s;
    QTest::newRow("a service among hosts")
        << u"mysql+srv://anna:secret@a.example.org/?hosts=db1"_s << u"only one can be used"_s;
}

void tst_ConnectionUrl::refusesHosts()
{
    QFETCH(const QString, url);
    QFETCH(const QString, reason);
    Error error;
    QCOMPARE(ConnectionOptions::fromUrl(url, &error), ConnectionOptions());
    QCOMPARE(error.code(), Error::InvalidOptions);
    QVERIFY2(error.message().contains(reason), qPrintable(error.message()));
    QVERIFY2(!error.message().contains(u"secret"_s), qPrintable(error.message()));
}

void tst_ConnectionUrl::readsServices()
{
    for (const QString &scheme : {u"mysql+srv"_s, u"mariadb+srv"_s}) {
        Error error;
        const auto options = ConnectionOptions::fromUrl(
            scheme + u"://anna:secret@_mysql._tcp.example.org/shop?resend=never"_s, &error);
        QVERIFY2(!error, qPrintable(error.message()));
        QCOMPARE(options.serviceName(), u"_mysql._tcp.example.org"_s);
        QVERIFY(options.hosts().isEmpty());
        QCOMPARE(options.database(), u"shop"_s);
        QCOMPARE(options.toUrl(),
                 QUrl(u"mysql+srv://anna@_mysql._tcp.example.org/shop?resend=never"_s));
    }
}

void tst_ConnectionUrl::hostsComeBackFromTheirUrl_data()
{
    QTest::addColumn<QList<Host>>("hosts");
    QTest::newRow("several") << QList<Host>{Host(u"db1"_s), Host(u"db2"_s, 3307), Host(u"::1"_s)};
    QTest::newRow("with roles") << QList<Host>{Host(u"db1"_s, 3307, Host::Role::Primary, 5),
                                               Host(u"db2"_s, 3306, Host::Role::Replica)};
    QTest::newRow("one with a weight") << QList<Host>{Host(u"db1"_s, 3306, Host::Role::Any, 2)};
}

void tst_ConnectionUrl::hostsComeBackFromTheirUrl()
{
    QFETCH(const QList<Host>, hosts);
    ConnectionOptions options;
    options.setHosts(hosts);
    options.setUser(u"anna"_s);
    options.setPassword(u"secret"_s);
    HostPolicy policy(HostPolicy::Selection::LeastConnections);
    options.setHostPolicy(policy);
    const QUrl url = options.toUrl();
    QVERIFY(url.isValid());
    QVERIFY(!url.toString().contains(u"secret"_s));
    options.setPassword({});
    QCOMPARE(ConnectionOptions::fromUrl(url), options);
    QCOMPARE(ConnectionOptions::fromUrl(url.toString()), options);
    for (const Host &host : hosts)
        QCOMPARE(Host::fromString(host.toString()), host);
}

void tst_ConnectionUrl::readsTlsFiles()
{
    const QTemporaryDir folder;
    const QString certificate = written(folder, u"certificate.pem"_s, Certificate);
    const QString key = written(folder, u"key.pem"_s, PrivateKey);
    Error error;
    const auto options = ConnectionOptions::fromUrl(
        QUrl(u"mysql://h?tls-ca=%1&tls-cert=%1&tls-key=%2"_s.arg(certificate, key)), &error);
    QVERIFY2(!error, qPrintable(error.message()));
    const QSslConfiguration configuration = options.sslConfiguration();
    QCOMPARE(configuration.caCertificates().size(), 1);
    QCOMPARE(configuration.localCertificate(), configuration.caCertificates().constFirst());
    QVERIFY(!configuration.privateKey().isNull());
    QVERIFY(options.usesCustomCaCertificates());
    QVERIFY(ConnectionOptions::fromUrl(options.toUrl()) == options);

    ConnectionOptions changed = options;
    changed.setSslConfiguration(QSslConfiguration::defaultConfiguration());
    QVERIFY(!changed.usesCustomCaCertificates());
    QCOMPARE(changed.toUrl().toEncoded(), QByteArray("mysql://h"));
}

void tst_ConnectionUrl::refusesTlsFiles()
{
    const QTemporaryDir folder;
    const QString certificate = written(folder, u"certificate.pem"_s, Certificate);
    const QString nonsense = written(folder, u"nonsense.pem"_s, "nonsense");
    const QString missing = folder.filePath(u"missing.pem"_s);
    const std::pair<QString, QString> cases[] = {
        {u"tls-ca="_s + missing, u"\"tls-ca\" cannot be read"_s},
        {u"tls-ca="_s + nonsense, u"\"tls-ca\" contains nothing usable"_s},
        {u"tls-cert="_s + certificate, u"require each other"_s},
        {u"tls-cert=%1&tls-key=%2"_s.arg(certificate, nonsense),
         u"\"tls-key\" contains nothing usable"_s},
        {u"tls-cert=%1&tls-key=%1"_s.arg(nonsense), u"\"tls-cert\" contains nothing usable"_s},
    };
    for (const auto &[query, message] : cases) {
        Error error;
        const auto options = ConnectionOptions::fromUrl(QUrl(u"mysql://h?"_s + query), &error);
        QVERIFY2(error.message().contains(message), qPrintable(error.message()));
        QVERIFY(!options.usesCustomCaCertificates());
    }
}

void tst_ConnectionUrl::knowsItsOwnCaCertificates()
{
    ConnectionOptions options;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyDepth(3);
    options.setSslConfiguration(configuration);
    QVERIFY(!options.usesCustomCaCertificates());
    configuration.setCaCertificates(QSslCertificate::fromData(Certificate));
    options.setSslConfiguration(configuration);
    QVERIFY(options.usesCustomCaCertificates());
}

QTEST_GUILESS_MAIN(tst_ConnectionUrl)

#include "tst_connectionurl.moc"
