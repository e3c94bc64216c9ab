// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "testservers.h"

#include "servers.h"

using namespace Qt::StringLiterals;

QVariantList TestServers::all() const
{
    QVariantList list;
    for (const Servers::Server &server : Servers::all()) {
        AsyncMySql::ConnectionOptions options = Servers::options(server, Servers::Channel::Socket);
        options.setPassword({});
        list.append(QVariantMap{
            {u"tag"_s, server.name},
            {u"url"_s, options.toUrl()},
            {u"password"_s, server.password},
            {u"isMySql"_s, server.isMySql},
        });
    }
    return list;
}

QString TestServers::uniqueName(const QString &stem) const
{
    return Servers::uniqueName(stem);
}
