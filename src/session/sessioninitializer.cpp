// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioninitializer.h"

#include "commandpayloads.h"
#include "errorconversion.h"
#include "peerdetection.h"
#include "servererrors.h"
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
    state->peer = SessionState::Peer::Unknown;
    SessionSetup::Statements setup = m_setup->statements(*state);
    if (setup.error)
        return setup.error;
    m_steps = std::move(setup.steps);
    // The server reports it, too, unless that was disabled.
    state->setTimeZone(m_setup->timeZone());
    return next(*state);
}

SessionInitializer::Next SessionInitializer::next(const SessionState &state)
{
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

SessionInitializer::Next SessionInitializer::answered(SessionState *state, const QString &peer)
{
    const ExchangePointer exchange = std::exchange(m_exchange, {});
    const SessionSetup::Step step = m_steps.takeFirst();
    const Protocol::Failure &failure = exchange->failure();
    if (step.asksForPeer) {
        const PeerDetection::Answer answer = PeerDetection::answerOf(*state, *exchange);
        state->peer = answer.peer;
        // The first one counts: resetting a session does not change it.
        if (state->packetLimit == 0)
            state->packetLimit = answer.packetLimit;
        if (!endsSession(failure))
            return next(*state);
    }
    if (failure.serverError() == Protocol::CommonServerError::UnknownSystemVariable
        && !step.plainSql.isEmpty()) {
        m_steps.prepend({step.plainSql, step.what, {}, step.setsCharacterSet});
    } else if (failure) {
        Error error = errorFromFailure(failure, peer);
        error.setMessage(u"Cannot set up the session, %1: %2"_s.arg(step.what, error.message()));
        return error;
    } else if (step.setsCharacterSet) {
        state->setUtf8();
    }
    return next(*state);
}

} // namespace AsyncMySql
