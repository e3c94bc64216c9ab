// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qdebug.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

#include <functional>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(std::function<void(AsyncMySql::ConnectionOptions &)>)

namespace {

using Change = std::function<void(ConnectionOptions &)>;

} // namespace

class tst_ConnectionOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheDocumentedDefaults();
    void validates_data();
    void validates();
    void comparesEverything_data();
    void comparesEverything();
    void comparesDeviceFactoriesByCopy();
    void debugShowsNeitherPasswordNorInitStatements();
};

void tst_ConnectionOptions::hasTheDocumentedDefaults()
{
    const ConnectionOptions options;
    QCOMPARE(options.port(), quint16(3306));
    QVERIFY(options.host().isEmpty());
    QVERIFY(options.localSocketName().isEmpty());
    QVERIFY(!options.deviceFactory());
    QCOMPARE(options.tlsMode(), ConnectionOptions::TlsMode::Preferred);
    QVERIFY(!options.usesCustomCaCertificates());
    QCOMPARE(options.allowedAuthenticationPlugins(),
             QStringList({u"mysql_native_password"_s, u"caching_sha2_password"_s,
                          u"sha256_password"_s, u"client_ed25519"_s, u"parsec"_s}));
    QVERIFY(!options.isPublicKeyRetrievalAllowed());
    QVERIFY(options.connectTimeout() == 10s);
    QVERIFY(options.firstConnectTimeout() == 10s);
    QVERIFY(options.idleTimeout() == 2min);
    QVERIFY(options.idleValidationInterval() == 15s);
    QVERIFY(options.queueTimeout() == 0s);
    QVERIFY(options.queryTimeout() == 0s);
    QVERIFY(options.responseTimeout() == 30s);
    QVERIFY(options.cancelGracePeriod() == 5s);
    QCOMPARE(options.retryPolicy(), RetryPolicy());
    QCOMPARE(options.maximumPacketSize(), qsizetype(64 << 20));
    QCOMPARE(options.maximumResultSize(), qsizetype(1 << 30));
    QCOMPARE(options.timeZone(), u"+00:00"_s);
    QVERIFY(options.collation().isEmpty());
    QVERIFY(!options.isFoundRowsEnabled());
    QCOMPARE(options.pipelineDepth(), 64);
    QCOMPARE(options.pipeliningMode(), ConnectionOptions::PipeliningMode::Automatic);
    QCOMPARE(options.multiRowInsertMode(), ConnectionOptions::MultiRowInsertMode::Automatic);
    QVERIFY(options.isAutoPrepareEnabled());
    QCOMPARE(options.statementCacheSize(), 128);
    QCOMPARE(options.compression(), ConnectionOptions::Compression::None);
    QCOMPARE(options.compressionLevel(), 0);
    QVERIFY(!options.multiStatementsAllowed());
    QVERIFY(!options.isLocalInfileAllowed());
    QVERIFY(options.trackedVariables().isEmpty());
    QVERIFY(!options.isGtidTrackingEnabled());
    QCOMPARE(options.validate().code(), Error::InvalidOptions); // no host
}

