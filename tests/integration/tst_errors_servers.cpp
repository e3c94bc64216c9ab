// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>
#include <AsyncMySql/Transaction>

#include <QtCore/qbuffer.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qthread.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

/// What the servers' errors mean for the statement, and for the session.
class tst_Errors_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void signalledNumberIsAServerError_data();
    void signalledNumberIsAServerError();
    void missingTriggerIsAServerError_data() { addRows(isMariaDb); }
    void missingTriggerIsAServerError();
    void initStatementFailsForGood_data() { addRows(isMariaDb); }
    void initStatementFailsForGood();
    void severalPluginsAreTried_data() { addRows(isMariaDb); }
    void severalPluginsAreTried();
    void sessionThatEndedUnnoticedCostsNoJob_data();
    void sessionThatEndedUnnoticedCostsNoJob();
    void packetThatIsTooLargeIsRefused_data() { addChannelRows(); }
    void packetThatIsTooLargeIsRefused();
    void packetThatIsTooLargeIsNotSent_data() { addChannelRows(); }
    void packetThatIsTooLargeIsNotSent();
    void longValueThatIsTooLargeIsForgotten_data() { addRows(); }
    void longValueThatIsTooLargeIsForgotten();
};

void tst_Errors_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Errors_Servers::signalledNumberIsAServerError_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<int>("number");
    for (const Server &server : all()) {
        for (const int number : {1999, 2000, 2013, 2099, 5000, 5099, 65535}) {
            // MariaDB takes no more than 65534.
            if (number == 65535 && server.isMariaDb())
                continue;
            QTest::addRow("%s, %d", qPrintable(server.name), number) << server << number;
        }
    }
}

// Applications give any number to their errors: in a statement, a prepared one, a row of a batch.
void tst_Errors_Servers::signalledNumberIsAServerError()
{
    QFETCH(Server, server);
    QFETCH(int, number);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    const QString signal
        = u"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = %1, MESSAGE_TEXT = 'made up'"_s.arg(number);
    VERIFY_DONE(connection.execute(u"CREATE PROCEDURE p(n INT) "_s + signal));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT) ENGINE=InnoDB"_s));
    VERIFY_DONE(
        connection.execute(u"CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW "_s + signal));
    const quint64 session = connection.connectionId();

    const std::unique_ptr<PreparedStatement> statement(connection.prepare(u"CALL p(?)"_s));
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const QList<Job *> jobs = {
        transaction->execute(u"CALL p(1)"_s),
        transaction->execute(u"INSERT INTO t VALUES (?)"_s, {1}),
        transaction->executeBatch(u"INSERT INTO t VALUES (?)"_s, {{1}, {2}}),
        transaction->rollback(),
        connection.execute(u"CALL p(1)"_s),
        connection.execute(u"CALL p(?)"_s, {1}),
        statement->execute({1}),
        connection.execute(u"INSERT INTO t VALUES (1)"_s),
        connection.execute(u"INSERT INTO t VALUES (?)"_s, {1}),
        connection.executeBatch(u"INSERT INTO t VALUES (?)"_s, {{1}, {2}}),
    };
    QList<OutcomePointer> outcomes;
    for (Job *job : jobs)
        outcomes.append(Fake::watch(job));
    QVERIFY(areFinished(outcomes));
    const OutcomePointer rolledBack = outcomes.takeAt(3);
    QVERIFY2(rolledBack->succeeded(), Fake::describe(rolledBack).constData());
    for (const OutcomePointer &outcome : std::as_const(outcomes)) {
        QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.serverErrorNumber(), number);
        QCOMPARE(outcome->error.sqlState(), u"45000"_s);
        QCOMPARE(outcome->error.message(), u"made up"_s);
    }
    // A procedure may have done something before it failed.
    QCOMPARE(outcomes.at(6)->error.execution(), Execution::Rejected);
    QCOMPARE(outcomes.at(7)->error.execution(), Execution::Rejected);
    QCOMPARE(transaction->state(), Transaction::State::RolledBack);
    QCOMPARE(rowsOf(connection.execute(u"SELECT CONNECTION_ID(), COUNT(*) FROM t"_s)),
             (QList<QStringList>{{QString::number(session), u"0"_s}}));
    delete transaction;
}

