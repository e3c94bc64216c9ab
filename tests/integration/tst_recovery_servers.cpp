// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Pool>
#include <AsyncMySql/Transaction>

#include <QtCore/qfile.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

namespace {

constexpr int Rows = 900;

/// Overwrites the index of \a table on disk, and lets the server notice.
void damage(const Server &server, const Database &database, const QString &table, bool isAria)
{
    Connection connection(options(server, database));
    VERIFY_SUCCEEDS(finishedOf(connection.execute(u"FLUSH TABLES "_s + table)));
    QFile file(server.folder + u"/data/"_s + database.name() + u'/' + table
               + (isAria ? u".MAI"_s : u".MYI"_s));
    QVERIFY2(file.open(QIODevice::ReadWrite), qPrintable(file.fileName()));
    const qint64 header = isAria ? 8192 : 1024;
    QVERIFY(file.size() > header && file.seek(header));
    const QByteArray rubbish(file.size() - header, '\xFF');
    QCOMPARE(file.write(rubbish), rubbish.size());
    file.close();
    // The first one to meet it gets an error of the index, and has the table marked.
    const OutcomePointer first
        = finishedOf(connection.execute(u"INSERT INTO %1 VALUES (5000, 'x')"_s.arg(table)));
    QVERIFY(first->error.isError());
    VERIFY_SUCCEEDS(finishedOf(connection.execute(u"FLUSH TABLES"_s)));
    const OutcomePointer second
        = finishedOf(connection.execute(u"SELECT COUNT(a) FROM "_s + table));
    QCOMPARE(second->error.serverErrorNumber(), 145);
}

ConnectionOptions recovering(const Server &server, const Database &database)
{
    ConnectionOptions recoveringOptions = options(server, database);
    RetryPolicy policy = recoveringOptions.retryPolicy();
    policy.setRecoveryEnabled(true);
    recoveringOptions.setRetryPolicy(policy);
    return recoveringOptions;
}

int repairsOf(const Server &server)
{
    Connection connection(options(server));
    return rowsOf(connection.execute(u"SHOW GLOBAL STATUS LIKE 'Com_repair'"_s))
        .value(0)
        .value(1)
        .toInt();
}

} // namespace

/// Tables that are damaged on disk, and repaired by the way.
class tst_Recovery_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void damagedTableIsRepaired_data();
    void damagedTableIsRepaired();
    void jobsOfAPoolRepairOnce_data();
    void jobsOfAPoolRepairOnce();
    void transactionIsLeftAlone_data() { addRows(); }
    void transactionIsLeftAlone();

private:
    static void addEngines();
    static bool makeTable(const Server &server, const Database &database, bool isAria);
};

void tst_Recovery_Servers::initTestCase()
{
    for (const Server &server : all()) {
        Connection connection(options(server));
        const QStringList row
            = rowsOf(connection.execute(u"SELECT @@myisam_recover_options"_s)).value(0);
        if (row.value(0) != u"OFF")
            QSKIP("A server repairs damaged tables by itself (--myisam-recover-options)");
    }
}

void tst_Recovery_Servers::addEngines()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("isAria");
    QTest::addColumn<QString>("how");
    for (const Server &server : serversFor(any)) {
        for (const bool isAria : {false, true}) {
            if (isAria && server.isMySql)
                continue;
            for (const char *how : {"text", "prepared", "batch", "write"}) {
                QTest::addRow("%s %s %s", qPrintable(server.name), isAria ? "Aria" : "MyISAM", how)
                    << server << isAria << QString::fromLatin1(how);
            }
        }
    }
}

bool tst_Recovery_Servers::makeTable(const Server &server, const Database &database, bool isAria)
{
    Connection connection(options(server, database));
    const QString engine = isAria ? u"Aria TRANSACTIONAL=0"_s : u"MyISAM"_s;
    const OutcomePointer made = finishedOf(connection.execute(
        u"CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(50), KEY (b)) ENGINE="_s + engine));
    QList<QVariantList> rows;
    for (int i = 0; i < Rows; ++i)
        rows.append({i, QString::number(i)});
    const OutcomePointer filled
        = finishedOf(connection.executeBatch(u"INSERT INTO t VALUES (?, ?)"_s, rows));
    return made->succeeded() && filled->succeeded();
}

void tst_Recovery_Servers::damagedTableIsRepaired_data()
{
    addEngines();
}

void tst_Recovery_Servers::damagedTableIsRepaired()
{
    QFETCH(const Server, server);
    QFETCH(const bool, isAria);
    QFETCH(const QString, how);
    const Database database(server);
    QVERIFY(makeTable(server, database, isAria));
    damage(server, database, u"t"_s, isAria);
    if (QTest::currentTestFailed())
        return;
    Connection connection(recovering(server, database));
    Job *job = nullptr;
    if (how == u"batch") {
        job = connection.executeBatch(u"INSERT INTO t VALUES (?, ?)"_s,
                                      {{8000, u"x"_s}, {8001, u"y"_s}, {8002, u"z"_s}});
    } else if (how == u"write") {
        job = connection.execute(u"UPDATE t SET b = 'new' WHERE a = 7"_s);
    } else {
        Query *query = connection.execute(u"SELECT COUNT(a) FROM t"_s);
        query->setPrepared(how == u"prepared");
        job = query;
    }
    VERIFY_SUCCEEDS(finishedOf(job));
    const int added = how == u"batch" ? 3 : 0;
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(a) FROM t"_s)),
             one(QString::number(Rows + added)));
}

void tst_Recovery_Servers::jobsOfAPoolRepairOnce_data()
{
    addRows();
}

void tst_Recovery_Servers::jobsOfAPoolRepairOnce()
{
    QFETCH(const Server, server);
    const Database database(server);
    QVERIFY(makeTable(server, database, false));
    damage(server, database, u"t"_s, false);
    if (QTest::currentTestFailed())
        return;
    const int before = repairsOf(server);
    Pool pool(recovering(server, database));
    pool.setMaximumConnections(4);
    VERIFY_SUCCEEDS(finishedOf(pool.warmUp(4)));
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 16; ++i)
        outcomes.append(Fake::watch(pool.execute(u"SELECT COUNT(a) FROM t"_s)));
    QVERIFY(areFinished(outcomes));
    for (const OutcomePointer &outcome : std::as_const(outcomes)) {
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        QCOMPARE(outcome->rows(), one(QString::number(Rows)));
    }
    QCOMPARE(repairsOf(server), before + 1);
}

void tst_Recovery_Servers::transactionIsLeftAlone()
{
    QFETCH(const Server, server);
    const Database database(server);
    QVERIFY(makeTable(server, database, false));
    damage(server, database, u"t"_s, false);
    if (QTest::currentTestFailed())
        return;
    const int before = repairsOf(server);
    Connection connection(recovering(server, database));
    Transaction *transaction = connection.beginTransaction();
    const OutcomePointer outcome = Fake::watch(transaction->execute(u"SELECT COUNT(a) FROM t"_s));
    transaction->rollback();
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->error.serverErrorNumber(), 145);
    QCOMPARE(repairsOf(server), before);
}

QTEST_GUILESS_MAIN(tst_Recovery_Servers)

#include "tst_recovery_servers.moc"
