// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "timespecs.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>

#include <QtCore/qdatetime.h>
#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

/// What a value means must not depend on the values that the statement was executed with before.
class tst_ParameterTypes_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void typesLeaveNothingBehind_data();
    void typesLeaveNothingBehind();
    void explicitStatementForgetsTypes_data() { addRows(); }
    void explicitStatementForgetsTypes();
    void batchForgetsTypes_data() { addRows(); }
    void batchForgetsTypes();
    void batchOfManyTypes_data() { addRows(); }
    void batchOfManyTypes();
    void sameTypesArePreparedOnce_data() { addRows(); }
    void sameTypesArePreparedOnce();
    void nullsOfAnInsertArePreparedOnce_data() { addRows(); }
    void nullsOfAnInsertArePreparedOnce();
};

namespace {

struct Value
{
    const char *name;
    QVariant value;
};

const QList<Value> &values()
{
    static const QDateTime moment(QDate(2026, 1, 2), QTime(3, 4, 5), Tests::Utc);
    static const QList<Value> all = {
        {"int 0", 0},
        {"int 5", 5},
        {"bool", true},
        {"qlonglong", QVariant::fromValue(-3LL)},
        {"uint", 5u},
        {"qulonglong", QVariant::fromValue(18446744073709551615ULL)},
        {"double 2.5", 2.5},
        {"text 007", u"007"_s},
        {"text 1.5", u"1.5"_s},
        {"text 1.0", u"1.0"_s},
        {"bytes 1.25", "1.25"_ba},
        {"text -3", u"-3"_s},
        {"text 1e1", u"1e1"_s},
        {"text 18446744073709551615", u"18446744073709551615"_s},
        {"text anything", u"anything"_s},
        {"text moment", u"2026-01-02 03:04:05"_s},
        {"date", QDate(2026, 1, 2)},
        {"time", QTime(3, 4, 5)},
        {"moment", moment},
        {"null", QVariant()},
    };
    return all;
}

struct Shape
{
    const char *name;
    /// \c % stands for what makes the text a new one.
    const char *sql;
};

constexpr Shape Shapes[] = {
    {"VARCHAR = ?", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE tok = ?"},
    {"INT = ?", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE n = ?"},
    {"INT UNSIGNED < ?", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE u < ?"},
    {"DECIMAL = ?", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE d = ?"},
    {"DATETIME = ?", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE w = ?"},
    {"TIME >= ?", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE c >= ?"},
    {"DATE IN (?)", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE day IN (?)"},
    {"? IS NULL", "SELECT %? IS NULL, ? IS NOT NULL"},
    {"SELECT ?", "SELECT %?"},
    {"? + 1", "SELECT %? + 1"},
    {"INT + ?", "SELECT %n + ? FROM t WHERE id = 2"},
    {"CONCAT", "SELECT %CONCAT(?, 'x')"},
    {"COALESCE", "SELECT %COALESCE(?, 1.50)"},
    {"COALESCE of INT", "SELECT %COALESCE(?, n) FROM t WHERE id = 2"},
    {"CASE", "SELECT %CASE WHEN id = 2 THEN ? ELSE tok END FROM t ORDER BY id"},
    {"LIKE", "SELECT %GROUP_CONCAT(id ORDER BY id) FROM t WHERE tok LIKE ?"},
    {"INSERT VARCHAR", "INSERT %INTO kv (v) VALUES (?)"},
    {"INSERT DECIMAL", "INSERT %INTO kv (d) VALUES (?)"},
    {"INSERT expression", "INSERT %INTO kv (v) VALUES (COALESCE(?, 1.50))"},
    {"UPDATE", "UPDATE %kv SET v = ? WHERE id = 1"},
};

QString textOf(const Shape &shape)
{
    static int count = 0;
    return QString::fromLatin1(shape.sql).replace(u'%', u"/* %1 */ "_s.arg(++count));
}

QVariantList parametersFor(const QString &sql, const QVariant &value)
{
    return QVariantList(sql.count(u'?'), value);
}

/// The rows as text, or the error; for a statement that writes, what it wrote.
QStringList resultOf(const OutcomePointer &outcome, const OutcomePointer &written)
{
    if (outcome->error)
        return {u"error %1"_s.arg(outcome->error.serverErrorNumber())};
    QStringList cells;
    for (const QStringList &row : (written ? written : outcome)->rows())
        cells += row;
    return cells;
}

class Execution
{
public:
    Execution(Connection *connection, const QString &sql, const QVariant &value)
        : m_outcome(Fake::watch(connection->execute(sql, parametersFor(sql, value))))
    {
        // Strict or not, what is stored shows how the value was understood.
        if (sql.startsWith("INSERT"_L1))
            m_written = Fake::watch(
                connection->execute(u"SELECT v, d FROM kv ORDER BY id DESC LIMIT 1"_s));
        else if (sql.startsWith("UPDATE"_L1))
            m_written = Fake::watch(connection->execute(u"SELECT v FROM kv WHERE id = 1"_s));
    }

    QList<OutcomePointer> outcomes() const
    {
        return m_written ? QList{m_outcome, m_written} : QList{m_outcome};
    }
    QStringList result() const { return resultOf(m_outcome, m_written); }

private:
    OutcomePointer m_outcome;
    OutcomePointer m_written;
};

bool makeTables(Connection *connection)
{
    const QStringList statements = {
        u"SET sql_mode = ''"_s,
        u"CREATE TABLE t (id INT PRIMARY KEY, tok VARCHAR(50), n INT, u INT UNSIGNED, "
        "d DECIMAL(10,2), w DATETIME, c TIME, day DATE)"_s,
        u"INSERT INTO t VALUES (1, 'anything', 0, 0, 0, '2026-01-02 03:04:05', '03:04:05', "
        "'2026-01-02'), (2, '007', 5, 5, 5, '2026-01-02', '00:00:05', '2000-01-01'), "
        "(3, '5', 7, 4294967295, 2.5, '2000-01-01', '00:00:00', NULL), "
        "(4, '1.5', 1, 1, 1.25, NULL, NULL, NULL), (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
        "(6, '2026-01-02', -3, 7, -3, NULL, NULL, NULL), (7, '03:04:05', 2, 2, 1.5, NULL, NULL, "
        "NULL), (8, '', 3, 3, 1, NULL, NULL, NULL)"_s,
        u"CREATE TABLE kv (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(50), d DECIMAL(20,2))"_s,
        u"INSERT INTO kv (v) VALUES ('first')"_s};
    for (const QString &sql : statements) {
        if (!finishedOf(connection->execute(sql))->succeeded())
            return false;
    }
    return true;
}

QList<QStringList> stored(Connection *connection, const QString &columns)
{
    return rowsOf(
        connection->execute(u"SELECT %1 FROM kv WHERE id > 1 ORDER BY id"_s.arg(columns)));
}

/// Without those that the server makes of its own.
int preparations(const Connection &connection)
{
    return int(connection.statementCacheStatistics().misses);
}

} // namespace

void tst_ParameterTypes_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_ParameterTypes_Servers::typesLeaveNothingBehind_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<int>("shape");
    for (const Server &server : serversFor(any)) {
        for (int shape = 0; shape < int(std::size(Shapes)); ++shape) {
            QTest::addRow("%s, %s", qPrintable(server.name), Shapes[shape].name) << server << shape;
        }
    }
}

void tst_ParameterTypes_Servers::typesLeaveNothingBehind()
{
    QFETCH(Server, server);
    QFETCH(int, shape);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setStatementCacheSize(2000);
    Connection connection(options);
    QVERIFY(makeTables(&connection));

    // Each with a text of its own: nothing was executed before it.
    QList<Execution> alone;
    QList<OutcomePointer> outcomes;
    for (const Value &value : values()) {
        alone.append(Execution(&connection, textOf(Shapes[shape]), value.value));
        outcomes += alone.constLast().outcomes();
    }
    QList<Execution> behind;
    for (const Value &first : values()) {
        for (const Value &second : values()) {
            const QString sql = textOf(Shapes[shape]);
            outcomes += Execution(&connection, sql, first.value).outcomes();
            behind.append(Execution(&connection, sql, second.value));
            outcomes += behind.constLast().outcomes();
        }
    }
    QVERIFY(areFinished(outcomes));
    QStringList differences;
    for (qsizetype i = 0; i < behind.size(); ++i) {
        const qsizetype second = i % values().size();
        if (behind[i].result() == alone[second].result())
            continue;
        differences.append(u"%1 behind %2: %3 instead of %4"_s.arg(
            QString::fromLatin1(values()[second].name),
            QString::fromLatin1(values()[i / values().size()].name), behind[i].result().join(u'|'),
            alone[second].result().join(u'|')));
    }
    QVERIFY2(differences.isEmpty(), qPrintable(differences.join(u'\n')));
}

void tst_ParameterTypes_Servers::explicitStatementForgetsTypes()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTables(&connection));
    const std::unique_ptr<PreparedStatement> find(
        connection.prepare(u"SELECT id FROM t WHERE tok = ?"_s));
    const std::unique_ptr<PreparedStatement> insert(
        connection.prepare(u"INSERT INTO kv (v) VALUES (?)"_s));
    VERIFY_DONE(find->execute({0}));
    QCOMPARE(rowsOf(find->execute({u"nothing"_s})), QList<QStringList>());
    QCOMPARE(rowsOf(find->execute({u"anything"_s})), one(u"1"_s));
    VERIFY_DONE(insert->execute({QTime(1, 2, 3)}));
    VERIFY_DONE(insert->execute({5}));
    VERIFY_DONE(insert->execute({u"007"_s}));
    VERIFY_DONE(insert->execute({QVariant()}));
    VERIFY_DONE(insert->execute({2.5}));
    VERIFY_DONE(insert->execute({"x"_ba}));
    QCOMPARE(stored(&connection, u"COALESCE(LEFT(v, 8), '-')"_s),
             (QList<QStringList>{
                 {u"01:02:03"_s}, {u"5"_s}, {u"007"_s}, {u"-"_s}, {u"2.5"_s}, {u"x"_s}}));
}

void tst_ParameterTypes_Servers::batchForgetsTypes()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTables(&connection));
    const QList<QVariantList> rows
        = {{5, 1},      {u"007"_s, 2.5},     {QTime(1, 2, 3), QVariant()},
           {6, u"3"_s}, {QVariant(), 4u},    {u"008"_s, 1.25},
           {7, 8},      {u"009"_s, u"1.5"_s}};
    VERIFY_DONE(connection.executeBatch(u"INSERT INTO kv (v, d) VALUES (?, ?)"_s, rows));
    QCOMPARE(stored(&connection, u"COALESCE(LEFT(v, 8), '-'), COALESCE(d, '-')"_s),
             (QList<QStringList>{{u"5"_s, u"1.00"_s},
                                 {u"007"_s, u"2.50"_s},
                                 {u"01:02:03"_s, u"-"_s},
                                 {u"6"_s, u"3.00"_s},
                                 {u"-"_s, u"4.00"_s},
                                 {u"008"_s, u"1.25"_s},
                                 {u"7"_s, u"8.00"_s},
                                 {u"009"_s, u"1.50"_s}}));
}

/// More combinations of types than a server keeps statements for.
void tst_ParameterTypes_Servers::batchOfManyTypes()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTables(&connection));
    const QList<QVariantList> kinds
        = {{5, u"5"_s},     {5u, u"5"_s},     {u"007"_s, u"007"_s},
           {2.5, u"2.5"_s}, {"x"_ba, u"x"_s}, {QDate(2026, 1, 2), u"2026-01-02"_s}};
    QList<QVariantList> rows;
    QList<QStringList> expected;
    for (int i = 0; i < 200; ++i) {
        const QVariantList &v = kinds[i % 6];
        rows.append({v[0], kinds[i / 6 % 6][0], kinds[i / 36 % 6][0]});
        expected.append(
            {v[1].toString(), kinds[i / 6 % 6][1].toString(), kinds[i / 36 % 6][1].toString()});
    }
    VERIFY_DONE(connection.execute(u"CREATE TABLE many (id INT PRIMARY KEY AUTO_INCREMENT, "
                                   "a VARCHAR(50), b VARCHAR(50), c VARCHAR(50))"_s));
    VERIFY_DONE(connection.executeBatch(u"INSERT INTO many (a, b, c) VALUES (?, ?, ?)"_s, rows));
    QCOMPARE(rowsOf(connection.execute(u"SELECT a, b, c FROM many ORDER BY id"_s)), expected);
    QList<OutcomePointer> outcomes;
    for (const QVariantList &row : rows)
        outcomes.append(
            Fake::watch(connection.execute(u"SELECT CONCAT(?, ' ', ?, ' ', ?)"_s, row)));
    QVERIFY(areFinished(outcomes));
    for (qsizetype i = 0; i < outcomes.size(); ++i) {
        QVERIFY2(outcomes[i]->succeeded(), Fake::describe(outcomes[i]).constData());
        QCOMPARE(outcomes[i]->rows(), one(expected[i].join(u' ')));
    }
}

