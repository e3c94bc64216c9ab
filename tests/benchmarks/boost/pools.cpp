// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <boost/mysql/connection_pool.hpp>
#include <boost/mysql/pool_params.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace {

enum class Return { AsItIs, Reset };

mysql::pool_params parameters(const Arguments &arguments)
{
    mysql::pool_params parameters;
    parameters.server_address.emplace_host_and_port(arguments.host, arguments.port);
    parameters.username = arguments.user;
    parameters.password = arguments.password;
    parameters.ssl = mysql::ssl_mode::disable;
    parameters.initial_size = parameters.max_size = PoolSessions;
    return parameters;
}

/// What all users of the pool share.
struct Work
{
    mysql::connection_pool *pool;
    long count;
    Return how;
    long begun = 0;
    long done = 0;
    long sum = 0;
};

/// Acquires a session, executes, and returns it, again and again.
class User
{
public:
    explicit User(Work *work)
        : m_work(work)
    {
    }

    void next()
    {
        if (m_work->begun == m_work->count)
            return;
        ++m_work->begun;
        m_work->pool->async_get_connection(
            m_diagnostics, [this](mysql::error_code error, mysql::pooled_connection connection) {
                Session::check(error, m_diagnostics);
                m_connection = std::move(connection);
                execute();
            });
    }

private:
    void execute()
    {
        m_connection->async_execute(Statements::Tiny, m_results, m_diagnostics,
                                    [this](mysql::error_code error) {
                                        Session::check(error, m_diagnostics);
                                        finish();
                                    });
    }

    void finish()
    {
        m_work->sum += m_results.rows().at(0).at(0).as_int64();
        if (m_work->how == Return::AsItIs)
            m_connection.return_without_reset();
        else
            m_connection = {};
        if (++m_work->done == m_work->count)
            m_work->pool->cancel();
        next();
    }

    Work *m_work;
    mysql::pooled_connection m_connection;
    mysql::results m_results;
    mysql::diagnostics m_diagnostics;
};

/// Waits until all sessions are open.
void openAll(boost::asio::io_context *context, mysql::connection_pool *pool)
{
    std::vector<mysql::pooled_connection> connections;
    mysql::diagnostics diagnostics;
    for (std::size_t i = 0; i < PoolSessions; ++i) {
        pool->async_get_connection(
            diagnostics, [&](mysql::error_code error, mysql::pooled_connection connection) {
                Session::check(error, diagnostics);
                connections.push_back(std::move(connection));
            });
    }
    while (connections.size() < PoolSessions)
        context->run_one();
    for (mysql::pooled_connection &connection : connections)
        connection.return_without_reset();
}

void usePool(const Arguments &arguments, Return how, Figures *figures)
{
    boost::asio::io_context context(1);
    mysql::connection_pool pool(context, parameters(arguments));
    pool.async_run([](mysql::error_code) {});
    openAll(&context, &pool);
    Work work{&pool, arguments.rows, how};
    std::deque<User> users;
    for (long i = 0; i < PipelineDepth; ++i)
        users.emplace_back(&work);
    figures->start();
    for (User &user : users)
        user.next();
    context.run();
    figures->stop();
    figures->setDigest(std::to_string(work.sum));
}

} // namespace

void pooledSessions(const Arguments &arguments, Figures *figures)
{
    usePool(arguments, Return::AsItIs, figures);
}

void resetPooledSessions(const Arguments &arguments, Figures *figures)
{
    usePool(arguments, Return::Reset, figures);
}
