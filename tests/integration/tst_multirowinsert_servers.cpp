// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "timespecs.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>
#include <AsyncMySql/Transaction>

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonobject.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Mode = ConnectionOptions::MultiRowInsertMode;

/// What the documentation of ConnectionOptions::multiRowInsertMode() promises: batches mean the
/// same with it and without.
class tst_MultiRowInsert_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void meansTheSame_data();
    void meansTheSame();
    void failsTheSame_data();
    void failsTheSame();
    void idsAreThoseOfTheRows_data() { addMySql(); }
    void idsAreThoseOfTheRows();
    void hiddenIdsAreThoseOfTheRows_data() { addMySql(); }
    void hiddenIdsAreThoseOfTheRows();
    void sessionIsAsAfterOneRow_data() { addMySql(); }
    void sessionIsAsAfterOneRow();
    void transactionsAreAskedNothing_data() { addMySql(); }
    void transactionsAreAskedNothing();
    void locksAreMetRowByRow_data() { addMySql(); }
    void locksAreMetRowByRow();
    void hiddenTriggersCount_data() { addMySql(); }
    void hiddenTriggersCount();

private:
    static void addMySql();
};

namespace {

constexpr int RowCount = 300;

struct Case
{
    QStringList ddl;
    QString sql;
    std::function<QVariantList(int)> row;
    bool hasGroups = true;
};

/// What a batch has done.
struct Report
{
    bool succeeded = false;
    int error = 0;
    QString message;
    qsizetype executedRows = 0;
    quint64 affectedRows = 0;
    qsizetype idCount = 0;
    QList<QStringList> table;

    friend bool operator==(const Report &, const Report &) = default;
};

QByteArray describe(const Report &report, const Report &expected = {})
{
    QByteArray text = report.succeeded ? "succeeded" : "error " + QByteArray::number(report.error);
    text += ' ' + report.message.toUtf8() + ", executed " + QByteArray::number(report.executedRows)
            + ", affected " + QByteArray::number(report.affectedRows) + ", ids "
            + QByteArray::number(report.idCount) + ", rows in the table "
            + QByteArray::number(report.table.size());
    for (qsizetype i = 0; i < std::min(report.table.size(), expected.table.size()); ++i) {
        if (report.table[i] != expected.table[i])
            return text + ", row " + report.table[i].join(u'|').toUtf8() + " instead of "
                   + expected.table[i].join(u'|').toUtf8();
    }
    return text;
}

QList<QVariantList> rowsOfCase(const Case &tested)
{
    QList<QVariantList> rows;
    for (int i = 0; i < RowCount; ++i)
        rows.append(tested.row(i));
    return rows;
}

QList<QVariantList> numberedRows()
{
    QList<QVariantList> rows;
    for (int i = 0; i < RowCount; ++i)
        rows.append(QVariantList{i});
    return rows;
}

/// How many statements of the kind the session has executed.
int insertsOf(Executor &executor)
{
    int count = 0;
    for (const QStringList &row : rowsOf(executor.execute(
             u"SHOW SESSION STATUS WHERE Variable_name IN ('Com_insert', 'Com_replace')"_s)))
        count += row.value(1).toInt();
    return count;
}

struct Run
{
    Report report;
    int statements = 0;
    QList<quint64> insertIds;
    OutcomePointer outcome;
};

/// As rows of a result.
QList<QStringList> idsOf(const Run &run)
{
    QList<QStringList> ids;
    for (const quint64 id : run.insertIds)
        ids.append(QStringList{QString::number(id)});
    return ids;
}

Run runOf(Executor &executor, const QString &sql, const QList<QVariantList> &rows)
{
    Run run;
    const int before = insertsOf(executor);
    Batch *batch = executor.executeBatch(sql, rows);
    QObject::connect(batch, &Batch::finished, batch, [&] {
        run.report.executedRows = batch->executedRows();
        run.report.affectedRows = batch->affectedRows();
        run.insertIds = batch->insertIds();
        run.report.idCount = run.insertIds.size();
    });
    run.outcome = finishedOf(batch, 2min);
    run.report.succeeded = run.outcome->succeeded();
    run.report.error = run.outcome->error.serverErrorNumber();
    run.report.message = run.outcome->error.message();
    run.statements = insertsOf(executor) - before;
    return run;
}

Run runOf(const Server &server, const Case &tested, Mode mode, bool inTransaction = false)
{
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setMultiRowInsertMode(mode);
    Connection connection(options);
    for (const QString &ddl : tested.ddl) {
        if (const OutcomePointer done = finishedOf(connection.execute(ddl)); !done->succeeded())
            qWarning("%s: %s", qPrintable(ddl), Fake::describe(done).constData());
    }
    Run run;
    if (inTransaction) {
        Transaction *transaction = connection.beginTransaction();
        run = runOf(*transaction, tested.sql, rowsOfCase(tested));
        finishedOf(transaction->commit());
    } else {
        run = runOf(connection, tested.sql, rowsOfCase(tested));
    }
    run.report.message.replace(database.name(), u"db"_s);
    run.report.table = rowsOf(connection.execute(u"SELECT * FROM t ORDER BY 1, 2"_s));
    return run;
}

} // namespace

