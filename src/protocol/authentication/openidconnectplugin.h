// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// The identity token of an OpenID Connect provider, which is given as the password: only to a
/// server whose identity is verified.
class OpenIdConnectPlugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "authentication_openid_connect_client";

    explicit OpenIdConnectPlugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }

protected:
    Action begin(const QByteArray &data) override;
};

} // namespace AsyncMySql::Protocol
