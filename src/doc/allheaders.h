// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// What qdoc compiles once, to find all functions in.

#include <AsyncMySql/Column>
#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Error>
#include <AsyncMySql/Executor>
#include <AsyncMySql/Job>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/RetryPolicy>
#include <AsyncMySql/Row>
