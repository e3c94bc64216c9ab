// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementkind.h"

#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

#include <tuple>

using namespace AsyncMySql::Protocol;

class tst_StatementKind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recognisesWhatOnlyReads_data();
    void recognisesWhatOnlyReads();
    void recognisesChangesOfTheSession_data();
    void recognisesChangesOfTheSession();
    void recognisesLoadDataLocal_data();
    void recognisesLoadDataLocal();
    void agreesWithTheWholeAnalysis();
};

void tst_StatementKind::recognisesWhatOnlyReads_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("readsOnly");

    for (const char *sql : {
             "SELECT 1",
             "select 1;",
             " /* a */ SELECT 1 -- b",
             "(SELECT 1) UNION (SELECT 2)",
             "((SELECT 1))",
             "SELECT COUNT(*), REPLACE(a, 'x', 'y') FROM t WHERE b IN (1, 2) AND c = ?",
             "SELECT INSERT('abc', 1, 1, 'x')",
             "SELECT * FROM (SELECT a FROM t) AS x JOIN u USING (a) WHERE EXISTS (SELECT 1)",
             "SELECT 'INTO', `update`, \"FOR UPDATE\" FROM t",
             "SELECT SUBSTRING(a FROM 1 FOR 2) FROM t FORCE INDEX FOR JOIN (b)",
             "SELECT SLEEP(1), BENCHMARK(1, 2), LOAD_FILE('x')",
             "SELECT CAST(a AS CHAR(3)), ROW_NUMBER() OVER (PARTITION BY b) FROM t",
             "WITH x AS (SELECT 1) SELECT * FROM x",
             "VALUES ROW(1, 2)",
             "TABLE t",
             "SHOW TABLES",
             "SHOW CREATE TABLE t",
             "DESCRIBE t",
             "DESC t a",
             "EXPLAIN SELECT 1",
             "EXPLAIN UPDATE t SET a = 1",
             "EXPLAIN FORMAT=JSON DELETE FROM t",
             "EXPLAIN INSERT INTO t VALUES (1)",
             "EXPLAIN ANALYZE SELECT 1",
             "EXPLAIN ANALYZE FORMAT=TREE SELECT 1",
             "ANALYZE FORMAT=JSON SELECT 1",
         }) {
        QTest::newRow(sql) << QByteArray(sql) << true;
    }
    for (const char *sql : {
             "",
             ";",
             "/* SELECT 1 */",
             "INSERT INTO t VALUES (1)",
             "UPDATE t SET a = 1",
             "DELETE FROM t",
             "REPLACE INTO t VALUES (1)",
             "SET @a = 1",
             "CALL p()",
             "DO SLEEP(1)",
             "SELECT 1; SELECT 2",
             "SELECT 1; DELETE FROM t",
             "SELECT 1 INTO @a",
             "SELECT a INTO OUTFILE '/tmp/x' FROM t",
             "TABLE t INTO OUTFILE '/tmp/x'",
             "SELECT a FROM t FOR UPDATE",
             "SELECT a FROM t FOR\n/* x */SHARE",
             "SELECT a FROM t LOCK IN SHARE MODE",
             "SELECT * FROM (SELECT a FROM t FOR UPDATE) AS x",
             "SELECT @a := 1",
             "SELECT @a",
             "SELECT @@last_insert_id",
             "SELECT GET_LOCK('a', 1)",
             "SELECT release_lock('a')",
             "SELECT LAST_INSERT_ID()",
             "SELECT LAST_INSERT_ID(5)",
             "SELECT FOUND_ROWS()",
             "SELECT NEXTVAL(s)",
             "SELECT NEXT VALUE FOR s",
             "SELECT s.nextval",
             "SELECT 2book(7)",
             "SELECT shop.2book(7)",
             "SELECT 1, 2book (7)",
             "SELECT SETVAL(s, 1)",
             "SELECT MASTER_POS_WAIT('a', 1)",
             "SELECT stored(1)",
             "SELECT stored (1)",
             "SELECT db.max(1)",
             "SELECT db . max /* x */ (1)",
             "SELECT `max`(1)",
             "SELECT \"stored\"(1)",
             "SELECT 1 /*! INTO @a */",
             "/*! SELECT 1 */",
             "SELECT 'a",
             "SELECT 1 /* a",
             "WITH x AS (SELECT 1) UPDATE t JOIN x SET a = 1",
             "WITH x AS (SELECT 1) DELETE FROM t",
             "SHOW WARNINGS",
             "SHOW COUNT(*) ERRORS",
             "EXPLAIN ANALYZE UPDATE t SET a = 1",
             "EXPLAIN ANALYZE DELETE FROM t",
             "EXPLAIN FORMAT=JSON INTO @a SELECT 1",
             "EXPLAIN SELECT stored(1)",
             "EXPLAIN",
             "ANALYZE UPDATE t SET a = 1",
             "ANALYZE TABLE t",
             "ANALYZE FORMAT=JSON DELETE FROM t",
             "LOCK TABLES t READ",
             "CREATE TABLE t (a INT)",
             "HANDLER t READ FIRST",
             "(UPDATE t SET a = 1)",
             "SELECTED",
         }) {
        QTest::newRow(sql) << QByteArray(sql) << false;
    }
}

