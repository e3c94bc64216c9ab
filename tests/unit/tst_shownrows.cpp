// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"
#include "rowcomparison.h"
#include "shownrows.h"

#include <QtCore/qpointer.h>
#include <QtCore/qrandom.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>
#include <memory>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

/// What RowComparison finds, as ShownRows carries it out.
class tst_ShownRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsBecomeTheOnesRead_data();
    void rowsBecomeTheOnesRead();
    void anyListBecomesAnyOther_data();
    void anyListBecomesAnyOther();
    void rowsOfTheUserFollow_data();
    void rowsOfTheUserFollow();
    void insertedRowIsFound_data();
    void insertedRowIsFound();
    void changesAreJoined();
    void unchangedRowsAreLeftOutOfJoinedChanges_data();
    void unchangedRowsAreLeftOutOfJoinedChanges();
    void persistentRowsAreInOrder();
    void rowsAreAppended();
    void slotsMayDeleteTheModel_data();
    void slotsMayDeleteTheModel();
};

namespace {

/// A row for each letter, which is its key; the value is 1 for those in \a changed.
RowChunks chunksOf(const QByteArray &letters, const QByteArray &changed = {})
{
    RowChunks chunks;
    // Several portions, as a stream has them.
    for (qsizetype first = 0; first < letters.size(); first += 3) {
        ResultBuilder builder;
        builder.text("key").text("value");
        for (const char letter :
             letters.sliced(first, std::min<qsizetype>(3, letters.size() - first)))
            builder.row({QByteArray(1, letter), QByteArray(changed.contains(letter) ? "1" : "0")});
        chunks.append(builder.build());
    }
    return chunks;
}

Row rowOf(char letter)
{
    return chunksOf(QByteArray(1, letter)).row(0);
}

class Letters : public QAbstractTableModel
{
public:
    /// Capital letters are rows of the user.
    explicit Letters(const QByteArray &letters)
    {
        QByteArray read = letters;
        read.removeIf([](char letter) { return letter < 'a'; });
        rows.reset(chunksOf(read), read.size());
        for (qsizetype i = 0; i < letters.size(); ++i) {
            if (letters[i] < 'a' && !rows.insert(i, {-qsizetype(letters[i])}))
                qFatal("The model is gone");
        }
    }

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(rows.count());
    }
    int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : 1;
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return role == Qt::DisplayRole ? QVariant(QString(QLatin1Char(letterAt(index.row()))))
                                       : QVariant();
    }
    char letterAt(qsizetype index) const
    {
        const qsizetype place = rows.place(index);
        return place < 0 ? static_cast<char>(-place) : rows.readRow(index).bytes(0).at(0);
    }
    QByteArray letters() const
    {
        QByteArray text;
        for (qsizetype i = 0; i < rows.count(); ++i)
            text.append(letterAt(i));
        return text;
    }
    RowComparison::Rows snapshot() const
    {
        RowComparison::Rows before{chunksOf(letters().toLower()), rows.count()};
        for (qsizetype i = 0; i < rows.count(); ++i)
            before.places.push_back(rows.place(i) < 0 ? rows.place(i) : i);
        return before;
    }

    ShownRows rows{this};
};

std::unique_ptr<RowComparison> compared(RowComparison::Rows before, const QByteArray &after,
                                        const QByteArray &changed = {})
{
    auto comparison = std::make_unique<RowComparison>(
        std::move(before), RowComparison::Rows{chunksOf(after, changed), after.size()},
        QList<int>{0});
    while (!comparison->isDone())
        comparison->advance();
    return comparison;
}

QByteArray joined(const std::vector<RowComparison::RowRange> &ranges)
{
    QByteArrayList texts;
    for (const auto &[first, last] : ranges)
        texts.append(QByteArray::number(first) + '-' + QByteArray::number(last));
    return texts.join(' ');
}

} // namespace

