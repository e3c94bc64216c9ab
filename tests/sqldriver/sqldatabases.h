// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtSql/qsqldatabase.h>
#include <QtSql/qsqlquery.h>

/// A database of QtSql with a name of its own, open on a server of the tests.
class SqlDatabase
{
public:
    /// Opens \a database with \a driver.
    SqlDatabase(const Servers::Server &server, const QString &database, const QString &driver,
                const QString &options = {});
    ~SqlDatabase();
    Q_DISABLE_COPY_MOVE(SqlDatabase)

    QSqlDatabase database() const { return QSqlDatabase::database(m_name, false); }
    /// A query that has executed \a sql; a message reports a failure.
    QSqlQuery execute(const QString &sql) const;
    QSqlQuery query() const { return QSqlQuery(database()); }

    static QString ours() { return QStringLiteral("QMYSQL_ASYNC"); }
    /// Null if it is not installed.
    static QString stock();

private:
    QString m_name;
};

/// "int 5": its type and its text.
QString describe(const QVariant &value);
/// All rows of the query's present result.
QStringList rowsOf(QSqlQuery *query);
