// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementcommand.h"

#include <limits>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {
/// In bytes: what every server accepts by default, whatever its max_allowed_packet, since its
/// net_buffer_length is that large.
constexpr qsizetype AcceptedSize = 16 * 1024;
} // namespace

void StatementCommand::postProgress()
{
    // What comes before the job has reported its end is reported before that.
    if (m_hasPendingProgress || isReported())
        return;
    m_hasPendingProgress = true;
    listener()->commandProgressed();
}

const Protocol::StatementKind &StatementCommand::kindIn(const Protocol::SqlDialect &dialect) const
{
    if (m_dialect != dialect) {
        m_dialect = dialect;
        m_kind.reset();
    }
    if (!m_kind)
        m_kind = m_kinds ? m_kinds->kindOf(m_sql, m_dialect)
                         : Protocol::StatementKind::of(m_sql.toUtf8(), m_dialect);
    return *m_kind;
}

void StatementCommand::takeKind(const Protocol::SqlDialect &dialect)
{
    m_dialect = dialect;
    m_kind = m_statement->kind;
}

std::optional<Command::Attempt> StatementCommand::findStatement(const SessionContext &session)
{
    // Its bytes are counted only where that can matter.
    constexpr qsizetype mostBytesOfCharacter = 3;
    const qsizetype limit = session.state.commandLimit();
    if (1 + m_sql.size() * mostBytesOfCharacter >= (limit > 0 ? limit : AcceptedSize)) {
        constexpr qsizetype noLimit = std::numeric_limits<qsizetype>::max();
        if (const auto refusal = checkSize(1 + m_sql.toUtf8().size(), session, noLimit))
            return refusal;
    }
    auto found = session.statements.findOrMake(m_sql, session.state);
    if (const auto *error = std::get_if<Error>(&found))
        return *error;
    m_statement = std::get<CachedStatementPointer>(found);
    m_handle = m_statement->variants.first();
    if (isPreparing())
        return NotYet();
    return std::nullopt;
}

std::optional<Command::Attempt>
StatementCommand::chooseHandle(const SessionContext &session,
                               const Protocol::EncodedParameters &parameters)
{
    if (session.state.isMariaDb)
        return std::nullopt;
    m_handle = m_statement->variants.find(parameters);
    if (!m_handle || isPreparing())
        return NotYet();
    if (m_handle != m_statement->variants.first()
        && m_handle->state != Protocol::StatementHandle::State::Prepared)
        session.statements.recordNewVariant();
    return std::nullopt;
}

std::optional<Command::Attempt>
StatementCommand::checkSize(qsizetype size, const SessionContext &session, qsizetype limit)
{
    if (size > limit) {
        return Error(Error::PacketTooLarge,
                     u"The statement has %1 bytes with its parameters, more than the %2 of "
                     "maximumPacketSize"_s.arg(size)
                         .arg(limit));
    }
    const qsizetype serverLimit = session.state.commandLimit();
    if (serverLimit == 0 && session.canAskPeer && size >= AcceptedSize)
        return AskPeer();
    if (serverLimit == 0 || size < serverLimit)
        return std::nullopt;
    return Error(
        Error::PacketTooLarge,
        u"The statement has %1 bytes with its parameters and was not sent: the server accepts "
        "less than %2 (max_allowed_packet). A higher limit applies to connections that are opened "
        "after it was set"_s.arg(size)
            .arg(serverLimit));
}

/// Its id is not known before the answer has come.
bool StatementCommand::isPreparing() const
{
    return m_handle->state == Protocol::StatementHandle::State::Preparing;
}

void StatementCommand::releaseStatement()
{
    m_handle.reset();
    m_statement.reset();
}

} // namespace AsyncMySql
