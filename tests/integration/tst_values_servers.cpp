// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/quuid.h>
#include <QtTest/qtest.h>

#include <limits>
#include <map>
#include <optional>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Type = Column::Type;
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

Q_DECLARE_METATYPE(TimePoint)
Q_DECLARE_METATYPE(std::chrono::microseconds)

class tst_Values_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void valueComesBackAsItWent_data();
    void valueComesBackAsItWent();
    void nullIsNullOfTheColumnsType_data();
    void nullIsNullOfTheColumnsType();
    void zeroDatesAreInvalidAndNotNull_data();
    void zeroDatesAreInvalidAndNotNull();
    void microsecondsAreKept_data() { addRows(); }
    void microsecondsAreKept();
    void timesBeyondADayAreKept_data() { addRows(); }
    void timesBeyondADayAreKept();
    void geometryIsItsBytes_data() { addRows(); }
    void geometryIsItsBytes();
    void setIsAListOfMembers_data() { addRows(); }
    void setIsAListOfMembers();
    void cleanupTestCase() { m_connections.clear(); }

private:
    Connection &connectionTo(const Server &server);
    std::optional<Result> select(const Server &server, const QString &sql,
                                 const QVariantList &parameters = {});
    bool makeTable(const Server &server, const QString &declaration);

    std::map<QString, std::unique_ptr<Connection>> m_connections;
    std::map<QString, std::unique_ptr<Database>> m_databases;
};

