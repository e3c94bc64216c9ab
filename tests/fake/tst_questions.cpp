// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray PasswordQuestion = "\x04Password: ";
const QByteArray CodeQuestion = "\x02"
                                "Code\x07: ";

/// The same with the plugins that ask.
ConnectionOptions askingOptions(const FakeServer &server, const ScriptedProvider &provider)
{
    ConnectionOptions options = optionsWith(server, provider);
    options.setAllowedAuthenticationPlugins(options.allowedAuthenticationPlugins()
                                            + QStringList{u"dialog"_s, u"mysql_clear_password"_s});
    return options;
}

/// A server of MariaDB with PAM, which asks for the password and then for a code.
Script &pamLogin(FakeServer &server)
{
    return server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("dialog", PasswordQuestion))
        .expectPacket()
        .send(CodeQuestion)
        .expectPacket();
}

QByteArray nextFactor(const QByteArray &plugin, const QByteArray &data)
{
    return '\x02' + plugin + '\0' + data;
}

/// What \a connection has answered after its login.
QByteArrayList answers(const FakeConnection *connection)
{
    return connection->handshakePackets().mid(1);
}

} // namespace

/// What servers ask while they authenticate: PAM's questions, and further factors.
class tst_Questions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersQuestions();
    void codeIsUsedOnce();
    void nobodyToAnswer();
    void notAnswered();
    void onlyOverAVerifiedChannel();
    void onlyWhereItIsAllowed();
    void refusedCode();
    void lateAnswerIsForTheNextLogin_data() { addExecutorRows(); }
    void lateAnswerIsForTheNextLogin();
    void answerToAnotherQuestionIsNotGiven();
    void otherOptionsBeforeTheAnswer_data()
    {
        addExecutorRows("isAsked", "asked before", "asked after");
    }
    void otherOptionsBeforeTheAnswer();
    void timeOfThePersonIsNotTimeOfTheConnection();
    void oneCodeForEachSessionOfAPool();
    void sideConnectionHasNoCode();
    void factorsOfTheOptions();
    void factorsOfTheProvider();
    void factorThatIsNotSetIsEmpty();
    void changesThePassword();
};

void tst_Questions::answersQuestions()
{
    LocalServer server;
    pamLogin(server)
        .send("\x05"
              "Second code: ")
        .expectPacket()
        .ok();
    const ScriptedProvider provider;
    Connection connection(askingOptions(server, provider));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(provider.count(), 1);
    provider.answer(u"secret"_s);
    QTRY_COMPARE(provider.count(), 2);
    QCOMPARE(provider.last().kind(), AuthenticationRequest::Kind::Question);
    QCOMPARE(provider.last().prompt(), u"Code: "_s);
    QVERIFY(provider.last().isEchoEnabled());
    QCOMPARE(provider.last().plugin(), u"dialog"_s);
    QCOMPARE(connection.state(), Connection::State::Authenticating);
    provider.answer(u"123456"_s);
    QTRY_COMPARE(provider.count(), 3);
    QCOMPARE(provider.last().prompt(), u"Second code: "_s);
    QVERIFY(!provider.last().isEchoEnabled());
    provider.answer(u"7890"_s);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(answers(server.connection()),
             QByteArrayList({"secret\0"_ba, "123456\0"_ba, "7890\0"_ba}));
    QCOMPARE(server.failures(), QByteArrayList());
}

void tst_Questions::codeIsUsedOnce()
{
    LocalServer server;
    pamLogin(server).ok();
    pamLogin(server).ok();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"secret"_s, u"111"_s, u"222"_s});
    Connection connection(askingOptions(server, provider));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(provider.count(), 3);
    QCOMPARE(answers(server.connection(1)), QByteArrayList({"secret\0"_ba, "111\0"_ba}));
    QCOMPARE(answers(server.connection(2)), QByteArrayList({"secret\0"_ba, "222\0"_ba}));
}

