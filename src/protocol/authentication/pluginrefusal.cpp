// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pluginrefusal.h"

#include "authenticationplugin.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

QString displayName(QByteArrayView name)
{
    constexpr qsizetype enough = 64;
    QString text = QString::fromLatin1(name.first(std::min(name.size(), enough)));
    std::replace_if(
        text.begin(), text.end(), [](QChar c) { return c < u' ' || c > u'~'; }, u'?');
    return text;
}

Failure pluginRefusal(const QByteArray &name, const QList<QByteArray> &allowed)
{
    Failure failure;
    const QString reason = AuthenticationPlugin::unsupportedReason(name);
    if (!reason.isEmpty()) {
        failure.code = FailureCode::PluginNotSupported;
        failure.message = u"The server requests the authentication plugin \"%1\": %2"_s.arg(
            displayName(name), reason);
    } else if (!allowed.contains(name)) {
        failure.code = FailureCode::PluginNotAllowed;
        failure.message
            = u"The server requests the authentication plugin %1, which the options do not allow "
              u"(ConnectionOptions::setAllowedAuthenticationPlugins())"_s.arg(displayName(name));
    }
    return failure;
}

} // namespace AsyncMySql::Protocol
