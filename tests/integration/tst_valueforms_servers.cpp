// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "timespecs.h"
#include "valuesfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/QueryModel>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qbytearraylist.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtTest/qtest.h>

#include <limits>
#include <memory>
#include <optional>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;

/// What values are when they do not lie in columns of their type, or are none.
class tst_ValueForms_Servers : public QObject, private ValuesFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsAreNoValues_data() { addRows(); }
    void listsAreNoValues();
    void documentsAreHeldOrText_data() { addRows(); }
    void documentsAreHeldOrText();
    void bitsOfExpressionsAreNumbers_data() { addRows(); }
    void bitsOfExpressionsAreNumbers();
    void textIsTheSameInBothForms_data() { addRows(); }
    void textIsTheSameInBothForms();
    void momentsInTextsAreTheSameInBothForms_data() { addRows(); }
    void momentsInTextsAreTheSameInBothForms();
    void equalNamesMeanTheFirstColumn_data() { addRows(); }
    void equalNamesMeanTheFirstColumn();
    void cleanupTestCase() { closeConnections(); }
};

void tst_ValueForms_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

/// One placeholder of IN (?) would compare with a text that is made of all of them.
void tst_ValueForms_Servers::listsAreNoValues()
{
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"VARCHAR(20)"_s));
    QVERIFY(select(server, u"INSERT INTO t VALUES ('a'), ('b')"_s));
    Connection &connection = connectionTo(server);
    const QString remove = u"DELETE FROM t WHERE v NOT IN (?)"_s;
    const auto isRefused = [](Job *job) {
        const OutcomePointer outcome = finishedOf(job);
        return outcome->error.code() == Error::InvalidParameter
               && outcome->error.execution() == Error::Execution::NotSent
               && outcome->error.message().contains(u"IN (?, ?)"_s);
    };
    for (const QVariant &list :
         {QVariant(QStringList{u"a"_s, u"b"_s}), QVariant(QVariantList{u"a"_s, u"b"_s}),
          QVariant::fromValue(QByteArrayList{"a", "b"}), QVariant::fromValue(QList<int>{1}),
          QVariant(QVariantList())}) {
        for (const Form form : Forms) {
            Query *query = connection.execute(remove, QVariantList{list});
            query->setPrepared(form == Form::Binary);
            QVERIFY(isRefused(query));
            query = connection.execute(u"DELETE FROM t WHERE v NOT IN (:list)"_s,
                                       QVariantMap{{u"list"_s, list}});
            query->setPrepared(form == Form::Binary);
            QVERIFY(isRefused(query));
        }
        const OutcomePointer batch
            = finishedOf(connection.executeBatch(remove, {QVariantList{list}}));
        QCOMPARE(batch->error.code(), Error::InvalidParameter);
        QVERIFY(batch->error.message().contains(u"IN (?, ?)"_s));
        std::unique_ptr<PreparedStatement> statement(connection.prepare(remove));
        QVERIFY(isRefused(statement->execute(QVariantList{list})));
        QueryModel model;
        model.setSql(u"SELECT v FROM t WHERE v IN (?)"_s);
        model.setParameters(QVariantList{list});
        model.setExecutor(&connection);
        QTRY_COMPARE_WITH_TIMEOUT(model.error().code(), Error::InvalidParameter, 30'000);
    }
    const std::optional<Result> left = select(server, u"SELECT COUNT(*) FROM t"_s);
    QVERIFY(left);
    QCOMPARE(left->first().value<int>(0), 2);
    // With a placeholder for each it works.
    QVERIFY(select(server, u"DELETE FROM t WHERE v NOT IN (?, ?)"_s, {u"a"_s, u"c"_s}));
    QCOMPARE(rowsOf(connection.execute(u"SELECT v FROM t"_s)), one(u"a"_s));
}

