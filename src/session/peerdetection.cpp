// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "peerdetection.h"

#include "resultexchange.h"

#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>

#include <QtCore/qfileinfo.h>
#include <QtCore/qstring.h>

#include <algorithm>

namespace AsyncMySql::PeerDetection {

using namespace Qt::StringLiterals;
using Peer = SessionState::Peer;

namespace {

/// The first MySQL with performance_schema.processlist. The other one locks every thread.
constexpr quint32 HasProcessList = 80022;

bool isSameSocket(const QString &left, const QString &right)
{
    if (left == right)
        return true;
    const QString file = QFileInfo(left).canonicalFilePath();
    return !file.isEmpty() && file == QFileInfo(right).canonicalFilePath();
}

/// \a host is what the server calls the other end: "address:port", or "localhost" for a socket.
Peer peerOfHost(const SessionState &session, const QString &host, const QString &socket)
{
    bool hasPort = false;
    const ushort port = host.sliced(host.lastIndexOf(u':') + 1).toUShort(&hasPort);
    if (session.localPort != 0)
        return hasPort && port == session.localPort ? Peer::Server : Peer::Intermediary;
    if (session.localSocketName.isEmpty())
        return Peer::Unknown;
    if (hasPort)
        return Peer::Intermediary;
    return isSameSocket(socket, session.localSocketName) ? Peer::Server : Peer::Unknown;
}

} // namespace

QByteArray sql(const SessionState &session)
{
    // Within an expression: some proxies answer the bare function with a number of their own.
    QByteArray sql = "SELECT 0 + CONNECTION_ID(), HOST, @@socket, "
                     "GREATEST(@@max_allowed_packet, @@net_buffer_length) FROM ";
    sql += session.flavour == Protocol::ServerFlavour::MySql
                   && session.serverVersionNumber >= HasProcessList
               ? "performance_schema.processlist"
               : "information_schema.PROCESSLIST";
    return sql + " WHERE ID = CONNECTION_ID()";
}

Answer answerOf(const SessionState &session, Protocol::ResultExchange &exchange)
{
    // A greeting has no more of it.
    constexpr quint64 lowBits = 0xFFFFFFFF;
    constexpr int columns = 4;
    const auto results = exchange.takeResults();
    if (exchange.failure() || results.size() != 1)
        return {};
    const Result result(results.front());
    if (result.rowCount() != 1 || result.columnCount() != columns)
        return {};
    const Row row = result.row(0);
    bool isNumber = false;
    const quint64 id = row.text(0).toULongLong(&isNumber);
    if (!isNumber)
        return {};
    if (id == 0 || (id & lowBits) != (session.connectionId & lowBits))
        return {Peer::Intermediary};
    const Peer peer = peerOfHost(session, row.text(1), row.text(2));
    if (peer == Peer::Intermediary)
        return {peer};
    return {peer, std::max<qsizetype>(0, row.text(3).toLongLong())};
}

} // namespace AsyncMySql::PeerDetection