void tst_ShownRows::rowsBecomeTheOnesRead_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("changed");
    QTest::addColumn<QByteArray>("ranges");
    QTest::newRow("none") << ""_ba
                          << ""_ba
                          << ""_ba
                          << ""_ba;
    QTest::newRow("all come") << ""_ba
                              << "abcdef"_ba
                              << ""_ba
                              << ""_ba;
    QTest::newRow("all go") << "abcdef"_ba
                            << ""_ba
                            << ""_ba
                            << ""_ba;
    QTest::newRow("the same") << "abcdef"_ba
                              << "abcdef"_ba
                              << ""_ba
                              << ""_ba;
    QTest::newRow("other values") << "abcdef"_ba
                                  << "abcdef"_ba
                                  << "abde"_ba
                                  << "0-1 3-4"_ba;
    QTest::newRow("new ones are not changed ones") << "ac"_ba
                                                   << "abc"_ba
                                                   << "bc"_ba
                                                   << "2-2"_ba;
    QTest::newRow("moved and changed") << "abcd"_ba
                                       << "dabc"_ba
                                       << "d"_ba
                                       << "0-0"_ba;
    QTest::newRow("the same key several times") << "aab"_ba
                                                << "aba"_ba
                                                << ""_ba
                                                << ""_ba;
}

void tst_ShownRows::rowsBecomeTheOnesRead()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QByteArray, changed);
    QFETCH(QByteArray, ranges);
    Letters model(before);
    const QAbstractItemModelTester tester(&model);
    const auto comparison = compared(model.snapshot(), after, changed);
    QVERIFY(!comparison->hasFollowers());
    QVERIFY(model.rows.carryOut(*comparison));
    model.rows.adopt(*comparison);
    QCOMPARE(model.letters(), after);
    QCOMPARE(joined(comparison->changedRows()), ranges);
    for (qsizetype i = 0; i < after.size(); ++i) {
        QCOMPARE(model.rows.place(i), i);
        QCOMPARE(model.rows.readRow(i).text(1), changed.contains(after[i]) ? u"1"_s : u"0"_s);
    }
}

void tst_ShownRows::anyListBecomesAnyOther_data()
{
    QTest::addColumn<int>("letters");
    for (const int letters : {4, 12, 26})
        QTest::addRow("%d letters", letters) << letters;
}

/// Also where views are told of all changes at once.
void tst_ShownRows::anyListBecomesAnyOther()
{
    QFETCH(int, letters);
    QRandomGenerator random(static_cast<quint32>(letters));
    const auto word = [&](int factor) {
        QByteArray text;
        for (int i = random.bounded(factor * letters + 1); i > 0; --i)
            text.append(static_cast<char>('a' + random.bounded(letters)));
        return text;
    };
    int wholesale = 0;
    for (int round = 0; round < 200; ++round) {
        const int factor = round % 4 == 0 ? 20 : 1;
        const QByteArray after = word(factor);
        Letters model(word(factor));
        const QAbstractItemModelTester tester(&model);
        QList<QPersistentModelIndex> indexes;
        QByteArray kept;
        for (int i = 0; i < model.rowCount(); ++i) {
            indexes.append(model.index(i, 0));
            kept.append(model.letterAt(i));
        }
        const auto comparison = compared(model.snapshot(), after);
        wholesale += comparison->diff().isWholesale;
        QVERIFY(model.rows.carryOut(*comparison));
        model.rows.adopt(*comparison);
        QCOMPARE(model.letters(), after);
        for (qsizetype i = 0; i < indexes.size(); ++i) {
            if (indexes[i].isValid())
                QCOMPARE(model.letterAt(indexes[i].row()), kept[i]);
        }
    }
    QVERIFY(wholesale > 0 || letters < 12);
}

