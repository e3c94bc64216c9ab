// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "hostlist.h"
#include "lazytimer.h"

#include <AsyncMySql/error.h>

#include <QtCore/qglobal.h>

#include <functional>
#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QObject;
QT_END_NAMESPACE

namespace AsyncMySql {

/// The host of one session, from before it is opened to its end.
class HostChoice
{
public:
    /// \a chosen is called from the event loop of \a owner, whose member this is: target() is
    /// known, or the error says why there is none.
    HostChoice(QObject *owner, std::function<void(const Error &error)> chosen);
    ~HostChoice();
    Q_DISABLE_COPY_MOVE(HostChoice)

    /// Null: there is but the one host of the options.
    void setList(std::shared_ptr<HostList> list);
    const std::shared_ptr<HostList> &list() const { return m_list; }

    /// Chooses the host of the next session. Returns whether it is known; otherwise \c chosen
    /// follows.
    [[nodiscard]] bool begin();
    /// Null before it is chosen, and without a list.
    HostTarget *target() const { return m_target.get(); }
    /// What its server has to be; nothing without a list.
    ServerDemand demand() const { return m_demand; }
    /// The session is ready, also after it was reset. \a role is null if it is not known.
    void recordConnected(const ServerRole *role = nullptr);
    void recordFailed(const Error &error, const ServerRole *role = nullptr);
    /// Whether it had \a proved that the server answers.
    void recordLost(bool proved);
    /// The server did not react in time, and others are asked before it: the session is lost then.
    void recordSilent();
    /// The first answer has come.
    void recordProved();
    /// A statement was refused with an error of this meaning.
    void leave(HostVerdict verdict);
    /// Whether that has come to light in another session.
    bool isLeft() const { return m_target && m_target->generation != m_generation; }
    /// The session is gone, or not wanted any more: \c chosen does not follow.
    void release();

private:
    void goOn();
    void limitLookup(const QString &name);
    void lookUpService(const QString &name);
    void lookUp(const HostTargetPointer &target);
    void take(const HostTargetPointer &target);
    void fail(const Error &error);

    QObject *m_owner;
    std::function<void(const Error &error)> m_chosen;
    std::shared_ptr<HostList> m_list;
    HostTargetPointer m_target;
    int m_generation = 0;
    /// Since when the session is being opened.
    std::optional<HostList::Clock::time_point> m_openingSince;
    ServerDemand m_demand;
    /// Of the session that is open, or being opened.
    bool m_isCounted = false;
    LazyTimer m_limit;
    QString m_lookedUp;
    /// Answers that belong to an earlier one are not wanted any more.
    quint64 m_lookup = 0;
};

} // namespace AsyncMySql
