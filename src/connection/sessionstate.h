// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "servererrors.h"
#include "serverstatus.h"
#include "sessiontimezone.h"
#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qmap.h>
#include <QtCore/qstring.h>

#include <algorithm>

namespace AsyncMySql {

/// What is known of a live session, kept up to date from every answer.
struct SessionState
{
    Protocol::Capabilities capabilities = 0;
    Protocol::ServerStatus status;
    /// character_set_client: decides how SQL text must be escaped.
    QByteArray characterSet = QByteArrayLiteral("utf8mb4");
    /// time_zone: in which points in time are sent and read.
    Values::SessionTimeZonePointer timeZone = {};
    /// character_set_results: what names of columns are written in.
    QByteArray resultCharacterSet = QByteArrayLiteral("utf8mb4");
    QString database;
    quint64 connectionId = 0;
    /// Who executes the statements.
    enum class Peer {
        Unknown,      ///< it was not asked, or did not answer
        Server,       ///< the one that was connected to
        Intermediary, ///< another one: what was connected to stands between
    };
    Peer peer = Peer::Unknown;
    /// The server's max_allowed_packet in bytes, more than which it does not take: it closes the connection. 0 where it
    /// was not asked, or something stands between that may know other servers.
    qsizetype largestCommand = 0;
    /// Of our end; 0 without TCP.
    quint16 localPort = 0;
    /// The Unix socket or named pipe that was opened; or empty.
    QString localSocketName;
    QString serverVersion;
    /// As SqlDialect has it.
    quint32 serverVersionNumber = 0;
    /// Whether the server speaks MariaDB's extension of the protocol.
    bool isMariaDb = false;
    /// Whose error numbers it uses.
    Protocol::ServerFlavour flavour = Protocol::ServerFlavour::Unknown;
    bool isEncrypted = false;
    QByteArray authenticationPlugin;
    /// Counts what was told beside the status.
    quint64 revision = 0;
    /// Of the last write, as the server told it.
    QString gtid;
    /// System variables whose change the server told.
    QMap<QString, QString> variables;
    /// Of the last sql_mode among them, if there was one.
    bool hasSqlMode = false;
    bool hasNoBackslashEscapes = false;
    bool hasAnsiQuotes = false;

    /// What the server takes, and no more than \a limit, in bytes.
    qsizetype commandLimit(qsizetype limit) const
    {
        return largestCommand > 0 ? std::min(largestCommand, limit) : limit;
    }
    bool isInTransaction() const
    {
        return status.testFlag(Protocol::ServerStatusFlag::InTransaction);
    }
    /// The same, or the next statement that writes begins one.
    bool mayBeInTransaction() const
    {
        return isInTransaction() || !status.testFlag(Protocol::ServerStatusFlag::AutoCommit);
    }
    Protocol::SqlDialect dialect() const
    {
        return {status.testFlag(Protocol::ServerStatusFlag::NoBackslashEscapes),
                isMariaDb ? status.testFlag(Protocol::ServerStatusFlag::AnsiQuotes) : hasAnsiQuotes,
                characterSet,
                resultCharacterSet,
                timeZone,
                flavour == Protocol::ServerFlavour::MariaDb,
                flavour == Protocol::ServerFlavour::Unknown ? 0 : serverVersionNumber};
    }
    /// The same by the sql_mode that the server has reported: the status keeps what a routine has
    /// set, also when the server has taken that back at its end.
    Protocol::SqlDialect reportedDialect() const
    {
        Protocol::SqlDialect reported = dialect();
        if (hasSqlMode) {
            reported.noBackslashEscapes = hasNoBackslashEscapes;
            reported.ansiQuotes = hasAnsiQuotes;
        }
        return reported;
    }
};

} // namespace AsyncMySql