void tst_MultiRowInsert_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_MultiRowInsert_Servers::addMySql()
{
    QTest::addColumn<Server>("server");
    for (const Server &server : all()) {
        if (server.isMySql)
            QTest::newRow(qPrintable(server.name)) << server;
    }
}

void tst_MultiRowInsert_Servers::meansTheSame_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Case>("tested");
    const auto numbered = [](int i) { return QVariantList{i, u"v%1"_s.arg(i)}; };
    const auto twice = [](int i) { return QVariantList{i % 100, u"v%1"_s.arg(i)}; };
    const QString plain = u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100))"_s;
    const QString insert = u"INSERT INTO t VALUES (?, ?)"_s;
    const QString generated
        = u"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT, v VARCHAR(100))"_s;
    const auto valuesOfColumn = [](const QVariantList &values) {
        return [values](int i) { return QVariantList{i, values[i % values.size()]}; };
    };
    const QVariantList texts
        = {u"plain"_s, u"it's"_s, u"a\\b"_s, u"\0"_s, u"日本 🚀"_s, u""_s, QVariant(), u"NULL"_s};
    const QVariantList bytes = {QByteArray("31"), QByteArray("7"), QVariant()};
    const QVariantList numbers = {1, 2U, -3LL, 2.5, true, u"7"_s, u"007"_s, QVariant(), 1e3};
    const QVariantList moments = {QDateTime(QDate(2026, 1, 2), QTime(3, 4, 5, 678), Tests::Utc),
                                  QVariant(), QDateTime(QDate(1970, 1, 1), QTime(0, 0), Tests::Utc),
                                  QDate(2024, 2, 29), u"2025-01-01 10:11:12"_s};
    const QVariantList floats = {0.1F, 1.5F, 2.0, QVariant()};

    const QList<std::pair<const char *, Case>> cases = {
        {"plain", {{plain}, insert, numbered}},
        {"of a database", {{plain}, u"INSERT INTO `t` (`id`, v) VALUES (?, ?)"_s, numbered}},
        {"texts", {{plain}, insert, valuesOfColumn(texts)}},
        {"texts as blobs",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v BLOB)"_s}, insert, valuesOfColumn(texts)}},
        {"bytes as numbers",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v INT)"_s}, insert, valuesOfColumn(bytes)}},
        {"bytes as bits",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v BIT(16))"_s}, insert, valuesOfColumn(bytes)}},
        {"bytes",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v VARBINARY(9))"_s},
          insert,
          valuesOfColumn({QByteArray("\0'\\\xff", 4), QByteArray(""), QByteArray("a")})}},
        {"numbers as numbers",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v DOUBLE)"_s}, insert, valuesOfColumn(numbers)}},
        {"numbers as decimals",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v DECIMAL(10, 3))"_s},
          insert,
          valuesOfColumn(numbers)}},
        {"numbers as texts", {{plain}, insert, valuesOfColumn(numbers)}},
        {"floats as texts", {{plain}, insert, valuesOfColumn(floats)}},
        {"moments",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v DATETIME(6))"_s},
          insert,
          valuesOfColumn(moments)}},
        {"moments in another order",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v DATETIME(6), w VARCHAR(30))"_s},
          u"INSERT INTO t (v, id, w) VALUES (?, ?, 'w')"_s,
          [=](int i) {
              return QVariantList{moments[i % 2], i};
          }}},
        {"moments beside what is hidden",
         {{u"CREATE TABLE t (h INT DEFAULT 1 INVISIBLE, id INT PRIMARY KEY, v DATETIME(6))"_s},
          insert,
          valuesOfColumn(moments.first(1)),
          false}},
        {"moments as texts", {{plain}, insert, valuesOfColumn(moments)}},
        {"times",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v TIME(6))"_s},
          insert,
          valuesOfColumn({QTime(1, 2, 3, 4), u"-100:00:00.5"_s})}},
        {"JSON",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v JSON)"_s},
          insert,
          valuesOfColumn({QJsonObject{{u"a"_s, u"ü\"\\"_s}}, u"[1]"_s, QVariant()})}},
        {"literals and defaults",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9), w INT DEFAULT 7)"_s},
          u"INSERT INTO t VALUES (?, 'x', DEFAULT) "_s,
          [](int i) { return QVariantList{i}; }}},
        {"generated ids", {{generated}, u"INSERT INTO t (n, v) VALUES (?, ?)"_s, numbered}},
        {"given ids",
         {{generated},
          u"INSERT INTO t (id, v) VALUES (?, ?)"_s,
          [](int i) {
              return QVariantList{i + 1, u"v"_s};
          },
          false}},
        {"ids without a list of columns",
         {{generated}, u"INSERT INTO t VALUES (NULL, ?, ?)"_s, numbered, false}},
        {"hidden keys",
         {{u"SET sql_generate_invisible_primary_key = ON, "
           "show_gipk_in_create_table_and_information_schema = OFF"_s,
           u"CREATE TABLE t (id INT, v VARCHAR(9))"_s},
          insert,
          numbered}},
        {"updates",
         {{plain}, insert + u" ON DUPLICATE KEY UPDATE v = CONCAT(t.v, VALUES(v))"_s, twice}},
        {"updates with an alias",
         {{plain}, insert + u" AS new ON DUPLICATE KEY UPDATE v = new.v"_s, twice}},
        {"updates of generated ids",
         {{generated, u"ALTER TABLE t ADD UNIQUE (n)"_s},
          u"INSERT INTO t (n, v) VALUES (?, ?) ON DUPLICATE KEY UPDATE v = VALUES(v)"_s,
          twice,
          false}},
        {"ignores", {{plain}, u"INSERT IGNORE INTO t VALUES (?, ?)"_s, twice}},
        {"ignores what is NULL",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL)"_s},
          u"INSERT IGNORE INTO t VALUES (?, ?)"_s,
          valuesOfColumn({1, QVariant(), u"x"_s})}},
        {"replaces", {{plain}, u"REPLACE INTO t VALUES (?, ?)"_s, twice}},
        {"another engine", {{plain + u" ENGINE=MyISAM"_s}, insert, numbered, false}},
        {"temporary",
         {{plain + u" ENGINE=MyISAM"_s,
           u"CREATE TEMPORARY TABLE t (id INT PRIMARY KEY, v VARCHAR(9)) ENGINE=InnoDB"_s},
          insert,
          numbered}},
        {"temporary of another engine",
         {{plain, u"CREATE TEMPORARY TABLE t (id INT PRIMARY KEY, v VARCHAR(9)) ENGINE=MyISAM"_s},
          insert,
          numbered,
          false}},
        {"a view",
         {{u"CREATE TABLE s (id INT PRIMARY KEY, v VARCHAR(9))"_s,
           u"CREATE VIEW t AS SELECT * FROM s"_s},
          insert,
          numbered,
          false}},
        {"partitions", {{plain + u" PARTITION BY HASH (id) PARTITIONS 3"_s}, insert, numbered}},
        {"a trigger",
         {{plain, u"CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = UPPER(NEW.v)"_s},
          insert,
          numbered,
          false}},
        {"references to the rows before",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v INT, FOREIGN KEY (v) REFERENCES t (id))"_s},
          insert,
          [](int i) {
              return QVariantList{i, i > 0 ? QVariant(i - 1) : QVariant()};
          }}},
        {"not strict",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL)"_s, u"SET sql_mode = ''"_s},
          insert,
          valuesOfColumn({1, 2}),
          false}},
        {"a default of an expression",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v INT, d INT DEFAULT (id * 2))"_s},
          u"INSERT INTO t (id, v) VALUES (?, ?)"_s,
          valuesOfColumn({1}),
          false}},
        {"a default of seconds",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v INT, "
           "d DATETIME DEFAULT CURRENT_TIMESTAMP INVISIBLE)"_s},
          insert,
          valuesOfColumn({1})}},
        {"ANSI quotes, given ids",
         {{generated, u"SET sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES'"_s},
          u"INSERT INTO t (id, v) VALUES (?, ?)"_s,
          [](int i) {
              return QVariantList{i + 1, u"v"_s};
          },
          false}},
        {"an expression", {{plain}, u"INSERT INTO t VALUES (?, UPPER(?))"_s, numbered, false}},
        {"quotes as the session has them",
         {{plain, u"SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'"_s},
          u"INSERT INTO t (id, v) VALUES (?, ?)"_s,
          valuesOfColumn(texts)}},
        {"another character set", {{plain, u"SET NAMES latin1"_s}, insert, numbered, false}},
        {"a time zone",
         {{u"CREATE TABLE t (id INT PRIMARY KEY, v TIMESTAMP(6) NULL)"_s,
           u"SET time_zone = '+05:30'"_s},
          insert,
          valuesOfColumn(moments.first(2))}},
    };
    for (const Server &server : all()) {
        if (!server.isMySql)
            continue;
        for (const auto &[name, tested] : cases)
            QTest::addRow("%s, %s", qPrintable(server.name), name) << server << tested;
    }
}

