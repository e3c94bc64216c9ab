// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>

#include <memory>

namespace AsyncMySql {

class LeasePrivate;

class ASYNCMYSQL_EXPORT Lease : public Executor
{
    Q_OBJECT
    Q_PROPERTY(bool valid READ isValid NOTIFY errorOccurred)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY errorOccurred)
    Q_PROPERTY(quint64 connectionId READ connectionId CONSTANT)

public:
    ~Lease() override;

    bool isValid() const { return !error(); }
    Error error() const;
    quint64 connectionId() const;

Q_SIGNALS:
    /// Emitted when the session was lost, or its pool closed.
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);

private:
    friend class LeaseJob;
    explicit Lease(std::unique_ptr<LeasePrivate> leasePrivate);
    std::unique_ptr<LeasePrivate> d;
};

} // namespace AsyncMySql
