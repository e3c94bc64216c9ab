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

    Whether commands are sent ahead of the answers to earlier ones, and why not.

    \value Undetermined  There was no session yet.
    \value InUse         They are.
    \value TurnedOff     The options say no: PipeliningMode::Never, or a pipeline depth of 1.
    \value PeerIsProxy   What was connected to is not the server that executes the statements.
    \value PeerIsUnknown The server did not tell where the session comes from, or this end does not
                         know it (another QIODevice, a Unix socket under another name).
*/

/*!
    \property AsyncMySql::Connection::pipelining
    \brief whether commands are sent ahead of the answers to earlier ones in the present or last
    session, and why not.

    \sa ConnectionOptions::setPipeliningMode(), ConnectionOptions::setPipelineDepth()
*/
Connection::Pipelining Connection::pipelining() const
{
    using Mode = ConnectionOptions::PipeliningMode;
    if (d->published.session.serverVersion.isEmpty())
        return Pipelining::Undetermined;
    const ConnectionOptions &options = d->engine->options();
    if (options.pipelineDepth() <= 1 || options.pipeliningMode() == Mode::Never)
        return Pipelining::TurnedOff;
    if (options.pipeliningMode() == Mode::Always)
        return Pipelining::InUse;
    switch (d->published.session.peer) {
    case SessionState::Peer::Server:
        return Pipelining::InUse;
    case SessionState::Peer::Intermediary:
        return Pipelining::PeerIsProxy;
    case SessionState::Peer::Unknown:
        break;
    }
    return Pipelining::PeerIsUnknown;
}

/*!
    \property AsyncMySql::Connection::isInTransaction
    \brief whether a transaction was open in the session when the server last reported it.

    It may have been begun by a Transaction, by statement (\c{START TRANSACTION}), or by the first
    statement where \c autocommit is off. The property is false when there is no session.

    The server reports it with every answer but errors. An error can end a transaction: a deadlock
    (1213) rolls it back, a change of the schema commits it before it fails. Likewise a statement that
    fails can have begun one where \c autocommit is off. The property keeps its value then, until
    something succeeds: ping() is enough. In a Transaction the connection asks by itself after a
    deadlock or a lock wait timeout.

    \sa sessionStateLost()
*/
bool Connection::isInTransaction() const
{
    return d->engine->isInTransaction();
}

} // namespace AsyncMySql
