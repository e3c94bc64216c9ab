// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/retrypolicy.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace AsyncMySql {

/*!
    \class AsyncMySql::RetryPolicy
    \inmodule AsyncMySql
    \brief The RetryPolicy class specifies the back-off of reconnecting, and which statements are
    resent.

    The connection retries as long as jobs are pending; ConnectionOptions::queueTimeout() limits how
    long each job waits. The first delay is initialDelay(); it doubles up to maximumDelay().

    A statement that was sent before the connection was lost may have been executed. resend()
    specifies which statements are resent nevertheless, and maximumAttempts() how often. Errors of
    the server are permanent unless they are listed as transient.

    Values of this class are implicitly shared and may be used in any thread.
*/

/*!
    \enum AsyncMySql::RetryPolicy::Resend

    This enum specifies which statements are resent after the connection was lost before their
    answer arrived.

    \value Never None.
    \value Idempotent Those marked as idempotent or recognised as read-only. This is the default.
    \value Always All, which can execute a statement twice.
*/

class RetryPolicyData : public QSharedData
{
public:
    RetryPolicy::Resend resend = RetryPolicy::Idempotent;
    std::chrono::milliseconds initialDelay{100};
    std::chrono::milliseconds maximumDelay = std::chrono::seconds(30);
    double jitter = 0.2;
    int maximumAttempts = 3;
    QList<int> transientErrorNumbers;
    QStringList transientSqlStates;
    QStringList transientErrorTexts;
    bool reconnectOnTransientError = false;
    bool isRecoveryEnabled = false;
    QList<int> recoveryErrorNumbers{145, 1194, 1195};
    /// Functions cannot be compared.
    std::shared_ptr<const RetryPolicy::RecoveryFunction> recoveryFunction;
};

/*!
    Constructs the default policy: Idempotent, delays from 100 ms to 30 s, three attempts, no
    transient errors.
*/
RetryPolicy::RetryPolicy()
    : d(new RetryPolicyData)
{
}

/*! Constructs a policy with \a resend and the default values otherwise. */
RetryPolicy::RetryPolicy(Resend resend)
    : RetryPolicy()
{
    d->resend = resend;
}

/*! Constructs a copy of \a other. */
RetryPolicy::RetryPolicy(const RetryPolicy &other) = default;

/*! Makes this policy a copy of \a other. */
RetryPolicy &RetryPolicy::operator=(const RetryPolicy &other) = default;

/*! Destroys the policy. */
RetryPolicy::~RetryPolicy() = default;

/*! Returns which statements are resent after the connection was lost. The default is Idempotent. */
RetryPolicy::Resend RetryPolicy::resend() const
{
    return d->resend;
}

/*! Sets which statements are resent to \a resend. */
void RetryPolicy::setResend(Resend resend)
{
    d->resend = resend;
}

/*! Returns the delay before the second attempt to connect. The default is 100 ms. */
std::chrono::milliseconds RetryPolicy::initialDelay() const
{
    return d->initialDelay;
}

/*! Sets the delay before the second attempt to \a delay. A negative value is replaced by 0. */
void RetryPolicy::setInitialDelay(std::chrono::milliseconds delay)
{
    d->initialDelay = std::max(delay, std::chrono::milliseconds::zero());
}

/*! Returns the maximum delay between two attempts. The default is 30 s. */
std::chrono::milliseconds RetryPolicy::maximumDelay() const
{
    return d->maximumDelay;
}

/*! Sets the maximum delay between two attempts to \a delay. A negative value is replaced by 0. */
void RetryPolicy::setMaximumDelay(std::chrono::milliseconds delay)
{
    d->maximumDelay = std::max(delay, std::chrono::milliseconds::zero());
}

/*!
    Returns the jitter, as a fraction of the delay: the maximum by which each delay is shortened at
    random, from 0 (none) to 1. The default is 0.2.

    Without jitter, all clients of a server that restarts would reconnect at the same time.
*/
double RetryPolicy::jitter() const
{
    return d->jitter;
}

/*! Sets the jitter to \a fraction of the delay, which is clamped to 0 to 1. */
void RetryPolicy::setJitter(double fraction)
{
    d->jitter = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
}

