// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "demofixture.h"

#include "catalogue.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qloggingcategory.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtCore/qtranslator.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlextensionplugin.h>
#include <QtTest/qtest.h>

#include <algorithm>

Q_IMPORT_QML_PLUGIN(ShopDemoPlugin)

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The demonstration as somebody uses it: what is clicked and typed, and what is to be seen then.
/// The functions are one session, in this order.
class tst_Demo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void showsTheCatalogue();
    void searchFollowsTheKeyboard();
    void wildcardsAreOrdinaryCharacters();
    void wheelScrollsOn();
    void endShowsTheLastOfAMillionRows();
    void headerSortsInTheServer();
    void editIsSaved();
    void keyboardIsEnough();
    void editOfSomebodyElseIsNotOverwritten();
    void numbersAreStoredAsTheyWereTyped_data();
    void numbersAreStoredAsTheyWereTyped();
    void slowQueryIsCancelled();
    void escapeStopsTheSlowQuery_data();
    void escapeStopsTheSlowQuery();
    void jobsOutliveThePulledPlug();
    void idleSessionsAreClosed();
    void looksGoodInTheDark();
    void fitsSmallAndLargeScreens_data();
    void fitsSmallAndLargeScreens();

private:
    QAbstractItemModel *model() const;
    int count() const { return model()->rowCount(); }
    bool isComplete() const { return model()->property("complete").toBool(); }
    QString name(int row) const;
    void searchFor(const QString &text);
    int stockOf(int article)
    {
        return m_demo.ask(u"SELECT stock FROM catalogue WHERE id = %1"_s.arg(article)).toInt();
    }
    int editsOf(int article)
    {
        return m_demo.ask(u"SELECT COUNT(*) FROM edits WHERE article = %1"_s.arg(article)).toInt();
    }
    QQuickItem *rowItem(const QString &name) const;
    bool chooseRow(int row);
    bool changeStock(int stock);
    bool isOnScreen(const QString &text) const;

    DemoFixture m_demo;
};

void tst_Demo::initTestCase()
{
    const QString problem = m_demo.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(m_demo.open());
    m_demo.meter().restart();
}

QAbstractItemModel *tst_Demo::model() const
{
    return m_demo.item(u"articleList"_s)->property("model").value<QAbstractItemModel *>();
}

QString tst_Demo::name(int row) const
{
    const int role = model()->roleNames().key("name");
    return model()->data(model()->index(row, 0), role).toString();
}

void tst_Demo::searchFor(const QString &text)
{
    m_demo.press(Qt::Key_F, Qt::ControlModifier);
    m_demo.press(Qt::Key_Delete);
    m_demo.type(text);
}

/// The item of the row of this name that the list shows.
QQuickItem *tst_Demo::rowItem(const QString &name) const
{
    const auto *content
        = m_demo.item(u"articleList"_s)->property("contentItem").value<QQuickItem *>();
    const QList<QQuickItem *> rows = content->childItems();
    const auto found = std::find_if(rows.cbegin(), rows.cend(), [&](const QQuickItem *each) {
        return each->isVisible() && each->property("name") == name;
    });
    return found == rows.cend() ? nullptr : *found;
}

/// Clicks on it, and waits for its form.
bool tst_Demo::chooseRow(int row)
{
    // A search as one types answers several times, and the list that was just filled goes to its
    // beginning with the next frame: a click in between would hit another row, or none.
    QString wanted;
    QQuickItem *item = nullptr;
    QPointF place;
    const bool isAtRest = DemoFixture::waitFor([&] {
        const QPointF before = place;
        const QQuickItem *itemBefore = item;
        wanted = name(row);
        item = rowItem(wanted);
        place = item ? item->mapToScene({}) : QPointF();
        return item && item == itemBefore && place == before
               && !model()->property("loading").toBool();
    });
    if (!isAtRest) {
        qWarning("The list does not show row %d, \"%s\"", row, qPrintable(wanted));
        return false;
    }
    m_demo.click(item);
    const bool isShown = DemoFixture::waitFor(
        [&] { return m_demo.item(u"nameField"_s) && m_demo.text(u"nameField"_s) == wanted; });
    if (!isShown) {
        qWarning("Row %d, \"%s\", was clicked, and the form shows \"%s\"", row, qPrintable(wanted),
                 qPrintable(m_demo.item(u"nameField"_s) ? m_demo.text(u"nameField"_s) : QString()));
    }
    return isShown;
}