void tst_ShownRows::rowsOfTheUserFollow_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("changed");
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<QByteArray>("ranges");
    const auto row = [](const char *name, const char *before, const char *after,
                        const char *changed, const char *shown, const char *ranges) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after) << QByteArray(changed)
                            << QByteArray(shown) << QByteArray(ranges);
    };
    row("behind the row in front", "aXb", "ab", "", "aXb", "");
    row("at the begin", "Xab", "ab", "", "Xab", "");
    row("at the end", "abX", "abc", "", "abXc", "");
    row("when that moves", "aXbc", "bca", "", "bcaX", "");
    row("when that goes", "abXc", "ac", "", "aXc", "");
    row("when all go", "aXbYc", "", "", "XY", "");
    row("several, in their order", "aXYb", "ba", "", "baXY", "");
    row("changed rows behind them", "aXbc", "abc", "c", "aXbc", "3-3");
    row("between changed rows", "abXYc", "abc", "bc", "abXYc", "1-1 4-4");
    row("several between changed rows", "aXbYcZ", "abc", "abc", "aXbYcZ", "0-0 2-2 4-4");
    row("one that the server has, too", "aXb", "xab", "x", "Xab", "");
}

void tst_ShownRows::rowsOfTheUserFollow()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QByteArray, changed);
    QFETCH(QByteArray, shown);
    QFETCH(QByteArray, ranges);
    Letters model(before);
    const QAbstractItemModelTester tester(&model);
    RowComparison::Rows rows = model.snapshot();
    for (const char letter : before) {
        if (letter < 'a') {
            // X is a change of x where the server has that.
            const char key = QByteArray(1, letter).toLower().at(0);
            rows.changed.insert(-qsizetype(letter),
                                {after.contains(key) ? rowOf(key) : Row(), true});
        }
    }
    const auto comparison = compared(std::move(rows), after, changed);
    QVERIFY(model.rows.carryOut(*comparison));
    model.rows.adopt(*comparison);
    QCOMPARE(model.letters(), shown);
    QCOMPARE(joined(comparison->changedRows()), ranges);
}

void tst_ShownRows::insertedRowIsFound_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<bool>("isSelf");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("the same") << "aX"_ba << true << "aXb"_ba;
    QTest::newRow("another one of the same key") << "aX"_ba << false << "aXxb"_ba;
    QTest::newRow("known as a row of its own") << "Xax"_ba << true << "Xaxb"_ba;
}

void tst_ShownRows::insertedRowIsFound()
{
    QFETCH(QByteArray, before);
    QFETCH(bool, isSelf);
    QFETCH(QByteArray, shown);
    Letters model(before);
    RowComparison::Rows rows = model.snapshot();
    rows.changed.insert(-qsizetype('X'),
                        {rowOf('x'), true, [isSelf](const Row &) { return isSelf; }});
    const auto comparison = compared(std::move(rows), "axb");
    QVERIFY(model.rows.carryOut(*comparison));
    model.rows.adopt(*comparison);
    QCOMPARE(model.letters(), shown);
}

void tst_ShownRows::changesAreJoined()
{
    RowChunks before;
    RowChunks after;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray key = QByteArray::number(i);
        before.append(ResultBuilder().text("key").text("value").row({key, "0"}).build());
        after.append(
            ResultBuilder().text("key").text("value").row({key, i % 4 == 0 ? "1" : "0"}).build());
    }
    RowComparison comparison({before, 1000}, {after, 1000}, {0});
    while (!comparison.isDone())
        comparison.advance();
    QVERIFY(comparison.diff().steps.empty());
    QVERIFY(comparison.changedRows().size() <= 100);
    QCOMPARE(comparison.changedRows().front().first, 0);
    QCOMPARE(comparison.changedRows().back().second, 996);
    QVERIFY(comparison.areChangesJoined());
    QCOMPARE(comparison.changedRowsWithout({}), comparison.changedRows());
}

void tst_ShownRows::unchangedRowsAreLeftOutOfJoinedChanges_data()
{
    QTest::addColumn<QList<int>>("rows");
    QTest::addColumn<QByteArray>("ranges");
    QTest::newRow("none") << QList<int>() << "0-396"_ba;
    QTest::newRow("changed") << QList<int>{0, 200, 396} << "0-396"_ba;
    QTest::newRow("unchanged") << QList<int>{201} << "0-200 202-396"_ba;
    QTest::newRow("neighbours") << QList<int>{1, 2, 3} << "0-0 4-396"_ba;
    QTest::newRow("apart") << QList<int>{1, 8, 395} << "0-0 2-394 396-396"_ba;
    QTest::newRow("outside") << QList<int>{398} << "0-396"_ba;
    QTest::newRow("before other ranges") << QList<int>{401} << "0-396"_ba;
}

