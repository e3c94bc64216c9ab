// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "arguments.h"

#include <boost/asio/io_context.hpp>
#include <boost/mysql/any_connection.hpp>
#include <boost/mysql/connect_params.hpp>
#include <boost/mysql/diagnostics.hpp>
#include <boost/mysql/error_code.hpp>
#include <boost/mysql/results.hpp>

#include <string_view>

namespace mysql = boost::mysql;

/// A connection that calls back, and the loop that does so. What fails ends the program.
class Session
{
public:
    explicit Session(const Arguments &arguments);

    boost::asio::io_context &context() { return m_context; }
    mysql::any_connection &connection() { return m_connection; }
    /// For what may fail.
    mysql::diagnostics &diagnostics() { return m_diagnostics; }

    /// Before and behind what is measured.
    mysql::results execute(std::string_view sql);
    long number(std::string_view sql);
    void check(const mysql::error_code &error) const { check(error, m_diagnostics); }

    static mysql::connect_params parameters(const Arguments &arguments);
    static void check(const mysql::error_code &error, const mysql::diagnostics &diagnostics);

private:
    boost::asio::io_context m_context{1};
    mysql::any_connection m_connection{m_context};
    mysql::diagnostics m_diagnostics;
};
