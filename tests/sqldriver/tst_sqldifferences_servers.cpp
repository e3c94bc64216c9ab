// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqldatabases.h"

#include <QtCore/qdatetime.h>
#include <QtSql/qsqldriver.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlfield.h>
#include <QtSql/qsqlindex.h>
#include <QtSql/qsqlrecord.h>
#include <QtTest/qtest.h>

#include <functional>

using namespace Servers;
using namespace Qt::StringLiterals;

/// Does the same with QMYSQL and with this driver, and compares what programs see of it.
class tst_SqlDifferences_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void values_data() { addRows(); }
    void values();
    void precisionPolicies_data() { addRows(); }
    void precisionPolicies();
    void fields_data() { addRows(); }
    void fields();
    void parameters_data() { addRows(); }
    void parameters();
    void errors_data() { addRows(); }
    void errors();
    void refusals_data() { addRows(); }
    void refusals();
    void positions_data() { addRows(); }
    void positions();
    void affectedRows_data() { addRows(); }
    void affectedRows();
    void severalResults_data() { addRows(); }
    void severalResults();
    void schema_data() { addRows(); }
    void schema();
    void transactions_data() { addRows(); }
    void transactions();
    void formatting_data() { addRows(); }
    void formatting();

private:
    using Probe = std::function<QStringList(const SqlDatabase &database)>;
    static void compare(const Probe &probe);
};

namespace {

QString describeError(const QSqlError &error)
{
    return u"%1|%2|%3|%4"_s.arg(error.type())
        .arg(error.driverText(), error.databaseText(), error.nativeErrorCode());
}

QString describeField(const QSqlField &field)
{
    // Later versions of Qt have no use for it, and deprecate it.
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    const int typeId = field.typeID();
#else
    const int typeId = 0;
#endif
    return u"%1.%2 %3 length %4 precision %5 type %6 required %7 auto %8"_s
        .arg(field.tableName(), field.name(), QString::fromLatin1(field.metaType().name()))
        .arg(field.length())
        .arg(field.precision())
        .arg(typeId)
        .arg(field.requiredStatus())
        .arg(field.isAutoValue());
}

const QStringList definitions = {
    u"t TINYINT"_s,
    u"ut TINYINT UNSIGNED"_s,
    u"s SMALLINT"_s,
    u"us SMALLINT UNSIGNED"_s,
    u"m MEDIUMINT"_s,
    u"i INT"_s,
    u"ui INT UNSIGNED"_s,
    u"b BIGINT"_s,
    u"ub BIGINT UNSIGNED"_s,
    u"y YEAR"_s,
    u"f FLOAT"_s,
    u"d DOUBLE"_s,
    u"de DECIMAL(20,5)"_s,
    u"c CHAR(10)"_s,
    u"v VARCHAR(20)"_s,
    u"vb VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"_s,
    u"te TEXT"_s,
    u"bi BINARY(4)"_s,
    u"vbi VARBINARY(10)"_s,
    u"bl BLOB"_s,
    u"lb LONGBLOB"_s,
    u"e ENUM('one','two')"_s,
    u"se SET('a','b')"_s,
    u"da DATE"_s,
    u"ti TIME"_s,
    u"dt DATETIME"_s,
    u"dt3 DATETIME(3)"_s,
    u"ts TIMESTAMP NULL"_s,
    u"j JSON"_s,
    u"bo BOOLEAN"_s,
};

bool makeTypes(const SqlDatabase &database)
{
    database.execute(u"DROP TABLE IF EXISTS types"_s);
    database.execute(u"CREATE TABLE types (id INT AUTO_INCREMENT PRIMARY KEY, %1)"_s.arg(
        definitions.join(u", "_s)));
    database.execute(
        u"INSERT INTO types VALUES (1, -5, 200, -300, 40000, -70000, -2000000000, 4000000000, "
        "-9000000000000000000, 18000000000000000000, 2024, 1.5, 2.25, 12345.67890, 'abc', "
        "'größe', 'bin', 'text', X'00FF01', X'0102', X'00FF', X'', 'two', 'a,b', '2024-02-29', "
        "'-100:30:15', '2024-02-29 12:34:56', '2024-02-29 12:34:56.789', '2024-07-01 00:00:01', "
        "'{\"a\": 1}', TRUE)"_s);
    return database.execute(u"INSERT INTO types (id) VALUES (2)"_s).isActive();
}

} // namespace

