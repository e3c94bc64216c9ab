// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostlist.h"

#include "errorconversion.h"
#include "servererrors.h"

#include <QtCore/qrandom.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace AsyncMySql {

using std::chrono::milliseconds;

namespace {

/// The system's own resolver remembers addresses, too.
constexpr std::chrono::seconds AddressLifetime(60);
constexpr std::chrono::seconds ShortestServiceLifetime(5);
/// What is for something else comes after all others, whatever the DNS says.
constexpr int LastTier = 1 << 20;
/// Replicas may lag behind a change of the account.
constexpr int MostAccessErrors = 2;
/// How long jobs wait for a host that can be written to, unless the policy demands it.
constexpr std::chrono::seconds WritableSearchTime(60);
constexpr milliseconds DelayBetweenLiveServers(500);
constexpr milliseconds LeastConnectTimeout = std::chrono::seconds(2);

HostVerdict verdictOf(const Error &error)
{
    const QByteArray state = error.sqlState().toLatin1();
    return hostVerdict({{static_cast<quint16>(error.serverErrorNumber())}, state, error.message()});
}

/// Whether \a error is the same with every host.
bool isOfOptions(const Error &error)
{
    switch (error.code()) {
    case Error::InvalidOptions:
    case Error::PasswordExpired:
    // The provider has given neither the password nor the answer to a question of the server.
    case Error::AuthenticationCancelled:
    case Error::InvalidParameter:
        return true;
    default:
        return false;
    }
}

/// Which one of \a targets is next, in proportion to their weights.
template <typename Target>
Target nextInTurn(const std::vector<Target> &targets, double HostTarget::*credit)
{
    int all = 0;
    for (const Target &target : targets) {
        all += target->host.weight();
        (*target).*credit += target->host.weight();
    }
    const Target next = *std::max_element(
        targets.begin(), targets.end(),
        [credit](const Target &a, const Target &b) { return (*a).*credit < (*b).*credit; });
    (*next).*credit -= all;
    return next;
}

} // namespace

bool HostList::isNeeded(const ConnectionOptions &options)
{
    if (!options.localSocketName().isEmpty() || options.deviceFactory())
        return false;
    const QList<Host> hosts = options.hosts();
    return !options.serviceName().isEmpty() || hosts.size() > 1
           || (hosts.size() == 1
               && (hosts.constFirst() != Host(options.host(), options.port())
                   || options.hostPolicy().requiresWritable()
                   || options.hostPolicy().followsMembers()
                   || options.hostPolicy().selection() != HostPolicy::Selection::Sequential));
}

HostList::HostList(const ConnectionOptions &options, Use use,
                   std::shared_ptr<HostResolver> resolver, Now now)
    : m_use(use)
    , m_serviceName(options.serviceName())
    , m_policy(options.hostPolicy())
    , m_connectTimeout(options.connectTimeout())
    , m_verifiesIdentity(options.tlsMode() == ConnectionOptions::TlsMode::VerifyIdentity)
    , m_resolver(std::move(resolver))
    , m_now(std::move(now))
{
    // Reads are for all replicas.
    if (m_use == Use::Reading && m_policy.selection() == HostPolicy::Selection::Sequential)
        m_policy.setSelection(HostPolicy::Selection::LeastConnections);
    if (m_serviceName.isEmpty()) {
        for (const Host &host : options.hosts())
            addEntry(host, 0);
    } else if (m_policy.selection() == HostPolicy::Selection::Sequential) {
        // The order within a priority is that of the weights.
        m_policy.setSelection(HostPolicy::Selection::Random);
    }
}

void HostList::addEntry(const Host &host, int priority)
{
    const Host::Role last = m_use == Use::Reading ? Host::Role::Primary : Host::Role::Replica;
    const int tier = priority + (host.role() == last ? LastTier : 0);
    const HostTargetPointer target = HostTarget::make(host, QHostAddress(host.name()), tier);
    m_entries.push_back({host, tier, false, false, {}, {target}});
}

