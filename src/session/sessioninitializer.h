// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "queryexchange.h"
#include "serverrole.h"
#include "sessionsetup.h"
#include "sessionstate.h"

#include <AsyncMySql/error.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <memory>
#include <variant>

namespace AsyncMySql {

/// Sets a session up, statement by statement: says what to send next, and takes into the session's
/// state what the answers mean.
class SessionInitializer
{
public:
    struct Done
    {
    };
    using ExchangePointer = std::shared_ptr<Protocol::QueryExchange>;
    /// What to send next, or why the session cannot be set up, or that it is.
    using Next = std::variant<ExchangePointer, Error, Done>;

    /// \a setup is asked each time; it must outlive the initializer.
    explicit SessionInitializer(const SessionSetup *setup);

    /// From the beginning. Nothing is known any more of what the session's peer is.
    [[nodiscard]] Next begin(SessionState *state);
    /// The same for a session that was reset. That leaves the database as it is, which a server
    /// need not have reported: it is selected again.
    [[nodiscard]] Next beginAgain(SessionState *state);
    /// Resets a session in the state \a state, and does all the rest, in one write; null if the
    /// statements have to be answered one by one. Where one of them fails, the session must not be
    /// used any more.
    static std::shared_ptr<Protocol::Exchange> resetAtOnce(const SessionSetup &setup,
                                                           const SessionState &state);
    /// That was sent: what is sent behind it meets the session so. The peer is who it was.
    void recordReset(SessionState *state) const;
    /// What was to be sent is answered. \a peer names the server in messages: not needed where the
    /// exchange has not failed, and the server is not being asked what it is.
    [[nodiscard]] Next answered(SessionState *state, const QString &peer);
    bool isAskingForRole() const { return m_question != ServerRole::Question::None; }
    /// As the server has reported it, if the set-up demands anything.
    const ServerRole &role() const { return m_role; }

private:
    Next beginSteps(SessionState *state);
    Next next(const SessionState &state);
    Next ask(const SessionState &state);
    Next roleAnswered(const ExchangePointer &exchange, const SessionState &state,
                      const QString &peer);

    const SessionSetup *m_setup;
    QList<SessionSetup::Step> m_steps;
    /// Of the first step.
    ExchangePointer m_exchange;
    /// Before the steps: a session with a server that is not suitable is not set up.
    ServerRole::Question m_question = ServerRole::Question::None;
    ServerRole m_role;
};

} // namespace AsyncMySql
