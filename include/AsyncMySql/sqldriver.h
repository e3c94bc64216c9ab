// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qglobal.h>
#include <QtCore/qstring.h>

#if defined(ASYNCMYSQL_STATIC)
#    define ASYNCMYSQL_SQL_EXPORT
#elif defined(ASYNCMYSQL_BUILDING_SQL)
#    define ASYNCMYSQL_SQL_EXPORT Q_DECL_EXPORT
#else
#    define ASYNCMYSQL_SQL_EXPORT Q_DECL_IMPORT
#endif

QT_BEGIN_NAMESPACE
class QObject;
class QSqlDatabase;
class QSqlDriver;
QT_END_NAMESPACE

namespace AsyncMySql {

ASYNCMYSQL_SQL_EXPORT void registerSqlDriver(const QString &name = QStringLiteral("QMYSQL_ASYNC"));
ASYNCMYSQL_SQL_EXPORT QSqlDriver *createSqlDriver(QObject *parent = nullptr);
ASYNCMYSQL_SQL_EXPORT ConnectionOptions connectionOptions(const QSqlDatabase &database,
                                                          Error *error = nullptr);

} // namespace AsyncMySql
