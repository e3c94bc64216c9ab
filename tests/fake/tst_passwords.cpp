// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordfixture.h"

#include <AsyncMySql/Observer>

#include <QtCore/qloggingcategory.h>
#include <QtCore/qscopeguard.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString NewPassword = u"n€w'pässword"_s;
const QByteArray SetUp = "SET NAMES utf8mb4, @@SESSION.`sql_mode` = ''";
const QByteArray Change = "ALTER USER USER() IDENTIFIED BY 'n€w''pässword'";

ConnectionOptions oldOptions(const FakeServer &server)
{
    ConnectionOptions options = optionsFor(server);
    options.setPassword(Password);
    return options;
}

FakeServer::Handler failing(int number, const QByteArray &message)
{
    return [number, message](FakeConnection &c) { c.error(number, "HY000", message); };
}

void cut(FakeConnection &connection)
{
    connection.cut();
}

} // namespace

/// Passwords that have expired, and changing them.
class tst_Passwords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expiredPasswordIsPermanent_data();
    void expiredPasswordIsPermanent();
    void expiredInAnOpenSession();
    void expiredInAnOpenSessionOfAPool();
    void changesBeforeTheFirstSession();
    void changesBesideAnOpenSession();
    void changesWhileASessionIsBeingOpened();
    void loginWhileTheServerChanges_data()
    {
        addExecutorRows("succeeds", "changed", "not changed");
    }
    void loginWhileTheServerChanges();
    void waitForTheChangeIsNoWaitForAProvider();
    void changesForAPool();
    void expiredPasswordIsChanged();
    void statementOfMariaDb();
    void oldPasswordIsGivenWhereItIsRequired();
    void refusals_data();
    void refusals();
    void nothingIsSentInClear();
    void characterThatEndsAPassword();
    void lost_data();
    void lost();
    void connectionIsDestroyedOrAborted_data()
    {
        addExecutorRows("aborted", "aborted", "destroyed");
    }
    void connectionIsDestroyedOrAborted();
    void jobIsDestroyed();
    void cancelled();
    void oneAfterTheOther();
    void otherOptionsStay();
    void passwordIsNotShown();
};

void tst_Passwords::expiredPasswordIsPermanent_data()
{
    QTest::addColumn<bool>("pooled");
    QTest::addColumn<bool>("atLogin");
    QTest::addColumn<int>("number");
    for (const bool pooled : {false, true}) {
        const char *executor = pooled ? "pool" : "connection";
        QTest::addRow("%s, login", executor) << pooled << true << 1862;
        QTest::addRow("%s, set-up", executor) << pooled << false << 1820;
    }
}

