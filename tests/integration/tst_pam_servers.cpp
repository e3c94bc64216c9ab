// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownserver.h"
#include "serverscripts.h"

#include <AsyncMySql/AuthenticationRequest>
#include <AsyncMySql/Pool>

#include <QtCore/qfile.h>
#include <QtCore/qfuture.h>
#include <QtCore/qpromise.h>
#include <QtCore/qtemporarydir.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

namespace {

/// One module takes the password, and the second one asks for something else.
constexpr char OneQuestion[] = "auth required pam_exec.so expose_authtok quiet %1\n"
                               "account required pam_permit.so\n";
constexpr char TwoQuestions[] = "auth required pam_exec.so expose_authtok quiet %1\n"
                                "auth required pam_ftp.so users=two\n"
                                "account required pam_permit.so\n";
constexpr char Check[] = "#!/bin/sh\n"
                         "read -r answer\n"
                         "[ \"$answer\" = sesame ]\n";

/// What is asked, and how it is answered.
struct Conversation
{
    QList<AuthenticationRequest> requests;
    QString password = u"sesame"_s;

    ConnectionOptions::PasswordProvider provider()
    {
        return [this](const AuthenticationRequest &request) {
            requests.append(request);
            return QtFuture::makeReadyFuture(
                request.kind() == AuthenticationRequest::Kind::Password ? password : u"code"_s);
        };
    }
};

bool write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size()
           && file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ReadOther
                                  | QFile::ExeOther);
}

} // namespace

/// MariaDB with PAM, which asks questions by its plugin dialog. The stack is made for the test, and
/// only the server sees it.
class tst_Pam_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void logsIn_data()
    {
        // A certificate that nobody has signed proves nothing to those who are sent the password.
        addRows([](const Server &server) {
            return server.isMariaDb() && !server.hasZeroConfigurationTls();
        });
    }
    void logsIn();

private:
    void check(const Server &server);
    void answersTooLate(const ConnectionOptions &options);

    QTemporaryDir m_folder;
};

void tst_Pam_Servers::initTestCase()
{
    VERIFY_SERVERS();
    if (!canMountFolders())
        QSKIP("This system lets users have no mounts of their own, which a stack of PAM needs");
    QVERIFY(m_folder.isValid());
    QVERIFY(QFile::setPermissions(m_folder.path(),
                                  QFile::permissions(m_folder.path()) | QFile::ExeOther));
    const QString program = m_folder.filePath(u"check"_s);
    QVERIFY(write(program, Check));
    QVERIFY(
        write(m_folder.filePath(u"one"_s), QString::fromLatin1(OneQuestion).arg(program).toUtf8()));
    QVERIFY(write(m_folder.filePath(u"two"_s),
                  QString::fromLatin1(TwoQuestions).arg(program).toUtf8()));
}

void tst_Pam_Servers::logsIn()
{
    QFETCH(const Server, server);
    OwnServer own(server.name, u"pam"_s);
    // In the process of the server: the other one needs a program with the rights of root.
    QVERIFY2(own.start({u"--plugin-load-add=auth_pam_v1"_s, u"--plugin-maturity=experimental"_s,
                        u"--connect-timeout=2"_s},
                       m_folder.path()),
             "The server does not start");
    check(own.server());
}

void tst_Pam_Servers::check(const Server &server)
{
    Connection admin(Servers::options(server, Channel::Socket));
    for (const QString &user : {u"one"_s, u"two"_s}) {
        VERIFY_DONE(
            admin.execute(u"CREATE USER '%1'@'%' IDENTIFIED VIA pam USING '%1'"_s.arg(user)));
    }
    for (const Channel channel : {Channel::Socket, Channel::Tls}) {
        ConnectionOptions options = Servers::options(server, channel);
        options.setAllowedAuthenticationPlugins({u"mysql_native_password"_s, u"dialog"_s});
        options.setPassword(u"sesame"_s);
        options.setUser(u"one"_s);
        {
            Connection connection(options);
            QCOMPARE(rowsOf(connection.execute(u"SELECT CURRENT_USER()"_s)), one(u"one@%"_s));
        }
        options.setUser(u"two"_s);
        {
            Connection connection(options);
            const OutcomePointer outcome = finishedOf(connection.ping());
            QVERIFY2(outcome->failed(Error::AuthenticationFailed),
                     Fake::describe(outcome).constData());
            QVERIFY2(outcome->error.message().contains("e-mail address"_L1),
                     Fake::describe(outcome).constData());
        }
        Conversation conversation;
        options.setPassword({});
        options.setPasswordProvider(conversation.provider());
        {
            Connection connection(options);
            QCOMPARE(rowsOf(connection.execute(u"SELECT CURRENT_USER()"_s)), one(u"two@%"_s));
            QCOMPARE(conversation.requests.size(), 2);
            const AuthenticationRequest question = conversation.requests.last();
            QCOMPARE(question.kind(), AuthenticationRequest::Kind::Question);
            QCOMPARE(question.plugin(), u"dialog"_s);
            QVERIFY(question.prompt().contains("e-mail address"_L1));
            QVERIFY(!question.isEchoEnabled());
            // Another session is asked again, the password alone is known.
            VERIFY_DONE(connection.close());
            VERIFY_DONE(connection.ping());
            QCOMPARE(conversation.requests.size(), 3);
            QCOMPARE(conversation.requests.last().kind(), AuthenticationRequest::Kind::Question);
        }
        conversation.password = u"wrong"_s;
        {
            Connection connection(options);
            const OutcomePointer outcome = finishedOf(connection.ping());
            QVERIFY2(outcome->failed(Error::AccessDenied), Fake::describe(outcome).constData());
        }
        answersTooLate(options);
        if (QTest::currentTestFailed())
            return;
    }
    ConnectionOptions unverified = Servers::options(server, Channel::Tls);
    unverified.setTlsMode(ConnectionOptions::TlsMode::Required);
    unverified.setSslConfiguration(QSslConfiguration::defaultConfiguration());
    unverified.setAllowedAuthenticationPlugins({u"dialog"_s});
    unverified.setUser(u"one"_s);
    unverified.setPassword(u"sesame"_s);
    Connection connection(unverified);
    const OutcomePointer refused = finishedOf(connection.ping());
    QVERIFY2(refused->failed(Error::ChannelNotSecure), Fake::describe(refused).constData());
}

// The server waits for two seconds.
void tst_Pam_Servers::answersTooLate(const ConnectionOptions &options)
{
    auto promise = std::make_shared<QPromise<QString>>();
    promise->start();
    int questions = 0;
    ConnectionOptions slow = options;
    slow.setPassword(u"sesame"_s);
    slow.setPasswordProvider([&, promise](const AuthenticationRequest &) {
        ++questions;
        return promise->future();
    });
    Connection connection(slow);
    const OutcomePointer outcome = Fake::watch(connection.execute(u"SELECT CURRENT_USER()"_s));
    QTRY_COMPARE(questions, 1);
    QTRY_COMPARE_WITH_TIMEOUT(connection.lastError().code(), Error::ConnectionLost, 20'000);
    QCOMPARE(outcome->finished, 0);
    promise->addResult(u"code"_s);
    promise->finish();
    QTRY_COMPARE_WITH_TIMEOUT(outcome->finished, 1, 20'000);
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(questions, 1);
}

QTEST_GUILESS_MAIN(tst_Pam_Servers)

#include "tst_pam_servers.moc"