// 4031 is the end of an idle session on MySQL.
void tst_Errors_Servers::missingTriggerIsAServerError()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT)"_s));
    const quint64 session = connection.connectionId();
    const OutcomePointer outcome = finishedOf(connection.execute(
        u"CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW FOLLOWS nosuch SET @a = 1"_s));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.serverErrorNumber(), 4031);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QCOMPARE(rowsOf(connection.execute(u"SELECT CONNECTION_ID()"_s)),
             one(QString::number(session)));
}

void tst_Errors_Servers::initStatementFailsForGood()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection admin(Servers::options(server, database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE t (n INT)"_s));
    ConnectionOptions options = Servers::options(server, database);
    options.setInitStatements(
        {u"CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW FOLLOWS nosuch SET @a = 1"_s});
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer outcome = finishedOf(connection.execute(u"SELECT 1"_s));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.serverErrorNumber(), 4031);
    QCOMPARE(outcome->error.execution(), Execution::NotSent);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(connection.reconnectAttempt(), 0);
}

void tst_Errors_Servers::severalPluginsAreTried()
{
    QFETCH(Server, server);
    // The first asks for a switch, and so does the second.
    const Account account(server, u"mysql_native_password"_s, u"first"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    Connection admin(Servers::options(server));
    VERIFY_DONE(admin.execute(u"INSTALL SONAME 'auth_ed25519'"_s));
    VERIFY_DONE(
        admin.execute(u"ALTER USER '%1'@'%' IDENTIFIED VIA ed25519 USING PASSWORD('second') "
                      "OR mysql_native_password USING PASSWORD('first')"_s.arg(account.user())));
    for (const Channel channel : Channels) {
        ConnectionOptions options = account.options(channel);
        for (const QString &right : {u"first"_s, u"second"_s}) {
            options.setPassword(right);
            Connection connection(options);
            VERIFY_DONE(connection.ping());
        }
        options.setPassword(u"neither"_s);
        Connection connection(options);
        const OutcomePointer outcome = finishedOf(connection.ping());
        QVERIFY2(outcome->failed(Error::AccessDenied), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.serverErrorNumber(), 1045);
    }
}

namespace {

/// Returns, without the event loop of this thread, when the server has ended the session, and the
/// program was busy since \a lastAnswer for longer than the 10 ms in which statements follow each
/// other without a look at the socket.
void blockUntilGone(const Server &server, quint64 session, const QElapsedTimer &lastAnswer)
{
    const ConnectionOptions options = Servers::options(server, Channel::Clear);
    const QString sql
        = u"SELECT COUNT(*) FROM information_schema.processlist WHERE id = %1"_s.arg(session);
    const std::unique_ptr<QThread> observer(QThread::create([&] {
        Connection connection(options);
        QEventLoop loop;
        bool isGone = false;
        while (!isGone || !lastAnswer.hasExpired(20)) {
            Query *query = connection.execute(sql);
            QObject::connect(query, &Job::finished, &loop, [&, query] {
                isGone = query->error() || query->result().first().value<int>(0) == 0;
                loop.quit();
            });
            loop.exec();
        }
    }));
    observer->start();
    observer->wait();
}

} // namespace

void tst_Errors_Servers::sessionThatEndedUnnoticedCostsNoJob_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<bool>("isKilled");
    for (const Server &server : all()) {
        for (const Channel channel : Channels) {
            for (const bool isKilled : {false, true}) {
                QTest::addRow("%s, %s, %s", qPrintable(server.name), name(channel),
                              isKilled ? "killed" : "idle")
                    << server << channel << isKilled;
            }
        }
    }
}

