// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "articles.h"
#include "eventwait.h"
#include "rowbytes.h"
#include "shareddatabases.h"

#include <AsyncMySql/Pool>

#include <QtCore/qset.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Mode = QueryModel::ReadMode;

namespace {

using Servers::rowsOf;

QStringList rowsOf(const QueryModel &model)
{
    QStringList rows;
    for (int i = 0; i < model.count(); ++i)
        rows.append(bytesOf(model.row(i)));
    return rows;
}

bool isLoaded(const QueryModel &model)
{
    return waitUntil([&] { return !model.isLoading(); });
}

/// Scrolls to the end.
bool readAll(QueryModel *model)
{
    while (isLoaded(*model) && !model->error() && !model->isComplete()) {
        if (!model->canFetchMore({}))
            return false;
        model->fetchMore({});
    }
    if (model->error())
        qWarning("%s", qPrintable(model->error().message()));
    return !model->error();
}

/// For the statements of statementsAreReadWhole().
bool makeTables(Connection *connection)
{
    QStringList rows;
    for (int i = 1; i <= 40; ++i) {
        rows.append(u"(%1, 'unique %1', 'name %2', %3, %4, %5, %6)"_s.arg(i)
                        .arg(i % 13)
                        .arg(i % 5)
                        .arg(i % 4 == 0 ? u"NULL"_s : QString::number(i % 7))
                        .arg(i % 3 / 7.0)
                        .arg(i * 2));
    }
    for (const QString &sql :
         {u"CREATE TABLE t (id INT PRIMARY KEY DEFAULT 1, u VARCHAR(20) NOT NULL DEFAULT 'x' "
          "UNIQUE, s VARCHAR(40) NOT NULL, n INT NOT NULL, w INT, f DOUBLE NOT NULL, `limit` INT, "
          "KEY n (n), KEY s (s), KEY w (w), KEY f (f)) ENGINE=InnoDB"_s,
          u"INSERT INTO t VALUES "_s + rows.join(u','), u"CREATE VIEW v AS SELECT id, s FROM t"_s,
          u"CREATE TABLE keyless AS SELECT id, s FROM t"_s,
          u"CREATE TABLE nullable (id INT UNIQUE)"_s,
          u"INSERT INTO nullable VALUES (1), (NULL), (NULL), (2), (NULL)"_s,
          u"CREATE TABLE prefixed (s VARCHAR(20) NOT NULL, UNIQUE KEY (s(3)))"_s,
          u"INSERT INTO prefixed VALUES ('abcd'), ('bcde'), ('cdef'), ('d')"_s,
          u"CREATE TABLE divided (id INT PRIMARY KEY) PARTITION BY KEY (id) PARTITIONS 2"_s,
          u"INSERT INTO divided SELECT id FROM t"_s,
          u"CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN 2 * n"_s}) {
        const OutcomePointer outcome = finishedOf(connection->execute(sql));
        if (!outcome->succeeded()) {
            qWarning("%s", Fake::describe(outcome).constData());
            return false;
        }
    }
    return true;
}

QStringList sorted(QStringList list)
{
    std::sort(list.begin(), list.end());
    return list;
}

} // namespace

class tst_QueryModelPages_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pagesAreAllRows_data();
    void pagesAreAllRows();
    void statementsAreReadWhole_data();
    void statementsAreReadWhole();
    void pagesAreRangesOfAnIndex_data() { addRows(); }
    void pagesAreRangesOfAnIndex();
    void tableCanBeAlteredWhileAModelIsHalfRead_data() { addRows(); }
    void tableCanBeAlteredWhileAModelIsHalfRead();
    void keysThatHaveChangedAreAskedForAgain_data() { addRows(); }
    void keysThatHaveChangedAreAskedForAgain();
    void halfReadModelUsesNoSessionOfAPool_data() { addRows(); }
    void halfReadModelUsesNoSessionOfAPool();
    void rowLargerThanAnyResultIsRead_data() { addRows(); }
    void rowLargerThanAnyResultIsRead();
    void otherCharacterSetsOfTheSessionDoNotMatter_data() { addRows(); }
    void otherCharacterSetsOfTheSessionDoNotMatter();
    void changedRowsAreNeitherLostNorRepeated_data() { addRows(); }
    void changedRowsAreNeitherLostNorRepeated();
    void refreshedPagesShowWhatIsDifferent_data() { addRows(); }
    void refreshedPagesShowWhatIsDifferent();
    void sortedAndFilteredPagesAreAllRows_data() { addRows(); }
    void sortedAndFilteredPagesAreAllRows();

