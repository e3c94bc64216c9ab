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
    /// One trailing NUL is taken off (scrambles are sent with it).
    QByteArray data;

    /// A lone 0xFE asks for the method of servers before 4.1: it gives an empty plugin name.
    [[nodiscard]] static std::optional<AuthSwitchRequest> parse(QByteArrayView payload);
};

} // namespace AsyncMySql::Protocol
