// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fate.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace {

struct FakeCommand
{
    bool repeatable = false;
    int attempts = 0;
    Error::Execution execution = Error::Execution::NotSent;

    Outcome outcome(bool wasInTransaction) const
    {
        Outcome outcome;
        outcome.attempts = attempts;
        outcome.execution = execution;
        outcome.status.isIdempotent = repeatable;
        outcome.inTransaction = wasInTransaction;
        return outcome;
    }
};

/// After the connection was lost while the answer was awaited.
bool mayResend(const FakeCommand &command, const RetryPolicy &policy, bool wasInTransaction)
{
    Outcome outcome = command.outcome(wasInTransaction);
    outcome.kind = Outcome::Kind::SessionLost;
    outcome.error = Error(Error::ConnectionLost, u"Gone"_s);
    outcome.mayHaveExecuted = true;
    return fateOf(outcome, {}, policy).fate == Fate::Resend;
}

/// After the server answered with an error.
bool mayRetry(const FakeCommand &command, const Error &error, const RetryPolicy &policy,
              bool wasInTransaction)
{
    Outcome outcome = command.outcome(wasInTransaction);
    outcome.error = error;
    return fateOf(outcome, {}, policy).fate == Fate::RetryAfterPause;
}

} // namespace

/// Which commands are sent again, by RetryPolicy.
class tst_FateByPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resendsByPolicy_data();
    void resendsByPolicy();
    void neverResendsInTransaction();
    void limitsAttempts();
    void retriesTransientErrorsOnly();
    void doesNotRetryWhatMayHaveBeenExecuted();
};

void tst_FateByPolicy::resendsByPolicy_data()
{
    QTest::addColumn<RetryPolicy::Resend>("resend");
    QTest::addColumn<bool>("repeatable");
    QTest::addColumn<bool>("expected");

    QTest::newRow("never, repeatable") << RetryPolicy::Never << true << false;
    QTest::newRow("never, not repeatable") << RetryPolicy::Never << false << false;
    QTest::newRow("idempotent, repeatable") << RetryPolicy::Idempotent << true << true;
    QTest::newRow("idempotent, not repeatable") << RetryPolicy::Idempotent << false << false;
    QTest::newRow("always, repeatable") << RetryPolicy::Always << true << true;
    QTest::newRow("always, not repeatable") << RetryPolicy::Always << false << true;
}

void tst_FateByPolicy::resendsByPolicy()
{
    QFETCH(RetryPolicy::Resend, resend);
    QFETCH(bool, repeatable);
    FakeCommand command;
    command.repeatable = repeatable;
    command.attempts = 1;
    QTEST(mayResend(command, RetryPolicy(resend), false), "expected");
}

void tst_FateByPolicy::neverResendsInTransaction()
{
    FakeCommand command;
    command.repeatable = true;
    command.attempts = 1;
    QVERIFY(mayResend(command, RetryPolicy(RetryPolicy::Always), false));
    QVERIFY(!mayResend(command, RetryPolicy(RetryPolicy::Always), true));
}

void tst_FateByPolicy::limitsAttempts()
{
    RetryPolicy policy(RetryPolicy::Always);
    policy.setMaximumAttempts(3);
    FakeCommand command;
    command.attempts = 2;
    QVERIFY(mayResend(command, policy, false));
    command.attempts = 3;
    QVERIFY(!mayResend(command, policy, false));
}

void tst_FateByPolicy::retriesTransientErrorsOnly()
{
    RetryPolicy policy;
    policy.setTransientErrorNumbers({1213});
    Error deadlock(Error::ServerError, u"Deadlock found"_s);
    deadlock.setServerError(1213, u"40001"_s);
    Error syntax(Error::ServerError, u"You have an error in your SQL syntax"_s);
    syntax.setServerError(1064, u"42000"_s);

    FakeCommand command;
    command.attempts = 1;
    command.execution = Error::Execution::Rejected;
    QVERIFY(mayRetry(command, deadlock, policy, false));
    QVERIFY(!mayRetry(command, deadlock, policy, true));
    QVERIFY(!mayRetry(command, syntax, policy, false));
    command.attempts = policy.maximumAttempts();
    QVERIFY(!mayRetry(command, deadlock, policy, false));
}

void tst_FateByPolicy::doesNotRetryWhatMayHaveBeenExecuted()
{
    RetryPolicy policy;
    policy.setTransientErrorNumbers({1213});
    Error deadlock(Error::ServerError, u"Deadlock found"_s);
    deadlock.setServerError(1213, u"40001"_s);

    FakeCommand command;
    command.attempts = 1;
    command.execution = Error::Execution::Unknown;
    QVERIFY(!mayRetry(command, deadlock, policy, false));
    command.repeatable = true;
    QVERIFY(mayRetry(command, deadlock, policy, false));
}

QTEST_APPLESS_MAIN(tst_FateByPolicy)
#include "tst_fatebypolicy.moc"
