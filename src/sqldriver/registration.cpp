// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/sqldriver.h>

#include "asyncdriver.h"
#include "connectoptions.h"

#include <QtSql/qsqldatabase.h>

namespace AsyncMySql {

namespace {

class DriverCreator : public QSqlDriverCreatorBase
{
public:
    QSqlDriver *createObject() const override { return createSqlDriver(); }
};

} // namespace

/*!
    \headerfile <AsyncMySql/SqlDriver>
    \inmodule AsyncMySql
    \title QtSql driver
    \brief A driver for QtSql, in the library AsyncMySql::Sql.

    See \l {QtSql programs}.
*/

/*!
    \relates <AsyncMySql/SqlDriver>

    Registers the driver with QtSql under \a name, for QSqlDatabase::addDatabase(). That it is
    called again changes nothing. It may be called in any thread in which QSqlDatabase may be used,
    and before there is a QCoreApplication; databases are opened when there is one. QtSql forgets
    what was registered when the application object is destroyed.

    \code
    AsyncMySql::registerSqlDriver();
    QSqlDatabase database = QSqlDatabase::addDatabase("QMYSQL_ASYNC");
    \endcode
*/
void registerSqlDriver(const QString &name)
{
    QSqlDatabase::registerSqlDriver(name, new DriverCreator);
}

/*!
    \relates <AsyncMySql/SqlDriver>

    Returns a new driver with the given \a parent, for QSqlDatabase::addDatabase(QSqlDriver *, const
    QString &), which takes it over. It belongs to the thread that calls this.
*/
QSqlDriver *createSqlDriver(QObject *parent)
{
    return new Sql::AsyncDriver(parent);
}

/*!
    \relates <AsyncMySql/SqlDriver>

    Returns the address, account and connect options of \a database as the options of a Connection
    or Pool, so that a program can have both: what it does through QtSql, and what shall not block.
    They are understood as the driver understands them, whichever driver the database has. In \a
    error is what is wrong with them, or Error::NoError.

    The sessions are set up as those of the driver are. With \c{setTimeZone("+00:00")}, those of a
    Connection read and write points in time as UTC, as they do by default.
*/
ConnectionOptions connectionOptions(const QSqlDatabase &database, Error *error)
{
    const Sql::ConnectOptions options({database.databaseName(), database.userName(),
                                       database.password(), database.hostName(), database.port()},
                                      database.connectOptions());
    if (error)
        *error = options.error();
    return options.settings().options;
}

} // namespace AsyncMySql
