// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "servererrors.h"
#include "serverstatus.h"
#include "sessionstatechange.h"
#include "sessiontimezone.h"
#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

namespace Protocol {
class Handshake;
}

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
        NotAsked,
        Unknown,      ///< it did not answer, or the answer does not say
        Server,       ///< the one that was connected to
        Intermediary, ///< another one: what was connected to stands between
    };
    Peer peer = Peer::NotAsked;
    /// The size in bytes from which on the server closes the connection instead of reading a
    /// packet: the larger one of its max_allowed_packet and net_buffer_length. 0 where it was not
    /// asked, or something stands between that may know other servers.
    qsizetype packetLimit = 0;
    /// Of our end; 0 without TCP.
    quint16 localPort = 0;
    /// The Unix socket or named pipe that was opened; or empty.
    QString localSocketName;
    QString serverVersion;
    /// As SqlDialect has it.
    quint32 serverVersionNumber = 0;
    /// Whether the server has MariaDB's extension of the protocol.
    bool isMariaDb = false;
    /// Whose error numbers it uses.
    Protocol::ServerFlavour flavour = Protocol::ServerFlavour::Unknown;
    bool isEncrypted = false;
    QByteArray authenticationPlugin;
    /// Counts what was reported beside the status.
    quint64 revision = 0;
    /// Of the last write, as the server reported it.
    QString gtid;
    /// System variables whose change the server reported.
    QMap<QString, QString> variables;
    /// Of the last sql_mode among them, if there was one.
    bool hasSqlMode = false;
    bool hasNoBackslashEscapes = false;
    bool hasAnsiQuotes = false;

    /// Takes over what the greeting and the final OK of \a handshake say.
    void begin(const Protocol::Handshake &handshake);
    /// Takes over what an answer says about the session.
    void update(const QList<Protocol::SessionStateChange> &changes);
    /// Of what the server has as time_zone.
    void setTimeZone(const QByteArray &name);
    /// The session was set to UTF-8: a server that does not report such changes has followed.
    void setUtf8();
    /// What the peer has answered. \a limit is a packetLimit; the first one counts, since resetting
    /// a session does not change it.
    void setPeer(Peer newPeer, qsizetype limit);

    /// The size in bytes that no command may reach; 0 if it is not known. Of a session that is
    /// compressed, the server's buffer holds the header of the packet, too.
    qsizetype commandLimit() const;
    bool isInTransaction() const
    {
        return status.testFlag(Protocol::ServerStatusFlag::InTransaction);
    }
    /// The same, or the next statement that writes begins one.
    bool mayBeInTransaction() const
    {
        return isInTransaction() || !status.testFlag(Protocol::ServerStatusFlag::AutoCommit);
    }
    Protocol::SqlDialect dialect() const;
    /// The same by the sql_mode that the server has reported: the status keeps what a routine has
    /// set, also when the server has taken that back at its end.
    Protocol::SqlDialect reportedDialect() const;

private:
    void updateVariable(const QByteArray &name, const QByteArray &value);
};

} // namespace AsyncMySql
