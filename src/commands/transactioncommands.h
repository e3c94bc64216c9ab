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
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    TransactionLeasePointer openedLease() const override { return m_opened; }
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
    explicit EndTransactionCommand(CommandTraits::TransactionEnd end)
        : m_end(end)
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    CommandTraits::TransactionEnd transactionEnd() const override { return m_end; }
    QString statement() const override;

private:
    CommandTraits::TransactionEnd m_end;
};

/// What the transaction fails with because \a command ended with \a error. Nothing of it is in
/// effect then, unless the command committed it before it failed.
Error transactionFailure(const Command &command, Error error);
inline Error transactionFailure(const Command &command)
{
    return transactionFailure(command, command.error());
}

} // namespace AsyncMySql