namespace {

struct Case
{
    const char *name;
    const char *declaration;
    QVariant value;
    /// What the text of the value is, if that is worth saying.
    QString text;
    Type type;
    Filter filter = any;
};

bool hasVector(const Server &server)
{
    return server.isMySql || server.isAtLeast(11, 7);
}

bool hasVectorType(const Server &server)
{
    return server.isMySql;
}

QVariant utc(const char *text)
{
    QDateTime dateTime = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
    dateTime.setTimeSpec(Qt::UTC);
    return dateTime;
}

QByteArray allBytes()
{
    QByteArray bytes;
    for (int i = 0; i < 256; ++i)
        bytes.append(static_cast<char>(i));
    return bytes;
}

template <typename T>
QVariant smallest()
{
    return QVariant::fromValue(std::numeric_limits<T>::lowest());
}

template <typename T>
QVariant greatest()
{
    return QVariant::fromValue(std::numeric_limits<T>::max());
}

QList<Case> cases()
{
    const QString umlauts = u"Grüße, Привет, 日本語, 😀"_s;
    return {
        {"tinyint, smallest", "TINYINT", -128, u"-128"_s, Type::TinyInt},
        {"tinyint, greatest", "TINYINT", 127, u"127"_s, Type::TinyInt},
        {"tinyint unsigned", "TINYINT UNSIGNED", 255U, u"255"_s, Type::TinyInt},
        {"smallint, smallest", "SMALLINT", -32768, {}, Type::SmallInt},
        {"smallint unsigned", "SMALLINT UNSIGNED", 65535U, {}, Type::SmallInt},
        {"mediumint, smallest", "MEDIUMINT", -8388608, {}, Type::MediumInt},
        {"mediumint unsigned", "MEDIUMINT UNSIGNED", 16777215U, {}, Type::MediumInt},
        {"int, smallest", "INT", smallest<int>(), {}, Type::Int},
        {"int, greatest", "INT", greatest<int>(), {}, Type::Int},
        {"int unsigned", "INT UNSIGNED", greatest<uint>(), {}, Type::Int},
        {"bigint, smallest", "BIGINT", smallest<qlonglong>(), {}, Type::BigInt},
        {"bigint, greatest", "BIGINT", greatest<qlonglong>(), {}, Type::BigInt},
        {"bigint unsigned", "BIGINT UNSIGNED", greatest<qulonglong>(), u"18446744073709551615"_s,
         Type::BigInt},
        {"year, first", "YEAR", 1901, u"1901"_s, Type::Year},
        {"year, last", "YEAR", 2155, u"2155"_s, Type::Year},
        {"year, zero", "YEAR", 0, u"0000"_s, Type::Year},
        {"float", "FLOAT", -0.25F, u"-0.25"_s, Type::Float},
        {"double, greatest", "DOUBLE", greatest<double>(), {}, Type::Double},
        {"double, smallest normal", "DOUBLE", std::numeric_limits<double>::min(), {}, Type::Double},
        {"double, 0.1", "DOUBLE", 0.1, u"0.1"_s, Type::Double},
        {"double, 17 digits", "DOUBLE", 0.30000000000000004, {}, Type::Double},
        {"decimal, greatest",
         "DECIMAL(65,30)",
         u"99999999999999999999999999999999999.999999999999999999999999999999"_s,
         {},
         Type::Decimal},
        {"decimal, smallest",
         "DECIMAL(65,30)",
         u"-99999999999999999999999999999999999.999999999999999999999999999999"_s,
         {},
         Type::Decimal},
        {"decimal, trailing zeros", "DECIMAL(10,4)", u"1.5000"_s, u"1.5000"_s, Type::Decimal},
        {"bit(1)", "BIT(1)", 1ULL, {}, Type::Bit},
        {"bit(9)", "BIT(9)", 0x1A5ULL, {}, Type::Bit},
        {"bit(64)", "BIT(64)", greatest<qulonglong>(), {}, Type::Bit},
        {"char", "CHAR(10)", u"abc"_s, {}, Type::Char},
        {"varchar, empty", "VARCHAR(10)", u""_s, {}, Type::Char},
        {"varchar, four bytes", "VARCHAR(100)", umlauts, umlauts, Type::Char},
        {"varchar, zero character", "VARCHAR(100)", QString::fromUtf16(u"a\0b", 3), {}, Type::Char},
        {"text", "TEXT", u"it's \"a\" `b` \\ % _ \n\r\t\x1a;"_s, {}, Type::Text},
        {"longtext", "LONGTEXT", umlauts.repeated(1000), {}, Type::Text},
        {"enum", "ENUM('small','größer')", u"größer"_s, {}, Type::Enum},
        {"set", "SET('a','b','c')", u"a,c"_s, {}, Type::Set},
        {"set, empty", "SET('a','b','c')", u""_s, {}, Type::Set},
        {"binary", "BINARY(4)", QByteArray("\0\1\0\2", 4), {}, Type::Binary},
        {"varbinary, all bytes", "VARBINARY(256)", allBytes(), {}, Type::Binary},
        {"varbinary, empty", "VARBINARY(10)", QByteArray(""), {}, Type::Binary},
        {"blob, all bytes", "BLOB", allBytes().repeated(20), {}, Type::Blob},
        {"date, first", "DATE", QDate(1000, 1, 1), u"1000-01-01"_s, Type::Date},
        {"date, last", "DATE", QDate(9999, 12, 31), u"9999-12-31"_s, Type::Date},
        {"date, leap day", "DATE", QDate(2024, 2, 29), {}, Type::Date},
        {"datetime", "DATETIME", utc("2026-03-29T02:30:00"), u"2026-03-29 02:30:00"_s,
         Type::DateTime},
        {"datetime(3)", "DATETIME(3)", utc("9999-12-31T23:59:59.999"), u"9999-12-31 23:59:59.999"_s,
         Type::DateTime},
        {"timestamp, last", "TIMESTAMP", utc("2038-01-19T03:14:07"), u"2038-01-19 03:14:07"_s,
         Type::Timestamp},
        {"timestamp(3)", "TIMESTAMP(3)", utc("1970-01-01T00:00:01.001"), {}, Type::Timestamp},
        {"time", "TIME", QTime(23, 59, 59), u"23:59:59"_s, Type::Time},
        {"time(3)", "TIME(3)", QTime(0, 0, 0, 1), u"00:00:00.001"_s, Type::Time},
        {"time, beyond a day", "TIME", u"-838:59:59"_s, u"-838:59:59"_s, Type::Time},
        {"json, object",
         "JSON",
         QVariant::fromValue(QJsonValue(QJsonObject{{u"ключ"_s, QJsonArray{1, u"\\\"'"_s, true}}})),
         {},
         Type::Json},
        {"json, string", "JSON", QVariant::fromValue(QJsonValue(u"it's 😀"_s)), {}, Type::Json},
        {"vector",
         "VECTOR(3)",
         QVariant::fromValue(QList<float>{1.5F, -2.25F, 1e10F}),
         {},
         Type::Vector,
         hasVectorType},
        {"uuid",
         "UUID",
         QVariant::fromValue(QUuid(u"{123e4567-e89b-12d3-a456-426655440000}"_s)),
         {},
         Type::Uuid,
         isMariaDb},
        {"inet6", "INET6", u"2001:db8::ff00:42:8329"_s, {}, Type::Inet6, isMariaDb},
        {"inet4", "INET4", u"192.0.2.146"_s, {}, Type::Inet4, isMariaDb},
    };
}

void addCaseRows()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("declaration");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("type");
    for (const Server &server : all()) {
        for (const Case &each : cases()) {
            if (!each.filter(server))
                continue;
            QTest::addRow("%s, %s", qPrintable(server.name), each.name)
                << server << QString::fromUtf8(each.declaration) << each.value << each.text
                << static_cast<int>(each.type);
        }
    }
}

} // namespace