void tst_MultiRowInsert_Servers::meansTheSame()
{
    QFETCH(const Server, server);
    QFETCH(const Case, tested);
    const Run single = runOf(server, tested, Mode::Never);
    const Run grouped = runOf(server, tested, Mode::Automatic);
    QVERIFY2(single.report.succeeded, describe(single.report));
    QVERIFY2(grouped.report == single.report, describe(grouped.report, single.report));
    QCOMPARE(single.statements, RowCount);
    QVERIFY2(tested.hasGroups == (grouped.statements < RowCount),
             QByteArray::number(grouped.statements));
}

void tst_MultiRowInsert_Servers::failsTheSame_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Case>("tested");
    QTest::addColumn<int>("failing");
    QTest::addColumn<bool>("inTransaction");
    const QString insert = u"INSERT INTO t VALUES (?, ?)"_s;
    const auto except = [](int failing, const QVariant &usual, const QVariant &value) {
        return [=](int i) { return QVariantList{i, i == failing ? value : usual}; };
    };
    struct Failing
    {
        const char *name;
        QStringList ddl;
        QVariant usual;
        QVariant value;
    };
    const QList<Failing> kinds = {
        {"NULL", {u"CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL)"_s}, 1, QVariant()},
        {"too long", {u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(3))"_s}, u"a"_s, u"long"_s},
        {"no number", {u"CREATE TABLE t (id INT PRIMARY KEY, v INT)"_s}, 1, u"x"_s},
        {"out of range", {u"CREATE TABLE t (id INT PRIMARY KEY, v TINYINT)"_s}, 1, 1000},
        {"no member", {u"CREATE TABLE t (id INT PRIMARY KEY, v ENUM('a'))"_s}, u"a"_s, u"b"_s},
        {"no JSON", {u"CREATE TABLE t (id INT PRIMARY KEY, v JSON)"_s}, u"1"_s, u"{"_s},
        {"check", {u"CREATE TABLE t (id INT PRIMARY KEY, v INT CHECK (v < 5))"_s}, 1, 5},
        {"partition",
         {u"CREATE TABLE t (id INT, v INT) PARTITION BY LIST (v) (PARTITION p VALUES IN (1))"_s},
         1,
         2},
        {"reference",
         {u"CREATE TABLE s (id INT PRIMARY KEY)"_s, u"INSERT INTO s VALUES (1)"_s,
          u"CREATE TABLE t (id INT PRIMARY KEY, v INT, FOREIGN KEY (v) REFERENCES s (id))"_s},
         1,
         2},
        {"UUID of a generated column",
         {u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40), "
          "g BINARY(16) AS (UUID_TO_BIN(v)) STORED INVISIBLE)"_s},
         u"12345678-1234-1234-1234-123456789012"_s,
         u"x"_s},
        {"path of a generated column",
         {u"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40), "
          "g JSON AS (JSON_EXTRACT('{}', v)) STORED INVISIBLE)"_s},
         u"$.a"_s,
         u"x"_s},
        {"no vector",
         {u"CREATE TABLE t (id INT PRIMARY KEY, v VECTOR(2))"_s},
         QByteArray(8, '\0'),
         QByteArray(7, '\0')},
        {"another SRID",
         {u"CREATE TABLE t (id INT PRIMARY KEY, v POINT SRID 0)"_s},
         QByteArray::fromHex("00000000"
                             "0101000000"
                             "000000000000f03f000000000000f03f"),
         QByteArray::fromHex("e6100000"
                             "0101000000"
                             "000000000000f03f000000000000f03f")},
        {"device of no value",
         {u"CREATE TABLE t (id INT PRIMARY KEY, v INT)"_s},
         1,
         QVariant::fromValue(QVariantMap())},
    };
    for (const Server &server : all()) {
        if (!server.isMySql)
            continue;
        for (const bool inTransaction : {false, true}) {
            const QByteArray where
                = server.name.toUtf8() + (inTransaction ? ", in a transaction, " : ", ");
            for (const Failing &kind : kinds) {
                QTest::newRow(where + kind.name)
                    << server << Case{kind.ddl, insert, except(100, kind.usual, kind.value)} << 100
                    << inTransaction;
            }
            for (const int failing : {0, 1, 2, 149, 150, RowCount - 2, RowCount - 1}) {
                QTest::newRow(where + "row " + QByteArray::number(failing))
                    << server
                    << Case{{u"CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL)"_s},
                            insert,
                            except(failing, 1, QVariant())}
                    << failing << inTransaction;
            }
            // Several of them: the first one counts.
            QTest::newRow(where + "duplicates")
                << server
                << Case{{u"CREATE TABLE t (id INT PRIMARY KEY, v INT)"_s},
                        insert,
                        [](int i) {
                            return QVariantList{i % 77, i};
                        }}
                << 77 << inTransaction;
            QTest::newRow(where + "generated ids")
                << server
                << Case{{u"CREATE TABLE t (n INT UNIQUE, v INT, "
                         "id INT PRIMARY KEY AUTO_INCREMENT INVISIBLE)"_s},
                        u"INSERT INTO t (n, v) VALUES (?, ?)"_s,
                        [](int i) {
                            return QVariantList{i % 77, i};
                        }}
                << 77 << inTransaction;
        }
    }
}