void tst_SqlDifferences_Servers::initTestCase()
{
    if (SqlDatabase::stock().isEmpty())
        QSKIP("QMYSQL is not installed");
}

void tst_SqlDifferences_Servers::compare(const Probe &probe)
{
    QFETCH(Server, server);
    QStringList results[2];
    int index = 0;
    for (const QString &driver : {SqlDatabase::stock(), SqlDatabase::ours()}) {
        const Database schema(server);
        const SqlDatabase database(server, schema.name(), driver);
        QVERIFY(database.database().isOpen());
        results[index] = probe(database);
        results[index++].replaceInStrings(schema.name(), u"schema"_s);
    }
    QVERIFY(!results[0].isEmpty());
    for (qsizetype i = 0; i < results[0].size() && i < results[1].size(); ++i)
        QCOMPARE(results[1][i], results[0][i]);
    QCOMPARE(results[1].size(), results[0].size());
}

void tst_SqlDifferences_Servers::values()
{
    compare([](const SqlDatabase &database) {
        makeTypes(database);
        QStringList seen;
        for (const bool forward : {false, true}) {
            for (const bool prepared : {false, true}) {
                QSqlQuery query = database.query();
                query.setForwardOnly(forward);
                const QString sql = u"SELECT * FROM types ORDER BY id"_s;
                if (prepared) {
                    query.prepare(sql);
                    query.exec();
                } else {
                    query.exec(sql);
                }
                while (query.next()) {
                    for (int column = 0; column < query.record().count(); ++column) {
                        seen.append(u"%1 %2 %3: %4"_s.arg(forward).arg(prepared).arg(
                            query.record().fieldName(column), describe(query.value(column))));
                    }
                }
            }
        }
        QSqlQuery zero = database.execute(
            u"SELECT CAST('0000-00-00' AS DATE), COUNT(*), SUM(i), AVG(i), MAX(dt), NULL, 1, 'x', "
            "1.5, NOW() IS NULL, CONCAT(MAX(i), 'a'), MAX(i) / 3 FROM types"_s);
        seen += rowsOf(&zero);
        return seen;
    });
}

void tst_SqlDifferences_Servers::precisionPolicies()
{
    compare([](const SqlDatabase &database) {
        makeTypes(database);
        QStringList seen;
        for (const QSql::NumericalPrecisionPolicy policy :
             {QSql::LowPrecisionInt32, QSql::LowPrecisionInt64, QSql::LowPrecisionDouble,
              QSql::HighPrecision}) {
            for (const bool prepared : {false, true}) {
                QSqlQuery query = database.query();
                query.setNumericalPrecisionPolicy(policy);
                query.prepare(u"SELECT d, de FROM types WHERE id = 1"_s);
                if (prepared)
                    query.exec();
                else
                    query.exec(u"SELECT f, d, de FROM types WHERE id = 1"_s);
                seen += rowsOf(&query);
            }
        }
        return seen;
    });
}

void tst_SqlDifferences_Servers::fields()
{
    compare([](const SqlDatabase &database) {
        makeTypes(database);
        QStringList seen;
        QSqlQuery query = database.execute(u"SELECT types.*, 1 + id AS sum FROM types"_s);
        for (int i = 0; i < query.record().count(); ++i)
            seen.append(describeField(query.record().field(i)));
        return seen;
    });
}

