// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownserver.h"

#include <AsyncMySql/Pool>

#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

namespace {

const QString OldPassword = u"Old-1 sesame"_s;
const QString NewPassword = u"nEw-1 'ü€😀\" %s"_s;
const QString PasswordWithBackslash = uR"(nEw-2 \ü\')"_s;

QStringList pluginsOf(const Server &server)
{
    if (server.isMySql)
        return {u"caching_sha2_password"_s, u"sha256_password"_s};
    QStringList plugins{u"mysql_native_password"_s};
#if ASYNCMYSQL_TESTS_HAVE_SODIUM
    plugins.append(u"ed25519"_s);
    if (server.isAtLeast(11, 6))
        plugins.append(u"parsec"_s);
#endif
    return plugins;
}

} // namespace

/// Passwords that have expired, and changing them, in servers that are configured for it.
class tst_Passwords_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { VERIFY_SERVERS(); }
    void expiredPasswordIsChanged_data();
    void expiredPasswordIsChanged();
    void serverKeepsThePasswordItRefusesToChange_data();
    void serverKeepsThePasswordItRefusesToChange();
};

void tst_Passwords_Servers::expiredPasswordIsChanged_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QStringList>("options");
    for (const Server &server : all()) {
        QTest::addRow("%s, disconnects", qPrintable(server.name))
            << server << QStringList{u"--disconnect-on-expired-password=ON"_s};
        QTest::addRow("%s, lets in", qPrintable(server.name))
            << server << QStringList{u"--disconnect-on-expired-password=OFF"_s};
        QTest::addRow("%s, reads text otherwise", qPrintable(server.name))
            << server
            << QStringList{u"--sql-mode=NO_BACKSLASH_ESCAPES,ANSI_QUOTES"_s,
                           u"--character-set-server=latin1"_s};
    }
}

void tst_Passwords_Servers::expiredPasswordIsChanged()
{
    QFETCH(const Server, server);
    QFETCH(const QStringList, options);
    OwnServer own(server.name, u"passwords"_s);
    QVERIFY2(own.start(options), "The server does not start");
    const bool hasBackslashes = !options.first().contains("NO_BACKSLASH"_L1);
    for (const QString &plugin : pluginsOf(server)) {
        for (const Channel channel : {Channel::Tls, Channel::Socket}) {
            const Account account(own.server(), plugin, OldPassword);
            QVERIFY2(!account.error(), qPrintable(account.error().message()));
            Connection admin(Servers::options(own.server(), Channel::Socket));
            const auto expire = [&] {
                return admin.execute(u"ALTER USER '%1'@'%' PASSWORD EXPIRE"_s.arg(account.user()));
            };
            VERIFY_DONE(expire());

            Connection connection(account.options(channel));
            const OutcomePointer waiting = Fake::watch(connection.execute(u"SELECT 1"_s));
            const OutcomePointer outcome = finishedOf(connection.execute(u"SELECT 2"_s));
            QVERIFY2(waiting->failed(Error::PasswordExpired), Fake::describe(waiting).constData());
            QVERIFY2(outcome->failed(Error::PasswordExpired), Fake::describe(outcome).constData());
            QCOMPARE(outcome->error.execution(), Execution::NotSent);
            QCOMPARE(connection.reconnectAttempt(), 0);

            VERIFY_DONE(connection.changePassword(NewPassword));
            QCOMPARE(connection.options().password(), NewPassword);
            QCOMPARE(rowsOf(connection.execute(u"SELECT 1"_s)), one(u"1"_s));

            // The session lives on, and new ones need the new password.
            const quint64 session = connection.connectionId();
            VERIFY_DONE(connection.changePassword(PasswordWithBackslash));
            QCOMPARE(rowsOf(connection.execute(u"SELECT CONNECTION_ID()"_s)),
                     one(QString::number(session)));
            Connection old(account.options(channel));
            const OutcomePointer denied = finishedOf(old.ping());
            QVERIFY2(denied->failed(Error::AccessDenied), Fake::describe(denied).constData());
            const OutcomePointer refused = finishedOf(old.changePassword(u"x"_s));
            QVERIFY2(refused->failed(Error::AccessDenied), Fake::describe(refused).constData());

            VERIFY_DONE(expire());
            Pool pool(connection.options());
            const OutcomePointer expired = finishedOf(pool.execute(u"SELECT 1"_s));
            QVERIFY2(expired->failed(Error::PasswordExpired), Fake::describe(expired).constData());
            const OutcomePointer changed
                = finishedOf(pool.changePassword(uR"(nEw-3 \)"_s + OldPassword));
            if (server.isMySql && !hasBackslashes) {
                // It cannot be known that it is read as it is meant.
                QVERIFY2(changed->failed(Error::InvalidParameter),
                         Fake::describe(changed).constData());
                VERIFY_DONE(pool.changePassword(NewPassword));
            } else {
                QVERIFY2(changed->succeeded(), Fake::describe(changed).constData());
            }
            QCOMPARE(rowsOf(pool.execute(u"SELECT 1"_s)), one(u"1"_s));
        }
    }
    const Account account(own.server(), pluginsOf(server).constFirst(), OldPassword);
    if (!server.isMySql) {
        Connection clear(account.options(Channel::Clear));
        const OutcomePointer outcome = finishedOf(clear.changePassword(NewPassword));
        QVERIFY2(outcome->failed(Error::ChannelNotSecure), Fake::describe(outcome).constData());
        VERIFY_DONE(clear.ping());
    }
}

void tst_Passwords_Servers::serverKeepsThePasswordItRefusesToChange_data()
{
    addRows();
}

void tst_Passwords_Servers::serverKeepsThePasswordItRefusesToChange()
{
    QFETCH(const Server, server);
    OwnServer own(server.name, u"passwordpolicy"_s);
    QVERIFY2(own.start(), "The server does not start");
    Connection admin(Servers::options(own.server(), Channel::Socket));
    const Account account(own.server(), pluginsOf(server).constFirst(), OldPassword);
    const OutcomePointer installed = finishedOf(
        admin.execute(server.isMySql ? u"INSTALL COMPONENT 'file://component_validate_password'"_s
                                     : u"INSTALL SONAME 'simple_password_check'"_s));
    QVERIFY2(installed->succeeded(), Fake::describe(installed).constData());

    Connection connection(account.options(Channel::Socket));
    const OutcomePointer outcome = finishedOf(connection.changePassword(u"a"_s));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.serverErrorNumber(), 1819);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QVERIFY(outcome->error.message().contains("policy"_L1));
    QCOMPARE(connection.options().password(), OldPassword);
    VERIFY_DONE(connection.ping());

    if (!server.isMySql)
        return;
    // Who has the right to change other accounts need not give the old password.
    VERIFY_DONE(admin.execute(u"REVOKE ALL ON *.* FROM '%1'@'%'"_s.arg(account.user())));
    VERIFY_DONE(
        admin.execute(u"ALTER USER '%1'@'%' PASSWORD REQUIRE CURRENT"_s.arg(account.user())));
    VERIFY_DONE(connection.changePassword(u"nEw-1 'sesame"_s));
    VERIFY_DONE(connection.changePassword(u"nEw-2 'sesame"_s));
}

QTEST_GUILESS_MAIN(tst_Passwords_Servers)

#include "tst_passwords_servers.moc"
