// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <QtTest/qtest.h>

namespace Fake {

enum StatementCode : quint8 { Prepare = 0x16, Execute = 0x17 };

/// The commands that arrived, answered or not, without what the client sends on its own account.
inline QByteArrayList arrivedAt(const FakeConnection *connection)
{
    QByteArrayList commands;
    const QByteArray bytes = connection ? connection->received() : QByteArray();
    for (qsizetype at = 0; at + 4 < bytes.size();) {
        const qsizetype size
            = quint8(bytes[at]) | quint8(bytes[at + 1]) << 8 | quint8(bytes[at + 2]) << 16;
        const bool isCommand = bytes[at + 3] == 0;
        const QByteArray payload = bytes.mid(at + 4, size);
        at += 4 + size;
        if (!isCommand || payload.size() < size)
            continue;
        QByteArray command = payload.mid(1);
        switch (quint8(payload[0])) {
        case FakeServer::Query:
            if (command.startsWith("SET NAMES") || command.startsWith("DO ")
                || command.startsWith(FakeServer::PeerQuestion)
                || command == "SELECT @@SESSION.wait_timeout")
                continue;
            break;
        case Prepare:
            command.prepend("PREPARE ");
            break;
        case Execute:
            command = "EXECUTE";
            break;
        default:
            command = "command " + QByteArray::number(quint8(payload[0]));
            break;
        }
        commands.append(command);
    }
    return commands;
}

inline AsyncMySql::ConnectionOptions pipeliningOptions(const FakeServer &server, int depth = 64)
{
    AsyncMySql::ConnectionOptions options = optionsFor(server);
    options.setPipelineDepth(depth);
    return options;
}

/// Jobs that record what became of them, and in which order.
struct Jobs
{
    QList<AsyncMySql::Query *> queries;
    QList<OutcomePointer> outcomes;
    QStringList order;

    void execute(AsyncMySql::Executor *executor, const QStringList &statements)
    {
        for (const QString &sql : statements) {
            AsyncMySql::Query *query = executor->execute(sql);
            queries.append(query);
            outcomes.append(watch(query, &order, sql));
        }
    }
};

} // namespace Fake

/// What was sent in one go with something that has arrived has arrived as well when another session
/// was served.
#define SERVE_ANOTHER(server) \
    do { \
        AsyncMySql::Connection another(Fake::optionsFor(server)); \
        VERIFY_SUCCEEDS(Fake::watch(another.execute(QStringLiteral("INSERT other")))); \
    } while (false)