/*!
    Returns the delay after \a attempt earlier retries: initialDelay() for 0, twice as much for 1,
    and so on, at most maximumDelay().

    \a random is a number from 0 to 1; the delay is shortened by this fraction of the jitter(). With
    the default of 0 it is not shortened. The function itself is deterministic.
*/
std::chrono::milliseconds RetryPolicy::delay(int attempt, double random) const
{
    std::chrono::milliseconds delay = std::min(d->initialDelay, d->maximumDelay);
    for (int i = 0; i < attempt && delay.count() > 0 && delay < d->maximumDelay; ++i)
        delay = delay > d->maximumDelay / 2 ? d->maximumDelay : delay * 2;
    const double kept = 1 - d->jitter * std::clamp(random, 0.0, 1.0);
    // Exact without jitter, whatever the size.
    return kept >= 1 ? delay : std::chrono::milliseconds(qint64(double(delay.count()) * kept));
}

/*!
    Returns the maximum number of times that a statement is sent, including the first one. The
    default is 3. For a read, a connection that was lost while the answer to another statement was
    due does not count.
*/
int RetryPolicy::maximumAttempts() const
{
    return d->maximumAttempts;
}

/*!
    Sets the maximum number of times that a statement is sent to \a attempts. A value below 1 is
    replaced by 1.
*/
void RetryPolicy::setMaximumAttempts(int attempts)
{
    d->maximumAttempts = std::max(attempts, 1);
}

/*!
    Returns the error numbers of the server that are transient, such as 1213 (deadlock). The default
    is empty.
*/
QList<int> RetryPolicy::transientErrorNumbers() const
{
    return d->transientErrorNumbers;
}

/*! Sets the error numbers of the server that are transient to \a numbers. */
void RetryPolicy::setTransientErrorNumbers(const QList<int> &numbers)
{
    d->transientErrorNumbers = numbers;
}

/*! Returns the SQLSTATEs, of five characters each, that are transient. The default is empty. */
QStringList RetryPolicy::transientSqlStates() const
{
    return d->transientSqlStates;
}

/*! Sets the SQLSTATEs that are transient to \a sqlStates. */
void RetryPolicy::setTransientSqlStates(const QStringList &sqlStates)
{
    d->transientSqlStates = sqlStates;
}

/*!
    Returns the texts that make an error transient if its message contains one of them. The default
    is empty.
*/
QStringList RetryPolicy::transientErrorTexts() const
{
    return d->transientErrorTexts;
}

/*!
    Sets the texts that make an error transient to \a texts. The comparison is case sensitive. Empty
    texts are removed, because they would match every error.
*/
void RetryPolicy::setTransientErrorTexts(const QStringList &texts)
{
    d->transientErrorTexts = texts;
    d->transientErrorTexts.removeAll(QString());
}

/*!
    Returns whether \a error is an error of the server whose number, SQLSTATE or text is listed as
    transient. Outside of transactions, the statement may then be retried.
*/
bool RetryPolicy::isTransient(const Error &error) const
{
    if (error.serverErrorNumber() == 0)
        return false;
    const QString message = error.message();
    return d->transientErrorNumbers.contains(error.serverErrorNumber())
           || (!error.sqlState().isEmpty() && d->transientSqlStates.contains(error.sqlState()))
           || std::any_of(d->transientErrorTexts.cbegin(), d->transientErrorTexts.cend(),
                          [&](const QString &text) { return message.contains(text); });
}

/*! Returns whether the connection reconnects after a transient error. The default is false. */
bool RetryPolicy::reconnectOnTransientError() const
{
    return d->reconnectOnTransientError;
}

/*! Sets whether the connection reconnects after a transient error to \a reconnect. */
void RetryPolicy::setReconnectOnTransientError(bool reconnect)
{
    d->reconnectOnTransientError = reconnect;
}

