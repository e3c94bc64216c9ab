// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hosttext.h"

#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qstringlist.h>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace AsyncMySql {

namespace {

constexpr std::pair<QLatin1StringView, Host::Role> Roles[] = {
    {"any"_L1, Host::Role::Any},
    {"primary"_L1, Host::Role::Primary},
    {"replica"_L1, Host::Role::Replica},
};

QString parseAttribute(QStringView text, Host *host)
{
    const qsizetype equals = text.indexOf(u'=');
    const QStringView key = text.first(std::max<qsizetype>(equals, 0));
    const QStringView value = text.sliced(equals + 1);
    if (key == "role"_L1) {
        for (const auto &[name, role] : Roles) {
            if (value == name) {
                host->setRole(role);
                return {};
            }
        }
        return u"the role of a host must be any, primary or replica, not \"%1\""_s.arg(value);
    }
    if (key == "weight"_L1) {
        bool ok = false;
        const int weight = value.toInt(&ok);
        if (!ok || weight < 1 || weight > LargestWeight) {
            return u"the weight of a host must be a number from 1 to %1, not \"%2\""_s
                .arg(LargestWeight)
                .arg(value);
        }
        host->setWeight(weight);
        return {};
    }
    return u"\"%1\" is neither the role of a host (role=) nor its weight (weight=)"_s.arg(text);
}

QString parsePort(QStringView text, Host *host)
{
    bool ok = false;
    const ushort port = text.toUShort(&ok);
    if (!ok || port == 0)
        return u"\"%1\" is not a port"_s.arg(text);
    host->setPort(port);
    return {};
}

/// "name", "name:port", "[address]" or "[address]:port".
QString parseAddress(QStringView text, Host *host)
{
    if (text.isEmpty())
        return u"the name of a host is missing"_s;
    if (text.startsWith(u'[')) {
        const qsizetype end = text.indexOf(u']');
        if (end < 0)
            return u"the bracket of the address \"%1\" is not closed"_s.arg(text);
        const QStringView address = text.sliced(1, end - 1);
        if (!address.contains(u':'))
            return u"\"%1\" is not an IPv6 address"_s.arg(address);
        host->setName(address.toString());
        const QStringView rest = text.sliced(end + 1);
        if (rest.isEmpty())
            return {};
        return rest.startsWith(u':') ? parsePort(rest.sliced(1), host)
                                     : u"\"%1\" follows the address of a host"_s.arg(rest);
    }
    const qsizetype colon = text.indexOf(u':');
    if (colon >= 0 && text.indexOf(u':', colon + 1) >= 0)
        return u"the IPv6 address \"%1\" must be enclosed in brackets"_s.arg(text);
    host->setName(text.first(colon < 0 ? text.size() : colon).toString());
    if (host->name().isEmpty())
        return u"the name of a host is missing"_s;
    return colon < 0 ? QString() : parsePort(text.sliced(colon + 1), host);
}

} // namespace

QString parseHost(QStringView text, Host *host)
{
    *host = {};
    const QList<QStringView> parts = text.trimmed().split(u';');
    QString problem = parseAddress(parts.constFirst(), host);
    for (qsizetype i = 1; i < parts.size() && problem.isEmpty(); ++i)
        problem = parseAttribute(parts[i], host);
    return problem;
}

QString parseHosts(QStringView text, QList<Host> *hosts)
{
    for (const QStringView part : text.split(u',')) {
        Host host;
        if (const QString problem = parseHost(part, &host); !problem.isEmpty())
            return problem;
        hosts->append(host);
    }
    return {};
}

QString takeHosts(const QString &text, QList<Host> *hosts, QString *problem)
{
    constexpr QLatin1StringView separator("://");
    const qsizetype begin = text.indexOf(separator) + separator.size();
    const auto isEnd = [](QChar c) { return c == u'/' || c == u'?' || c == u'#'; };
    const auto end = std::find_if(text.cbegin() + begin, text.cend(), isEnd);
    const qsizetype size = end - text.cbegin() - begin;
    if (begin < separator.size() || size == 0)
        return text;
    const QStringView authority = QStringView(text).sliced(begin, size);
    const QStringView names = authority.sliced(authority.lastIndexOf(u'@') + 1);
    if (!names.contains(u',') && !names.contains(u';'))
        return text;
    *problem = parseHosts(names, hosts);
    if (!problem->isEmpty()) {
        // It ends too early where a password has one of these characters, and the names are a part
        // of the password then.
        if (QStringView(text).sliced(begin + size).contains(u'@'))
            *problem = u"special characters in a password must be percent-encoded"_s;
        return {};
    }
    const Host &first = hosts->constFirst();
    return text.first(begin + size - names.size()) + formatAddress(first.name(), first.port())
           + text.sliced(begin + size);
}

QString formatHost(const Host &host)
{
    QString text = host.name();
    if (text.contains(u':'))
        text = u'[' + text + u']';
    if (host.port() != Host().port())
        text += u':' + QString::number(host.port());
    for (const auto &[name, role] : Roles) {
        if (role == host.role() && role != Host::Role::Any)
            text += u";role="_s + name;
    }
    if (host.weight() != 1)
        text += u";weight="_s + QString::number(host.weight());
    return text;
}

QString formatHosts(const QList<Host> &hosts)
{
    QStringList texts;
    for (const Host &host : hosts)
        texts.append(formatHost(host));
    return texts.join(u',');
}

QString formatAddress(const QString &name, quint16 port)
{
    return (name.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(name).arg(port);
}

QString formatAddresses(const QList<Host> &hosts)
{
    QStringList texts;
    for (const Host &host : hosts)
        texts.append(formatAddress(host.name(), host.port()));
    return texts.join(u", ");
}

QString peerText(const ConnectionOptions &options)
{
    if (!options.serviceName().isEmpty())
        return options.serviceName();
    const QList<Host> hosts = options.hosts();
    return hosts.size() > 1 ? formatAddresses(hosts) : options.host();
}

} // namespace AsyncMySql