/// All rows before the failing one are in effect; in a transaction also no other. Outside of one,
/// single rows in flight behind it are executed.
void tst_MultiRowInsert_Servers::failsTheSame()
{
    QFETCH(const Server, server);
    QFETCH(const Case, tested);
    QFETCH(const int, failing);
    QFETCH(const bool, inTransaction);
    const Run single = runOf(server, tested, Mode::Never, inTransaction);
    const Run grouped = runOf(server, tested, Mode::Automatic, inTransaction);
    QVERIFY(!single.report.succeeded);
    QVERIFY(!grouped.report.succeeded);
    QCOMPARE(grouped.report.error, single.report.error);
    QCOMPARE(grouped.report.message, single.report.message);
    QCOMPARE(grouped.report.executedRows, failing);
    QCOMPARE(grouped.report.affectedRows, quint64(failing));
    QCOMPARE(grouped.report.idCount, failing);
    QCOMPARE(grouped.report.table.size(), failing);
    if (inTransaction)
        QCOMPARE(grouped.report.table, single.report.table);
    if (failing > 30 && !inTransaction)
        QVERIFY2(grouped.statements < 30, QByteArray::number(grouped.statements));
}

void tst_MultiRowInsert_Servers::idsAreThoseOfTheRows()
{
    QFETCH(const Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (Id INT PRIMARY KEY AUTO_INCREMENT, n INT) AUTO_INCREMENT = 50"_s));
    VERIFY_DONE(connection.execute(u"SET auto_increment_increment = 7"_s));
    const QList<QVariantList> rows = numberedRows();
    const Run run = runOf(connection, u"INSERT INTO t (n) VALUES (?)"_s, rows);
    QVERIFY2(run.report.succeeded, describe(run.report));
    QCOMPARE(run.statements, 2);
    QCOMPARE(rowsOf(connection.execute(u"SELECT Id FROM t ORDER BY n"_s)), idsOf(run));
}

/// The last one is that of a statement by itself.
void tst_MultiRowInsert_Servers::hiddenIdsAreThoseOfTheRows()
{
    QFETCH(const Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(
        u"SET sql_generate_invisible_primary_key = ON, auto_increment_increment = 3, "
        "show_gipk_in_create_table_and_information_schema = OFF"_s));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT)"_s));
    const QList<QVariantList> rows = numberedRows();
    const Run run = runOf(connection, u"INSERT INTO t (n) VALUES (?)"_s, rows);
    QVERIFY2(run.report.succeeded, describe(run.report));
    QCOMPARE(run.statements, 2);
    QCOMPARE(rowsOf(connection.execute(u"SELECT my_row_id FROM t ORDER BY n"_s)), idsOf(run));
}

