// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include "arguments.h"

#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Pool>

#include <QtCore/qeventloop.h>

#include <algorithm>
#include <memory>

using namespace AsyncMySql;

namespace {

/// With all of its sessions open.
std::unique_ptr<Pool> openPool(const Arguments &arguments)
{
    auto pool = std::make_unique<Pool>(Session::options(arguments));
    pool->setMaximumConnections(PoolSessions);
    Session::wait(pool->warmUp(PoolSessions));
    return pool;
}

void executeInPool(const Arguments &arguments, Pool::ResetPolicy policy, Figures *figures)
{
    const std::unique_ptr<Pool> pool = openPool(arguments);
    pool->setResetPolicy(policy);
    const auto sql = QString::fromLatin1(Statements::Tiny);
    qlonglong sum = 0;
    figures->start();
    Session::keepUnderWay(
        arguments.rows, PipelineDepth, [&](long) { return pool->execute(sql); },
        [&](const Result &result) { sum += result.first().value<int>(0); });
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

/// Acquires, executes and returns so many times, each as soon as fewer than PipelineDepth wait.
class Leasing
{
public:
    Leasing(Pool *pool, long count)
        : m_pool(pool)
        , m_count(count)
    {
    }

    qlonglong run()
    {
        while (m_begun < std::min(m_count, PipelineDepth))
            next();
        m_loop.exec();
        return m_sum;
    }

private:
    void next()
    {
        ++m_begun;
        LeaseJob *job = m_pool->acquire();
        QObject::connect(job, &Job::finished, &m_loop, [this, job] {
            Session::check(job);
            execute(job->takeLease());
        });
    }

    void execute(std::shared_ptr<Lease> lease)
    {
        Query *query = lease->execute(m_sql);
        QObject::connect(query, &Job::finished, &m_loop, [this, query, lease]() mutable {
            Session::check(query);
            m_sum += query->result().first().value<int>(0);
            lease.reset();
            if (++m_done == m_count)
                m_loop.quit();
            else if (m_begun < m_count)
                next();
        });
    }

    Pool *m_pool;
    long m_count;
    QString m_sql = QString::fromLatin1(Statements::Tiny);
    QEventLoop m_loop;
    long m_begun = 0;
    long m_done = 0;
    qlonglong m_sum = 0;
};

} // namespace

void poolExecutes(const Arguments &arguments, Figures *figures)
{
    executeInPool(arguments, Pool::ResetPolicy::WhenDirty, figures);
}

void poolResets(const Arguments &arguments, Figures *figures)
{
    executeInPool(arguments, Pool::ResetPolicy::Always, figures);
}

void poolLeases(const Arguments &arguments, Figures *figures)
{
    const std::unique_ptr<Pool> pool = openPool(arguments);
    figures->start();
    const qlonglong sum = Leasing(pool.get(), arguments.rows).run();
    figures->stop();
    figures->setDigest(std::to_string(sum));
}