void tst_ShownRows::unchangedRowsAreLeftOutOfJoinedChanges()
{
    QFETCH(QList<int>, rows);
    QFETCH(QByteArray, ranges);
    // Ranges with small gaps, which are joined, in front of those with wide ones.
    RowChunks before;
    RowChunks after;
    for (int i = 0; i < 1500; ++i) {
        const bool isChanged = i < 400 ? i % 4 == 0 : i >= 500 && i % 10 == 0;
        const QByteArray key = QByteArray::number(i);
        before.append(ResultBuilder().text("key").text("value").row({key, "0"}).build());
        after.append(
            ResultBuilder().text("key").text("value").row({key, isChanged ? "1" : "0"}).build());
    }
    RowComparison comparison({before, 1500}, {after, 1500}, {0});
    while (!comparison.isDone())
        comparison.advance();
    auto announced = comparison.changedRowsWithout({rows.begin(), rows.end()});
    const auto end = std::find_if(announced.begin(), announced.end(),
                                  [](const auto &range) { return range.first >= 400; });
    announced.erase(end, announced.end());
    QCOMPARE(joined(announced), ranges);
}

void tst_ShownRows::persistentRowsAreInOrder()
{
    Letters model("abcde");
    QVERIFY(model.rows.persistentRows().empty());
    const QPersistentModelIndex last = model.index(4, 0);
    const QPersistentModelIndex first = model.index(0, 0);
    const QPersistentModelIndex again = model.index(4, 0);
    QCOMPARE(model.rows.persistentRows(), (std::vector<qsizetype>{0, 4}));
}

void tst_ShownRows::rowsAreAppended()
{
    Letters model("ab");
    const QAbstractItemModelTester tester(&model);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    RowChunks more = chunksOf("ab");
    more.append(chunksOf("cde"), 0);
    more.append(chunksOf("fg"), 0);
    model.rows.addChunks(more);
    QCOMPARE(model.rows.knownCount(), 7);
    QCOMPARE(model.letters(), "ab"_ba);
    QVERIFY(model.rows.append(2, 2));
    QCOMPARE(model.letters(), "abcd"_ba);
    QVERIFY(model.rows.insert(1, {-qsizetype('X')}));
    QVERIFY(model.rows.append(4, 3));
    QCOMPARE(model.letters(), "aXbcdefg"_ba);
    QVERIFY(model.rows.remove(1, 1));
    QCOMPARE(model.letters(), "abcdefg"_ba);
    QCOMPARE(inserted.count(), 3);
}

void tst_ShownRows::slotsMayDeleteTheModel_data()
{
    using Signal = std::function<void(QAbstractItemModel *, const std::function<void()> &)>;
    QTest::addColumn<Signal>("connectTo");
    const auto row = [](const char *name, auto signal) {
        QTest::newRow(name) << Signal(
            [signal](QAbstractItemModel *model, const std::function<void()> &slot) {
                QObject::connect(model, signal, model, slot);
            });
    };
    row("rows come", &QAbstractItemModel::rowsInserted);
    row("rows go", &QAbstractItemModel::rowsRemoved);
    row("rows move", &QAbstractItemModel::rowsMoved);
}

void tst_ShownRows::slotsMayDeleteTheModel()
{
    using Signal = std::function<void(QAbstractItemModel *, const std::function<void()> &)>;
    QFETCH(Signal, connectTo);
    QPointer<Letters> model(new Letters("abcd"));
    const auto comparison = compared(model->snapshot(), "dacx");
    connectTo(model, [&] { delete model; });
    QVERIFY(!model->rows.carryOut(*comparison));
    QVERIFY(!model);
}

QTEST_GUILESS_MAIN(tst_ShownRows)
#include "tst_shownrows.moc"
