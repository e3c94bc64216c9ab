// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

void roundTrips(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    long sum = 0;
    figures->start();
    for (long i = 0; i < arguments.rows; ++i)
        sum += session.number(Statements::Tiny);
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

// The library has no pipelining, but lets sending and reading be done apart.
void pipelinedQueries(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    const std::string_view sql = Statements::Tiny;
    long sum = 0;
    long sent = 0;
    figures->start();
    for (long read = 0; read < arguments.rows; ++read) {
        while (sent < std::min(arguments.rows, read + PipelineDepth)) {
            session.check(mysql_send_query(session.handle(), sql.data(), sql.size()) == 0);
            ++sent;
        }
        session.handle()->net.pkt_nr = 1; // it numbers on from the answer that was read before
        session.check(mysql_read_query_result(session.handle()) == 0);
        const ResultPointer result(mysql_store_result(session.handle()));
        session.check(result != nullptr);
        sum += std::strtol(mysql_fetch_row(result.get())[0], nullptr, 10);
    }
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

// It has nothing to send prepared statements ahead.
void preparedOneByOne(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    Statement statement(session, Statements::TinyPrepared);
    long long number = 0;
    MYSQL_BIND parameter{};
    parameter.buffer_type = MYSQL_TYPE_LONGLONG;
    parameter.buffer = &number;
    long long answer = 0;
    MYSQL_BIND column = parameter;
    column.buffer = &answer;
    statement.check(!mysql_stmt_bind_param(statement.handle(), &parameter));

    long long sum = 0;
    figures->start();
    for (; number < arguments.rows; ++number) {
        statement.check(mysql_stmt_execute(statement.handle()) == 0);
        statement.check(!mysql_stmt_bind_result(statement.handle(), &column));
        statement.check(mysql_stmt_store_result(statement.handle()) == 0);
        statement.check(mysql_stmt_fetch(statement.handle()) == 0);
        sum += answer;
        mysql_stmt_free_result(statement.handle());
    }
    figures->stop();
    figures->setDigest(std::to_string(sum));
}
