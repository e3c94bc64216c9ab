// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// Requires C++20; in C++17 this header is empty. See src/doc/src/coroutines.qdoc.

#ifdef __cpp_impl_coroutine

#include <AsyncMySql/error.h>
#include <AsyncMySql/job.h>
#include <AsyncMySql/query.h>
#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>
#include <AsyncMySql/transaction.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>

#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace AsyncMySql {

/// The result of \c{co_await query}.
struct QueryOutcome
{
    /// Empty if the query failed.
    Result result;
    /// Error::NoError if the query succeeded.
    Error error;
};

namespace Coroutines {

/// The value of a co_await expression for an object that has finished.
inline QueryOutcome outcomeOf(const Query &query)
{
    return {query.result(), query.error()};
}

inline Error outcomeOf(const Job &job)
{
    return job.error();
}

inline Error outcomeOf(const Transaction &transaction)
{
    return transaction.error();
}

inline Error deletedWhileAwaited()
{
    Error error(Error::ConnectionClosed,
                QStringLiteral("The awaited object was deleted before it finished"));
    error.setExecution(Error::Execution::Unknown);
    return error;
}

/// Resumes one coroutine, once, from the event loop, because the event that it waits for may be
/// emitted by a destructor. The object is part of the coroutine's frame: if the frame is destroyed,
/// the coroutine is not resumed.
class Resumption
{
public:
    Resumption() = default;
    Q_DISABLE_COPY_MOVE(Resumption)

    /// The context of signal connections, which end with this object.
    QObject *context() { return &m_context; }

    void suspend(std::coroutine_handle<> coroutine) { m_coroutine = coroutine; }

    void post()
    {
        if (std::exchange(m_posted, true))
            return;
        const std::coroutine_handle<> coroutine = m_coroutine;
        // Resuming may destroy the frame, and with it this object.
        QMetaObject::invokeMethod(
            &m_context, [coroutine] { coroutine.resume(); }, Qt::QueuedConnection);
    }
    bool isPosted() const { return m_posted; }

private:
    QObject m_context;
    std::coroutine_handle<> m_coroutine;
    bool m_posted = false;
};

/// Waits for finished() of a Query, another Job or a Transaction.
template <typename Object>
class FinishAwaiter
{
public:
    using Outcome = decltype(outcomeOf(std::declval<const Object &>()));

    explicit FinishAwaiter(Object *object)
        : m_object(object)
    {
        Q_ASSERT_X(QThread::currentThread() == object->thread(), "co_await",
                   "A job can only be awaited in the thread it lives in");
    }
    Q_DISABLE_COPY_MOVE(FinishAwaiter)
    ~FinishAwaiter()
    {
        if (m_deletesObject && m_object)
            m_object->deleteLater();
    }

    bool await_ready() const { return m_object->isFinished(); }

    void await_suspend(std::coroutine_handle<> coroutine)
    {
        m_resumption.suspend(coroutine);
        QObject::connect(m_object, &Object::finished, m_resumption.context(), [this] {
            m_outcome.emplace(outcomeOf(*m_object));
            // The coroutine is resumed by a later event, and may still use the object then.
            if (m_object->autoDelete()) {
                m_object->setAutoDelete(false);
                m_deletesObject = true;
            }
            m_resumption.post();
        });
        QObject::connect(m_object, &QObject::destroyed, m_resumption.context(),
                         [this] { m_resumption.post(); });
    }

    Outcome await_resume()
    {
        if (m_outcome)
            return std::move(*m_outcome);
        if (!m_resumption.isPosted())
            return outcomeOf(*m_object);
        if constexpr (std::is_same_v<Outcome, Error>)
            return deletedWhileAwaited();
        else
            return {{}, deletedWhileAwaited()};
    }

private:
    QPointer<Object> m_object;
    bool m_deletesObject = false;
    std::optional<Outcome> m_outcome;
    Resumption m_resumption;
};

template <typename Object>
concept OtherJob = std::derived_from<Object, Job> && !std::derived_from<Object, Query>;

} // namespace Coroutines

// For coroutine types of other libraries: co_await *query.

inline Coroutines::FinishAwaiter<Query> operator co_await(Query &query)
{
    return Coroutines::FinishAwaiter<Query>(&query);
}

inline Coroutines::FinishAwaiter<Job> operator co_await(Job &job)
{
    return Coroutines::FinishAwaiter<Job>(&job);
}

inline Coroutines::FinishAwaiter<Transaction> operator co_await(Transaction &transaction)
{
    return Coroutines::FinishAwaiter<Transaction>(&transaction);
}

