// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// The password itself, for PAM and LDAP accounts: only to a server that is proven to be the right
/// one.
class ClearPasswordPlugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "mysql_clear_password";

    explicit ClearPasswordPlugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }

protected:
    Action begin(const QByteArray &data) override;
};

} // namespace AsyncMySql::Protocol
