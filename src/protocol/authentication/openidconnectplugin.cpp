// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "openidconnectplugin.h"

#include "bytewriter.h"

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {
/// Of the plugin: there is no other yet.
constexpr quint8 TokenCapability = 0x01;
} // namespace

OpenIdConnectPlugin::OpenIdConnectPlugin(const AuthenticationContext &context)
    : AuthenticationPlugin(context)
{
}

AuthenticationPlugin::Action OpenIdConnectPlugin::begin(const QByteArray &data)
{
    Q_UNUSED(data)
    if (const auto failure = failUnlessVerified())
        return *failure;
    if (password().isEmpty()) {
        return fail(FailureCode::AnswerMissing,
                    u"The account needs an identity token (OpenID Connect): set it as the "
                    u"password, or return it from a password provider"_s);
    }
    setComplete(true);
    Wire::ByteWriter writer;
    writer.writeUInt8(TokenCapability);
    writer.writeLengthEncodedBytes(password());
    return send(writer.take());
}

} // namespace AsyncMySql::Protocol
