// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "arguments.h"

#include <mysql.h>

#include <memory>
#include <string_view>

struct CloseResult
{
    void operator()(MYSQL_RES *result) const { mysql_free_result(result); }
};
using ResultPointer = std::unique_ptr<MYSQL_RES, CloseResult>;

/// A session of the C API. What fails ends the program.
class Session
{
public:
    enum class Tls { No, Verified };

    explicit Session(const Arguments &arguments, Tls tls = Tls::No);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    MYSQL *handle() { return m_handle; }
    void check(bool done);

    void query(std::string_view sql);
    void emptyInsertTable();
    /// Of a statement with one number for a result.
    long number(std::string_view sql);

private:
    MYSQL *m_handle = nullptr;
};

/// A prepared statement.
class Statement
{
public:
    Statement(Session &session, std::string_view sql);
    ~Statement();
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    MYSQL_STMT *handle() { return m_handle; }
    void check(bool done);

private:
    MYSQL_STMT *m_handle = nullptr;
};
