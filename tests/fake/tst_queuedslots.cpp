// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Jobs that delete themselves live as long as deleteLater() would let them: what they have queued
/// finds them, and who has run an event loop until they finished has them behind it.
class tst_QueuedSlots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void findJobsWhoseAnswersCameTogether();
    void findJobWhileTheyProcessEvents();
    void eventLoopThatEndsWithAJobLeavesIt();

private:
    Query *run(const QString &sql);
    void answer(const QByteArray &sql);

    std::unique_ptr<FakeServer> m_server;
    std::unique_ptr<Pool> m_pool;
};

void tst_QueuedSlots::init()
{
    m_server = std::make_unique<FakeServer>();
    m_server->onOther([](FakeConnection &c) { return c.runningQuery().startsWith("SELECT slow"); });
    m_pool = std::make_unique<Pool>(optionsFor(*m_server));
    m_pool->setMaximumConnections(4);
    // Its session is in use all the time.
    run(u"SELECT slow 0"_s);
}

void tst_QueuedSlots::cleanup()
{
    m_pool.reset();
    m_server.reset();
}

/// A job that the server has, and does not answer.
Query *tst_QueuedSlots::run(const QString &sql)
{
    Query *query = m_pool->execute(sql);
    const bool arrived = QTest::qWaitFor([&] { return m_server->countQuery(sql.toUtf8()) > 0; });
    Q_ASSERT(arrived);
    return query;
}

void tst_QueuedSlots::answer(const QByteArray &sql)
{
    for (int i = 1; i <= m_server->connectionCount(); ++i) {
        if (m_server->connection(i)->runningQuery() == sql)
            m_server->connection(i)->ok();
    }
}

void tst_QueuedSlots::findJobsWhoseAnswersCameTogether()
{
    QEventLoop all;
    int told = 0;
    int found = 0;
    for (const QString &sql : {u"SELECT slow 1"_s, u"SELECT slow 2"_s, u"SELECT slow 3"_s}) {
        const QPointer<Query> query = run(sql);
        connect(
            query, &Job::finished, &all,
            [&, query] {
                found += query ? 1 : 0;
                if (++told == 3)
                    all.quit();
            },
            Qt::QueuedConnection);
    }
    QTimer::singleShot(0, &all, [this] {
        for (const char *sql : {"SELECT slow 1", "SELECT slow 2", "SELECT slow 3"})
            answer(sql);
    });
    QTimer::singleShot(20s, &all, &QEventLoop::quit);
    all.exec();
    QCOMPARE(told, 3);
    QCOMPARE(found, 3);
}

void tst_QueuedSlots::findJobWhileTheyProcessEvents()
{
    QEventLoop all;
    bool isFound = false;
    const QPointer<Query> first = run(u"SELECT slow 1"_s);
    connect(
        first, &Job::finished, &all,
        [&, this] {
            bool isAnswered = false;
            Query *second = m_pool->execute(u"SELECT 2"_s);
            connect(second, &Job::finished, &all, [&] { isAnswered = true; });
            while (!isAnswered)
                QCoreApplication::processEvents();
            isFound = first;
            all.quit();
        },
        Qt::QueuedConnection);
    QTimer::singleShot(0, &all, [this] { answer("SELECT slow 1"); });
    QTimer::singleShot(20s, &all, &QEventLoop::quit);
    all.exec();
    QVERIFY(isFound);
}

void tst_QueuedSlots::eventLoopThatEndsWithAJobLeavesIt()
{
    QList<QPointer<Query>> queries;
    QEventLoop loop;
    for (const QString &sql : {u"SELECT slow 1"_s, u"SELECT slow 2"_s}) {
        queries.append(run(sql));
        connect(queries.last(), &Job::finished, &loop, &QEventLoop::quit);
    }
    QTimer::singleShot(0, &loop, [this] {
        answer("SELECT slow 1");
        answer("SELECT slow 2");
    });
    QTimer::singleShot(20s, &loop, &QEventLoop::quit);
    loop.exec();
    QVERIFY(queries.first());
    QVERIFY(queries.first()->isFinished() || queries.last()->isFinished());
    QVERIFY(queries.last());
}

QTEST_GUILESS_MAIN(tst_QueuedSlots)
#include "tst_queuedslots.moc"
