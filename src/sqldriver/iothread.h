// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

QT_BEGIN_NAMESPACE
class QObject;
QT_END_NAMESPACE

namespace AsyncMySql::Sql {

class Inbox;

/// A thread whose event loop serves the connections of all databases of the process, so that their
/// callers can wait without an event loop of their own.
///
/// It ends with the process; without Qt's private headers with the application object already, as
/// Qt delivers no events without one to ordinary threads. What is called after that fails at once.
class IoThread
{
public:
    /// To be called once, when the caller need not wait any more.
    using Done = std::function<void()>;

    IoThread();
    ~IoThread();
    Q_DISABLE_COPY_MOVE(IoThread)

    /// The thread for callers like this one, which is started if it does not run. Null where Qt
    /// delivers no events. Callers in the thread itself get another one: waiting for themselves
    /// would last forever.
    static std::shared_ptr<IoThread> instance();

    /// Whether this is called by what runs in it.
    bool isCurrent() const;
    /// Lets the thread call \a function. False if it has ended.
    bool post(std::function<void()> function);
    /// The same, and waits until \a function has called what it is given. Not for callers in the
    /// thread itself.
    bool call(const std::function<void(const Done &done)> &function);

    /// In the thread: calls \a function before it ends, for \a session to end what it waits for.
    void addSession(QObject *session, std::function<void()> function);

    /// Ends all sessions and the thread, and waits for that.
    void stop();

private:
    std::mutex m_mutex;
    bool m_accepts = true;
    /// Until the thread ends.
    Inbox *m_inbox = nullptr;
    /// Not a QThread, as waiting for that ends before what the thread itself leaves is freed.
    std::thread m_thread;
    std::thread::id m_id;
};

} // namespace AsyncMySql::Sql
