// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "clearpasswordplugin.h"

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

ClearPasswordPlugin::ClearPasswordPlugin(const AuthenticationContext &context)
    : AuthenticationPlugin(context)
{
}

AuthenticationPlugin::Action ClearPasswordPlugin::begin(const QByteArray &data)
{
    Q_UNUSED(data)
    if (!channel().isVerified()) {
        return fail(
            FailureCode::ChannelNotSecure,
            u"mysql_clear_password sends the password itself: it needs a local socket, or TLS "
            u"with a verified certificate"_s);
    }
    setComplete(true);
    // With its NUL: servers take the password's end from there.
    return send(password().toByteArray() + '\0');
}

} // namespace AsyncMySql::Protocol