void tst_Passwords::expiredPasswordIsPermanent()
{
    QFETCH(const bool, pooled);
    QFETCH(const bool, atLogin);
    QFETCH(const int, number);
    FakeServer server;
    if (atLogin)
        server.script().greet().expectLogin().error(number, "HY000", "Expired").cut();
    server.on("SET up", failing(number, "Expired"));
    ConnectionOptions options = oldOptions(server);
    options.setInitStatements({u"SET up"_s});
    std::unique_ptr<Executor> executor;
    if (pooled) {
        auto pool = std::make_unique<Pool>(options);
        pool->setMaximumConnections(1);
        executor = std::move(pool);
    } else {
        executor = std::make_unique<Connection>(options);
    }
    const OutcomePointer first = watch(executor->execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(executor->execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, PasswordExpired, NotSent);
    VERIFY_FAILS(second, PasswordExpired, NotSent);
    QCOMPARE(first->error.category(), Error::Category::Authentication);
    QCOMPARE(first->error.serverErrorNumber(), number);
    QVERIFY2(first->error.message().contains("changePassword()"_L1),
             qPrintable(first->error.message()));
    if (const auto *connection = dynamic_cast<Connection *>(executor.get())) {
        QCOMPARE(connection->reconnectAttempt(), 0);
        QVERIFY(!connection->nextReconnect().isValid());
    } else {
        const auto *pool = static_cast<Pool *>(executor.get());
        QCOMPARE(pool->reconnectAttempt(), 0);
        QVERIFY(!pool->nextReconnect().isValid());
    }
    QCOMPARE(server.connectionCount(), 1);
}

// MariaDB lets the client in, takes its SET, and refuses everything else, for as long as the
// session lives.
void tst_Passwords::expiredInAnOpenSession()
{
    FakeServer server;
    server.once("INSERT 1", failing(1820, "Expired"));
    Connection connection(oldOptions(server));
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, PasswordExpired, Rejected);
    VERIFY_FAILS(second, PasswordExpired, NotSent);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1"}));
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QCOMPARE(connection.lastError().code(), Error::PasswordExpired);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Passwords::expiredInAnOpenSessionOfAPool()
{
    FakeServer server;
    server.once("INSERT 1", failing(1820, "Expired"));
    Pool pool(oldOptions(server));
    pool.setMaximumConnections(1);
    const OutcomePointer first = watch(pool.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(pool.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, PasswordExpired, Rejected);
    VERIFY_FAILS(second, PasswordExpired, NotSent);
    QVERIFY(!pool.nextReconnect().isValid());
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1", "INSERT 3"}));
}

void tst_Passwords::changesBeforeTheFirstSession()
{
    LocalServer server;
    Connection connection(oldOptions(server));
    QStringList order;
    connect(&connection, &Connection::optionsChanged, this, [&] {
        order.append(u"options"_s);
        QCOMPARE(connection.options().password(), NewPassword);
    });
    VERIFY_SUCCEEDS(watch(connection.changePassword(NewPassword), &order, u"job"_s));
    QCOMPARE(order, QStringList({u"options"_s, u"job"_s}));
    QCOMPARE(server.queries(), QByteArrayList({SetUp, Change}));
    QVERIFY(server.connection(1)->capabilities() & CanHandleExpiredPasswords);
    QCOMPARE(server.connection(1)->login().authentication, loginWith(Password));
    QVERIFY(server.connection(1)->login().database.isEmpty());
    QTRY_VERIFY(!server.connection(1)->isOpen());

    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connection(2)->login().authentication, loginWith(NewPassword));
    QVERIFY(!(server.connection(2)->capabilities() & CanHandleExpiredPasswords));
}

void tst_Passwords::changesBesideAnOpenSession()
{
    LocalServer server;
    server.on("SELECT slow", FakeServer::stall);
    Connection connection(oldOptions(server));
    const auto [query, slow] = runningQuery(&connection, server);
    const OutcomePointer behind = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_SUCCEEDS(watch(connection.changePassword(NewPassword)));
    QCOMPARE(slow->finished, 0);
    // The side connection needs the new password.
    query->cancel();
    VERIFY_FAILS(slow, Cancelled, Rejected);
    QCOMPARE(server.connection(3)->login().authentication, loginWith(NewPassword));
    VERIFY_SUCCEEDS(behind);
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT 1"}));
    QVERIFY(server.connection(1)->isOpen());
}

// It may have begun with the old password, which the server refuses now.
void tst_Passwords::changesWhileASessionIsBeingOpened()
{
    LocalServer server;
    Connection connection(oldOptions(server));
    server.script().hold();
    const OutcomePointer waiting = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(server.connectionCount(), 1);
    VERIFY_SUCCEEDS(watch(connection.changePassword(NewPassword)));
    VERIFY_SUCCEEDS(waiting);
    QCOMPARE(server.connectionCount(), 3);
    QCOMPARE(server.connection(3)->login().authentication, loginWith(NewPassword));
}

// The server has the new password already, and its answer is in flight: the old one is refused.
void tst_Passwords::loginWhileTheServerChanges()
{
    QFETCH(const bool, pooled);
    QFETCH(const bool, succeeds);
    LocalServer server;
    server.on(Change, FakeServer::stall);
    Connection connection(oldOptions(server));
    Pool pool(oldOptions(server));
    const OutcomePointer change
        = watch(pooled ? pool.changePassword(NewPassword) : connection.changePassword(NewPassword));
    QTRY_COMPARE(server.countQuery(Change), 1);
    server.refuseNext();
    const OutcomePointer waiting
        = watch(pooled ? pool.execute(u"INSERT 1"_s) : connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(server.connectionCount(), 2);
    QTRY_VERIFY(!server.connection(2)->isOpen());
    QCOMPARE(waiting->finished, 0);
    if (succeeds) {
        server.connection(1)->ok();
        VERIFY_SUCCEEDS(change);
        VERIFY_SUCCEEDS(waiting);
        QCOMPARE(server.connection(3)->login().authentication, loginWith(NewPassword));
    } else {
        server.connection(1)->error(1819, "HY000", "Weak");
        VERIFY_FAILS(change, ServerError, Rejected);
        VERIFY_FAILS(waiting, AccessDenied, NotSent);
        QCOMPARE(server.connectionCount(), 2);
    }
}

void tst_Passwords::waitForTheChangeIsNoWaitForAProvider()
{
    LocalServer server;
    server.on(Change, FakeServer::stall);
    Connection connection(oldOptions(server));
    const OutcomePointer change = watch(connection.changePassword(NewPassword));
    QTRY_COMPARE(server.countQuery(Change), 1);
    server.refuseNext();
    const OutcomePointer patient = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(server.connectionCount(), 2);
    QTRY_VERIFY(!server.connection(2)->isOpen());
    Query *query = connection.execute(u"INSERT 2"_s);
    query->setQueueTimeout(50ms);
    const OutcomePointer impatient = watch(query);
    VERIFY_FAILS(impatient, QueueTimeout, NotSent);
    QVERIFY2(!impatient->error.message().contains("provider"_L1),
             qPrintable(impatient->error.message()));
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(change);
    VERIFY_SUCCEEDS(patient);
}

void tst_Passwords::changesForAPool()
{
    LocalServer server;
    server.on("SELECT slow", FakeServer::stall);
    Pool pool(oldOptions(server));
    QSignalSpy changes(&pool, &Pool::optionsChanged);
    const auto [query, slow] = runningQuery(&pool, server);
    VERIFY_SUCCEEDS(watch(pool.changePassword(NewPassword)));
    QCOMPARE(changes.size(), 1);
    QCOMPARE(pool.options().password(), NewPassword);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connection(3)->login().authentication, loginWith(NewPassword));
    query->cancel();
    VERIFY_FAILS(slow, Cancelled, Rejected);
    QVERIFY(server.connection(1)->isOpen());
    QCOMPARE(server.connection(4)->login().authentication, loginWith(NewPassword));
}

// MySQL refuses everything but the change, SET as well.
void tst_Passwords::expiredPasswordIsChanged()
{
    LocalServer server;
    server.on(SetUp, failing(1820, "Expired"));
    Connection connection(oldOptions(server));
    VERIFY_SUCCEEDS(watch(connection.changePassword(NewPassword)));
    QCOMPARE(server.queries(), QByteArrayList({SetUp, Change}));
    QCOMPARE(connection.options().password(), NewPassword);

    // It is not known to be read as it is meant: nothing is sent.
    FakeGreeting greeting;
    greeting.capabilities |= CanHandleExpiredPasswords;
    Ok ok;
    ok.status = AutoCommit | NoBackslashEscapes;
    server.script().greet(greeting).expectLogin().ok(ok);
    VERIFY_FAILS(watch(connection.changePassword(uR"(back\slash)"_s)), InvalidParameter, NotSent);
    QCOMPARE(server.queries(2), QByteArrayList({SetUp}));
}

void tst_Passwords::statementOfMariaDb()
{
    LocalServer server;
    server.setGreeting(FakeGreeting::mariaDb());
    Connection connection(oldOptions(server));
    VERIFY_SUCCEEDS(watch(connection.changePassword(uR"(it's a \)"_s)));
    QCOMPARE(server.queries(), QByteArrayList({SetUp, R"(SET PASSWORD = PASSWORD('it''s a \\'))"}));
}

void tst_Passwords::oldPasswordIsGivenWhereItIsRequired()
{
    LocalServer server;
    server.on(Change, failing(3892, "Current password needs to be specified"));
    Connection connection(oldOptions(server));
    VERIFY_SUCCEEDS(watch(connection.changePassword(NewPassword)));
    QCOMPARE(server.queries(),
             QByteArrayList({SetUp, Change, Change + " REPLACE '" + Password.toUtf8() + '\''}));
}

void tst_Passwords::refusals_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("shown");
    QTest::newRow("policy") << 1819 << "Your password is too weak"_ba
                            << u"Your password is too weak"_s;
    QTest::newRow("syntax") << 1064 << "Error near 'w''päs'"_ba << u"left out"_s;
    QTest::newRow("quoted") << 1105 << "What is " + NewPassword.toUtf8() << u"left out"_s;
}

