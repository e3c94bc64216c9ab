// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "serverstatus.h"
#include "sessionstatechange.h"

#include <QtCore/qbytearray.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// OK, also in the place of EOF where DEPRECATE_EOF was agreed (then its header is 0xFE).
struct OkPacket
{
    quint64 affectedRows = 0;
    quint64 lastInsertId = 0;
    ServerStatus status;
    quint16 warningCount = 0;
    QByteArray info;
    QList<SessionStateChange> sessionStateChanges;

    /// \a payload includes the header byte, which the caller has looked at already.
    [[nodiscard]] static std::optional<OkPacket> parse(QByteArrayView payload,
                                                       Capabilities capabilities);
};

} // namespace AsyncMySql::Protocol
