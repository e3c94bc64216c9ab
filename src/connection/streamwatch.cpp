// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "streamwatch.h"

#include "logging.h"
#include "pipeline.h"
#include "querycommand.h"

#include <chrono>
#include <utility>

namespace AsyncMySql {

namespace {

/// An application that takes rows more often than this is still reading.
constexpr std::chrono::milliseconds Patience(250);

} // namespace

StreamWatch::StreamWatch(QObject *parent)
    : QObject(parent)
    , m_timer(this, [this] { check(); })
{
}

void StreamWatch::watch(const std::shared_ptr<QueryCommand> &stream)
{
    if (!stream) {
        if (m_timer.isActive())
            m_timer.stop();
        m_stream.reset();
        setBlockingStatement({});
        return;
    }
    if (m_timer.isActive() && m_stream.lock() == stream)
        return;
    setBlockingStatement({});
    m_stream = stream;
    m_takes = stream->takes();
    m_timer.start(Patience);
}

QString StreamWatch::heldBackStatement(const InFlight &inFlight)
{
    if (!inFlight.traits.isStream)
        return {};
    const auto &stream = static_cast<const QueryCommand &>(*inFlight.command);
    return stream.isHeldBack() ? stream.statement() : QString();
}

void StreamWatch::check()
{
    const std::shared_ptr<QueryCommand> stream = m_stream.lock();
    if (!stream || stream->isFinished()) {
        watch({});
        return;
    }
    m_timer.start(Patience);
    const bool isRead = std::exchange(m_takes, stream->takes()) != stream->takes();
    if (isRead || !stream->isHeldBack()) {
        setBlockingStatement({});
        return;
    }
    if (stream->readAhead(ReadAheadLimit))
        Q_EMIT readsAhead();
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