void tst_Passwords::refusals()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, message);
    QFETCH(const QString, shown);
    LocalServer server;
    server.on(Change, failing(number, message));
    Connection connection(oldOptions(server));
    QSignalSpy changes(&connection, &Connection::optionsChanged);
    const OutcomePointer outcome = watch(connection.changePassword(NewPassword));
    VERIFY_FAILS(outcome, ServerError, Rejected);
    QCOMPARE(outcome->error.serverErrorNumber(), number);
    QVERIFY2(outcome->error.message().contains(shown), qPrintable(outcome->error.message()));
    QVERIFY(!outcome->error.message().contains(NewPassword));
    QVERIFY(outcome->error.statement().isEmpty());
    QCOMPARE(connection.options().password(), Password);
    QVERIFY(changes.isEmpty());

    server.script().greet().expectLogin().error(1045, "28000", "No").cut();
    VERIFY_FAILS(watch(connection.changePassword(NewPassword)), AccessDenied, NotSent);
    QCOMPARE(connection.options().password(), Password);
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Passwords::nothingIsSentInClear()
{
    FakeServer server;
    Connection connection(oldOptions(server));
    VERIFY_FAILS(watch(connection.changePassword(NewPassword)), ChannelNotSecure, NotSent);
    QVERIFY(server.queries().isEmpty());
    QCOMPARE(connection.options().password(), Password);
}