void tst_Questions::nobodyToAnswer()
{
    LocalServer server;
    pamLogin(server);
    ConnectionOptions options = askingOptions(server, {});
    options.setPasswordProvider({});
    options.setPassword(Password);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.ping());
    VERIFY_FAILS(outcome, AuthenticationFailed, NotSent);
    QVERIFY2(outcome->error.message().contains("asks \"Code:\""_L1),
             qPrintable(outcome->error.message()));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Questions::notAnswered()
{
    LocalServer server;
    pamLogin(server);
    const ScriptedProvider provider;
    Connection connection(askingOptions(server, provider));
    const OutcomePointer outcome = watch(connection.ping());
    QTRY_COMPARE(provider.count(), 1);
    provider.answer(u"secret"_s);
    QTRY_COMPARE(provider.count(), 2);
    provider.cancel();
    VERIFY_FAILS(outcome, AuthenticationCancelled, NotSent);
    QVERIFY2(outcome->error.message().contains("\"Code:\""_L1),
             qPrintable(outcome->error.message()));
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(answers(server.connection()), QByteArrayList({"secret\0"_ba}));
}

void tst_Questions::onlyOverAVerifiedChannel()
{
    FakeServer server;
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("dialog", PasswordQuestion));
    const ScriptedProvider provider;
    provider.answerAtOnce({u"secret"_s});
    Connection connection(askingOptions(server, provider));
    VERIFY_FAILS(watch(connection.ping()), ChannelNotSecure, NotSent);
    QCOMPARE(provider.count(), 1);
    QVERIFY(!server.received().contains("secret"));
}

void tst_Questions::onlyWhereItIsAllowed()
{
    LocalServer server;
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("dialog", PasswordQuestion));
    ConnectionOptions options = optionsFor(server);
    options.setPassword(u"secret"_s);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.ping());
    VERIFY_FAILS(outcome, AuthenticationPluginNotAllowed, NotSent);
    QVERIFY(outcome->error.message().contains("setAllowedAuthenticationPlugins"_L1));
    QVERIFY(!server.received().contains("secret"));
}

void tst_Questions::refusedCode()
{
    LocalServer server;
    pamLogin(server).error(1045, "28000", "Access denied").cut();
    pamLogin(server).ok();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"secret"_s, u"111"_s, u"secret"_s, u"222"_s});
    Connection connection(askingOptions(server, provider));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(provider.count(), 4);
    QCOMPARE(provider.request(2).kind(), AuthenticationRequest::Kind::Password);
    QCOMPARE(provider.request(3).attempt(), 2);
    QCOMPARE(provider.request(3).refusal().code(), Error::AccessDenied);
}

// Servers wait for ten seconds, and people take longer.
void tst_Questions::lateAnswerIsForTheNextLogin()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("dialog", PasswordQuestion))
        .expectPacket()
        .send(CodeQuestion)
        .hold();
    pamLogin(server).ok();
    const ScriptedProvider provider;
    ConnectionOptions options = askingOptions(server, provider);
    options.setPassword(u"secret"_s);
    options.setRetryPolicy(quickRetries());
    const auto executor = makeExecutor(pooled, options);
    const OutcomePointer outcome = watch(executor->execute(u"INSERT 1"_s));
    QTRY_COMPARE(provider.count(), 1);
    server.connection(1)->cut();
    const auto attempt = [&] {
        return pooled ? static_cast<Pool &>(*executor).reconnectAttempt()
                      : static_cast<Connection &>(*executor).reconnectAttempt();
    };
    QTRY_COMPARE(attempt(), 1);
    QVERIFY(!provider.isCancelled());
    // The next session waits for it.
    QCOMPARE(server.connectionCount(), 1);
    provider.answer(u"123456"_s);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(provider.count(), 1);
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(answers(server.connection(2)), QByteArrayList({"secret\0"_ba, "123456\0"_ba}));
}

