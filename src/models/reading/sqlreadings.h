// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"

#include <array>

namespace AsyncMySql::Models {

/// The possible meanings of the quotes of a statement. The session can change the meaning of
/// backslashes and double quotes, which a model does not know: an analysis holds only if it is the
/// same for all of them.
inline std::array<Protocol::SqlDialect, 4> sqlReadings()
{
    return {{{false, false}, {false, true}, {true, false}, {true, true}}};
}

} // namespace AsyncMySql::Models