// The server ends the session while the event loop is blocked: MySQL says why, MariaDB does not.
void tst_Errors_Servers::sessionThatEndedUnnoticedCostsNoJob()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    QFETCH(bool, isKilled);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database, channel);
    options.setSessionVariables({{u"wait_timeout"_s, isKilled ? 60 : 1}});
    RetryPolicy policy = options.retryPolicy();
    policy.setResend(RetryPolicy::Never);
    options.setRetryPolicy(policy);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT)"_s));
    QElapsedTimer lastAnswer;
    lastAnswer.start();
    const quint64 session = connection.connectionId();
    if (isKilled) {
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            Connection other(Servers::options(server, Channel::Clear));
            QEventLoop loop;
            Query *query = other.execute(u"KILL %1"_s.arg(session));
            QObject::connect(query, &Job::finished, &loop, &QEventLoop::quit);
            loop.exec();
        }));
        thread->start();
        thread->wait();
    }
    blockUntilGone(server, session, lastAnswer);
    const OutcomePointer outcome
        = finishedOf(connection.execute(u"INSERT INTO t VALUES (?)"_s, {1}));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"1"_s));
    QVERIFY(connection.connectionId() != session);
    QCOMPARE(errors.size(), 0);
}

namespace {

/// Of the server that sessions begin with, until it goes.
class PacketLimit
{
public:
    PacketLimit(const Server &server, int bytes)
        : m_admin(Servers::options(server))
    {
        m_before
            = rowsOf(m_admin.execute(u"SELECT @@GLOBAL.max_allowed_packet"_s)).value(0).value(0);
        set(QString::number(bytes));
    }
    ~PacketLimit() { set(m_before); }
    Q_DISABLE_COPY_MOVE(PacketLimit)

private:
    void set(const QString &bytes)
    {
        finishedOf(m_admin.execute(u"SET GLOBAL max_allowed_packet = %1"_s.arg(bytes)));
    }

    Connection m_admin;
    QString m_before;
};

} // namespace

