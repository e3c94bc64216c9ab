// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodelfixture.h"

#include <QtTest/qsignalspy.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_QueryModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesOfOneTurnStartOneStatement();
    void rowsAreShownInPortions();
    void supersededSearchesAreNeverSent();
    void rowsStayUntilTheNextOnesCome();
    void refusedStatementEmptiesTheModel();
    void cancelEndsLoading_data();
    void cancelEndsLoading();
    void statementThatCannotBeSortedSaysSo();
    void nullIsEmpty();
    void integersThatJavaScriptWouldRoundAreTexts();
    void firstResultOfACallIsShown();
    void viewsMayAskForMoreInTheirSlots();
    void viewsMayAskForMoreWhileRowsAreReadAgain();
    void viewsThatHaveSeenTheEndAreToldOfMore();
    void readingWithoutAnExecutorSaysSo();
    void readingWithALostExecutorKeepsTheRows_data();
    void readingWithALostExecutorKeepsTheRows();
    void sortingEndsWithItsStatement();
    void changesWaitForTheEndOfAChange();
};

void tst_QueryModel::changesOfOneTurnStartOneStatement()
{
    FakeServer server;
    server.on("SELECT 'b'", answer(numbered(3)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy loading(&model, &QueryModel::loadingChanged);
    QSignalSpy counts(&model, &QueryModel::countChanged);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 'a'"_s);
    model.setSql(u"SELECT ?"_s);
    model.setParameters(QVariantList{u"a"_s});
    model.setParameters(u"b"_s);
    QVERIFY(model.isLoading());
    VERIFY_LOADED(model);
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT 'b'"}));
    QCOMPARE(model.count(), 3);
    QCOMPARE(counts.count(), 1);
    QCOMPARE(loading.count(), 2);
    QVERIFY(model.isComplete());
    QVERIFY(model.elapsed() >= 0);
    QVERIFY(!model.error());
    QCOMPARE(model.columnNames(), QStringList({u"id"_s, u"name"_s}));
    QCOMPARE(model.roleNames().value(Qt::UserRole + 1), "name"_ba);
    QCOMPARE(model.index(2, 0).data(Qt::UserRole + 1).toString(), u"row 2"_s);
    QCOMPARE(model.headerData(1, Qt::Horizontal).toString(), u"name"_s);
}

void tst_QueryModel::rowsAreShownInPortions()
{
    FakeServer server;
    server.on("SELECT many", answer(numbered(25)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(10);
    model.setExecutor(&connection);
    model.setSql(u"SELECT many"_s);
    VERIFY_LOADED(model);
    QCOMPARE(model.count(), 10);
    QVERIFY(!model.isComplete());
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QTRY_COMPARE(model.count(), 20);
    model.fetchMore({});
    QTRY_COMPARE(model.count(), 25);
    QTRY_VERIFY(model.isComplete());
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE(shown(model).constLast(), u"24row 24"_s);
    QCOMPARE(model.row(24).text(1), u"row 24"_s);
    QCOMPARE(model.row(24).column(1).name(), u"name"_s);
    QVERIFY(!model.row(25).isValid() && !model.row(-1).isValid());
    // A small result does not keep the connection, whatever was shown of it.
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
}

void tst_QueryModel::supersededSearchesAreNeverSent()
{
    FakeServer server;
    server.on("SELECT 'a'", FakeServer::stall);
    server.on("SELECT 'abcd'", answer(numbered(2)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(&connection);
    model.setSql(u"SELECT ?"_s);
    model.setParameters(u"a"_s);
    QTRY_COMPARE(server.countQuery("SELECT 'a'"), 1);
    for (const QString &text : {u"ab"_s, u"abc"_s, u"abcd"_s}) {
        model.setParameters(text);
        QCoreApplication::processEvents();
        QVERIFY(connection.pendingJobs() <= 2);
    }
    VERIFY_LOADED(model);
    QCOMPARE(model.count(), 2);
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT 'a'", "SELECT 'abcd'"}));
    QCOMPARE(errors.count(), 0);
}

void tst_QueryModel::rowsStayUntilTheNextOnesCome()
{
    FakeServer server;
    server.on("SELECT 1", answer(numbered(3)));
    server.on("SELECT 2", FakeServer::stall);
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    model.setSql(u"SELECT 2"_s);
    QTRY_COMPARE(server.countQuery("SELECT 2"), 1);
    QCOMPARE(model.count(), 3);
    QVERIFY(model.isLoading());
    server.connection()->result({"other"}, {{"x"}});
    QTRY_COMPARE(model.count(), 1);
    QCOMPARE(model.columnNames(), QStringList(u"other"_s));
}

void tst_QueryModel::refusedStatementEmptiesTheModel()
{
    FakeServer server;
    server.on("SELECT 1", answer(numbered(3)));
    server.on("SELEKT", [](FakeConnection &c) { c.error(1064, "42000", "No such thing"); });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    model.setSql(u"SELEKT"_s);
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.error().serverErrorNumber(), 1064);
    QCOMPARE(model.count(), 0);
    QVERIFY(!model.isLoading());
    QVERIFY(!model.isComplete());
    model.setSql(u"SELECT 1"_s);
    QTRY_COMPARE(model.count(), 3);
    QVERIFY(!model.error());
    QCOMPARE(errors.count(), 1);
}

void tst_QueryModel::cancelEndsLoading_data()
{
    QTest::addColumn<bool>("isSent");
    QTest::newRow("scheduled") << false;
    QTest::newRow("sent") << true;
}

void tst_QueryModel::cancelEndsLoading()
{
    QFETCH(bool, isSent);
    SlowServer server;
    server.on("SELECT 1", answer(numbered(3)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    model.cancel();
    QCOMPARE(errors.count(), 0);
    model.setSql(u"SELECT slow"_s);
    if (isSent)
        QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    // Who hears that loading has ended can ask why.
    Error::Code atTheEnd = Error::NoError;
    connect(&model, &QueryModel::loadingChanged, this, [&] { atTheEnd = model.error().code(); });
    model.cancel();
    QCOMPARE(atTheEnd, Error::Cancelled);
    QCOMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::Cancelled);
    QVERIFY(!model.isLoading());
    QCOMPARE(model.count(), 3);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(server.countQuery("SELECT slow"), isSent ? 1 : 0);
    model.setSql(u"SELECT 1"_s);
    QTRY_VERIFY(!model.error());
    QTRY_VERIFY(model.isComplete());
}

void tst_QueryModel::statementThatCannotBeSortedSaysSo()
{
    FakeServer server;
    server.on("SHOW TABLES", answer(numbered(3)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(&connection);
    model.setSql(u"SHOW TABLES"_s);
    VERIFY_LOADED(model);
    model.sort(1, Qt::DescendingOrder);
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::NotSupported);
    QCOMPARE(model.count(), 3);
    model.sort(-1);
    QTRY_COMPARE(server.countQuery("SHOW TABLES"), 2);
    QVERIFY(!model.error());
}

void tst_QueryModel::nullIsEmpty()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) {
        c.result({FakeColumn("number", 3), "text"}, {{std::nullopt, std::nullopt}, {"5", "x"}});
    });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    const QModelIndex null = model.index(0, 0);
    QCOMPARE(null.data(), QVariant(QString()));
    QVERIFY(null.data(Qt::EditRole).isNull());
    QCOMPARE(null.data(QueryModel::NullRole), QVariant(true));
    QCOMPARE(null.data(Qt::UserRole + 1).metaType(), QMetaType::fromType<std::nullptr_t>());
    QCOMPARE(model.index(1, 0).data(QueryModel::NullRole), QVariant(false));
    QCOMPARE(model.index(1, 0).data(Qt::EditRole), QVariant(5));
    QCOMPARE(Qt::Alignment(model.index(1, 0).data(Qt::TextAlignmentRole).toInt()),
             Qt::AlignRight | Qt::AlignVCenter);
    QCOMPARE(Qt::Alignment(model.index(1, 1).data(Qt::TextAlignmentRole).toInt()),
             Qt::AlignLeft | Qt::AlignVCenter);
    QVERIFY(!model.index(0, 0).data(Qt::UserRole + 2).isValid());
}

void tst_QueryModel::integersThatJavaScriptWouldRoundAreTexts()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) {
        c.result({FakeColumn("number", 8)}, {{"9007199254740991"},
                                             {"9007199254740992"},
                                             {"-9007199254740991"},
                                             {"-9223372036854775808"}});
    });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    const auto inScript = [&](int row) { return model.index(row, 0).data(Qt::UserRole); };
    QCOMPARE(inScript(0), QVariant(9007199254740991LL));
    QCOMPARE(inScript(1), QVariant(u"9007199254740992"_s));
    QCOMPARE(inScript(1).metaType(), QMetaType::fromType<QString>());
    QCOMPARE(inScript(2), QVariant(-9007199254740991LL));
    QCOMPARE(inScript(3).metaType(), QMetaType::fromType<QString>());
    QCOMPARE(inScript(3), QVariant(u"-9223372036854775808"_s));
    QCOMPARE(model.index(1, 0).data().toString(), u"9007199254740992"_s);
    QCOMPARE(model.index(1, 0).data(Qt::EditRole), QVariant(9007199254740992LL));
}

void tst_QueryModel::firstResultOfACallIsShown()
{
    FakeServer server;
    server.on("CALL two()", [](FakeConnection &c) {
        c.columns({keyColumn("id"), "name"});
        for (const FakeRow &row : numbered(3))
            c.row(row);
        c.endOfRows(AutoCommit | MoreResults);
        c.columns({keyColumn("id"), "name"});
        for (const FakeRow &row : numbered(20))
            c.row(row);
        c.endOfRows(AutoCommit | MoreResults);
        c.ok();
    });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    // The second result must not keep the call from its end.
    model.setBufferLimit(50);
    model.setExecutor(&connection);
    model.setSql(u"CALL two()"_s);
    QTRY_VERIFY(model.isComplete());
    QCOMPARE(shown(model), QStringList({u"0row 0"_s, u"1row 1"_s, u"2row 2"_s}));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
}

void tst_QueryModel::viewsMayAskForMoreInTheirSlots()
{
    FakeServer server;
    server.on("SELECT many", answer(numbered(35)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(10);
    int asked = 0;
    int depth = 0;
    const auto ask = [&] {
        QCOMPARE(++depth, 1);
        if (model.canFetchMore({})) {
            ++asked;
            model.fetchMore({});
        }
        --depth;
    };
    connect(&model, &QueryModel::modelReset, this, ask);
    connect(&model, &QueryModel::rowsInserted, this, ask);
    model.setExecutor(&connection);
    model.setSql(u"SELECT many"_s);
    QTRY_VERIFY(model.isComplete());
    QCOMPARE(model.count(), 35);
    QVERIFY(asked >= 3);
    QTRY_VERIFY(!model.isLoading());
}

void tst_QueryModel::viewsMayAskForMoreWhileRowsAreReadAgain()
{
    FakeServer server;
    const auto begin = [](FakeConnection &c) {
        c.columns({keyColumn("id"), "name"});
        for (const FakeRow &row : numbered(20))
            c.row(row);
    };
    server.once("SELECT many", begin);
    server.once("SELECT many", FakeServer::stall);
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(20);
    model.setExecutor(&connection);
    model.setSql(u"SELECT many"_s);
    VERIFY_LOADED(model);
    QVERIFY(model.canFetchMore({}));
    model.refresh();
    QTRY_COMPARE(server.countQuery("SELECT many"), 2);
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    server.connection(1)->result({keyColumn("id"), "name"}, numbered(50));
    QTRY_COMPARE(model.count(), 40);
    QTRY_VERIFY(!model.isLoading());
    QVERIFY(model.canFetchMore({}));
}

void tst_QueryModel::viewsThatHaveSeenTheEndAreToldOfMore()
{
    FakeServer server;
    server.once("SELECT 1", answer(numbered(10)));
    server.once("SELECT 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    server.once("SELECT 1", answer(numbered(25)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(10);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    QTRY_VERIFY(model.isComplete());
    model.refresh();
    QTRY_VERIFY(model.error());
    QVERIFY(!model.canFetchMore({}));
    QSignalSpy inserted(&model, &QueryModel::rowsInserted);
    model.refresh();
    QTRY_COMPARE(model.count(), 20);
    QCOMPARE(inserted.count(), 1);
    QVERIFY(model.canFetchMore({}));
}

void tst_QueryModel::readingWithoutAnExecutorSaysSo()
{
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setSql(u"SELECT 1"_s);
    QTRY_VERIFY(!model.isLoading());
    // There may be one to come.
    QVERIFY(!model.error());
    model.refresh();
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::ConnectionClosed);
    model.reload();
    QTRY_COMPARE(errors.count(), 2);
}

void tst_QueryModel::readingWithALostExecutorKeepsTheRows_data()
{
    QTest::addColumn<QByteArray>("slot");
    QTest::newRow("refresh") << "refresh"_ba;
    QTest::newRow("reload") << "reload"_ba;
    QTest::newRow("other parameters") << QByteArray();
}

void tst_QueryModel::readingWithALostExecutorKeepsTheRows()
{
    QFETCH(QByteArray, slot);
    FakeServer server;
    server.on("SELECT 1", answer(numbered(3)));
    auto connection = std::make_unique<Connection>(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(connection.get());
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    connection.reset();
    QVERIFY(!model.error());
    if (slot.isEmpty())
        model.setParameters(5);
    else
        QVERIFY(QMetaObject::invokeMethod(&model, slot.constData()));
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::ConnectionClosed);
    QCOMPARE(model.count(), 3);
    QVERIFY(!model.isLoading());
    model.setParameters({});
    model.setExecutor(nullptr);
    Connection other(optionsFor(server));
    model.setExecutor(&other);
    QTRY_VERIFY(!model.error());
    QTRY_VERIFY(model.isComplete());
}

void tst_QueryModel::sortingEndsWithItsStatement()
{
    QueryModel model;
    QSignalSpy sorted(&model, &QueryModel::sortChanged);
    model.sort(1, Qt::DescendingOrder);
    // For the statement to come.
    model.setSql(u"SELECT 1"_s);
    QCOMPARE(model.sortColumn(), 1);
    model.setParameters(1);
    QCOMPARE(model.sortColumn(), 1);
    model.setSql(u"SELECT 2"_s);
    QCOMPARE(model.sortColumn(), -1);
    QCOMPARE(sorted.count(), 2);
}

void tst_QueryModel::changesWaitForTheEndOfAChange()
{
    FakeServer server;
    server.on("SELECT 1", answer(numbered(3)));
    server.on("SELECT 2", [](FakeConnection &c) { c.result({"other"}, {{"x"}}); });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    int countInside = -1;
    connect(
        &model, &QueryModel::modelReset, this,
        [&] {
            model.setSql(u"SELECT 2"_s);
            // As a dialog does.
            QVERIFY(!QTest::qWaitFor([&] { return model.columnCount() == 1; }, 50));
            countInside = model.count();
        },
        Qt::SingleShotConnection);
    model.setSql(u"SELECT 1"_s);
    QTRY_COMPARE(countInside, 3);
    QTRY_COMPARE(shown(model), QStringList(u"x"_s));
    QTRY_VERIFY(!model.isLoading());
}

QTEST_GUILESS_MAIN(tst_QueryModel)
#include "tst_querymodel.moc"