private:
    SharedDatabases m_ofTypes;
    SharedDatabases m_ofStatements;
    QSet<QString> m_haveTables;
};

void tst_QueryModelPages_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

#define VERIFY_RUNS(executor, sql) VERIFY_DONE((executor).execute(sql))

void tst_QueryModelPages_Servers::pagesAreAllRows_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("columns");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("values");
    QTest::addColumn<bool>("isPaged");
    for (const Server &server : all()) {
        const auto row = [&](const char *name, const QString &type, const QString &values,
                             bool isPaged = true) {
            QTest::addRow("%s %s", qPrintable(server.name), name)
                << server << u"k "_s + type + u" NOT NULL"_s << u"k"_s << values << isPaged;
        };
        row("tinyint", u"TINYINT"_s, u"(-128),(-1),(0),(1),(127)"_s);
        row("int unsigned", u"INT UNSIGNED ZEROFILL"_s, u"(0),(1),(7),(4294967295)"_s);
        row("bigint", u"BIGINT"_s,
            u"(-9223372036854775808),(-1),(0),(9007199254740993),(9007199254740992),"
            "(9223372036854775807)"_s);
        row("bigint unsigned", u"BIGINT UNSIGNED"_s,
            u"(0),(1),(9223372036854775807),(9223372036854775808),(18446744073709551614),"
            "(18446744073709551615)"_s);
        row("decimal", u"DECIMAL(40,10)"_s,
            u"(-123456789012345678901234567890.0000000001),"
            "(-123456789012345678901234567890.0000000002),(0),(0.0000000001),(-0.0000000001),"
            "(123456789012345678901234567890.1234567891),"
            "(123456789012345678901234567890.1234567890)"_s);
        row("date", u"DATE"_s,
            u"('0000-00-00'),('2024-00-00'),('2024-00-15'),('2024-01-00'),('2024-01-01'),"
            "('1000-01-01'),('9999-12-31'),('0001-01-01'),('2023-02-29'),('2024-02-30')"_s);
        row("datetime", u"DATETIME(6)"_s,
            u"('0000-00-00'),('2024-00-15 01:02:03.000004'),('2024-01-01'),"
            "('2024-01-01 00:00:00.000001'),('2024-01-01 00:00:00.000002'),"
            "('9999-12-31 23:59:59.999999')"_s);
        row("timestamp", u"TIMESTAMP(3)"_s,
            u"('0000-00-00'),('2024-10-27 00:30:00'),('2024-10-27 01:30:00.001'),"
            "('2024-10-27 01:30:00.002'),('2038-01-19 03:14:07')"_s);
        row("time", u"TIME(6)"_s,
            u"('-838:59:59'),('-00:00:00.000001'),('00:00:00'),('-10:00:00'),('09:00:00'),"
            "('100:00:00.5'),('838:59:59')"_s);
        row("year", u"YEAR"_s, u"('0000'),(1901),(1999),(2000),(2001),(2155)"_s);
        row("bit", u"BIT(64)"_s,
            u"(0),(1),(255),(256),(9223372036854775808),(18446744073709551615)"_s);
        row("binary", u"BINARY(3)"_s, u"(x''),(x'0001'),(x'27'),(x'5c'),(x'ffffff')"_s);
        row("varbinary", u"VARBINARY(5)"_s,
            u"(x''),(x'00'),(x'0000'),(x'20'),(x'2700'),(x'5c27'),(x'61'),(x'ffffff')"_s);
        const QString texts = u"(''),('a'),('b'),('a b'),('a\\tb'),('it''s'),('\\\\'),('\\\\\\''),"
                              "('\u00e4'),('\u00df'),('ss'),('z'),('%'),('?'),('\"')"_s;
        const QString more = texts + u",('\U0001F600'),('\U0001F601'),('\u4e2d')"_s;
        const QString newest = server.isMySql             ? u"utf8mb4_0900_ai_ci"_s
                               : server.isAtLeast(10, 10) ? u"utf8mb4_uca1400_as_ci"_s
                                                          : u"utf8mb4_unicode_520_ci"_s;
        row("varchar bin", u"VARCHAR(20) COLLATE utf8mb4_bin"_s, more);
        row("varchar general", u"VARCHAR(20) COLLATE utf8mb4_general_ci"_s,
            u"('a'),('b'),('B b'),('c'),('\u4e2d'),('Z'),('_')"_s);
        row("varchar newest", u"VARCHAR(20) COLLATE "_s + newest,
            u"('a'),('b'),('B b'),('c'),('\u4e2d'),('Z'),('_'),('\u0153'),('\u00e9')"_s);
        row("char latin1", u"CHAR(20) CHARACTER SET latin1 COLLATE latin1_bin"_s, texts);
        row("char utf8mb3", u"CHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin"_s, texts);
        row("long varchar", u"VARCHAR(500) COLLATE utf8mb4_bin"_s, texts, false);
        row("sjis", u"VARCHAR(20) CHARACTER SET sjis COLLATE sjis_bin"_s,
            u"('a'),('b'),('\u4e2d')"_s, false);
        row("enum", u"ENUM('z','y','a','b')"_s, u"('a'),('b'),('y'),('z')"_s, false);
        row("set", u"SET('z','y','a')"_s, u"(''),('z'),('z,y'),('a'),('z,a')"_s, false);
        row("double", u"DOUBLE"_s, u"(0.1),(0.2),(0.30000000000000004),(-1e300)"_s, false);
        row("float", u"FLOAT"_s, u"(0.1),(0.2),(16777216),(-3)"_s, false);
        if (!server.isMySql) {
            // Halves of surrogate pairs, which no QString can return.
            row("surrogates", u"VARCHAR(20) COLLATE utf8mb4_bin"_s,
                u"(x'61'),(x'61eda080'),(x'61edb080'),(x'61ee8080'),(x'61efbfbd'),(x'62')"_s);
            row("char nopad", u"CHAR(20) COLLATE utf8mb4_nopad_bin"_s,
                u"('a'),('a\\t'),('a\\n'),('a!')"_s, false);
            row("uuid", u"UUID"_s,
                u"('00000000-0000-0000-0000-000000000001'),"
                "('ffffffff-0000-0000-0000-000000000000'),"
                "('123e4567-e89b-12d3-a456-426655440000'),"
                "('123e4567-e89b-12d3-a456-426655440001')"_s);
            row("inet6", u"INET6"_s, u"('::'),('::1'),('2001:db8::ff00:42:8329'),('ffff::')"_s);
        }
        const auto composite = [&](const char *name, const QString &columns, const QString &key,
                                   const QString &values, bool isPaged = true) {
            QTest::addRow("%s %s", qPrintable(server.name), name)
                << server << columns << key << values << isPaged;
        };
        composite("two columns", u"a INT NOT NULL, b VARCHAR(20) NOT NULL"_s, u"a, b"_s,
                  u"(1,'a'),(1,'b'),(1,'c'),(2,'a'),(2,'b'),(3,'')"_s);
        composite("three columns", u"a YEAR NOT NULL, b DECIMAL(5,2) NOT NULL, c DATE NOT NULL"_s,
                  u"a, b, c"_s,
                  u"('0000',1,'2024-01-01'),('0000',1,'0000-00-00'),('0000',1,'2024-00-00'),"
                  "('0000',1.5,'2024-01-01'),(2000,1,'2024-01-01'),(2000,1,'2024-01-02'),"
                  "(2001,-1,'2024-01-01')"_s);
        composite("with an enum", u"a INT NOT NULL, b ENUM('y','x') NOT NULL"_s, u"a, b"_s,
                  u"(1,'x'),(1,'y'),(2,'x')"_s, false);
    }
}

