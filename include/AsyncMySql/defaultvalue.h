// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qvariant.h>

namespace AsyncMySql {

/// A value for Executor::executeBatch() that stands for the default of its column:
/// \c{QVariant(DefaultValue())}. Only MariaDB's bulk command supports it. Otherwise the job fails
/// with Error::NotSupported (batches on other servers) or Error::InvalidParameter (single
/// statements, which can contain the word DEFAULT instead of the placeholder).
struct DefaultValue
{
    operator QVariant() const { return QVariant::fromValue(*this); }
};

} // namespace AsyncMySql
