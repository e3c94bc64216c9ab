// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtNetwork/qtcpsocket.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Transports : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void localSocket();
    void localSocketNeedsNoTls();
    void localSocketThatIsMissingIsTriedAgain();
    void killGoesThroughTheLocalSocket();
    void deviceOfTheCaller_data();
    void deviceOfTheCaller();
    void deviceIsMadeAgainForEverySession();
    void factoryWithoutDeviceFailsTheJobs();
};

void tst_Transports::localSocket()
{
    FakeServer server(FakeServer::Kind::Local);
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {Fake::Row{"1"}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
    QVERIFY(!connection.isEncrypted());
}

void tst_Transports::localSocketNeedsNoTls()
{
    FakeServer server(FakeServer::Kind::Local);
    ConnectionOptions options = optionsFor(server);
    options.setTlsMode(ConnectionOptions::TlsMode::VerifyIdentity);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
}

void tst_Transports::localSocketThatIsMissingIsTriedAgain()
{
    FakeServer server(FakeServer::Kind::Local);
    server.stopListening();
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_VERIFY(errors.size() >= 2);
    QCOMPARE(outcome->finished, 0);
    server.listenAgain();
    VERIFY_SUCCEEDS(outcome);
}

void tst_Transports::killGoesThroughTheLocalSocket()
{
    FakeServer server(FakeServer::Kind::Local);
    server.on("SELECT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT slow"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
}

void tst_Transports::deviceOfTheCaller_data()
{
    QTest::addColumn<bool>("isOpen");
    QTest::newRow("still opening") << false;
    QTest::newRow("open already") << true;
}

void tst_Transports::deviceOfTheCaller()
{
    QFETCH(const bool, isOpen);
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {Fake::Row{"1"}}); });
    ConnectionOptions options = optionsFor(server);
    const quint16 port = server.port();
    options.setPort(1);
    options.setDeviceFactory([port, isOpen](QObject *parent) {
        auto *socket = new QTcpSocket(parent);
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        if (isOpen)
            socket->waitForConnected();
        return socket;
    });
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
}

void tst_Transports::deviceIsMadeAgainForEverySession()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    int made = 0;
    options.setDeviceFactory([&made, port = server.port()](QObject *parent) {
        ++made;
        auto *socket = new QTcpSocket(parent);
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        return socket;
    });
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(made, 2);
}

void tst_Transports::factoryWithoutDeviceFailsTheJobs()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setQueueTimeout(200ms);
    options.setDeviceFactory([](QObject *) -> QIODevice * { return nullptr; });
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    QCOMPARE(server.connectionCount(), 0);
}

QTEST_GUILESS_MAIN(tst_Transports)

#include "tst_transports.moc"