void tst_SqlDifferences_Servers::parameters()
{
    compare([](const SqlDatabase &database) {
        database.execute(u"CREATE TABLE p (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(100), "
                         "b BLOB, d DOUBLE, dt DATETIME(3), da DATE, ti TIME(3), n BIGINT)"_s);
        QStringList seen;
        QSqlQuery query = database.query();
        query.prepare(u"INSERT INTO p (v, b, d, dt, da, ti, n) VALUES (?, ?, ?, ?, ?, ?, ?)"_s);
        const QDateTime moment(QDate(2024, 3, 1), QTime(4, 5, 6, 789));
        const QList<QVariantList> rows = {
            {u"größe"_s, QByteArray("\0\xff", 2), 1.25, moment, moment.date(), moment.time(), 5},
            {QVariant(), QVariant(), QVariant(), QVariant(), QVariant(), QVariant(), QVariant()},
            {QString(), QByteArray(), 0.1F, moment.toUTC(), QDate(), QTime(), Q_INT64_C(1) << 60},
            {QString(u""_s), QByteArray(""), true, moment.addDays(1), u"2024-05-06"_s,
             u"-12:00:00"_s, 7u},
            {12, u"bytes"_s, u"3.5"_s, u"2024-05-06 07:08:09.1"_s, moment, u"01:02:03"_s, false},
        };
        for (const QVariantList &row : rows) {
            for (const QVariant &value : row)
                query.addBindValue(value);
            const bool done = query.exec();
            seen.append(u"%1 %2 %3"_s.arg(done)
                            .arg(query.numRowsAffected())
                            .arg(describe(query.lastInsertId())));
        }
        query.prepare(u"INSERT INTO p (v, n) VALUES (:name, :n), (:name, :n + 1)"_s);
        query.bindValue(u":n"_s, 40);
        query.bindValue(u":name"_s, u"twice"_s);
        seen.append(u"%1 %2"_s.arg(query.exec()).arg(query.numRowsAffected()));
        query.prepare(u"INSERT INTO p (v) VALUES (?)"_s);
        seen.append(u"without a value: %1"_s.arg(query.exec()));
        QSqlQuery all = database.execute(u"SELECT * FROM p ORDER BY id"_s);
        return seen + rowsOf(&all);
    });
}

void tst_SqlDifferences_Servers::errors()
{
    compare([](const SqlDatabase &database) {
        database.execute(u"CREATE TABLE e (id INT PRIMARY KEY)"_s);
        database.execute(u"INSERT INTO e VALUES (1)"_s);
        QStringList seen;
        for (const QString &sql : {u"SELEC 1"_s, u"SELECT * FROM missing"_s,
                                   u"SELECT missing FROM e"_s, u"INSERT INTO e VALUES (1)"_s}) {
            QSqlQuery query = database.query();
            seen.append(u"%1 %2"_s.arg(query.exec(sql)).arg(describeError(query.lastError())));
            seen.append(u"%1 %2"_s.arg(query.isActive()).arg(query.size()));
        }
        QSqlQuery query = database.query();
        seen.append(u"%1"_s.arg(query.prepare(u"SELECT * FROM missing WHERE a = ?"_s)));
        seen.append(describeError(query.lastError()));
        query.prepare(u"INSERT INTO e VALUES (?)"_s);
        query.addBindValue(1);
        seen.append(u"%1"_s.arg(query.exec()));
        seen.append(describeError(query.lastError()));
        return seen;
    });
}

void tst_SqlDifferences_Servers::refusals()
{
    compare([](const SqlDatabase &database) {
        QSqlDatabase db = database.database();
        const QString password = db.password();
        QStringList seen;
        const auto reopen = [&] {
            db.close();
            seen.append(u"%1 %2 %3"_s.arg(db.open()).arg(db.isOpenError()).arg(db.isOpen()));
            seen.append(describeError(db.lastError()));
        };
        db.setPassword(u"wrong"_s);
        reopen();
        db.setPassword(password);
        db.setDatabaseName(u"missing"_s);
        reopen();
        return seen;
    });
}

