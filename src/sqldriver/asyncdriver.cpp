// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "asyncdriver.h"

#include "asyncresult.h"
#include "connectoptions.h"
#include "sessionclient.h"
#include "sqlerrors.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qdebug.h>
#include <QtSql/qsqlfield.h>
#include <QtSql/qsqlindex.h>
#include <QtSql/qsqlquery.h>
#include <QtSql/qsqlrecord.h>

#include <utility>

namespace AsyncMySql::Sql {

using namespace Qt::StringLiterals;

AsyncDriver::AsyncDriver(QObject *parent)
    : QSqlDriver(parent)
{
}

AsyncDriver::~AsyncDriver() = default;

std::shared_ptr<SessionClient> AsyncDriver::session() const
{
    const std::lock_guard lock(m_mutex);
    return m_session;
}

bool AsyncDriver::hasFeature(DriverFeature feature) const
{
    switch (feature) {
    case Transactions:
    case PreparedQueries:
    case PositionalPlaceholders:
        return isOpen();
    case QuerySize:
    case BLOB:
    case Unicode:
    case LastInsertId:
    case LowPrecisionNumbers:
    case MultipleResultSets:
    case CancelQuery:
        return true;
    case NamedPlaceholders: // QtSql writes question marks in their place
    case BatchOperations:   // means those of Oracle, with arrays as values; execBatch() is there
    case SimpleLocking:
    case EventNotifications:
    case FinishQuery:
        return false;
    }
    return false;
}

bool AsyncDriver::open(const QString &database, const QString &user, const QString &password,
                       const QString &host, int port, const QString &connectOptions)
{
    if (isOpen())
        close();
    const ConnectOptions options({database, user, password, host, port}, connectOptions);
    for (const QString &warning : options.warnings())
        qWarning("%ls", qUtf16Printable(warning));
    Error error = options.error();
    std::shared_ptr<SessionClient> session;
    if (!error)
        session = SessionClient::open(options.settings(), &error);
    if (error) {
        setLastError(sqlError(QCoreApplication::translate("QMYSQLDriver", "Unable to connect"),
                              QSqlError::ConnectionError, error));
        setOpenError(true);
        return false;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_session = std::move(session);
    }
    setOpen(true);
    setOpenError(false);
    return true;
}

void AsyncDriver::close()
{
    if (!isOpen())
        return;
    std::shared_ptr<SessionClient> session;
    {
        const std::lock_guard lock(m_mutex);
        session.swap(m_session);
    }
    // Queries may have it, too: they cannot use it any more.
    session->close();
    setOpen(false);
    setOpenError(false);
}

QSqlResult *AsyncDriver::createResult() const
{
    return new AsyncResult(this);
}

bool AsyncDriver::execute(const QString &sql, const char *function, const char *problem)
{
    if (!isOpen()) {
        qWarning("QMYSQLDriver::%s: Database not open", function);
        return false;
    }
    const Error error = session()->execute(sql, false).error;
    if (error) {
        setLastError(sqlError(QCoreApplication::translate("QMYSQLDriver", problem),
                              QSqlError::StatementError, error));
    }
    return !error;
}

bool AsyncDriver::beginTransaction()
{
    return execute(u"BEGIN WORK"_s, "beginTransaction",
                   QT_TRANSLATE_NOOP("QMYSQLDriver", "Unable to begin transaction"));
}

bool AsyncDriver::commitTransaction()
{
    return execute(u"COMMIT"_s, "commitTransaction",
                   QT_TRANSLATE_NOOP("QMYSQLDriver", "Unable to commit transaction"));
}

bool AsyncDriver::rollbackTransaction()
{
    return execute(u"ROLLBACK"_s, "rollbackTransaction",
                   QT_TRANSLATE_NOOP("QMYSQLDriver", "Unable to rollback transaction"));
}

QStringList AsyncDriver::tables(QSql::TableType type) const
{
    QStringList kinds;
    if (type & QSql::Tables)
        kinds << u"'BASE TABLE', 'SYSTEM VERSIONED'"_s;
    if (type & QSql::Views)
        kinds << u"'VIEW'"_s;
    if (type & QSql::SystemTables)
        kinds << u"'SYSTEM VIEW'"_s;
    QStringList names;
    for (const QString &kind : std::as_const(kinds)) {
        QSqlQuery query(createResult());
        query.setForwardOnly(true);
        query.exec(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
            "AND table_type IN ("_L1
            + kind + ')'_L1);
        while (query.next())
            names.append(query.value(0).toString());
    }
    return names;
}

QSqlIndex AsyncDriver::primaryIndex(const QString &table) const
{
    QSqlIndex index;
    if (!isOpen())
        return index;
    const QSqlRecord fields = record(table);
    QSqlQuery query(createResult());
    query.exec("SHOW INDEX FROM "_L1 + escapeIdentifier(table, TableName));
    while (query.next()) {
        if (query.value(2).toString() != "PRIMARY"_L1)
            continue;
        index.append(fields.field(query.value(4).toString()));
        index.setCursorName(query.value(0).toString());
        index.setName(query.value(2).toString());
    }
    return index;
}

QSqlRecord AsyncDriver::record(const QString &table) const
{
    if (!isOpen() || table.isEmpty())
        return {};
    const QString name
        = isIdentifierEscaped(table, TableName) ? stripDelimiters(table, TableName) : table;
    QSqlQuery query(createResult());
    if (!query.exec("SELECT * FROM "_L1 + escapeIdentifier(name, TableName) + " LIMIT 0"_L1))
        return {};
    return query.record();
}

QString AsyncDriver::formatValue(const QSqlField &field, bool trimStrings) const
{
    if (field.isNull())
        return u"NULL"_s;
    switch (field.metaType().id()) {
    case QMetaType::Double:
        return QString::number(field.value().toDouble(), 'g', field.precision());
    case QMetaType::QString:
        return QSqlDriver::formatValue(field, trimStrings).replace(u'\\', "\\\\"_L1);
    case QMetaType::QByteArray:
        // Bytes need not be characters: as hexadecimal digits they arrive unharmed.
        return "x'"_L1 + QLatin1StringView(field.value().toByteArray().toHex()) + '\''_L1;
    case QMetaType::QDateTime:
        if (const QDateTime moment = field.value().toDateTime(); moment.isValid()) {
            return '\''_L1 + moment.date().toString(Qt::ISODate) + 'T'_L1
                   + moment.time().toString(Qt::ISODate) + '\''_L1;
        }
        return {};
    default:
        return QSqlDriver::formatValue(field, trimStrings);
    }
}

QString AsyncDriver::escapeIdentifier(const QString &identifier, IdentifierType) const
{
    if (identifier.isEmpty() || identifier.startsWith(u'`') || identifier.endsWith(u'`'))
        return identifier;
    QString inner = identifier;
    inner.replace(u'`', "``"_L1).replace(u'.', "`.`"_L1);
    return '`'_L1 + inner + '`'_L1;
}

bool AsyncDriver::isIdentifierEscaped(const QString &identifier, IdentifierType) const
{
    return identifier.size() > 2 && identifier.startsWith(u'`') && identifier.endsWith(u'`');
}

int AsyncDriver::maximumIdentifierLength(IdentifierType) const
{
    return 64;
}

bool AsyncDriver::cancelQuery()
{
    const std::shared_ptr<SessionClient> open = session();
    return open && open->cancel();
}

} // namespace AsyncMySql::Sql
