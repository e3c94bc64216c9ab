// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

#include <chrono>
#include <optional>

namespace AsyncMySql::UrlValues {

/// "500ms", "30s", "2min", "1h"; a plain number is seconds. Nothing if it is not like that.
std::optional<std::chrono::milliseconds> parseDuration(QStringView text);
/// In the largest unit that leaves no fraction.
QString formatDuration(std::chrono::milliseconds duration);

/// "64MiB", "512KiB", "1GiB"; a plain number is bytes. Nothing if it is not like that.
std::optional<qsizetype> parseSize(QStringView text);
QString formatSize(qsizetype bytes);

} // namespace AsyncMySql::UrlValues
