// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "statements.h"

#include <cstdlib>

Session::Session(const Arguments &arguments, Tls tls)
    : m_handle(mysql_init(nullptr))
{
    if (tls == Tls::Verified) {
        const my_bool verify = 1;
        mysql_optionsv(m_handle, MYSQL_OPT_SSL_CA, arguments.ca.c_str());
        mysql_optionsv(m_handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    }
    mysql_optionsv(m_handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    check(mysql_real_connect(m_handle, arguments.host.c_str(), arguments.user.c_str(),
                             arguments.password.c_str(), nullptr, arguments.port, nullptr, 0));
    if (tls == Tls::Verified && !mysql_get_ssl_cipher(m_handle))
        fail("libmariadb: the session is not encrypted");
}

Session::~Session()
{
    mysql_close(m_handle);
}

void Session::check(bool done)
{
    if (!done)
        fail(std::string("libmariadb: ") + mysql_error(m_handle));
}

void Session::query(std::string_view sql)
{
    check(mysql_real_query(m_handle, sql.data(), sql.size()) == 0);
}

void Session::emptyInsertTable()
{
    query(Statements::EmptyTable);
}

long Session::number(std::string_view sql)
{
    query(sql);
    const ResultPointer result(mysql_store_result(m_handle));
    check(result != nullptr);
    const MYSQL_ROW row = mysql_fetch_row(result.get());
    check(row != nullptr);
    return std::strtol(row[0], nullptr, 10);
}

Statement::Statement(Session &session, std::string_view sql)
    : m_handle(mysql_stmt_init(session.handle()))
{
    check(mysql_stmt_prepare(m_handle, sql.data(), sql.size()) == 0);
}

Statement::~Statement()
{
    mysql_stmt_close(m_handle);
}

void Statement::check(bool done)
{
    if (!done)
        fail(std::string("libmariadb: ") + mysql_stmt_error(m_handle));
}