/// By the keyboard, in the form that is shown, and saves it.
bool tst_Demo::changeStock(int stock)
{
    m_demo.click(u"stockField"_s);
    m_demo.press(Qt::Key_A, Qt::ControlModifier);
    m_demo.type(QString::number(stock));
    if (m_demo.text(u"stockField"_s) != QString::number(stock))
        return false;
    m_demo.click(u"saveButton"_s);
    return true;
}

bool tst_Demo::isOnScreen(const QString &text) const
{
    const QStringList all = m_demo.texts();
    return std::any_of(all.begin(), all.end(),
                       [&](const QString &each) { return each.contains(text); });
}

void tst_Demo::showsTheCatalogue()
{
    QVERIFY(DemoFixture::waitFor([&] { return count() > 0 && isOnScreen(u"Alder Armchair"_s); }));
    QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"MariaDB"_s); }));
    QVERIFY(!isComplete());
    m_demo.report(u"the first rows"_s);
}

void tst_Demo::searchFollowsTheKeyboard()
{
    m_demo.click(u"searchField"_s);
    m_demo.meter().restart();
    m_demo.type(u"oak tab"_s);
    QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"Oak Table Alba"_s); }));
    m_demo.report(u"search as one types"_s);
    QVERIFY(name(0).startsWith("Oak Table Alba"_L1));
    // The article beside the list, too.
    QVERIFY(DemoFixture::waitFor([&] { return !isOnScreen(u"Alder"_s); }));
    QVERIFY(
        DemoFixture::waitFor([&] { return isOnScreen(u"read, more to come"_s) || isComplete(); }));

    m_demo.type(u"le visby te"_s);
    QVERIFY(DemoFixture::waitFor([&] { return isComplete() && count() == 5; }));
    QVERIFY(isOnScreen(u"Oak Table Visby teal, tiny"_s));
    QVERIFY(isOnScreen(u"5 found"_s));
    QVERIFY(m_demo.store(u"search"_s));
}

void tst_Demo::wildcardsAreOrdinaryCharacters()
{
    searchFor(u"%oak"_s);
    QVERIFY(DemoFixture::waitFor([&] { return isComplete() && count() == 0; }));
    QVERIFY(isOnScreen(u"No article has such a name"_s));
    // Esc empties the field.
    m_demo.press(Qt::Key_Escape);
    QVERIFY(DemoFixture::waitFor([&] { return count() > 0; }));
}

void tst_Demo::wheelScrollsOn()
{
    const int before = count();
    m_demo.meter().restart();
    const auto position
        = [this] { return m_demo.item(u"articleList"_s)->property("contentY").toReal(); };
    // How far the list reads ahead is its own affair.
    for (int turns = 0; turns < 10 && (count() == before || position() <= 10'000); ++turns)
        m_demo.turnWheel(u"articleList"_s, 100);
    QVERIFY2(DemoFixture::waitFor([&] { return count() > before; }, 5s),
             qPrintable(QString::number(position()) + " "_L1 + QString::number(count()) + " "_L1
                        + QString::number(before)));
    m_demo.report(u"scrolling by the wheel"_s);
    QVERIFY(!isComplete());
    QVERIFY(position() > 10'000);
}

void tst_Demo::endShowsTheLastOfAMillionRows()
{
    QVERIFY(DemoFixture::waitFor([&] { return count() > 0; }));
    // A click on a list that is still moving stops it, and gives it the focus as well.
    m_demo.click(u"searchField"_s);
    m_demo.turnWheel(u"articleList"_s, 5);
    QVERIFY(m_demo.item(u"articleList"_s)->property("moving").toBool());
    m_demo.click(u"articleList"_s);
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.item(u"articleList"_s)->hasActiveFocus(); }));
    DemoFixture::pass(200ms);
    m_demo.meter().restart();
    m_demo.press(Qt::Key_End);
    QVERIFY(DemoFixture::waitFor([&] { return isComplete(); }, 300s));
    m_demo.report(u"loading all rows"_s);
    QCOMPARE(count(), Catalogue::RowCount);
    QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"Walnut Vase Visby white, tiny"_s); }));
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"articleNumber"_s) == "1000000"_L1; }));
    m_demo.meter().restart();
    for (int i = 0; i < 20; ++i) {
        m_demo.press(Qt::Key_PageUp);
        DemoFixture::pass(30ms);
    }
    m_demo.report(u"leafing through a million"_s);
    QVERIFY(m_demo.store(u"end"_s));
    m_demo.press(Qt::Key_Home);
    QVERIFY(DemoFixture::waitFor(
        [&] { return isOnScreen(u"Alder Armchair Alba amber, extra large"_s); }));
}

