// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementcommand.h"

#include "job_p.h"

namespace AsyncMySql {

void StatementCommand::report()
{
    // What comes before the job has reported its end is reported before that.
    if (m_hasNews || !job() || JobPrivate::get(job())->delivered)
        return;
    m_hasNews = true;
    JobPrivate::postNews(job());
}

std::optional<Command::Attempt> StatementCommand::findStatement(const SessionContext &session)
{
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
