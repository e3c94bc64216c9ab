// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <QtCore/qfile.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslkey.h>
#include <QtTest/qtest.h>

#include <optional>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Execution = Error::Execution;
using TlsMode = ConnectionOptions::TlsMode;

class tst_Tls_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void modeDecides_data();
    void modeDecides();
    void clientCertificateIsShown_data() { addRows(hasAuthority); }
    void clientCertificateIsShown();
    void accountCanRequireTls_data() { addRows(); }
    void accountCanRequireTls();
    void passwordProvesTheServer_data();
    void passwordProvesTheServer();
    void secondSessionIsResumed_data() { addRows(isMySql); }
    void secondSessionIsResumed();
    void sessionOfAnotherConnectionIsResumed_data() { addRows(isMySql); }
    void sessionOfAnotherConnectionIsResumed();

private:
    static bool hasAuthority(const Server &server) { return !server.hasZeroConfigurationTls(); }
    static bool hasNoAuthority(const Server &server) { return server.hasZeroConfigurationTls(); }
    static bool provesItself(const Server &server)
    {
        return server.isMariaDb() && server.isAtLeast(11, 4);
    }
};

namespace {

QString defaultPlugin(const Server &server)
{
    return server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s;
}

enum class Authority { None, Right, Wrong };

QSslConfiguration configurationOf(const Server &server, Authority authority)
{
    // The certificate of a client is nobody's authority.
    return sslConfiguration(authority == Authority::None    ? QString()
                            : authority == Authority::Right ? server.caFile
                                                            : server.clientCertificateFile);
}

OutcomePointer connectWith(const ConnectionOptions &options, bool *encrypted)
{
    Connection connection(options);
    const OutcomePointer outcome = finishedOf(connection.ping());
    *encrypted = connection.isEncrypted();
    return outcome;
}

/// Sessions of other tests are not resumed with it.
ConnectionOptions withVerifyDepth(ConnectionOptions options, int depth)
{
    QSslConfiguration configuration = options.sslConfiguration();
    configuration.setPeerVerifyDepth(depth);
    options.setSslConfiguration(configuration);
    return options;
}

/// What the server says. Null without an answer.
std::optional<bool> wasResumed(Connection *connection)
{
    const OutcomePointer outcome
        = finishedOf(connection->execute(u"SHOW SESSION STATUS LIKE 'Ssl_session%reused'"_s));
    const QString answer = outcome->rows().value(0).value(1);
    if (answer == u"1"_s || answer == u"ON"_s)
        return true;
    if (answer == u"0"_s || answer == u"OFF"_s)
        return false;
    return std::nullopt;
}

} // namespace

void tst_Tls_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Tls_Servers::modeDecides_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<TlsMode>("mode");
    QTest::addColumn<int>("authority");
    QTest::addColumn<Error::Code>("error");
    for (const Server &server : serversFor(hasAuthority)) {
        const auto add
            = [&](const char *what, TlsMode mode, Authority authority, Error::Code error) {
                  QTest::addRow("%s, %s", qPrintable(server.name), what)
                      << server << mode << static_cast<int>(authority) << error;
              };
        // Without an authority a MariaDB from 11.4 on proves itself by the password.
        const Error::Code unverified
            = provesItself(server) ? Error::NoError : Error::ServerNotVerified;
        add("disabled", TlsMode::Disabled, Authority::Right, Error::NoError);
        add("preferred", TlsMode::Preferred, Authority::Wrong, Error::NoError);
        add("required", TlsMode::Required, Authority::Wrong, Error::NoError);
        add("CA, right", TlsMode::VerifyCa, Authority::Right, Error::NoError);
        add("CA, wrong", TlsMode::VerifyCa, Authority::Wrong, Error::CertificateRejected);
        add("CA, none", TlsMode::VerifyCa, Authority::None, unverified);
        add("identity, right", TlsMode::VerifyIdentity, Authority::Right, Error::NoError);
        add("identity, wrong", TlsMode::VerifyIdentity, Authority::Wrong,
            Error::CertificateRejected);
        add("identity, none", TlsMode::VerifyIdentity, Authority::None, unverified);
    }
}

void tst_Tls_Servers::modeDecides()
{
    QFETCH(Server, server);
    QFETCH(TlsMode, mode);
    QFETCH(int, authority);
    QFETCH(Error::Code, error);

    const Account account(server, defaultPlugin(server), u"open sesame"_s);
    // Puts the account into MySQL's cache: what follows is about TLS, and not about the password.
    bool encrypted = false;
    const OutcomePointer cached = connectWith(account.options(Channel::Socket), &encrypted);
    QVERIFY2(cached->succeeded(), Fake::describe(cached).constData());

    ConnectionOptions options = account.options(Channel::Clear);
    options.setTlsMode(mode);
    options.setSslConfiguration(configurationOf(server, static_cast<Authority>(authority)));
    const OutcomePointer outcome = connectWith(options, &encrypted);
    if (error == Error::NoError) {
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        QCOMPARE(encrypted, mode != TlsMode::Disabled);
    } else {
        QVERIFY2(outcome->failed(error), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.execution(), Execution::NotSent);
    }
}

