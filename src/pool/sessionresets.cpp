// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionresets.h"

#include "commandsink.h"
#include "logging.h"
#include "sessioncommands.h"

#include <memory>
#include <utility>

namespace AsyncMySql {

/// There are servers that do not answer what is sent behind a reset.
bool SessionResets::sendsAtOnce() const
{
    constexpr int most = 3;
    return m_failures < most;
}

void SessionResets::begin(PooledSession *session)
{
    session->isBeingReset = true;
    session->recycling = std::make_shared<RecycleCommand>(sendsAtOnce());
    // What is rolled back can take long: no other command has to wait for that.
    if (!sendsAtOnce() || session->engine->isInOpenTransaction()) {
        session->engine->run(session->recycling);
        return;
    }
    session->engine->prepare(session->recycling);
    m_due.push_back(session);
}

PooledSession *SessionResets::take(const Command &command)
{
    // One that must not be sent twice in any case would have to fail.
    if (m_due.empty() || m_pool.defaults().retryPolicy.resend() == RetryPolicy::Never)
        return nullptr;
    PooledSession *session = m_due.back();
    if (!command.canFollowReset(session->engine->sessionState().dialect()))
        return nullptr;
    m_due.pop_back();
    return session;
}

void SessionResets::send()
{
    for (PooledSession *session : std::exchange(m_due, {}))
        session->engine->advance();
}

void SessionResets::recordLoss(const PooledSession &session, const Error &error)
{
    if (!session.recycling || !session.isBeingReset)
        return;
    // It was reset, and lost by what followed.
    if (session.recycling->isFinished() && !session.recycling->error()) {
        recordSuccess(*session.recycling);
        return;
    }
    qCWarning(lcConnection).noquote()
        << "A session of the pool could not be reset:" << error.message();
    if (!static_cast<const RecycleCommand &>(*session.recycling).wasSentAtOnce())
        return;
    // What breaks all sessions together is not the reset.
    if (session.lossesBefore == m_losses)
        ++m_failures;
    ++m_losses;
}

void SessionResets::recordSuccess(const Command &reset)
{
    if (static_cast<const RecycleCommand &>(reset).wasSentAtOnce())
        m_failures = 0;
}

} // namespace AsyncMySql
