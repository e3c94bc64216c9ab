// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "iothread.h"

#include "spinner.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qhash.h>
#include <QtCore/qobject.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtNetwork/qsslsocket.h>

#ifdef Q_OS_LINUX
#include <pthread.h>
#endif
#if ASYNCMYSQL_QT_PRIVATE
#include <QtCore/private/qthread_p.h>
#endif

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <utility>
#include <vector>

namespace AsyncMySql::Sql {

namespace {

/// How long sessions may take to close when the thread ends.
constexpr std::chrono::milliseconds CloseTimeout = std::chrono::seconds(2);

#if ASYNCMYSQL_QT_PRIVATE
constexpr bool NeedsApplication = false;
#else
constexpr bool NeedsApplication = true;
#endif

/// As long as a small statement takes on a server of this machine, and a caller between two of
/// them.
constexpr std::chrono::microseconds AnswerSpin{200};
constexpr std::chrono::microseconds CallSpin{30};

/// What a caller waits for.
class Answer
{
public:
    void give()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isGiven.store(true, std::memory_order_release);
        }
        m_condition.notify_one();
    }

    void wait()
    {
        thread_local Spinner spinner;
        if (spinner.isReady())
            spinner.spin([this] { return isGiven(); }, AnswerSpin);
        std::unique_lock lock(m_mutex);
        m_condition.wait(lock, [this] { return isGiven(); });
    }

private:
    bool isGiven() const { return m_isGiven.load(std::memory_order_acquire); }

    std::mutex m_mutex;
    std::condition_variable m_condition;
    std::atomic<bool> m_isGiven = false;
};

/// How deep a thread is in the chain of those that may have to wait for each other: 0 for all that
/// are not of this library.
thread_local size_t level = 0;

} // namespace

/// What is to be called in the thread, in order. Its mutex, unlike Qt's own, is one that tools
/// which watch threads understand.
class Inbox : public QObject
{
public:
    explicit Inbox(QEventLoop *loop)
        : m_loop(loop)
    {
    }

    ~Inbox() override
    {
        // Those that did not close in time answer what is asked of them, by way of this.
        qDeleteAll(m_ends.keys());
    }
    Q_DISABLE_COPY_MOVE(Inbox)

    void append(std::function<void()> function)
    {
        bool wasAwake = false;
        {
            const std::lock_guard lock(m_mutex);
            wasAwake = std::exchange(m_isAwake, true);
            m_functions.push_back(std::move(function));
            m_hasFunctions.store(true, std::memory_order_release);
        }
        if (!wasAwake)
            QCoreApplication::postEvent(this, new QEvent(CallEvent));
    }

    /// To be called when a caller has its answer, after which often the next call comes.
    void expectCall()
    {
        if (m_spinner.isReady() && !std::exchange(m_isExpecting, true))
            QCoreApplication::postEvent(this, new QEvent(ExpectEvent), Qt::LowEventPriority);
    }

    bool event(QEvent *event) override
    {
        if (event->type() == CallEvent) {
            callFunctions();
            return true;
        }
        if (event->type() != ExpectEvent)
            return QObject::event(event);
        m_isExpecting = false;
        {
            const std::lock_guard lock(m_mutex);
            if (std::exchange(m_isAwake, true))
                return true;
        }
        m_spinner.spin([this] { return m_hasFunctions.load(std::memory_order_acquire); }, CallSpin);
        callFunctions();
        return true;
    }

    void addSession(QObject *session, std::function<void()> end)
    {
        session->setParent(this);
        m_ends.insert(session, std::move(end));
        connect(session, &QObject::destroyed, this, [this, session] {
            m_ends.remove(session);
            if (m_isEnding && m_ends.isEmpty())
                m_loop->quit();
        });
    }

    /// Asks all sessions to end, and leaves the event loop when they are gone.
    void end()
    {
        m_isEnding = true;
        if (m_ends.isEmpty()) {
            m_loop->quit();
            return;
        }
        QTimer::singleShot(CloseTimeout, m_loop, &QEventLoop::quit);
        const QList<std::function<void()>> ends = m_ends.values();
        for (const std::function<void()> &end : ends)
            end();
    }

private:
    static constexpr QEvent::Type CallEvent = QEvent::User;
    static constexpr QEvent::Type ExpectEvent = static_cast<QEvent::Type>(QEvent::User + 1);

