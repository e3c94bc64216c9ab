// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "transactionlease.h"

#include <AsyncMySql/transactionoptions.h>

namespace AsyncMySql {

/// Waits in the connection's queue for the turn of its transaction, and begins it.
class BeginTransactionCommand : public Command
{
public:
    BeginTransactionCommand(TransactionLeasePointer opened, const TransactionOptions &options)
        : m_opened(std::move(opened))
        , m_options(options)
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    TransactionLeasePointer opensLease() const override { return m_opened; }
    /// A session that is lost took the transaction with it, in which nothing had happened.
    bool isRepeatable() const override { return true; }
    bool hasResponseTimeout() const override { return true; }
    QString statement() const override;

private:
    void ended(const Error &error) override;

    TransactionLeasePointer m_opened;
    TransactionOptions m_options;
};

/// COMMIT or ROLLBACK.
class EndTransactionCommand : public Command
{
public:
    explicit EndTransactionCommand(LeaseEnd end)
        : m_end(end)
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    LeaseEnd endsLease() const override { return m_end; }
    bool hasResponseTimeout() const override { return true; }
    QString statement() const override;

private:
    LeaseEnd m_end;
};

/// What the transaction fails with because \a command ended with \a error. Nothing of it is in effect
/// then, unless the command committed it before it failed.
Error transactionFailure(const Command &command, Error error);
inline Error transactionFailure(const Command &command)
{
    return transactionFailure(command, command.error());
}

} // namespace AsyncMySql
