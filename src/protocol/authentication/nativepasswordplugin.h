// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// SHA-1 challenge and response: MariaDB's default, and MySQL's before version 8.
class NativePasswordPlugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "mysql_native_password";

    explicit NativePasswordPlugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }
    QByteArray proofHash() const override;

protected:
    Action begin(const QByteArray &data) override;
    bool canProveServer() const override { return true; }
};

} // namespace AsyncMySql::Protocol
