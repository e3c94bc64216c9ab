// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// What caching_sha2_password and sha256_password share: they give the server the whole password,
/// as it is where the channel is secure, and otherwise encrypted with the server's RSA key.
class RsaPasswordPlugin : public AuthenticationPlugin
{
protected:
    using AuthenticationPlugin::AuthenticationPlugin;

    /// Whether the server, for its part, takes the password as it is over this channel.
    virtual bool serverTakesClearPassword() const = 0;

    /// \a keyRequest: the byte that asks the server for its key.
    Action sendPassword(const QByteArray &scramble, char keyRequest);
    bool isWaitingForKey() const { return m_waitingForKey; }
    Action handlePublicKey(QByteArrayView pem);

private:
    Action sendEncrypted(QByteArrayView publicKey);

    QByteArray m_scramble;
    bool m_waitingForKey = false;
};

} // namespace AsyncMySql::Protocol