/// A number that QJsonValue would round makes the document its text.
void tst_ValueForms_Servers::documentsAreHeldOrText()
{
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"JSON"_s));
    const QByteArray held = R"({"x": 0.1, "id": 9223372036854775807})";
    const QByteArray rounded = R"({"x": [1], "id": 9223372036854775808})";
    for (const QByteArray &document : {held, rounded})
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {QString::fromUtf8(document)}));
    for (const Form form : Forms) {
        const std::optional<Result> result = select(server, u"SELECT v FROM t"_s, {}, form);
        QVERIFY(result && result->rowCount() == 2);
        QCOMPARE(result->row(0).value<QJsonObject>(0).value(u"id"_s).toInteger(),
                 std::numeric_limits<qint64>::max());
        QCOMPARE(result->row(0).value(0).metaType(), QMetaType::fromType<QJsonValue>());
        const Row row = result->row(1);
        QCOMPARE(row.value(0), QVariant(QString::fromUtf8(rounded)));
        Error error;
        QVERIFY(row.value<QJsonObject>(0, &error).isEmpty());
        QCOMPARE(error.code(), Error::ConversionFailed);
        QVERIFY(!row.value<std::optional<QJsonDocument>>(0));
        // As it was read it goes back.
        QVERIFY(select(server, u"UPDATE t SET v = ? WHERE JSON_EXTRACT(v, '$.x[0]') = 1"_s,
                       {row.value(0)}, form));
    }
}

/// The servers send digits for many of them, though they call them BIT.
void tst_ValueForms_Servers::bitsOfExpressionsAreNumbers()
{
    QFETCH(Server, server);
    QVERIFY(select(server, u"DROP TEMPORARY TABLE IF EXISTS t"_s));
    QVERIFY(
        select(server, u"CREATE TEMPORARY TABLE t (a BIT(1), b BIT(5), c BIT(20), d BIT(64))"_s));
    QVERIFY(
        select(server, u"INSERT INTO t VALUES (b'0', b'1001', 838860, 18446744073709551615)"_s));
    for (const QString &expression :
         {u"%1"_s, u"MAX(%1)"_s, u"MIN(%1)"_s, u"COALESCE(%1, %1)"_s, u"IFNULL(%1, 0)"_s,
          u"IF(1, %1, %1)"_s, u"CASE WHEN 1 THEN %1 END"_s, u"GREATEST(%1, %1)"_s, u"(SELECT %1)"_s,
          u"MAX(%1) OVER ()"_s}) {
        QStringList terms;
        for (const QString &column : {u"a"_s, u"b"_s, u"c"_s, u"d"_s})
            terms.append(expression.arg(column));
        for (const Form form : Forms) {
            const std::optional<Result> result
                = select(server, u"SELECT %1 FROM t"_s.arg(terms.join(u", "_s)), {}, form);
            QVERIFY(result && result->rowCount() == 1);
            const Row row = result->first();
            QVERIFY2(!row.value<bool>(0), qPrintable(expression));
            const quint64 numbers[] = {0, 9, 838860, ~quint64(0)};
            for (int column = 0; column < 4; ++column) {
                QCOMPARE(row.value<quint64>(column), numbers[column]);
                QCOMPARE(row.text(column), QString::number(numbers[column]));
            }
        }
    }
}