void tst_Questions::answerToAnotherQuestionIsNotGiven()
{
    LocalServer server;
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("dialog", "\x04"
                                          "Code of the token: "))
        .hold();
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("dialog", "\x04"
                                          "Mother's name: "))
        .expectPacket()
        .ok();
    const ScriptedProvider provider;
    ConnectionOptions options = askingOptions(server, provider);
    options.setRetryPolicy(quickRetries());
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.ping());
    QTRY_COMPARE(provider.count(), 1);
    provider.answer({});
    QTRY_COMPARE(provider.count(), 2);
    server.connection(1)->cut();
    QTRY_COMPARE(connection.reconnectAttempt(), 1);
    provider.answer(u"123456"_s);
    QTRY_COMPARE(provider.count(), 3);
    QCOMPARE(provider.last().prompt(), u"Mother's name: "_s);
    provider.answer(u"Eve"_s);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(answers(server.connection(2)), QByteArrayList({"Eve\0"_ba}));
}

// The handshake with the former server may be completed, but nobody answers for the latter there.
void tst_Questions::otherOptionsBeforeTheAnswer()
{
    QFETCH(const bool, pooled);
    QFETCH(const bool, isAsked);
    LocalServer former;
    former.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .hold()
        .send(authSwitchPayload("dialog", CodeQuestion))
        .expectPacket()
        .ok();
    LocalServer latter;
    const ScriptedProvider first;
    const ScriptedProvider second;
    second.answerAtOnce({u"654321"_s});
    ConnectionOptions options = askingOptions(former, first);
    options.setPassword(Password);
    const auto executor = makeExecutor(pooled, options);
    const OutcomePointer outcome = watch(executor->execute(u"INSERT 1"_s));
    QTRY_VERIFY(former.connection(1) && !former.connection(1)->handshakePackets().isEmpty());
    QSignalSpy closed(former.connection(1), &FakeConnection::closed);
    if (isAsked) {
        former.connection(1)->release();
        QTRY_COMPARE(first.count(), 1);
    }
    options = askingOptions(latter, second);
    options.setPassword(Password);
    if (pooled)
        static_cast<Pool &>(*executor).setOptions(options);
    else
        static_cast<Connection &>(*executor).setOptions(options);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(latter.userQueries(), QByteArrayList({"INSERT 1"}));
    if (!isAsked)
        former.connection(1)->release();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(second.count(), 0);
    QCOMPARE(first.count(), isAsked ? 1 : 0);
    QVERIFY(!former.received().contains("654321"));
}

void tst_Questions::timeOfThePersonIsNotTimeOfTheConnection()
{
    LocalServer server;
    pamLogin(server).ok();
    const ScriptedProvider provider;
    ConnectionOptions options = askingOptions(server, provider);
    options.setPassword(u"secret"_s);
    options.setConnectTimeout(1s);
    options.setFirstConnectTimeout(1s);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    Query *clock = connection.execute(u"INSERT 2"_s);
    clock->setQueueTimeout(1500ms);
    VERIFY_FAILS(watch(clock), QueueTimeout, NotSent);
    QCOMPARE(outcome->finished, 0);
    QCOMPARE(provider.count(), 1);
    provider.answer(u"123456"_s);
    VERIFY_SUCCEEDS(outcome);
}

void tst_Questions::oneCodeForEachSessionOfAPool()
{
    LocalServer server;
    server.on("SELECT slow", FakeServer::stall);
    pamLogin(server).ok();
    pamLogin(server).ok();
    const ScriptedProvider provider;
    ConnectionOptions options = askingOptions(server, provider);
    options.setPassword(u"secret"_s);
    Pool pool(options);
    pool.setMaximumConnections(2);
    const OutcomePointer first = watch(pool.execute(u"SELECT slow"_s));
    const OutcomePointer second = watch(pool.execute(u"SELECT slow"_s));
    QTRY_COMPARE(provider.count(), 1);
    provider.answer(u"111"_s);
    QTRY_COMPARE(provider.count(), 2);
    provider.answer(u"222"_s);
    QTRY_COMPARE(server.countQuery("SELECT slow"), 2);
    QByteArrayList codes
        = {answers(server.connection(1)).value(1), answers(server.connection(2)).value(1)};
    std::sort(codes.begin(), codes.end());
    QCOMPARE(codes, QByteArrayList({"111\0"_ba, "222\0"_ba}));
    server.connection(1)->ok();
    server.connection(2)->ok();
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
}

