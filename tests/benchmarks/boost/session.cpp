// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include <string>

Session::Session(const Arguments &arguments)
{
    mysql::error_code error;
    m_connection.connect(parameters(arguments), error, m_diagnostics);
    check(error);
}

mysql::connect_params Session::parameters(const Arguments &arguments)
{
    mysql::connect_params parameters;
    parameters.server_address.emplace_host_and_port(arguments.host, arguments.port);
    parameters.username = arguments.user;
    parameters.password = arguments.password;
    parameters.ssl = mysql::ssl_mode::disable;
    return parameters;
}

mysql::results Session::execute(std::string_view sql)
{
    mysql::results results;
    mysql::error_code error;
    m_connection.execute(sql, results, error, m_diagnostics);
    check(error);
    return results;
}

long Session::number(std::string_view sql)
{
    return execute(sql).rows().at(0).at(0).as_int64();
}

void Session::check(const mysql::error_code &error, const mysql::diagnostics &diagnostics)
{
    if (error)
        fail("Boost.MySQL: " + error.message() + ' ' + std::string(diagnostics.server_message()));
}
