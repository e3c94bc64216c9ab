// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "sqldialect.h"

#include <memory>

namespace AsyncMySql {

struct EngineState;
struct SessionState;

/// When the peer of a session is asked who it is, between the commands of the application. The
/// answer decides whether they may be in flight together, so that a session that sends them one by
/// one never pays for the question.
namespace PeerQuestion {

/// Whether asking changes nothing that the application can see, before the next command.
[[nodiscard]] bool canBeAsked(EngineState &state, const Protocol::SqlDialect &dialect);
/// Whether it can be asked, and the commands that wait could be in flight together.
[[nodiscard]] bool isDue(EngineState &state, const Protocol::SqlDialect &dialect);
[[nodiscard]] std::shared_ptr<Protocol::Exchange> question(const SessionState &session);
/// \a exchange, which is the question, was answered in the live session.
void recordAnswer(EngineState &state, Protocol::Exchange &exchange);

} // namespace PeerQuestion

} // namespace AsyncMySql
