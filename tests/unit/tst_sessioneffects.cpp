// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioneffects.h"
#include "statementkind.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using Trace = SessionTrace;

class tst_SessionEffects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ordinaryStatementsLeaveNothing_data();
    void ordinaryStatementsLeaveNothing();
    void tellsWhatIsLeft_data();
    void tellsWhatIsLeft();
    void followsTransactions_data();
    void followsTransactions();
    void knowsWhatAsksForTheStatementBefore_data();
    void knowsWhatAsksForTheStatementBefore();
    void releasesLocks();
    void knowsWhatChangesTheCharacterSet();

private:
    static SessionEffects effectsOf(const QByteArray &sql)
    {
        return StatementKind::of(sql, {}).effects;
    }
};

void tst_SessionEffects::ordinaryStatementsLeaveNothing_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *sql : {
             "",
             "SELECT 1",
             "SELECT COUNT(*), MAX(a) FROM t WHERE b IN (1, 2) AND c = ?",
             "SELECT @a, @@session.sql_mode",
             "SELECT DATABASE(), CONNECTION_ID(), LAST_INSERT_ID(), ROW_COUNT()",
             "(SELECT 1) UNION (SELECT 2)",
             "WITH RECURSIVE x (a, b) AS (SELECT 1, 2), y (c) AS (SELECT 3) SELECT * FROM x, y",
             "SELECT * FROM (SELECT 1) AS x (a)",
             "SELECT * FROM t FOR UPDATE",
             "SELECT a FROM t INTO OUTFILE '/tmp/x'",
             "INSERT INTO t VALUES (1, 'GET_LOCK(1, 2)', ':=')",
             "INSERT INTO t (a, b) VALUES (?, NOW()) ON DUPLICATE KEY UPDATE a = VALUES(a)",
             "INSERT INTO db.t (a) SELECT a FROM u",
             "INSERT IGNORE INTO `db`.`t` (`a`) VALUE (1)",
             "INSERT INTO t (a) VALUES (1) AS new (b) ON DUPLICATE KEY UPDATE a = new.b",
             "REPLACE t (a) VALUES (1)",
             "REPLACE DELAYED INTO t SET a = 1",
             "INSERT INTO t (a) VALUES (NEXT VALUE FOR s) RETURNING (id)",
             "UPDATE t SET a = a + 1, b = UPPER(c) WHERE d = 1 LIMIT 5",
             "UPDATE t SET a = LAST_INSERT_ID(a + 1)",
             "DELETE FROM t WHERE a = ? -- SET @x = 1",
             "DELETE t1, t2 FROM t1 JOIN t2 USING (a)",
             "LOAD DATA LOCAL INFILE 'x' INTO TABLE t CHARACTER SET utf8mb4 (a, b) SET c = NOW()",
             "CREATE TABLE t (a INT(11), KEY k (a))",
             "CREATE TABLE t AS SELECT UPPER(a) FROM u",
             "CREATE PROCEDURE p() SET @a = 1",
             "CREATE PROCEDURE p() BEGIN SET @a = 1; SELECT 1; END",
             "ALTER TABLE t ADD b INT",
             "DROP TEMPORARY TABLE t",
             "TRUNCATE t",
             "SHOW TABLES LIKE 'x'",
             "EXPLAIN SELECT f(1)",
             "SET GLOBAL max_connections = 5",
             "SET @@GLOBAL.max_connections = 5, PERSIST max_connections = 6",
             "SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY",
             "SET PASSWORD = 'x'",
             "SET autocommit = 0",
             "SET @@session.autocommit := 1",
             "SET STATEMENT max_statement_time = 1 FOR SELECT 1",
             "START TRANSACTION READ ONLY",
             "BEGIN WORK",
             "COMMIT AND CHAIN",
             "ROLLBACK TO SAVEPOINT a",
             "SAVEPOINT a",
             "FLUSH PRIVILEGES",
             "DO SLEEP(0)",
             "SELECT RELEASE_LOCK('a')",
             "KILL 5",
             "INSERT INTO t VALUES (1); SELECT 1; DELETE FROM t",
         })
        QTest::newRow(sql) << QByteArray(sql);
}

