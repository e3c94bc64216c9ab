// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "retrydelay.h"
#include "retryrules.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace {

class FakeCommand : public Command
{
public:
    Attempt createExchange(const SessionContext &) override { return Error(); }
    CommandTraits traits(const Protocol::SqlDialect &) const override
    {
        CommandTraits traits;
        traits.isRepeatable = repeatable;
        return traits;
    }

    bool repeatable = false;
};

} // namespace

class tst_RetryRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resendsByPolicy_data();
    void resendsByPolicy();
    void neverResendsInTransaction();
    void limitsAttempts();
    void retriesTemporaryErrorsOnly();
    void doesNotRetryWhatMayHaveBeenExecuted();
    void delaysGrowWithinTheirBounds();
};

void tst_RetryRules::resendsByPolicy_data()
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

void tst_RetryRules::resendsByPolicy()
{
    QFETCH(RetryPolicy::Resend, resend);
    QFETCH(bool, repeatable);
    FakeCommand command;
    command.repeatable = repeatable;
    command.attempts = 1;
    QTEST(mayResend(command, command.traits({}), RetryPolicy(resend), false), "expected");
}

void tst_RetryRules::neverResendsInTransaction()
{
    FakeCommand command;
    command.repeatable = true;
    command.attempts = 1;
    QVERIFY(mayResend(command, command.traits({}), RetryPolicy(RetryPolicy::Always), false));
    QVERIFY(!mayResend(command, command.traits({}), RetryPolicy(RetryPolicy::Always), true));
}

void tst_RetryRules::limitsAttempts()
{
    RetryPolicy policy(RetryPolicy::Always);
    policy.setMaximumAttempts(3);
    FakeCommand command;
    command.attempts = 2;
    QVERIFY(mayResend(command, command.traits({}), policy, false));
    command.attempts = 3;
    QVERIFY(!mayResend(command, command.traits({}), policy, false));
}

void tst_RetryRules::retriesTemporaryErrorsOnly()
{
    RetryPolicy policy;
    policy.setTemporaryErrorNumbers({1213});
    Error deadlock(Error::ServerError, u"Deadlock found"_s);
    deadlock.setServerError(1213, u"40001"_s);
    Error syntax(Error::ServerError, u"You have an error in your SQL syntax"_s);
    syntax.setServerError(1064, u"42000"_s);

    FakeCommand command;
    command.attempts = 1;
    command.noteExecution(Error::Execution::Rejected);
    QVERIFY(mayRetry(command, command.traits({}), deadlock, policy, false));
    QVERIFY(!mayRetry(command, command.traits({}), deadlock, policy, true));
    QVERIFY(!mayRetry(command, command.traits({}), syntax, policy, false));
    command.attempts = policy.maximumAttempts();
    QVERIFY(!mayRetry(command, command.traits({}), deadlock, policy, false));
}

void tst_RetryRules::doesNotRetryWhatMayHaveBeenExecuted()
{
    RetryPolicy policy;
    policy.setTemporaryErrorNumbers({1213});
    Error deadlock(Error::ServerError, u"Deadlock found"_s);
    deadlock.setServerError(1213, u"40001"_s);

    FakeCommand command;
    command.attempts = 1;
    command.noteExecution(Error::Execution::Unknown);
    command.noteExecution(Error::Execution::Rejected);
    QCOMPARE(command.execution(), Error::Execution::Unknown);
    QVERIFY(!mayRetry(command, command.traits({}), deadlock, policy, false));
    command.repeatable = true;
    QVERIFY(mayRetry(command, command.traits({}), deadlock, policy, false));
}

void tst_RetryRules::delaysGrowWithinTheirBounds()
{
    const RetryPolicy policy;
    for (int attempt = 0; attempt < 100; ++attempt) {
        const std::chrono::milliseconds longest = policy.delay(attempt);
        QVERIFY(longest <= policy.maximumDelay());
        const std::chrono::milliseconds delay = retryDelay(policy, attempt);
        QVERIFY(delay <= longest);
        QVERIFY(static_cast<double>(delay.count())
                >= static_cast<double>(longest.count()) * (1 - policy.jitter()) - 1);
    }
    QCOMPARE(policy.delay(0), policy.initialDelay());
    QCOMPARE(policy.delay(1), 2 * policy.initialDelay());
    QCOMPARE(policy.delay(99), policy.maximumDelay());
}

QTEST_APPLESS_MAIN(tst_RetryRules)
#include "tst_retryrules.moc"
