// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <vector>

namespace AsyncMySql::Models {

/// What leads from one list of rows to another, to be carried out step by step: each step means the
/// positions that those before it have left.
struct DiffStep
{
    enum class Kind { Remove, Move, Insert };

    Kind kind = Kind::Remove;
    qsizetype first = 0;
    qsizetype count = 0;
    /// Of Move: the position of the first moved row afterwards. Of Insert: where the inserted rows
    /// begin in the new list.
    qsizetype target = 0;

    friend bool operator==(const DiffStep &, const DiffStep &) = default;
};

struct Diff
{
    std::vector<DiffStep> steps;
    /// There are no steps: more than are worth it would be needed.
    bool isWholesale = false;
    /// Where each row of the new list was in the old one; -1 for those that are new.
    std::vector<qsizetype> origins;
};

/// How \a before rows become those of \a origins, with the fewest moves, and ranges joined.
[[nodiscard]] Diff diffOf(qsizetype before, std::vector<qsizetype> origins, qsizetype maximumSteps);

} // namespace AsyncMySql::Models
