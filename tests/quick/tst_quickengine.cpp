// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"

#include <QtCore/qelapsedtimer.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlcontext.h>
#include <QtQml/qqmlengine.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace {

/// Records when an engine collects garbage: an object that nothing refers to goes each time.
class Collections : public QObject
{
    Q_OBJECT

public:
    explicit Collections(QJSEngine *engine)
        : m_engine(engine)
    {
        m_timer.start();
        watch();
    }

    int count() const { return static_cast<int>(m_times.size()); }
    /// Between the last two, in milliseconds.
    qint64 lastPause() const { return m_times.last() - m_times.at(m_times.size() - 2); }

private:
    void watch()
    {
        auto *garbage = new QObject;
        connect(garbage, &QObject::destroyed, this, [this] {
            m_times.append(m_timer.elapsed());
            watch();
        });
        m_engine->newQObject(garbage);
    }

    QJSEngine *m_engine;
    QElapsedTimer m_timer;
    QList<qint64> m_times;
};

} // namespace

/// What becomes of tasks when the engine goes.
class tst_QuickEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tasksEndWithTheEngine_data();
    void tasksEndWithTheEngine();
    void finishedTasksAreCollected();
    void modelsTakeConnectionsOfCpp();
    void elementsTakePoolsOfCpp();
    void leasesEndWithTheEngine_data();
    void leasesEndWithTheEngine();
    void garbageIsCollectedForLeasesOnly_data();
    void garbageIsCollectedForLeasesOnly();
    void vainCollectionsBecomeRare();

private:
    std::unique_ptr<QObject> create(QQmlEngine *engine, const QByteArray &qml);

    Fake::FakeServer m_server;
};

std::unique_ptr<QObject> tst_QuickEngine::create(QQmlEngine *engine, const QByteArray &qml)
{
    // The library was linked: no import path is needed.
    QQmlComponent component(engine);
    engine->rootContext()->setContextProperty(u"serverUrl"_s, Fake::optionsFor(m_server).toUrl());
    engine->rootContext()->setContextProperty(u"serverPassword"_s, Fake::Password);
    component.setData("import QtQml\nimport AsyncMySql\n" + qml, QUrl());
    std::unique_ptr<QObject> object(component.create());
    if (!object)
        qWarning().noquote() << component.errorString();
    return object;
}

void tst_QuickEngine::tasksEndWithTheEngine_data()
{
    QTest::addColumn<bool>("engineGoesFirst");
    QTest::addColumn<bool>("isRunning");
    QTest::newRow("engine first, waiting") << true << false;
    QTest::newRow("engine first, running") << true << true;
    QTest::newRow("connection first, waiting") << false << false;
    QTest::newRow("connection first, running") << false << true;
}

void tst_QuickEngine::tasksEndWithTheEngine()
{
    QFETCH(const bool, engineGoesFirst);
    QFETCH(const bool, isRunning);
    m_server.on("SELECT 1", Fake::FakeServer::stall);
    auto engine = std::make_unique<QQmlEngine>();
    std::unique_ptr<QObject> root = create(engine.get(), R"(
        Connection {
            id: shop
            property var held: []
            url: serverUrl
            password: serverPassword
            property Query element: Query { connection: shop; sql: "SELECT 1" }
            Component.onCompleted: {
                held.push(execute("SELECT 1").then(() => held.push(1), () => held.push(2)))
                execute("SELECT 1").then(() => held.push(3), () => held.push(4))
                const transaction = beginTransaction()
                transaction.execute("SELECT 1").failed(() => held.push(transaction))
            }
        })");
    QVERIFY(root);
    const int before = m_server.countQuery("SELECT 1");
    if (isRunning)
        QTRY_VERIFY(m_server.countQuery("SELECT 1") > before);
    if (engineGoesFirst) {
        engine.reset();
        root.reset();
    } else {
        root.reset();
        engine.reset();
    }
    QCoreApplication::processEvents();
    QTRY_COMPARE(m_server.openConnections(), 0);
}