void tst_Tls_Servers::clientCertificateIsShown()
{
    QFETCH(Server, server);
    const Account account(server, defaultPlugin(server), u"open sesame"_s, u"REQUIRE X509"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    bool encrypted = false;
    ConnectionOptions options = account.options(Channel::Tls);
    const OutcomePointer without = connectWith(options, &encrypted);
    QVERIFY2(without->failed(Error::AccessDenied), Fake::describe(without).constData());

    QSslConfiguration configuration = sslConfiguration(server.caFile);
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(server.clientCertificateFile));
    QFile key(server.clientKeyFile);
    QVERIFY(key.open(QIODevice::ReadOnly));
    configuration.setPrivateKey(QSslKey(key.readAll(), QSsl::Ec));
    options.setSslConfiguration(configuration);
    const OutcomePointer with = connectWith(options, &encrypted);
    QVERIFY2(with->succeeded(), Fake::describe(with).constData());
    QVERIFY(encrypted);
}

void tst_Tls_Servers::accountCanRequireTls()
{
    QFETCH(Server, server);
    const Account account(server, defaultPlugin(server), u"open sesame"_s, u"REQUIRE SSL"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    bool encrypted = false;
    const OutcomePointer clear = connectWith(account.options(Channel::Clear), &encrypted);
    QVERIFY2(clear->failed(Error::AccessDenied), Fake::describe(clear).constData());
    ConnectionOptions options = account.options(Channel::Tls);
    if (server.hasZeroConfigurationTls())
        options.setTlsMode(TlsMode::VerifyCa);
    const OutcomePointer tls = connectWith(options, &encrypted);
    QVERIFY2(tls->succeeded(), Fake::describe(tls).constData());
    QVERIFY(encrypted);
}

void tst_Tls_Servers::passwordProvesTheServer_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("plugin");
    for (const Server &server : serversFor(hasNoAuthority)) {
        for (const char *plugin : {"mysql_native_password", "ed25519", "parsec"}) {
            if (qstrcmp(plugin, "mysql_native_password") != 0 && !ASYNCMYSQL_TESTS_HAVE_SODIUM)
                continue;
            QTest::addRow("%s, %s", qPrintable(server.name), plugin)
                << server << QString::fromLatin1(plugin);
        }
    }
}

void tst_Tls_Servers::passwordProvesTheServer()
{
    QFETCH(Server, server);
    QFETCH(QString, plugin);
    bool encrypted = false;
    const Account account(server, plugin, u"пароль€😀"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    for (const TlsMode mode : {TlsMode::VerifyCa, TlsMode::VerifyIdentity}) {
        ConnectionOptions options = account.options(Channel::Tls);
        options.setTlsMode(mode);
        QVERIFY(!options.usesCustomCaCertificates());
        const OutcomePointer right = connectWith(options, &encrypted);
        QVERIFY2(right->succeeded(), Fake::describe(right).constData());
        QVERIFY(encrypted);

        // With an authority named, nothing but the authority counts.
        ConnectionOptions named = options;
        for (const Server &other : all()) {
            if (!other.hasZeroConfigurationTls())
                named.setSslConfiguration(sslConfiguration(other.caFile));
        }
        if (named.usesCustomCaCertificates()) {
            const OutcomePointer rejected = connectWith(named, &encrypted);
            QVERIFY2(rejected->failed(Error::CertificateRejected),
                     Fake::describe(rejected).constData());
        }

        options.setPassword(u"wrong"_s);
        const OutcomePointer wrong = connectWith(options, &encrypted);
        QVERIFY2(wrong->failed(Error::AccessDenied), Fake::describe(wrong).constData());
        QVERIFY(wrong->error.message().contains(u"Not authenticated"_s));
        options.setPassword({});
        const OutcomePointer empty = connectWith(options, &encrypted);
        QVERIFY2(empty->failed(Error::CertificateRejected), Fake::describe(empty).constData());
    }
}

/// MariaDB counts none of the sessions that are resumed by a ticket, so only MySQL can tell.
void tst_Tls_Servers::secondSessionIsResumed()
{
    QFETCH(Server, server);
    Connection connection(withVerifyDepth(Servers::options(server, Channel::Tls), 20));
    QCOMPARE(wasResumed(&connection), std::optional(false));
    VERIFY_DONE(connection.close());
    QCOMPARE(wasResumed(&connection), std::optional(true));
}

void tst_Tls_Servers::sessionOfAnotherConnectionIsResumed()
{
    QFETCH(Server, server);
    const ConnectionOptions options = withVerifyDepth(Servers::options(server, Channel::Tls), 21);
    Connection first(options);
    QCOMPARE(wasResumed(&first), std::optional(false));
    Connection second(options);
    QCOMPARE(wasResumed(&second), std::optional(true));
    // It was not verified in this way.
    Connection other(withVerifyDepth(options, 22));
    QCOMPARE(wasResumed(&other), std::optional(false));
    ConnectionOptions laxOptions = options;
    laxOptions.setTlsMode(ConnectionOptions::TlsMode::Required);
    Connection lax(laxOptions);
    QCOMPARE(wasResumed(&lax), std::optional(false));
}

QTEST_GUILESS_MAIN(tst_Tls_Servers)

#include "tst_tls_servers.moc"
