// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "serverstatus.h"

#include <QtCore/qbytearrayview.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// The end of column definitions or rows, where DEPRECATE_EOF was not agreed.
struct EofPacket
{
    quint16 warningCount = 0;
    ServerStatus status;

    [[nodiscard]] static std::optional<EofPacket> parse(QByteArrayView payload);
};

} // namespace AsyncMySql::Protocol
