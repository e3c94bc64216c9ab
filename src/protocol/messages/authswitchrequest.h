// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// The server asks for another authentication plugin (MySQL: "Protocol::AuthSwitchRequest").
struct AuthSwitchRequest
{
    QByteArray plugin;
    /// Without the NUL that follows a scramble (20 or 32 bytes).
    QByteArray data;

    /// A lone 0xFE asks for the method of servers before 4.1: it gives an empty plugin name.
    [[nodiscard]] static std::optional<AuthSwitchRequest> parse(QByteArrayView payload);
    /// The request of the next factor has the same form, and names a plugin always.
    [[nodiscard]] static std::optional<AuthSwitchRequest> parseNextFactor(QByteArrayView payload);
};

} // namespace AsyncMySql::Protocol
