// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of ConnectionOptions that is about how statements travel.

#include "connectionoptions_p.h"

namespace AsyncMySql {

/*!
    Returns how many statements may be on their way at a time. The default is 64; with 1 each one
    waits for the answer to the one before it.

    Statements are only sent ahead of answers where that makes no difference to what they mean:
    those that change something that later ones could depend on (transactions, variables, temporary
    tables), streamed queries, and in a transaction all that write, wait for their turn. A statement
    that reads is not sent behind one that writes, nor the other way round, so that cancelling one
    hits no other. A statement that writes cannot be stopped in the server while others that write
    are on their way behind it, unless it has a timeout (Query::setTimeout()), which keeps them from
    being sent. What has a queueTimeout and writes is not sent ahead at all.

    What was sent ahead counts as waiting until those before it are answered: its queueTimeout() holds,
    and Job::cancel() ends it at once, though the server may still execute it (Error::Execution::Unknown).
*/
int ConnectionOptions::pipelineDepth() const
{
    return d->pipelineDepth;
}

/*! Sets how many statements may be on their way at a time to \a depth. */
void ConnectionOptions::setPipelineDepth(int depth)
{
    d->pipelineDepth = depth;
}

/*!
    \enum AsyncMySql::ConnectionOptions::PipeliningMode

    When commands are sent ahead of answers.

    \value Automatic If the peer is the server itself.
    \value Always    Whatever the peer is. Use it only with something between that forwards bytes, or
                     is known to keep the answers of commands in order.
    \value Never     Each command waits for the answer to the one before it.
*/

/*!
    Returns when commands are sent ahead of the answers to earlier ones. The default is
    PipeliningMode::Automatic.

    The protocol does not promise that this works, and proxies that look into it can lose commands or
    swap their answers, as MySQL Router does. So by default each session is asked while it is set up,
    which costs a round trip: for its \c CONNECTION_ID(), and where the server sees the connection come
    from (\c HOST in the process list). Nothing is sent ahead unless the former is the id that the
    peer named when it was connected to, and the latter has the port of our end; for a Unix socket, the
    name of the server's socket must be the one that was opened. So nothing is sent ahead through
    tunnels and devices either, although those do no harm: PipeliningMode::Always is for them. With a
    pipelineDepth() of 1 there is no need to ask.

    \sa Connection::pipelining()
*/
ConnectionOptions::PipeliningMode ConnectionOptions::pipeliningMode() const
{
    return d->pipeliningMode;
}

/*! Sets when commands are sent ahead of the answers to earlier ones to \a mode. */
void ConnectionOptions::setPipeliningMode(PipeliningMode mode)
{
    d->pipeliningMode = mode;
}

/*!
    Returns whether statements with parameters are prepared, so that the parameters travel in binary
    form. The default is true. Otherwise they are written into the statement: text in quotes where that
    means the same in every \c sql_mode and \c character_set_client, else as \c{_utf8mb4 X'…'}, which
    has the default collation of utf8mb4. Where the grammar wants a quoted string, as in
    \c{SHOW TABLES LIKE}, text is refused if the session might misread it. Statements that the server
    cannot prepare are sent as text in any case. Query::setPrepared() decides it for one statement.
*/
bool ConnectionOptions::preparesStatements() const
{
    return d->preparesStatements;
}

/*! Sets whether statements with parameters are prepared to \a prepare. */
void ConnectionOptions::setPreparesStatements(bool prepare)
{
    d->preparesStatements = prepare;
}

/*!
    Returns how many prepared statements the connection keeps for the next execution. The default is
    128; with 0 each is closed when it was executed. The server limits how many there are of all
    sessions together (\c max_prepared_stmt_count, 16382 by default).

    \sa Connection::statementCacheStatistics()
*/
int ConnectionOptions::statementCacheSize() const
{
    return d->statementCacheSize;
}

/*! Sets how many prepared statements the connection keeps to \a statements. */
void ConnectionOptions::setStatementCacheSize(int statements)
{
    d->statementCacheSize = statements;
}

/*!
    Returns how what travels is compressed. The default is Compression::None: over a fast network
    compression costs more time than it saves. A server that does not offer what is asked for is
    spoken to without compression. Zstd is MySQL's (8.0.18 and later).
*/
ConnectionOptions::Compression ConnectionOptions::compression() const
{
    return d->compression;
}

/*! Sets how what travels is compressed to \a compression. */
void ConnectionOptions::setCompression(Compression compression)
{
    d->compression = compression;
}

/*!
    Returns how hard to compress: 1 to 9 for zlib, 1 to 22 for zstd, more being smaller and slower.
    The default is 0, the default of the library: 6 and 3.
*/
int ConnectionOptions::compressionLevel() const
{
    return d->compressionLevel;
}

/*! Sets how hard to compress to \a level. */
void ConnectionOptions::setCompressionLevel(int level)
{
    d->compressionLevel = level;
}

/*!
    Returns whether execute() takes several statements in one text, separated by semicolons. The
    default is false: it turns a hole through which one statement can be changed into one through
    which any can be executed. Only statements without parameters, or with
    Query::setPrepared(false), can be several.

    \sa Query::results()
*/
bool ConnectionOptions::allowsMultiStatements() const
{
    return d->allowsMultiStatements;
}

/*! Sets whether execute() takes several statements in one text to \a allow. */
void ConnectionOptions::setAllowsMultiStatements(bool allow)
{
    d->allowsMultiStatements = allow;
}

/*!
    Returns whether the server is told that it may ask for data (LOAD DATA LOCAL INFILE). The
    default is false. Even then it gets nothing but what Query::setLocalInfile() has named for the
    very statement that runs; it is never given a file by its name.
*/
bool ConnectionOptions::allowsLocalInfile() const
{
    return d->allowsLocalInfile;
}

/*! Sets whether the server is told that it may ask for data to \a allow. */
void ConnectionOptions::setAllowsLocalInfile(bool allow)
{
    d->allowsLocalInfile = allow;
}

/*!
    Returns the system variables of which the server tells every change, for
    Connection::trackedVariables(). The default is none.
*/
QStringList ConnectionOptions::trackedVariables() const
{
    return d->trackedVariables;
}

/*! Sets the system variables of which the server tells every change to \a variables. */
void ConnectionOptions::setTrackedVariables(const QStringList &variables)
{
    d->trackedVariables = variables;
}

/*!
    Returns whether the server tells the global transaction identifier of what was written, for
    Connection::lastGtid(). The default is false. The server needs a binary log for it.
*/
bool ConnectionOptions::tracksGtids() const
{
    return d->tracksGtids;
}

/*! Sets whether the server tells the identifier of what was written to \a track. */
void ConnectionOptions::setTracksGtids(bool track)
{
    d->tracksGtids = track;
}

} // namespace AsyncMySql