void tst_QueryModelPages_Servers::pagesAreAllRows()
{
    QFETCH(Server, server);
    QFETCH(QString, columns);
    QFETCH(QString, key);
    QFETCH(QString, values);
    QFETCH(bool, isPaged);
    Connection connection(Servers::options(server, m_ofTypes.of(server)));
    VERIFY_RUNS(connection, u"DROP TABLE IF EXISTS t"_s);
    VERIFY_RUNS(connection, u"SET sql_mode = 'ALLOW_INVALID_DATES'"_s);
    VERIFY_RUNS(connection, u"CREATE TABLE t ("_s + columns + u", PRIMARY KEY ("_s + key + u"))"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t VALUES "_s + values);
    VERIFY_RUNS(connection, u"SET sql_mode = DEFAULT"_s);
    const QStringList names = key.split(u", "_s);
    // The pages of a statement with parameters are prepared.
    for (const bool isPrepared : {false, true}) {
        const QString sql = isPrepared ? u"SELECT * FROM t WHERE 1 = ?"_s : u"SELECT * FROM t"_s;
        const QVariantList parameters = isPrepared ? QVariantList{1} : QVariantList();
        for (const bool descends : {false, true}) {
            const QString order = descends ? names.join(u" DESC, "_s) + u" DESC"_s : key;
            const QString ordered = sql + u" ORDER BY "_s + order;
            const OutcomePointer whole = finishedOf(connection.execute(ordered, parameters));
            QVERIFY(whole->succeeded());
            const QStringList expected = rowsOf(whole->results.constFirst());
            QVERIFY(expected.size() >= 3);
            const QList<int> sizes
                = isPrepared ? QList<int>({1, 3}) : QList<int>({1, 2, 3, 7, 256});
            for (const int size : sizes) {
                QueryModel model;
                model.setFetchSize(size);
                model.setExecutor(&connection);
                model.setSql(isPaged && !descends ? sql : ordered);
                model.setParameters(parameters);
                QVERIFY(readAll(&model));
                QCOMPARE(model.isPaged(), isPaged);
                QCOMPARE(rowsOf(model), expected);
            }
        }
    }
}

void tst_QueryModelPages_Servers::statementsAreReadWhole_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("isPaged");
    QTest::addColumn<bool>("isOrdered");
    for (const Server &server : all()) {
        const auto row = [&](const QString &sql, bool isPaged, bool isOrdered = false) {
            QTest::addRow("%s %s", qPrintable(server.name), qPrintable(sql))
                << server << sql << isPaged << isOrdered;
        };
        // Pages
        row(u"SELECT * FROM t"_s, true);
        row(u"select id from t where id > 3 or id < 2 -- a comment"_s, true);
        row(u"SELECT s, id FROM t AS x WHERE x.n % 2 = 0 # a comment\n ; /* another */"_s, true);
        row(u"SELECT x.* FROM `t` `x` WHERE s LIKE '%3%' AND s <> 'where order by'"_s, true);
        row(u"SELECT id AS no, -id AS id, n FROM t"_s, true);
        row(u"SELECT id, CONCAT(s, ';', n) AS text, n IN (1, 2, 3) FROM t"_s, true);
        row(u"SELECT id, TRIM(BOTH 'n' FROM s), SUBSTRING(s FROM 2 FOR 3) FROM t"_s, true);
        row(u"SELECT *, n FROM t ORDER BY id DESC"_s, true, true);
        row(u"SELECT * FROM t ORDER BY n"_s, true);
        row(u"SELECT id, n, s FROM t ORDER BY 2 DESC, 1 DESC"_s, true, true);
        row(u"SELECT id, s AS title FROM t ORDER BY title, id"_s, true, true);
        row(u"SELECT id, s AS title FROM t x ORDER BY x.s, x.id"_s, true, true);
        row(u"SELECT id, u FROM t ORDER BY u, f"_s, true, true);
        row(u"SELECT u FROM t"_s, true);
        row(u"SELECT id, `limit` FROM t WHERE `limit` > 10"_s, true);
        row(u"SELECT SQL_NO_CACHE id FROM t"_s, true);
        row(u"SELECT ALL (id), s FROM t WHERE (id > 1)"_s, true);
        row(u"SELECT id, CASE WHEN n > 3 THEN 'many' ELSE 'few' END FROM t"_s, true);
        // Streams
        row(u"SELECT s FROM t"_s, false);
        row(u"SELECT -id AS id, s FROM t"_s, false);
        row(u"SELECT id + 0 AS id FROM t"_s, false);
        row(u"SELECT MAX(id) AS id FROM t"_s, false);
        row(u"SELECT COUNT(*) FROM t WHERE id > 3"_s, false);
        row(u"SELECT DISTINCT id FROM t"_s, false);
        row(u"SELECT n, COUNT(*) FROM t GROUP BY n"_s, false);
        row(u"SELECT id FROM t LIMIT 5"_s, false);
        row(u"SELECT id, ROW_NUMBER() OVER (ORDER BY id) FROM t"_s, false);
        row(u"SELECT id FROM t UNION ALL SELECT id FROM t"_s, false);
        row(u"SELECT a.id, b.id FROM t a JOIN t b ON b.n = a.n"_s, false);
        row(u"SELECT a.id FROM t a, t b WHERE b.id < 3"_s, false);
        row(u"SELECT id, (SELECT MAX(id) FROM t) FROM t"_s, false);
        row(u"SELECT id FROM (SELECT id FROM t) d"_s, false);
        row(u"SELECT id FROM t WHERE id IN (SELECT n FROM t)"_s, false);
        row(u"SELECT id, DEFAULT(id) FROM t"_s, false);
        row(u"SELECT DEFAULT(u) AS id, s FROM t"_s, false);
        row(u"SELECT id, NOW() > '2000-01-01' FROM t"_s, false);
        row(u"SELECT id, CURRENT_TIMESTAMP > '2000-01-01' FROM t"_s, false);
        row(u"SELECT id, twice(n) FROM t"_s, false);
        row(u"SELECT id, @x FROM t"_s, false);
        row(u"SELECT id, s FROM t ORDER BY n + 1, id"_s, false, true);
        row(u"SELECT id, -n AS n FROM t ORDER BY n, id"_s, false, true);
        row(u"SELECT id, w FROM t ORDER BY w, id"_s, false, true);
        row(u"SELECT id, f FROM t ORDER BY f, id"_s, false, true);
        row(u"SELECT id, n FROM t ORDER BY n, id DESC"_s, false, true);
        row(u"SELECT * FROM v"_s, false);
        row(u"SELECT * FROM keyless"_s, false);
        row(u"SELECT * FROM nullable"_s, false);
        row(u"SELECT * FROM prefixed"_s, false);
        row(u"SELECT 1 AS id FROM DUAL"_s, false);
        row(u"SELECT id FROM divided PARTITION (p0)"_s, false);
        row(u"SELECT id FROM t USE INDEX (n)"_s, false);
        row(u"SELECT id /*!80000 , n */ FROM t"_s, false);
        row(u"SHOW COLUMNS FROM t"_s, false);
        row(u"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"_s,
            false);
    }
}

