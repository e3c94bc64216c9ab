// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// MariaDB's ed25519: a signature of the server's nonce, with a key whose seed is the password
/// itself.
class Ed25519Plugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "client_ed25519";

    explicit Ed25519Plugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }
    QByteArray proofHash() const override;

protected:
    Action begin(const QByteArray &data) override;
    bool canProveServer() const override { return true; }

private:
    QByteArray m_publicKey;
};

} // namespace AsyncMySql::Protocol
