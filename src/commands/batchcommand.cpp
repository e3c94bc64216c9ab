// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchcommand.h"

#include "batchexchange.h"
#include "logging.h"
#include "servererrors.h"
#include "sqllexer.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {
/// How many executions are on their way where there is no bulk command.
constexpr int Window = 64;
/// Of rows that the table is asked for whether they can be put together.
constexpr qsizetype FewestRowsOfGroups = 16;

bool isInsert(QByteArrayView sql, const Protocol::SqlDialect &dialect)
{
    Protocol::SqlLexer lexer(sql, dialect);
    Protocol::SqlToken token = lexer.next();
    while (token.kind == Protocol::SqlToken::Kind::Comment)
        token = lexer.next();
    return token.isOneOf({"INSERT", "REPLACE"});
}

/// Whether the server has refused the command before it has executed the first row.
bool isBeforeRows(const Protocol::Failure &failure)
{
    return failure.serverError() == Protocol::CommonServerError::UnknownStatement;
}
} // namespace

BatchCommand::BatchCommand(QString sql, QList<QVariantList> rows, qsizetype maximumPacket,
                           std::shared_ptr<StatementKindCache> kinds)
    : StatementCommand(std::move(sql), std::move(kinds))
    , m_rows(std::move(rows))
    , m_maximumPacket(maximumPacket)
{
}

Command::Attempt BatchCommand::createExchange(const SessionContext &session)
{
    if (m_rows.isEmpty())
        return NothingToDo();
    // How many rows go into a packet, and how many packets are sent ahead.
    if (session.canAskPeer && (session.peerDecidesDepth || session.state.packetLimit == 0))
        return AskPeer();
    m_sentRowsBefore = sentRows();
    m_sentRows = 0;
    if (std::optional<Attempt> attempt = findStatement(session))
        return *attempt;
    takeKind(session.dialect);
    if (!cachedStatement()->parameterized.names.isEmpty()) {
        return Error(Error::InvalidParameter,
                     u"The placeholders of a batch must be question marks, not names"_s);
    }
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].size() != cachedStatement()->parameterized.count) {
            return Error(Error::InvalidParameter,
                         u"The statement has %1 placeholders, but row %2 has %3 values"_s
                             .arg(cachedStatement()->parameterized.count)
                             .arg(i + 1)
                             .arg(m_rows[i].size()));
        }
    }
    Protocol::BatchExchange::Settings settings;
    settings.dialect = session.dialect;
    settings.capabilities = session.state.capabilities;
    settings.maximumPacket = m_maximumPacket;
    if (const qsizetype limit = session.state.commandLimit(); limit > 0)
        settings.maximumPacket = std::min(settings.maximumPacket, limit);
    // A row that fails can end a transaction: those on their way behind it would run outside of it.
    // And it stops the batch there, unless all of it is undone.
    const CommandTraits traits = this->traits(session.dialect);
    const bool mustWait
        = session.state.mayBeInTransaction() && !(session.isAllOrNothing && traits.pipelinesItself);
    settings.window = mustWait ? 1 : std::min(Window, session.pipelineDepth);
    if (!session.state.isMariaDb)
        settings.variants = {cachedStatement(), &cachedStatement()->variants};
    settings.insert = insertOutline(session);
    settings.ignoresDoubts = m_multiRowInsertMode == MultiRowInsertMode::Always;
    settings.sendsAhead = session.pipelineDepth > 1;
    m_isInsert = isInsert(cachedStatement()->parameterized.sql, session.dialect);
    settings.beginsWithOneRow
        = session.hasOtherHosts && !m_isInsert && !session.state.mayBeInTransaction();
    qCDebug(lcSql).noquote() << statement() << "for" << m_rows.size() << "rows";
    m_exchange = std::make_shared<Protocol::BatchExchange>(handle(), m_rows, settings,
                                                           Protocol::ResultExchange::Options());
    return Started{m_exchange, traits};
}

/// Nothing where each row is executed by itself, or all by MariaDB's bulk command.
std::optional<Protocol::InsertOutline>
BatchCommand::insertOutline(const SessionContext &session) const
{
    // Literals are the values that they stand for if the session takes text as UTF-8.
    if (session.state.isMariaDb || m_multiRowInsertMode == MultiRowInsertMode::Never
        || m_rows.size() < FewestRowsOfGroups || session.dialect.characterSet != "utf8mb4")
        return std::nullopt;
    // The table is asked for: that opens the read view of a transaction, and uses up what SET
    // TRANSACTION has set for the next one.
    if (!session.allowsQuestions || session.state.mayBeInTransaction()
        || session.state.commandLimit() == 0)
        return std::nullopt;
    return Protocol::InsertOutline::of(cachedStatement()->parameterized.sql, session.dialect);
}

CommandTraits BatchCommand::traits(const Protocol::SqlDialect &dialect) const
{
    const Protocol::StatementKind &kind = kindIn(dialect);
    CommandTraits traits;
    traits.mayCommit = kind.mayCommit();
    // MariaDB takes them together.
    traits.pipelinesItself = !dialect.isMariaDb && !traits.mayCommit && m_rows.size() > 2;
    traits.role = CommandTraits::SessionRole::Statement;
    traits.effects = kind.effects;
    return traits;
}

qsizetype BatchCommand::sentRows() const
{
    return std::max(m_sentRowsBefore, m_exchange ? m_exchange->sentRows() : m_sentRows);
}

void BatchCommand::progressed(Protocol::Exchange &exchange)
{
    const auto &batch = static_cast<const Protocol::BatchExchange &>(exchange);
    m_sentRows = batch.sentRows();
    if (batch.confirmedRows() == m_executedRows)
        return;
    m_executedRows = batch.confirmedRows();
    m_affectedRows = batch.affectedRows();
    postProgress();
}

void BatchCommand::answered(Protocol::Exchange &exchange)
{
    progressed(exchange);
    const auto &batch = static_cast<const Protocol::BatchExchange &>(exchange);
    // Also that of rows behind one that failed.
    m_affectedRows = batch.affectedRows();
    m_insertIds = batch.insertIds();
    m_warningCount = batch.warningCount();
    releaseStatement();
    m_exchange.reset();
}

void BatchCommand::observe(const Protocol::Exchange &exchange, Observer::Operation *operation) const
{
    operation->affectedRows = static_cast<const Protocol::BatchExchange &>(exchange).affectedRows();
    operation->batchSize = m_rows.size();
    operation->isPrepared = handle() != nullptr;
}

/// Those of all rows, one list each.
void BatchCommand::observeParameters(Observer::Operation *operation) const
{
    for (const QVariantList &row : m_rows)
        operation->parameters.append(QVariant(row));
}

AnswerFacts BatchCommand::inspect(const Protocol::Exchange &exchange) const
{
    const auto &batch = static_cast<const Protocol::BatchExchange &>(exchange);
    const Protocol::Failure &failure = batch.failure();
    AnswerFacts facts;
    facts.partlyExecuted = batch.confirmedRows() + batch.confirmedRowsAfterError() > 0
                           || (batch.failedRows() > 1 && !m_isInsert && !isBeforeRows(failure))
                           || (batch.sentRows() > 0 && Protocol::mayLeavePartExecuted(failure));
    facts.sentNothing = batch.sentRows() == 0;
    facts.mustRepeat = Protocol::needsPreparation(failure) && !facts.partlyExecuted
                       && (repetitions == 0 || !Protocol::mayNeedPreparation(failure));
    return facts;
}

} // namespace AsyncMySql