// The server closes the connection as soon as it has said so, and does not read the rest.
void tst_Errors_Servers::packetThatIsTooLargeIsRefused()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    const Database database(server);
    Connection admin(Servers::options(server, database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE t (v LONGTEXT)"_s));
    const PacketLimit limit(server, 64 * 1024);
    ConnectionOptions options = Servers::options(server, database, channel);
    // Then it is not asked for its limit.
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    int unexplained = 0;
    // Each of the sizes three times.
    constexpr int tries = 36;
    for (int i = 0; i < tries; ++i) {
        // From what fits into a socket's buffers to what does not.
        const qsizetype size = (i % 4 + 1) * 300'000 * (i % 3 == 0 ? 10 : 1);
        Connection connection(options);
        const OutcomePointer outcome = finishedOf(
            connection.execute(u"INSERT INTO t VALUES ('%1')"_s.arg(QString(size, u'x'))));
        QCOMPARE(outcome->errors, 1);
        if (outcome->error.serverErrorNumber() == 1153)
            continue;
        ++unexplained;
        QVERIFY2(outcome->failed(Error::ConnectionLost), Fake::describe(outcome).constData());
        QVERIFY2(size < 1024 * 1024 || outcome->error.message().contains(u"max_allowed_packet"_s),
                 Fake::describe(outcome).constData());
    }
    if (unexplained > 0)
        qInfo() << unexplained << "of" << tries << "tries got no answer";
    // Over TLS, what had arrived is lost when a write fails.
    if (channel != Channel::Tls)
        QCOMPARE(unexplained, 0);
}

// Its limit is known: what passes that is not sent, and the session lives.
void tst_Errors_Servers::packetThatIsTooLargeIsNotSent()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    const Database database(server);
    Connection admin(Servers::options(server, database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE t (v LONGTEXT)"_s));
    constexpr int bytes = 64 * 1024;
    const PacketLimit limit(server, bytes);
    Connection connection(Servers::options(server, database, channel));
    const QString session
        = rowsOf(connection.execute(u"SELECT CONNECTION_ID()"_s)).value(0).value(0);

    // To the byte: the server's buffer must not be full, and with compression it holds the packet's
    // header.
    const bool isCompressed = channel == Channel::Compressed || channel == Channel::CompressedTls;
    const qsizetype largest = bytes - 1 - (isCompressed ? 4 : 0);
    const QString insert = u"INSERT INTO t VALUES (?)"_s;
    const auto textOf = [](qsizetype size) { return QString(size, u'x'); };
    const auto refused = [&](Job *job) {
        const OutcomePointer outcome = finishedOf(job);
        return outcome->failed(Error::PacketTooLarge)
               && outcome->error.execution() == Error::Execution::NotSent
               && outcome->error.message().contains(u"max_allowed_packet"_s)
               && outcome->error.message().contains(QString::number(largest + 1));
    };
    QVERIFY(refused(connection.execute(u"INSERT INTO t VALUES ('%1')"_s.arg(textOf(bytes)))));
    QVERIFY(refused(connection.execute(insert, {textOf(bytes)})));
    Query *text = connection.execute(insert, {textOf(bytes)});
    text->setPrepared(false);
    QVERIFY(refused(text));
    QVERIFY(refused(connection.execute(u"SELECT '%1', ?"_s.arg(textOf(bytes)), {1})));
    QVERIFY(refused(connection.executeBatch(insert, {{textOf(bytes)}, {textOf(1)}})));
    // As many rows go into one packet as the server takes.
    const QList<QVariantList> rows(20, QVariantList{textOf(bytes / 3)});
    VERIFY_DONE(connection.executeBatch(insert, rows));
    VERIFY_DONE(connection.execute(insert, {textOf(bytes - 100)}));
    const QString begin = u"INSERT INTO t VALUES ('"_s;
    const auto textOfSize = [&](qsizetype size) {
        // The command, and what MySQL wants to know of query attributes.
        const qsizetype header = server.isMySql ? 3 : 1;
        return QString(begin + textOf(size - header - begin.size() - 2) + u"')"_s);
    };
    VERIFY_DONE(connection.execute(textOfSize(largest)));
    QVERIFY(refused(connection.execute(textOfSize(largest + 1))));
    // Long values go in pieces; the end of a device is not known before.
    QVERIFY(refused(connection.execute(insert, {QByteArray(2'000'000, 'x')})));
    QBuffer buffer;
    buffer.setData(QByteArray(4 * bytes, 'x'));
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    const OutcomePointer outcome
        = finishedOf(connection.execute(insert, {QVariant::fromValue<QIODevice *>(&buffer)}));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(rowsOf(connection.execute(u"SELECT CONNECTION_ID(), COUNT(*) FROM t"_s)),
             (QList<QStringList>{{session, u"22"_s}}));
}

// A server keeps what it has received of a value, and what was wrong with it, until the statement
// is reset.
void tst_Errors_Servers::longValueThatIsTooLargeIsForgotten()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection admin(Servers::options(server, database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE t (v LONGTEXT)"_s));
    constexpr int bytes = 2 * 1024 * 1024;
    const PacketLimit limit(server, bytes);
    Connection connection(Servers::options(server, database));
    const QString insert = u"INSERT INTO t VALUES (?)"_s;
    for (const bool isTooLong : {false, true, false, true, false}) {
        QBuffer buffer;
        buffer.setData(QByteArray(isTooLong ? 2 * bytes : bytes / 2, 'x'));
        QVERIFY(buffer.open(QIODevice::ReadOnly));
        const OutcomePointer outcome
            = finishedOf(connection.execute(insert, {QVariant::fromValue<QIODevice *>(&buffer)}));
        QVERIFY2(outcome->succeeded() != isTooLong, Fake::describe(outcome).constData());
        if (isTooLong)
            QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    }
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*), SUM(LENGTH(v)) FROM t"_s)),
             (QList<QStringList>{{u"3"_s, QString::number(3 * (bytes / 2))}}));
}

QTEST_GUILESS_MAIN(tst_Errors_Servers)

#include "tst_errors_servers.moc"
