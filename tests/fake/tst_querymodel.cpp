// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/QueryModel>

#include <QtCore/qtimer.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

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
    void refusedRefreshKeepsTheRows();
    void refreshTellsOnlyWhatIsDifferent();
    void refreshWithoutAKeyComparesPositions();
    void refreshWithOtherColumnsResets();
    void keyColumnsAreWhatTheUserSays();
    void connectionLostWhileLoadingKeepsTheRows();
    void cancelEndsLoading_data();
    void cancelEndsLoading();
    void destroyedExecutorLeavesAUsableModel_data();
    void destroyedExecutorLeavesAUsableModel();
    void destructionIsSafe_data();
    void destructionIsSafe();
    void modelMayBeDestroyedBySlots_data();
    void modelMayBeDestroyedBySlots();
    void statementThatCannotBeSortedSaysSo();
    void nullIsEmpty();
};

namespace {

constexpr quint16 PrimaryKeyFlag = 2;

Fake::Column keyColumn(const char *name)
{
    Fake::Column column(name);
    column.flags = PrimaryKeyFlag;
    return column;
}

QList<Fake::Row> numbered(int count)
{
    QList<Fake::Row> rows;
    for (int i = 0; i < count; ++i)
        rows.append({QByteArray::number(i), "row " + QByteArray::number(i)});
    return rows;
}

QList<Fake::Row> rowsOf(const QByteArrayList &keysAndTexts)
{
    QList<Fake::Row> rows;
    for (const QByteArray &row : keysAndTexts)
        rows.append({row.left(1), row.mid(1)});
    return rows;
}

FakeServer::Handler answer(const QList<Fake::Row> &rows)
{
    return [rows](FakeConnection &c) { c.result({keyColumn("id"), "name"}, rows); };
}

/// The rows as they are shown, cells without anything between them.
QStringList shown(const QueryModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QString text;
        for (int column = 0; column < model.columnCount(); ++column)
            text += model.index(row, column).data().toString();
        rows.append(text);
    }
    return rows;
}

class Tester : public QAbstractItemModelTester
{
public:
    explicit Tester(QAbstractItemModel *model)
        : QAbstractItemModelTester(model, FailureReportingMode::Fatal)
    {
        setUseFetchMore(false);
    }
};

/// What a model tells of its rows.
class Steps
{
public:
    explicit Steps(QueryModel *model)
    {
        using Model = QAbstractItemModel;
        const auto note = [this](const char *what) {
            return [this, what](const QModelIndex &, int first, int last) {
                list.append(u"%1 %2-%3"_s.arg(QString::fromLatin1(what)).arg(first).arg(last));
            };
        };
        QObject::connect(model, &Model::rowsInserted, model, note("insert"));
        QObject::connect(model, &Model::rowsRemoved, model, note("remove"));
        QObject::connect(
            model, &Model::rowsMoved, model,
            [this](const QModelIndex &, int first, int last, const QModelIndex &, int to) {
                list.append(u"move %1-%2 to %3"_s.arg(first).arg(last).arg(to));
            });
        QObject::connect(model, &Model::dataChanged, model,
                         [this](const QModelIndex &from, const QModelIndex &to) {
                             list.append(u"change %1-%2"_s.arg(from.row()).arg(to.row()));
                         });
        QObject::connect(model, &Model::modelReset, model, [this] { list.append(u"reset"_s); });
    }
    QStringList list;
};

} // namespace

#define VERIFY_LOADED(model) QTRY_VERIFY((model).columnCount() > 0 && !(model).isLoading())

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

void tst_QueryModel::refusedRefreshKeepsTheRows()
{
    FakeServer server;
    server.once("SELECT 1", answer(numbered(3)));
    server.once("SELECT 1", [](FakeConnection &c) { c.error(1146, "42S02", "It is gone"); });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    model.refresh();
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.count(), 3);
    QVERIFY(model.isComplete());
}

void tst_QueryModel::refreshTellsOnlyWhatIsDifferent()
{
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf({"aone", "btwo", "cthree", "dfour", "efive"})));
    server.once("SELECT 1", answer(rowsOf({"xnew", "efive", "aone", "cTHREE", "dfour"})));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    const QPersistentModelIndex three = model.index(2, 1);
    Steps steps(&model);
    model.refresh();
    QVERIFY(model.isLoading());
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(shown(model),
             QStringList({u"xnew"_s, u"efive"_s, u"aone"_s, u"cTHREE"_s, u"dfour"_s}));
    QCOMPARE(steps.list,
             QStringList({u"remove 1-1"_s, u"move 3-3 to 0"_s, u"insert 0-0"_s, u"change 3-3"_s}));
    QCOMPARE(three.data().toString(), u"THREE"_s);
    QVERIFY(model.isComplete());
}