void tst_SessionEffects::ordinaryStatementsLeaveNothing()
{
    QFETCH(QByteArray, sql);
    QCOMPARE(effectsOf(sql).leaves, SessionTraces());
}

void tst_SessionEffects::tellsWhatIsLeft_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<SessionTraces>("leaves");
    const auto add = [](const char *sql, SessionTraces leaves) {
        QTest::newRow(sql) << QByteArray(sql) << leaves;
    };
    add("CREATE TEMPORARY TABLE t (a INT)", Trace::TemporaryTables);
    add("create or replace temporary table t select f(1)",
        Trace::TemporaryTables | Trace::Anything);
    add("CREATE TABLE t SELECT @a := 1", Trace::UserVariables);
    add("LOCK TABLES t READ", Trace::TableLocks);
    add("FLUSH TABLES WITH READ LOCK", Trace::TableLocks);
    add("FLUSH TABLES t FOR EXPORT", Trace::TableLocks);
    add("LOCK INSTANCE FOR BACKUP", Trace::Anything);
    add("BACKUP STAGE START", Trace::Anything);
    add("SELECT GET_LOCK('a', 1)", Trace::NamedLocks);
    add("DO get_lock('a', 1)", Trace::NamedLocks);
    add("UPDATE t SET a = 1 WHERE GET_LOCK('a', 1)", Trace::NamedLocks);
    add("SET @a = 1", Trace::UserVariables);
    add("SET GLOBAL x = 1, @a = 2", Trace::UserVariables);
    add("SELECT @a := 1", Trace::UserVariables);
    add("SELECT 1 INTO @a", Trace::UserVariables);
    add("SELECT 1, 2 INTO b, @a", Trace::UserVariables);
    add("UPDATE t SET a = (@b := @b + 1)", Trace::UserVariables);
    add("LOAD DATA INFILE 'x' INTO TABLE t (a, @b)", Trace::UserVariables);
    add("EXPLAIN FORMAT=JSON INTO @a SELECT 1", Trace::UserVariables);
    add("GET DIAGNOSTICS CONDITION 1 @a = MESSAGE_TEXT", Trace::UserVariables);
    add("SET sql_mode = ''", Trace::SessionVariables);
    add("SET SESSION sql_mode = ''", Trace::SessionVariables);
    add("SET GLOBAL a = 1, SESSION b = 2", Trace::SessionVariables);
    add("SET @@time_zone = '+00:00'", Trace::SessionVariables);
    add("SET @@session.`time_zone` = '+00:00'", Trace::SessionVariables);
    add("SET autocommit = 0, sql_mode = ''", Trace::SessionVariables);
    add("SET NAMES latin1", Trace::SessionVariables);
    add("SET ROLE r", Trace::Role);
    add("SET ROLE NONE", Trace::Role);
    add("SET RESOURCE GROUP g", Trace::Role);
    add("DROP DATABASE db", Trace::DroppedDatabase);
    add("DROP SCHEMA IF EXISTS db", Trace::DroppedDatabase);
    add("CREATE TABLE t SELECT GET_LOCK('a', 1) AS event", Trace::NamedLocks);
    add("CREATE TABLE t (view INT, function INT) SELECT @a := 1 AS view", Trace::UserVariables);
    add("CREATE TEMPORARY TABLE event SELECT GET_LOCK('a', 1) AS trigger_",
        Trace::NamedLocks | Trace::TemporaryTables);
    add("CREATE DEFINER = a@b SQL SECURITY DEFINER VIEW v AS SELECT GET_LOCK('a', 1)", {});
    add("CREATE OR REPLACE AGGREGATE FUNCTION f() RETURNS INT RETURN GET_LOCK('table', 1)", {});
    add("SET DEFAULT ROLE r TO u", {});
    add("SET SESSION TRANSACTION READ ONLY", Trace::SessionVariables);
    add("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", Trace::NextTransaction);
    add("SET @a = f(1)", Trace::UserVariables | Trace::Anything);
    add("SET STATEMENT max_statement_time = 1 FOR SET @a = 1", Trace::UserVariables);
    add("USE db", Trace::Database);
    add("PREPARE s FROM 'SELECT 1'", Trace::PreparedStatements);
    add("EXECUTE s", Trace::Anything);
    add("EXECUTE IMMEDIATE 'SET @a = 1'", Trace::Anything);
    add("HANDLER t OPEN", Trace::Handlers);
    add("XA START 'a'", Trace::XaTransaction);
    add("CALL p()", Trace::Anything);
    add("SELECT f(1)", Trace::Anything);
    add("SELECT db.ABS(1)", Trace::Anything);
    add("SELECT `f`(1)", Trace::Anything);
    add("INSERT INTO t (a) VALUES (f(1))", Trace::Anything);
    add("DELETE FROM t WHERE a = f(1)", Trace::Anything);
    add("BEGIN NOT ATOMIC SET @a = 1; END", Trace::Anything);
    add("IF 1 THEN SELECT 1; END IF", Trace::Anything);
    add("NOSUCH STATEMENT", Trace::Anything);
    add("SELECT /*! 1 */ 1", Trace::Anything);
    add("SELECT 'a", Trace::Anything);
    add("INSERT INTO t VALUES (1); SET @a = 1", Trace::UserVariables);
    add("LOCK TABLES t READ; UNLOCK TABLES", {});
    add("CREATE PROCEDURE p() SELECT 1; SET @a = 1", Trace::UserVariables);
}

