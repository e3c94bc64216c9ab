// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "nullplaceholders.h"
#include "numerictext.h"
#include "parameters.h"
#include "statementvariants.h"

#include <QtCore/qlist.h>
#include <QtTest/qtest.h>

#include <vector>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;

class tst_StatementVariants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersInTexts_data();
    void numbersInTexts();
    void nullsWithoutType_data();
    void nullsWithoutType();
    void typesHaveTheirOwnStatements();
    void nullsOfAnInsertShareTheStatement();
    void numberOfStatementsIsLimited();
    void idsAreClosedTogether();
};

namespace {

EncodedParameters encoded(const QVariantList &values)
{
    return std::get<EncodedParameters>(encodeParameters(values, SqlDialect(), 1024));
}

} // namespace

void tst_StatementVariants::numbersInTexts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *text, NumericText kind) {
        QTest::newRow(text) << QByteArray(text) << int(kind);
    };
    using enum NumericText;
    for (const char *text : {"", "a", "5", "007", " 5 ", "+5", "5a", "-", "-a", "2026-01-02", "1e",
                             "123456789012345678", "000000000000000000000000005"}) {
        row(text, QByteArray(text) == "1e" ? Exponential : IntegerOrNone);
    }
    for (const char *text : {"-3", " -0003 ", "-0"})
        row(text, Negative);
    for (const char *text : {"1.5", "1.0", "5.", ".5", "-.5", "1234567890123456789"})
        row(text, Decimal);
    for (const char *text : {"1e1", "-1.5E-3"})
        row(text, Exponential);
}

void tst_StatementVariants::numbersInTexts()
{
    QFETCH(const QByteArray, text);
    QFETCH(const int, kind);
    QCOMPARE(int(numericText(text)), kind);
}

void tst_StatementVariants::nullsWithoutType_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *sql, const char *expected) {
        QTest::newRow(sql) << QByteArray(sql) << QByteArray(expected);
    };
    row("INSERT INTO t VALUES (?, ?)", "11");
    row("insert into t (a, b) values (?, 1), (2, ?)", "11");
    row("REPLACE INTO t VALUES (f(?), (?), ? + 1, ?)", "0001");
    row("INSERT INTO t VALUES ROW(?, ?), ROW(1, ?)", "111");
    row("INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = COALESCE(?, 1), b = ?", "101");
    row("INSERT INTO t SELECT COALESCE(?, ?), ?", "000");
    row("INSERT INTO t (a) SELECT f(?), (?)", "00");
    row("VALUES (?), (?)", "00");
    row("UPDATE t SET a = ?, b = ? WHERE c = ? AND d > ?", "1110");
    row("SELECT * FROM t WHERE a = ?", "1");
    row("SELECT * FROM t WHERE a = ? + 1", "0");
    row("SET @a = ?", "0");
    row("SET @a := ?", "0");
    row("SELECT ? /* = */, a = /* x */ ?", "01");
}

void tst_StatementVariants::nullsWithoutType()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QByteArray, expected);
    QByteArray found;
    for (const bool isUntyped : placeholdersOfUntypedNulls(sql, SqlDialect()))
        found += isUntyped ? '1' : '0';
    QCOMPARE(found, expected);
}

void tst_StatementVariants::typesHaveTheirOwnStatements()
{
    StatementVariants variants("SELECT ?", SqlDialect());
    const QList<QVariant> values = {1,
                                    1u,
                                    1LL,
                                    1.0,
                                    1.0f,
                                    u"a"_s,
                                    "a"_ba,
                                    u"1."_s,
                                    u"-1"_s,
                                    QVariant(),
                                    QDate(2026, 1, 2),
                                    QTime(1, 2)};
    QList<StatementHandlePointer> handles;
    for (const QVariant &value : values) {
        const StatementHandlePointer handle = variants.find(encoded({value}));
        QVERIFY(handle);
        QVERIFY(!handles.contains(handle));
        handles.append(handle);
    }
    QCOMPARE(handles.constFirst(), variants.first());
    for (qsizetype i = 0; i < values.size(); ++i)
        QCOMPARE(variants.find(encoded({values[i]})), handles[i]);
    QCOMPARE(variants.find(encoded({u"5"_s})), handles[5]);
}

void tst_StatementVariants::nullsOfAnInsertShareTheStatement()
{
    StatementVariants variants("INSERT INTO t VALUES (?, ?)", SqlDialect());
    const StatementHandlePointer first = variants.first();
    QCOMPARE(variants.find(encoded({QVariant(), QVariant()})), first);
    QCOMPARE(variants.find(encoded({1, QVariant()})), first);
    QCOMPARE(variants.find(encoded({QVariant(), u"a"_s})), first);
    QCOMPARE(variants.find(encoded({2, u"b"_s})), first);
    QVERIFY(variants.find(encoded({u"a"_s, QVariant()})) != first);
    QVERIFY(variants.find(encoded({QVariant(), 2})) != first);
}

void tst_StatementVariants::numberOfStatementsIsLimited()
{
    const QVariantList kinds = {1, 1u, 1.0, u"a"_s, "a"_ba};
    StatementVariants variants("SELECT ?, ?", SqlDialect());
    std::vector<StatementHandlePointer> used;
    StatementHandlePointer last;
    for (int i = 0; i < 25; ++i) {
        last = variants.find(encoded({kinds[i % 5], kinds[i / 5]}));
        if (!last)
            break;
        last->id = quint32(i + 1);
        last->state = StatementHandle::State::Prepared;
        used.push_back(last);
    }
    QVERIFY(!last);
    QCOMPARE(variants.size(), int(used.size()));
    // The one that was not used for the longest time makes place.
    used.clear();
    const StatementHandlePointer next = variants.find(encoded({QDate(2026, 1, 2), 1}));
    QVERIFY(next);
    QCOMPARE(next->id, quint32(1));
    QCOMPARE(next->state, StatementHandle::State::Invalid);
    QVERIFY(variants.hasInvalid());
}

void tst_StatementVariants::idsAreClosedTogether()
{
    StatementVariants variants("SELECT ?", SqlDialect());
    for (const QVariant &value : QVariantList{1, u"a"_s, 1.0}) {
        const StatementHandlePointer handle = variants.find(encoded({value}));
        if (value.typeId() == QMetaType::Double)
            continue;
        handle->id = value.typeId() == QMetaType::Int ? 7 : 8;
        handle->state = StatementHandle::State::Prepared;
    }
    QList<quint32> ids;
    StatementHandlePointer held = variants.first();
    QVERIFY(!variants.takeIds(&ids));
    QVERIFY(ids.isEmpty());
    held.reset();
    QVERIFY(variants.takeIds(&ids));
    QCOMPARE(ids, (QList<quint32>{7, 8}));
}

QTEST_APPLESS_MAIN(tst_StatementVariants)

#include "tst_statementvariants.moc"