void tst_Demo::headerSortsInTheServer()
{
    searchFor(u"oak tab"_s);
    QVERIFY(
        DemoFixture::waitFor([&] { return count() > 0 && name(0).startsWith("Oak Table"_L1); }));
    m_demo.click(u"heading-price"_s);
    const auto price = [&](int row) {
        return model()->data(model()->index(row, 0), model()->roleNames().key("price")).toDouble();
    };
    QVERIFY(DemoFixture::waitFor([&] {
        return isOnScreen(u"Price ▲"_s) && count() > 1 && price(0) <= price(1)
               && !model()->property("loading").toBool();
    }));
    m_demo.click(u"heading-price"_s);
    QVERIFY(DemoFixture::waitFor([&] {
        return isOnScreen(u"Price ▼"_s) && price(0) > 400 && !model()->property("loading").toBool();
    }));
    for (int row = 1; row < std::min(count(), 200); ++row)
        QVERIFY(price(row - 1) >= price(row));
    m_demo.click(u"heading-name"_s);
    QVERIFY(DemoFixture::waitFor(
        [&] { return count() > 0 && name(0) == "Oak Table Alba amber, extra large"_L1; }));
}

void tst_Demo::editIsSaved()
{
    QVERIFY(chooseRow(2));
    const int article = m_demo.text(u"articleNumber"_s).toInt();
    QVERIFY(changeStock(12345));
    QVERIFY(DemoFixture::waitFor([&] { return stockOf(article) == 12345; }));
    // The list shows it, too.
    QVERIFY(DemoFixture::waitFor(
        [&] { return isOnScreen(u"12345"_s) && m_demo.text(u"editorState"_s).isEmpty(); }));
    QCOMPARE(editsOf(article), 1);

    // What is reverted is not written.
    m_demo.click(u"stockField"_s);
    m_demo.press(Qt::Key_A, Qt::ControlModifier);
    m_demo.type(u"7"_s);
    QVERIFY(m_demo.store(u"edit"_s));
    m_demo.press(Qt::Key_Escape);
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"stockField"_s) == "12345"_L1; }));
    QCOMPARE(editsOf(article), 1);
}

void tst_Demo::keyboardIsEnough()
{
    searchFor(u"steel lan"_s);
    QVERIFY(DemoFixture::waitFor(
        [&] { return count() > 0 && name(0).startsWith("Steel Lantern"_L1); }));
    m_demo.press(Qt::Key_Down); // to the list
    m_demo.press(Qt::Key_Down);
    m_demo.press(Qt::Key_Down);
    const QString chosen = name(2);
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"nameField"_s) == chosen; }));
    const int article = m_demo.text(u"articleNumber"_s).toInt();
    m_demo.press(Qt::Key_Return); // to the form
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.item(u"nameField"_s)->hasActiveFocus(); }));
    m_demo.press(Qt::Key_Tab);
    m_demo.press(Qt::Key_Tab);
    m_demo.press(Qt::Key_Tab);
    QVERIFY(m_demo.item(u"stockField"_s)->hasActiveFocus());
    m_demo.press(Qt::Key_A, Qt::ControlModifier);
    m_demo.type(u"4321"_s);
    m_demo.press(Qt::Key_S, Qt::ControlModifier);
    QVERIFY(DemoFixture::waitFor([&] { return stockOf(article) == 4321; }));
    QCOMPARE(editsOf(article), 1);
}

void tst_Demo::editOfSomebodyElseIsNotOverwritten()
{
    searchFor(u"glass jug"_s);
    QVERIFY(
        DemoFixture::waitFor([&] { return count() > 0 && name(0).startsWith("Glass Jug"_L1); }));
    QVERIFY(chooseRow(1));
    const int article = m_demo.text(u"articleNumber"_s).toInt();
    m_demo.ask(u"UPDATE catalogue SET stock = 501 WHERE id = %1"_s.arg(article));
    QVERIFY(changeStock(502));
    QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"Another client has changed"_s); }));
    QCOMPARE(stockOf(article), 501);
    QVERIFY(m_demo.store(u"conflict"_s));
    m_demo.click(u"saveButton"_s); // Keep mine
    QVERIFY(DemoFixture::waitFor([&] { return stockOf(article) == 502; }));
    QVERIFY(DemoFixture::waitFor([&] { return !m_demo.item(u"rowError"_s); }));
    QCOMPARE(editsOf(article), 2);
}