void tst_StatementKind::recognisesWhatOnlyReads()
{
    QFETCH(const QByteArray, sql);
    QTEST(StatementKind::of(sql, {}).readsOnly, "readsOnly");
}

void tst_StatementKind::recognisesChangesOfTheSession_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("changes");

    for (const char *sql : {"SELECT 1", "INSERT INTO t VALUES (?)", "UPDATE t SET a = 1",
                            "DELETE FROM t", "REPLACE INTO t VALUES (1)", "SHOW TABLES", "DESC t",
                            "SELECT 1; SELECT 2", "SELECT @a", "INSERT INTO t SELECT 1"}) {
        QTest::newRow(sql) << QByteArray(sql) << false;
    }
    for (const char *sql : {"SET NAMES latin1",
                            "USE db",
                            "LOCK TABLES t READ",
                            "UNLOCK TABLES",
                            "BEGIN",
                            "START TRANSACTION",
                            "COMMIT",
                            "ROLLBACK",
                            "SAVEPOINT a",
                            "XA START 'a'",
                            "CALL p()",
                            "CREATE TEMPORARY TABLE t (a INT)",
                            "PREPARE a FROM 'SELECT 1'",
                            "DROP TABLE t",
                            "SELECT 1; SET @a = 1",
                            "SELECT @a := 1",
                            "SELECT 1 INTO @a",
                            "SELECT GET_LOCK('a', 1)",
                            "INSERT INTO t VALUES (LAST_INSERT_ID(5))",
                            "SELECT SQL_CALC_FOUND_ROWS a FROM t",
                            "SELECT 1 /*! , 2 */",
                            "SELECT 'a",
                            "LOAD DATA LOCAL INFILE 'x' INTO TABLE t",
                            "WHATEVER"}) {
        QTest::newRow(sql) << QByteArray(sql) << true;
    }
}

void tst_StatementKind::recognisesChangesOfTheSession()
{
    QFETCH(const QByteArray, sql);
    QTEST(StatementKind::of(sql, {}).changesSession, "changes");
}

