// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementcommand.h"

#include "job_p.h"

namespace AsyncMySql {

void StatementCommand::report()
{
    if (m_hasNews || !job() || isFinished())
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
    // Its id is not known before the answer has come.
    if (m_statement->handle->state == Protocol::StatementHandle::State::Preparing)
        return NotYet();
    return std::nullopt;
}

} // namespace AsyncMySql
