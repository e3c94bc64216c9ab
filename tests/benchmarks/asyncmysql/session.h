// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <functional>

struct Arguments;

/// A connection and an event loop that runs while there is something to wait for. What fails ends
/// the program.
class Session
{
public:
    enum class Tls { No, Verified };
    using Send = std::function<AsyncMySql::Query *(long number)>;
    using Take = std::function<void(const AsyncMySql::Result &result)>;

    explicit Session(const Arguments &arguments, Tls tls = Tls::No);

    AsyncMySql::Connection &connection() { return m_connection; }

    static AsyncMySql::ConnectionOptions options(const Arguments &arguments, Tls tls = Tls::No);
    static void wait(AsyncMySql::Job *job);
    AsyncMySql::Result execute(const QString &sql);
    void emptyInsertTable();
    qlonglong number(const QString &sql);

    /// Executes count queries, each sent as soon as fewer than depth are under way.
    static void keepUnderWay(long count, long depth, const Send &send, const Take &take);

    static void check(const AsyncMySql::Job *job);

private:
    AsyncMySql::Connection m_connection;
};