void tst_Values_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

Connection &tst_Values_Servers::connectionTo(const Server &server)
{
    std::unique_ptr<Connection> &connection = m_connections[server.name];
    if (!connection) {
        auto &database = m_databases[server.name] = std::make_unique<Database>(server);
        ConnectionOptions options = Servers::options(server);
        options.setDatabase(database->name());
        connection = std::make_unique<Connection>(options);
    }
    return *connection;
}

/// Nothing, and a failure of the test, if the statement fails.
std::optional<Result> tst_Values_Servers::select(const Server &server, const QString &sql,
                                                 const QVariantList &parameters)
{
    const OutcomePointer outcome = finishedOf(connectionTo(server).execute(sql, parameters));
    if (!outcome->succeeded()) {
        qWarning("%s", Fake::describe(outcome).constData());
        return std::nullopt;
    }
    return outcome->results.value(0);
}

bool tst_Values_Servers::makeTable(const Server &server, const QString &declaration)
{
    return select(server, u"DROP TEMPORARY TABLE IF EXISTS t"_s)
           && select(server, u"CREATE TEMPORARY TABLE t (v %1)"_s.arg(declaration));
}

void tst_Values_Servers::valueComesBackAsItWent_data()
{
    addCaseRows();
}

void tst_Values_Servers::valueComesBackAsItWent()
{
    QFETCH(Server, server);
    QFETCH(QString, declaration);
    QFETCH(QVariant, value);
    QFETCH(QString, text);
    QFETCH(int, type);

    QVERIFY(makeTable(server, declaration + u" NULL"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {value}));
    const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
    QVERIFY(result && result->rowCount() == 1);
    QCOMPARE(result->column(0).type(), static_cast<Type>(type));
    const QVariant back = result->first().value(0);
    QCOMPARE(back.metaType().name(), value.metaType().name());
    QCOMPARE(back, value);
    QVERIFY(!back.isNull());
    if (!text.isEmpty())
        QCOMPARE(result->first().text(0), text);
    // What came back finds its row again, where the server can compare at all.
    const QList<Type> incomparable = {Type::Json, Type::Float, Type::Vector};
    if (!incomparable.contains(static_cast<Type>(type))) {
        const std::optional<Result> found
            = select(server, u"SELECT COUNT(*) FROM t WHERE v = ?"_s, {back});
        QVERIFY(found);
        QCOMPARE(found->first().value<int>(0), 1);
    }
}

void tst_Values_Servers::nullIsNullOfTheColumnsType_data()
{
    addCaseRows();
}

void tst_Values_Servers::nullIsNullOfTheColumnsType()
{
    QFETCH(Server, server);
    QFETCH(QString, declaration);
    QFETCH(QVariant, value);

    QVERIFY(makeTable(server, declaration + u" NULL"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QVariant(value.metaType())}));
    const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
    QVERIFY(result && result->rowCount() == 1);
    const Row row = result->first();
    QVERIFY(row.isNull(0));
    QVERIFY(row.value(0).isNull());
    QCOMPARE(row.value(0).metaType().name(), result->column(0).metaType().name());
    QVERIFY(!row.value<std::optional<QString>>(0));
}

void tst_Values_Servers::zeroDatesAreInvalidAndNotNull_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("declaration");
    QTest::addColumn<QString>("text");
    for (const Server &server : all()) {
        for (const auto &[declaration, text] : {
                 std::pair("DATE", "0000-00-00"),
                 std::pair("DATE", "2024-00-15"),
                 std::pair("DATE", "2024-02-00"),
                 std::pair("DATETIME", "0000-00-00 00:00:00"),
                 std::pair("DATETIME(6)", "0000-00-00 00:00:00.000000"),
                 std::pair("DATETIME", "2024-00-00 12:34:56"),
                 std::pair("TIMESTAMP", "0000-00-00 00:00:00"),
             }) {
            QTest::addRow("%s, %s %s", qPrintable(server.name), declaration, text)
                << server << QString::fromLatin1(declaration) << QString::fromLatin1(text);
        }
    }
}

