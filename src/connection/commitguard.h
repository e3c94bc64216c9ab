// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"

#include <QtCore/qglobal.h>

#include <memory>

namespace AsyncMySql {

class TransactionLease;
struct SessionState;

namespace Protocol {
class Exchange;
}

/// Lets the changes of a Transaction be in flight together. A failure can end the transaction in
/// the server (a deadlock does), and what was sent behind it would be committed by itself. While
/// the guard is raised, autocommit is off: what follows begins another transaction, which is rolled
/// back.
///
/// It is raised only where a commit was given, and nothing before that can end the transaction or
/// looks at autocommit: from then on the first failure undoes all of it
/// (TransactionLease::isAllOrNothing), so that nobody has to find out in which transaction the
/// session is. The application is not told that autocommit is off (see
/// EngineState::takeSessionState()), but can read it: @@autocommit is 0, also in triggers. The
/// guard sends nothing itself.
class CommitGuard
{
public:
    /// Whether autocommit is off, or may be, because of the guard.
    bool isRaised() const { return m_isRaised; }
    /// Whether changes may be sent ahead: the server has turned autocommit off.
    bool protects() const { return m_protects; }

    /// Whether it pays to raise the guard for what waits in the transaction \a lease; isDue() says
    /// whether it may be.
    static bool isWorthwhile(TransactionLease &lease, const SessionState &session);
    /// Where many commands wait, it takes several calls to look at all of them.
    bool isDue(TransactionLease &lease, const SessionState &session) const;

    /// Inside of the transaction \a lease, or right behind the command that begins it.
    std::shared_ptr<Protocol::Exchange> raise(TransactionLease &lease,
                                              Protocol::Capabilities capabilities);
    void recordRaised(const Protocol::Exchange &exchange);
    /// When the transaction has ended. What is open outside of it is rolled back.
    std::shared_ptr<Protocol::Exchange> lower(Protocol::Capabilities capabilities);
    /// The same in the same write as COMMIT, which leaves nothing open.
    std::shared_ptr<Protocol::Exchange> lowerBehindCommit(Protocol::Capabilities capabilities);
    /// False if the session must not be used any more.
    [[nodiscard]] bool recordLowered(const Protocol::Exchange &exchange);

    /// The session is gone.
    void reset() { *this = {}; }

private:
    bool m_isRaised = false;
    bool m_protects = false;
    /// How often the server has refused to turn autocommit on again.
    int m_failures = 0;
};

} // namespace AsyncMySql