void tst_ConnectionOptions::validates_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("message");

    const auto row = [](const char *name, const Change &change, const QString &message) {
        QTest::newRow(name) << change << message;
    };
    const ConnectionOptions::DeviceFactory factory
        = [](QObject *) -> QIODevice * { return nullptr; };

    row("fine", [](ConnectionOptions &) {}, {});
    row(
        "no host", [](ConnectionOptions &o) { o.setHost({}); }, u"no host"_s);
    row(
        "port 0", [](ConnectionOptions &o) { o.setPort(0); }, u"port"_s);
    row("socket",
        [](ConnectionOptions &o) { o.setHost({}), o.setPort(0), o.setLocalSocketName(u"x"_s); },
        {});
    row("device", [=](ConnectionOptions &o) { o.setHost({}), o.setDeviceFactory(factory); }, {});
    row(
        "socket and device",
        [=](ConnectionOptions &o) { o.setLocalSocketName(u"x"_s), o.setDeviceFactory(factory); },
        u"only one"_s);
    row(
        "NUL in the user", [](ConnectionOptions &o) { o.setUser(u"a"_s + QChar(QChar::Null)); },
        u"user"_s);
    row(
        "line end in the host", [](ConnectionOptions &o) { o.setHost(u"a\n"_s); }, u"host"_s);
    row(
        "tab in the database", [](ConnectionOptions &o) { o.setDatabase(u"\t"_s); }, u"database"_s);
    row(
        "NUL in the password", [](ConnectionOptions &o) { o.setPassword(QString(QChar::Null)); },
        u"password"_s);
    row("line end in the password", [](ConnectionOptions &o) { o.setPassword(u"a\n"_s); }, {});
    row(
        "collation", [](ConnectionOptions &o) { o.setCollation(u"a b"_s); }, u"collation"_s);
    row(
        "variable",
        [](ConnectionOptions &o) {
            o.setSessionVariables({{u"a=1, b"_s, 1}});
        },
        u"variable"_s);
    row("good variable",
        [](ConnectionOptions &o) {
            o.setSessionVariables({{u"sql_mode"_s, u""_s}});
        },
        {});
    row(
        "no plugins", [](ConnectionOptions &o) { o.setAllowedAuthenticationPlugins({}); },
        u"plugin"_s);
    row(
        "connect", [](ConnectionOptions &o) { o.setConnectTimeout(-1ms); }, u"connect timeout"_s);
    row(
        "idle", [](ConnectionOptions &o) { o.setIdleTimeout(-1ms); }, u"idle timeout"_s);
    row(
        "stale", [](ConnectionOptions &o) { o.setIdleValidationInterval(-1ms); },
        u"idle validation interval"_s);
    row(
        "queue", [](ConnectionOptions &o) { o.setQueueTimeout(-1ms); }, u"queue timeout"_s);
    row(
        "query", [](ConnectionOptions &o) { o.setQueryTimeout(-1ms); }, u"query timeout"_s);
    row(
        "response", [](ConnectionOptions &o) { o.setResponseTimeout(-1ms); },
        u"response timeout"_s);
    row(
        "grace", [](ConnectionOptions &o) { o.setCancelGracePeriod(-1ms); },
        u"cancel grace period"_s);
    row(
        "small packets", [](ConnectionOptions &o) { o.setMaximumPacketSize(1023); }, u"packet"_s);
    row(
        "large packets", [](ConnectionOptions &o) { o.setMaximumPacketSize((1 << 30) + 1); },
        u"packet"_s);
    row(
        "results", [](ConnectionOptions &o) { o.setMaximumResultSize(0); }, u"result"_s);
    row(
        "depth", [](ConnectionOptions &o) { o.setPipelineDepth(0); }, u"pipeline depth"_s);
    row(
        "cache", [](ConnectionOptions &o) { o.setStatementCacheSize(-1); }, u"statement cache"_s);
    row("no cache", [](ConnectionOptions &o) { o.setStatementCacheSize(0); }, {});
    row(
        "low level", [](ConnectionOptions &o) { o.setCompressionLevel(-1); }, u"level"_s);
    row(
        "high level", [](ConnectionOptions &o) { o.setCompressionLevel(23); }, u"level"_s);
    row(
        "high level of zlib",
        [](ConnectionOptions &o) {
            o.setCompression(ConnectionOptions::Compression::Zlib), o.setCompressionLevel(10);
        },
        u"level"_s);
    row(
        "tracked variable", [](ConnectionOptions &o) { o.setTrackedVariables({u"a,b"_s}); },
        u"\"a,b\""_s);
}

void tst_ConnectionOptions::validates()
{
    QFETCH(const Change, change);
    QFETCH(const QString, message);
    ConnectionOptions options;
    options.setHost(u"h"_s);
    change(options);
    const Error error = options.validate();
    QCOMPARE(error.isError(), !message.isEmpty());
    QVERIFY2(error.message().contains(message), qPrintable(error.message()));
}

