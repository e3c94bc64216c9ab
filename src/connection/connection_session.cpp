// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The properties of Connection that describe what its session does: whether commands are sent ahead
// of answers, and whether a transaction is open.

#include <AsyncMySql/connection.h>

#include "connection_p.h"
#include "connectionengine.h"
#include "sessionstate.h"

#include <AsyncMySql/connectionoptions.h>

namespace AsyncMySql {

/*!
    \enum AsyncMySql::Connection::Pipelining

    This enum specifies whether commands are sent before the answers to earlier ones, and if not,
    the reason.

    \value Undetermined  No session has been opened yet, or the peer of the session has not been
                         asked: nothing has been sent that depends on it.
    \value Active        Commands are sent before earlier ones are answered.
    \value Disabled      The options disable it: PipeliningMode::Never, or a pipeline depth of 1.
    \value ProxyDetected The peer is not the server that executes the statements.
    \value PeerUnknown   The peer cannot be identified: the server did not report where the session
                         comes from, or the client cannot compare it (a custom QIODevice, a Unix
                         socket under another name).
*/

/*!
    \property AsyncMySql::Connection::pipelining
    \brief whether commands are sent before earlier ones are answered, and if not, the reason.

    The value describes the current session, or the last one if there is none.

    \sa ConnectionOptions::setPipeliningMode(), ConnectionOptions::setPipelineDepth()
*/
Connection::Pipelining Connection::pipelining() const
{
    using Mode = ConnectionOptions::PipeliningMode;
    if (d->published.session.serverVersion.isEmpty())
        return Pipelining::Undetermined;
    const ConnectionOptions &options = d->engine->options();
    if (options.pipelineDepth() <= 1 || options.pipeliningMode() == Mode::Never)
        return Pipelining::Disabled;
    if (options.pipeliningMode() == Mode::Always)
        return Pipelining::Active;
    switch (d->published.session.peer) {
    case SessionState::Peer::Server:
        return Pipelining::Active;
    case SessionState::Peer::Intermediary:
        return Pipelining::ProxyDetected;
    case SessionState::Peer::NotAsked:
        return Pipelining::Undetermined;
    case SessionState::Peer::Unknown:
        break;
    }
    return Pipelining::PeerUnknown;
}

/*!
    \property AsyncMySql::Connection::inTransaction
    \brief whether a transaction is open in the session, according to the last report of the server

    The transaction can be started by a Transaction, by a statement (\c{START TRANSACTION}), or by
    the first statement if \c autocommit is off. The property is false if there is no session.

    The server reports it with every answer except errors. An error can end a transaction: a
    deadlock (1213) rolls it back, and a change of the schema commits it before it fails. A failed
    statement can also have started one if \c autocommit is off. The property keeps its value then
    until a job succeeds, for example a ping(). In a Transaction, the connection queries the state
    automatically after a deadlock or a lock wait timeout.

    \sa sessionStateLost()
*/
bool Connection::isInTransaction() const
{
    return d->engine->isInTransaction();
}

} // namespace AsyncMySql
