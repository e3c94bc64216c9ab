// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

namespace AsyncMySql::Models {

/// Whether a column with this \a collation has all characters of \a text. True for character sets
/// that are not known here: it is for the server to say then.
[[nodiscard]] bool hasCharacters(const QString &collation, const QString &text);

/// How many bytes \a text takes there; of unknown character sets, how many at the least.
[[nodiscard]] qsizetype sizeInBytes(const QString &collation, const QString &text);

/// The surrogates of UTF-16 count once.
[[nodiscard]] qsizetype characterCount(const QString &text);

} // namespace AsyncMySql::Models
