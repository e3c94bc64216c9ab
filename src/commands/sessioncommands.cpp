// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioncommands.h"

#include "commandpayloads.h"
#include "queryexchange.h"
#include "sessioninitializer.h"
#include "sessionsetup.h"
#include "statusexchange.h"
#include "textcodec.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Of what the application does not write itself, and what can be sent twice.
CommandTraits repeatableTraits()
{
    CommandTraits traits;
    traits.isRepeatable = true;
    traits.usesResponseTimeout = true;
    return traits;
}

} // namespace

Command::Attempt PingCommand::createExchange(const SessionContext &session)
{
    return Started{std::make_shared<Protocol::StatusExchange>(Protocol::pingPayload(),
                                                              session.state.capabilities),
                   traits(session.dialect)};
}

CommandTraits PingCommand::traits(const Protocol::SqlDialect &) const
{
    return repeatableTraits();
}

Command::Attempt SelectDatabaseCommand::createExchange(const SessionContext &session)
{
    if (m_database.isEmpty() || m_database.contains(QChar::Null))
        return Error(Error::InvalidParameter,
                     u"The name of the database is empty or contains the character U+0000"_s);
    QByteArray name = m_database.toUtf8();
    if (const auto error = Protocol::encodeText(&name, session.state.characterSet))
        return Error(Error::InvalidParameter, error->message);
    return Started{std::make_shared<Protocol::StatusExchange>(Protocol::initDatabasePayload(name),
                                                              session.state.capabilities),
                   traits(session.dialect)};
}

CommandTraits SelectDatabaseCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits = repeatableTraits();
    traits.role = CommandTraits::SessionRole::SelectsDatabase;
    return traits;
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
    return Started{std::make_shared<Protocol::QueryExchange>(
                       Protocol::queryPayload(sql, capabilities), capabilities),
                   traits(session.dialect)};
}

void SetVariableCommand::succeeded(Protocol::Exchange &, SessionSetup &setup)
{
    setup.rememberVariable(m_name, m_value);
}

CommandTraits SetVariableCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits = repeatableTraits();
    traits.resetsStatements = m_name.compare("sql_mode"_L1, Qt::CaseInsensitive) == 0;
    if (m_name.compare("autocommit"_L1, Qt::CaseInsensitive) == 0)
        traits.role = CommandTraits::SessionRole::SetsAutoCommit;
    return traits;
}

QString SetVariableCommand::statement() const
{
    return u"SET "_s + m_name;
}

Command::Attempt ResetSessionCommand::createExchange(const SessionContext &session)
{
    return Started{std::make_shared<Protocol::StatusExchange>(Protocol::resetConnectionPayload(),
                                                              session.state.capabilities),
                   traits(session.dialect)};
}

CommandTraits ResetSessionCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits = repeatableTraits();
    traits.resetsSession = true;
    return traits;
}

Command::Attempt RecycleCommand::createExchange(const SessionContext &session)
{
    if (!m_atOnce || !session.setup)
        return ResetSessionCommand::createExchange(session);
    if (session.canAskPeer && session.peerDecidesDepth)
        return AskPeer();
    const auto exchange = session.pipelineDepth > 1
                              ? SessionInitializer::resetAtOnce(*session.setup, session.state)
                              : nullptr;
    if (!exchange)
        return ResetSessionCommand::createExchange(session);
    CommandTraits traits = this->traits(session.dialect);
    m_wasSentAtOnce = true;
    traits.setsUpSession = true;
    // For those that may follow a reset.
    traits.readsOnly = traits.canPipeline = true;
    return Started{exchange, traits};
}

Command::Attempt CloseCommand::createExchange(const SessionContext &)
{
    Q_UNREACHABLE();
    return Error();
}

CommandTraits CloseCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits;
    traits.closesSession = true;
    return traits;
}

} // namespace AsyncMySql