void tst_Questions::sideConnectionHasNoCode()
{
    LocalServer server;
    server.on("SELECT slow", FakeServer::stall);
    pamLogin(server).ok();
    pamLogin(server);
    const ScriptedProvider provider;
    provider.answerAtOnce({u"secret"_s, u"111"_s});
    ConnectionOptions options = askingOptions(server, provider);
    options.setCancelGracePeriod(300ms);
    Connection connection(options);
    const auto [query, slow] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(slow, Cancelled, Unknown);
    QCOMPARE(provider.count(), 2);
    QCOMPARE(answers(server.connection(2)), QByteArrayList({"secret\0"_ba}));
}

void tst_Questions::factorsOfTheOptions()
{
    LocalServer server;
    server.script()
        .greet(LocalServer::greeting())
        .expectLogin()
        .send(nextFactor("mysql_native_password", QByteArray(20, 'x') + '\0'))
        .expectPacket()
        .send(nextFactor("mysql_clear_password", {}))
        .expectPacket()
        .ok();
    ConnectionOptions options = askingOptions(server, {});
    options.setPasswordProvider({});
    options.setPassword(Password);
    options.setPassword(2, u"two"_s);
    options.setPassword(3, u"three"_s);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    const FakeConnection *login = server.connection();
    QVERIFY(login->capabilities() & MultiFactorAuthentication);
    QCOMPARE(login->login().authentication, loginWith(Password));
    const QByteArrayList sent = answers(login);
    QCOMPARE(sent.size(), 2);
    QCOMPARE(sent.at(0).size(), 20);
    QCOMPARE(sent.at(1), "three\0"_ba);
    QCOMPARE(server.failures(), QByteArrayList());
}

void tst_Questions::factorsOfTheProvider()
{
    LocalServer server;
    const auto script = [&server]() -> Script & {
        return server.script()
            .greet(LocalServer::greeting())
            .expectLogin()
            .send(nextFactor("mysql_clear_password", {}))
            .expectPacket();
    };
    script().ok();
    script().ok();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"one"_s, u"two"_s, u"zwei"_s});
    Connection connection(askingOptions(server, provider));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(provider.count(), 2);
    QCOMPARE(provider.last().kind(), AuthenticationRequest::Kind::Password);
    QCOMPARE(provider.last().factor(), 2);
    QCOMPARE(provider.last().plugin(), u"mysql_clear_password"_s);
    QCOMPARE(answers(server.connection()), QByteArrayList({"two\0"_ba}));
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(answers(server.connection()), QByteArrayList({"zwei\0"_ba}));
}

void tst_Questions::factorThatIsNotSetIsEmpty()
{
    LocalServer server;
    server.script()
        .greet(LocalServer::greeting())
        .expectLogin()
        .send(nextFactor("mysql_clear_password", {}))
        .expectPacket()
        .ok();
    ConnectionOptions options = askingOptions(server, {});
    options.setPasswordProvider({});
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(answers(server.connection()), QByteArrayList({"\0"_ba}));
}

void tst_Questions::changesThePassword()
{
    LocalServer server;
    pamLogin(server).ok();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"secret"_s, u"111"_s});
    Connection connection(askingOptions(server, provider));
    VERIFY_SUCCEEDS(watch(connection.changePassword(u"brand new"_s)));
    QCOMPARE(provider.count(), 2);
}

QTEST_GUILESS_MAIN(tst_Questions)

#include "tst_questions.moc"