void tst_ValueForms_Servers::textIsTheSameInBothForms()
{
    QFETCH(Server, server);
    QVERIFY(select(server, u"SET sql_mode = ''"_s));
    QVERIFY(select(server, u"DROP TEMPORARY TABLE IF EXISTS t"_s));
    QVERIFY(select(server,
                   u"CREATE TEMPORARY TABLE t (id INT, dm DOUBLE(10,2), fm FLOAT(7,3), d DOUBLE, "
                   "iz INT(6) ZEROFILL, bz BIGINT ZEROFILL, dz DOUBLE(10,2) ZEROFILL, "
                   "fz FLOAT ZEROFILL, nz DECIMAL(10,2) ZEROFILL, y YEAR)"_s));
    QVERIFY(select(server,
                   u"INSERT INTO t VALUES (1, 1.5, 2.25, -0e0, 42, 7, 1.5, 2.5, 4.5, 2024), "
                   "(2, -0e0, -0.0005, 1e300, 0, 0, 0, 0, 0, 0), "
                   "(3, 1e6, 1234.5678, 0.1, 999999, 1, 1, 1e10, 1, 1999)"_s));
    for (const char *terms : {
             "*",
             "MAX(y), MIN(y), MAX(iz), MIN(dz), MAX(nz), AVG(dm), SUM(dm), SUM(fm), MAX(fm)",
             "COALESCE(y, y), IF(id, y, y), GREATEST(y, y), NULLIF(y, 1), y + 0",
             "COALESCE(iz, iz), IF(id, iz, iz), IFNULL(bz, bz), iz + 0",
             "-dm, dm + 0, dm * 1.0, COALESCE(dm, 1e0), COALESCE(dz, dz), COALESCE(fz, fz)",
             "-0e0, 0e0 * -1, ROUND(-0.4e0), ROUND(-1.25e0, 1), TRUNCATE(1.239e0, 2)",
             "ROUND(1.5e0, 3), ROUND(1e20, 2), ROUND(1.005e0, 2), 1e15, 1e-16, 1e0 / 3",
             "YEAR(NOW()), EXTRACT(YEAR FROM NOW()), DATE_FORMAT('2024-01-01', '%Y') + 0",
         }) {
        const QString sql = u"SELECT %1 FROM t"_s.arg(QString::fromLatin1(terms));
        const std::optional<Result> text = select(server, sql, {}, Form::Text);
        const std::optional<Result> binary = select(server, sql, {}, Form::Binary);
        QVERIFY(text && binary && text->rowCount() == binary->rowCount());
        for (int row = 0; row < text->rowCount(); ++row) {
            for (int column = 0; column < text->columnCount(); ++column) {
                QVERIFY2(text->row(row).text(column) == binary->row(row).text(column),
                         qPrintable(text->column(column).name() + u": "_s
                                    + text->row(row).text(column) + u" / "_s
                                    + binary->row(row).text(column)));
            }
        }
    }
    QVERIFY(select(server, u"SET sql_mode = DEFAULT"_s));
    if (server.isMySql)
        return; // it is an error there
    const std::optional<Result> overflow = select(
        server, u"SELECT VARIANCE(x) FROM (SELECT 1e200 AS x UNION ALL SELECT 2e200) AS q"_s, {},
        Form::Binary);
    QVERIFY(overflow);
    QCOMPARE(overflow->first().text(0), u"inf"_s);
    QVERIFY(!overflow->first().value<std::optional<double>>(0));
}

/// MySQL has no fraction of them in its prepared statements, as the documentation says.
void tst_ValueForms_Servers::momentsInTextsAreTheSameInBothForms()
{
    QFETCH(Server, server);
    QVERIFY(makeTable(server, u"VARCHAR(40)"_s));
    const QDateTime moment(QDate(2026, 1, 31), QTime(12, 30, 59, 678), Tests::Utc);
    for (const Form form : Forms) {
        if (server.isMySql && form == Form::Binary)
            continue;
        QVERIFY(select(server, u"INSERT INTO t VALUES (?)"_s, {moment}, form));
    }
    const QList<QStringList> stored
        = rowsOf(connectionTo(server).execute(u"SELECT DISTINCT v FROM t"_s));
    QCOMPARE(stored, one(u"2026-01-31 12:30:59.678000"_s));
}

void tst_ValueForms_Servers::equalNamesMeanTheFirstColumn()
{
    QFETCH(Server, server);
    for (const Form form : Forms) {
        const std::optional<Result> result
            = select(server, u"SELECT 1 AS id, 2 AS id, 3 AS ID"_s, {}, form);
        QVERIFY(result);
        QCOMPARE(result->indexOf(u"id"_s), 0);
        QCOMPARE(result->first().value<int>("id"), 1);
        QCOMPARE(result->first().value<int>("ID"), 3);
        QCOMPARE(result->first().value<int>("Id"), 1);
        QCOMPARE(result->first().value<int>(1), 2);
    }
    QueryModel model;
    model.setSql(u"SELECT 1 AS id, 2 AS id"_s);
    model.setExecutor(&connectionTo(server));
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 1, 30'000);
    QCOMPARE(model.roleNames().key("id"), int(Qt::UserRole));
    QCOMPARE(model.index(0, 0).data(model.roleNames().key("id")), QVariant(1));
}

QTEST_GUILESS_MAIN(tst_ValueForms_Servers)
#include "tst_valueforms_servers.moc"