void tst_SqlDifferences_Servers::positions()
{
    compare([](const SqlDatabase &database) {
        database.execute(u"CREATE TABLE n (id INT PRIMARY KEY)"_s);
        database.execute(u"INSERT INTO n VALUES (1), (2), (3), (4), (5)"_s);
        QStringList seen;
        for (const bool forward : {false, true}) {
            for (const bool prepared : {false, true}) {
                QSqlQuery query = database.query();
                query.setForwardOnly(forward);
                query.prepare(u"SELECT id FROM n ORDER BY id"_s);
                if (prepared)
                    query.exec();
                else
                    query.exec(u"SELECT id FROM n ORDER BY id"_s);
                const auto note = [&](const char *what, bool done) {
                    seen.append(u"%1 %2: %3 at %4 valid %5 value %6"_s.arg(forward)
                                    .arg(QLatin1StringView(what))
                                    .arg(done)
                                    .arg(query.at())
                                    .arg(query.isValid())
                                    .arg(query.isValid() ? describe(query.value(0)) : QString()));
                };
                note("start", query.isActive());
                note("next", query.next());
                note("seek", query.seek(2));
                note("relative", query.seek(1, true));
                note("previous", query.previous());
                note("first", query.first());
                seen.append(u"last %1 at %2"_s.arg(query.last()).arg(query.at()));
                seen.append(u"behind %1 at %2"_s.arg(query.next()).arg(query.at()));
                seen.append(u"size %1"_s.arg(query.size()));
                query.finish();
                note("finished", query.isActive());
            }
        }
        return seen;
    });
}

void tst_SqlDifferences_Servers::affectedRows()
{
    compare([](const SqlDatabase &database) {
        QStringList seen;
        for (const QString &sql :
             {u"CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, v INT)"_s,
              u"INSERT INTO a (v) VALUES (1), (2), (3)"_s, u"UPDATE a SET v = 5"_s,
              u"UPDATE a SET v = 5"_s, u"SELECT * FROM a"_s, u"DELETE FROM a WHERE id = 1"_s,
              u"INSERT INTO a (id, v) VALUES (100, 1)"_s, u"DROP TABLE a"_s}) {
            QSqlQuery query = database.execute(sql);
            seen.append(u"%1: %2 affected, size %3, select %4, id %5"_s.arg(sql)
                            .arg(query.numRowsAffected())
                            .arg(query.size())
                            .arg(query.isSelect())
                            .arg(describe(query.lastInsertId())));
        }
        return seen;
    });
}

void tst_SqlDifferences_Servers::severalResults()
{
    compare([](const SqlDatabase &database) {
        QStringList seen;
        database.execute(u"CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2, 3; END"_s);
        for (const QString &sql : {u"SELECT 1; SELECT 2, 'b'; DO 0; SELECT 3"_s,
                                   u"SELECT 1; SELECT * FROM missing"_s, u"CALL p()"_s}) {
            QSqlQuery query = database.query();
            seen.append(u"%1: %2"_s.arg(sql).arg(query.exec(sql)));
            bool more = true;
            while (more) {
                seen.append(u"select %1 columns %2 size %3 affected %4"_s.arg(query.isSelect())
                                .arg(query.record().count())
                                .arg(query.size())
                                .arg(query.numRowsAffected()));
                if (query.isSelect())
                    seen += rowsOf(&query);
                more = query.nextResult();
            }
            seen.append(u"%1 %2"_s.arg(query.isActive()).arg(describeError(query.lastError())));
        }
        // What was not read does not matter to the next one.
        database.execute(u"SELECT 1; SELECT 2"_s);
        QSqlQuery last = database.execute(u"SELECT 3"_s);
        return seen + rowsOf(&last);
    });
}