/// What a part without a majority knows is not believed.
void HostList::learnMembers(const ServerRole &role)
{
    const QList<Host> &members = role.members();
    if (!m_policy.followsMembers() || !role.isReady() || members.isEmpty())
        return;
    const auto isSame = [](const Host &a, const Host &b) {
        return a.port() == b.port() && a.name().compare(b.name(), Qt::CaseInsensitive) == 0;
    };
    std::erase_if(m_entries, [&](const Entry &entry) {
        return entry.isLearned
               && std::none_of(members.begin(), members.end(),
                               [&](const Host &member) { return isSame(member, entry.host); });
    });
    for (const Host &member : members) {
        const bool isKnown = std::any_of(m_entries.begin(), m_entries.end(),
                                         [&](const Entry &e) { return isSame(member, e.host); });
        if (isKnown)
            continue;
        addEntry(member, 0);
        m_entries.back().isLearned = true;
    }
}

QString HostList::neededService() const
{
    return m_entries.empty() || m_now() >= m_serviceEnd ? m_serviceName : QString();
}

void HostList::setService(const HostResolver::Service &service)
{
    m_serviceEnd = m_now() + std::max(service.timeToLive, ShortestServiceLifetime);
    // It does not take away hosts that are in use.
    if (service.hosts.isEmpty())
        return;
    std::vector<Entry> former = std::exchange(m_entries, {});
    for (const HostResolver::ServiceHost &found : service.hosts) {
        Host host = found.host;
        host.setWeight(std::max(host.weight(), 1));
        const auto known = std::find_if(former.begin(), former.end(), [&](const Entry &entry) {
            return entry.host == host && entry.tier == found.priority;
        });
        if (known == former.end())
            addEntry(host, found.priority);
        else
            m_entries.push_back(std::move(*known));
    }
}

bool HostList::needsLookup(const Entry &entry) const
{
    return QHostAddress(entry.host.name()).isNull()
           && (!entry.isLookedUp || m_now() >= entry.lookUpAgain);
}

HostTargetPointer HostList::neededLookup() const
{
    const Targets next = candidates();
    const auto entryOf = [this](const HostTargetPointer &target) {
        return std::find_if(m_entries.begin(), m_entries.end(), [&target](const Entry &entry) {
            return std::find(entry.targets.begin(), entry.targets.end(), target)
                   != entry.targets.end();
        });
    };
    for (const HostTargetPointer &target : next) {
        if (needsLookup(*entryOf(target)))
            return target;
        // The others make no difference.
        if (m_policy.selection() == HostPolicy::Selection::Sequential)
            break;
    }
    return {};
}

void HostList::setAddresses(const QString &name, const QList<QHostAddress> &addresses)
{
    for (Entry &entry : m_entries) {
        if (entry.host.name() != name)
            continue;
        entry.isLookedUp = true;
        entry.lookUpAgain = m_now() + AddressLifetime;
        Targets targets;
        for (const QHostAddress &address : addresses) {
            const auto known = std::find_if(
                entry.targets.begin(), entry.targets.end(),
                [&address](const HostTargetPointer &t) { return t->address == address; });
            targets.push_back(known != entry.targets.end()
                                  ? *known
                                  : HostTarget::make(entry.host, address, entry.tier));
        }
        if (targets.empty()) {
            // What has failed stays so.
            targets.push_back(entry.targets.front());
            targets.front()->address.clear();
        }
        entry.targets = std::move(targets);
    }
}

/// What can be tried next: of those that were not tried in this round, the ones that come first,
/// and of these the ones that are not avoided, or the one that is avoided for the shortest time.
HostList::Targets HostList::candidates() const
{
    Targets targets;
    const Clock::time_point now = m_now();
    for (const Entry &entry : m_entries) {
        for (const HostTargetPointer &target : entry.targets) {
            const bool couldLockAccount = target->refusesAccess && target->avoidedUntil > now;
            const bool isSlow = m_hasLiveServer && target->slowUntil > now;
            if (!target->failedInRound && !couldLockAccount && !isSlow)
                targets.push_back(target);
        }
    }
    const auto byTier
        = [](const HostTargetPointer &a, const HostTargetPointer &b) { return a->tier < b->tier; };
    if (targets.empty())
        return targets;
    const int tier = (*std::min_element(targets.begin(), targets.end(), byTier))->tier;
    std::erase_if(targets, [tier](const HostTargetPointer &t) { return t->tier != tier; });
    const auto isAvoided = [now](const HostTargetPointer &t) { return t->avoidedUntil > now; };
    if (std::all_of(targets.begin(), targets.end(), isAvoided)) {
        return {*std::min_element(targets.begin(), targets.end(),
                                  [](const HostTargetPointer &a, const HostTargetPointer &b) {
                                      return a->avoidedUntil < b->avoidedUntil;
                                  })};
    }
    std::erase_if(targets, isAvoided);
    return targets;
}

