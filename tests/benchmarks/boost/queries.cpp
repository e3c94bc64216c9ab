// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <boost/mysql/pipeline.hpp>
#include <boost/mysql/statement.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace {

mysql::statement prepare(Session *session, const char *sql)
{
    mysql::error_code error;
    const mysql::statement statement
        = session->connection().prepare_statement(sql, error, session->diagnostics());
    session->check(error);
    return statement;
}

/// Executes one after the other, each from the callback of the one before.
template <typename Execute, typename Take>
class OneByOne
{
public:
    OneByOne(Session *session, long count, Execute execute, Take take)
        : m_session(session)
        , m_count(count)
        , m_execute(execute)
        , m_take(take)
    {
        next();
        m_session->context().run();
        m_session->context().restart();
    }

private:
    void next()
    {
        m_execute(m_done, &m_results, [this](mysql::error_code error) {
            m_session->check(error);
            m_take(m_results);
            if (++m_done < m_count)
                next();
        });
    }

    Session *m_session;
    long m_count;
    Execute m_execute;
    Take m_take;
    mysql::results m_results;
    long m_done = 0;
};

/// It sends pipelines as a whole: so many statements at a time, then their answers.
template <typename Add, typename Take>
class InPipelines
{
public:
    InPipelines(Session *session, long count, Add add, Take take)
        : m_session(session)
        , m_count(count)
        , m_add(add)
        , m_take(take)
    {
        next();
        m_session->context().run();
        m_session->context().restart();
    }

private:
    void next()
    {
        m_request.clear();
        const long end = std::min(m_count, m_done + PipelineDepth);
        for (; m_done < end; ++m_done)
            m_add(m_done, &m_request);
        m_session->connection().async_run_pipeline(
            m_request, m_responses, m_session->diagnostics(), [this](mysql::error_code error) {
                m_session->check(error);
                for (const mysql::stage_response &response : m_responses)
                    m_take(response.as_results());
                if (m_done < m_count)
                    next();
            });
    }

    Session *m_session;
    long m_count;
    Add m_add;
    Take m_take;
    mysql::pipeline_request m_request;
    std::vector<mysql::stage_response> m_responses;
    long m_done = 0;
};

auto adding(long *sum)
{
    return [sum](const mysql::results &results) { *sum += results.rows().at(0).at(0).as_int64(); };
}

const auto nothing = [](const mysql::results &) {};

} // namespace

void roundTrips(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    long sum = 0;
    figures->start();
    OneByOne(
        &session, arguments.rows,
        [&](long, mysql::results *results, auto done) {
            session.connection().async_execute(Statements::Tiny, *results, session.diagnostics(),
                                               done);
        },
        adding(&sum));
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

void pipelinedQueries(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    long sum = 0;
    figures->start();
    InPipelines(
        &session, arguments.rows,
        [](long, mysql::pipeline_request *request) { request->add_execute(Statements::Tiny); },
        adding(&sum));
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

void pipelinedPrepared(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    const mysql::statement statement = prepare(&session, Statements::TinyPrepared);
    long sum = 0;
    figures->start();
    InPipelines(
        &session, arguments.rows,
        [statement](long number, mysql::pipeline_request *request) {
            request->add_execute(statement, number);
        },
        adding(&sum));
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

void insertOneByOne(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.execute(Statements::EmptyTable);
    const mysql::statement statement = prepare(&session, Statements::Insert);
    figures->start();
    session.execute("START TRANSACTION");
    OneByOne(
        &session, arguments.rows,
        [&](long number, mysql::results *results, auto done) {
            session.connection().async_execute(
                statement.bind(number, Statements::InsertedName, Statements::insertedRatio(number)),
                *results, session.diagnostics(), done);
        },
        nothing);
    session.execute("COMMIT");
    figures->stop();
    figures->setDigest(std::to_string(session.number(Statements::CountInserted)));
}

void insertPipelined(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.execute(Statements::EmptyTable);
    const mysql::statement statement = prepare(&session, Statements::Insert);
    figures->start();
    session.execute("START TRANSACTION");
    InPipelines(
        &session, arguments.rows,
        [statement](long number, mysql::pipeline_request *request) {
            request->add_execute(statement, number, Statements::InsertedName,
                                 Statements::insertedRatio(number));
        },
        nothing);
    session.execute("COMMIT");
    figures->stop();
    figures->setDigest(std::to_string(session.number(Statements::CountInserted)));
}
