// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodelfixture.h"

#include <AsyncMySql/PreparedStatement>

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_QueryModelLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void destroyedExecutorLeavesAUsableModel_data();
    void destroyedExecutorLeavesAUsableModel();
    void destructionIsSafe_data();
    void destructionIsSafe();
    void modelMayBeDestroyedBySlots_data();
    void modelMayBeDestroyedBySlots();
    void modelMayBeDestroyedByViews_data();
    void modelMayBeDestroyedByViews();
};

namespace {

/// Where a model can stand.
enum class Stage {
    Scheduled,
    Learning,
    Waiting,
    Sent,
    Loading,
    Shown,
    Refreshing,
    Comparing,
    Failed,
};

void addStages()
{
    QTest::addColumn<Stage>("stage");
    QTest::newRow("scheduled") << Stage::Scheduled;
    QTest::newRow("learning") << Stage::Learning;
    QTest::newRow("waiting") << Stage::Waiting;
    QTest::newRow("sent") << Stage::Sent;
    QTest::newRow("loading") << Stage::Loading;
    QTest::newRow("shown") << Stage::Shown;
    QTest::newRow("refreshing") << Stage::Refreshing;
    QTest::newRow("comparing") << Stage::Comparing;
    QTest::newRow("failed") << Stage::Failed;
}

bool reach(Stage stage, FakeServer &server, Connection &connection, QueryModel &model)
{
    server.on("SELECT slow", FakeServer::stall);
    server.once("SELECT 1", answer(numbered(30)));
    server.on("SELECT 1", FakeServer::stall);
    server.on("SELECT part", [](FakeConnection &c) {
        c.columns({keyColumn("id"), "name"});
        for (const FakeRow &row : numbered(30))
            c.row(row);
    });
    // COM_STMT_PREPARE: statement 1 without parameters and columns.
    server.onCommand(0x16, [](FakeConnection &c) {
        c.send("\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"_ba);
        c.done();
    });
    server.on("SELECT large", answer(numbered(20'000)));
    server.on("SELECT bad", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    model.setExecutor(&connection);
    model.setFetchSize(40);
    switch (stage) {
    case Stage::Scheduled:
        model.setSql(u"SELECT 1"_s);
        return model.isLoading();
    case Stage::Learning:
        connection.execute(u"SELECT slow"_s);
        model.sort(0);
        model.setSql(u"SELECT 1"_s);
        return QTest::qWaitFor([&] { return server.countQuery("SELECT slow") == 1; });
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
    case Stage::Comparing:
        model.setFetchSize(50'000);
        model.setSql(u"SELECT large"_s);
        if (!QTest::qWaitFor([&] { return model.isComplete(); }, 30'000))
            return false;
        model.refresh();
        return waitForComparing(model, server, connection, "SELECT large");
    case Stage::Failed:
        model.setSql(u"SELECT bad"_s);
        return QTest::qWaitFor([&] { return model.error().isError(); });
    }
    return false;
}

} // namespace

void tst_QueryModelLife::destroyedExecutorLeavesAUsableModel_data()
{
    addStages();
}

void tst_QueryModelLife::destroyedExecutorLeavesAUsableModel()
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
        QCOMPARE(model.error().code(), stage == Stage::Shown || stage == Stage::Comparing
                                           ? Error::NoError
                                           : Error::ConnectionClosed);
    server.on("SELECT again", answer(numbered(2)));
    Connection other(optionsFor(server));
    model.setExecutor(&other);
    model.setSql(u"SELECT again"_s);
    QTRY_COMPARE(model.count(), 2);
    QVERIFY(!model.error());
}

void tst_QueryModelLife::destructionIsSafe_data()
{
    addStages();
}

void tst_QueryModelLife::destructionIsSafe()
{
    QFETCH(Stage, stage);
    FakeServer server;
    Connection connection(optionsFor(server));
    auto model = std::make_unique<QueryModel>();
    QVERIFY(reach(stage, server, connection, *model));
    model.reset();
    if (stage == Stage::Waiting || stage == Stage::Learning)
        server.connection()->ok();
    const OutcomePointer next = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_SUCCEEDS(next);
    QTRY_COMPARE(connection.pendingJobs(), 0);
    // What it had prepared would be kept in the server for ever.
    QTRY_VERIFY(connection.findChildren<PreparedStatement *>().isEmpty());
}

void tst_QueryModelLife::modelMayBeDestroyedBySlots_data()
{
    QTest::addColumn<QByteArray>("signalName");
    for (const char *name : {"loadingChanged()", "completeChanged()", "countChanged()",
                             "columnNamesChanged()", "errorChanged()"})
        QTest::newRow(name) << QByteArray(name);
}

void tst_QueryModelLife::modelMayBeDestroyedBySlots()
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

namespace {

/// To be connected to any signal.
class Destroyer : public QObject
{
    Q_OBJECT

public:
    explicit Destroyer(QueryModel *model)
        : m_model(model)
    {
    }

public Q_SLOTS:
    void destroy() { delete m_model.data(); }

private:
    QPointer<QueryModel> m_model;
};

} // namespace

void tst_QueryModelLife::modelMayBeDestroyedByViews_data()
{
    QTest::addColumn<QByteArray>("signalName");
    QTest::addColumn<QByteArrayList>("after");
    const QByteArrayList few = {"eeee", "aa", "cX", "dd", "ff"};
    // Backwards.
    const QByteArrayList many(1);
    QTest::newRow("removed") << "rowsRemoved(QModelIndex,int,int)"_ba << few;
    QTest::newRow("moved") << "rowsMoved(QModelIndex,int,int,QModelIndex,int)"_ba << few;
    QTest::newRow("inserted") << "rowsInserted(QModelIndex,int,int)"_ba << few;
    QTest::newRow("changed") << "dataChanged(QModelIndex,QModelIndex,QList<int>)"_ba << few;
    const auto layout = "(QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint)"_ba;
    QTest::newRow("layout about to be changed") << "layoutAboutToBeChanged" + layout << many;
    QTest::newRow("layout changed") << "layoutChanged" + layout << many;
    QTest::newRow("reset") << "modelReset()"_ba << QByteArrayList();
}

void tst_QueryModelLife::modelMayBeDestroyedByViews()
{
    QFETCH(QByteArray, signalName);
    QFETCH(QByteArrayList, after);
    QList<FakeRow> before = rowsOf({"aa", "bb", "cc", "dd", "ee"});
    QList<FakeRow> then = rowsOf(after);
    if (after.size() == 1) {
        before = numbered(300);
        then = before;
        std::reverse(then.begin(), then.end());
    }
    FakeServer server;
    server.once("SELECT 1", answer(before));
    if (after.isEmpty())
        server.once("SELECT 1", [](FakeConnection &c) { c.result({"other"}, {{"x"}}); });
    else
        server.once("SELECT 1", answer(then));
    Connection connection(optionsFor(server));
    QPointer<QueryModel> model = new QueryModel;
    model->setFetchSize(1000);
    model->setExecutor(&connection);
    model->setSql(u"SELECT 1"_s);
    QTRY_VERIFY(model->isComplete());
    Destroyer destroyer(model);
    const QMetaObject *meta = model->metaObject();
    const int signalIndex = meta->indexOfSignal(signalName.constData());
    QVERIFY(signalIndex >= 0);
    connect(model, meta->method(signalIndex), &destroyer,
            destroyer.metaObject()->method(destroyer.metaObject()->indexOfSlot("destroy()")));
    model->refresh();
    QTRY_VERIFY(!model);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
}

QTEST_GUILESS_MAIN(tst_QueryModelLife)
#include "tst_querymodellife.moc"