void tst_QuickEngine::finishedTasksAreCollected()
{
    m_server.on("SELECT 2", [](Fake::FakeConnection &connection) { connection.ok(); });
    QQmlEngine engine;
    const std::unique_ptr<QObject> root = create(&engine, R"(
        Connection {
            property int done: 0
            property var held
            url: serverUrl
            password: serverPassword
            Component.onCompleted: {
                held = execute("SELECT 2")
                for (let i = 0; i < 20; ++i)
                    execute("SELECT 2").then(() => ++done)
            }
        })");
    QVERIFY(root);
    const auto children = [&] { return engine.children().size(); };
    const qsizetype running = children();
    QPointer<QObject> held = root->property("held").value<QObject *>();
    QPointer<QObject> other;
    for (QObject *child : engine.children()) {
        if (child->inherits("AsyncMySql::QuickQuery") && child != held)
            other = child;
    }
    QVERIFY(held);
    QVERIFY(other);
    QTRY_COMPARE(root->property("done").toInt(), 20);
    QCOMPARE(children(), running - 21);
    QVERIFY(other);
    engine.collectGarbage();
    QTRY_VERIFY(!other);
    QVERIFY(held);
    root->setProperty("held", QVariant());
    engine.collectGarbage();
    QTRY_VERIFY(!held);
}

void tst_QuickEngine::modelsTakeConnectionsOfCpp()
{
    m_server.on("SELECT 3", [](Fake::FakeConnection &connection) {
        connection.result({Fake::FakeColumn("value")}, {Fake::FakeRow{QByteArray("three")}});
    });
    AsyncMySql::Connection shop(Fake::optionsFor(m_server));
    QQmlEngine engine;
    engine.rootContext()->setContextProperty(u"shop"_s, &shop);
    const std::unique_ptr<QObject> root = create(&engine, R"(
        QueryModel {
            connection: shop
            sql: "SELECT 3"
            readonly property string value: count > 0 ? get(0).value : ""
        })");
    QVERIFY(root);
    QTRY_COMPARE(root->property("value").toString(), u"three"_s);
}

/// As a context property, and as one that is required.
void tst_QuickEngine::elementsTakePoolsOfCpp()
{
    m_server.on("SELECT 3", [](Fake::FakeConnection &connection) {
        connection.result({Fake::FakeColumn("value")}, {Fake::FakeRow{QByteArray("three")}});
    });
    AsyncMySql::Pool pool(Fake::optionsFor(m_server));
    std::unique_ptr<AsyncMySql::Lease> lease = Fake::takenLease(&pool);
    QVERIFY(lease);
    QQmlEngine engine;
    engine.rootContext()->setContextProperty(u"shop"_s, &pool);
    QQmlComponent component(&engine);
    component.setData(R"(
        import QtQml
        import AsyncMySql
        QtObject {
            required property QtObject session
            readonly property string value: model.count > 0 ? model.get(0).value : ""
            readonly property string other: query.result.hasRows ? query.result.first().value : ""
            readonly property Query query: Query { connection: session; sql: "SELECT 3" }
            readonly property QueryModel model: QueryModel { connection: shop; sql: "SELECT 3" }
        })",
                      QUrl());
    const std::unique_ptr<QObject> root(component.createWithInitialProperties(
        {{u"session"_s, QVariant::fromValue<QObject *>(lease.get())}}));
    QVERIFY2(root, qPrintable(component.errorString()));
    QTRY_COMPARE(root->property("value").toString(), u"three"_s);
    QTRY_COMPARE(root->property("other").toString(), u"three"_s);
    engine.collectGarbage();
    QCoreApplication::processEvents();
    QVERIFY(lease->isValid());
    // An element whose session goes has none any more.
    lease.reset();
    QVERIFY(!root->property("query").value<QObject *>()->property("connection").value<QObject *>());
}

void tst_QuickEngine::leasesEndWithTheEngine_data()
{
    QTest::addColumn<bool>("engineGoesFirst");
    QTest::addColumn<QByteArray>("use");
    for (const bool engineGoesFirst : {false, true}) {
        const QByteArray first = engineGoesFirst ? "engine first, " : "pool first, ";
        QTest::newRow(first + "unused") << engineGoesFirst << QByteArray();
        QTest::newRow(first + "released")
            << engineGoesFirst << QByteArray(R"(lease.execute("SELECT 1"); lease.release())");
        QTest::newRow(first + "running")
            << engineGoesFirst
            << QByteArray(R"(lease.execute("SELECT 1").failed(() => pool.held.push(lease)))");
        QTest::newRow(first + "transaction")
            << engineGoesFirst << QByteArray(R"(lease.beginTransaction().execute("SELECT 1"))");
    }
}

