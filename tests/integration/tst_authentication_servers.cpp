// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// PAM needs a server that is set up for it: tst_pam_servers.

#include "servers.h"

#include <AsyncMySql/AuthenticationRequest>
#include <AsyncMySql/Pool>

#include <QtCore/qfile.h>
#include <QtCore/qfuture.h>
#include <QtCore/qloggingcategory.h>
#include <QtCore/qprocess.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

class tst_Authentication_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { log().clear(); }
    void rightPasswordConnects_data();
    void rightPasswordConnects();
    void wrongPasswordIsDeniedAtOnce_data();
    void wrongPasswordIsDeniedAtOnce();
    void accountWithoutPassword_data();
    void accountWithoutPassword();
    void cachingSha2NeedsAProtectedChannelUntilItIsCached_data() { addRows(isMySql); }
    void cachingSha2NeedsAProtectedChannelUntilItIsCached();
    void cachingSha2FullExchange_data();
    void cachingSha2FullExchange();
    void sha256NeedsAProtectedChannel_data() { addRows(isMySql); }
    void sha256NeedsAProtectedChannel();
    void pluginThatIsNotAllowedIsRefused_data() { addRows(); }
    void pluginThatIsNotAllowedIsRefused();
    void clearPasswordPluginIsOffByDefault();
    void accountWithSeveralMethods_data();
    void accountWithSeveralMethods();
    void secondFactor_data() { addRows(isMySql); }
    void secondFactor();
    void providerIsAskedAgain_data() { addChannelRows(); }
    void providerIsAskedAgain();
    void changedPasswordIsNoticed_data() { addRows(); }
    void changedPasswordIsNoticed();
    void cleanupTestCase() { qInstallMessageHandler(nullptr); }

private:
    static QStringList &log();
};

namespace {

struct Plugin
{
    /// The server's name of it, and the client's.
    const char *name;
    const char *clientName;
    Filter filter;
};

bool hasParsec(const Server &server)
{
    return ASYNCMYSQL_TESTS_HAVE_SODIUM && server.isMariaDb() && server.isAtLeast(11, 6);
}

bool hasEd25519(const Server &server)
{
    return ASYNCMYSQL_TESTS_HAVE_SODIUM && server.isMariaDb();
}

constexpr Plugin plugins[] = {
    {"mysql_native_password", "mysql_native_password", isMariaDb},
    {"ed25519", "client_ed25519", hasEd25519},
    {"parsec", "parsec", hasParsec},
    {"caching_sha2_password", "caching_sha2_password", isMySql},
    {"sha256_password", "sha256_password", isMySql},
};

void addPluginRows()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<QString>("plugin");
    QTest::addColumn<QByteArray>("clientPlugin");
    QTest::addColumn<QString>("password");
    const std::pair<const char *, QString> passwords[] = {
        {"ASCII", u"open sesame"_s},
        {"quotes", u"'\"\\`;--"_s},
        {"not ASCII", u"пароль€😀"_s},
        {"long", QString(150, u'p')},
    };
    for (const Server &server : all()) {
        for (const Plugin &plugin : plugins) {
            if (!plugin.filter(server))
                continue;
            for (const Channel channel : Channels) {
                for (const auto &[what, password] : passwords) {
                    QTest::addRow("%s, %s, %s, %s", qPrintable(server.name), plugin.name,
                                  name(channel), what)
                        << server << channel << QString::fromLatin1(plugin.name)
                        << QByteArray(plugin.clientName) << password;
                }
            }
        }
    }
}

OutcomePointer connectWith(const ConnectionOptions &options)
{
    Connection connection(options);
    return finishedOf(connection.execute(u"SELECT CURRENT_USER()"_s));
}

#define VERIFY_CONNECTS(options) \
    do { \
        const OutcomePointer connected = connectWith(options); \
        QVERIFY2(connected->succeeded(), Fake::describe(connected).constData()); \
        QCOMPARE(connected->rows(), (QList<QStringList>{{(options).user() + u"@%"_s}})); \
    } while (false)

