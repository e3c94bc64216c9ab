// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sha256passwordplugin.h"

#include "scramble.h"

namespace AsyncMySql::Protocol {

namespace {

// MySQL: "SHA256 Authentication"; not the 0x02 of caching_sha2_password.
constexpr char RequestPublicKey = 0x01;

} // namespace

Sha256PasswordPlugin::Sha256PasswordPlugin(const AuthenticationContext &context)
    : RsaPasswordPlugin(context)
{
}

bool Sha256PasswordPlugin::serverTakesClearPassword() const
{
    // Unlike caching_sha2_password's, the server's test of this plugin knows TLS alone: over a Unix
    // socket it would try to decrypt the password (MySQL: sha256_password_authenticate()).
    return channel().encrypted;
}

AuthenticationPlugin::Action Sha256PasswordPlugin::begin(const QByteArray &data)
{
    if (password().isEmpty()) {
        setComplete(true);
        return send(QByteArray(1, '\0'));
    }
    if (data.size() != ScrambleSize)
        return failLength(ScrambleSize, data.size());
    return sendPassword(data, RequestPublicKey);
}

AuthenticationPlugin::Action Sha256PasswordPlugin::handleData(QByteArrayView data)
{
    return isWaitingForKey() ? handlePublicKey(data) : RsaPasswordPlugin::handleData(data);
}

} // namespace AsyncMySql::Protocol
