// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "valuecases.h"
#include "valuesfixture.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Type = Column::Type;
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

Q_DECLARE_METATYPE(TimePoint)
Q_DECLARE_METATYPE(std::chrono::microseconds)

/// What a row is mapped to, by the names of the properties.
struct Purchase
{
    Q_GADGET
    Q_PROPERTY(int id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString price MEMBER price)
    Q_PROPERTY(QDateTime bought MEMBER bought)

public:
    int id = 0;
    QString name;
    QString price;
    QDateTime bought;
};

class tst_Values_Servers : public QObject, private ValuesFixture
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
    void floatsAreExactInBinary_data() { addRows(); }
    void floatsAreExactInBinary();
    void nullsAndChronoTypesAreRead_data() { addRows(); }
    void nullsAndChronoTypesAreRead();
    void rowsBecomeTuplesAndGadgets_data() { addRows(); }
    void rowsBecomeTuplesAndGadgets();
    void cleanupTestCase() { closeConnections(); }
};

namespace {

bool hasVector(const Server &server)
{
    return server.isMySql || server.isAtLeast(11, 7);
}

void addCaseRows()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("declaration");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("type");
    for (const Server &server : all()) {
        for (const ValueCase &each : valueCases()) {
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
    for (const Form form : Forms)
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {value}, form));
    for (const Form form : Forms) {
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
        QVERIFY(result && result->rowCount() == 2);
        QCOMPARE(result->column(0).type(), static_cast<Type>(type));
        for (const Row &row : *result) {
            const QVariant back = row.value(0);
            QCOMPARE(back.metaType().name(), value.metaType().name());
            QCOMPARE(back, value);
            QVERIFY(!back.isNull());
            if (!text.isEmpty())
                QCOMPARE(row.text(0), text);
        }
        // What came back finds its rows again, where the server can compare at all.
        const QList<Type> incomparable = {Type::Json, Type::Float, Type::Vector};
        if (!incomparable.contains(static_cast<Type>(type))) {
            const std::optional<Result> found = select(
                server, u"SELECT COUNT(*) FROM t WHERE v = ?"_s, {result->first().value(0)}, form);
            QVERIFY(found);
            QCOMPARE(found->first().value<int>(0), 2);
        }
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
    for (const Form form : Forms) {
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QVariant(value.metaType())}, form));
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
        QVERIFY(result && !result->isEmpty());
        for (const Row &row : *result) {
            QVERIFY(row.isNull(0));
            QVERIFY(row.value(0).isNull());
            QCOMPARE(row.value(0).metaType().name(), result->column(0).metaType().name());
            QVERIFY(!row.value<std::optional<QString>>(0));
        }
    }
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
    for (const Form form : Forms) {
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
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
    QVERIFY(select(server, u"SET sql_mode = DEFAULT"_s));
}

void tst_Values_Servers::microsecondsAreKept()
{
    QFETCH(Server, server);
    const TimePoint moment
        = std::chrono::sys_days(std::chrono::year(2026) / 8 / 1) + 12h + 34min + 56s + 789'012us;
    for (const QString &declaration : {u"DATETIME(6)"_s, u"TIMESTAMP(6) NULL"_s}) {
        QVERIFY(makeTable(server, declaration));
        const QVariant parameter = QVariant::fromValue(moment);
        for (const Form form : Forms)
            QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {parameter}, form));
        for (const Form form : Forms) {
            const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
            QVERIFY(result && result->rowCount() == 2);
            for (const Row &row : *result) {
                QVERIFY(row.value<TimePoint>(0) == moment);
                QCOMPARE(row.text(0), u"2026-08-01 12:34:56.789012"_s);
                QCOMPARE(row.value(0), utc("2026-08-01T12:34:56.789"));
            }
        }
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
        const QVariant parameter = QVariant::fromValue(time);
        for (const Form form : Forms)
            QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {parameter}, form));
        for (const Form form : Forms) {
            const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
            QVERIFY(result && result->rowCount() == 2);
            for (const Row &row : *result) {
                QCOMPARE(row.value<microseconds>(0).count(), time.count());
                QCOMPARE(row.value(0).metaType(), QMetaType::fromType<QString>());
            }
        }
    }
}

void tst_Values_Servers::geometryIsItsBytes()
{
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"GEOMETRY"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES (ST_GeomFromText('POINT(1 2)', 0))"_s));
    const QByteArray expected = QByteArray::fromHex("00000000" // SRID
                                                    "01"       // little endian
                                                    "01000000" // point
                                                    "000000000000f03f"
                                                    "0000000000000040");
    for (const Form form : Forms)
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {expected}, form));
    for (const Form form : Forms) {
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
        QVERIFY(result && result->rowCount() == 3);
        QCOMPARE(result->column(0).type(), Type::Geometry);
        for (const Row &row : *result)
            QCOMPARE(row.value(0), QVariant(expected));
    }

    if (!hasVector(server))
        return;
    // MariaDB's VECTOR comes as VARBINARY, without a word on what it is.
    const QList<float> vector = {1.5F, -2.25F, 1e10F};
    QVERIFY(makeTable(server, u"VECTOR(3)"_s));
    for (const Form form : Forms)
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QVariant::fromValue(vector)}, form));
    for (const Form form : Forms) {
        const std::optional<Result> vectors = select(server, u"SELECT v FROM t"_s, {}, form);
        QVERIFY(vectors && vectors->rowCount() == 2);
        for (const Row &row : *vectors)
            QCOMPARE(row.value<QList<float>>(0), vector);
    }
}