void tst_MultiRowInsert_Servers::sessionIsAsAfterOneRow()
{
    QFETCH(const Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)"_s));
    const QList<QVariantList> rows = numberedRows();
    Batch *batch = connection.executeBatch(u"INSERT INTO t (n) VALUES (?)"_s, rows);
    Query *after = connection.execute(u"SELECT ROW_COUNT(), LAST_INSERT_ID()"_s);
    VERIFY_DONE(batch);
    QCOMPARE(rowsOf(after), (QList<QStringList>{{u"1"_s, QString::number(RowCount)}}));
}

/// The answer would open their read view, or use up what was set for the next one.
void tst_MultiRowInsert_Servers::transactionsAreAskedNothing()
{
    constexpr int ReadOnlyTransaction = 1792;
    QFETCH(const Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Connection other(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY)"_s));
    VERIFY_DONE(connection.execute(u"CREATE TABLE o (id INT PRIMARY KEY)"_s));
    const QList<QVariantList> rows = numberedRows();
    const QString insert = u"INSERT INTO t VALUES (?)"_s;
    VERIFY_DONE(connection.execute(u"START TRANSACTION"_s));
    VERIFY_DONE(connection.executeBatch(insert, rows));
    VERIFY_DONE(other.execute(u"INSERT INTO o VALUES (1)"_s));
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM o"_s)),
             (QList<QStringList>{{u"1"_s}}));
    VERIFY_DONE(connection.execute(u"ROLLBACK"_s));
    VERIFY_DONE(connection.execute(u"SET TRANSACTION READ ONLY"_s));
    const OutcomePointer refused = finishedOf(connection.executeBatch(insert, rows));
    QCOMPARE(refused->error.serverErrorNumber(), ReadOnlyTransaction);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)),
             (QList<QStringList>{{u"0"_s}}));
}

