// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlplugin.h"

#include <AsyncMySql/sqldriver.h>

#if ASYNCMYSQL_QT_PRIVATE
#include <QtSql/private/qsqldriver_p.h>
#endif

namespace AsyncMySql::Sql {

SqlPlugin::SqlPlugin(QObject *parent)
    : QSqlDriverPlugin(parent)
{
}

/// QtSql asks for the keys of the plugin alone.
QSqlDriver *SqlPlugin::create(const QString &)
{
    QSqlDriver *driver = createSqlDriver();
#if ASYNCMYSQL_QT_PRIVATE
    // QtSql has no other way for drivers to say what dbmsType() returns.
    static_cast<QSqlDriverPrivate *>(QObjectPrivate::get(driver))->dbmsType
        = QSqlDriver::MySqlServer;
#endif
    return driver;
}

} // namespace AsyncMySql::Sql