void tst_QueryModelPages_Servers::statementsAreReadWhole()
{
    QFETCH(Server, server);
    QFETCH(QString, sql);
    QFETCH(bool, isPaged);
    QFETCH(bool, isOrdered);
    Connection connection(Servers::options(server, m_ofStatements.of(server)));
    if (!m_haveTables.contains(server.name)) {
        QVERIFY(makeTables(&connection));
        m_haveTables.insert(server.name);
    }
    const OutcomePointer whole = finishedOf(connection.execute(sql));
    QVERIFY2(whole->succeeded(), Fake::describe(whole).constData());
    for (const int size : {1, 3, 256}) {
        QueryModel model;
        const Tester tester(&model);
        model.setFetchSize(size);
        model.setExecutor(&connection);
        model.setSql(sql);
        QVERIFY(readAll(&model));
        QCOMPARE(model.isPaged(), isPaged);
        if (isOrdered)
            QCOMPARE(rowsOf(model), rowsOf(whole->results.constFirst()));
        QCOMPARE(sorted(rowsOf(model)), sorted(rowsOf(whole->results.constFirst())));
        QCOMPARE(model.columnNames().size(), whole->results.constFirst().columns().size());
    }
}

namespace {

/// The rows and index entries that the session has read so far.
qint64 handlerReads(Connection *connection)
{
    const OutcomePointer outcome
        = finishedOf(connection->execute(u"SHOW SESSION STATUS LIKE 'Handler_read%'"_s));
    qint64 sum = 0;
    for (const Row &row : outcome->results.constFirst())
        sum += row.text(1).toLongLong();
    return sum;
}

} // namespace

