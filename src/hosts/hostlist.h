// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "hostresolver.h"
#include "hosttarget.h"
#include "hostverdict.h"
#include "serverrole.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/host.h>
#include <AsyncMySql/hostpolicy.h>

#include <QtCore/qglobal.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtNetwork/qhostaddress.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace AsyncMySql {

/// The hosts that sessions of a connection or pool can be opened with: decides which one is next.
///
/// Attempts go in rounds: in one, each host is tried once, and a new one begins when all have
/// failed, or when one has not. A host that has failed is avoided for some time. It is used again
/// before that only where no other one is left in the round.
///
/// Servers are asked what they are. Where none is what is wanted, a second round follows in which
/// less will do.
class HostList
{
public:
    using Clock = std::chrono::steady_clock;
    using Now = std::function<Clock::time_point()>;
    /// What to do when a session could not be opened.
    enum class Next : quint8 {
        OtherHost, ///< at once: there is one that was not tried in this round
        Wait,      ///< all have failed; later that may change
        Fail,      ///< it would be the same again
    };

    /// What the sessions are for.
    enum class Use : quint8 { Anything, Reading };

    /// Whether the options say anything that one host and port do not.
    static bool isNeeded(const ConnectionOptions &options);

    explicit HostList(const ConnectionOptions &options, Use use = Use::Anything,
                      std::shared_ptr<HostResolver> resolver = std::make_shared<HostResolver>(),
                      Now now = Clock::now);

    Use use() const { return m_use; }
    HostResolver &resolver() { return *m_resolver; }
    /// The service that has to be looked up before anything else; empty if there is none.
    QString neededService() const;
    /// Whether certificates have to name the hosts.
    bool verifiesIdentity() const { return m_verifiesIdentity; }
    void setService(const HostResolver::Service &service);
    /// The host whose name has to be looked up before choose(); null if there is none.
    HostTargetPointer neededLookup() const;
    /// Those of all hosts with this \a name. Without one, the transport looks it up itself, and
    /// says what is wrong.
    void setAddresses(const QString &name, const QList<QHostAddress> &addresses);

    /// Null if there are no hosts.
    HostTargetPointer choose();
    /// All hosts; first those that sessions are open with, which were the best at that time.
    QList<Host> openFirst() const;
    /// Which one of these, with sessions that are idle, is used next: so that each gets its share.
    static const HostTarget *takeTurn(const std::vector<HostTarget *> &targets);
    /// What the server of the next session has to be.
    ServerDemand demand() const;
    /// \a openingTime is that of the session; 0 if it is not known.
    void recordConnected(const HostTargetPointer &target, const ServerRole *role = nullptr,
                         std::chrono::milliseconds openingTime = {});
    /// With a \a role that was not suitable, or null.
    void recordFailed(const HostTargetPointer &target, const Error &error,
                      const ServerRole *role = nullptr);
    /// A statement was refused with an error of this meaning.
    void leave(const HostTargetPointer &target, HostVerdict verdict);
    /// A session was lost; if it \a proved nothing, that is as if it had not been opened.
    void recordLost(const HostTargetPointer &target, bool proved);
    /// A session has answered.
    void recordProved();
    /// What follows from the last failures, of which \a error is one.
    [[nodiscard]] Next afterFailure(const Error &error);
    /// How long a lookup, or opening a session with \a target, may take; 0 for no limit.
    std::chrono::milliseconds connectTimeout(const HostTarget *target = nullptr) const;
    /// Sessions log in with what has this \a revision from now on: what was refused is forgotten
    /// if it is another one.
    void useCredentials(quint64 revision);
    /// Between two rounds: a server that lives may be about to take over.
    std::chrono::milliseconds limitedDelay(std::chrono::milliseconds delay) const;

private:
    using Targets = std::vector<HostTargetPointer>;
    struct Entry
    {
        Host host;
        int tier = 0;
        /// A member of a cluster that is not one of the hosts of the options.
        bool isLearned = false;
        bool isLookedUp = false;
        Clock::time_point lookUpAgain;
        /// At least one.
        Targets targets;
    };

    void addEntry(const Host &host, int priority);
    void learnMembers(const ServerRole &role);
    bool needsLookup(const Entry &entry) const;
    Targets candidates() const;
    HostTargetPointer select(const Targets &targets);
    bool hasOther(const HostTarget &target) const;
    void beginRound();
    void forgetRefusals();
    void forgetBrokenSessions();

    Use m_use;
    QString m_serviceName;
    HostPolicy m_policy;
    std::chrono::milliseconds m_connectTimeout;
    bool m_verifiesIdentity;
    std::shared_ptr<HostResolver> m_resolver;
    Now m_now;
    std::vector<Entry> m_entries;
    Clock::time_point m_serviceEnd;
    quint64 m_credentials = 0;
    /// In this round.
    int m_accessErrors = 0;
    bool m_hasTransientError = false;
    /// A server was reached, and was not suitable; of these, one is ready.
    bool m_hasObjection = false;
    bool m_hasLiveServer = false;
    bool m_isRelaxed = false;
    /// The last failure was that of a host, and not of what comes before one is chosen.
    bool m_isOfHost = false;
    /// In the one before.
    bool m_hadLiveServer = false;
    /// Since when it is known that the application writes, and no host to write to was found.
    std::optional<Clock::time_point> m_refusedSince;
};

} // namespace AsyncMySql