void tst_QuickEngine::leasesEndWithTheEngine()
{
    QFETCH(const bool, engineGoesFirst);
    QFETCH(const QByteArray, use);
    m_server.on("SELECT 1", Fake::FakeServer::stall);
    auto engine = std::make_unique<QQmlEngine>();
    std::unique_ptr<QObject> root = create(engine.get(), R"(
        Pool {
            id: pool
            property var held: []
            property bool done: false
            url: serverUrl
            password: serverPassword
            Component.onCompleted: {
                acquire()
                acquire().then(lease => { held.push(lease); )"
                                                             + use + R"(; done = true })
            }
        })");
    QVERIFY(root);
    const int before = m_server.countQuery("SELECT 1");
    QTRY_VERIFY(root->property("done").toBool());
    if (!use.isEmpty())
        QTRY_VERIFY(m_server.countQuery("SELECT 1") > before);
    if (engineGoesFirst) {
        engine.reset();
        root.reset();
    } else {
        root.reset();
        engine.reset();
    }
    QCoreApplication::processEvents();
    QTRY_COMPARE(m_server.openConnections(), 0);
}

void tst_QuickEngine::garbageIsCollectedForLeasesOnly_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<bool>("isLost");
    QTest::newRow("released") << QByteArray("held.push(acquire().then(lease => lease.release()))")
                              << false;
    QTest::newRow("waiting") << QByteArray(R"(execute("SELECT 1"); held.push(acquire()))") << false;
    QTest::newRow("lost") << QByteArray("acquire().then(lease => held.push(lease))") << true;
}

void tst_QuickEngine::garbageIsCollectedForLeasesOnly()
{
    QFETCH(const QByteArray, begin);
    QFETCH(const bool, isLost);
    m_server.on("SELECT 1", Fake::FakeServer::stall);
    QQmlEngine engine;
    const std::unique_ptr<QObject> root = create(&engine, R"(
        Pool {
            property var held: []
            function begin() { )" + begin + R"( }
            function wait() {
                execute("SELECT 1")
                execute("SELECT 1")
                acquire()
            }
            url: serverUrl
            password: serverPassword
            maximumConnections: 1
        })");
    auto *pool = qobject_cast<AsyncMySql::Pool *>(root.get());
    QVERIFY(pool);
    Collections collections(&engine);
    QVERIFY(QMetaObject::invokeMethod(pool, "begin"));
    QTRY_COMPARE(pool->statistics().open, 1);
    if (isLost) {
        QTRY_COMPARE(root->property("held").toList().size(), 1);
        m_server.cutAll();
        QTRY_COMPARE(pool->statistics().open, 0);
    }
    QVERIFY(QMetaObject::invokeMethod(pool, "wait"));
    QTRY_COMPARE(pool->statistics().inUse, 1);
    QTRY_VERIFY(pool->statistics().waiting >= 2);
    // Several times the shortest pause between two collections.
    QTest::qWait(500);
    QVERIFY(pool->statistics().waiting >= 2);
    QCOMPARE(collections.count(), 0);
}

/// Though the queue is empty now and then.
void tst_QuickEngine::vainCollectionsBecomeRare()
{
    QQmlEngine engine;
    const std::unique_ptr<QObject> root = create(&engine, R"(
        Pool {
            property var held: []
            property var waiting
            property bool isLeased: false
            function begin() { waiting = execute("SELECT 1") }
            function end() { waiting.cancel() }
            url: serverUrl
            password: serverPassword
            maximumConnections: 1
            Component.onCompleted: {
                for (let i = 0; i < 200000; ++i)
                    held.push({ number: i, text: "number " + i })
                acquire().then(lease => { held.push(lease); isLeased = true })
            }
        })");
    auto *pool = qobject_cast<AsyncMySql::Pool *>(root.get());
    QVERIFY(pool);
    QTRY_VERIFY(root->property("isLeased").toBool());
    qint64 cost = std::numeric_limits<qint64>::max();
    for (int i = 0; i < 5; ++i) {
        QElapsedTimer timer;
        timer.start();
        engine.collectGarbage();
        cost = std::min(cost, timer.elapsed());
    }
    Collections collections(&engine);
    QSignalSpy changes(pool, &AsyncMySql::Pool::statisticsChanged);
    for (int i = 1; i <= 4; ++i) {
        QVERIFY(QMetaObject::invokeMethod(pool, "begin"));
        QTRY_COMPARE_WITH_TIMEOUT(collections.count(), i, 30000);
        if (i > 1) {
            const qint64 pause = collections.lastPause();
            QVERIFY2(pause >= std::max<qint64>(qint64(50) << (i - 1), cost * 25),
                     qPrintable(u"%1 ms for a collection of %2 ms"_s.arg(pause).arg(cost)));
        }
        QVERIFY(QMetaObject::invokeMethod(pool, "end"));
        QTRY_COMPARE(pool->statistics().waiting, 0);
        changes.clear();
        QTRY_VERIFY(!changes.isEmpty());
    }
}

QTEST_GUILESS_MAIN(tst_QuickEngine)

#include "tst_quickengine.moc"
