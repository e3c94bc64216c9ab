// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordfixture.h"

#include <AsyncMySql/Observer>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qdebug.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qloggingcategory.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString Answer = u"töken'42-answer"_s;

} // namespace

/// ConnectionOptions::setPasswordProvider(), before the server has anything to ask.
class tst_PasswordProvider : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksBeforeConnecting();
    void passwordOfTheOptionsComesFirst();
    void refusedPasswordIsAskedForAgain_data() { addExecutorRows(); }
    void refusedPasswordIsAskedForAgain();
    void threeRefusalsAreEnough_data() { addExecutorRows(); }
    void threeRefusalsAreEnough();
    void samePasswordAgain();
    void otherRefusalsAreFinal_data();
    void otherRefusalsAreFinal();
    void notGiven_data();
    void notGiven();
    void thrownByTheCall();
    void onePromptForAPool();
    void oneRefusalOfAPool();
    void passwordExpires();
    void neverAnswers_data() { addExecutorRows(); }
    void neverAnswers();
    void cancelledJob_data() { addExecutorRows(); }
    void cancelledJob();
    void timeOfTheQuestionIsNotTimeOfTheConnection_data() { addExecutorRows(); }
    void timeOfTheQuestionIsNotTimeOfTheConnection();
    void closesWhileItIsAsked();
    void abortedOrDestroyedWhileItIsAsked_data()
    {
        addExecutorRows("aborted", "aborted", "destroyed");
    }
    void abortedOrDestroyedWhileItIsAsked();
    void destroyedByTheProvider_data() { addExecutorRows(); }
    void destroyedByTheProvider();
    void otherOptionsWhileItIsAsked();
    void nestedEventLoop();
    void severalThreads();
    void changesThePassword_data() { addExecutorRows("refused", "refused once", "accepted"); }
    void changesThePassword();
    void changeThatIsNotGivenTheOldPassword();
    void sideConnectionAsksNothing();
    void secretIsNotShown();
    void options();
};

void tst_PasswordProvider::asksBeforeConnecting()
{
    LocalServer server;
    const ScriptedProvider provider;
    Connection connection(optionsWith(server, provider));
    QCOMPARE(provider.count(), 0);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QCOMPARE(provider.count(), 0);
    QTRY_COMPARE(provider.count(), 1);
    QCOMPARE(connection.state(), Connection::State::Connecting);
    const AuthenticationRequest request = provider.last();
    QCOMPARE(request.kind(), AuthenticationRequest::Kind::Password);
    QCOMPARE(request.user(), connection.options().user());
    QCOMPARE(request.localSocketName(), server.localSocketName());
    QCOMPARE(request.factor(), 1);
    QCOMPARE(request.attempt(), 1);
    QVERIFY(request.prompt().isEmpty());
    QVERIFY(!request.refusal());
    QCoreApplication::processEvents();
    QCOMPARE(server.connectionCount(), 0);

    provider.answer(Answer);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.connection()->login().authentication, loginWith(Answer));
    QVERIFY(connection.options().password().isEmpty());

    // It is used until it is refused.
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(provider.count(), 1);
}

void tst_PasswordProvider::passwordOfTheOptionsComesFirst()
{
    LocalServer server;
    const ScriptedProvider provider;
    ConnectionOptions options = optionsWith(server, provider);
    options.setPassword(Password);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(provider.count(), 0);
    QCOMPARE(server.connection()->login().authentication, loginWith(Password));

    VERIFY_SUCCEEDS(watch(connection.close()));
    server.refuseNext();
    provider.answerAtOnce({Answer});
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(provider.count(), 1);
    QCOMPARE(provider.last().refusal().code(), Error::AccessDenied);
    QCOMPARE(server.connection()->login().authentication, loginWith(Answer));
}

