// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>

namespace AsyncMySql {

/// Options for starting a transaction.
class ASYNCMYSQL_EXPORT TransactionOptions
{
    Q_GADGET
    Q_PROPERTY(IsolationLevel isolationLevel READ isolationLevel WRITE setIsolationLevel)
    Q_PROPERTY(bool readOnly READ isReadOnly WRITE setReadOnly)
    Q_PROPERTY(bool consistentSnapshot READ hasConsistentSnapshot WRITE setConsistentSnapshot)
    Q_PROPERTY(int maximumAttempts READ maximumAttempts WRITE setMaximumAttempts)

public:
    enum class IsolationLevel {
        SessionDefault, ///< the session's own, REPEATABLE READ unless changed
        ReadUncommitted,
        ReadCommitted,
        RepeatableRead,
        Serializable,
    };
    Q_ENUM(IsolationLevel)

    TransactionOptions() = default;
    TransactionOptions(IsolationLevel level)
        : m_isolationLevel(level)
    {
    }

    IsolationLevel isolationLevel() const { return m_isolationLevel; }
    void setIsolationLevel(IsolationLevel level) { m_isolationLevel = level; }
    bool isReadOnly() const { return m_readOnly; }
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }
    /// Returns whether reads see the data as of the start of the transaction rather than of its
    /// first read (START TRANSACTION WITH CONSISTENT SNAPSHOT). The default is false.
    bool hasConsistentSnapshot() const { return m_consistentSnapshot; }
    void setConsistentSnapshot(bool consistent) { m_consistentSnapshot = consistent; }
    /// Returns the maximum number of attempts of Connection::transact(). The default is 5.
    int maximumAttempts() const { return m_maximumAttempts; }
    void setMaximumAttempts(int attempts) { m_maximumAttempts = attempts; }

private:
    IsolationLevel m_isolationLevel = IsolationLevel::SessionDefault;
    bool m_readOnly = false;
    bool m_consistentSnapshot = false;
    int m_maximumAttempts = 5;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::TransactionOptions)
