// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "arguments.h"
#include "driver.h"

#include <QtCore/qvariant.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlquery.h>

Session::Session(const Arguments &arguments)
    : m_database(addDatabase())
{
    m_database.setHostName(QString::fromStdString(arguments.host));
    m_database.setPort(arguments.port);
    m_database.setUserName(QString::fromStdString(arguments.user));
    m_database.setPassword(QString::fromStdString(arguments.password));
    if (!m_database.open())
        fail(m_database.lastError().text().toStdString());
}

void Session::execute(const QString &sql)
{
    QSqlQuery query(m_database);
    check(query.exec(sql), query);
}

qlonglong Session::number(const QString &sql)
{
    QSqlQuery query(m_database);
    check(query.exec(sql) && query.next(), query);
    return query.value(0).toLongLong();
}

void Session::check(bool done, const QSqlQuery &query)
{
    if (!done)
        fail(query.lastError().text().toStdString());
}
