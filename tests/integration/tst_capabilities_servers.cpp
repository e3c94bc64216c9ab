// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Result>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

/// What a client and a server have to agree on.
class tst_Capabilities_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void compressionIsWhatWasAskedFor_data();
    void compressionIsWhatWasAskedFor();
    void changesAreTracked_data() { addRows(); }
    void changesAreTracked();
    void identifierOfTheLastWriteIsTold_data() { addRows(); }
    void identifierOfTheLastWriteIsTold();
    void queryAttributesReachTheServer_data() { addRows(); }
    void queryAttributesReachTheServer();
    void connectionAttributesReachTheServer_data() { addRows(isMySql); }
    void connectionAttributesReachTheServer();
};

void tst_Capabilities_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Capabilities_Servers::compressionIsWhatWasAskedFor_data()
{
    using Compression = ConnectionOptions::Compression;
    QTest::addColumn<Server>("server");
    QTest::addColumn<Compression>("compression");
    QTest::addColumn<QString>("algorithm");
    for (const Server &server : all()) {
        QTest::addRow("%s, none", qPrintable(server.name)) << server << Compression::None << u""_s;
        QTest::addRow("%s, zlib", qPrintable(server.name))
            << server << Compression::Zlib << u"zlib"_s;
        // MariaDB does not know it: there is no compression then.
        QTest::addRow("%s, zstd", qPrintable(server.name))
            << server << Compression::Zstd << (server.isMySql ? u"zstd"_s : u""_s);
    }
}

