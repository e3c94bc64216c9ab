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

public:
    ~Lease() override;

    bool isValid() const { return !error(); }
    Error error() const;
    quint64 connectionId() const;

private:
    friend class LeaseJob;
    explicit Lease(std::unique_ptr<LeasePrivate> leasePrivate);
    std::unique_ptr<LeasePrivate> d;
};

} // namespace AsyncMySql