/// Reads the rows of a query one by one while they arrive. The stream owns the query: destroying
/// the stream before its end deletes the query, which cancels it.
class RowStream
{
public:
    /// Constructs a stream for \a query, which must not have been sent yet: construct it in the
    /// function that executes the query.
    explicit RowStream(Query *query)
        : m_query(query)
    {
        query->setStreaming(true);
        query->setAutoDelete(false);
        QObject::connect(query, &Job::errorOccurred, &m_context,
                         [this](const Error &error) { m_error = error; });
        QObject::connect(query, &Job::finished, &m_context, [this] { m_isFinished = true; });
        QObject::connect(query, &QObject::destroyed, &m_context, [this] {
            m_isFinished = true;
            if (!m_isAtEnd && !m_error)
                m_error = Coroutines::deletedWhileAwaited();
        });
    }
    Q_DISABLE_COPY_MOVE(RowStream)
    ~RowStream() { delete m_query.data(); }

    class NextAwaiter;
    class Next
    {
    public:
        NextAwaiter operator co_await() const;

    private:
        friend class RowStream;
        explicit Next(RowStream *stream)
            : m_stream(stream)
        {
        }
        RowStream *m_stream;
    };
    /// Returns an awaitable for the next row, or std::nullopt after the last one.
    [[nodiscard]] Next next() { return Next(this); }

    /// Returns the error that ended the stream, or Error::NoError if there was none so far.
    Error error() const { return m_error; }
    /// Returns the query, or \c nullptr after it was deleted together with its connection.
    Query *query() const { return m_query; }

private:
    bool fetch()
    {
        if (m_left == 0 && m_query) {
            const Result rows = m_query->takeRows();
            m_left = rows.rowCount();
            m_next = rows.begin();
            m_isAtEnd = m_isFinished && m_left == 0;
        }
        return m_left > 0;
    }

    QObject m_context;
    QPointer<Query> m_query;
    Result::const_iterator m_next;
    qsizetype m_left = 0;
    Error m_error;
    bool m_isFinished = false;
    /// Finished, and all rows were read.
    bool m_isAtEnd = false;
};

class RowStream::NextAwaiter
{
public:
    explicit NextAwaiter(RowStream *stream)
        : m_stream(stream)
    {
    }
    Q_DISABLE_COPY_MOVE(NextAwaiter)

    bool await_ready() const { return m_stream->fetch() || m_stream->m_isFinished; }

    void await_suspend(std::coroutine_handle<> coroutine)
    {
        m_resumption.emplace();
        m_resumption->suspend(coroutine);
        QObject *context = m_resumption->context();
        const auto resume = [this] { m_resumption->post(); };
        QObject::connect(m_stream->m_query, &Query::rowsReady, context, resume);
        QObject::connect(m_stream->m_query, &Job::finished, context, resume);
        QObject::connect(m_stream->m_query, &QObject::destroyed, context, resume);
    }

    std::optional<Row> await_resume()
    {
        if (!m_stream->fetch())
            return std::nullopt;
        --m_stream->m_left;
        Row row = *m_stream->m_next;
        ++m_stream->m_next;
        return row;
    }

private:
    RowStream *m_stream;
    // Empty for rows that have already arrived, which are most.
    std::optional<Coroutines::Resumption> m_resumption;
};

inline RowStream::NextAwaiter RowStream::Next::operator co_await() const
{
    return NextAwaiter(m_stream);
}

template <typename T>
class Task;

namespace Coroutines {

class TaskPromiseBase
{
public:
    std::suspend_never initial_suspend() const noexcept { return {}; }

    /// Destroys the frame of a detached coroutine at its end.
    class FinalAwaiter
    {
    public:
        explicit FinalAwaiter(TaskPromiseBase *promise)
            : m_promise(promise)
        {
        }
        bool await_ready() const noexcept { return m_promise->m_isDetached; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept
        {
            return m_promise->m_continuation ? m_promise->m_continuation : std::noop_coroutine();
        }
        void await_resume() const noexcept {}

    private:
        TaskPromiseBase *m_promise;
    };
    FinalAwaiter final_suspend() noexcept { return FinalAwaiter(this); }

    /// The same as for an exception that leaves a slot.
    void unhandled_exception() const noexcept { std::terminate(); }

