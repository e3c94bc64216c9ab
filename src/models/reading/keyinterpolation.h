// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"

#include <optional>

namespace AsyncMySql::Models {

/// Returns a key that divides the distance from \a low to \a high, which follows it in the order of
/// \a parts, by \a fraction (from 0 to 1). It may have fewer columns. There is none if the first
/// column in which they differ is not a number, a date, or bytes.
[[nodiscard]] std::optional<PageKey> keyBetween(const QList<PagePlan::Part> &parts,
                                                const PageKey &low, const PageKey &high,
                                                double fraction);

} // namespace AsyncMySql::Models
