// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

#include <chrono>
#include <optional>

namespace AsyncMySql::UrlValues {

/// Parses "500ms", "30s", "2min", "1h"; a plain number is seconds. Returns std::nullopt for others.
std::optional<std::chrono::milliseconds> parseDuration(QStringView text);
/// Uses the largest unit without a fraction.
QString formatDuration(std::chrono::milliseconds duration);

/// Parses "64MiB", "512KiB", "1GiB"; a plain number is bytes. Returns std::nullopt for others.
std::optional<qsizetype> parseSize(QStringView text);
QString formatSize(qsizetype bytes);

} // namespace AsyncMySql::UrlValues