void tst_Capabilities_Servers::compressionIsWhatWasAskedFor()
{
    QFETCH(Server, server);
    QFETCH(ConnectionOptions::Compression, compression);
    QFETCH(QString, algorithm);
    for (const Channel channel : Channels) {
        ConnectionOptions options = Servers::options(server, channel);
        options.setCompression(compression);
        Connection connection(options);
        QCOMPARE(rowsOf(connection.execute(u"SHOW SESSION STATUS LIKE 'Compression'"_s))
                     .value(0)
                     .value(1),
                 algorithm.isEmpty() ? u"OFF"_s : u"ON"_s);
        if (server.isMySql) {
            QCOMPARE(
                rowsOf(connection.execute(u"SHOW SESSION STATUS LIKE 'Compression_algorithm'"_s))
                    .value(0)
                    .value(1),
                algorithm);
        }
        QCOMPARE(connection.compression(),
                 algorithm.isEmpty() ? ConnectionOptions::Compression::None : compression);
        // More than a frame, and what compresses to next to nothing.
        QCOMPARE(rowsOf(connection.execute(u"SELECT LENGTH(?), REPEAT('x', 100000)"_s,
                                           {QByteArray(20'000'000, 'y')})),
                 (QList<QStringList>{{u"20000000"_s, QString(100'000, u'x')}}));
    }
}

void tst_Capabilities_Servers::changesAreTracked()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server);
    options.setTrackedVariables({u"sql_mode"_s, u"lock_wait_timeout"_s});
    Connection connection(options);
    QSignalSpy databases(&connection, &Connection::databaseChanged);
    QSignalSpy variables(&connection, &Connection::trackedVariablesChanged);
    VERIFY_DONE(connection.execute(u"USE "_s + database.name()));
    QCOMPARE(connection.database(), database.name());
    QCOMPARE(databases.size(), 1);
    const qsizetype before = variables.size();
    VERIFY_DONE(connection.execute(u"SET lock_wait_timeout = 77, sql_mode = 'ANSI_QUOTES'"_s));
    QCOMPARE(connection.trackedVariables().value(u"lock_wait_timeout"_s), u"77"_s);
    QCOMPARE(connection.trackedVariables().value(u"sql_mode"_s), u"ANSI_QUOTES"_s);
    QVERIFY(variables.size() > before);
    // What nobody asked for is not told.
    VERIFY_DONE(connection.execute(u"SET sort_buffer_size = 65536"_s));
    QVERIFY(!connection.trackedVariables().contains(u"sort_buffer_size"_s));
    // A new session begins with what it was given.
    VERIFY_DONE(connection.resetSession());
    VERIFY_DONE(connection.execute(u"SET lock_wait_timeout = 78"_s));
    QCOMPARE(connection.trackedVariables().value(u"lock_wait_timeout"_s), u"78"_s);
}

void tst_Capabilities_Servers::identifierOfTheLastWriteIsTold()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setGtidTrackingEnabled(true);
    Connection connection(options);
    const bool hasLog = rowsOf(connection.execute(u"SELECT @@log_bin"_s)) == one(u"1"_s);
    QSignalSpy changes(&connection, &Connection::lastGtidChanged);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY)"_s));
    if (!hasLog) {
        QCOMPARE(connection.lastGtid(), QString());
        return;
    }
    const QString first = connection.lastGtid();
    QVERIFY(!first.isEmpty());
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (?)"_s, {1}));
    const QString second = connection.lastGtid();
    QVERIFY(!second.isEmpty() && second != first);
    QCOMPARE(changes.size(), 2);
    VERIFY_DONE(connection.execute(u"SELECT * FROM t"_s));
    QCOMPARE(connection.lastGtid(), second);
    // It means the same to the server.
    if (server.isMySql) {
        QCOMPARE(rowsOf(connection.execute(u"SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 5)"_s, {second})),
                 one(u"0"_s));
    } else {
        QCOMPARE(rowsOf(connection.execute(u"SELECT @@last_gtid"_s)), one(second));
    }
}

void tst_Capabilities_Servers::queryAttributesReachTheServer()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    const QString sql = u"SELECT mysql_query_attribute_string('trace'), "
                        "mysql_query_attribute_string('number'), "
                        "mysql_query_attribute_string('missing'), ?"_s;
    const QVariantMap attributes = {{u"trace"_s, u"Größe 1"_s}, {u"number"_s, 42}};
    if (server.isMariaDb()) {
        for (const bool prepared : {false, true}) {
            Query *query = connection.execute(u"SELECT ?"_s, {1});
            query->setPrepared(prepared);
            query->setAttributes(attributes);
            const OutcomePointer outcome = finishedOf(query);
            QVERIFY2(outcome->failed(Error::NotSupported), Fake::describe(outcome).constData());
            QCOMPARE(outcome->error.execution(), Execution::NotSent);
        }
        return;
    }
    // ER_COMPONENTS_CANT_LOAD: it is there already.
    const OutcomePointer installed = finishedOf(
        connection.execute(u"INSTALL COMPONENT 'file://component_query_attributes'"_s));
    QVERIFY2(installed->succeeded() || installed->error.serverErrorNumber() == 3529,
             Fake::describe(installed).constData());
    for (const bool prepared : {false, true}) {
        for (int i = 0; i < 2; ++i) {
            Query *query = connection.execute(sql, {u"parameter"_s});
            query->setPrepared(prepared);
            query->setAttributes(attributes);
            QCOMPARE(rowsOf(query),
                     (QList<QStringList>{{u"Größe 1"_s, u"42"_s, QString(), u"parameter"_s}}));
        }
        // They belong to one execution.
        Query *query = connection.execute(sql, {u"parameter"_s});
        query->setPrepared(prepared);
        QCOMPARE(rowsOf(query),
                 (QList<QStringList>{{QString(), QString(), QString(), u"parameter"_s}}));
    }
}

/// MariaDB's performance schema is off unless it is asked for.
void tst_Capabilities_Servers::connectionAttributesReachTheServer()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setConnectAttributes({{u"purpose"_s, u"Prüfung"_s}});
    Connection connection(options);
    QCOMPARE(
        rowsOf(connection.execute(
            u"SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs "
            "WHERE PROCESSLIST_ID = CONNECTION_ID() "
            "AND ATTR_NAME IN ('_client_name', 'purpose') ORDER BY 1"_s)),
        (QList<QStringList>{{u"_client_name"_s, u"AsyncMySql"_s}, {u"purpose"_s, u"Prüfung"_s}}));
}

QTEST_GUILESS_MAIN(tst_Capabilities_Servers)

#include "tst_capabilities_servers.moc"
