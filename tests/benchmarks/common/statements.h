// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

/// What all clients send. The tables are made by tables.sql.
namespace Statements {

constexpr char Tiny[] = "SELECT 1";
constexpr char TinyPrepared[] = "SELECT CAST(? AS SIGNED)";

/// INT, BIGINT, DOUBLE, DECIMAL, VARCHAR, VARCHAR, DATETIME(6), INT NULL
constexpr char Wide[]
    = "SELECT id, big, ratio, price, name, city, made, score FROM asyncmysql_bench.wide";

/// The number of rows comes behind it.
constexpr char Blobs[] = "SELECT data FROM asyncmysql_bench.picture, asyncmysql_bench.seq_1_to_";

constexpr char EmptyTable[] = "TRUNCATE TABLE asyncmysql_bench.inserted";
constexpr char Insert[]
    = "INSERT INTO asyncmysql_bench.inserted (id, name, ratio) VALUES (?, ?, ?)";
constexpr char CountInserted[] = "SELECT COUNT(*) FROM asyncmysql_bench.inserted";

/// Of the row with this number.
constexpr char InsertedName[] = "name of the row";
constexpr double insertedRatio(long number)
{
    return static_cast<double>(number) / 8;
}

} // namespace Statements

/// How many statements are under way at the same time where they are sent ahead.
constexpr long PipelineDepth = 64;
/// How many sessions a pool has, of which as many users as PipelineDepth want one.
constexpr int PoolSessions = 8;
