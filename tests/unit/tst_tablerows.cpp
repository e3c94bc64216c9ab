// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"
#include "rowcomparison.h"
#include "tablerows.h"

#include <QtCore/qlist.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using CellState = TableModel::CellState;
using RowState = TableModel::RowState;

/// The rows of a table and their changes, without a table.
class tst_TableRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyChangedRowsAreKeptForThemselves();
    void cellsHaveTheirChanges();
    void insertedRowsHaveTheirEdit();
    void idsFollowTheirRows();
    void removedRowsTakeTheirEditsAlong();
    void refreshKeepsChanges();
    void refreshForgetsWhatWasWritten();
    void refreshFindsInsertedRows();
    void revisionsTellOfChanges();
};

namespace {

/// The numbers and their names.
Result resultOf(const QList<QByteArrayList> &rows)
{
    ResultBuilder builder;
    builder.column("id", columnOf(Values::FieldType::Int)).text("name");
    for (const QByteArrayList &row : rows)
        builder.row({row[0], row[1]});
    return builder.build();
}

RowChunks chunksOf(const QList<QByteArrayList> &rows)
{
    RowChunks chunks;
    chunks.append(resultOf(rows));
    return chunks;
}

class Table : public QAbstractTableModel
{
public:
    Table()
    {
        const QList<QByteArrayList> read{{"1", "one"}, {"2", "two"}, {"3", "three"}};
        rows.setColumns(resultOf(read).columns());
        rows.reset(chunksOf(read), 3);
    }

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(rows.count());
    }
    int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : 2;
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return role == Qt::DisplayRole ? rows.cellValue(rows.at(index.row()), index.column())
                                       : QVariant();
    }

    /// The names as they are shown.
    QStringList names() const
    {
        QStringList texts;
        for (int row = 0; row < rowCount(); ++row)
            texts.append(index(row, 1).data().toString());
        return texts;
    }

    void setName(int row, const QString &name)
    {
        rows.editOf(rows.own(row), RowEdit::Kind::Update).values.insert(1, name);
    }

    QList<RowPlace> refresh(const QList<QByteArrayList> &read)
    {
        const RowChunks chunks = chunksOf(read);
        RowComparison comparison(rows.snapshot(), {chunks, chunks.rowCount()}, {0});
        while (!comparison.isDone())
            comparison.advance();
        if (!rows.carryOut(comparison))
            qFatal("The model is gone");
        return rows.adopt(comparison);
    }

    TableRows rows{this};
};

} // namespace

void tst_TableRows::onlyChangedRowsAreKeptForThemselves()
{
    Table table;
    QCOMPARE(table.rows.at(1).id, 0U);
    QCOMPARE(table.rows.at(1).stored.text(1), u"two"_s);
    QVERIFY(table.rows.edited().isEmpty());
    const quint64 id = table.rows.own(1).id;
    QVERIFY(id != 0);
    QCOMPARE(table.rows.own(1).id, id);
    QCOMPARE(table.rows.at(1).stored.text(1), u"two"_s);
    QCOMPARE(table.rows.indexOf(id), 1);
    QCOMPARE(table.rows.at(2).stored.text(1), u"three"_s);
    QCOMPARE(table.rows.pending(), 0);
}

void tst_TableRows::cellsHaveTheirChanges()
{
    Table table;
    table.setName(1, u"deux"_s);
    QCOMPARE(table.names(), QStringList({u"one"_s, u"deux"_s, u"three"_s}));
    QCOMPARE(table.rows.pending(), 1);
    QCOMPARE(TableRows::cellState(table.rows.at(1), 1), CellState::Changed);
    QCOMPARE(TableRows::cellState(table.rows.at(1), 0), CellState::Stored);
    QCOMPARE(TableRows::rowState(table.rows.at(1)), RowState::Changed);
    QCOMPARE(TableRows::rowState(table.rows.at(0)), RowState::Stored);
    table.rows.dropEdit(table.rows.own(1));
    QCOMPARE(table.names(), QStringList({u"one"_s, u"two"_s, u"three"_s}));
    QCOMPARE(table.rows.pending(), 0);
}

void tst_TableRows::insertedRowsHaveTheirEdit()
{
    Table table;
    const QAbstractItemModelTester tester(&table);
    const quint64 id = table.rows.nextId();
    QVERIFY(table.rows.insertNew(1, 2, {{1, u"new"_s}}));
    QCOMPARE(table.names(), QStringList({u"one"_s, u"new"_s, u"new"_s, u"two"_s, u"three"_s}));
    QCOMPARE(table.rows.pending(), 2);
    QCOMPARE(table.rows.indexOf(id), 1);
    QVERIFY(table.rows.at(1).isNew());
    QVERIFY(table.rows.isNull(table.rows.at(1), 0));
    QCOMPARE(TableRows::rowState(table.rows.at(2)), RowState::Inserted);
}

