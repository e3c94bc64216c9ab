// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qvariant.h>

namespace AsyncMySql {

/// A value of Executor::executeBatch() that stands for the default of its column:
/// \c{QVariant(DefaultValue())}. Only MariaDB's bulk command can say it; elsewhere the job fails
/// with Error::NotSupported (batches of other servers) or Error::InvalidParameter (single
/// statements, where the word DEFAULT can be written instead of the placeholder).
struct DefaultValue
{
    operator QVariant() const { return QVariant::fromValue(*this); }
};

} // namespace AsyncMySql