void tst_Passwords::characterThatEndsAPassword()
{
    LocalServer server;
    Connection connection(oldOptions(server));
    VERIFY_FAILS(watch(connection.changePassword(u"a"_s + QChar::Null + u"b"_s)), InvalidParameter,
                 NotSent);
    connection.setUrl(QUrl(u"http://example.org"_s));
    VERIFY_FAILS(watch(connection.changePassword(NewPassword)), InvalidOptions, NotSent);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_Passwords::lost_data()
{
    QTest::addColumn<QByteArray>("at");
    QTest::addColumn<FakeServer::Handler>("handler");
    QTest::addColumn<Error::Execution>("execution");
    for (const bool isSent : {false, true}) {
        const QByteArray at = isSent ? Change : SetUp;
        const auto execution = isSent ? Error::Execution::Unknown : Error::Execution::NotSent;
        const char *when = isSent ? "after" : "before";
        QTest::addRow("cut %s it was sent", when) << at << FakeServer::Handler(cut) << execution;
        QTest::addRow("silent %s it was sent", when)
            << at << FakeServer::Handler(FakeServer::stall) << execution;
    }
}

void tst_Passwords::lost()
{
    QFETCH(const QByteArray, at);
    QFETCH(const FakeServer::Handler, handler);
    QFETCH(const Error::Execution, execution);
    LocalServer server;
    server.on(at, handler);
    ConnectionOptions options = oldOptions(server);
    options.setConnectTimeout(300ms);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.changePassword(NewPassword));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::ConnectionLost), describe(outcome).constData());
    QCOMPARE(outcome->error.execution(), execution);
    QCOMPARE(connection.options().password(), Password);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Passwords::connectionIsDestroyedOrAborted()
{
    QFETCH(const bool, pooled);
    QFETCH(const bool, aborted);
    LocalServer server;
    server.on(Change, FakeServer::stall);
    auto connection = std::make_unique<Connection>(oldOptions(server));
    auto pool = std::make_unique<Pool>(oldOptions(server));
    const auto change = [&](const QString &password) {
        return watch(pooled ? pool->changePassword(password)
                            : connection->changePassword(password));
    };
    const OutcomePointer running = change(NewPassword);
    const OutcomePointer waiting = change(u"another one"_s);
    QTRY_COMPARE(server.countQuery(Change), 1);
    if (aborted) {
        connection->abort();
        pool->abort();
    } else {
        connection.reset();
        pool.reset();
    }
    VERIFY_FAILS(running, ConnectionClosed, Unknown);
    VERIFY_FAILS(waiting, ConnectionClosed, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_Passwords::jobIsDestroyed()
{
    LocalServer server;
    server.on(Change, FakeServer::stall);
    Connection connection(oldOptions(server));
    Job *job = connection.changePassword(NewPassword);
    QTRY_COMPARE(server.countQuery(Change), 1);
    delete job;
    server.connection(1)->ok();
    QTRY_COMPARE(connection.options().password(), NewPassword);
}

void tst_Passwords::cancelled()
{
    LocalServer server;
    server.once(SetUp, FakeServer::stall);
    server.on(Change, FakeServer::stall);
    Connection connection(oldOptions(server));
    Job *job = connection.changePassword(NewPassword);
    const OutcomePointer early = watch(job);
    QTRY_COMPARE(server.countQuery(SetUp), 1);
    job->cancel();
    VERIFY_FAILS(early, Cancelled, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);

    job = connection.changePassword(NewPassword);
    const OutcomePointer late = watch(job);
    Job *next = connection.changePassword(u"another one"_s);
    const OutcomePointer waiting = watch(next);
    QTRY_COMPARE(server.countQuery(Change), 1);
    job->cancel();
    next->cancel();
    VERIFY_FAILS(waiting, Cancelled, NotSent);
    QCOMPARE(late->finished, 0);
    server.connection(2)->ok();
    VERIFY_SUCCEEDS(late);
    QCOMPARE(connection.options().password(), NewPassword);
}

void tst_Passwords::oneAfterTheOther()
{
    LocalServer server;
    Connection connection(oldOptions(server));
    QStringList order;
    const OutcomePointer first = watch(connection.changePassword(NewPassword), &order, u"1"_s);
    const OutcomePointer second = watch(connection.changePassword(u"next"_s), &order, u"2"_s);
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(order, QStringList({u"1"_s, u"2"_s}));
    QCOMPARE(server.connection(2)->login().authentication, loginWith(NewPassword));
    QCOMPARE(connection.options().password(), u"next"_s);
}

void tst_Passwords::otherOptionsStay()
{
    LocalServer server;
    server.on(Change, FakeServer::stall);
    Connection connection(oldOptions(server));
    const OutcomePointer outcome = watch(connection.changePassword(NewPassword));
    QTRY_COMPARE(server.countQuery(Change), 1);
    ConnectionOptions other = oldOptions(server);
    other.setUser(u"boris"_s);
    connection.setOptions(other);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(connection.options(), other);
}

void tst_Passwords::passwordIsNotShown()
{
    struct Recorder : Observer
    {
        void operationEnded(const Operation &operation) override { operations.append(operation); }
        bool wantsParameters() const override { return true; }
        QList<Operation> operations;
    };
    static QString log;
    log.clear();
    const QtMessageHandler before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &line) { log += line + u'\n'; });
    const auto restore = qScopeGuard([before] { qInstallMessageHandler(before); });
    QLoggingCategory::setFilterRules(u"asyncmysql.*=true"_s);

    LocalServer server;
    server.once(Change, failing(1819, "Weak"));
    server.once(Change, cut);
    Connection connection(oldOptions(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_FAILS(watch(connection.changePassword(NewPassword)), ServerError, Rejected);
    VERIFY_FAILS(watch(connection.changePassword(NewPassword)), ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(watch(connection.changePassword(NewPassword)));
    QTRY_COMPARE(recorder->operations.size(), 3);
    for (const Observer::Operation &operation : recorder->operations) {
        QCOMPARE(operation.verb, u"CHANGE PASSWORD"_s);
        QVERIFY(operation.statement.isEmpty());
        QVERIFY(!operation.error.message().contains(NewPassword));
    }
    QVERIFY(log.contains("Connected to"_L1));
    QVERIFY(!log.contains(NewPassword));
    QVERIFY(!log.contains(u"pässword"_s));
    QVERIFY(!log.contains(Password));
}

QTEST_GUILESS_MAIN(tst_Passwords)

#include "tst_passwords.moc"
