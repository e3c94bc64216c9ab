// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "shopfixture.h"
#include "timespecs.h"

#include <AsyncMySql/Transaction>

#include <QtTest/qsignalspy.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using CellState = TableModel::CellState;
using RowState = TableModel::RowState;
using Policy = TableModel::SubmitPolicy;

/// What is written of a row, and what is found there instead.
class tst_TableConflicts_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyTypeIsWrittenAndCompared_data() { addRows(); }
    void everyTypeIsWrittenAndCompared();
    void changeOfSomebodyElseIsNotOverwritten_data() { addRows(); }
    void changeOfSomebodyElseIsNotOverwritten();
    void changeOfAnotherColumnIsNoConflict_data() { addRows(); }
    void changeOfAnotherColumnIsNoConflict();
    void removalBySomebodyElseIsNoticed_data() { addRows(); }
    void removalBySomebodyElseIsNoticed();
    void valueThatIsTheSameToTheServerIsNoConflict_data() { addRows(); }
    void valueThatIsTheSameToTheServerIsNoConflict();
    void allIsWrittenOrNothing_data() { addRows(); }
    void allIsWrittenOrNothing();
    void givenTransactionIsForItsOwnerToEnd_data() { addRows(); }
    void givenTransactionIsForItsOwnerToEnd();
    void valuesAreUniqueAfterSwapping_data() { addRows(); }
    void valuesAreUniqueAfterSwapping();
    void modelsShareATransaction_data() { addRows(); }
    void modelsShareATransaction();
    void rowIsInsertedAgainWithAllThatItHad_data() { addRows(); }
    void rowIsInsertedAgainWithAllThatItHad();
    void keyMayBeChanged_data() { addRows(); }
    void keyMayBeChanged();
};

void tst_TableConflicts_Servers::initTestCase()
{
    VERIFY_SERVERS();
    QLocale::setDefault(QLocale::c());
}

namespace {

struct TypeCase
{
    QString type;
    QString first;
    QVariant second;
    /// Whether a QVariant holds all of the first value.
    bool isExact = true;
};

QList<TypeCase> typeCases(const Server &server)
{
    QList<TypeCase> cases = {
        {u"TINYINT"_s, u"-5"_s, 6},
        {u"BIGINT UNSIGNED"_s, u"18446744073709551615"_s, 18446744073709551614ull},
        {u"FLOAT"_s, u"1.2345678"_s, 2.5},
        {u"DOUBLE"_s, u"0.1234567890123456"_s, 0.7},
        {u"DECIMAL(30, 10)"_s, u"12345678901234567890.1234567891"_s,
         u"12345678901234567890.1234567890"_s},
        {u"BIT(10)"_s, u"b'1000000001'"_s, 5},
        {u"YEAR"_s, u"2001"_s, 2002},
        {u"CHAR(10)"_s, u"'Straße'"_s, u"STRASSE"_s},
        {u"VARCHAR(10) CHARACTER SET latin1"_s, u"'größer'"_s, u"GRÖSSER"_s},
        {u"TEXT"_s, u"''"_s, u" "_s},
        {u"ENUM('a', 'ö')"_s, u"'ö'"_s, u"a"_s},
        {u"SET('a', 'b')"_s, u"'a,b'"_s, u"b"_s},
        {u"VARBINARY(10)"_s, u"X'00FF'"_s, "\x01\x02"_ba},
        {u"BLOB"_s, u"X''"_s, "a"_ba},
        {u"DATE"_s, u"'2026-01-31'"_s, QDate(2026, 2, 1)},
        {u"DATETIME(3)"_s, u"'2026-01-31 12:30:00.123'"_s, u"2026-01-31 12:30:00.124"_s},
        {u"DATETIME(6)"_s, u"'2026-01-31 12:30:00.123456'"_s, u"2026-01-31 12:30:00.123457"_s,
         false},
        {u"TIMESTAMP NULL"_s, u"'2026-01-31 12:30:00'"_s,
         QDateTime(QDate(2026, 1, 1), QTime(1, 2), Tests::Utc)},
        {u"TIME(3)"_s, u"'-100:30:00.5'"_s, u"838:59:59"_s},
        {u"JSON"_s, uR"('{"a":[1,2.5,"x"]}')"_s, uR"({"b":null})"_s},
        {u"POINT"_s, u"ST_GeomFromText('POINT(1 2)')"_s, QVariant()},
    };
    if (server.isMariaDb()) {
        cases.append({u"INET6"_s, u"'::1'"_s, u"::2"_s});
        cases.append({u"UUID"_s, u"'123e4567-e89b-12d3-a456-426614174000'"_s,
                      u"123e4567-e89b-12d3-a456-426614174001"_s});
    } else {
        cases.append({u"VECTOR(2)"_s, u"STRING_TO_VECTOR('[1, 2]')"_s, QVariant()});
    }
    return cases;
}

} // namespace