void tst_ConnectionOptions::comparesEverything_data()
{
    QTest::addColumn<Change>("change");

    const auto row = [](const char *name, const Change &change) { QTest::newRow(name) << change; };
    using Options = ConnectionOptions;
    row("host", [](Options &o) { o.setHost(u"x"_s); });
    row("port", [](Options &o) { o.setPort(1); });
    row("socket", [](Options &o) { o.setLocalSocketName(u"x"_s); });
    row("user", [](Options &o) { o.setUser(u"x"_s); });
    row("password", [](Options &o) { o.setPassword(u"x"_s); });
    row("database", [](Options &o) { o.setDatabase(u"x"_s); });
    row("attributes", [](Options &o) { o.setConnectAttributes({{u"a"_s, u"b"_s}}); });
    row("TLS mode", [](Options &o) { o.setTlsMode(Options::TlsMode::Required); });
    row("TLS", [](Options &o) {
        QSslConfiguration configuration;
        configuration.setPeerVerifyDepth(3);
        o.setSslConfiguration(configuration);
    });
    row("plugins", [](Options &o) { o.setAllowedAuthenticationPlugins({u"x"_s}); });
    row("unverified", [](Options &o) {
        o.setUnverifiedTlsAllowedForPasswords(!o.isUnverifiedTlsAllowedForPasswords());
    });
    row("retrieval", [](Options &o) { o.setPublicKeyRetrievalAllowed(true); });
    row("public key", [](Options &o) { o.setServerPublicKey("x"); });
    row("connect", [](Options &o) { o.setConnectTimeout(1ms); });
    row("idle", [](Options &o) { o.setIdleTimeout(1ms); });
    row("stale", [](Options &o) { o.setIdleValidationInterval(1ms); });
    row("queue", [](Options &o) { o.setQueueTimeout(1ms); });
    row("query", [](Options &o) { o.setQueryTimeout(1ms); });
    row("stream", [](Options &o) { o.setStreamTimeout(1ms); });
    row("response", [](Options &o) { o.setResponseTimeout(1ms); });
    row("grace", [](Options &o) { o.setCancelGracePeriod(1ms); });
    row("retry", [](Options &o) { o.setRetryPolicy(RetryPolicy::Never); });
    row("packet", [](Options &o) { o.setMaximumPacketSize(2048); });
    row("result", [](Options &o) { o.setMaximumResultSize(2048); });
    row("zone", [](Options &o) { o.setTimeZone(u"x"_s); });
    row("collation", [](Options &o) { o.setCollation(u"x"_s); });
    row("variables", [](Options &o) { o.setSessionVariables({{u"a"_s, 1}}); });
    row("init", [](Options &o) { o.setInitStatements({u"x"_s}); });
    row("found rows", [](Options &o) { o.setFoundRowsEnabled(true); });
    row("depth", [](Options &o) { o.setPipelineDepth(1); });
    row("pipelining", [](Options &o) { o.setPipeliningMode(Options::PipeliningMode::Never); });
    row("rows of inserts",
        [](Options &o) { o.setMultiRowInsertMode(Options::MultiRowInsertMode::Never); });
    row("prepare", [](Options &o) { o.setAutoPrepareEnabled(false); });
    row("cache", [](Options &o) { o.setStatementCacheSize(1); });
    row("compression", [](Options &o) { o.setCompression(Options::Compression::Zlib); });
    row("level", [](Options &o) { o.setCompressionLevel(1); });
    row("several statements", [](Options &o) { o.setMultiStatementsAllowed(true); });
    row("local infile", [](Options &o) { o.setLocalInfileAllowed(true); });
    row("tracked variables", [](Options &o) { o.setTrackedVariables({u"a"_s}); });
    row("GTIDs", [](Options &o) { o.setGtidTrackingEnabled(true); });
}

void tst_ConnectionOptions::comparesEverything()
{
    QFETCH(const Change, change);
    const ConnectionOptions options;
    ConnectionOptions changed = options;
    change(changed);
    QVERIFY(changed != options);
    ConnectionOptions same;
    change(same);
    QVERIFY(changed == same);
}

void tst_ConnectionOptions::comparesDeviceFactoriesByCopy()
{
    ConnectionOptions options;
    options.setDeviceFactory([](QObject *) -> QIODevice * { return nullptr; });
    const ConnectionOptions copy = options;
    QVERIFY(copy == options);
    options.setHost(u"x"_s);
    QVERIFY(copy != options);
}

void tst_ConnectionOptions::debugShowsNeitherPasswordNorInitStatements()
{
    ConnectionOptions options;
    options.setHost(u"h"_s);
    options.setUser(u"anna"_s);
    options.setPassword(u"hunter2"_s);
    options.setInitStatements({u"SET @key = 'hunter2'"_s});
    QString text;
    QDebug(&text) << options;
    QCOMPARE(text.trimmed(), u"ConnectionOptions(mysql://anna@h)"_s);
}

QTEST_GUILESS_MAIN(tst_ConnectionOptions)

#include "tst_connectionoptions.moc"
