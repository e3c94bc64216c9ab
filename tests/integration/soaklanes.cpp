// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The connections of the soak: what they are like, when they pause, and when others take their
// place.

#include "soak.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/RetryPolicy>

#include <QtCore/qtimer.h>
#include <QtCore/qvariant.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

void Soak::openLane(size_t index)
{
    ConnectionOptions options = m_account.options(Channel::Clear);
    options.setDatabase(m_database.name());
    options.setCancelGracePeriod(2s);
    options.setIdleTimeout(30ms);
    // The proxies of the soak forward bytes, which the library cannot know; MySQL Router does not.
    // The calm lane reaches its peer directly, and has to notice by itself whether that is the
    // server.
    if (index != CalmLane && !m_server.isProxy())
        options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    options.setAutoPrepareEnabled(index != TextLane);
    if (index == ShallowLane)
        options.setPipelineDepth(4);
    if (index >= SilentLane)
        options.setIdleTimeout(0ms);
    if (index == CalmLane) {
        options.setSessionVariables({{u"wait_timeout"_s, 1}});
    } else if (index == SilentLane) {
        options.setPort(m_silentProxy.port());
        options.setConnectTimeout(1s);
        options.setResponseTimeout(300ms);
        options.setQueryTimeout(400ms);
        options.setCancelGracePeriod(300ms);
    } else {
        options.setPort(index % 2 == 0 ? m_timedProxy.port() : m_countingProxy.port());
    }
    m_maximumAttempts = options.retryPolicy().maximumAttempts();

    Lane &lane = m_lanes[index];
    lane.state = LaneState::Fed;
    lane.connection = std::make_unique<Connection>(options);
    lane.echo = lane.connection->prepare(u"SELECT ?"_s);
    lane.database = m_database.name();
    watchConnection(index);
}

/// The next connections end in the middle of something, in one direction or the other.
void Soak::cutByBytes()
{
    const bool toClient = m_random.bounded(2) == 0;
    m_countingProxy.cutAfterToClient(toClient ? 200 + m_random.bounded(16'000) : -1);
    m_countingProxy.cutAfterToServer(toClient ? -1 : 300 + m_random.bounded(3'000));
}

/// Nothing but the idle timeout closes a session in a pause, in which there are no jobs.
void Soak::watchConnection(size_t index)
{
    Connection *connection = m_lanes[index].connection.get();
    connect(connection, &Connection::stateChanged, this, [this, index](Connection::State state) {
        const Lane &lane = m_lanes[index];
        if (lane.state != LaneState::Paused)
            return;
        if (state == Connection::State::Closing) {
            count(Event::IdleClose);
            if (lane.holds)
                m_complaints.append(u"The idle timeout ended an open transaction"_s);
        } else if (state == Connection::State::Unconnected && index == CalmLane) {
            count(Event::ServerClose);
        }
    });
    connect(connection, &Connection::sessionStateLost, this,
            [this, index] { m_lanes[index].holds = false; });
    connect(connection, &Connection::errorOccurred, this, [this](const Error &error) {
        if (error.code() == Error::ConnectionLost && error.message().contains("responseTimeout"_L1))
            count(Event::SilenceEnded);
    });
}

void Soak::feed(size_t index)
{
    static_assert(QueueDepth > 1);
    const Lane &lane = m_lanes[index];
    while (lane.state == LaneState::Fed && lane.open < QueueDepth && m_started < m_jobs)
        startJob(index, pickKind());
}

void Soak::ended(size_t index)
{
    Lane &lane = m_lanes[index];
    ++m_ended;
    ++lane.ended;
    --lane.open;
    if (m_ended == m_jobs) {
        Q_EMIT completed();
        return;
    }
    if (lane.state == LaneState::Fed) {
        const int jobsBetweenPauses = index == SilentLane ? 8 : 40;
        if (lane.ended % jobsBetweenPauses == 0)
            lane.state = LaneState::Draining;
        else if (lane.ended % JobsOfAConnection == 0 && index < SilentLane)
            QTimer::singleShot(std::chrono::milliseconds(m_random.bounded(5)), this,
                               [this, index] { replaceConnection(index); });
    }
    if (lane.state == LaneState::Draining && lane.open == 0)
        pause(index);
    else
        feed(index);
}

/// Longer than the idle timeout, or what the server waits for; at some times with a transaction
/// that is open all the while. Behind the others the silent lane is silent.
void Soak::pause(size_t index)
{
    Lane &lane = m_lanes[index];
    lane.state = LaneState::Paused;
    const auto duration
        = index == CalmLane ? 1300ms : 50ms + std::chrono::milliseconds(m_random.bounded(50));
    const bool holds = index == SilentLane ? lane.pauses % 3 == 2 : lane.pauses % 2 == 0;
    ++lane.pauses;
    if (holds && m_started < m_jobs) {
        holdTransaction(index, duration);
        return;
    }
    QTimer::singleShot(duration, this, [this, index] {
        // A ping has no time limit of its own.
        if (index == SilentLane && m_started < m_jobs) {
            m_silentProxy.fallSilent();
            startJob(index, Kind::Ping);
        }
        resume(index);
    });
}

void Soak::resume(size_t index)
{
    Lane &lane = m_lanes[index];
    // There is no connection: what ends does so because it goes.
    if (lane.state == LaneState::Replaced)
        return;
    lane.state = LaneState::Fed;
    feed(index);
}

/// The connection goes, and some of its jobs, statements and transactions have another parent by
/// then.
void Soak::replaceConnection(size_t index)
{
    Lane &lane = m_lanes[index];
    if (lane.state != LaneState::Fed)
        return;
    lane.state = LaneState::Replaced;
    const QObjectList children = lane.connection->children();
    for (QObject *child : children) {
        const bool canOutliveIt = qobject_cast<Job *>(child) || qobject_cast<Transaction *>(child)
                                  || qobject_cast<PreparedStatement *>(child);
        if (canOutliveIt && m_random.bounded(2) == 0)
            child->setParent(&m_owner);
    }
    if (lane.open > 0)
        count(Event::DeletedConnection);
    lane.connection.reset();
    openLane(index);
    feed(index);
}