void tst_TableConflicts_Servers::everyTypeIsWrittenAndCompared()
{
    QFETCH(Server, server);
    Shop shop(server);
    const QList<TypeCase> cases = typeCases(server);
    QStringList definitions;
    QStringList values;
    QStringList digests;
    for (int i = 0; i < cases.size(); ++i) {
        definitions.append(u"v%1 %2, n%1 %2"_s.arg(i).arg(cases[i].type));
        values.append(cases[i].first + u", NULL"_s);
        const bool isDecimal = cases[i].type.startsWith("DECIMAL"_L1);
        digests.append((isDecimal ? u"v%1, n%1"_s : u"HEX(v%1), HEX(n%1)"_s).arg(i));
    }
    shop.run(u"CREATE TABLE typed (id INT PRIMARY KEY, %1)"_s.arg(definitions.join(u", "_s)));
    const QString row = values.join(u", "_s);
    shop.run(u"INSERT INTO typed VALUES (1, %1), (2, %1), (3, %1), (4, %1)"_s.arg(row));
    const auto now = [&] {
        return shop.run(u"SELECT %1 FROM typed ORDER BY id"_s.arg(digests.join(u", "_s)))->rows();
    };
    const QStringList before = now().constFirst();
    QCOMPARE(now().size(), 4);
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"typed"_s);
    VERIFY_COMPLETE(model);
    for (int i = 0; i < cases.size(); ++i) {
        // One to another value, and NULL to what the value was.
        QVERIFY(model.setData(model.index(0, 1 + 2 * i), cases[i].second));
        const QVariant first = model.index(1, 1 + 2 * i).data(Qt::EditRole);
        if (cases[i].isExact)
            QVERIFY(model.setData(model.index(0, 2 + 2 * i), first));
    }
    QVERIFY(model.removeRows(1, 1));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    const QStringList after = now().constFirst();
    QCOMPARE(now().size(), 3);
    for (int i = 0; i < cases.size(); ++i) {
        const QByteArray type = cases[i].type.toUtf8();
        QVERIFY2(after[2 * i] != before[2 * i], type);
        if (cases[i].isExact)
            QVERIFY2(after[2 * i + 1] == before[2 * i], type);
    }

    // By somebody else meanwhile, one column after the other.
    for (int i = 0; i < cases.size(); ++i) {
        const QByteArray type = cases[i].type.toUtf8();
        const int column = 1 + 2 * i;
        const QString restore
            = u"UPDATE typed SET v%1 = %2 WHERE id IN (3, 4)"_s.arg(i).arg(cases[i].first);
        shop.run(u"UPDATE typed SET v%1 = NULL WHERE id IN (3, 4)"_s.arg(i));
        if (cases[i].second.isValid()) {
            QVERIFY(model.setData(model.index(1, column), cases[i].second));
            model.submitAll();
            QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30'000);
            QVERIFY2(model.error().code() == Error::RowChanged, type);
            QVERIFY2(cellState(model, 1, column) == CellState::Conflicting, type);
            model.revertAll();
            QVERIFY2(model.index(1, column).data(TableModel::NullRole).toBool(), type);
        }
        QVERIFY(model.removeRows(2, 1));
        model.submitAll();
        QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30'000);
        QVERIFY2(model.error().code() == Error::RowChanged, type);
        model.revertAll();
        shop.run(restore);
        model.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!model.isLoading(), 30'000);
    }
    QCOMPARE(now().size(), 3);
}

