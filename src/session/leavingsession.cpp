// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "leavingsession.h"

#include <chrono>

namespace AsyncMySql {

namespace {

/// How long servers wait for a handshake by default.
constexpr std::chrono::seconds Limit(10);

} // namespace

LeavingSession::LeavingSession(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    m_session->setParent(this);
    m_session->expectReactionWithin(Limit);
}

bool LeavingSession::take(Session *session, QObject *parent)
{
    if (!session->canBePassedOn())
        return false;
    auto *leaving = new LeavingSession(session, parent);
    session->passOn(leaving);
    return true;
}

} // namespace AsyncMySql