    // Pointers, as execute() and the other functions return them.
    FinishAwaiter<Query> await_transform(Query *query) { return FinishAwaiter<Query>(query); }
    template <OtherJob Object>
    FinishAwaiter<Job> await_transform(Object *job)
    {
        return FinishAwaiter<Job>(job);
    }
    FinishAwaiter<Transaction> await_transform(Transaction *transaction)
    {
        return FinishAwaiter<Transaction>(transaction);
    }
    // Everything else is awaited unchanged, including awaitables of other libraries.
    template <typename Awaitable>
    requires(!std::is_pointer_v<std::remove_cvref_t<Awaitable>>) Awaitable
        && await_transform(Awaitable &&awaitable)
    {
        return std::forward<Awaitable>(awaitable);
    }

    void detach() { m_isDetached = true; }
    bool isAwaited() const { return bool(m_continuation); }
    void setContinuation(std::coroutine_handle<> continuation) { m_continuation = continuation; }

private:
    std::coroutine_handle<> m_continuation;
    bool m_isDetached = false;
};

template <typename T>
class TaskPromise : public TaskPromiseBase
{
public:
    Task<T> get_return_object();
    template <typename Value>
    requires std::convertible_to<Value, T>
    void return_value(Value &&value) { m_value.emplace(std::forward<Value>(value)); }
    T take() { return std::move(*m_value); }

private:
    std::optional<T> m_value;
};

template <>
class TaskPromise<void> : public TaskPromiseBase
{
public:
    Task<void> get_return_object();
    void return_void() const noexcept {}
    void take() const noexcept {}
};

} // namespace Coroutines

/// The return type of a coroutine that starts immediately, for programs without a coroutine
/// library. It can be awaited once, by coroutines of any type. If a task is destroyed before its
/// end, the coroutine continues detached; but a task that is awaited as a temporary, as in
/// co_await f(), is destroyed with the coroutine that awaits it.
template <typename T = void>
class Task
{
public:
    using promise_type = Coroutines::TaskPromise<T>;

    Task() = default;
    Task(Task &&other) noexcept
        : m_coroutine(std::exchange(other.m_coroutine, {}))
    {
    }
    Task &operator=(Task &&other) noexcept
    {
        if (this != &other) {
            release();
            m_coroutine = std::exchange(other.m_coroutine, {});
        }
        return *this;
    }
    ~Task() { release(); }

    /// Returns true if the coroutine has ended or was cancelled, or if there is no coroutine.
    bool isFinished() const { return !m_coroutine || m_coroutine.done(); }

    /// Ends the coroutine at the point where it waits and destroys its frame. The job that it waits
    /// for continues. Do not call this from inside the coroutine, or while another one awaits it.
    void cancel()
    {
        Q_ASSERT(!isAwaited());
        if (m_coroutine)
            std::exchange(m_coroutine, {}).destroy();
    }

    class Awaiter
    {
    public:
        enum class Holds { Nothing, Coroutine };

        Awaiter(std::coroutine_handle<promise_type> coroutine, Holds holds)
            : m_coroutine(coroutine)
            , m_holds(holds)
        {
            Q_ASSERT_X(m_coroutine, "co_await", "The task has no coroutine");
        }
        Q_DISABLE_COPY_MOVE(Awaiter)
        ~Awaiter()
        {
            m_coroutine.promise().setContinuation({});
            if (m_holds == Holds::Coroutine)
                m_coroutine.destroy();
        }

        bool await_ready() const { return m_coroutine.done(); }
        void await_suspend(std::coroutine_handle<> continuation)
        {
            m_coroutine.promise().setContinuation(continuation);
        }
        T await_resume() { return m_coroutine.promise().take(); }

    private:
        std::coroutine_handle<promise_type> m_coroutine;
        Holds m_holds;
    };
    Awaiter operator co_await() const & { return Awaiter(m_coroutine, Awaiter::Holds::Nothing); }
    Awaiter operator co_await() &&
    {
        return Awaiter(std::exchange(m_coroutine, {}), Awaiter::Holds::Coroutine);
    }

private:
    friend promise_type;
    explicit Task(std::coroutine_handle<promise_type> coroutine)
        : m_coroutine(coroutine)
    {
    }

    bool isAwaited() const { return !isFinished() && m_coroutine.promise().isAwaited(); }

    void release()
    {
        if (!m_coroutine)
            return;
        Q_ASSERT(!isAwaited());
        if (m_coroutine.done())
            m_coroutine.destroy();
        else
            m_coroutine.promise().detach();
    }

    std::coroutine_handle<promise_type> m_coroutine;
};

template <typename T>
Task<T> Coroutines::TaskPromise<T>::get_return_object()
{
    return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

inline Task<void> Coroutines::TaskPromise<void>::get_return_object()
{
    return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

} // namespace AsyncMySql

#endif // __cpp_impl_coroutine