void tst_TableConflicts_Servers::changeOfSomebodyElseIsNotOverwritten()
{
    OPEN_SHOP(Policy::Manual);
    QSignalSpy errors(&model, &TableModel::errorOccurred);
    shop.run(u"UPDATE articles SET name = 'Apple', price = 7 WHERE id = 1"_s);
    QVERIFY(model.setData(model.index(0, 1), u"mine"_s));
    QVERIFY(model.setData(model.index(1, 1), u"also mine"_s));
    model.submitAll();
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 1, 30'000);
    QCOMPARE(model.error().code(), Error::RowChanged);
    QCOMPARE(model.error().execution(), Error::Execution::Rejected);
    QCOMPARE(shop.all(), u"1 Apple 7.00 10, 2 pear 1.50 20, 3 plum 0.80"_s);
    QCOMPARE(model.pendingChanges(), 2);
    QCOMPARE(rowError(model, 0).code(), Error::RowChanged);
    QVERIFY(!rowError(model, 1));
    QCOMPARE(cellState(model, 0, 1), CellState::Conflicting);
    QCOMPARE(cellState(model, 0, 2), CellState::Conflicting);
    QCOMPARE(cellState(model, 0, 3), CellState::Stored);
    QCOMPARE(model.index(0, 1).data().toString(), u"mine"_s);
    QCOMPARE(model.index(0, 1).data(TableModel::OriginalValueRole).toString(), u"apple"_s);
    QCOMPARE(model.index(0, 1).data(TableModel::ServerValueRole).toString(), u"Apple"_s);
    // It stays so.
    model.submitAll();
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 2, 30'000);
    model.acceptServerValues(0);
    QCOMPARE(cellState(model, 0, 1), CellState::Changed);
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 mine 7.00 10, 2 also mine 1.50 20, 3 plum 0.80"_s);
    QCOMPARE(shown(model), shop.all());

    shop.run(u"UPDATE articles SET stock = 99 WHERE id = 2"_s);
    QVERIFY(model.removeRows(1, 1));
    model.submitAll();
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 3, 30'000);
    QCOMPARE(rowError(model, 1).code(), Error::RowChanged);
    model.revertRow(1);
    QCOMPARE(shown(model), shop.all());
    QCOMPARE(model.pendingChanges(), 0);
}

void tst_TableConflicts_Servers::changeOfAnotherColumnIsNoConflict()
{
    OPEN_SHOP(Policy::Manual);
    shop.run(u"UPDATE articles SET price = 7 WHERE id = 1"_s);
    QVERIFY(model.setData(model.index(0, 1), u"mine"_s));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 mine 7.00 10, 2 pear 1.50 20, 3 plum 0.80"_s);
    QCOMPARE(shown(model), shop.all());
}