void tst_SessionEffects::tellsWhatIsLeft()
{
    QFETCH(QByteArray, sql);
    QFETCH(SessionTraces, leaves);
    QCOMPARE(effectsOf(sql).leaves, leaves);
}

void tst_SessionEffects::followsTransactions_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("startsWithBegin");
    QTest::addColumn<bool>("begins");
    QTest::addColumn<bool>("ends");
    const auto add = [](const char *sql, bool startsWithBegin, bool begins, bool ends) {
        QTest::newRow(sql) << QByteArray(sql) << startsWithBegin << begins << ends;
    };
    add("START TRANSACTION", true, true, false);
    add("begin", true, true, false);
    add("/* a */ BEGIN WORK;", true, true, false);
    add("XA BEGIN 'a'", true, true, false);
    add("BEGIN NOT ATOMIC SELECT 1; END", false, false, false);
    add("START SLAVE", false, false, false);
    add("COMMIT", false, false, true);
    add("COMMIT WORK AND NO CHAIN RELEASE", false, false, true);
    add("COMMIT AND CHAIN", false, true, false);
    add("ROLLBACK", false, false, true);
    add("ROLLBACK WORK TO a", false, false, false);
    add("ROLLBACK TO SAVEPOINT a", false, false, false);
    add("XA COMMIT 'a'", false, false, true);
    add("XA END 'a'", false, false, false);
    add("BEGIN; INSERT INTO t VALUES (1); COMMIT", true, false, true);
    add("COMMIT; BEGIN", false, true, false);
    add("INSERT INTO t VALUES (1)", false, false, false);
    add("CREATE PROCEDURE p() BEGIN START TRANSACTION; COMMIT; END", false, false, false);
}

void tst_SessionEffects::followsTransactions()
{
    QFETCH(QByteArray, sql);
    const SessionEffects effects = effectsOf(sql);
    QTEST(effects.startsWithBegin, "startsWithBegin");
    QTEST(effects.beginsTransaction, "begins");
    QTEST(effects.endsTransaction, "ends");
}

