// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qlist.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qshareddata.h>
#include <QtCore/qstringlist.h>

#include <chrono>

namespace AsyncMySql {

class RetryPolicyData;

class ASYNCMYSQL_EXPORT RetryPolicy
{
    Q_GADGET

public:
    /// Which statements are sent again after the connection was lost without an answer.
    enum Resend {
        Never,
        Idempotent, ///< those flagged idempotent, or recognised as reading only
        Always,     ///< all: a statement may then be executed twice
    };
    Q_ENUM(Resend)

    RetryPolicy();
    RetryPolicy(Resend resend);
    RetryPolicy(const RetryPolicy &other);
    RetryPolicy &operator=(const RetryPolicy &other);
    ~RetryPolicy();

    Resend resend() const;
    void setResend(Resend resend);

    std::chrono::milliseconds initialDelay() const;
    void setInitialDelay(std::chrono::milliseconds delay);
    std::chrono::milliseconds maximumDelay() const;
    void setMaximumDelay(std::chrono::milliseconds delay);
    double jitter() const;
    void setJitter(double fraction);
    std::chrono::milliseconds delay(int attempt, double random = 0) const;

    int maximumAttempts() const;
    void setMaximumAttempts(int attempts);

    QList<int> temporaryErrorNumbers() const;
    void setTemporaryErrorNumbers(const QList<int> &numbers);
    QStringList temporarySqlStates() const;
    void setTemporarySqlStates(const QStringList &sqlStates);
    QStringList temporaryErrorTexts() const;
    void setTemporaryErrorTexts(const QStringList &texts);
    bool isTemporary(const Error &error) const;

    bool reconnectsOnTemporaryError() const;
    void setReconnectsOnTemporaryError(bool reconnect);

    friend ASYNCMYSQL_EXPORT bool operator==(const RetryPolicy &left, const RetryPolicy &right);
    friend bool operator!=(const RetryPolicy &left, const RetryPolicy &right) { return !(left == right); }

private:
    QSharedDataPointer<RetryPolicyData> d;
};

} // namespace AsyncMySql
