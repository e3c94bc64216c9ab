// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

/// MySQL Router stands between the library and the server.
class tst_Proxies_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void answersBelongToTheirStatements_data() { addProxyRows(); }
    void answersBelongToTheirStatements();
    void rowsAreWrittenAndRead_data() { addProxyRows(); }
    void rowsAreWrittenAndRead();
    void serverIsVerifiedThroughAProxy_data() { addProxyRows(); }
    void serverIsVerifiedThroughAProxy();
    void statementIsStoppedThroughAProxy_data() { addProxyRows(); }
    void statementIsStoppedThroughAProxy();
};

void tst_Proxies_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Proxies_Servers::answersBelongToTheirStatements()
{
    constexpr int count = 200;
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setPipelineDepth(1);
    // More clients than one, for which the proxy may take the same session.
    std::vector<std::unique_ptr<Connection>> connections;
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 3; ++i)
        connections.push_back(std::make_unique<Connection>(options));
    for (int i = 0; i < count; ++i) {
        for (const auto &connection : connections) {
            const qsizetype number = outcomes.size();
            outcomes.append(Fake::watch(i % 2 == 0 ? connection->execute(u"SELECT %1"_s.arg(number))
                                                   : connection->execute(u"SELECT ?"_s, {number})));
        }
    }
    QVERIFY(areFinished(outcomes));
    for (qsizetype i = 0; i < outcomes.size(); ++i) {
        QVERIFY2(outcomes[i]->succeeded(), Fake::describe(outcomes[i]).constData());
        QCOMPARE(outcomes[i]->rows(), one(QString::number(i)));
    }
}

void tst_Proxies_Servers::rowsAreWrittenAndRead()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setPipelineDepth(1);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, word VARCHAR(20))"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (?, ?)"_s, {1, u"één"_s}));
    QCOMPARE(rowsOf(connection.execute(u"SELECT id, word FROM t"_s)),
             QList<QStringList>({{u"1"_s, u"één"_s}}));
    QCOMPARE(rowsOf(connection.execute(u"SELECT DATABASE()"_s)), one(database.name()));
}

void tst_Proxies_Servers::serverIsVerifiedThroughAProxy()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server, Channel::Tls);
    const bool isEncrypted = server.proxy == Proxy::Passthrough;
    QCOMPARE(options.tlsMode() == ConnectionOptions::TlsMode::VerifyIdentity, isEncrypted);
    Connection connection(options);
    VERIFY_DONE(connection.ping());
    QCOMPARE(connection.isEncrypted(), isEncrypted);
}

/// The bytes of a TLS session are passed on as they are, and show that the side connection has
/// reached the same server. Otherwise nothing is killed, and the session is dropped.
void tst_Proxies_Servers::statementIsStoppedThroughAProxy()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server, Channel::Tls));
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();
    Query *query = connection.execute(u"SELECT SLEEP(300)"_s);
    query->setTimeout(std::chrono::milliseconds(200));
    const OutcomePointer outcome = finishedOf(query);
    QVERIFY2(outcome->failed(Error::QueryTimeout), Fake::describe(outcome).constData());
    QCOMPARE(rowsOf(connection.execute(u"SELECT 42"_s)), one(u"42"_s));
    if (server.proxy == Proxy::Passthrough)
        QCOMPARE(connection.connectionId(), session);
}

QTEST_GUILESS_MAIN(tst_Proxies_Servers)

#include "tst_proxies_servers.moc"
