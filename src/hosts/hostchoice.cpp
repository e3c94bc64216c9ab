// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostchoice.h"

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

HostChoice::HostChoice(QObject *owner, std::function<void(const Error &)> chosen)
    : m_owner(owner)
    , m_chosen(std::move(chosen))
    , m_limit(owner, [this] {
        fail(Error(Error::ConnectTimeout,
                   u"The name %1 was not found in time (connectTimeout)"_s.arg(m_lookedUp)));
    })
{
}

HostChoice::~HostChoice()
{
    release();
}

void HostChoice::setList(std::shared_ptr<HostList> list)
{
    release();
    m_list = std::move(list);
}

bool HostChoice::begin()
{
    release();
    if (!m_list)
        return true;
    if (const QString service = m_list->neededService(); !service.isEmpty()) {
        lookUpService(service);
        return false;
    }
    if (const HostTargetPointer target = m_list->neededLookup()) {
        lookUp(target);
        return false;
    }
    take(m_list->choose());
    return true;
}

/// A lookup is answered.
void HostChoice::goOn()
{
    if (begin())
        m_chosen({});
}

void HostChoice::limitLookup(const QString &name)
{
    m_lookedUp = name;
    if (m_list->connectTimeout().count() > 0)
        m_limit.start(m_list->connectTimeout());
}

void HostChoice::lookUpService(const QString &name)
{
    limitLookup(name);
    const auto answered = [this, name, lookup = m_lookup](const HostResolver::Service &found) {
        if (lookup != m_lookup)
            return;
        const HostResolver::Service service
            = m_list->verifiesIdentity() ? found.withinDomainOf(name) : found;
        m_list->setService(service);
        if (m_list->neededService().isEmpty()) {
            goOn();
            return;
        }
        fail(Error(Error::HostNotFound, u"The hosts of the service %1 were not found: %2"_s.arg(
                                            name, service.errorString)));
    };
    m_list->resolver().lookUpService(name, m_owner, answered);
}

void HostChoice::lookUp(const HostTargetPointer &target)
{
    // What fails now is its failure.
    take(target);
    const QString name = target->host.name();
    limitLookup(name);
    const auto answered = [this, name, lookup = m_lookup](const QList<QHostAddress> &addresses) {
        if (lookup != m_lookup)
            return;
        m_list->setAddresses(name, addresses);
        goOn();
    };
    m_list->resolver().lookUp(name, m_owner, answered);
}

void HostChoice::take(const HostTargetPointer &target)
{
    m_target = target;
    if (!m_target)
        return;
    m_generation = m_target->generation;
    m_openingSince = HostList::Clock::now();
    m_demand = m_list->demand();
    ++m_target->sessions;
    m_isCounted = true;
}

void HostChoice::fail(const Error &error)
{
    m_limit.stop();
    ++m_lookup;
    m_chosen(error);
}

void HostChoice::recordConnected(const ServerRole *role)
{
    if (!m_target)
        return;
    std::chrono::milliseconds time{0};
    if (const auto since = std::exchange(m_openingSince, std::nullopt))
        time = std::chrono::ceil<std::chrono::milliseconds>(HostList::Clock::now() - *since);
    m_list->recordConnected(m_target, role, time);
}

void HostChoice::recordFailed(const Error &error, const ServerRole *role)
{
    if (!m_target)
        return;
    const bool hasObjection = role && role->isKnown() && !role->objection(m_demand).isEmpty();
    m_list->recordFailed(m_target, error, hasObjection ? role : nullptr);
}

void HostChoice::leave(HostVerdict verdict)
{
    if (m_target)
        m_list->leave(m_target, verdict);
}

void HostChoice::recordLost(bool proved)
{
    if (m_target)
        m_list->recordLost(m_target, proved);
}

void HostChoice::recordSilent()
{
    if (!m_target)
        return;
    m_target->failedInRound = true;
    m_target->isSuspect = true;
}

void HostChoice::recordProved()
{
    if (m_target)
        m_list->recordProved();
}

void HostChoice::release()
{
    ++m_lookup;
    m_limit.stop();
    if (std::exchange(m_isCounted, false))
        --m_target->sessions;
    m_target.reset();
    m_demand = {};
}

} // namespace AsyncMySql