void tst_Values_Servers::zeroDatesAreInvalidAndNotNull()
{
    QFETCH(Server, server);
    QFETCH(QString, declaration);
    QFETCH(QString, text);

    QVERIFY(select(server, u"SET sql_mode = ''"_s));
    QVERIFY(makeTable(server, declaration + u" NULL"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {text}));
    const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
    QVERIFY(select(server, u"SET sql_mode = DEFAULT"_s));
    QVERIFY(result);
    const Row row = result->first();
    QVERIFY(!row.isNull(0));
    QCOMPARE(row.text(0), text);
    QCOMPARE(row.value(0).metaType(), result->column(0).metaType());
    if (result->column(0).type() == Type::Date)
        QVERIFY(!row.value(0).toDate().isValid());
    else
        QVERIFY(!row.value(0).toDateTime().isValid());
    Error error;
    row.value<TimePoint>(0, &error);
    QCOMPARE(error.code(), Error::ConversionFailed);
}

void tst_Values_Servers::microsecondsAreKept()
{
    QFETCH(Server, server);
    const TimePoint moment
        = std::chrono::sys_days(std::chrono::year(2026) / 8 / 1) + 12h + 34min + 56s + 789'012us;
    for (const QString &declaration : {u"DATETIME(6)"_s, u"TIMESTAMP(6) NULL"_s}) {
        QVERIFY(makeTable(server, declaration));
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QVariant::fromValue(moment)}));
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
        QVERIFY(result);
        QVERIFY(result->first().value<TimePoint>(0) == moment);
        QCOMPARE(result->first().text(0), u"2026-08-01 12:34:56.789012"_s);
        QCOMPARE(result->first().value(0), utc("2026-08-01T12:34:56.789"));
    }
}

void tst_Values_Servers::timesBeyondADayAreKept()
{
    using std::chrono::microseconds;
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"TIME(6)"_s));
    // 838:59:59 is as far as columns go, and the fraction comes on top in MariaDB alone.
    const microseconds most = std::chrono::hours(839) - (server.isMySql ? 1s : 1us);
    for (const microseconds time : {most, -most, microseconds(-1), microseconds(86'400'000'001)}) {
        QVERIFY(select(server, u"DELETE FROM t"_s));
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QVariant::fromValue(time)}));
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
        QVERIFY(result);
        QCOMPARE(result->first().value<microseconds>(0).count(), time.count());
        QCOMPARE(result->first().value(0).metaType(), QMetaType::fromType<QString>());
    }
}

void tst_Values_Servers::geometryIsItsBytes()
{
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"GEOMETRY"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (ST_GeomFromText('POINT(1 2)', 0))"_s));
    const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
    QVERIFY(result);
    QCOMPARE(result->column(0).type(), Type::Geometry);
    const QByteArray expected = QByteArray::fromHex("00000000" // SRID
                                                    "01"       // little endian
                                                    "01000000" // point
                                                    "000000000000f03f"
                                                    "0000000000000040");
    QCOMPARE(result->first().value(0), QVariant(expected));
    QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {expected}));

    if (!hasVector(server))
        return;
    // MariaDB's VECTOR comes as VARBINARY, without a word on what it is.
    const QList<float> vector = {1.5F, -2.25F, 1e10F};
    QVERIFY(makeTable(server, u"VECTOR(3)"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QVariant::fromValue(vector)}));
    const std::optional<Result> vectors = select(server, u"SELECT v FROM t"_s);
    QVERIFY(vectors);
    QCOMPARE(vectors->first().value<QList<float>>(0), vector);
}

void tst_Values_Servers::setIsAListOfMembers()
{
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"SET('a','b','c')"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QStringList{u"a"_s, u"c"_s}}));
    const std::optional<Result> result = select(server, u"SELECT v FROM t"_s);
    QVERIFY(result);
    QCOMPARE(result->first().value<QStringList>(0), (QStringList{u"a"_s, u"c"_s}));
}

QTEST_GUILESS_MAIN(tst_Values_Servers)

#include "tst_values_servers.moc"