void tst_Demo::numbersAreStoredAsTheyWereTyped_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("stored");
    QTest::newRow("point") << u"priceField"_s << u"12.5"_s << u"12.50"_s;
    QTest::newRow("comma") << u"priceField"_s << u"13,5"_s << u"13.50"_s;
    QTest::newRow("comma at the end") << u"priceField"_s << u"14,"_s << u"14.00"_s;
    QTest::newRow("two decimals") << u"priceField"_s << u"0,99"_s << u"0.99"_s;
    // Separators of groups are not taken.
    QTest::newRow("stock") << u"stockField"_s << u"1500"_s << u"1500"_s;
    QTest::newRow("stock with a comma") << u"stockField"_s << u"1,600"_s << u"1600"_s;
    QTest::newRow("stock with a point") << u"stockField"_s << u"1.700"_s << u"1700"_s;
}

void tst_Demo::numbersAreStoredAsTheyWereTyped()
{
    QFETCH(QString, field);
    QFETCH(QString, typed);
    // The article stays chosen from one row of the test to the next.
    if (m_demo.text(u"searchField"_s) != "glass jug"_L1) {
        searchFor(u"glass jug"_s);
        QVERIFY(DemoFixture::waitFor(
            [&] { return count() > 0 && name(0).startsWith("Glass Jug"_L1); }));
        QVERIFY(chooseRow(1));
    }
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.item(field); }));
    const QString article = m_demo.text(u"articleNumber"_s);
    m_demo.click(field);
    m_demo.press(Qt::Key_A, Qt::ControlModifier);
    m_demo.type(typed);
    m_demo.press(Qt::Key_Return);
    QFETCH(QString, stored);
    const QString column = field.left(5);
    QVERIFY(DemoFixture::waitFor([&] {
        return m_demo.ask(u"SELECT %1 FROM catalogue WHERE id = %2"_s.arg(column, article))
                   .toString()
               == stored;
    }));
}

void tst_Demo::slowQueryIsCancelled()
{
    m_demo.click(u"slowQueryButton"_s);
    QVERIFY(DemoFixture::waitFor(
        [&] { return m_demo.text(u"slowQueryText"_s).contains("rows, "_L1); }));
    QCOMPARE(m_demo.text(u"slowQueryButton"_s), u"Cancel"_s);
    m_demo.meter().restart();
    DemoFixture::pass(500ms);
    m_demo.report(u"a slow query"_s);
    QVERIFY(m_demo.store(u"slowquery"_s));
    m_demo.click(u"slowQueryButton"_s);
    QVERIFY(DemoFixture::waitFor(
        [&] { return m_demo.text(u"slowQueryText"_s).startsWith("Cancelled after"_L1); }, 5s));
    QCOMPARE(m_demo.text(u"slowQueryButton"_s), u"Start"_s);
    // Not only here, but in the server.
    const QString running = u"SELECT COUNT(*) FROM information_schema.processlist"
                            " WHERE info LIKE '%SHA2%' AND id <> CONNECTION_ID()"_s;
    QCOMPARE(m_demo.ask(running).toInt(), 0);
}

void tst_Demo::escapeStopsTheSlowQuery_data()
{
    QTest::addColumn<QString>("focus");
    QTest::newRow("the button that has started it") << QString();
    QTest::newRow("a switch") << u"workloadSwitch"_s;
    QTest::newRow("the search") << u"searchField"_s;
    QTest::newRow("the list") << u"articleList"_s;
    QTest::newRow("a field of the article") << u"stockField"_s;
    QTest::newRow("the name of the article") << u"nameField"_s;
}

