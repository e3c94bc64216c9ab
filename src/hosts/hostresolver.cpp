// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostresolver.h"

#include <QtCore/qstringlist.h>
#include <QtNetwork/qdnslookup.h>
#include <QtNetwork/qhostinfo.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

HostResolver::Service serviceOf(const QDnsLookup &lookup)
{
    HostResolver::Service service;
    const QList<QDnsServiceRecord> records = lookup.serviceRecords();
    if (lookup.error() != QDnsLookup::NoError || records.isEmpty()) {
        service.errorString = lookup.error() != QDnsLookup::NoError
                                  ? lookup.errorString()
                                  : u"there are no records of the type SRV"_s;
        return service;
    }
    quint32 timeToLive = records.constFirst().timeToLive();
    for (const QDnsServiceRecord &record : records) {
        timeToLive = std::min(timeToLive, record.timeToLive());
        // A service that is not there has a record with the root as its target.
        if (record.target().isEmpty() || record.target() == "."_L1)
            continue;
        const Host host(record.target(), record.port(), Host::Role::Any, record.weight());
        service.hosts.append({host, record.priority()});
    }
    if (service.hosts.isEmpty())
        service.errorString = u"it is not available"_s;
    service.timeToLive = std::chrono::seconds(timeToLive);
    return service;
}

} // namespace

HostResolver::~HostResolver() = default;

HostResolver::Service HostResolver::Service::withinDomainOf(const QString &name) const
{
    // "_mysql._tcp.example.org"
    QStringList labels = name.split(u'.', Qt::SkipEmptyParts);
    while (!labels.isEmpty() && labels.constFirst().startsWith(u'_'))
        labels.removeFirst();
    const QString domain = labels.join(u'.');
    Service inside = *this;
    inside.hosts.removeIf([&domain](const ServiceHost &found) {
        QString host = found.host.name();
        if (host.endsWith(u'.'))
            host.chop(1);
        return domain.isEmpty()
               || (host.compare(domain, Qt::CaseInsensitive) != 0
                   && !host.endsWith(u'.' + domain, Qt::CaseInsensitive));
    });
    if (inside.hosts.isEmpty() && !hosts.isEmpty()) {
        inside.errorString = u"its hosts, such as %1, are outside of the domain %2, which "
                             "TlsMode::VerifyIdentity does not accept"_s.arg(
                                 hosts.constFirst().host.name(), domain);
    }
    return inside;
}

void HostResolver::lookUp(const QString &name, QObject *context,
                          std::function<void(const QList<QHostAddress> &)> done)
{
    QHostInfo::lookupHost(
        name, context, [done = std::move(done)](const QHostInfo &info) { done(info.addresses()); });
}

void HostResolver::lookUpService(const QString &name, QObject *context,
                                 std::function<void(const Service &)> done)
{
    auto *lookup = new QDnsLookup(QDnsLookup::SRV, name, context);
    QObject::connect(lookup, &QDnsLookup::finished, context, [lookup, done = std::move(done)] {
        lookup->deleteLater();
        done(serviceOf(*lookup));
    });
    lookup->lookup();
}

} // namespace AsyncMySql
