// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qlist.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qshareddata.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

#include <chrono>
#include <functional>

namespace AsyncMySql {

class RetryPolicyData;

class ASYNCMYSQL_EXPORT RetryPolicy
{
    Q_GADGET

public:
    /// Which statements are resent after the connection was lost before their answer arrived.
    enum Resend {
        Never,
        Idempotent, ///< those marked as idempotent or recognised as read-only
        Always,     ///< all, which can execute a statement twice
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

    QList<int> transientErrorNumbers() const;
    void setTransientErrorNumbers(const QList<int> &numbers);
    QStringList transientSqlStates() const;
    void setTransientSqlStates(const QStringList &sqlStates);
    QStringList transientErrorTexts() const;
    void setTransientErrorTexts(const QStringList &texts);
    bool isTransient(const Error &error) const;

    bool reconnectOnTransientError() const;
    void setReconnectOnTransientError(bool reconnect);

    bool isRecoveryEnabled() const;
    void setRecoveryEnabled(bool enabled);
    QList<int> recoveryErrorNumbers() const;
    void setRecoveryErrorNumbers(const QList<int> &numbers);
    using RecoveryFunction = std::function<QString(const Error &error)>;
    RecoveryFunction recoveryFunction() const;
    void setRecoveryFunction(const RecoveryFunction &function);

    friend ASYNCMYSQL_EXPORT bool operator==(const RetryPolicy &left, const RetryPolicy &right);
    friend bool operator!=(const RetryPolicy &left, const RetryPolicy &right)
    {
        return !(left == right);
    }

private:
    QSharedDataPointer<RetryPolicyData> d;
};

} // namespace AsyncMySql
