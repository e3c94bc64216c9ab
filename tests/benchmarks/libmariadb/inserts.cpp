// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

/// The values of one row; of many rows the library wants such structures, texts inside.
struct InsertedRow
{
    InsertedRow() { std::memcpy(name, Statements::InsertedName, sizeof name); }

    int id = 0;
    double ratio = 0;
    unsigned long nameLength = sizeof name - 1;
    char name[sizeof Statements::InsertedName];
};

std::array<MYSQL_BIND, 3> bindings(InsertedRow *row)
{
    std::array<MYSQL_BIND, 3> result{};
    result[0].buffer_type = MYSQL_TYPE_LONG;
    result[0].buffer = &row->id;
    result[1].buffer_type = MYSQL_TYPE_STRING;
    result[1].buffer = row->name;
    result[1].buffer_length = row->nameLength;
    result[1].length = &row->nameLength;
    result[2].buffer_type = MYSQL_TYPE_DOUBLE;
    result[2].buffer = &row->ratio;
    return result;
}

void setCount(Session *session, Figures *figures)
{
    figures->setDigest(std::to_string(session->number(Statements::CountInserted)));
}

} // namespace

void insertOneByOne(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.emptyInsertTable();
    {
        Statement statement(session, Statements::Insert);
        InsertedRow row;
        std::array<MYSQL_BIND, 3> values = bindings(&row);
        statement.check(!mysql_stmt_bind_param(statement.handle(), values.data()));
        figures->start();
        session.query("START TRANSACTION");
        for (; row.id < arguments.rows; ++row.id) {
            row.ratio = Statements::insertedRatio(row.id);
            statement.check(mysql_stmt_execute(statement.handle()) == 0);
        }
        session.query("COMMIT");
        figures->stop();
    }
    setCount(&session, figures);
}

// Sent ahead by hand, as text: see pipelinedQueries().
void insertPipelined(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.emptyInsertTable();
    long sent = 0;
    figures->start();
    session.query("START TRANSACTION");
    for (long read = 0; read < arguments.rows; ++read) {
        while (sent < std::min(arguments.rows, read + PipelineDepth)) {
            char sql[200];
            const int size
                = std::snprintf(sql, sizeof sql,
                                "INSERT INTO asyncmysql_bench.inserted (id, name, ratio) "
                                "VALUES (%ld, '%s', %.17g)",
                                sent, Statements::InsertedName, Statements::insertedRatio(sent));
            session.check(mysql_send_query(session.handle(), sql, static_cast<unsigned long>(size))
                          == 0);
            ++sent;
        }
        session.handle()->net.pkt_nr = 1;
        session.check(mysql_read_query_result(session.handle()) == 0);
    }
    session.query("COMMIT");
    figures->stop();
    setCount(&session, figures);
}

// MariaDB's bulk command: all rows in one array.
void insertBulk(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.emptyInsertTable();
    std::vector<InsertedRow> rows(static_cast<std::size_t>(arguments.rows));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].id = static_cast<int>(i);
        rows[i].ratio = Statements::insertedRatio(static_cast<long>(i));
    }
    {
        Statement statement(session, Statements::Insert);
        const auto count = static_cast<unsigned int>(rows.size());
        const std::size_t rowSize = sizeof(InsertedRow);
        mysql_stmt_attr_set(statement.handle(), STMT_ATTR_ARRAY_SIZE, &count);
        mysql_stmt_attr_set(statement.handle(), STMT_ATTR_ROW_SIZE, &rowSize);
        std::array<MYSQL_BIND, 3> values = bindings(rows.data());
        statement.check(!mysql_stmt_bind_param(statement.handle(), values.data()));
        figures->start();
        statement.check(mysql_stmt_execute(statement.handle()) == 0);
        figures->stop();
    }
    setCount(&session, figures);
}