void tst_PasswordProvider::refusedPasswordIsAskedForAgain()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    server.refuseNext();
    server.refuseNext();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"first"_s, u"second"_s, Answer});
    const auto executor = makeExecutor(pooled, optionsWith(server, provider));
    const OutcomePointer first = watch(executor->execute(u"INSERT 1"_s));
    VERIFY_SUCCEEDS(first);
    QCOMPARE(provider.count(), 3);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(provider.request(i).attempt(), i + 1);
    QCOMPARE(provider.last().refusal().code(), Error::AccessDenied);
    QCOMPARE(provider.last().refusal().serverErrorNumber(), 1045);
    QVERIFY(provider.last().refusal().message().contains("denied for anna"_L1));
    QCOMPARE(server.connectionCount(), 3);
    QCOMPARE(server.connection()->login().authentication, loginWith(Answer));
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1"}));
}

void tst_PasswordProvider::threeRefusalsAreEnough()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    for (int i = 0; i < 3; ++i)
        server.refuseNext();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"1"_s, u"2"_s, u"3"_s, Answer});
    const auto executor = makeExecutor(pooled, optionsWith(server, provider));
    const OutcomePointer first = watch(executor->execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(executor->execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, AccessDenied, NotSent);
    VERIFY_FAILS(second, AccessDenied, NotSent);
    QCOMPARE(provider.count(), 3);
    VERIFY_SUCCEEDS(watch(executor->execute(u"INSERT 3"_s)));
    QCOMPARE(provider.count(), 4);
    QCOMPARE(provider.last().refusal().code(), Error::AccessDenied);
    QCOMPARE(server.connectionCount(), 4);
}

void tst_PasswordProvider::samePasswordAgain()
{
    LocalServer server;
    server.refuseNext();
    const ScriptedProvider provider;
    provider.answerAtOnce({Answer, Answer});
    Connection connection(optionsWith(server, provider));
    const OutcomePointer outcome = watch(connection.ping());
    VERIFY_FAILS(outcome, AccessDenied, NotSent);
    QVERIFY2(outcome->error.message().contains("same password"_L1),
             qPrintable(outcome->error.message()));
    QVERIFY(!outcome->error.message().contains(Answer));
    QCOMPARE(provider.count(), 2);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_PasswordProvider::otherRefusalsAreFinal_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<Error::Code>("code");
    QTest::newRow("no access to the database") << 1044 << Error::AccessDenied;
    QTest::newRow("account is locked") << 3118 << Error::AccessDenied;
    QTest::newRow("password has expired") << 1862 << Error::PasswordExpired;
}

// Another password would not help.
void tst_PasswordProvider::otherRefusalsAreFinal()
{
    QFETCH(const int, number);
    QFETCH(const Error::Code, code);
    LocalServer server;
    server.script().greet().expectLogin().error(number, "42000", "No").cut();
    const ScriptedProvider provider;
    provider.answerAtOnce({Answer});
    Connection connection(optionsWith(server, provider));
    const OutcomePointer outcome = watch(connection.ping());
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->error.code(), code);
    QCOMPARE(provider.count(), 1);
}

void tst_PasswordProvider::notGiven_data()
{
    using Act = std::function<void(const ScriptedProvider &)>;
    QTest::addColumn<bool>("pooled");
    QTest::addColumn<Act>("act");
    QTest::addColumn<Error::Code>("code");
    QTest::addColumn<QString>("text");
    for (const bool pooled : {false, true}) {
        const char *executor = pooled ? "pool" : "connection";
        const auto row
            = [&](const char *name, const Act &act, Error::Code code, const QString &text) {
                  QTest::addRow("%s, %s", executor, name) << pooled << act << code << text;
              };
        row(
            "cancelled", [](const ScriptedProvider &p) { p.cancel(); },
            Error::AuthenticationCancelled, u"did not give the password"_s);
        row(
            "without a result", [](const ScriptedProvider &p) { p.promise().finish(); },
            Error::AuthenticationCancelled, u"did not give the password"_s);
        row(
            "exception",
            [](const ScriptedProvider &p) {
                p.promise().setException(
                    std::make_exception_ptr(std::runtime_error("keychain is locked")));
                p.promise().finish();
            },
            Error::AuthenticationCancelled, u"keychain is locked"_s);
        row(
            "something else that is thrown",
            [](const ScriptedProvider &p) {
                p.promise().setException(std::make_exception_ptr(42));
                p.promise().finish();
            },
            Error::AuthenticationCancelled, u"did not give the password"_s);
        row(
            "character that ends a password",
            [](const ScriptedProvider &p) { p.answer(u"a"_s + QChar::Null); },
            Error::InvalidParameter, u"U+0000"_s);
    }
}

