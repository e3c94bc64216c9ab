// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioncommands.h"

#include "commandpayloads.h"
#include "queryexchange.h"
#include "sessionsetup.h"
#include "statusexchange.h"
#include "textcodec.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

Command::Attempt PingCommand::createExchange(const SessionContext &session)
{
    return std::make_shared<Protocol::StatusExchange>(Protocol::pingPayload(),
                                                      session.state.capabilities);
}

Command::Attempt SelectDatabaseCommand::createExchange(const SessionContext &session)
{
    if (m_database.isEmpty() || m_database.contains(QChar::Null))
        return Error(Error::InvalidParameter,
                     u"The name of the database to select is empty, or has a U+0000"_s);
    QByteArray name = m_database.toUtf8();
    if (const auto error = Protocol::encodeText(&name, session.state.characterSet))
        return Error(Error::InvalidParameter, error->message);
    return std::make_shared<Protocol::StatusExchange>(Protocol::initDatabasePayload(name),
                                                      session.state.capabilities);
}

void SelectDatabaseCommand::succeeded(Protocol::Exchange &, SessionSetup &setup)
{
    setup.rememberDatabase(m_database);
}

Command::Attempt SetVariableCommand::createExchange(const SessionContext &session)
{
    QByteArray sql = "SET ";
    if (Error error = SessionSetup::appendAssignment(&sql, m_name, m_value, session.state))
        return error;
    const Protocol::Capabilities capabilities = session.state.capabilities;
    return std::make_shared<Protocol::QueryExchange>(Protocol::queryPayload(sql, capabilities),
                                                     capabilities);
}

void SetVariableCommand::succeeded(Protocol::Exchange &, SessionSetup &setup)
{
    setup.rememberVariable(m_name, m_value);
}

bool SetVariableCommand::resetsStatements() const
{
    return m_name.compare("sql_mode"_L1, Qt::CaseInsensitive) == 0;
}

Command::SessionRole SetVariableCommand::sessionRole() const
{
    return m_name.compare("autocommit"_L1, Qt::CaseInsensitive) == 0 ? SessionRole::SetsAutoCommit
                                                                     : SessionRole::None;
}

QString SetVariableCommand::statement() const
{
    return u"SET "_s + m_name;
}

Command::Attempt ResetSessionCommand::createExchange(const SessionContext &session)
{
    return std::make_shared<Protocol::StatusExchange>(Protocol::resetConnectionPayload(),
                                                      session.state.capabilities);
}

Command::Attempt CloseCommand::createExchange(const SessionContext &)
{
    Q_UNREACHABLE();
    return Error();
}

} // namespace AsyncMySql