void tst_QueryModel::refreshWithoutAKeyComparesPositions()
{
    FakeServer server;
    const auto plain = [](const QByteArrayList &texts) {
        return [texts](FakeConnection &c) {
            QList<Fake::Row> rows;
            for (const QByteArray &text : texts)
                rows.append(Fake::Row{text});
            c.result({"text"}, rows);
        };
    };
    server.once("SELECT 1", plain({"a", "b", "c"}));
    server.once("SELECT 1", plain({"a", "x", "c", "d"}));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(steps.list, QStringList({u"insert 3-3"_s, u"change 1-1"_s}));
}

void tst_QueryModel::refreshWithOtherColumnsResets()
{
    FakeServer server;
    server.once("SELECT *", answer(numbered(3)));
    server.once("SELECT *", [](FakeConnection &c) { c.result({"other"}, {{"x"}}); });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT *"_s);
    VERIFY_LOADED(model);
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(steps.list, QStringList(u"reset"_s));
    QCOMPARE(shown(model), QStringList(u"x"_s));
}

void tst_QueryModel::keyColumnsAreWhatTheUserSays()
{
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf({"1a", "2b"})));
    server.once("SELECT 1", answer(rowsOf({"1b", "2a"})));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setKeyColumns({u"name"_s});
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(steps.list.size(), 2);
    QVERIFY(steps.list.constFirst().startsWith("move"_L1));
    QCOMPARE(steps.list.constLast(), u"change 0-1"_s);
}

