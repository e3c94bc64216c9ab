// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

#include <vector>

namespace AsyncMySql::Models {

/// What leads from one list of keys to another, to be carried out step by step: each step means the
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
    /// More rows have changed places than are worth a step each: between the removals and the
    /// insertions the rows that stay are to be put in their new order at once.
    bool reorders = false;
    /// There are no steps: more than are worth it would be needed, whatever their kinds.
    bool isWholesale = false;
    /// Where each row of the new list was in the old one; -1 for those that are new.
    std::vector<qsizetype> origins;
};

/// The fewest moves that do it, ranges joined. Equal keys are told apart by their order.
[[nodiscard]] Diff keyedDiff(const std::vector<QByteArray> &before,
                             const std::vector<QByteArray> &after, qsizetype maximumMoves = 100);

/// The same where the origins are known, of \a before rows.
[[nodiscard]] Diff diffOf(qsizetype before, std::vector<qsizetype> origins, qsizetype maximumSteps);

} // namespace AsyncMySql::Models