void tst_SqlDifferences_Servers::schema()
{
    compare([](const SqlDatabase &database) {
        database.execute(u"CREATE TABLE one (a INT, b INT, c VARCHAR(10) NOT NULL, "
                         "PRIMARY KEY (b, a))"_s);
        database.execute(u"CREATE TABLE `two words` (id INT AUTO_INCREMENT PRIMARY KEY)"_s);
        database.execute(u"CREATE VIEW three AS SELECT a FROM one"_s);
        const QSqlDatabase db = database.database();
        QStringList seen;
        for (const QSql::TableType type : {QSql::Tables, QSql::Views, QSql::AllTables})
            seen.append(db.tables(type).join(u','));
        for (const QString &table :
             {u"one"_s, u"`one`"_s, u"two words"_s, u"three"_s, u"missing"_s}) {
            const QSqlRecord record = db.record(table);
            seen.append(u"%1: %2"_s.arg(table).arg(record.count()));
            for (int i = 0; i < record.count(); ++i)
                seen.append(describeField(record.field(i)));
            const QSqlIndex index = db.primaryIndex(table);
            seen.append(u"%1 %2"_s.arg(index.name(), index.cursorName()));
            for (int i = 0; i < index.count(); ++i)
                seen.append(describeField(index.field(i)));
        }
        return seen;
    });
}

void tst_SqlDifferences_Servers::transactions()
{
    compare([](const SqlDatabase &database) {
        database.execute(u"CREATE TABLE x (id INT PRIMARY KEY) ENGINE=InnoDB"_s);
        QSqlDatabase db = database.database();
        QStringList seen;
        for (const bool commit : {false, true}) {
            seen.append(u"%1"_s.arg(db.transaction()));
            database.execute(u"INSERT INTO x VALUES (1)"_s);
            seen.append(u"%1"_s.arg(commit ? db.commit() : db.rollback()));
            QSqlQuery count = database.execute(u"SELECT COUNT(*) FROM x"_s);
            seen += rowsOf(&count);
        }
        db.close();
        seen.append(u"%1 %2 %3"_s.arg(db.transaction()).arg(db.commit()).arg(db.rollback()));
        return seen;
    });
}

void tst_SqlDifferences_Servers::formatting()
{
    compare([](const SqlDatabase &database) {
        const QSqlDriver *driver = database.database().driver();
        QStringList seen;
        const QVariantList values = {
            u"it's a \\ \"quote\""_s,
            5,
            2.5,
            QVariant(QMetaType(QMetaType::QString)),
            QDateTime(QDate(2024, 1, 2), QTime(3, 4, 5)),
            QDate(2024, 1, 2),
            QTime(3, 4, 5),
            true,
            Q_INT64_C(5000000000),
        };
        for (const QVariant &value : values) {
            QSqlField field(u"f"_s, value.metaType());
            if (!value.isNull())
                field.setValue(value);
            seen.append(driver->formatValue(field));
        }
        for (const QString &name : {u"a"_s, u"a.b"_s, u"`a`"_s, u""_s, u"a b"_s}) {
            for (const auto type : {QSqlDriver::TableName, QSqlDriver::FieldName}) {
                seen.append(u"%1 %2 %3"_s.arg(driver->escapeIdentifier(name, type))
                                .arg(driver->isIdentifierEscaped(name, type))
                                .arg(driver->stripDelimiters(name, type)));
            }
        }
        for (int feature = QSqlDriver::Transactions; feature <= QSqlDriver::CancelQuery;
             ++feature) {
            if (feature != QSqlDriver::CancelQuery) {
                seen.append(u"%1 %2"_s.arg(feature).arg(
                    driver->hasFeature(static_cast<QSqlDriver::DriverFeature>(feature))));
            }
        }
        return seen;
    });
}

QTEST_GUILESS_MAIN(tst_SqlDifferences_Servers)

#include "tst_sqldifferences_servers.moc"