HostTargetPointer HostList::choose()
{
    Targets targets = candidates();
    if (targets.empty()) {
        forgetBrokenSessions();
        beginRound();
        targets = candidates();
    }
    if (targets.empty()) {
        forgetRefusals();
        targets = candidates();
    }
    return targets.empty() ? HostTargetPointer() : select(targets);
}

QList<Host> HostList::openFirst() const
{
    QList<Host> hosts;
    qsizetype open = 0;
    for (const Entry &entry : m_entries) {
        const bool isOpen = std::any_of(entry.targets.begin(), entry.targets.end(),
                                        [](const HostTargetPointer &t) { return t->sessions > 0; });
        hosts.insert(isOpen ? open++ : hosts.size(), entry.host);
    }
    return hosts;
}

const HostTarget *HostList::takeTurn(const std::vector<HostTarget *> &targets)
{
    return nextInTurn(targets, &HostTarget::readCredit);
}

HostTargetPointer HostList::select(const Targets &targets)
{
    switch (m_policy.selection()) {
    case HostPolicy::Selection::Sequential:
        break;
    case HostPolicy::Selection::RoundRobin:
        return nextInTurn(targets, &HostTarget::credit);
    case HostPolicy::Selection::Random: {
        const int all = std::accumulate(
            targets.begin(), targets.end(), 0,
            [](int sum, const HostTargetPointer &target) { return sum + target->host.weight(); });
        int number = QRandomGenerator::global()->bounded(all);
        for (const HostTargetPointer &target : targets) {
            number -= target->host.weight();
            if (number < 0)
                return target;
        }
        break;
    }
    case HostPolicy::Selection::LeastConnections:
        return *std::min_element(targets.begin(), targets.end(),
                                 [](const HostTargetPointer &a, const HostTargetPointer &b) {
                                     return a->sessions * b->host.weight()
                                            < b->sessions * a->host.weight();
                                 });
    }
    return targets.front();
}

ServerDemand HostList::demand() const
{
    using Kind = ServerDemand::Kind;
    if (m_use == Use::Reading)
        return {m_isRelaxed ? Kind::Ready : Kind::Replica, m_isRelaxed};
    const bool mustWrite = m_policy.requiresWritable() || m_refusedSince;
    return {!m_isRelaxed || mustWrite ? Kind::Writable : Kind::Ready, m_isRelaxed};
}

void HostList::recordConnected(const HostTargetPointer &target, const ServerRole *role,
                               milliseconds openingTime)
{
    target->failures = 0;
    target->avoidedUntil = {};
    target->slowUntil = {};
    target->isSuspect = false;
    if (openingTime.count() > 0)
        target->openingTime = openingTime;
    if (role && role->isWritable())
        m_refusedSince.reset();
    beginRound();
    // Those that have refused what this one accepts may have to learn of the account.
    for (const Entry &entry : m_entries) {
        for (const HostTargetPointer &other : entry.targets)
            other->refusesAccess = false;
    }
    if (role)
        learnMembers(*role);
}

void HostList::recordFailed(const HostTargetPointer &target, const Error &error,
                            const ServerRole *role)
{
    target->failedInRound = true;
    m_isOfHost = true;
    if (role) {
        learnMembers(*role);
        m_hasObjection = true;
        m_hasTransientError = true;
        m_hasLiveServer = m_hasLiveServer || role->isReady();
        if (role->isReady())
            target->avoidFor(m_policy.avoidanceTime(), m_now());
        else
            target->avoid(HostVerdict::Avoidance::Usual, m_policy, m_now());
        return;
    }
    if (isOfOptions(error))
        return;
    const HostVerdict verdict = verdictOf(error);
    if (verdict.meaning == HostVerdict::Meaning::Access || error.code() == Error::AccessDenied) {
        // Mostly the account is wrong, not the host.
        ++m_accessErrors;
        target->refusesAccess = error.code() == Error::AccessDenied;
        target->avoid(target->refusesAccess ? HostVerdict::Avoidance::Long : verdict.avoidance,
                      m_policy, m_now());
        return;
    }
    m_hasTransientError = m_hasTransientError || isTransientConnectError(error);
    if (error.code() == Error::ConnectTimeout)
        target->recordTimeout(m_now());
    target->isSuspect = false;
    target->avoid(verdict.avoidance == HostVerdict::Avoidance::No ? HostVerdict::Avoidance::Usual
                                                                  : verdict.avoidance,
                  m_policy, m_now());
}