void tst_PasswordProvider::notGiven()
{
    using Act = std::function<void(const ScriptedProvider &)>;
    QFETCH(const bool, pooled);
    QFETCH(const Act, act);
    QFETCH(const Error::Code, code);
    QFETCH(const QString, text);
    LocalServer server;
    const ScriptedProvider provider;
    const auto executor = makeExecutor(pooled, optionsWith(server, provider));
    const OutcomePointer first = watch(executor->execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(executor->execute(u"INSERT 2"_s));
    QTRY_COMPARE(provider.count(), 1);
    act(provider);
    QTRY_COMPARE(first->finished, 1);
    QTRY_COMPARE(second->finished, 1);
    for (const OutcomePointer &outcome : {first, second}) {
        QCOMPARE(outcome->error.code(), code);
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
        QVERIFY2(outcome->error.message().contains(text), qPrintable(outcome->error.message()));
    }
    QCOMPARE(server.connectionCount(), 0);
    QCOMPARE(provider.count(), 1);

    provider.answerAtOnce({Answer});
    VERIFY_SUCCEEDS(watch(executor->execute(u"INSERT 3"_s)));
    QCOMPARE(provider.count(), 2);
}

void tst_PasswordProvider::thrownByTheCall()
{
    LocalServer server;
    ConnectionOptions options = optionsFor(server);
    options.setPassword({});
    options.setPasswordProvider(
        [](const AuthenticationRequest &) -> QFuture<QString> { throw 42; });
    Connection connection(options);
    VERIFY_FAILS(watch(connection.ping()), AuthenticationCancelled, NotSent);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_PasswordProvider::onePromptForAPool()
{
    LocalServer server;
    const ScriptedProvider provider;
    Pool pool(optionsWith(server, provider));
    pool.setMaximumParallelConnects(4);
    server.on("SELECT slow", FakeServer::stall);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 4; ++i)
        outcomes.append(watch(pool.execute(u"SELECT slow"_s)));
    QTRY_COMPARE(provider.count(), 1);
    QCoreApplication::processEvents();
    QCOMPARE(provider.count(), 1);
    QCOMPARE(server.connectionCount(), 0);
    provider.answer(Answer);
    QTRY_COMPARE(server.countQuery("SELECT slow"), 4);
    for (int i = 1; i <= 4; ++i) {
        QCOMPARE(server.connection(i)->login().authentication, loginWith(Answer));
        server.connection(i)->ok();
    }
    for (const OutcomePointer &outcome : outcomes)
        VERIFY_SUCCEEDS(outcome);
    pool.clear();
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 5);
    QCOMPARE(provider.count(), 1);
}

// All sessions of the pool meet it, and it is one question all the same.
void tst_PasswordProvider::oneRefusalOfAPool()
{
    LocalServer server;
    for (int i = 0; i < 3; ++i)
        server.refuseNext();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"old"_s});
    Pool pool(optionsWith(server, provider));
    pool.setMaximumParallelConnects(3);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 3; ++i)
        outcomes.append(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(server.connectionCount(), 3);
    QTRY_COMPARE(provider.count(), 2);
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(provider.count(), 2);
    provider.answer(Answer);
    for (const OutcomePointer &outcome : outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(provider.count(), 2);
}

void tst_PasswordProvider::passwordExpires()
{
    LocalServer server;
    const ScriptedProvider provider;
    provider.answerAtOnce({u"first"_s, u"second"_s});
    ConnectionOptions options = optionsWith(server, provider);
    options.setPasswordLifetime(1ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    const QDeadlineTimer expired(1ms, Qt::PreciseTimer);
    VERIFY_SUCCEEDS(watch(connection.close()));
    QTRY_VERIFY(expired.hasExpired());
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(provider.count(), 2);
    QVERIFY(!provider.last().refusal());
    QCOMPARE(server.connection(2)->login().authentication, loginWith(u"second"_s));
}

void tst_PasswordProvider::neverAnswers()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    const ScriptedProvider provider;
    ConnectionOptions options = optionsWith(server, provider);
    options.setQueueTimeout(100ms);
    const auto executor = makeExecutor(pooled, options);
    const OutcomePointer outcome = watch(executor->execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, QueueTimeout, NotSent);
    if (!pooled)
        QVERIFY(outcome->error.message().contains("provider has not answered"_L1));
    QCOMPARE(provider.count(), 1);
    QTRY_VERIFY(provider.isCancelled());
    // It comes too late.
    provider.answer(u"late"_s);
    provider.answerAtOnce({Answer});
    VERIFY_SUCCEEDS(watch(executor->execute(u"INSERT 2"_s)));
    QCOMPARE(provider.count(), 2);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.connection()->login().authentication, loginWith(Answer));
}

