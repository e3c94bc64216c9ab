// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessionstate.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql {

namespace Protocol {
class ResultExchange;
}

/// Finds out whether a session is with the very server at the other end of its transport.
///
/// Proxies that have a session of their own with the client name a connection id of their own. But
/// others pass the server's greeting on and read what is sent all the same, as MySQL Router does
/// with and without TLS: to the server their connection comes from another port than ours.
namespace PeerDetection {

struct Answer
{
    SessionState::Peer peer = SessionState::Peer::Unknown;
    /// As SessionState has it.
    qsizetype packetLimit = 0;
};

/// A statement that asks the server what it knows of the connection.
QByteArray sql(const SessionState &session);
/// What the answer means.
Answer answerOf(const SessionState &session, Protocol::ResultExchange &exchange);

} // namespace PeerDetection

} // namespace AsyncMySql
