// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "browserfixture.h"

#include <resultpage.h>
#include <sqlsheet.h>

#include <QtCore/qtemporarydir.h>
#include <QtTest/qtest.h>
#include <QtWidgets/qcombobox.h>
#include <QtWidgets/qtreeview.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;

/// The tree of databases, tables and their parts.
class tst_BrowserSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void treeIsReadWhenItIsOpened_data() { addRows(); }
    void treeIsReadWhenItIsOpened();
    void treeFollowsStatements_data() { addRows(); }
    void treeFollowsStatements();

private:
    QTemporaryDir m_folder;
};

void tst_BrowserSchema::initTestCase()
{
    VERIFY_SERVERS();
    BrowserFixture::useOwnSettings(m_folder.path(), u"tst_browserschema"_s);
}

void tst_BrowserSchema::treeIsReadWhenItIsOpened()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *tree = browser.find<QTreeView>(u"schemaTree"_s);
    QTRY_VERIFY_WITH_TIMEOUT(tree->model()->rowCount() > 0, 30'000);
    const QModelIndex table = browser.openNode({browser.database(), u"Tables"_s, u"articles"_s});
    QVERIFY(table.isValid());
    QCOMPARE(tree->model()->rowCount(table), 0);
    QVERIFY(tree->model()->hasChildren(table));
    const QModelIndex id
        = browser.openNode({browser.database(), u"Tables"_s, u"articles"_s, u"id"_s});
    QVERIFY(id.isValid());
    QVERIFY(id.data(Qt::ToolTipRole).toString().contains("unsigned"_L1));
    const QModelIndex key
        = browser.openNode({browser.database(), u"Tables"_s, u"articles"_s, u"by_name"_s});
    QVERIFY(key.data(Qt::ToolTipRole).toString().contains("(name)"_L1));
    QVERIFY(browser.openNode({browser.database(), u"Views"_s, u"cheap"_s, u"price"_s}).isValid());
    QVERIFY(browser.openNode({browser.database(), u"Routines"_s, u"two_results"_s}).isValid());
    // By the keyboard.
    tree->setFocus();
    tree->setCurrentIndex(table);
    QTest::keyClick(tree, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->objectName(), u"tableGrid"_s, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(browser.grid()->model()->rowCount(), 1000, 30'000);
}

void tst_BrowserSchema::treeFollowsStatements()
{
    QFETCH(Server, server);
    BrowserFixture browser(server);
    QVERIFY(browser.isReady());
    auto *tree = browser.find<QTreeView>(u"schemaTree"_s);
    const QPersistentModelIndex tables = browser.openNode({browser.database(), u"Tables"_s});
    const QPersistentModelIndex views = browser.openNode({browser.database(), u"Views"_s});
    QVERIFY(browser.openNode({browser.database(), u"Tables"_s, u"articles"_s, u"id"_s}).isValid());
    const QPersistentModelIndex articles
        = browser.openNode({browser.database(), u"Tables"_s, u"articles"_s});
    QVERIFY(tree->isExpanded(articles));
    const auto namesBelow = [&](const QModelIndex &parent) {
        QStringList names;
        for (int row = 0; row < tree->model()->rowCount(parent); ++row)
            names.append(tree->model()->index(row, 0, parent).data().toString());
        return names;
    };
    const auto run = [&](const QString &sql) {
        browser.write(sql);
        browser.runAll();
        QVERIFY(browser.waitUntilIdle());
    };

    run(u"CREATE TABLE fruits (id INT PRIMARY KEY);\n"
        "ALTER TABLE articles ADD COLUMN stock INT AFTER id;"_s);
    QTRY_COMPARE_WITH_TIMEOUT(namesBelow(tables), QStringList({u"articles"_s, u"fruits"_s}),
                              30'000);
    QTRY_COMPARE_WITH_TIMEOUT(namesBelow(articles).mid(0, 3),
                              QStringList({u"id"_s, u"stock"_s, u"name"_s}), 30'000);
    // A column that moves, and a table that is no more what was read of it.
    run(u"ALTER TABLE articles MODIFY stock BIGINT AFTER price;\nRENAME TABLE fruits TO plums;"_s);
    QTRY_COMPARE_WITH_TIMEOUT(namesBelow(tables), QStringList({u"articles"_s, u"plums"_s}), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(namesBelow(articles).mid(0, 4),
                              QStringList({u"id"_s, u"name"_s, u"price"_s, u"stock"_s}), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(
        tree->model()->index(3, 0, articles).data(Qt::ToolTipRole).toString().contains("bigint"_L1),
        30'000);
    run(u"DROP TABLE plums;\nDROP VIEW cheap;\nCREATE TABL wrong (id INT);"_s);
    QTRY_COMPARE_WITH_TIMEOUT(namesBelow(tables), QStringList(u"articles"_s), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!views.isValid(), 30'000);
    QVERIFY(tables.isValid() && tree->isExpanded(tables));
    QVERIFY(articles.isValid() && tree->isExpanded(articles));

    // What the user has closed stays closed.
    tree->collapse(tables);
    const QString other = browser.database() + "_other"_L1;
    run(u"CREATE DATABASE %1;\nUSE %1;\nCREATE TABLE plums (id INT);"_s.arg(other));
    const QModelIndex plums = browser.openNode({other, u"Tables"_s, u"plums"_s});
    QVERIFY(plums.isValid());
    QVERIFY(tree->isExpanded(plums.parent().parent()));
    QVERIFY(!tree->isExpanded(tables));
    QTRY_COMPARE_WITH_TIMEOUT(browser.find<QComboBox>(u"databases"_s)->currentText(), other,
                              30'000);
    run(u"DROP DATABASE %1"_s.arg(other));
    QTRY_VERIFY_WITH_TIMEOUT(!namesBelow({}).contains(other), 30'000);
    QVERIFY(namesBelow({}).contains(browser.database()));
    QVERIFY(!tree->isExpanded(tables));
}

QTEST_MAIN(tst_BrowserSchema)
#include "tst_browserschema.moc"