void tst_TableConflicts_Servers::removalBySomebodyElseIsNoticed()
{
    OPEN_SHOP(Policy::Manual);
    shop.run(u"DELETE FROM articles WHERE id < 3"_s);
    QVERIFY(model.setData(model.index(0, 1), u"mine"_s));
    QVERIFY(model.removeRows(1, 1));
    model.submitAll();
    QTRY_COMPARE_WITH_TIMEOUT(model.error().code(), Error::RowChanged, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30'000);
    QCOMPARE(model.pendingChanges(), 2);
    // That it is gone is what was wanted of the other.
    QCOMPARE(rowError(model, 0).code(), Error::RowChanged);
    model.acceptServerValues(0);
    QCOMPARE(rowState(model, 0), RowState::Inserted);
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 mine 1.20 10, 3 plum 0.80"_s);
    QCOMPARE(shown(model), shop.all());

    shop.run(u"DELETE FROM articles WHERE id = 1"_s);
    QVERIFY(model.setData(model.index(0, 1), u"again"_s));
    model.submitAll();
    QTRY_COMPARE_WITH_TIMEOUT(model.error().code(), Error::RowChanged, 30'000);
    model.revertRow(0);
    QCOMPARE(shown(model), shop.all());
}

void tst_TableConflicts_Servers::valueThatIsTheSameToTheServerIsNoConflict()
{
    OPEN_SHOP(Policy::Manual);
    QVERIFY(model.setData(model.index(0, 2), u"1.2"_s));
    QVERIFY(model.setData(model.index(1, 2), u"01.500"_s));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shown(model), u"1 apple 1.20 10, 2 pear 1.50 20, 3 plum 0.80"_s);
    // Somebody else has made the same of it.
    shop.run(u"UPDATE articles SET stock = 77 WHERE id = 1"_s);
    QVERIFY(model.setData(model.index(0, 3), 77));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shown(model), shop.all());
}

void tst_TableConflicts_Servers::allIsWrittenOrNothing()
{
    OPEN_SHOP(Policy::Manual);
    const QString before = shop.all();
    QVERIFY(model.setData(model.index(0, 1), u"changed"_s));
    QVERIFY(model.setData(model.index(1, 3), 10)); // as in the first row
    model.appendRow({{u"name"_s, u"new"_s}});
    model.submitAll();
    QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30'000);
    QCOMPARE(model.error().category(), Error::Category::Server);
    QCOMPARE(shop.all(), before);
    QCOMPARE(model.pendingChanges(), 3);
    QCOMPARE(cellState(model, 1, 3), CellState::Failed);
    QVERIFY(rowError(model, 1));
    QVERIFY(!rowError(model, 0));
    QVERIFY(model.setData(model.index(1, 3), 21));
    QCOMPARE(cellState(model, 1, 3), CellState::Changed);
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QVERIFY(shop.all().startsWith("1 changed 1.20 10, 2 pear 1.50 21, 3 plum 0.80, "_L1));
    QCOMPARE(shown(model), shop.all());
}

void tst_TableConflicts_Servers::givenTransactionIsForItsOwnerToEnd()
{
    QFETCH(Server, server);
    Shop shop(server);
    const QString before = shop.all();
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    Transaction *transaction = shop.connection.beginTransaction();
    model.setExecutor(transaction);
    model.setTable(u"articles"_s);
    VERIFY_COMPLETE(model);
    QVERIFY(model.setData(model.index(0, 1), u"first"_s));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), before);
    // What fails takes nothing with it that went well before.
    QVERIFY(model.setData(model.index(1, 1), u"second"_s));
    QVERIFY(model.setData(model.index(2, 3), 10));
    model.submitAll();
    QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30'000);
    QVERIFY(model.error());
    QCOMPARE(transaction->state(), Transaction::State::Active);
    VERIFY_DONE(transaction->commit());
    QCOMPARE(shop.all(), u"1 first 1.20 10, 2 pear 1.50 20, 3 plum 0.80"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!model.executor(), 30'000);
    QCOMPARE(model.pendingChanges(), 2);
    model.submitAll();
    QCOMPARE(model.error().code(), Error::ConnectionClosed);
}

void tst_TableConflicts_Servers::valuesAreUniqueAfterSwapping()
{
    OPEN_SHOP(Policy::Manual);
    // A unique value is free for another row in the same submission.
    QVERIFY(model.removeRows(0, 1));
    QVERIFY(model.setData(model.index(1, 3), 10));
    model.appendRow({{u"name"_s, u"new"_s}, {u"stock"_s, 20}});
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QVERIFY(shop.all().startsWith("2 pear 1.50 10, 3 plum 0.80, "_L1));
    QCOMPARE(shown(model), shop.all());
}

