// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "streamwatch.h"

#include "logging.h"
#include "pipeline.h"
#include "querycommand.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace AsyncMySql {

namespace {

/// An application that takes rows more often than this is still reading.
constexpr std::chrono::milliseconds Patience(250);

/// How often a stream is looked at that nothing waits behind.
constexpr std::chrono::milliseconds ShortestInterval(5);
constexpr std::chrono::milliseconds LongestInterval(5000);

} // namespace

StreamWatch::StreamWatch(QObject *parent)
    : QObject(parent)
    , m_timer(this, [this] { check(); })
{
}

void StreamWatch::watch(const std::shared_ptr<QueryCommand> &stream, bool holdsUp)
{
    const std::chrono::milliseconds limit
        = stream ? stream->streamTimeout() : std::chrono::milliseconds(0);
    if (!stream || (!holdsUp && limit.count() == 0)) {
        if (m_timer.isActive())
            m_timer.stop();
        m_stream.reset();
        setBlockingStatement({});
        return;
    }
    const bool isWatched = m_timer.isActive() && m_stream.lock() == stream;
    if (isWatched && m_holdsUp == holdsUp && m_limit == limit)
        return;
    m_holdsUp = holdsUp;
    m_limit = limit;
    if (!isWatched || !holdsUp)
        setBlockingStatement({});
    if (!isWatched) {
        m_stream = stream;
        m_takes = stream->takes();
        m_waiting.start();
        m_isOverdue = false;
    }
    m_timer.start(interval());
}

/// Until it is looked at again.
std::chrono::milliseconds StreamWatch::interval() const
{
    if (m_holdsUp)
        return Patience;
    return std::clamp<std::chrono::milliseconds>(m_limit / 8, ShortestInterval, LongestInterval);
}

QString StreamWatch::heldBackStatement(const InFlight &inFlight)
{
    if (!inFlight.traits.isStream)
        return {};
    const auto &stream = static_cast<const QueryCommand &>(*inFlight.command);
    return stream.isBufferFull() ? stream.statement() : QString();
}

void StreamWatch::check()
{
    const std::shared_ptr<QueryCommand> stream = m_stream.lock();
    if (!stream || stream->isFinished()) {
        watch({});
        return;
    }
    m_timer.start(interval());
    const bool isRead = std::exchange(m_takes, stream->takes()) != stream->takes();
    if (isRead || !stream->isBufferFull()) {
        setBlockingStatement({});
        m_isOverdue = m_isOverdue && !isRead;
        // What is being read since nobody takes it waits all the same.
        if (!m_isOverdue)
            m_waiting.start();
        return;
    }
    m_isOverdue = m_limit.count() > 0 && m_waiting.hasExpired(m_limit.count());
    if (!m_holdsUp && !m_isOverdue)
        return;
    if (stream->readAhead(ReadAheadLimit))
        Q_EMIT readsAhead();
    else if (m_isOverdue)
        Q_EMIT timedOut();
    else
        setBlockingStatement(stream->statement());
}

void StreamWatch::setBlockingStatement(const QString &statement)
{
    if (m_blockingStatement == statement)
        return;
    m_blockingStatement = statement;
    if (!statement.isEmpty()) {
        qCWarning(lcConnection).noquote()
            << "Jobs wait behind a stream whose rows are not taken:" << statement
            << "- take them (Query::takeRows()), cancel the query, or execute it on a"
            << "separate connection";
    }
    Q_EMIT blockingStatementChanged();
}

} // namespace AsyncMySql
