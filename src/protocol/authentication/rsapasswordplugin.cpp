// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rsapasswordplugin.h"

#include "rsaencryption.h"
#include "scramble.h"

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

AuthenticationPlugin::Action RsaPasswordPlugin::sendPassword(const QByteArray &scramble,
                                                             char keyRequest)
{
    if (serverTakesClearPassword()) {
        if (!channel().isVerified() && !policy().allowUnverifiedTls) {
            return fail(
                FailureCode::ChannelNotSecure,
                u"%1 would send the password to a server whose certificate is not verified"_s.arg(
                    QLatin1StringView(name())));
        }
        setComplete(true);
        return send(password().toByteArray() + '\0');
    }

    m_scramble = scramble;
    if (!policy().serverPublicKey.isEmpty())
        return sendEncrypted(policy().serverPublicKey);
    // Nothing can stand between the two ends of a local socket.
    if (!channel().local && !policy().allowPublicKeyRetrieval) {
        return fail(
            FailureCode::ChannelNotSecure,
            u"%1 needs the password itself: use TLS, set the RSA key of the server, or allow "
            u"its retrieval over the unencrypted connection"_s.arg(QLatin1StringView(name())));
    }
    m_waitingForKey = true;
    setComplete(false);
    return send(QByteArray(1, keyRequest));
}

AuthenticationPlugin::Action RsaPasswordPlugin::handlePublicKey(QByteArrayView pem)
{
    m_waitingForKey = false;
    return sendEncrypted(pem);
}

AuthenticationPlugin::Action RsaPasswordPlugin::sendEncrypted(QByteArrayView publicKey)
{
    // The mask covers the trailing NUL, too.
    const Secret terminated(password().toByteArray() + '\0');
    const Secret masked(maskedBytes(terminated.bytes(), m_scramble));
    const RsaEncryptionResult result = encryptWithRsa(masked.bytes(), publicKey);
    if (result.failure)
        return fail(result.failure.code, result.failure.message);
    setComplete(true);
    return send(result.encrypted);
}

} // namespace AsyncMySql::Protocol
