// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "clearpasswordplugin.h"

namespace AsyncMySql::Protocol {

ClearPasswordPlugin::ClearPasswordPlugin(const AuthenticationContext &context)
    : AuthenticationPlugin(context)
{
}

AuthenticationPlugin::Action ClearPasswordPlugin::begin(const QByteArray &data)
{
    Q_UNUSED(data)
    if (const auto failure = failUnlessVerified())
        return *failure;
    setComplete(true);
    // With its NUL: servers take the password's end from there.
    return send(password().toByteArray() + '\0');
}

} // namespace AsyncMySql::Protocol
