// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "causalreads.h"

#include "querycommand.h"

#include <AsyncMySql/row.h>

#include <functional>
#include <utility>

namespace AsyncMySql {

namespace {

/// Waits in the server. It is no statement of the application: it leaves nothing behind.
class PositionWait final : public QueryCommand
{
public:
    PositionWait(const QString &sql, const Limits &limits, std::function<void(bool)> done)
        : QueryCommand(sql, QVariantList(), limits)
        , m_done(std::move(done))
    {
        setUsesResponseTimeout();
    }

    Attempt createExchange(const SessionContext &session) override
    {
        Attempt attempt = QueryCommand::createExchange(session);
        if (auto *started = std::get_if<Started>(&attempt))
            restrict(&started->traits);
        return attempt;
    }
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override
    {
        CommandTraits traits = QueryCommand::traits(dialect);
        restrict(&traits);
        return traits;
    }
    /// With its session, the reason for it is gone.
    CommandStatus status() const override { return {false, false}; }

private:
    static void restrict(CommandTraits *traits)
    {
        traits->canPipeline = false;
        traits->canPipelineWhenPrepared = false;
        traits->effects = {};
    }

    void ended(const Error &error) override
    {
        // Both functions return 0; setting a variable has no result.
        const bool reached = !error
                             && (results().isEmpty() || results().first().isEmpty()
                                 || results().first().first().text(0) == QLatin1StringView("0"));
        // The application ends what waits, too.
        if (error.code() != Error::ConnectionClosed)
            m_done(reached);
    }

    std::function<void(bool)> m_done;
};

} // namespace

void CausalReads::follow(std::shared_ptr<const WritePosition> position, CommandSink *writer,
                         std::chrono::milliseconds timeout)
{
    m_position = std::move(position);
    m_writer = writer;
    m_timeout = timeout;
}

CommandPointer CausalReads::waitFor(PooledSession *session, const CommandPointer &command,
                                    const CommandSink::Defaults &defaults)
{
    if (!m_position || command->place() != Command::Place::Session)
        return {};
    const QByteArray sql = statement(*session);
    if (sql.isEmpty())
        return {};
    // It is called in the middle of the engine's work: the command is only moved.
    const auto done = [pooled = session->shared_from_this(), version = m_position->version(),
                       writer = m_writer, read = std::weak_ptr<Command>(command)](bool reached) {
        if (reached) {
            pooled->seenWrites = version;
            pooled->waitsItself = pooled->engine->serverRole().isGalera();
            return;
        }
        const CommandPointer waiting = read.lock();
        if (waiting && writer && pooled->engine->takeWaiting(waiting.get()))
            writer->submit(waiting);
    };
    return std::make_shared<PositionWait>(
        QString::fromLatin1(sql),
        QueryCommand::Limits{defaults.maximumPacket, defaults.maximumResult}, done);
}

bool CausalReads::takeLate(const CommandPointer &command) const
{
    if (!std::exchange(command->isLate, false) || !m_writer)
        return false;
    m_writer->submit(command);
    return true;
}

/// Empty if the session shows all that was written anyway.
QByteArray CausalReads::statement(const PooledSession &session) const
{
    const ServerRole role = session.engine->serverRole();
    // From then on each statement waits by itself.
    if (role.isGalera())
        return session.waitsItself ? QByteArray() : "SET SESSION wsrep_sync_wait = 1";
    if (m_position->version() == session.seenWrites)
        return {};
    const bool isMariaDb = session.engine->sessionState().isMariaDb;
    // A server that is written to has what it was given, but MariaDB's would wait for replication.
    if (isMariaDb && role.isWritable())
        return {};
    const QByteArray position = m_position->text().toLatin1();
    const QByteArray seconds
        = QByteArray::number(static_cast<double>(m_timeout.count()) / 1000, 'f', 3);
    return (isMariaDb ? "SELECT MASTER_GTID_WAIT('" : "SELECT WAIT_FOR_EXECUTED_GTID_SET('")
           + position + "', " + seconds + ')';
}

} // namespace AsyncMySql
