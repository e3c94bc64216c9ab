// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "columnsetcache.h"
#include "columnsetreader.h"

#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

namespace {

using Columns = ColumnSetCache::ColumnSetPointer;

/// Of an INT with this name of one letter, of table t.
QByteArray definition(char name, quint8 type = 0x03)
{
    QByteArray bytes
        = fromHex("03646566 01 73 01 74 01 74 01 61 01 61 0c 3f00 0b000000 03 0000 00 0000");
    bytes.replace("\x01"_ba + 'a', "\x01"_ba + name);
    bytes[bytes.size() - 6] = static_cast<char>(type);
    return bytes;
}

class Session
{
public:
    std::shared_ptr<ColumnSetCache> cache = std::make_shared<ColumnSetCache>();
    Values::SessionTimeZonePointer timeZone;
    QByteArray characterSet = "utf8mb4"_ba;

    /// Null if a definition is broken.
    Columns read(const QList<QByteArray> &definitions)
    {
        ColumnSetReader reader;
        reader.begin(static_cast<quint64>(definitions.size()), characterSet);
        for (const QByteArray &bytes : definitions) {
            if (reader.isComplete() || !reader.read(bytes, 0, timeZone, cache))
                return nullptr;
        }
        return reader.isComplete() ? reader.take(cache.get()) : nullptr;
    }
};

QByteArray names(const Columns &columns)
{
    QByteArray all;
    for (int column = 0; column < columns->size(); ++column)
        all += columns->at(column).name.toByteArray();
    return all;
}

} // namespace

class tst_ColumnSetReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsColumns();
    void sharesColumnsOfTheSameDefinitions();
    void leavesKnownColumnsWhereTheyDiffer_data();
    void leavesKnownColumnsWhereTheyDiffer();
    void keepsTwoThatBeginInTheSameWay();
    void tellsPacketsApartThatReadTheSameInARow();
    void givesEachTimeZoneItsOwn();
    void parsesNamesInOtherCharacterSets();
    void refusesBrokenDefinitions();
    void storesNothingLarge();
    void forgetsAReadingThatWasNotFinished();
    void worksWithoutACache();
    void givesNothingWhereNothingWasRead();
};

void tst_ColumnSetReader::readsColumns()
{
    Session session;
    const Columns columns = session.read({definition('a'), definition('b', 0xfd)});
    QVERIFY(columns);
    QCOMPARE(names(columns), "ab"_ba);
    QCOMPARE(columns->at(1).table.toByteArray(), "t"_ba);
    QCOMPARE(columns->at(0).type, Values::FieldType::Int);
    QCOMPARE(columns->at(1).type, Values::FieldType::VarString);
}

void tst_ColumnSetReader::sharesColumnsOfTheSameDefinitions()
{
    Session session;
    const Columns first = session.read({definition('a'), definition('b')});
    const Columns other = session.read({definition('c')});
    QCOMPARE(session.read({definition('a'), definition('b')}), first);
    QCOMPARE(session.read({definition('c')}), other);
    QCOMPARE(names(first), "ab"_ba);
    Session another;
    QVERIFY(another.read({definition('a'), definition('b')}) != first);
}

void tst_ColumnSetReader::leavesKnownColumnsWhereTheyDiffer_data()
{
    QTest::addColumn<QList<QByteArray>>("definitions");
    QTest::addColumn<QByteArray>("expected");

    QTest::newRow("first") << QList{definition('x'), definition('b'), definition('c')} << "xbc"_ba;
    QTest::newRow("in between") << QList{definition('a'), definition('x'), definition('c')}
                                << "axc"_ba;
    QTest::newRow("last") << QList{definition('a'), definition('b'), definition('x')} << "abx"_ba;
    QTest::newRow("type") << QList{definition('a'), definition('b'), definition('c', 0xfd)}
                          << "abc"_ba;
    QTest::newRow("fewer") << QList{definition('a'), definition('b')} << "ab"_ba;
    QTest::newRow("more") << QList{definition('a'), definition('b'), definition('c'),
                                   definition('d')}
                          << "abcd"_ba;
    QTest::newRow("longer") << QList{definition('a'), definition('b'), definition('c') + '\0'}
                            << "abc"_ba;
}

void tst_ColumnSetReader::leavesKnownColumnsWhereTheyDiffer()
{
    QFETCH(QList<QByteArray>, definitions);
    QFETCH(QByteArray, expected);
    Session session;
    const Columns known = session.read({definition('a'), definition('b'), definition('c')});
    const Columns columns = session.read(definitions);
    QVERIFY(columns);
    QVERIFY(columns != known);
    QCOMPARE(names(columns), expected);
    QCOMPARE(names(known), "abc"_ba);
    QCOMPARE(columns->at(0).table.toByteArray(), "t"_ba);
    QCOMPARE(session.read(definitions), columns);
}

