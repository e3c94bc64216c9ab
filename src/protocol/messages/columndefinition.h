// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "columninfo.h"

#include <QtCore/qbytearrayview.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// Parses MySQL's "Protocol::ColumnDefinition41", with MariaDB's extended metadata where
/// \a capabilities has it. The views of the result lie in \a payload.
[[nodiscard]] std::optional<Values::ColumnInfo> parseColumnDefinition(QByteArrayView payload,
                                                                      Capabilities capabilities);

} // namespace AsyncMySql::Protocol
