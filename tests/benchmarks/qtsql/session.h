// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>
#include <QtSql/qsqldatabase.h>

class QSqlQuery;
struct Arguments;

/// A session of the driver. What fails ends the program.
class Session
{
public:
    explicit Session(const Arguments &arguments);

    const QSqlDatabase &database() const { return m_database; }

    void execute(const QString &sql);
    qlonglong number(const QString &sql);

    /// Ends the program with the error of the query.
    static void check(bool done, const QSqlQuery &query);

private:
    QSqlDatabase m_database;
};