void tst_ParameterTypes_Servers::sameTypesArePreparedOnce()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTables(&connection));
    const int before = preparations(connection);
    for (int i = 0; i < 10; ++i)
        VERIFY_DONE(connection.execute(u"SELECT id FROM t WHERE tok = ? AND n = ?"_s,
                                       {u"text %1"_s.arg(i), i}));
    QCOMPARE(preparations(connection) - before, 1);
    for (int i = 0; i < 10; ++i) {
        VERIFY_DONE(connection.execute(u"SELECT id FROM t WHERE n = ?"_s, {i}));
        VERIFY_DONE(connection.execute(u"SELECT id FROM t WHERE n = ?"_s, {i / 2.0}));
    }
    // On MySQL one for each of the two types.
    QCOMPARE(preparations(connection) - before, server.isMySql ? 3 : 2);
}

/// Columns that can be NULL in any combination.
void tst_ParameterTypes_Servers::nullsOfAnInsertArePreparedOnce()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeTables(&connection));
    const int before = preparations(connection);
    for (int i = 0; i < 4; ++i) {
        VERIFY_DONE(connection.execute(
            u"INSERT INTO kv (v, d) VALUES (?, ?)"_s,
            {i & 1 ? QVariant(u"text"_s) : QVariant(), i & 2 ? QVariant(2.5) : QVariant()}));
    }
    QCOMPARE(preparations(connection) - before, 1);
    QCOMPARE(
        stored(&connection, u"COALESCE(v, '-'), COALESCE(d, '-')"_s),
        (QList<QStringList>{
            {u"-"_s, u"-"_s}, {u"text"_s, u"-"_s}, {u"-"_s, u"2.50"_s}, {u"text"_s, u"2.50"_s}}));
}

QTEST_GUILESS_MAIN(tst_ParameterTypes_Servers)

#include "tst_parametertypes_servers.moc"