void tst_PasswordProvider::cancelledJob()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    const ScriptedProvider provider;
    const auto executor = makeExecutor(pooled, optionsWith(server, provider));
    Query *first = executor->execute(u"INSERT 1"_s);
    const OutcomePointer outcome = watch(first);
    Query *second = executor->execute(u"INSERT 2"_s);
    const OutcomePointer other = watch(second);
    QTRY_COMPARE(provider.count(), 1);
    first->cancel();
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    QVERIFY(!provider.isCancelled());
    second->cancel();
    VERIFY_FAILS(other, Cancelled, NotSent);
    QTRY_VERIFY(provider.isCancelled());
    QCOMPARE(server.connectionCount(), 0);
}

void tst_PasswordProvider::timeOfTheQuestionIsNotTimeOfTheConnection()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    const ScriptedProvider provider;
    ConnectionOptions options = optionsWith(server, provider);
    options.setConnectTimeout(1s);
    options.setFirstConnectTimeout(1s);
    const auto executor = makeExecutor(pooled, options);
    const OutcomePointer patient = watch(executor->execute(u"INSERT 1"_s));
    Query *clock = executor->execute(u"INSERT 2"_s);
    clock->setQueueTimeout(1200ms);
    VERIFY_FAILS(watch(clock), QueueTimeout, NotSent);
    QCOMPARE(patient->finished, 0);
    provider.answer(Answer);
    VERIFY_SUCCEEDS(patient);
    QCOMPARE(provider.count(), 1);
}

void tst_PasswordProvider::closesWhileItIsAsked()
{
    LocalServer server;
    const ScriptedProvider provider;
    Connection connection(optionsWith(server, provider));
    Query *query = connection.execute(u"INSERT 1"_s);
    const OutcomePointer outcome = watch(query);
    const OutcomePointer closed = watch(connection.close());
    QTRY_COMPARE(provider.count(), 1);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    VERIFY_SUCCEEDS(closed);
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QVERIFY(provider.isCancelled());
}

void tst_PasswordProvider::abortedOrDestroyedWhileItIsAsked()
{
    QFETCH(const bool, pooled);
    QFETCH(const bool, aborted);
    LocalServer server;
    const ScriptedProvider provider;
    auto executor = makeExecutor(pooled, optionsWith(server, provider));
    const OutcomePointer outcome = watch(executor->execute(u"INSERT 1"_s));
    QTRY_COMPARE(provider.count(), 1);
    if (!aborted)
        executor.reset();
    else if (pooled)
        static_cast<Pool &>(*executor).abort();
    else
        static_cast<Connection &>(*executor).abort();
    VERIFY_FAILS(outcome, ConnectionClosed, NotSent);
    QVERIFY(provider.isCancelled());
    provider.answer(Answer);
    QCoreApplication::processEvents();
    QCOMPARE(server.connectionCount(), 0);
}

