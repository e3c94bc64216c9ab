// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "command.h"

#include "commandsink.h"

#include <QtCore/qdatetime.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

CommandListener::~CommandListener() = default;

Command::~Command() = default;

bool Command::canFollowReset(const Protocol::SqlDialect &) const
{
    return false;
}

void Command::progressed(Protocol::Exchange &) {}

void Command::answered(Protocol::Exchange &) {}

void Command::succeeded(Protocol::Exchange &, SessionSetup &) {}

AnswerFacts Command::inspect(const Protocol::Exchange &) const
{
    return {};
}

void Command::willRepeat(const Protocol::Exchange &) {}

void Command::stopping() {}

void Command::observe(const Protocol::Exchange &, Observer::Operation *) const {}

void Command::observeParameters(Observer::Operation *) const {}

void Command::ended(const Error &) {}

void Command::finish(const Error &error)
{
    Q_ASSERT(!m_finished);
    m_finished = true;
    if (times.ended == CommandTimes::Clock::time_point())
        times.ended = CommandTimes::Clock::now();
    holder.clear();
    m_error = error;
    if (m_error) {
        m_error.setStatement(statement());
        m_error.setExecution(m_execution);
    }
    ended(m_error);
    // Nothing has to be recovered for it any more, however long its job lives.
    if (recovery)
        recovery.reset();
    if (observation)
        reportEnd();
    if (m_listener)
        m_listener->commandFinished();
}

void Command::reportEnd()
{
    const std::unique_ptr<CommandObservation> observed = std::move(observation);
    if (observed->observer.lock() != observed->channel->observer())
        return;
    Observer::Operation &operation = observed->operation;
    operation.statement = statement();
    operation.verb = verb();
    operation.timing = timing();
    operation.retries = std::max(0, attempts - 1);
    operation.error = m_error;
    observed->channel->report(std::move(operation));
}

bool Command::isReported() const
{
    return !m_listener || m_listener->hasReportedEnd();
}

void Command::setTimeout(std::chrono::milliseconds limit)
{
    timeout = std::min<std::chrono::milliseconds>(limit, std::chrono::hours(24 * 24));
}

void Command::setRunning(bool running)
{
    m_running = running;
    // Another attempt may come after that which was answered.
    if (!running)
        times.sent = times.begun = times.answered = times.ended = {};
    if (m_listener)
        m_listener->commandStateChanged();
}

JobTiming Command::timing() const
{
    using Clock = CommandTimes::Clock;
    constexpr Clock::time_point never;
    const auto between
        = [=](Clock::time_point begin, Clock::time_point end) -> JobTiming::Duration {
        return begin != never && end != never ? JobTiming::Duration(end - begin) : std::nullopt;
    };
    JobTiming timing;
    timing.m_attempts = attempts;
    if (times.created == never)
        return timing;
    const auto age
        = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - times.created);
    timing.m_created = QDateTime::currentDateTimeUtc().addMSecs(-age.count());
    timing.m_sent = between(times.created, times.sent);
    const Clock::time_point ended = m_finished ? times.ended : never;
    if (times.answered != never) {
        timing.m_queued = between(times.created, times.begun);
        timing.m_executing = between(times.begun, times.answered);
        timing.m_reading = between(times.answered, ended);
    } else if (m_finished) {
        timing.m_queued = between(times.created, times.sent != never ? times.sent : ended);
    }
    timing.m_total = between(times.created, ended);
    return timing;
}

void Command::recordExecution(Error::Execution execution)
{
    m_execution = std::max(m_execution, execution);
}

} // namespace AsyncMySql
