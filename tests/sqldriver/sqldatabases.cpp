// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqldatabases.h"

#include <AsyncMySql/sqldriver.h>

#include <QtCore/qdatetime.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlrecord.h>

#include <atomic>

using namespace Qt::StringLiterals;

SqlDatabase::SqlDatabase(const Servers::Server &server, const QString &database,
                         const QString &driver, const QString &options)
{
    static std::atomic<int> count = 0;
    m_name = u"%1 %2"_s.arg(driver).arg(++count);
    if (driver == ours())
        AsyncMySql::registerSqlDriver();
    QSqlDatabase db = QSqlDatabase::addDatabase(driver, m_name);
    db.setHostName(server.host);
    db.setPort(server.port);
    db.setUserName(server.user);
    db.setPassword(server.password);
    db.setDatabaseName(database);
    db.setConnectOptions(options);
    if (!db.open())
        qWarning("%s: %s", qPrintable(driver), qPrintable(db.lastError().text()));
}

SqlDatabase::~SqlDatabase()
{
    QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery SqlDatabase::execute(const QString &sql) const
{
    QSqlQuery made = query();
    if (!made.exec(sql))
        qWarning("%s: %s", qPrintable(sql), qPrintable(made.lastError().text()));
    return made;
}

QString SqlDatabase::stock()
{
    const QString name = u"QMYSQL"_s;
    return QSqlDatabase::isDriverAvailable(name) ? name : QString();
}

QString describe(const QVariant &value)
{
    const QString type = QString::fromLatin1(value.typeName());
    if (value.isNull())
        return type + " NULL"_L1;
    if (value.typeId() == QMetaType::QByteArray)
        return type + u' ' + QString::fromLatin1(value.toByteArray().toHex());
    if (value.typeId() == QMetaType::QDateTime) {
        const QDateTime moment = value.toDateTime();
        return u"%1 %2 %3"_s.arg(type, moment.toString(Qt::ISODateWithMs)).arg(moment.timeSpec());
    }
    return type + u' ' + value.toString();
}

QStringList rowsOf(QSqlQuery *query)
{
    QStringList rows;
    while (query->next()) {
        QStringList values;
        const int count = query->record().count();
        for (int column = 0; column < count; ++column) {
            values.append(describe(query->value(column))
                          + (query->isNull(column) ? " (null)"_L1 : ""_L1));
        }
        rows.append(values.join(", "_L1));
    }
    return rows;
}
