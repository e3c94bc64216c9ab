// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <vector>

namespace AsyncMySql::Models {

/// The difference between two lists of rows as steps. The positions of each step are those after
/// the previous steps.
struct DiffStep
{
    enum class Kind { Remove, Move, Insert };

    Kind kind = Kind::Remove;
    qsizetype first = 0;
    qsizetype count = 0;
    /// For Move, the position of the first moved row afterwards. For Insert, the start of the
    /// inserted rows in the new list.
    qsizetype target = 0;

    friend bool operator==(const DiffStep &, const DiffStep &) = default;
};

struct Diff
{
    std::vector<DiffStep> steps;
    /// Whether there are no steps because too many would be needed.
    bool isWholesale = false;
    /// The index of each row of the new list in the old one; -1 for new rows.
    std::vector<qsizetype> origins;
};

/// Returns the steps from \a before rows to those of \a origins, with the fewest moves and joined
/// ranges.
[[nodiscard]] Diff diffOf(qsizetype before, std::vector<qsizetype> origins, qsizetype maximumSteps);

} // namespace AsyncMySql::Models
