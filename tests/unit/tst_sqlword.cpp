// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlword.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;

class tst_SqlWord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsWords_data();
    void knowsWords();
};

void tst_SqlWord::knowsWords_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<SqlWord>("word");
    QTest::addColumn<bool>("isSideEffectFree");

    const auto row = [](const char *text, SqlWord word, bool isSideEffectFree) {
        QTest::newRow(text) << QByteArray(text) << word << isSideEffectFree;
    };
    row("ALTER", SqlWord::Alter, false);
    row("alter", SqlWord::Alter, false);
    row("Select", SqlWord::Select, true);
    row("REPLACE", SqlWord::Replace, true);
    row("xml", SqlWord::Xml, false);
    row("xa", SqlWord::Xa, false);
    row("WAIT_FOR_EXECUTED_GTID_SET", SqlWord::WaitForExecutedGtidSet, false);
    row("found_rows", SqlWord::FoundRows, false);
    row("COUNT", SqlWord::Other, true);
    row("atan2", SqlWord::Other, true);
    row("yearweek", SqlWord::Other, true);
    row("articles", SqlWord::Other, false);
    row("a", SqlWord::Other, false);
    row("ALTERX", SqlWord::Other, false);
    row("ALTE", SqlWord::Other, false);
    // Equal in the letters that the hash is made of.
    row("ALXER", SqlWord::Other, false);
    row("Count ", SqlWord::Other, false);
    row("z\xC3\xA4hler", SqlWord::Other, false);
    row("", SqlWord::Other, false);
    row("$", SqlWord::Other, false);
}

void tst_SqlWord::knowsWords()
{
    QFETCH(QByteArray, text);
    QFETCH(SqlWord, word);
    QFETCH(bool, isSideEffectFree);
    const SqlWordTraits traits = SqlWordTraits::of(text);
    QCOMPARE(traits.word, word);
    QCOMPARE(traits.isSideEffectFree, isSideEffectFree);
}

QTEST_GUILESS_MAIN(tst_SqlWord)
#include "tst_sqlword.moc"
