// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

namespace AsyncMySql::Models {

/// Returns whether a column with this \a collation can store all characters of \a text. True for
/// unknown character sets, for which the server decides.
[[nodiscard]] bool hasCharacters(const QString &collation, const QString &text);

/// Returns the size of \a text in that column, in bytes; the minimum for unknown character sets.
[[nodiscard]] qsizetype sizeInBytes(const QString &collation, const QString &text);

/// Surrogate pairs of UTF-16 count once.
[[nodiscard]] qsizetype characterCount(const QString &text);

} // namespace AsyncMySql::Models