void tst_PasswordProvider::destroyedByTheProvider()
{
    QFETCH(const bool, pooled);
    LocalServer server;
    std::unique_ptr<Executor> executor;
    ConnectionOptions options = optionsFor(server);
    options.setPassword({});
    options.setPasswordProvider([&executor](const AuthenticationRequest &) {
        executor.reset();
        return QtFuture::makeReadyFuture(Answer);
    });
    executor = makeExecutor(pooled, options);
    const OutcomePointer outcome = watch(executor->execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, ConnectionClosed, NotSent);
    QVERIFY(!executor);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_PasswordProvider::otherOptionsWhileItIsAsked()
{
    LocalServer server;
    const ScriptedProvider before;
    const ScriptedProvider after;
    Connection connection(optionsWith(server, before));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(before.count(), 1);
    connection.setOptions(optionsWith(server, after));
    QVERIFY(before.isCancelled());
    QTRY_COMPARE(after.count(), 1);
    before.answer(u"old"_s);
    after.answer(Answer);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.connection()->login().authentication, loginWith(Answer));
}

// As QInputDialog::getText() has one.
void tst_PasswordProvider::nestedEventLoop()
{
    LocalServer server;
    QEventLoop loop;
    int calls = 0;
    ConnectionOptions options = optionsFor(server);
    options.setPassword({});
    Pool pool;
    OutcomePointer second;
    options.setPasswordProvider([&](const AuthenticationRequest &) {
        ++calls;
        second = watch(pool.execute(u"INSERT 2"_s));
        QTimer::singleShot(100ms, &loop, &QEventLoop::quit);
        loop.exec();
        return QtFuture::makeReadyFuture(Answer);
    });
    pool.setOptions(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    VERIFY_SUCCEEDS(second);
    QCOMPARE(calls, 1);
}

void tst_PasswordProvider::severalThreads()
{
    LocalServer server;
    std::atomic<int> calls = 0;
    std::atomic<int> callsElsewhere = 0;
    ConnectionOptions options = optionsFor(server);
    options.setPassword({});
    options.setPasswordProvider([&](const AuthenticationRequest &) {
        ++calls;
        if (!QThread::currentThread()->objectName().startsWith("client"_L1))
            ++callsElsewhere;
        return QtFuture::makeReadyFuture(Answer);
    });
    std::atomic<int> succeeded = 0;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back(QThread::create([&] {
            Connection connection(options);
            const OutcomePointer outcome = watch(connection.ping());
            if (QTest::qWaitFor([&] { return outcome->finished > 0; }) && outcome->succeeded())
                ++succeeded;
        }));
        threads.back()->setObjectName(u"client %1"_s.arg(i));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        QTRY_VERIFY(thread->isFinished());
    QCOMPARE(succeeded.load(), 3);
    QCOMPARE(calls.load(), 3);
    QCOMPARE(callsElsewhere.load(), 0);
}

void tst_PasswordProvider::changesThePassword()
{
    QFETCH(const bool, pooled);
    QFETCH(const bool, refused);
    LocalServer server;
    if (refused)
        server.refuseNext();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"old"_s, u"older"_s});
    Connection connection(optionsWith(server, provider));
    Pool pool(optionsWith(server, provider));
    Executor *executor = pooled ? static_cast<Executor *>(&pool) : &connection;
    VERIFY_SUCCEEDS(watch(pooled ? pool.changePassword(u"brand new"_s)
                                 : connection.changePassword(u"brand new"_s)));
    QCOMPARE(provider.count(), refused ? 2 : 1);
    QCOMPARE(server.connection()->login().authentication,
             loginWith(refused ? u"older"_s : u"old"_s));
    VERIFY_SUCCEEDS(watch(executor->execute(u"INSERT 1"_s)));
    QCOMPARE(server.connection()->login().authentication, loginWith(u"brand new"_s));
    QCOMPARE(provider.count(), refused ? 2 : 1);
}

void tst_PasswordProvider::changeThatIsNotGivenTheOldPassword()
{
    LocalServer server;
    const ScriptedProvider provider;
    ConnectionOptions options = optionsWith(server, provider);
    Connection connection(options);
    const OutcomePointer refused = watch(connection.changePassword(u"new"_s));
    QTRY_COMPARE(provider.count(), 1);
    provider.cancel();
    VERIFY_FAILS(refused, AuthenticationCancelled, NotSent);

    options.setQueueTimeout(50ms);
    connection.setOptions(options);
    VERIFY_FAILS(watch(connection.changePassword(u"new"_s)), QueueTimeout, NotSent);
    QTRY_VERIFY(provider.isCancelled());
    options.setQueueTimeout(0ms);
    connection.setOptions(options);
    Job *job = connection.changePassword(u"new"_s);
    const OutcomePointer cancelled = watch(job);
    QTRY_COMPARE(provider.count(), 3);
    job->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
    QVERIFY(provider.isCancelled());
    QCOMPARE(server.connectionCount(), 0);
}

