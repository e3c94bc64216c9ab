// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

namespace AsyncMySql::Tests {

/// A command that is never sent.
class FakeCommand : public Command
{
public:
    Attempt createExchange(const SessionContext &) override { return Error(); }
    CommandTraits traits(const Protocol::SqlDialect &) const override { return {}; }
};

} // namespace AsyncMySql::Tests
