// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of ConnectionOptions for sending statements.

#include "connectionoptions_p.h"

namespace AsyncMySql {

/*!
    Returns the maximum number of statements in flight. The default is 64. If it is 1, each
    statement waits for the answer to the previous one.

    Statements are pipelined only if that does not change their meaning. Statements that change what
    later ones could depend on (transactions, variables, temporary tables), streamed queries, and
    writes in a transaction that was started by a statement are not; for those in a Transaction, see
    there. A read is not sent behind a write, nor a write behind a
    read, so that cancelling one cannot stop another. A write cannot be stopped in the server while
    other writes are in flight behind it, unless it has a timeout (Query::setTimeout()), which
    prevents them from being sent. A write with a queueTimeout is never pipelined.

    A pipelined statement counts as waiting until the statements before it are answered: its
    queueTimeout() applies, and Job::cancel() ends it immediately, though the server may still
    execute it (Error::Execution::Unknown).
*/
int ConnectionOptions::pipelineDepth() const
{
    return d->pipelineDepth;
}

/*! Sets the maximum number of statements in flight to \a depth. */
void ConnectionOptions::setPipelineDepth(int depth)
{
    d->pipelineDepth = depth;
}

/*!
    \enum AsyncMySql::ConnectionOptions::PipeliningMode

    This enum specifies when commands are sent before earlier ones are answered.

    \value Automatic If the peer is the server itself.
    \value Always    Whatever the peer is. Use this only if everything in between just forwards
                     bytes, or is known to keep the answers of commands in order.
    \value Never     Each command waits for the answer to the previous one.
*/

/*!
    Returns when commands are sent before earlier ones are answered. The default is
    PipeliningMode::Automatic.

    The protocol does not guarantee that pipelining works. Proxies that interpret it, such as MySQL
    Router, can lose commands or swap their answers. By default, therefore, each session queries its
    \c CONNECTION_ID() and the client address as seen by the server (\c HOST in the process list),
    which costs a round trip. Commands are pipelined only if the id is the one that the peer sent
    when connecting, and the address has the port of this client; for a Unix socket, the name of the
    server's socket must be the one that was opened. This also disables pipelining through tunnels
    and devices, where it would be safe: use PipeliningMode::Always for those.

    The query is sent when it makes a difference for the first time: when two statements wait that
    could be pipelined, before MariaDB prepares a statement, before a batch, and before a command of
    16 KiB or more, since the answer includes the server's \c max_allowed_packet. A session that
    executes one short statement after the other never sends it.

    \sa Connection::pipelining()
*/
ConnectionOptions::PipeliningMode ConnectionOptions::pipeliningMode() const
{
    return d->pipeliningMode;
}

/*! Sets when commands are sent before earlier ones are answered to \a mode. */
void ConnectionOptions::setPipeliningMode(PipeliningMode mode)
{
    d->pipeliningMode = mode;
}

/*!
    \enum AsyncMySql::ConnectionOptions::MultiRowInsertMode

    This enum specifies when a Batch inserts several rows with one statement on MySQL.

    \value Automatic If that certainly means the same as one statement per row.
    \value Always    Also if the table has triggers, or may have some that the account cannot see,
                     and if it has defaults that differ between statements.
    \value Never     Each row is executed by a statement of its own.
*/

/*!
    Returns when a Batch puts rows together into statements of many rows on MySQL, which has no
    command for many rows of parameters. The default is MultiRowInsertMode::Automatic. MariaDB's
    bulk command does not depend on it.

    Rows are put together if all of this holds:

    \list
    \li The batch has at least 16 rows, and the server is MySQL 8.0.16 or later.
    \li The session is not in a transaction, not under \c{LOCK TABLES}, and has executed no
        \c{SET TRANSACTION}: what the library asks about the table would change what these mean.
    \li The statement is \c{INSERT … VALUES (…)} or \c{REPLACE … VALUES (…)} with a single row that
        consists of question marks, literals, \c NULL and \c DEFAULT, without function calls,
        subqueries or variables. \c IGNORE and \c{ON DUPLICATE KEY UPDATE} are possible if the
        latter has no placeholders, and uses only columns, \c VALUES(), and functions such as
        \c COALESCE() and \c{IF()}.
    \li The table is an InnoDB table, and \c sql_mode is strict.
    \li If the table has an \c AUTO_INCREMENT column, the statement is a plain \c INSERT that lists
        its columns without this one, so that Batch::insertIds() is known.
    \li The session's \c character_set_client is utf8mb4.
    \li The table has no defaults that are expressions, and no \c CURRENT_TIMESTAMP with a fraction.
        With MultiRowInsertMode::Always, the rows of a statement share one time.
    \li The table has no triggers. They are visible only to accounts that have the \c TRIGGER
        privilege for the table, its database or all databases, other than by a role. With
        MultiRowInsertMode::Always, this condition does not apply. Set that for accounts without the
        privilege if the table has no triggers, or has triggers that can be executed again for a row
        whose insertion was undone.
    \endlist

    To find out, the library sends \c{SHOW CREATE TABLE} and a query of \c information_schema
    before the first row of the batch. The result of \c{FOUND_ROWS()} is that of this query then.

    A statement has up to 256 KiB. Its rows become visible to other sessions together. If a row is
    refused, the server undoes the statement; the batch then executes its rows again in smaller
    groups, which uses further \c AUTO_INCREMENT values, so that the rows before the failing one are
    in effect and Batch::executedRows() is the same as with single rows. Rows that meet a deadlock
    or a lock wait timeout together are executed again one by one. After other errors, none of the
    rows of the statement are in effect. See Batch.
*/
ConnectionOptions::MultiRowInsertMode ConnectionOptions::multiRowInsertMode() const
{
    return d->multiRowInsertMode;
}

/*! Sets when a Batch puts rows together into statements of many rows to \a mode. */
void ConnectionOptions::setMultiRowInsertMode(MultiRowInsertMode mode)
{
    d->multiRowInsertMode = mode;
}

/*!
    Returns whether statements with parameters are prepared, so that the parameters are sent in
    binary form. The default is true.

    If this is false, the parameters are written into the statement: text is quoted if that has the
    same meaning in every \c sql_mode and \c character_set_client, and otherwise written as
    \c{_utf8mb4 X'…'}, which has the default collation of utf8mb4. If the grammar requires a quoted
    string, as in \c{SHOW TABLES LIKE}, text that the session might misread is refused. Statements
    that the server cannot prepare are always sent as text. Query::setPrepared() overrides the
    option for one statement.
*/
bool ConnectionOptions::isAutoPrepareEnabled() const
{
    return d->autoPrepareEnabled;
}

/*! Sets whether statements with parameters are prepared to \a enabled. */
void ConnectionOptions::setAutoPrepareEnabled(bool enabled)
{
    d->autoPrepareEnabled = enabled;
}

/*!
    Returns the maximum number of prepared statements that a session caches. The default is 128. If
    it is 0, each statement is closed after its execution. The server limits the total number of all
    sessions (\c max_prepared_stmt_count, 16382 by default).

    \sa Connection::statementCacheStatistics()
*/
int ConnectionOptions::statementCacheSize() const
{
    return d->statementCacheSize;
}

/*! Sets the maximum number of prepared statements that a session caches to \a statements. */
void ConnectionOptions::setStatementCacheSize(int statements)
{
    d->statementCacheSize = statements;
}

/*!
    Returns the compression algorithm. The default is Compression::None: over a fast network,
    compression costs more time than it saves. If the server does not support the algorithm, the
    connection is not compressed. Zstd is supported by MySQL 8.0.18 and later.
*/
ConnectionOptions::Compression ConnectionOptions::compression() const
{
    return d->compression;
}

/*! Sets the compression algorithm to \a compression. */
void ConnectionOptions::setCompression(Compression compression)
{
    d->compression = compression;
}

/*!
    Returns the compression level: 1 to 9 for zlib, 1 to 22 for zstd. Higher levels are slower and
    yield less data. The default is 0, which selects the default of the algorithm: 6 and 3.
*/
int ConnectionOptions::compressionLevel() const
{
    return d->compressionLevel;
}

/*! Sets the compression level to \a level. */
void ConnectionOptions::setCompressionLevel(int level)
{
    d->compressionLevel = level;
}

/*!
    Returns whether execute() accepts several statements in one text, separated by semicolons. The
    default is false, because several statements turn an injection that can change one statement
    into one that can execute any statement. Only a text without parameters, or with
    Query::setPrepared(false), can have several statements.

    \sa Query::results()
*/
bool ConnectionOptions::multiStatementsAllowed() const
{
    return d->multiStatementsAllowed;
}

/*! Sets whether execute() accepts several statements in one text to \a allow. */
void ConnectionOptions::setMultiStatementsAllowed(bool allow)
{
    d->multiStatementsAllowed = allow;
}

/*!
    Returns whether LOAD DATA LOCAL INFILE is allowed. The default is false. If it is allowed, the
    server receives only the data of the device that Query::setLocalInfile() has set for the running
    statement; a file is never opened by its name.
*/
bool ConnectionOptions::isLocalInfileAllowed() const
{
    return d->localInfileAllowed;
}

/*! Sets whether LOAD DATA LOCAL INFILE is allowed to \a allow. */
void ConnectionOptions::setLocalInfileAllowed(bool allow)
{
    d->localInfileAllowed = allow;
}

/*!
    Returns the system variables whose changes the server reports, for
    Connection::trackedVariables(). The default is empty.
*/
QStringList ConnectionOptions::trackedVariables() const
{
    return d->trackedVariables;
}

/*! Sets the system variables whose changes the server reports to \a variables. */
void ConnectionOptions::setTrackedVariables(const QStringList &variables)
{
    d->trackedVariables = variables;
}

/*!
    Returns whether the server reports the global transaction identifier (GTID) of each write, for
    Connection::lastGtid(). The default is false. The server must have a binary log.
*/
bool ConnectionOptions::isGtidTrackingEnabled() const
{
    return d->gtidTrackingEnabled;
}

/*! Sets whether the server reports the GTID of each write to \a enabled. */
void ConnectionOptions::setGtidTrackingEnabled(bool enabled)
{
    d->gtidTrackingEnabled = enabled;
}

} // namespace AsyncMySql