#define VERIFY_REFUSED(options, expectedCode) \
    do { \
        const OutcomePointer refused = connectWith(options); \
        QVERIFY2(refused->failed(Error::expectedCode), Fake::describe(refused).constData()); \
        QCOMPARE(refused->error.execution(), Execution::NotSent); \
    } while (false)

ConnectionOptions withoutKey(ConnectionOptions options)
{
    options.setServerPublicKey({});
    return options;
}

ConnectionOptions withKeyRetrieval(ConnectionOptions options)
{
    options.setServerPublicKey({});
    options.setPublicKeyRetrievalAllowed(true);
    return options;
}

} // namespace

QStringList &tst_Authentication_Servers::log()
{
    static QStringList lines;
    return lines;
}

void tst_Authentication_Servers::initTestCase()
{
    VERIFY_SERVERS();
    // The plugin that a session was authenticated by is in the log, and nowhere else.
    QLoggingCategory::setFilterRules(u"asyncmysql.connection.debug=true"_s);
    qInstallMessageHandler([](QtMsgType, const QMessageLogContext &context, const QString &line) {
        if (QByteArrayView(context.category) == "asyncmysql.connection")
            log().append(line);
        else
            fprintf(stderr, "%s\n", qPrintable(line));
    });
}

void tst_Authentication_Servers::rightPasswordConnects_data()
{
    addPluginRows();
}

void tst_Authentication_Servers::rightPasswordConnects()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    QFETCH(QString, plugin);
    QFETCH(QByteArray, clientPlugin);
    QFETCH(QString, password);
    const Account account(server, plugin, password);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    log().clear();
    VERIFY_CONNECTS(account.options(channel));
    QVERIFY2(!log()
                  .filter("authenticated by \""_L1 + QString::fromLatin1(clientPlugin) + '"'_L1)
                  .isEmpty(),
             qPrintable(log().join(u'\n')));
    QVERIFY(log().filter(password).isEmpty());
}

void tst_Authentication_Servers::wrongPasswordIsDeniedAtOnce_data()
{
    addPluginRows();
}

void tst_Authentication_Servers::wrongPasswordIsDeniedAtOnce()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    QFETCH(QString, plugin);
    QFETCH(QString, password);
    const Account account(server, plugin, password);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    for (const QString &wrong : {password + u"x"_s, password.chopped(1), u"?"_s}) {
        ConnectionOptions options = account.options(channel);
        options.setPassword(wrong);
        Connection connection(options);
        const OutcomePointer waiting = Fake::watch(connection.ping());
        const OutcomePointer outcome = finishedOf(connection.execute(u"SELECT 1"_s));
        QVERIFY2(outcome->failed(Error::AccessDenied), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.serverErrorNumber(), 1045);
        QCOMPARE(outcome->error.execution(), Execution::NotSent);
        QVERIFY2(waiting->failed(Error::AccessDenied), Fake::describe(waiting).constData());
        QCOMPARE(connection.reconnectAttempt(), 0);
    }
}

void tst_Authentication_Servers::accountWithoutPassword_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<QString>("plugin");
    for (const Server &server : all()) {
        for (const Plugin &plugin : plugins) {
            // Before 11 nobody gets into such an account, the server's own client neither: there is
            // no key for ed25519 to compare with.
            const bool isLocked = qstrcmp(plugin.name, "ed25519") == 0 && !server.isAtLeast(11, 0);
            if (!plugin.filter(server) || isLocked)
                continue;
            for (const Channel channel : Channels) {
                QTest::addRow("%s, %s, %s", qPrintable(server.name), plugin.name, name(channel))
                    << server << channel << QString::fromLatin1(plugin.name);
            }
        }
    }
}

void tst_Authentication_Servers::accountWithoutPassword()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    QFETCH(QString, plugin);
    const Account account(server, plugin, {});
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    // An empty password proves nothing where there is no certificate that could.
    if (server.hasZeroConfigurationTls() && channel == Channel::Tls)
        VERIFY_REFUSED(account.options(channel), CertificateRejected);
    else
        VERIFY_CONNECTS(account.options(channel));
    ConnectionOptions options = account.options(channel);
    options.setPassword(u"wrong"_s);
    VERIFY_REFUSED(options, AccessDenied);
}

