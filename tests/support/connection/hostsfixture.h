// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <AsyncMySql/Host>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <chrono>

namespace Fake {

inline AsyncMySql::Host hostOf(const FakeServer &server)
{
    return AsyncMySql::Host(QStringLiteral("127.0.0.1"), server.port());
}

inline AsyncMySql::ConnectionOptions optionsFor(const QList<const FakeServer *> &servers)
{
    AsyncMySql::ConnectionOptions options = optionsFor(*servers.first());
    QList<AsyncMySql::Host> hosts;
    for (const FakeServer *server : servers)
        hosts.append(hostOf(*server));
    options.setHosts(hosts);
    return options;
}

/// When all hosts have failed, they are not tried again in the time of a test.
inline AsyncMySql::RetryPolicy lateRetries()
{
    AsyncMySql::RetryPolicy policy = quickRetries();
    policy.setInitialDelay(std::chrono::hours(1));
    policy.setMaximumDelay(std::chrono::hours(1));
    return policy;
}

/// What \a server says of itself: names and values.
inline void setAnswer(FakeServer *server, const QByteArray &question, const QList<FakeRow> &rows)
{
    server->on(question, [rows](FakeConnection &c) {
        c.result({{"Variable_name"}, {"Value"}}, rows);
    });
}

inline void setReadOnly(FakeServer *server, bool isReadOnly)
{
    setAnswer(server, FakeServer::RoleQuestion, {{"read_only", isReadOnly ? "ON" : "OFF"}});
}

} // namespace Fake
