// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioninitializer.h"

#include "asciicheck.h"
#include "commandpayloads.h"
#include "errorconversion.h"
#include "exchangesequence.h"
#include "statusexchange.h"
#include "textcodec.h"

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

SessionInitializer::SessionInitializer(const SessionSetup *setup)
    : m_setup(setup)
{
}

SessionInitializer::Next SessionInitializer::begin(SessionState *state)
{
    if (m_setup->demand().kind != ServerDemand::Kind::None)
        m_question = m_role.begin();
    return beginSteps(state);
}

SessionInitializer::Next SessionInitializer::beginSteps(SessionState *state)
{
    state->peer = SessionState::Peer::NotAsked;
    SessionSetup::Statements setup = m_setup->statements(*state);
    if (setup.error)
        return setup.error;
    m_steps = std::move(setup.steps);
    // The server reports it, too, unless that was disabled.
    state->setTimeZone(m_setup->timeZone());
    return next(*state);
}

SessionInitializer::Next SessionInitializer::beginAgain(SessionState *state)
{
    if (!m_setup->database().isEmpty())
        state->database.clear();
    const SessionState::Peer peer = state->peer;
    const Next next = beginSteps(state);
    // What stands between goes on to do so.
    if (peer == SessionState::Peer::Intermediary)
        state->peer = peer;
    return next;
}

std::shared_ptr<Protocol::Exchange> SessionInitializer::resetAtOnce(const SessionSetup &setup,
                                                                    const SessionState &state)
{
    SessionState after = state;
    if (!setup.database().isEmpty())
        after.database.clear();
    const SessionSetup::Statements statements = setup.statements(after);
    if (statements.error)
        return {};
    Protocol::ExchangeSequence::Parts parts;
    parts.push_back(std::make_shared<Protocol::StatusExchange>(Protocol::resetConnectionPayload(),
                                                               state.capabilities));
    for (const SessionSetup::Step &step : statements.steps) {
        // An earlier one can have changed the character set.
        if (!Values::isAscii(step.sql))
            return {};
        parts.push_back(std::make_shared<Protocol::QueryExchange>(
            Protocol::queryPayload(step.sql, state.capabilities), state.capabilities));
    }
    return std::make_shared<Protocol::ExchangeSequence>(std::move(parts));
}

void SessionInitializer::recordReset(SessionState *state) const
{
    state->setUtf8();
    state->setTimeZone(m_setup->timeZone());
    if (!m_setup->database().isEmpty())
        state->database = m_setup->database();
    ++state->revision;
}

SessionInitializer::Next SessionInitializer::next(const SessionState &state)
{
    if (isAskingForRole())
        return ask(state);
    if (m_steps.isEmpty())
        return Done();
    const SessionSetup::Step &step = m_steps.constFirst();
    QByteArray sql = step.sql;
    // A statement before may have changed it.
    if (const auto error = Protocol::encodeText(&sql, state.characterSet)) {
        return Error(Error::InvalidOptions,
                     u"Cannot set up the session, %1: %2"_s.arg(step.what, error->message));
    }
    m_exchange = std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(sql, state.capabilities), state.capabilities);
    return m_exchange;
}

SessionInitializer::Next SessionInitializer::ask(const SessionState &state)
{
    m_exchange = std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(ServerRole::sql(m_question), state.capabilities),
        state.capabilities);
    return m_exchange;
}

SessionInitializer::Next SessionInitializer::roleAnswered(const ExchangePointer &exchange,
                                                          const SessionState &state,
                                                          const QString &peer)
{
    if (endsSession(exchange->failure()))
        return errorFromFailure(exchange->failure(), peer);
    m_question = m_role.take(m_question, *exchange);
    const QString objection = isAskingForRole() ? QString() : m_role.objection(m_setup->demand());
    if (objection.isEmpty())
        return next(state);
    return Error(Error::ServerUnavailable, u"The server %1 is not used: %2"_s.arg(peer, objection));
}

SessionInitializer::Next SessionInitializer::answered(SessionState *state, const QString &peer)
{
    const ExchangePointer exchange = std::exchange(m_exchange, {});
    if (isAskingForRole())
        return roleAnswered(exchange, *state, peer);
    const SessionSetup::Step step = m_steps.takeFirst();
    const Protocol::Failure &failure = exchange->failure();
    if (failure && !endsSession(failure) && !step.instead.empty()) {
        m_steps = QList<SessionSetup::Step>(step.instead.begin(), step.instead.end()) + m_steps;
    } else if (failure) {
        Error error = errorFromFailure(failure, peer);
        error.setMessage(u"Cannot set up the session, %1: %2"_s.arg(step.what, error.message()));
        return error;
    } else if (step.setsCharacterSet) {
        state->setUtf8();
    } else if (step.selectsDatabase) {
        state->database = m_setup->database();
    }
    return next(*state);
}

} // namespace AsyncMySql