/// Outside of a transaction, all rows before the one that waits in vain are in effect.
void tst_MultiRowInsert_Servers::locksAreMetRowByRow()
{
    constexpr int Locked = 150;
    constexpr int LockWaitTimeout = 1205;
    QFETCH(const Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Connection other(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY)"_s));
    VERIFY_DONE(connection.execute(u"SET innodb_lock_wait_timeout = 1"_s));
    Transaction *holder = other.beginTransaction();
    VERIFY_DONE(holder->execute(u"INSERT INTO t VALUES (?)"_s, {Locked}));
    const QList<QVariantList> rows = numberedRows();
    const Run run = runOf(connection, u"INSERT INTO t VALUES (?)"_s, rows);
    QVERIFY2(!run.report.succeeded, describe(run.report));
    QCOMPARE(run.report.error, LockWaitTimeout);
    QCOMPARE(run.report.executedRows, Locked);
    VERIFY_DONE(holder->rollback());
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t WHERE id < ?"_s, {Locked})),
             (QList<QStringList>{{QString::number(Locked)}}));
    QCOMPARE(quint64(rowsOf(connection.execute(u"SELECT * FROM t"_s)).size()),
             run.report.affectedRows);
}

/// An account does not see them without the privilege.
void tst_MultiRowInsert_Servers::hiddenTriggersCount()
{
    QFETCH(const Server, server);
    const Database database(server);
    Connection admin(Servers::options(server, database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE t (id INT PRIMARY KEY)"_s));
    const Account account(server, u"caching_sha2_password"_s, u"open sesame"_s);
    VERIFY_DONE(admin.execute(u"REVOKE TRIGGER ON *.* FROM '%1'@'%'"_s.arg(account.user())));
    const QList<QVariantList> rows = numberedRows();
    const auto statementsOf = [&](Mode mode) {
        ConnectionOptions options = account.options(defaultChannel());
        options.setDatabase(database.name());
        options.setMultiRowInsertMode(mode);
        Connection connection(options);
        const Run run = runOf(connection, u"INSERT INTO t VALUES (?)"_s, rows);
        finishedOf(admin.execute(u"DELETE FROM t"_s));
        return run.report.succeeded ? run.statements : -1;
    };
    QCOMPARE(statementsOf(Mode::Automatic), RowCount);
    QCOMPARE(statementsOf(Mode::Always), 2);
    // In a pattern, as privileges for databases have them.
    QString pattern = database.name();
    pattern.replace(u'_', u"\\_"_s);
    VERIFY_DONE(
        admin.execute(u"GRANT TRIGGER ON `%1`.* TO '%2'@'%'"_s.arg(pattern, account.user())));
    QCOMPARE(statementsOf(Mode::Automatic), 2);
    VERIFY_DONE(admin.execute(u"CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW SET @n = 1"_s));
    QCOMPARE(statementsOf(Mode::Automatic), RowCount);
    QCOMPARE(statementsOf(Mode::Always), 2);
    QCOMPARE(statementsOf(Mode::Never), RowCount);
}

QTEST_GUILESS_MAIN(tst_MultiRowInsert_Servers)

#include "tst_multirowinsert_servers.moc"
