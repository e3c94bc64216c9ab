// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connection.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/querymodel.h>
#include <AsyncMySql/queryprogress.h>
#include <AsyncMySql/statementcachestatistics.h>
#include <AsyncMySql/tablemodel.h>
#include <AsyncMySql/transactionoptions.h>

#include <QtQml/qqml.h>
#include <QtQml/qqmlregistration.h>

// Values and enumerations of Core as they are. Core knows nothing of QML, so they are registered from
// here. What QML calls an error is SqlError: "Error" is a class of JavaScript.

namespace AsyncMySql::Quick {

/// An Error with what JavaScript needs besides. The engine looks at errors as if they were of this
/// type, so there must be nothing more in it.
struct ErrorExtension : Error
{
    Q_GADGET
    Q_PROPERTY(int number READ serverErrorNumber CONSTANT FINAL)
    Q_PROPERTY(bool isError READ isError CONSTANT FINAL)
};
static_assert(sizeof(ErrorExtension) == sizeof(Error));

struct ErrorForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::Error)
    QML_EXTENDED(AsyncMySql::Quick::ErrorExtension)
    QML_VALUE_TYPE(sqlError)
};

namespace ErrorEnumerations {
Q_NAMESPACE
QML_FOREIGN_NAMESPACE(AsyncMySql::Error)
QML_NAMED_ELEMENT(SqlError)
} // namespace ErrorEnumerations

struct ProgressForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::QueryProgress)
    QML_VALUE_TYPE(queryProgress)
};

struct StatisticsForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::StatementCacheStatistics)
    QML_VALUE_TYPE(statementCacheStatistics)
};

namespace OptionsEnumerations {
Q_NAMESPACE
QML_FOREIGN_NAMESPACE(AsyncMySql::ConnectionOptions)
QML_NAMED_ELEMENT(ConnectionOptions)
} // namespace OptionsEnumerations

namespace TransactionEnumerations {
Q_NAMESPACE
QML_FOREIGN_NAMESPACE(AsyncMySql::TransactionOptions)
QML_NAMED_ELEMENT(TransactionOptions)
} // namespace TransactionEnumerations

// The bases of what is registered by subclasses.

struct ExecutorForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::Executor)
    QML_ANONYMOUS
};

struct ConnectionForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::Connection)
    QML_ANONYMOUS
};

struct QueryModelForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::QueryModel)
    QML_ANONYMOUS
};

struct TableModelForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::TableModel)
    QML_ANONYMOUS
};

} // namespace AsyncMySql::Quick