void tst_ColumnSetReader::keepsTwoThatBeginInTheSameWay()
{
    Session session;
    const QList<QByteArray> one{definition('a'), definition('b'), definition('c')};
    const QList<QByteArray> two{definition('a'), definition('b'), definition('d')};
    const Columns first = session.read(one);
    const Columns second = session.read(two);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(session.read(one), first);
        QCOMPARE(session.read(two), second);
    }
    // A third one takes the place of the older one.
    QCOMPARE(names(session.read({definition('a'), definition('x'), definition('c')})), "axc"_ba);
    QCOMPARE(session.read(two), second);
    QVERIFY(session.read(one) != first);
}

void tst_ColumnSetReader::tellsPacketsApartThatReadTheSameInARow()
{
    // What is behind the known parts of a definition is ignored.
    Session session;
    const QByteArray third = definition('c');
    const Columns known = session.read({definition('a'), definition('b') + 'z', third});
    QVERIFY(known);
    QVERIFY(!session.read({definition('a'), definition('b'), 'z' + third}));
}

void tst_ColumnSetReader::givesEachTimeZoneItsOwn()
{
    Session session;
    const Columns utc = session.read({definition('a')});
    session.timeZone = Values::SessionTimeZone::find("+02:00"_ba);
    const Columns summer = session.read({definition('a')});
    QVERIFY(summer != utc);
    QCOMPARE(summer->timeZone(), session.timeZone);
    QCOMPARE(session.read({definition('a')}), summer);
}

void tst_ColumnSetReader::parsesNamesInOtherCharacterSets()
{
    Session session;
    const Columns utf8 = session.read({definition('a')});
    session.characterSet = "latin1"_ba;
    const Columns first = session.read({definition('\xe9')});
    const Columns second = session.read({definition('a')});
    QCOMPARE(names(first), "é"_ba);
    QVERIFY(second != utf8);
    session.characterSet = "utf8mb4"_ba;
    QCOMPARE(session.read({definition('a')}), utf8);
}

void tst_ColumnSetReader::refusesBrokenDefinitions()
{
    Session session;
    QVERIFY(session.read({definition('a'), definition('b')}));
    for (qsizetype size = 0; size < definition('b').size(); ++size) {
        QVERIFY(!session.read({definition('a'), definition('b').first(size)}));
        QVERIFY(!session.read({definition('a').first(size), definition('b')}));
    }
    QCOMPARE(names(session.read({definition('a'), definition('b')})), "ab"_ba);
}

void tst_ColumnSetReader::storesNothingLarge()
{
    Session session;
    const QList<QByteArray> many(1000, definition('a'));
    const Columns first = session.read(many);
    QCOMPARE(first->size(), 1000);
    QVERIFY(session.read(many) != first);
}

void tst_ColumnSetReader::forgetsAReadingThatWasNotFinished()
{
    Session session;
    const Columns known = session.read({definition('a'), definition('b')});
    ColumnSetReader reader;
    reader.begin(2, session.characterSet);
    QVERIFY(reader.read(definition('a'), 0, session.timeZone, session.cache));
    reader.begin(2, session.characterSet);
    QVERIFY(reader.read(definition('b'), 0, session.timeZone, session.cache));
    QVERIFY(reader.read(definition('a'), 0, session.timeZone, session.cache));
    QVERIFY(reader.isComplete());
    QCOMPARE(names(reader.take(session.cache.get())), "ba"_ba);
    QCOMPARE(session.read({definition('a'), definition('b')}), known);
}

void tst_ColumnSetReader::worksWithoutACache()
{
    Session session;
    session.cache.reset();
    const Columns first = session.read({definition('a')});
    const Columns second = session.read({definition('a')});
    QCOMPARE(names(first), "a"_ba);
    QVERIFY(first != second);
}

void tst_ColumnSetReader::givesNothingWhereNothingWasRead()
{
    Session session;
    ColumnSetReader reader;
    QVERIFY(!reader.take(session.cache.get()));
    reader.begin(0, session.characterSet);
    QVERIFY(reader.isComplete());
    QVERIFY(!reader.take(session.cache.get()));
}

QTEST_GUILESS_MAIN(tst_ColumnSetReader)
#include "tst_columnsetreader.moc"