void tst_TableRows::idsFollowTheirRows()
{
    Table table;
    const quint64 id = table.rows.own(2).id;
    QVERIFY(table.rows.remove(0, 1));
    QCOMPARE(table.rows.indexOf(id), 1);
    QCOMPARE(table.rows.indexOf(RowPlace{id, 2}), 1);
    QCOMPARE(table.rows.indexOf(RowPlace{id, 1}), 1);
    QVERIFY(table.rows.remove(1, 1));
    QCOMPARE(table.rows.indexOf(id), -1);
    QCOMPARE(table.rows.indexOf(quint64(0)), -1);
}

void tst_TableRows::removedRowsTakeTheirEditsAlong()
{
    Table table;
    const QAbstractItemModelTester tester(&table);
    table.setName(0, u"a"_s);
    table.setName(2, u"c"_s);
    QCOMPARE(table.rows.edited().size(), 2);
    QVERIFY(table.rows.remove(0, 2));
    QCOMPARE(table.rows.pending(), 1);
    QCOMPARE(table.names(), QStringList{u"c"_s});
}

void tst_TableRows::refreshKeepsChanges()
{
    Table table;
    const QAbstractItemModelTester tester(&table);
    table.setName(1, u"mine"_s);
    QVERIFY(table.rows.insertNew(2, 1, {{1, u"new"_s}}));
    // The changed row is gone, and both stay behind the first one.
    QVERIFY(table.refresh({{"3", "drei"}, {"1", "eins"}, {"4", "vier"}}).isEmpty());
    QCOMPARE(table.names(), QStringList({u"drei"_s, u"eins"_s, u"mine"_s, u"new"_s, u"vier"_s}));
    QCOMPARE(table.rows.pending(), 2);
    // It is what its change was made of, whatever the server has.
    QVERIFY(table.refresh({{"1", "eins"}, {"2", "zwei"}}).isEmpty());
    QCOMPARE(table.names(), QStringList({u"eins"_s, u"mine"_s, u"new"_s}));
    QCOMPARE(table.rows.at(1).stored.text(1), u"two"_s);
}

void tst_TableRows::refreshForgetsWhatWasWritten()
{
    Table table;
    TableRow &written = table.rows.own(1);
    const quint64 id = written.id;
    written.stored = chunksOf({{"2", "written"}}).row(0);
    QCOMPARE(table.names(), QStringList({u"one"_s, u"written"_s, u"three"_s}));
    QVERIFY(table.refresh({{"1", "one"}, {"2", "read"}, {"3", "three"}}).isEmpty());
    QCOMPARE(table.names(), QStringList({u"one"_s, u"read"_s, u"three"_s}));
    QCOMPARE(table.rows.indexOf(id), -1);
}

void tst_TableRows::refreshFindsInsertedRows()
{
    Table table;
    QVERIFY(table.rows.insertNew(3, 1, {{0, 4}, {1, u"four"_s}}));
    RowEdit &edit = *table.rows.own(3).edit;
    edit.isUncertain = true;
    edit.uncertain = {{0, {4}}, {1, {u"four"_s}}};
    edit.uncertainKey = QVariantList{4};
    edit.uncertainRow = chunksOf({{"4", "four"}}).row(0);
    const QList<RowPlace> found
        = table.refresh({{"1", "one"}, {"4", "four"}, {"2", "two"}, {"3", "three"}});
    QCOMPARE(found.size(), 1);
    QCOMPARE(found[0].row, 1);
    QCOMPARE(table.names(), QStringList({u"one"_s, u"four"_s, u"two"_s, u"three"_s}));
    QCOMPARE(table.rows.pending(), 0);
    QVERIFY(!table.rows.at(1).isNew());
}

void tst_TableRows::revisionsTellOfChanges()
{
    Table table;
    const quint64 first = table.rows.revision();
    table.setName(0, u"a"_s);
    const quint64 second = table.rows.revision();
    QVERIFY(second != first);
    QVERIFY(table.rows.insertNew(0, 1, {}));
    const quint64 third = table.rows.revision();
    QVERIFY(third != second);
    QVERIFY(table.rows.remove(0, 1));
    QVERIFY(table.rows.revision() != third);
    const quint64 last = table.rows.revision();
    static_cast<void>(table.names());
    QCOMPARE(table.rows.revision(), last);
}

QTEST_GUILESS_MAIN(tst_TableRows)
#include "tst_tablerows.moc"
