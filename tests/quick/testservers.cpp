// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "testservers.h"

#include "servers.h"

#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Transaction>

#include <QtCore/qeventloop.h>

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

QObject *TestServers::newExecutor(const QString &kind, const QUrl &url, const QString &password,
                                  const QString &database)
{
    using namespace AsyncMySql;
    ConnectionOptions options = ConnectionOptions::fromUrl(url);
    options.setPassword(password);
    options.setDatabase(database);
    Pool *pool = m_pools.emplace_back(std::make_unique<Pool>(options)).get();
    if (kind == "pool"_L1)
        return pool;
    if (kind == "transaction"_L1)
        return pool->beginTransaction();
    Lease *lease = nullptr;
    LeaseJob *job = pool->acquire();
    QEventLoop loop;
    connect(job, &Job::finished, &loop, [&loop, &lease, job, pool] {
        lease = job->takeLease().release();
        if (lease)
            lease->setParent(pool);
        loop.quit();
    });
    loop.exec();
    return lease;
}
