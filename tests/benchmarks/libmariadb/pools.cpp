// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace {

/// The library has no pool; this is the simplest that threads can share.
class Sessions
{
public:
    explicit Sessions(const Arguments &arguments)
    {
        for (int i = 0; i < PoolSessions; ++i) {
            m_sessions.emplace_back(arguments);
            m_idle.push_back(&m_sessions.back());
        }
    }

    Session *acquire()
    {
        std::unique_lock lock(m_mutex);
        m_isIdle.wait(lock, [this] { return !m_idle.empty(); });
        Session *session = m_idle.back();
        m_idle.pop_back();
        return session;
    }
    void giveBack(Session *session)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_idle.push_back(session);
        }
        m_isIdle.notify_one();
    }

private:
    std::deque<Session> m_sessions;
    std::vector<Session *> m_idle;
    std::mutex m_mutex;
    std::condition_variable m_isIdle;
};

void shareSessions(const Arguments &arguments, bool resets, Figures *figures)
{
    Sessions sessions(arguments);
    std::vector<long> sums(PoolSessions);
    std::vector<std::thread> threads;
    figures->start();
    for (int i = 0; i < PoolSessions; ++i) {
        threads.emplace_back([&, i] {
            mysql_thread_init();
            long sum = 0;
            const long share
                = arguments.rows / PoolSessions + (i < arguments.rows % PoolSessions ? 1 : 0);
            for (long n = 0; n < share; ++n) {
                Session *session = sessions.acquire();
                sum += session->number(Statements::Tiny);
                if (resets)
                    session->check(mysql_reset_connection(session->handle()) == 0);
                sessions.giveBack(session);
            }
            sums[static_cast<std::size_t>(i)] = sum;
            mysql_thread_end();
        });
    }
    long sum = 0;
    for (int i = 0; i < PoolSessions; ++i) {
        threads[static_cast<std::size_t>(i)].join();
        sum += sums[static_cast<std::size_t>(i)];
    }
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

} // namespace

void sharedSessions(const Arguments &arguments, Figures *figures)
{
    shareSessions(arguments, false, figures);
}

void resetSharedSessions(const Arguments &arguments, Figures *figures)
{
    shareSessions(arguments, true, figures);
}
