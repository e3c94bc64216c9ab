// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/retrypolicy.h>

#include <algorithm>
#include <cmath>

namespace AsyncMySql {

/*!
    \class AsyncMySql::RetryPolicy
    \inmodule AsyncMySql
    \brief How long to wait before a connection is tried again, and what is sent again.

    Connecting is tried for as long as jobs wait; each job has its own deadline in
    ConnectionOptions::queueTimeout(). The waiting time begins with initialDelay() and doubles up to
    maximumDelay().

    A statement that was sent before the connection broke may have been executed. resend() says
    which ones are sent again all the same, and maximumAttempts() how often. Errors of the server
    are final, unless they are listed as temporary.

    Values of this class are implicitly shared, and may be used in any thread.
*/

/*!
    \enum AsyncMySql::RetryPolicy::Resend

    Which statements are sent again after the connection was lost without an answer.

    \value Never None.
    \value Idempotent Those flagged idempotent, or recognised as reading only. The default.
    \value Always All. A statement may then be executed twice.
*/

class RetryPolicyData : public QSharedData
{
public:
    RetryPolicy::Resend resend = RetryPolicy::Idempotent;
    std::chrono::milliseconds initialDelay{100};
    std::chrono::milliseconds maximumDelay = std::chrono::seconds(30);
    double jitter = 0.2;
    int maximumAttempts = 3;
    QList<int> temporaryErrorNumbers;
    QStringList temporarySqlStates;
    QStringList temporaryErrorTexts;
    bool reconnectsOnTemporaryError = false;
};

/*! Constructs the default policy: Idempotent, 100 ms to 30 s, three attempts, no temporary errors.
 */
RetryPolicy::RetryPolicy()
    : d(new RetryPolicyData)
{
}

/*! Constructs the default policy but for \a resend. */
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

/*! Returns which statements are sent again after the connection was lost. The default is
 * Idempotent. */
RetryPolicy::Resend RetryPolicy::resend() const
{
    return d->resend;
}

/*! Sets which statements are sent again to \a resend. */
void RetryPolicy::setResend(Resend resend)
{
    d->resend = resend;
}

/*! Returns the time before the second attempt to connect. The default is 100 ms. */
std::chrono::milliseconds RetryPolicy::initialDelay() const
{
    return d->initialDelay;
}

/*! Sets the time before the second attempt to \a delay. A negative one counts as 0. */
void RetryPolicy::setInitialDelay(std::chrono::milliseconds delay)
{
    d->initialDelay = std::max(delay, std::chrono::milliseconds::zero());
}

/*! Returns the longest time between two attempts. The default is 30 s. */
std::chrono::milliseconds RetryPolicy::maximumDelay() const
{
    return d->maximumDelay;
}

/*! Sets the longest time between two attempts to \a delay. A negative one counts as 0. */
void RetryPolicy::setMaximumDelay(std::chrono::milliseconds delay)
{
    d->maximumDelay = std::max(delay, std::chrono::milliseconds::zero());
}

/*!
    Returns the part of each delay that chance takes away, from 0 (none) to 1. The default is 0.2.

    Without it all clients of a server that restarts would come back at the same moments.
*/
double RetryPolicy::jitter() const
{
    return d->jitter;
}

/*! Sets the part that chance takes away to \a fraction, which is brought between 0 and 1. */
void RetryPolicy::setJitter(double fraction)
{
    d->jitter = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
}

/*!
    Returns how long to wait after \a attempt earlier retries: initialDelay() for 0, twice as much
    for 1, and so on, at most maximumDelay().

    \a random is a number from 0 to 1; the delay is shortened by this share of the jitter(). With
    the default of 0 it is not shortened. The function itself leaves nothing to chance.
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
    Returns how often a statement is sent at most, the first time included. The default is 3. What
    only reads is not charged with a connection that was lost while the answer to another statement
    was due.
*/
int RetryPolicy::maximumAttempts() const
{
    return d->maximumAttempts;
}

/*! Sets how often a statement is sent at most to \a attempts. Less than 1 counts as 1. */
void RetryPolicy::setMaximumAttempts(int attempts)
{
    d->maximumAttempts = std::max(attempts, 1);
}

/*! Returns the server's error numbers that are temporary, such as 1213 (deadlock). None by default.
 */
QList<int> RetryPolicy::temporaryErrorNumbers() const
{
    return d->temporaryErrorNumbers;
}

/*! Sets the server's error numbers that are temporary to \a numbers. */
void RetryPolicy::setTemporaryErrorNumbers(const QList<int> &numbers)
{
    d->temporaryErrorNumbers = numbers;
}

/*! Returns the SQLSTATEs that are temporary, of five characters each. None by default. */
QStringList RetryPolicy::temporarySqlStates() const
{
    return d->temporarySqlStates;
}

/*! Sets the SQLSTATEs that are temporary to \a sqlStates. */
void RetryPolicy::setTemporarySqlStates(const QStringList &sqlStates)
{
    d->temporarySqlStates = sqlStates;
}

/*! Returns the texts that make an error temporary if its message has one of them. None by default.
 */
QStringList RetryPolicy::temporaryErrorTexts() const
{
    return d->temporaryErrorTexts;
}

/*!
    Sets the texts that make an error temporary to \a texts. They are compared with regard to case.
    Empty ones are left out, since they would match everything.
*/
void RetryPolicy::setTemporaryErrorTexts(const QStringList &texts)
{
    d->temporaryErrorTexts = texts;
    d->temporaryErrorTexts.removeAll(QString());
}

/*!
    Returns whether \a error is an error of the server whose number, SQLSTATE or text is listed as
    temporary: the statement may then be sent again, outside of transactions.
*/
bool RetryPolicy::isTemporary(const Error &error) const
{
    if (error.serverErrorNumber() == 0)
        return false;
    const QString message = error.message();
    return d->temporaryErrorNumbers.contains(error.serverErrorNumber())
           || (!error.sqlState().isEmpty() && d->temporarySqlStates.contains(error.sqlState()))
           || std::any_of(d->temporaryErrorTexts.cbegin(), d->temporaryErrorTexts.cend(),
                          [&](const QString &text) { return message.contains(text); });
}

/*! Returns whether a temporary error is also a reason to reconnect. The default is false. */
bool RetryPolicy::reconnectsOnTemporaryError() const
{
    return d->reconnectsOnTemporaryError;
}

/*! Sets whether a temporary error is also a reason to reconnect to \a reconnect. */
void RetryPolicy::setReconnectsOnTemporaryError(bool reconnect)
{
    d->reconnectsOnTemporaryError = reconnect;
}

/*! Returns whether \a left and \a right say the same in everything. */
bool operator==(const RetryPolicy &left, const RetryPolicy &right)
{
    return left.d == right.d
           || (left.d->resend == right.d->resend && left.d->initialDelay == right.d->initialDelay
               && left.d->maximumDelay == right.d->maximumDelay && left.d->jitter == right.d->jitter
               && left.d->maximumAttempts == right.d->maximumAttempts
               && left.d->temporaryErrorNumbers == right.d->temporaryErrorNumbers
               && left.d->temporarySqlStates == right.d->temporarySqlStates
               && left.d->temporaryErrorTexts == right.d->temporaryErrorTexts
               && left.d->reconnectsOnTemporaryError == right.d->reconnectsOnTemporaryError);
}

} // namespace AsyncMySql
