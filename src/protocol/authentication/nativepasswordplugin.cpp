// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "nativepasswordplugin.h"

#include "scramble.h"

namespace AsyncMySql::Protocol {

NativePasswordPlugin::NativePasswordPlugin(const AuthenticationContext &context)
    : AuthenticationPlugin(context)
{
}

AuthenticationPlugin::Action NativePasswordPlugin::begin(const QByteArray &data)
{
    if (data.size() != ScrambleSize)
        return failLength(ScrambleSize, data.size());
    setComplete(true);
    if (password().isEmpty())
        return send({});

    // MySQL: "Native Authentication": SHA1(password) XOR SHA1(scramble, SHA1(SHA1(password)))
    const Secret stage1(hashOf(QCryptographicHash::Sha1, password()));
    const QByteArray stage2 = hashOf(QCryptographicHash::Sha1, stage1.bytes());
    return send(maskedBytes(stage1.bytes(), hashOf(QCryptographicHash::Sha1, data, stage2)));
}

QByteArray NativePasswordPlugin::proofHash() const
{
    if (password().isEmpty())
        return {};
    const Secret stage1(hashOf(QCryptographicHash::Sha1, password()));
    return hashOf(QCryptographicHash::Sha1, stage1.bytes());
}

} // namespace AsyncMySql::Protocol