/// Wherever the focus is, also where the key does something else when no query runs.
void tst_Demo::escapeStopsTheSlowQuery()
{
    QFETCH(QString, focus);
    searchFor(u"glass jug"_s);
    QVERIFY(DemoFixture::waitFor([&] { return count() > 0 && m_demo.item(u"nameField"_s); }));
    m_demo.click(u"slowQueryButton"_s);
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"slowQueryButton"_s) == "Cancel"_L1; }));
    if (!focus.isEmpty()) {
        // The form comes with its article.
        QVERIFY(DemoFixture::waitFor([&] { return m_demo.item(focus); }));
        m_demo.item(focus)->forceActiveFocus();
        QVERIFY(m_demo.item(focus)->hasActiveFocus());
    }
    m_demo.press(Qt::Key_Escape);
    QVERIFY(
        DemoFixture::waitFor([&] { return m_demo.text(u"slowQueryButton"_s) == "Start"_L1; }, 10s));
    QVERIFY2(m_demo.text(u"slowQueryText"_s).startsWith("Cancelled"_L1),
             qPrintable(m_demo.text(u"slowQueryText"_s)));
    // The key was for the query alone.
    QCOMPARE(m_demo.text(u"searchField"_s), u"glass jug"_s);
}

void tst_Demo::jobsOutliveThePulledPlug()
{
    searchFor(u"cherry stool"_s);
    QVERIFY(
        DemoFixture::waitFor([&] { return count() > 5 && name(0).startsWith("Cherry Stool"_L1); }));
    QObject *const workload = m_demo.object(u"workload"_s);
    m_demo.click(u"workloadSwitch"_s);
    QVERIFY(DemoFixture::waitFor([&] { return workload->property("answered").toInt() > 20; }));
    QVERIFY(chooseRow(0));
    const int article = m_demo.text(u"articleNumber"_s).toInt();

    m_demo.meter().restart();
    // From here on, as a busy machine may show late that the server is off.
    QElapsedTimer off;
    off.start();
    m_demo.click(u"plugButton"_s);
    // On its way as the server goes.
    QVERIFY(changeStock(7001));
    QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"The server is off"_s); }));
    QVERIFY(DemoFixture::waitFor(
        [&] { return m_demo.text(u"connectionState"_s) == "waiting to reconnect"_L1; }));

    // Another edit while there is no server, and scrolling meanwhile.
    m_demo.click(u"stockField"_s);
    m_demo.press(Qt::Key_A, Qt::ControlModifier);
    m_demo.type(u"7002"_s);
    m_demo.press(Qt::Key_S, Qt::ControlModifier);
    m_demo.turnWheel(u"articleList"_s, 30);
    QVERIFY(DemoFixture::waitFor([&] {
        return workload->property("sent").toInt() - workload->property("answered").toInt() > 30;
    }));
    // What the panel shows of the pool says the same.
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"queueLength"_s).toInt() > 30; }));
    QCOMPARE(m_demo.text(u"sessionsOpen"_s), u"0 of 6"_s);
    // It does not try to connect while it waits to do so.
    QVERIFY(DemoFixture::waitFor(
        [&] { return m_demo.text(u"connectionState"_s) == "waiting to reconnect"_L1; }));
    QCOMPARE(m_demo.text(u"sessions-connecting"_s), u"0 connecting"_s);
    QVERIFY(m_demo.store(u"plug"_s));
    m_demo.report(u"the plug is pulled"_s);

    // The server is away for 10 s.
    QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"The server is starting"_s); }));
    QVERIFY2(off.elapsed() > 9'500, qPrintable(QString::number(off.elapsed())));
    QVERIFY(
        DemoFixture::waitFor([&] { return m_demo.text(u"plugButton"_s) == "Pull the plug"_L1; }));
    QVERIFY(DemoFixture::waitFor(
        [&] {
            return m_demo.text(u"editorState"_s).isEmpty()
                   && m_demo.text(u"connectionState"_s) == "connected"_L1;
        },
        60s));
    m_demo.click(u"workloadSwitch"_s);
    QVERIFY(DemoFixture::waitFor(
        [&] { return workload->property("sent") == workload->property("answered"); }, 60s));
    m_demo.report(u"the server is back"_s);

    QCOMPARE(workload->property("failed").toInt(), 0);
    QVERIFY(workload->property("sent").toInt() > 100);
    // The last value, reached by two edits, or by one where the first had not been sent.
    QCOMPARE(stockOf(article), 7002);
    QVERIFY(editsOf(article) <= 2);
    const QString twice
        = u"SELECT COUNT(*) FROM (SELECT 1 FROM edits WHERE article = %1 GROUP BY after_edit"
          " HAVING COUNT(*) > 1) doubled"_s;
    QCOMPARE(m_demo.ask(twice.arg(article)).toInt(), 0);
    QVERIFY(m_demo.store(u"back"_s));
}