void HostList::recordLost(const HostTargetPointer &target, bool proved)
{
    if (proved) {
        target->isSuspect = true;
        return;
    }
    target->failedInRound = true;
    target->breaksSessions = true;
    m_isOfHost = true;
    m_hasTransientError = true;
}

void HostList::recordProved()
{
    forgetBrokenSessions();
}

void HostList::forgetBrokenSessions()
{
    for (const Entry &entry : m_entries) {
        for (const HostTargetPointer &target : entry.targets) {
            if (std::exchange(target->breaksSessions, false))
                target->failedInRound = false;
        }
    }
}

void HostList::leave(const HostTargetPointer &target, HostVerdict verdict)
{
    ++target->generation;
    if (verdict.meaning != HostVerdict::Meaning::ReadOnly) {
        target->avoid(verdict.avoidance, m_policy, m_now());
        return;
    }
    target->avoidFor(m_policy.avoidanceTime(), m_now());
    if (!m_refusedSince)
        m_refusedSince = m_now();
}

HostList::Next HostList::afterFailure(const Error &error)
{
    // What has failed before a host was chosen, as asking for a password, fails with all of them.
    if (!std::exchange(m_isOfHost, false) && !m_entries.empty())
        return isTransientConnectError(error) ? Next::Wait : Next::Fail;
    const bool isFinal = isOfOptions(error) || m_accessErrors >= MostAccessErrors;
    if (!isFinal && !candidates().empty())
        return Next::OtherHost;
    if (!isFinal && m_hasObjection && !m_isRelaxed) {
        beginRound();
        m_isRelaxed = true;
        return Next::OtherHost;
    }
    const bool searchesForLong = m_refusedSince && !m_policy.requiresWritable()
                                 && m_now() - *m_refusedSince >= WritableSearchTime;
    if (searchesForLong)
        m_refusedSince.reset();
    const bool hasLiveServer = m_hasLiveServer;
    const bool canChange
        = !isFinal && !searchesForLong && (m_hasTransientError || isTransientConnectError(error));
    forgetBrokenSessions();
    beginRound();
    // Names may lead elsewhere by then.
    for (Entry &entry : m_entries)
        entry.isLookedUp = false;
    m_serviceEnd = {};
    m_hadLiveServer = hasLiveServer;
    if (!canChange)
        forgetRefusals();
    return canChange ? Next::Wait : Next::Fail;
}

void HostList::beginRound()
{
    m_accessErrors = 0;
    m_hasTransientError = false;
    m_hasObjection = false;
    m_hasLiveServer = false;
    m_isRelaxed = false;
    m_hadLiveServer = false;
    for (const Entry &entry : m_entries) {
        for (const HostTargetPointer &target : entry.targets)
            target->failedInRound = target->breaksSessions;
    }
}

void HostList::useCredentials(quint64 revision)
{
    if (std::exchange(m_credentials, revision) != revision)
        forgetRefusals();
}

void HostList::forgetRefusals()
{
    for (const Entry &entry : m_entries) {
        for (const HostTargetPointer &target : entry.targets) {
            if (std::exchange(target->refusesAccess, false))
                target->avoidedUntil = {};
        }
    }
}

milliseconds HostList::limitedDelay(milliseconds delay) const
{
    return m_hadLiveServer ? std::min(delay, DelayBetweenLiveServers) : delay;
}

milliseconds HostList::connectTimeout(const HostTarget *target) const
{
    const int hosts = std::max(1, static_cast<int>(m_entries.size()));
    const milliseconds share = std::max<milliseconds>(
        m_connectTimeout / hosts, std::min(m_connectTimeout, LeastConnectTimeout));
    if (!target || !target->isSuspect || !hasOther(*target))
        return share;
    const milliseconds limit = target->suspectTimeout();
    return share.count() > 0 ? std::min(share, limit) : limit;
}

/// Whether there is another one that was not tried in this round.
bool HostList::hasOther(const HostTarget &target) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&target](const Entry &entry) {
        return std::any_of(
            entry.targets.begin(), entry.targets.end(), [&target](const HostTargetPointer &other) {
                return other.get() != &target && !other->failedInRound && !other->refusesAccess;
            });
    });
}

} // namespace AsyncMySql