void tst_StatementKind::recognisesLoadDataLocal_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("local");

    for (const char *sql :
         {"LOAD DATA LOCAL INFILE 'x' INTO TABLE t", "load xml local infile 'x' into table t",
          "LOAD /* a */ DATA LOW_PRIORITY LOCAL INFILE 'x' INTO TABLE t",
          "LOAD DATA CONCURRENT LOCAL INFILE ? INTO TABLE t",
          "SELECT 1; LOAD DATA LOCAL INFILE 'x' INTO TABLE t"}) {
        QTest::newRow(sql) << QByteArray(sql) << true;
    }
    for (const char *sql : {"LOAD DATA INFILE 'x' INTO TABLE t", "SELECT 'LOAD DATA LOCAL'",
                            "SELECT 1 -- LOAD DATA LOCAL INFILE", "LOAD INDEX INTO CACHE t",
                            "LOAD DATA INFILE 'LOCAL' INTO TABLE t", ""}) {
        QTest::newRow(sql) << QByteArray(sql) << false;
    }
}

void tst_StatementKind::recognisesLoadDataLocal()
{
    QFETCH(const QByteArray, sql);
    QTEST(StatementKind::of(sql, {}).isLoadDataLocal, "local");
}

void tst_StatementKind::agreesWithTheWholeAnalysis()
{
    // A comment in front makes no difference to a statement, and rules the short way out.
    const QByteArrayList verbs{"SELECT", "INSERT",      "INSERT INTO",        "REPLACE INTO",
                               "UPDATE", "DELETE FROM", "insert ignore into", "DELETE"};
    const QByteArrayList parts{"t",
                               "a",
                               "b.c",
                               "`x`",
                               "`d`.`t`",
                               "(a, b)",
                               "(?, ?)",
                               "VALUES",
                               "SET",
                               "a = ?",
                               "WHERE",
                               "INTO",
                               "IGNORE",
                               "ON DUPLICATE KEY UPDATE",
                               "f(1)",
                               "d.f(1)",
                               "COUNT(*)",
                               "SELECT 1",
                               "FROM t",
                               ".",
                               "(",
                               ")",
                               "\"q\"",
                               "'s'",
                               "\"q\"(1)",
                               "AS",
                               "REPLACE(a, 1, 2)",
                               "INSERT(a, 1, 2, 3)",
                               "LOW_PRIORITY",
                               "RETURNING a",
                               "LAST_INSERT_ID(5)",
                               "LAST_INSERT_ID()",
                               "FOR UPDATE",
                               "UNION SELECT 2",
                               "JOIN u USING (a)",
                               "VALUE (1)",
                               "t (a)",
                               "@a",
                               ":= 1",
                               "@@identity",
                               "LIMIT 5",
                               ";",
                               "/* c */",
                               "/*!1*/",
                               "GET_LOCK('a', 1)",
                               "NEXT VALUE FOR s",
                               "DESC",
                               "OR",
                               "LOCK IN SHARE MODE",
                               "SQL_CALC_FOUND_ROWS",
                               "%",
                               "5"};
    const auto all = [](const StatementKind &kind) {
        const SessionEffects &effects = kind.effects;
        return std::tuple(kind.readsOnly, kind.changesSession, kind.isLoadDataLocal,
                          kind.changesSchema, kind.runsOthers, effects.leaves, effects.releases,
                          effects.startsWithBegin, effects.beginsTransaction,
                          effects.endsTransaction, effects.asksLastStatement, effects.asksInsertId,
                          effects.mayAskLastStatement, effects.onlyAsks,
                          effects.changesCharacterSet, effects.changesCharacterSetInside);
    };
    QRandomGenerator random(1);
    SqlDialect dialect;
    for (int i = 0; i < 50'000; ++i) {
        QByteArray sql = verbs[random.bounded(verbs.size())];
        for (quint32 count = random.bounded(8u); count > 0; --count)
            sql += ' ' + parts[random.bounded(parts.size())];
        dialect.ansiQuotes = i % 2;
        dialect.isMariaDb = i % 3;
        QVERIFY2(all(StatementKind::of(sql, dialect))
                     == all(StatementKind::of("/* x */" + sql, dialect)),
                 sql.constData());
    }
}

QTEST_APPLESS_MAIN(tst_StatementKind)

#include "tst_statementkind.moc"