void tst_Demo::idleSessionsAreClosed()
{
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"sessions-inUse"_s) == "0 in use"_L1; },
                                 60s));
    QVERIFY(DemoFixture::waitFor(
        [&] {
            return m_demo.text(u"connectionState"_s) == "not connected"_L1
                   && m_demo.text(u"sessionsOpen"_s) == "0 of 6"_L1;
        },
        60s));
}

void tst_Demo::looksGoodInTheDark()
{
    searchFor(u"walnut"_s);
    QVERIFY(DemoFixture::waitFor([&] { return count() > 0 && name(0).startsWith("Walnut"_L1); }));
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"nameField"_s) == name(0); }));
    m_demo.click(u"themeButton"_s);
    DemoFixture::pass(100ms);
    const QImage picture = m_demo.window()->grabWindow();
    QVERIFY(picture.pixelColor(3, picture.height() - 3).lightness() < 60);
    QVERIFY(m_demo.store(u"dark"_s));
    m_demo.click(u"themeButton"_s);
    DemoFixture::pass(100ms);
    QVERIFY(m_demo.window()->grabWindow().pixelColor(3, picture.height() - 3).lightness() > 200);
}

void tst_Demo::fitsSmallAndLargeScreens_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QString>("language");
    QTest::newRow("900x600") << QSize(900, 600) << u"en"_s;
    QTest::newRow("900x600-de") << QSize(900, 600) << u"de"_s;
    QTest::newRow("1920x1080") << QSize(1920, 1080) << u"en"_s;
    QTest::newRow("3840x2160") << QSize(3840, 2160) << u"en"_s;
}

void tst_Demo::fitsSmallAndLargeScreens()
{
    QFETCH(const QSize, size);
    QFETCH(const QString, language);
    QTranslator translator;
    if (language != "en"_L1 && translator.load(u":/i18n/shopdemo_"_s + language + ".qm"_L1)) {
        QCoreApplication::installTranslator(&translator);
        m_demo.retranslate();
        QVERIFY(DemoFixture::waitFor([&] { return isOnScreen(u"Stecker ziehen"_s); }));
    }
    const auto goBack = qScopeGuard([&] {
        QCoreApplication::removeTranslator(&translator);
        m_demo.retranslate();
    });
    m_demo.window()->resize(size);
    QVERIFY(DemoFixture::waitFor(
        [&] { return m_demo.window()->contentItem()->size().toSize() == size; }));
    // The longest text of the frame meter is there after a long gap.
    QThread::msleep(1100);
    QVERIFY(DemoFixture::waitFor([&] { return m_demo.text(u"longestGap"_s).endsWith(" s"_L1); }));
    DemoFixture::pass(300ms);
    const QRectF all({}, size);
    for (const char *name : {"searchField", "articleList", "saveButton", "plugButton",
                             "slowQueryButton", "queryTimes", "longestGap", "themeButton"}) {
        const QQuickItem *item = m_demo.item(QString::fromLatin1(name));
        QVERIFY2(item, name);
        QVERIFY2(all.contains(item->mapRectToScene(item->boundingRect())), name);
        QVERIFY2(!item->property("truncated").toBool(), name);
    }
    const QStringList cut = m_demo.cutTexts();
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(u'|')));
    // Nothing of a panel is over its neighbour.
    const auto right = [&](const QString &name) {
        const QQuickItem *item = m_demo.item(name);
        return item->mapRectToScene(item->boundingRect()).right();
    };
    const qreal chart = m_demo.item(u"queryTimes"_s)->mapToScene({0, 0}).x();
    for (const char *name : {"plugButton", "connectionState", "queueLength"})
        QVERIFY2(right(QString::fromLatin1(name)) < chart, name);
    QVERIFY(m_demo.store(QString::fromLatin1(QTest::currentDataTag())));
}

int main(int argc, char *argv[])
{
    // No test opens a window on somebody's desktop, unless it is told to.
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    QGuiApplication app(argc, argv);
    QLoggingCategory::setFilterRules(u"asyncmysql.connection.warning=false"_s);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    tst_Demo test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "tst_demo.moc"