    void callFunctions()
    {
        std::deque<std::function<void()>> functions;
        {
            const std::lock_guard lock(m_mutex);
            functions.swap(m_functions);
            m_hasFunctions.store(false, std::memory_order_relaxed);
            m_isAwake = false;
        }
        for (const std::function<void()> &function : functions)
            function();
    }

    QEventLoop *m_loop;
    bool m_isExpecting = false;
    Spinner m_spinner;
    std::atomic<bool> m_hasFunctions = false;

    // What callers change, too.
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_functions;
    /// The thread is going to look at them.
    bool m_isAwake = false;
    QHash<QObject *, std::function<void()>> m_ends;
    bool m_isEnding = false;
};

namespace {

/// All threads of the process. Its destructor runs when the process exits.
class IoThreads
{
public:
    IoThreads()
    {
        // The TLS library frees what it has when the process exits. It has to do that after the
        // destructor: what is used first is freed last.
        static_cast<void>(QSslSocket::supportsSsl());
    }
    ~IoThreads() { stop(); }
    Q_DISABLE_COPY_MOVE(IoThreads)

    std::shared_ptr<IoThread> get(size_t index)
    {
        if (NeedsApplication && !QCoreApplication::instance())
            return {};
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_followsApplication, true) && NeedsApplication)
            qAddPostRoutine(&IoThreads::applicationEnds);
        while (m_threads.size() <= index)
            m_threads.push_back(std::make_shared<IoThread>());
        return m_threads[index];
    }

    void stop()
    {
        std::vector<std::shared_ptr<IoThread>> threads;
        {
            const std::lock_guard lock(m_mutex);
            threads.swap(m_threads);
            m_followsApplication = false;
        }
        for (const std::shared_ptr<IoThread> &thread : threads)
            thread->stop();
    }

    static IoThreads &all()
    {
        static IoThreads threads;
        return threads;
    }

private:
    static void applicationEnds() { all().stop(); }

    std::mutex m_mutex;
    std::vector<std::shared_ptr<IoThread>> m_threads;
    bool m_followsApplication = false;
};

} // namespace

IoThread::IoThread()
{
    std::promise<Inbox *> started;
    std::future<Inbox *> inbox = started.get_future();
    m_thread = std::thread([ownLevel = level + 1, started = std::move(started)]() mutable {
        level = ownLevel;
#ifdef Q_OS_LINUX
        pthread_setname_np(pthread_self(), "AsyncMySql::Sql");
#endif
#if ASYNCMYSQL_QT_PRIVATE
        QThreadData::current()->requiresCoreApplication = false;
#endif
        QEventLoop loop;
        Inbox received(&loop);
        started.set_value(&received);
        loop.exec();
    });
    m_inbox = inbox.get();
    m_id = m_thread.get_id();
}

IoThread::~IoThread()
{
    stop();
}

std::shared_ptr<IoThread> IoThread::instance()
{
    return IoThreads::all().get(level);
}

bool IoThread::isCurrent() const
{
    return std::this_thread::get_id() == m_id;
}

bool IoThread::post(std::function<void()> function)
{
    const std::lock_guard lock(m_mutex);
    if (!m_accepts)
        return false;
    m_inbox->append(std::move(function));
    return true;
}

bool IoThread::call(const std::function<void(const Done &done)> &function)
{
    Q_ASSERT(!isCurrent());
    // With the answer the caller is gone, and all that is its own: the thread has what it uses from
    // then on.
    const auto answer = std::make_shared<Answer>();
    const bool isPosted = post([&function, answer, inbox = m_inbox] {
        const Done done = [answer, inbox] {
            answer->give();
            inbox->expectCall();
        };
        function(done);
    });
    if (!isPosted)
        return false;
    answer->wait();
    return true;
}

void IoThread::addSession(QObject *session, std::function<void()> function)
{
    m_inbox->addSession(session, std::move(function));
}

void IoThread::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_accepts, false))
            return;
        m_inbox->append([this] { m_inbox->end(); });
    }
    // It cannot wait for itself, and a process that exits in it has to go on.
    if (isCurrent())
        m_thread.detach();
    else
        m_thread.join();
}

} // namespace AsyncMySql::Sql
