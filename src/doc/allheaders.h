// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// What qdoc compiles once, to find all functions in.

#include <AsyncMySql/AuthenticationRequest>
#include <AsyncMySql/Batch>
#include <AsyncMySql/Column>
#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Coroutine>
#include <AsyncMySql/DefaultValue>
#include <AsyncMySql/Error>
#include <AsyncMySql/Executor>
#include <AsyncMySql/Host>
#include <AsyncMySql/HostPolicy>
#include <AsyncMySql/Job>
#include <AsyncMySql/JobTiming>
#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Observer>
#include <AsyncMySql/Pool>
#include <AsyncMySql/PoolStatistics>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/QueryModel>
#include <AsyncMySql/QueryProgress>
#include <AsyncMySql/Result>
#include <AsyncMySql/RetryPolicy>
#include <AsyncMySql/Row>
#include <AsyncMySql/SqlDialect>
#include <AsyncMySql/SqlDriver>
#include <AsyncMySql/SqlScript>
#include <AsyncMySql/SqlTokenizer>
#include <AsyncMySql/StatementCacheStatistics>
#include <AsyncMySql/TableModel>
#include <AsyncMySql/Transaction>
#include <AsyncMySql/TransactionOptions>