void tst_Values_Servers::setIsAListOfMembers()
{
    QFETCH(Server, server);
    const QStringList members = {u"a"_s, u"c"_s};
    QVERIFY(makeTable(server, u"SET('a','b','c')"_s));
    for (const Form form : Forms) {
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {members.join(u',')}, form));
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
        QVERIFY(result);
        QCOMPARE(result->first().value<QStringList>(0), members);
    }
}

/// As text, a server gives six or seven digits of a FLOAT.
void tst_Values_Servers::floatsAreExactInBinary()
{
    QFETCH(Server, server);
    for (const float number : {1.0F / 3.0F, std::numeric_limits<float>::max(), -1.17549435e-38F}) {
        QVERIFY(makeTable(server, u"FLOAT"_s));
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {number}, Form::Binary));
        const std::optional<Result> binary = select(server, u"SELECT v FROM t"_s, {}, Form::Binary);
        QVERIFY(binary);
        QCOMPARE(binary->first().value(0), QVariant(number));
        const std::optional<Result> text = select(server, u"SELECT v FROM t"_s, {}, Form::Text);
        QVERIFY(text);
        QVERIFY(std::abs(text->first().value<double>(0) / double(number) - 1) < 1e-5);
    }
}

void tst_Values_Servers::nullsAndChronoTypesAreRead()
{
    using namespace std::chrono;
    QFETCH(Server, server);
    for (const Form form : Forms) {
        const std::optional<Result> result
            = select(server,
                     u"SELECT NULL, 7, DATE'2024-02-29', TIME'-12:34:56.789012', "
                     "TIMESTAMP'2026-08-01 12:34:56.789012', ?, ?"_s,
                     {QVariant::fromValue(-36h), QVariant()}, form);
        QVERIFY(result);
        const Row row = result->first();
        QCOMPARE(row.value<std::optional<int>>(0), std::nullopt);
        QCOMPARE(row.value<std::optional<int>>(1), 7);
        QVERIFY(row.value<year_month_day>(2) == year(2024) / 2 / 29);
        QVERIFY(row.value<std::optional<year_month_day>>(2) == year(2024) / 2 / 29);
        QVERIFY(row.value<microseconds>(3) == -(12h + 34min + 56s + 789'012us));
        QVERIFY(row.value<TimePoint>(4)
                == sys_days(year(2026) / 8 / 1) + 12h + 34min + 56s + 789'012us);
        QCOMPARE(row.value<QString>(5), form == Form::Text ? u"-36:00:00"_s : row.text(5));
        QVERIFY(row.value<microseconds>(5) == -36h);
        QVERIFY(row.isNull(6));
        // What cannot be, is said.
        Error error;
        QCOMPARE(row.value<int>(0, &error), 0);
        QCOMPARE(error.code(), Error::ConversionFailed);
        error = {};
        QCOMPARE(row.value<std::optional<qint8>>(4, &error), std::nullopt);
        QCOMPARE(error.code(), Error::ConversionFailed);
    }
}

void tst_Values_Servers::rowsBecomeTuplesAndGadgets()
{
    using Tuple = std::tuple<int, QString, std::optional<double>, TimePoint>;
    QFETCH(Server, server);
    const TimePoint moment
        = std::chrono::sys_days(std::chrono::year(2026) / 8 / 1) + 12h + 789'000us;
    for (const Form form : Forms) {
        const std::optional<Result> result
            = select(server,
                     u"SELECT 1 AS id, 'apple' AS name, 1.50 AS price, "
                     "TIMESTAMP'2026-08-01 12:00:00.789' AS bought UNION ALL "
                     "SELECT 2, ?, NULL, TIMESTAMP'2026-08-01 12:00:00.789'"_s,
                     {u"日本語"_s}, form);
        QVERIFY(result && result->rowCount() == 2);
        Error error;
        const QList<Tuple> tuples = result->to<Tuple>(&error);
        QVERIFY2(!error, qPrintable(error.message()));
        QVERIFY(tuples.value(0) == Tuple(1, u"apple"_s, 1.5, moment));
        QVERIFY(tuples.value(1) == Tuple(2, u"日本語"_s, std::nullopt, moment));
        const Purchase purchase = result->first().to<Purchase>(&error);
        QVERIFY2(!error, qPrintable(error.message()));
        QCOMPARE(purchase.id, 1);
        QCOMPARE(purchase.name, u"apple"_s);
        QCOMPARE(purchase.price, u"1.50"_s);
        QCOMPARE(purchase.bought, utc("2026-08-01T12:00:00.789").toDateTime());
        QCOMPARE(result->to<Purchase>().value(1).name, u"日本語"_s);
    }
}

QTEST_GUILESS_MAIN(tst_Values_Servers)

#include "tst_values_servers.moc"
