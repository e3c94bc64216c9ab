// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "soak.h"

#include <QtCore/qloggingcategory.h>
#include <QtTest/qtest.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Execution = Error::Execution;

class tst_Soak_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyJobEndsOnceAndTellsTheTruth_data();
    void everyJobEndsOnceAndTellsTheTruth();
};

void tst_Soak_Servers::initTestCase()
{
    VERIFY_SERVERS();
    // Thousands of connections break on purpose.
    QLoggingCategory::setFilterRules(u"asyncmysql.*=false"_s);
}

void tst_Soak_Servers::everyJobEndsOnceAndTellsTheTruth_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<quint32>("seed");
    QTest::addColumn<int>("jobs");
    const int jobs = qEnvironmentVariableIsSet("ASYNCMYSQL_SOAK_JOBS")
                         ? qEnvironmentVariableIntValue("ASYNCMYSQL_SOAK_JOBS")
                         : 10'000;
    const quint32 own = qEnvironmentVariableIsSet("ASYNCMYSQL_SOAK_SEED")
                            ? qEnvironmentVariable("ASYNCMYSQL_SOAK_SEED").toUInt()
                            : QRandomGenerator::system()->generate();
    // The other servers speak the protocol of one of these.
    const auto isOfItsKind
        = [](const Server &server) { return server.isMySql || !server.isAtLeast(11, 0); };
    for (const Server &server : serversFor(isOfItsKind)) {
        for (const quint32 seed : {20'260'801U, own})
            QTest::addRow("%s, seed %u", qPrintable(server.name), seed) << server << seed << jobs;
    }
    // Nothing is sent ahead through them, so that they take longer.
    for (const Server &proxy : proxies()) {
        QTest::addRow("%s, seed %u", qPrintable(proxy.name), own)
            << proxy << own << std::min(jobs, std::max(2000, jobs / 4));
    }
}

void tst_Soak_Servers::everyJobEndsOnceAndTellsTheTruth()
{
    QFETCH(Server, server);
    QFETCH(quint32, seed);
    QFETCH(int, jobs);

    Soak soak(server, seed, jobs);
    const bool complete = soak.run(4min);
    if (complete)
        soak.audit();
    for (const QString &line : soak.account())
        qInfo().noquote() << line;
    QVERIFY2(complete, "The jobs are not through in time");
    QVERIFY2(soak.complaints().isEmpty(), qPrintable(soak.complaints().join(u'\n')));

    QVERIFY2(soak.missingEvents().isEmpty(), qPrintable(soak.missingEvents().join(u'\n')));
    // A soak that met none of it would have proven nothing.
    QVERIFY(soak.cuts() >= jobs / 200);
    QVERIFY(soak.successes() > jobs / 2);
    QVERIFY(soak.errors(Execution::NotSent) > 0);
    QVERIFY(soak.errors(Execution::Rejected) > 0);
    QVERIFY(soak.errors(Execution::Unknown) > 0);
    QVERIFY(soak.errors(Error::ConnectionLost) > 0);
    QVERIFY(soak.errors(Error::Cancelled) > 0);
    QVERIFY(soak.errors(Error::QueueTimeout) > 0);
    QVERIFY(soak.errors(Error::QueryTimeout) > 0);
}

QTEST_GUILESS_MAIN(tst_Soak_Servers)

#include "tst_soak_servers.moc"