void tst_PasswordProvider::sideConnectionAsksNothing()
{
    LocalServer server;
    server.on("SELECT slow", FakeServer::stall);
    const ScriptedProvider provider;
    provider.answerAtOnce({Answer});
    ConnectionOptions options = optionsWith(server, provider);
    options.setPasswordLifetime(1ms);
    Connection connection(options);
    const auto [query, slow] = runningQuery(&connection, server);
    const QDeadlineTimer expired(1ms, Qt::PreciseTimer);
    QTRY_VERIFY(expired.hasExpired());
    query->cancel();
    VERIFY_FAILS(slow, Cancelled, Rejected);
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.connection(2)->login().authentication, loginWith(Answer));
    QCOMPARE(provider.count(), 1);
}

void tst_PasswordProvider::secretIsNotShown()
{
    struct Recorder : Observer
    {
        void operationEnded(const Operation &operation) override
        {
            texts += operation.statement + operation.error.message();
        }
        void connectEnded(const ConnectAttempt &attempt) override
        {
            texts += attempt.error.message();
            ++attempts;
        }
        bool wantsParameters() const override { return true; }
        QString texts;
        int attempts = 0;
    };
    static QString log;
    log.clear();
    const QtMessageHandler before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &line) { log += line + u'\n'; });
    const auto restore = qScopeGuard([before] { qInstallMessageHandler(before); });
    QLoggingCategory::setFilterRules(u"asyncmysql.*=true"_s);

    LocalServer server;
    server.refuseNext();
    const ScriptedProvider provider;
    provider.answerAtOnce({u"answer that is refused"_s, Answer});
    Connection connection(optionsWith(server, provider));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(recorder->attempts, 2);
    QVERIFY(log.contains("asked again"_L1));
    QString texts = log + recorder->texts + connection.options().toUrl().toString();
    QDebug(&texts) << connection.options() << provider.last().refusal();
    for (const QString &secret : {Answer, u"answer that is refused"_s})
        QVERIFY(!texts.contains(secret));
    QVERIFY(!server.received().contains(Answer.toUtf8()));
}

void tst_PasswordProvider::options()
{
    ConnectionOptions options;
    QVERIFY(!options.passwordProvider());
    QCOMPARE(options.passwordLifetime(), 0ms);
    const ConnectionOptions none = options;
    options.setPasswordProvider(ScriptedProvider());
    QVERIFY(options.passwordProvider());
    QVERIFY(options != none);
    ConnectionOptions copy = options;
    QCOMPARE(copy, options);
    copy.setUser(u"boris"_s);
    copy.setUser(options.user());
    QCOMPARE(copy, options);
    copy.setPasswordProvider(ScriptedProvider());
    QVERIFY(copy != options);
    copy.setPasswordProvider({});
    QCOMPARE(copy, none);

    copy.setPassword(2, u"two"_s);
    QVERIFY(copy != none);
    QCOMPARE(copy.password(2), u"two"_s);
    QVERIFY(copy.password(3).isNull());
    copy.setPassword(1, u"one"_s);
    QCOMPARE(copy.password(), u"one"_s);
    copy.setPassword(4, u"four"_s);
    QVERIFY(copy.password(4).isNull());
    copy.setHost(u"localhost"_s);
    QVERIFY(!copy.validate());
    copy.setPasswordLifetime(-1ms);
    QCOMPARE(copy.validate().code(), Error::InvalidOptions);
    copy.setPasswordLifetime(0ms);
    copy.setPassword(3, QString(QChar::Null));
    QCOMPARE(copy.validate().code(), Error::InvalidOptions);
}

QTEST_GUILESS_MAIN(tst_PasswordProvider)

#include "tst_passwordprovider.moc"
