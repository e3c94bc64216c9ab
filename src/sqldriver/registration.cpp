// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/sqldriver.h>

#include "asyncdriver.h"
#include "connectoptions.h"

#include <QtCore/qglobalstatic.h>
#include <QtCore/qstringlist.h>
#include <QtSql/qsqldatabase.h>

#include <mutex>

namespace AsyncMySql {

namespace {

/// The names that QtSql knows.
struct Registration
{
    /// QtSql's list has no lock of its own: nothing may be written that is there already, as other
    /// threads may be reading.
    std::mutex mutex;
    QStringList names;
};
Q_GLOBAL_STATIC(Registration, registration)

/// QtSql deletes it when it forgets the name.
class DriverCreator : public QSqlDriverCreatorBase
{
public:
    explicit DriverCreator(const QString &name)
        : m_name(name)
    {
    }
    ~DriverCreator() override
    {
        if (registration.isDestroyed())
            return;
        const std::lock_guard lock(registration->mutex);
        registration->names.removeOne(m_name);
    }
    Q_DISABLE_COPY_MOVE(DriverCreator)

    QSqlDriver *createObject() const override { return createSqlDriver(); }

private:
    const QString m_name;
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

    \snippet qtsql.cpp driver
*/
void registerSqlDriver(const QString &name)
{
    if (registration.isDestroyed())
        return;
    const std::lock_guard lock(registration->mutex);
    if (registration->names.contains(name))
        return;
    registration->names.append(name);
    QSqlDatabase::registerSqlDriver(name, new DriverCreator(name));
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