void tst_SessionEffects::knowsWhatAsksForTheStatementBefore_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("asks");
    QTest::addColumn<bool>("mayAsk");
    QTest::addColumn<bool>("asksInsertId");
    QTest::addColumn<bool>("onlyAsks");
    const auto add = [](const char *sql, bool asks, bool mayAsk, bool insertId, bool only) {
        QTest::newRow(sql) << QByteArray(sql) << asks << mayAsk << insertId << only;
    };
    add("SELECT 1", false, false, false, false);
    add("SELECT ROW_COUNT()", true, true, false, true);
    add("select found_rows ()", true, true, false, true);
    add("SELECT FOUND_ROWS() INTO @n", true, true, false, true);
    add("INSERT INTO log VALUES (ROW_COUNT())", true, true, false, false);
    add("SELECT LAST_INSERT_ID()", false, false, true, false);
    add("INSERT INTO t (a) VALUES (LAST_INSERT_ID())", false, false, true, false);
    add("UPDATE t SET a = LAST_INSERT_ID(a + 1)", false, false, false, false);
    add("SELECT @@last_insert_id, @@identity", false, false, true, false);
    add("SELECT @@warning_count", true, true, false, true);
    add("SELECT @@session.error_count", true, true, false, true);
    add("SHOW WARNINGS", true, true, false, true);
    add("SHOW COUNT(*) ERRORS", true, true, false, true);
    add("SHOW SESSION STATUS", false, true, false, false);
    add("SHOW PROFILES", false, true, false, false);
    add("SHOW TABLES", false, false, false, false);
    add("GET DIAGNOSTICS @a = ROW_COUNT", true, true, false, true);
    add("SET @n = ROW_COUNT()", true, true, false, false);
    add("CALL p()", false, true, false, false);
    add("SELECT f()", false, true, false, false);
    add("SELECT ROW_COUNT(), f()", true, true, false, false);
    add("SELECT PREVIOUS VALUE FOR s", false, false, true, false);
    add("INSERT INTO t VALUES (1); SELECT ROW_COUNT()", false, false, false, false);
}

void tst_SessionEffects::knowsWhatAsksForTheStatementBefore()
{
    QFETCH(QByteArray, sql);
    const SessionEffects effects = effectsOf(sql);
    QTEST(effects.asksLastStatement, "asks");
    QTEST(effects.mayAskLastStatement, "mayAsk");
    QTEST(effects.asksInsertId, "asksInsertId");
    QTEST(effects.onlyAsks, "onlyAsks");
}

void tst_SessionEffects::releasesLocks()
{
    QCOMPARE(effectsOf("UNLOCK TABLES").releases, Trace::TableLocks);
    QCOMPARE(effectsOf("DO RELEASE_ALL_LOCKS()").releases, Trace::NamedLocks);
    QCOMPARE(effectsOf("SELECT RELEASE_ALL_LOCKS()").releases, Trace::NamedLocks);
    QCOMPARE(effectsOf("SELECT RELEASE_ALL_LOCKS() FROM t WHERE 0").releases, SessionTraces());
    QCOMPARE(effectsOf("SELECT RELEASE_LOCK('a')").releases, SessionTraces());
    QCOMPARE(effectsOf("XA ROLLBACK 'a'").releases, Trace::XaTransaction);
}

void tst_SessionEffects::knowsWhatChangesTheCharacterSet()
{
    for (const char *sql :
         {"SET NAMES latin1", "SET CHARACTER SET latin1", "SET CHARSET latin1",
          "SET character_set_client = latin1", "SET a = 1, @@session.character_set_client = gbk",
          "SET @@session.`character_set_client` = gbk", "SELECT 1; SET NAMES gbk"})
        QVERIFY2(effectsOf(sql).changesCharacterSet, sql);
    for (const char *sql : {"SET sql_mode = ''", "SELECT @@character_set_client", "SET @a = 1"})
        QVERIFY2(!effectsOf(sql).changesCharacterSet, sql);
}

QTEST_APPLESS_MAIN(tst_SessionEffects)

#include "tst_sessioneffects.moc"
