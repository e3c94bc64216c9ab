// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connection.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/hostpolicy.h>
#include <AsyncMySql/jobtiming.h>
#include <AsyncMySql/pool.h>
#include <AsyncMySql/poolstatistics.h>
#include <AsyncMySql/querymodel.h>
#include <AsyncMySql/queryprogress.h>
#include <AsyncMySql/statementcachestatistics.h>
#include <AsyncMySql/tablemodel.h>
#include <AsyncMySql/transactionoptions.h>

#include <QtCore/qobject.h>
#include <QtQml/qqml.h>
#include <QtQml/qqmlregistration.h>

// Values and enumerations of Core, which are registered here because Core does not depend on QML.
// Errors are called SqlError in QML: "Error" is a class of JavaScript.

namespace AsyncMySql::Quick {

/// An Error with additional properties for JavaScript. The engine accesses errors as objects of
/// this type, so it must not have members.
struct ErrorExtension : AsyncMySql::Error
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

struct ProgressForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::QueryProgress)
    QML_VALUE_TYPE(queryProgress)
};

struct TimingForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::JobTiming)
    QML_VALUE_TYPE(jobTiming)
};

struct StatisticsForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::StatementCacheStatistics)
    QML_VALUE_TYPE(statementCacheStatistics)
};

struct PoolStatisticsForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::PoolStatistics)
    QML_VALUE_TYPE(poolStatistics)
};

/// The enumerations, under a name with a capital letter.
class ErrorScope : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(SqlError)
    QML_EXTENDED_NAMESPACE(AsyncMySql::Error)
    QML_UNCREATABLE("Errors are values")
};

class OptionsScope : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(ConnectionOptions)
    QML_EXTENDED_NAMESPACE(AsyncMySql::ConnectionOptions)
    QML_UNCREATABLE("Options are properties of a Connection or a Pool")
};

class HostPolicyScope : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(HostPolicy)
    QML_EXTENDED_NAMESPACE(AsyncMySql::HostPolicy)
    QML_UNCREATABLE("The policy is made of properties of a Connection or a Pool")
};

class TransactionScope : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(TransactionOptions)
    QML_EXTENDED_NAMESPACE(AsyncMySql::TransactionOptions)
    QML_UNCREATABLE("Options are given to Connection.beginTransaction()")
};

// The base classes of registered subclasses.

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

struct PoolForeign
{
    Q_GADGET
    QML_FOREIGN(AsyncMySql::Pool)
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