void tst_Authentication_Servers::cachingSha2NeedsAProtectedChannelUntilItIsCached()
{
    QFETCH(Server, server);
    const Account account(server, u"caching_sha2_password"_s, u"пароль€😀"_s);
    const ConnectionOptions clear = account.options(Channel::Clear);
    Connection admin(Servers::options(server));
    // A new account is not in the server's cache, which makes the whole password necessary.
    VERIFY_REFUSED(withoutKey(clear), ChannelNotSecure);
    VERIFY_CONNECTS(withKeyRetrieval(clear));
    // Now its scramble is enough.
    VERIFY_CONNECTS(withoutKey(clear));
    VERIFY_DONE(admin.execute(u"FLUSH PRIVILEGES"_s));
    VERIFY_REFUSED(withoutKey(clear), ChannelNotSecure);
    QVERIFY(!clear.serverPublicKey().isEmpty());
    VERIFY_CONNECTS(clear);
    VERIFY_CONNECTS(withoutKey(clear));
}

void tst_Authentication_Servers::cachingSha2FullExchange_data()
{
    addChannelRows(isMySql);
}

void tst_Authentication_Servers::cachingSha2FullExchange()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    const Account account(server, u"caching_sha2_password"_s, u"open sesame"_s);
    Connection admin(Servers::options(server));
    ConnectionOptions wrong = account.options(channel);
    wrong.setPassword(u"close sesame"_s);
    for (int round = 0; round < 3; ++round) {
        VERIFY_REFUSED(wrong, AccessDenied);
        VERIFY_CONNECTS(account.options(channel));
        VERIFY_REFUSED(wrong, AccessDenied);
        VERIFY_CONNECTS(account.options(channel));
        VERIFY_DONE(admin.execute(u"FLUSH PRIVILEGES"_s));
    }
}