void tst_TableConflicts_Servers::modelsShareATransaction()
{
    QFETCH(Server, server);
    Shop shop(server);
    Transaction *transaction = shop.connection.beginTransaction();
    TableModel good;
    TableModel bad;
    for (TableModel *model : {&good, &bad}) {
        model->setSubmitPolicy(Policy::Manual);
        model->setExecutor(transaction);
        model->setTable(u"articles"_s);
        VERIFY_COMPLETE(*model);
    }
    QVERIFY(good.setData(good.index(0, 1), u"good"_s));
    QVERIFY(bad.setData(bad.index(1, 1), u"bad"_s));
    // Taken already.
    QVERIFY(bad.setData(bad.index(2, 3), 10));
    good.submitAll();
    bad.submitAll();
    QTRY_VERIFY_WITH_TIMEOUT(!good.isSubmitting() && !bad.isSubmitting(), 30'000);
    QVERIFY2(!good.error(), qPrintable(good.error().message()));
    QCOMPARE(bad.error().category(), Error::Category::Server);
    QCOMPARE(bad.pendingChanges(), 2);
    // What fails takes nothing with it, in whatever order they come.
    QVERIFY(good.setData(good.index(0, 1), u"better"_s));
    bad.submitAll();
    good.submitAll();
    QTRY_VERIFY_WITH_TIMEOUT(!good.isSubmitting() && !bad.isSubmitting(), 30'000);
    QVERIFY(!good.error());
    QVERIFY(bad.error());
    VERIFY_DONE(transaction->commit());
    QCOMPARE(shop.all(), u"1 better 1.20 10, 2 pear 1.50 20, 3 plum 0.80"_s);
}

void tst_TableConflicts_Servers::rowIsInsertedAgainWithAllThatItHad()
{
    QFETCH(Server, server);
    Shop shop(server);
    shop.run(u"CREATE TABLE exact (id INT PRIMARY KEY, moment DATETIME(6), clock TIME(6), "
             "price DECIMAL(30, 10), note VARCHAR(9) NOT NULL, bits VARBINARY(9), doc JSON)"_s);
    shop.run(u"INSERT INTO exact VALUES (1, '2026-01-31 12:30:00.123456', '-100:30:00.654321', "
             "12345678901234567890.1234567891, '', X'', '{\"n\": 12345678901234567890}')"_s);
    const QString columns
        = u"SELECT id, moment, clock, price, HEX(note), HEX(bits), doc FROM exact"_s;
    const QStringList before = shop.run(columns)->rows().constFirst();
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"exact"_s);
    VERIFY_COMPLETE(model);
    shop.run(u"DELETE FROM exact"_s);
    QVERIFY(model.setData(model.index(0, 0), 2));
    model.submitAll();
    QTRY_COMPARE_WITH_TIMEOUT(model.error().code(), Error::RowChanged, 30'000);
    model.acceptServerValues(0);
    model.submitAll();
    VERIFY_SUBMITTED(model);
    const QStringList after = shop.run(columns)->rows().constFirst();
    QCOMPARE(after.mid(1), before.mid(1));
    QCOMPARE(after.constFirst(), u"2"_s);
}

void tst_TableConflicts_Servers::keyMayBeChanged()
{
    OPEN_SHOP(Policy::Manual);
    QVERIFY(model.setData(model.index(0, 0), 7));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    // Of another row now.
    shop.run(u"DELETE FROM articles WHERE id = 2"_s);
    QVERIFY(model.setData(model.index(1, 0), 3));
    model.submitAll();
    QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30'000);
    QCOMPARE(rowError(model, 1).code(), Error::RowChanged);
    model.revertRow(1);
    QCOMPARE(model.count(), 2);
    // What was typed before a row is removed is of no interest.
    QVERIFY(model.setData(model.index(0, 0), 3));
    QVERIFY(model.removeRows(0, 1));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"3 plum 0.80"_s);
    QCOMPARE(shown(model), shop.all());
}

QTEST_GUILESS_MAIN(tst_TableConflicts_Servers)
#include "tst_tableconflicts_servers.moc"