void tst_QueryModel::connectionLostWhileLoadingKeepsTheRows()
{
    FakeServer server;
    server.once("SELECT many", [](FakeConnection &c) {
        c.columns({keyColumn("id"), "name"});
        for (const Fake::Row &row : numbered(30))
            c.row(row);
        QTimer::singleShot(20ms, &c, &FakeConnection::cut);
    });
    server.once("SELECT many", answer(numbered(40)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setFetchSize(50);
    model.setExecutor(&connection);
    model.setSql(u"SELECT many"_s);
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::ConnectionLost);
    QCOMPARE(model.count(), 30);
    QVERIFY(!model.isLoading());
    QVERIFY(!model.isComplete());
    QVERIFY(!model.canFetchMore({}));
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(model.isComplete());
    QVERIFY(!model.error());
    QCOMPARE(steps.list, QStringList(u"insert 30-39"_s));
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
    FakeServer server;
    server.on("SELECT slow", FakeServer::stall);
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
    model.cancel();
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

namespace {

/// Where a model can stand.
enum class Stage { Scheduled, Waiting, Sent, Loading, Shown, Refreshing, Failed };

void addStages()
{
    QTest::addColumn<Stage>("stage");
    QTest::newRow("scheduled") << Stage::Scheduled;
    QTest::newRow("waiting") << Stage::Waiting;
    QTest::newRow("sent") << Stage::Sent;
    QTest::newRow("loading") << Stage::Loading;
    QTest::newRow("shown") << Stage::Shown;
    QTest::newRow("refreshing") << Stage::Refreshing;
    QTest::newRow("failed") << Stage::Failed;
}

bool reach(Stage stage, FakeServer &server, Connection &connection, QueryModel &model)
{
    server.on("SELECT slow", FakeServer::stall);
    server.once("SELECT 1", answer(numbered(30)));
    server.on("SELECT 1", FakeServer::stall);
    server.on("SELECT part", [](FakeConnection &c) {
        c.columns({keyColumn("id"), "name"});
        for (const Fake::Row &row : numbered(30))
            c.row(row);
    });
    server.on("SELECT bad", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    model.setExecutor(&connection);
    model.setFetchSize(40);
    switch (stage) {
    case Stage::Scheduled:
        model.setSql(u"SELECT 1"_s);
        return model.isLoading();
    case Stage::Waiting:
        connection.execute(u"SELECT slow"_s);
        model.setSql(u"SELECT 1"_s);
        return QTest::qWaitFor([&] { return server.countQuery("SELECT slow") == 1; });
    case Stage::Sent:
        model.setSql(u"SELECT slow"_s);
        return QTest::qWaitFor([&] { return server.countQuery("SELECT slow") == 1; });
    case Stage::Loading:
        model.setSql(u"SELECT part"_s);
        return QTest::qWaitFor([&] { return model.count() == 30; });
    case Stage::Shown:
        model.setSql(u"SELECT 1"_s);
        return QTest::qWaitFor([&] { return model.isComplete(); });
    case Stage::Refreshing:
        model.setSql(u"SELECT 1"_s);
        if (!QTest::qWaitFor([&] { return model.isComplete(); }))
            return false;
        model.refresh();
        return QTest::qWaitFor([&] { return server.countQuery("SELECT 1") == 2; });
    case Stage::Failed:
        model.setSql(u"SELECT bad"_s);
        return QTest::qWaitFor([&] { return model.error().isError(); });
    }
    return false;
}

} // namespace

void tst_QueryModel::destroyedExecutorLeavesAUsableModel_data()
{
    addStages();
}

void tst_QueryModel::destroyedExecutorLeavesAUsableModel()
{
    QFETCH(Stage, stage);
    FakeServer server;
    auto connection = std::make_unique<Connection>(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QVERIFY(reach(stage, server, *connection, model));
    const int count = model.count();
    connection.reset();
    QVERIFY(!model.executor());
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(model.count(), count);
    if (stage == Stage::Failed)
        QCOMPARE(model.error().serverErrorNumber(), 1064);
    else
        QCOMPARE(model.error().code(),
                 stage == Stage::Shown ? Error::NoError : Error::ConnectionClosed);
    server.on("SELECT again", answer(numbered(2)));
    Connection other(optionsFor(server));
    model.setExecutor(&other);
    model.setSql(u"SELECT again"_s);
    QTRY_COMPARE(model.count(), 2);
    QVERIFY(!model.error());
}

void tst_QueryModel::destructionIsSafe_data()
{
    addStages();
}

void tst_QueryModel::destructionIsSafe()
{
    QFETCH(Stage, stage);
    FakeServer server;
    Connection connection(optionsFor(server));
    auto model = std::make_unique<QueryModel>();
    QVERIFY(reach(stage, server, connection, *model));
    model.reset();
    if (stage == Stage::Waiting)
        server.connection()->ok();
    const OutcomePointer next = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_SUCCEEDS(next);
    QTRY_COMPARE(connection.pendingJobs(), 0);
}

void tst_QueryModel::modelMayBeDestroyedBySlots_data()
{
    QTest::addColumn<QByteArray>("signalName");
    for (const char *name : {"loadingChanged()", "completeChanged()", "countChanged()",
                             "columnNamesChanged()", "errorChanged()"})
        QTest::newRow(name) << QByteArray(name);
}

void tst_QueryModel::modelMayBeDestroyedBySlots()
{
    QFETCH(QByteArray, signalName);
    FakeServer server;
    server.once("SELECT 1", answer(numbered(3)));
    server.once("SELECT 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    Connection connection(optionsFor(server));
    QPointer<QueryModel> model = new QueryModel;
    model->setExecutor(&connection);
    model->setSql(u"SELECT 1"_s);
    connect(model, &QueryModel::completeChanged, this, [&] {
        if (model && signalName != "completeChanged()")
            model->reload();
    });
    const auto destroy = [&] { delete model.data(); };
    if (signalName == "loadingChanged()")
        connect(model, &QueryModel::loadingChanged, this, destroy);
    else if (signalName == "completeChanged()")
        connect(model, &QueryModel::completeChanged, this, destroy);
    else if (signalName == "countChanged()")
        connect(model, &QueryModel::countChanged, this, destroy);
    else if (signalName == "columnNamesChanged()")
        connect(model, &QueryModel::columnNamesChanged, this, destroy);
    else
        connect(model, &QueryModel::errorChanged, this, destroy);
    QTRY_VERIFY(!model);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
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
    QTRY_VERIFY(!model.error());
    QCOMPARE(server.countQuery("SHOW TABLES"), 2);
}

void tst_QueryModel::nullIsEmpty()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) {
        c.result({Fake::Column("number", 3), "text"}, {{std::nullopt, std::nullopt}, {"5", "x"}});
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

QTEST_GUILESS_MAIN(tst_QueryModel)
#include "tst_querymodel.moc"