void tst_QueryModelPages_Servers::pagesAreRangesOfAnIndex()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 20'000));
    VERIFY_RUNS(connection, u"ALTER TABLE articles ADD KEY (name)"_s);
    VERIFY_RUNS(connection, u"CREATE TABLE pairs (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY "
                            "(a, b)) SELECT id % 3 AS a, id AS b FROM articles"_s);
    VERIFY_RUNS(connection, u"ANALYZE TABLE articles, pairs"_s);
    for (const QString &sql :
         {u"SELECT * FROM articles"_s, u"SELECT * FROM articles WHERE stock >= 0 OR id > 5"_s,
          u"SELECT * FROM articles ORDER BY id DESC"_s, u"SELECT * FROM articles ORDER BY name"_s,
          u"SELECT * FROM articles ORDER BY name DESC"_s, u"SELECT * FROM pairs"_s,
          u"SELECT * FROM pairs ORDER BY a DESC, b DESC"_s}) {
        QueryModel model;
        model.setFetchSize(100);
        model.setExecutor(&connection);
        model.setSql(sql);
        VERIFY_LOADED(model);
        QVERIFY(model.isPaged());
        const qint64 before = handlerReads(&connection);
        const qint64 own = handlerReads(&connection) - before;
        // The last row that is read ahead of a page is 10,000 rows away from the first.
        model.setFetchSize(9'000);
        model.fetchMore({});
        VERIFY_LOADED(model);
        model.setFetchSize(100);
        const qint64 start = handlerReads(&connection);
        model.fetchMore({});
        VERIFY_LOADED(model);
        const qint64 reads = handlerReads(&connection) - start - own;
        QCOMPARE(model.count(), 9'200);
        QVERIFY2(reads < 300, qPrintable(u"%1: %2 reads"_s.arg(sql).arg(reads)));
    }
}

void tst_QueryModelPages_Servers::tableCanBeAlteredWhileAModelIsHalfRead()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Pool pool(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 1'000));
    for (Executor *executor :
         {static_cast<Executor *>(&connection), static_cast<Executor *>(&pool)}) {
        QueryModel all;
        QueryModel two;
        const Tester tester(&all);
        for (QueryModel *model : {&all, &two}) {
            model->setFetchSize(100);
            model->setExecutor(executor);
        }
        all.setSql(u"SELECT * FROM articles"_s);
        two.setSql(u"SELECT id, name FROM articles"_s);
        VERIFY_LOADED(all);
        VERIFY_LOADED(two);
        QVERIFY(all.isPaged() && two.isPaged());
        QCOMPARE(all.count(), 100);
        const int columns = all.columnCount();
        VERIFY_DONE(
            executor->execute(u"ALTER TABLE articles ADD COLUMN extra%1 INT"_s.arg(columns)));
        QSignalSpy resets(&two, &QueryModel::modelReset);
        two.fetchMore({});
        VERIFY_LOADED(two);
        QCOMPARE(two.count(), 200);
        QCOMPARE(resets.count(), 0);
        // Rows with another column do not go with the ones that are shown.
        all.fetchMore({});
        VERIFY_LOADED(all);
        QCOMPARE(all.count(), 200);
        QCOMPARE(all.columnCount(), columns + 1);
        QVERIFY(all.isPaged());
        QVERIFY(readAll(&all));
        QCOMPARE(all.count(), 1'000);
        // Without the key there are no further pages.
        VERIFY_DONE(executor->execute(u"ALTER TABLE articles DROP PRIMARY KEY"_s));
        QVERIFY(readAll(&two));
        QCOMPARE(two.count(), 1'000);
        QVERIFY(!two.isPaged());
        VERIFY_DONE(executor->execute(u"ALTER TABLE articles ADD PRIMARY KEY (id)"_s));
    }
}

void tst_QueryModelPages_Servers::keysThatHaveChangedAreAskedForAgain()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    for (
        const QString &change :
        {u"ALTER TABLE t DROP PRIMARY KEY, ADD INDEX (id)"_s,
         u"ALTER TABLE t MODIFY id ENUM('d', 'c', 'b', 'a', 'e') NOT NULL"_s,
         u"ALTER TABLE t ADD COLUMN b INT NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)"_s}) {
        VERIFY_RUNS(connection, u"CREATE TABLE t (id VARCHAR(20) NOT NULL PRIMARY KEY)"_s);
        VERIFY_RUNS(connection, u"INSERT INTO t VALUES ('a'), ('b'), ('c'), ('d'), ('e')"_s);
        for (const bool isRefreshed : {true, false}) {
            QueryModel model;
            const Tester tester(&model);
            model.setFetchSize(2);
            model.setExecutor(&connection);
            model.setSql(u"SELECT id FROM t"_s);
            QVERIFY(readAll(&model));
            QVERIFY(!isRefreshed || model.isPaged());
            if (isRefreshed) {
                VERIFY_RUNS(connection, change);
                if (change.contains(u"INDEX"_s))
                    VERIFY_RUNS(connection, u"INSERT INTO t SELECT * FROM t"_s);
                else if (change.contains(u"COLUMN"_s))
                    VERIFY_RUNS(connection, u"INSERT INTO t SELECT id, b + 1 FROM t"_s);
                model.refresh();
            }
            QVERIFY(readAll(&model));
            const OutcomePointer whole = finishedOf(connection.execute(u"SELECT id FROM t"_s));
            QCOMPARE(sorted(rowsOf(model)), sorted(rowsOf(whole->results.constFirst())));
            QVERIFY(!model.isPaged());
        }
        VERIFY_RUNS(connection, u"DROP TABLE t"_s);
    }
}

void tst_QueryModelPages_Servers::halfReadModelUsesNoSessionOfAPool()
{
    QFETCH(Server, server);
    const Database database(server);
    Pool pool(Servers::options(server, database));
    {
        Connection connection(Servers::options(server, database));
        QVERIFY(makeArticles(&connection, 1'000));
    }
    QueryModel model;
    model.setFetchSize(100);
    model.setExecutor(&pool);
    model.setSql(u"SELECT id, name, REPEAT('x', 20000) FROM articles"_s);
    VERIFY_LOADED(model);
    QCOMPARE(model.count(), 100);
    QVERIFY(!model.isComplete());
    QTRY_COMPARE(pool.statistics().inUse, 0);
}

/// As it is by a stream.
void tst_QueryModelPages_Servers::rowLargerThanAnyResultIsRead()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setMaximumResultSize(100'000);
    Connection connection(options);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY, note LONGTEXT)"_s);
    for (int i = 1; i <= 30; ++i) {
        VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (?, REPEAT('x', ?))"_s,
                                       {i, i % 17 == 0 ? 300'000 : 10}));
    }
    QueryModel model;
    model.setReadMode(Mode::Paged);
    model.setFetchSize(8);
    model.setExecutor(&connection);
    model.setSql(u"SELECT * FROM t"_s);
    QVERIFY(readAll(&model));
    QCOMPARE(model.count(), 30);
    QCOMPARE(model.row(16).bytes(1).size(), 300'000);
    QCOMPARE(model.row(29).value<int>(0), 30);
}

void tst_QueryModelPages_Servers::otherCharacterSetsOfTheSessionDoNotMatter()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_RUNS(connection, u"CREATE TABLE t (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE "
                            "utf8mb4_bin NOT NULL PRIMARY KEY)"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t VALUES ('a'), ('\u0436'), ('\u0436a'), ('\u044f'), "
                            "('\u0430'), ('\u00e4')"_s);
    const OutcomePointer whole = finishedOf(connection.execute(u"SELECT k FROM t ORDER BY k"_s));
    for (const QString &variable :
         {u"character_set_connection = latin1"_s, u"collation_connection = latin1_swedish_ci"_s}) {
        VERIFY_RUNS(connection, u"SET "_s + variable);
        for (const QString &sql : {u"SELECT k FROM t"_s, u"SELECT k FROM t WHERE 1 = ?"_s}) {
            QueryModel model;
            model.setFetchSize(1);
            model.setExecutor(&connection);
            model.setSql(sql);
            model.setParameters(sql.contains(u'?') ? QVariant(1) : QVariant());
            QVERIFY(readAll(&model));
            QVERIFY(model.isPaged());
            QCOMPARE(rowsOf(model), rowsOf(whole->results.constFirst()));
        }
    }
}

void tst_QueryModelPages_Servers::changedRowsAreNeitherLostNorRepeated()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 1'000));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(50);
    model.setExecutor(&connection);
    model.setSql(u"SELECT id FROM articles"_s);
    VERIFY_LOADED(model);
    // Between two pages rows go on both sides of their border, and others come.
    int page = 0;
    while (!model.isComplete()) {
        const int last = model.row(model.count() - 1).value<int>(0);
        VERIFY_RUNS(connection,
                    u"DELETE FROM articles WHERE id IN (%1, %2)"_s.arg(last).arg(last + 3));
        VERIFY_RUNS(connection,
                    u"INSERT INTO articles VALUES (%1, 'new', 1)"_s.arg(10'000 + ++page));
        model.fetchMore({});
        VERIFY_LOADED(model);
    }
    QStringList ids = column(model, 0);
    QCOMPARE(ids.removeDuplicates(), 0);
    const OutcomePointer rest = finishedOf(connection.execute(u"SELECT id FROM articles"_s));
    for (const Row &row : rest->results.constFirst())
        QVERIFY2(ids.contains(row.text(0)), qPrintable(row.text(0)));
}

void tst_QueryModelPages_Servers::refreshedPagesShowWhatIsDifferent()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 1'000));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(100);
    model.setExecutor(&connection);
    model.setSql(u"SELECT id, name FROM articles"_s);
    VERIFY_LOADED(model);
    model.fetchMore({});
    VERIFY_LOADED(model);
    VERIFY_RUNS(connection, u"DELETE FROM articles WHERE id IN (5, 150)"_s);
    VERIFY_RUNS(connection, u"UPDATE articles SET name = 'other' WHERE id = 120"_s);
    QSignalSpy resets(&model, &QueryModel::modelReset);
    QSignalSpy removals(&model, &QueryModel::rowsRemoved);
    QSignalSpy changes(&model, &QueryModel::dataChanged);
    model.refresh();
    VERIFY_LOADED(model);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(removals.count(), 2);
    QCOMPARE(changes.count(), 1);
    QVERIFY(model.isPaged());
    QVERIFY(readAll(&model));
    QCOMPARE(model.count(), 998);
}

void tst_QueryModelPages_Servers::sortedAndFilteredPagesAreAllRows()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 1'000));
    VERIFY_RUNS(connection, u"ALTER TABLE articles ADD KEY (name)"_s);
    for (const bool areNamed : {false, true}) {
        for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            for (const int sortColumn : {-1, 0, 1, 2}) {
                QStringList rows;
                for (const Mode mode : {Mode::Streamed, Mode::Automatic, Mode::Paged}) {
                    QueryModel model;
                    model.setFetchSize(70);
                    model.setReadMode(mode);
                    model.setExecutor(&connection);
                    model.setSql(areNamed
                                     ? u"SELECT id, name, stock FROM articles WHERE id > :from"_s
                                     : u"SELECT id, name, stock FROM articles WHERE id > ?"_s);
                    model.setParameters(areNamed ? QVariant(QVariantMap{{u"from"_s, 100}})
                                                 : QVariant(100));
                    model.sort(sortColumn, order);
                    model.setFilter(u"NAME"_s, QueryModel::FilterOperator::Contains, u"4"_s);
                    model.setFilter(u"stock"_s, QueryModel::FilterOperator::IsNotNull);
                    if (mode == Mode::Paged && sortColumn == 2) {
                        // NULL has no place in the order of the pages.
                        QVERIFY(isLoaded(model));
                        QCOMPARE(model.error().code(), Error::NotSupported);
                        continue;
                    }
                    QVERIFY(readAll(&model));
                    QCOMPARE(model.isPaged(), mode != Mode::Streamed && sortColumn != 2);
                    if (mode == Mode::Streamed)
                        rows = rowsOf(model);
                    QVERIFY(rows.size() > 100);
                    if (sortColumn < 0)
                        QCOMPARE(sorted(rowsOf(model)), sorted(rows));
                    else
                        QCOMPARE(rowsOf(model), rows);
                }
            }
        }
    }
}

QTEST_GUILESS_MAIN(tst_QueryModelPages_Servers)
#include "tst_querymodelpages_servers.moc"