/*!
    Returns whether a statement is executed to recover from some errors before the job that has met
    one of them is executed once more. The default is \c false.

    By default the errors are those of tables that are marked as crashed, as MyISAM and Aria tables
    can be after the server was killed, and the statement is \c {REPAIR TABLE} with the table that
    the error names. See recoveryErrorNumbers() and setRecoveryFunction().

    The statement is executed in the same session, before anything else. Jobs of a pool or
    connection that meet the same error at once wait for one such statement. Each job is executed at
    most once more for this reason, beyond maximumAttempts(). There is no recovery in a transaction
    or while autocommit is disabled, nor for a job of which a part may have been executed: those
    engines do not undo it. Error 145 comes before anything is executed; for all other numbers, only
    jobs are recovered that are recognised as read-only or marked as idempotent. The text of the
    session must be UTF-8, and it must be beyond doubt which table the error means. If the
    statement fails (for \c {REPAIR TABLE}: if its result says so), the job fails with its own
    error, whose message also has the reason of that failure.

    \warning \c {REPAIR TABLE} can lose rows of a damaged table, and takes long for a large one. It
    has no time limit. Cancelling the job does not stop it, and Query::timeout does not apply to it.
    What could not be repaired is not tried again for 30 s, or as long as that took.
*/
bool RetryPolicy::isRecoveryEnabled() const
{
    return d->isRecoveryEnabled;
}

/*! Sets whether a statement is executed to recover from some errors to \a enabled. */
void RetryPolicy::setRecoveryEnabled(bool enabled)
{
    d->isRecoveryEnabled = enabled;
}

/*!
    Returns the error numbers of the server that a statement can recover from, if that is enabled.
    The default is 145, 1194 and 1195: a table is marked as crashed.
*/
QList<int> RetryPolicy::recoveryErrorNumbers() const
{
    return d->recoveryErrorNumbers;
}

/*!
    Sets the error numbers of the server that a statement can recover from to \a numbers. For the
    default statement their messages must have the name of the table in single quotes. Those of a
    damaged index that is not marked yet are 126, 176 (MariaDB) and 1034.
*/
void RetryPolicy::setRecoveryErrorNumbers(const QList<int> &numbers)
{
    d->recoveryErrorNumbers = numbers;
}

/*!
    \typealias AsyncMySql::RetryPolicy::RecoveryFunction

    Returns the statement that recovers from \a error, whose Error::statement() is that of the job.
    An empty string means that there is none, and the job fails.
*/

/*! Returns the function that makes the statements to recover by. The default is null. */
RetryPolicy::RecoveryFunction RetryPolicy::recoveryFunction() const
{
    return d->recoveryFunction ? *d->recoveryFunction : RecoveryFunction();
}

/*!
    Sets the function that makes the statements to recover by to \a function; null for \c {REPAIR
    TABLE} with the table that the error names. It is called in the thread of the connection, in the
    middle of its work: it must not use the connection. The statement must not leave anything in
    the session.

    Policies with different functions are different; so are those for which the same one was set
    twice.
*/
void RetryPolicy::setRecoveryFunction(const RecoveryFunction &function)
{
    d->recoveryFunction = function ? std::make_shared<const RecoveryFunction>(function) : nullptr;
}

/*!
    \fn bool AsyncMySql::RetryPolicy::operator==(const RetryPolicy &left, const RetryPolicy &right)

    Returns whether \a left and \a right are equal.
*/
bool operator==(const RetryPolicy &left, const RetryPolicy &right)
{
    return left.d == right.d
           || (left.d->resend == right.d->resend && left.d->initialDelay == right.d->initialDelay
               && left.d->maximumDelay == right.d->maximumDelay && left.d->jitter == right.d->jitter
               && left.d->maximumAttempts == right.d->maximumAttempts
               && left.d->transientErrorNumbers == right.d->transientErrorNumbers
               && left.d->transientSqlStates == right.d->transientSqlStates
               && left.d->transientErrorTexts == right.d->transientErrorTexts
               && left.d->reconnectOnTransientError == right.d->reconnectOnTransientError
               && left.d->isRecoveryEnabled == right.d->isRecoveryEnabled
               && left.d->recoveryErrorNumbers == right.d->recoveryErrorNumbers
               && left.d->recoveryFunction == right.d->recoveryFunction);
}

} // namespace AsyncMySql