void tst_Authentication_Servers::sha256NeedsAProtectedChannel()
{
    QFETCH(Server, server);
    const Account account(server, u"sha256_password"_s, u"open sesame"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    const ConnectionOptions clear = account.options(Channel::Clear);
    for (int round = 0; round < 2; ++round) {
        VERIFY_REFUSED(withoutKey(clear), ChannelNotSecure);
        VERIFY_CONNECTS(withKeyRetrieval(clear));
        VERIFY_CONNECTS(clear);
    }
    // A key of somebody else is as good as a wrong password.
    QFile own(server.clientCertificateFile);
    QVERIFY(own.open(QIODevice::ReadOnly));
    ConnectionOptions foreign = clear;
    foreign.setServerPublicKey(own.readAll());
    VERIFY_REFUSED(foreign, AuthenticationFailed);
}

void tst_Authentication_Servers::pluginThatIsNotAllowedIsRefused()
{
    QFETCH(Server, server);
    const Account account(server,
                          server.isMySql ? u"sha256_password"_s : u"mysql_native_password"_s,
                          u"open sesame"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    ConnectionOptions options = account.options(Channel::Socket);
    options.setAllowedAuthenticationPlugins({u"client_ed25519"_s, u"caching_sha2_password"_s});
    VERIFY_REFUSED(options, AuthenticationPluginNotAllowed);
    // It has to be named exactly.
    options.setAllowedAuthenticationPlugins({u"mysql_native_password_"_s, u"sha256"_s});
    VERIFY_REFUSED(options, AuthenticationPluginNotAllowed);
}

void tst_Authentication_Servers::clearPasswordPluginIsOffByDefault()
{
    QVERIFY(
        !ConnectionOptions().allowedAuthenticationPlugins().contains(u"mysql_clear_password"_s));
}

void tst_Authentication_Servers::accountWithSeveralMethods_data()
{
    addRows(hasEd25519);
}

// MariaDB requests one plugin after the other.
void tst_Authentication_Servers::accountWithSeveralMethods()
{
    QFETCH(const Server, server);
    const Account account(server, u"ed25519"_s, u"first"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    Connection admin(Servers::options(server, Channel::Socket));
    const QString names[] = {u"ed25519"_s, u"mysql_native_password"_s, u"ed25519"_s};
    const QString passwords[] = {u"first"_s, u"second"_s, u"third"_s};
    QStringList methods;
    for (int i = 0; i < 3; ++i)
        methods.append(u"%1 USING PASSWORD('%2')"_s.arg(names[i], passwords[i]));
    VERIFY_DONE(admin.execute(
        u"ALTER USER '%1'@'%' IDENTIFIED VIA %2"_s.arg(account.user(), methods.join(u" OR "_s))));
    for (const Channel channel : Channels) {
        for (const QString &password : passwords) {
            ConnectionOptions options = account.options(channel);
            options.setPassword(password);
            VERIFY_CONNECTS(options);
        }
        ConnectionOptions wrong = account.options(channel);
        wrong.setPassword(u"fourth"_s);
        VERIFY_REFUSED(wrong, AccessDenied);
    }
}

// That the user of the operating system is the right one: all other plugins for second factors are
// not a part of the free server, or need a device.
void tst_Authentication_Servers::secondFactor()
{
    QFETCH(const Server, server);
    const Account account(server, u"caching_sha2_password"_s, u"open sesame"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    Connection admin(Servers::options(server, Channel::Socket));
    QProcess id;
    id.start(u"id"_s, {u"-un"_s});
    QVERIFY(id.waitForFinished());
    const QString user = QString::fromLocal8Bit(id.readAllStandardOutput()).trimmed();
    VERIFY_DONE(
        admin.execute(u"ALTER USER '%1'@'%' ADD 2 FACTOR IDENTIFIED WITH auth_socket AS '%2'"_s.arg(
            account.user(), user)));
    VERIFY_CONNECTS(account.options(Channel::Socket));
    VERIFY_REFUSED(account.options(Channel::Tls), AccessDenied);
    ConnectionOptions wrong = account.options(Channel::Socket);
    wrong.setPassword(u"wrong"_s);
    VERIFY_REFUSED(wrong, AccessDenied);
    VERIFY_DONE(admin.execute(
        u"ALTER USER '%1'@'%' MODIFY 2 FACTOR IDENTIFIED WITH auth_socket AS 'somebody else'"_s.arg(
            account.user())));
    VERIFY_REFUSED(account.options(Channel::Socket), AccessDenied);
}

void tst_Authentication_Servers::providerIsAskedAgain()
{
    QFETCH(const Server, server);
    QFETCH(const Channel, channel);
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"open sesame"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    ConnectionOptions options = account.options(channel);
    options.setPassword({});
    QList<AuthenticationRequest> requests;
    options.setPasswordProvider([&requests](const AuthenticationRequest &request) {
        requests.append(request);
        return QtFuture::makeReadyFuture(request.refusal() ? u"open sesame"_s : u"wrong"_s);
    });
    Pool pool(options);
    const QString user = account.user() + u"@%"_s;
    QCOMPARE(rowsOf(pool.execute(u"SELECT CURRENT_USER()"_s)), one(user));
    QCOMPARE(requests.size(), 2);
    QCOMPARE(requests.last().refusal().serverErrorNumber(), 1045);
    pool.clear();
    QCOMPARE(rowsOf(pool.execute(u"SELECT CURRENT_USER()"_s)), one(user));
    QCOMPARE(requests.size(), 2);
}

void tst_Authentication_Servers::changedPasswordIsNoticed()
{
    QFETCH(Server, server);
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"before"_s);
    ConnectionOptions options = account.options(Channel::Socket);
    Connection connection(options);
    VERIFY_DONE(connection.ping());
    Connection admin(Servers::options(server));
    VERIFY_DONE(admin.execute(u"ALTER USER '%1'@'%' IDENTIFIED BY 'after'"_s.arg(account.user())));
    VERIFY_DONE(connection.ping());
    VERIFY_DONE(connection.close());
    const OutcomePointer denied = finishedOf(connection.ping());
    QVERIFY2(denied->failed(Error::AccessDenied), Fake::describe(denied).constData());
    options.setPassword(u"after"_s);
    connection.setOptions(options);
    VERIFY_DONE(connection.ping());
}

QTEST_GUILESS_MAIN(tst_Authentication_Servers)

#include "tst_authentication_servers.moc"
