// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "session.h"

#include <AsyncMySql/result.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

namespace AsyncMySql {

/// Whether a side connection has reached the server that runs a session, and that session has the
/// number there that it is known by here. An address does not say so: behind it can be a balancer
/// that takes each connection to another server, where that number belongs to another client.
///
/// Two things show a session from the server's side as it is known from this one, and neither needs
/// a privilege: its connection attributes, with a token that no other client has (where there is a
/// performance schema: MySQL, as a rule), and the ports that both connections come from, as the
/// server sees them (where nothing stands in between that connects with a port of its own).
class SameServerProof
{
public:
    enum class Verdict {
        Verified,
        Mismatch,     ///< it is another server, or another session
        Inconclusive, ///< ask the next statement, if there is one
    };

    SameServerProof(const SessionTraits &session, const SessionTraits &side, bool isMariaDb);

    /// What to ask over the side connection; empty if nothing is left.
    QByteArray nextStatement();
    /// \a answer is that to the last statement, without rows if it was an error.
    Verdict judge(const Result &answer) const;

private:
    enum class Step { Attributes, ProcessList };

    QByteArray idList() const;
    Verdict judgeAttributes(const Result &answer) const;
    Verdict judgeProcessList(const Result &answer) const;

    SessionTraits m_session;
    SessionTraits m_side;
    bool m_isMariaDb;
    QList<Step> m_steps;
    Step m_step = Step::Attributes;
};

} // namespace AsyncMySql
