// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED
#endif
#endif
// Qt allocates by malloc(), which can be replaced together with what `new` uses where the C library
// has its own under another name.
#if defined(__GLIBC__) && !defined(IS_SANITIZED)
#define COUNTS_ALLOCATIONS
#endif

#ifdef COUNTS_ALLOCATIONS

namespace {

/// Of this thread: those of the server, which has another, do not count.
thread_local long allocations = 0;

} // namespace

extern "C" {
void *__libc_malloc(std::size_t size);
void *__libc_calloc(std::size_t count, std::size_t size);
void *__libc_realloc(void *former, std::size_t size);

void *malloc(std::size_t size) noexcept
{
    ++allocations;
    return __libc_malloc(size);
}

void *calloc(std::size_t count, std::size_t size) noexcept
{
    ++allocations;
    return __libc_calloc(count, size);
}

void *realloc(void *former, std::size_t size) noexcept
{
    ++allocations;
    return __libc_realloc(former, size);
}
}

#endif

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

/// Lives in a thread of its own.
class ThreadedServer
{
public:
    ThreadedServer()
    {
        m_thread.start();
        m_context.moveToThread(&m_thread);
        runThere([this] {
            m_server = std::make_unique<FakeServer>();
            m_server->on("SELECT 1", [](FakeConnection &connection) {
                connection.result({"1"}, {FakeRow{"1"}});
            });
        });
    }
    ~ThreadedServer()
    {
        runThere([this] { m_server.reset(); });
        m_thread.quit();
        m_thread.wait();
    }
    Q_DISABLE_COPY_MOVE(ThreadedServer)

    const FakeServer &server() const { return *m_server; }

private:
    void runThere(const std::function<void()> &function)
    {
        QMetaObject::invokeMethod(&m_context, function, Qt::BlockingQueuedConnection);
    }

    QThread m_thread;
    QObject m_context;
    std::unique_ptr<FakeServer> m_server;
};

// How much memory is allocated for a job: everything that malloc() is called for in its thread, by
// the library and by Qt, from the call of execute() to the deletion of the job. What connecting a
// slot takes is the application's own, and does not count.
class tst_JobAllocations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allocatesLittle_data();
    void allocatesLittle();
};

void tst_JobAllocations::allocatesLittle_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<double>("most");
    QTest::newRow("in flight together") << 32 << 3.0;
    QTest::newRow("one after the other") << 1 << 6.0;
}

#ifdef COUNTS_ALLOCATIONS

/// For the first slot of a sender, whose receiver has others.
static long allocationsOfConnecting()
{
    QObject senders[2];
    const QObject receiver;
    QObject::connect(&senders[0], &QObject::objectNameChanged, &receiver, [] {});
    const long before = allocations;
    QObject::connect(&senders[1], &QObject::objectNameChanged, &receiver, [] {});
    return allocations - before;
}

#endif

void tst_JobAllocations::allocatesLittle()
{
#ifdef COUNTS_ALLOCATIONS
    QFETCH(int, depth);
    QFETCH(double, most);

    const ThreadedServer threaded;
    ConnectionOptions options = optionsFor(threaded.server());
    options.setPipelineDepth(depth);
    Connection connection(options);
    const QString sql = u"SELECT 1"_s;
    QEventLoop loop;
    int failed = 0;
    int left = 0;
    int awaited = 0;
    const std::function<void()> executeNext = [&] {
        --left;
        ++awaited;
        Query *query = connection.execute(sql);
        QObject::connect(query, &Job::finished, &loop, [&, query] {
            failed += query->result().rowCount() != 1;
            --awaited;
            if (left > 0)
                executeNext();
            else if (awaited == 0)
                loop.quit();
        });
    };
    const auto execute = [&](int count) {
        left = count;
        while (awaited < depth && left > 0)
            executeNext();
        loop.exec();
    };

    // What is kept for the next job is there after some.
    execute(20 * depth + 100);
    constexpr int jobs = 2000;
    const long before = allocations;
    execute(jobs);
    const double each = double(allocations - before) / jobs - double(allocationsOfConnecting());
    QCOMPARE(failed, 0);
    qInfo("%.2f allocations for each job", each);
    QVERIFY2(each <= most, qPrintable(u"%1 allocations for each job"_s.arg(each)));
#else
    QSKIP("Allocations cannot be counted here");
#endif
}

QTEST_GUILESS_MAIN(tst_JobAllocations)

#include "tst_joballocations.moc"
