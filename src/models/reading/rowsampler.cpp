// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowsampler.h"

#include "pagequery.h"

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype FirstStep = 1024;
constexpr qsizetype ShortestStep = 64;
constexpr qsizetype LongestStep = 1024 * 1024;
/// The number of positions to aim at.
constexpr qsizetype WantedPositions = 2048;
/// What a view asks for waits for one step at most.
constexpr auto ShortTime = 5ms;
constexpr auto LongTime = 20ms;
constexpr auto LongestTime = 500ms;
constexpr qsizetype ComparedSteps = 8;

} // namespace

RowSampler::RowSampler(Executor *executor, const PagePlan &plan)
    : m_executor(executor)
    , m_plan(plan)
{
    connect(&m_pause, &RetryPause::ended, this, &RowSampler::next);
}

RowSampler::~RowSampler() = default;

void RowSampler::start(qsizetype expectedRows)
{
    m_query.reset();
    m_positions.clear();
    m_key.clear();
    m_count.reset();
    m_error = {};
    m_isAtEnd = false;
    m_times.clear();
    m_step = FirstStep;
    m_longestStep = std::clamp(expectedRows / WantedPositions, FirstStep, LongestStep);
    m_active = true;
    next();
}

void RowSampler::stop()
{
    m_active = false;
    m_query.reset();
    m_pause.stop();
}

void RowSampler::setPaused(bool paused)
{
    m_isPaused = paused;
    next();
}

void RowSampler::next()
{
    if (!m_active || m_isPaused || m_query || m_pause.isActive())
        return;
    if (m_isAtEnd) {
        execute(m_plan.countStatement(m_key), &RowSampler::finishCount);
    } else {
        execute(m_plan.keyStatement({m_key, false, false, m_step - 1, 1}), &RowSampler::finishStep);
    }
}

void RowSampler::execute(const BoundStatement &statement, void (RowSampler::*finished)())
{
    if (!m_executor) {
        // Nobody is called back from start().
        QMetaObject::invokeMethod(
            this, [this] { endWith(executorGone()); }, Qt::QueuedConnection);
        m_active = false;
        return;
    }
    m_query = std::make_unique<PageQuery>(m_executor, statement,
                                          PageQuery::Options{!m_plan.hasParameters(), false});
    connect(m_query.get(), &PageQuery::finished, this, finished);
}

void RowSampler::finishStep()
{
    const std::unique_ptr<PageQuery> query = std::move(m_query);
    if (query->error()) {
        failWith(query->error());
        return;
    }
    m_hasRecovered |= m_pause.succeed();
    const Result result = query->result();
    if (result.isEmpty()) {
        m_isAtEnd = true;
        next();
        return;
    }
    const PageKey key = m_plan.keyOfKeyRow(result.row(0));
    // Without this check, the same rows would follow for ever.
    const KeyPositions::Sample *first = m_positions.atOrBefore(FirstStep);
    if (key == m_key || (first && key == first->key)) {
        endWith(Error(Error::NotSupported,
                      u"The server does not continue behind a key: read the rows as a stream "
                      "(ReadMode::Streamed)"_s));
        return;
    }
    m_key = key;
    m_positions.add(m_positions.knownRows() + m_step - 1, key);
    adaptStep(query->executionTime());
    next();
    Q_EMIT advanced();
}

/// What all of the last steps have taken is the time of a round trip: on a slow network, short
/// steps take as long as long ones.
void RowSampler::adaptStep(std::chrono::microseconds time)
{
    m_times.append(time);
    if (m_times.size() > ComparedSteps)
        m_times.removeFirst();
    const auto excess = time - *std::min_element(m_times.begin(), m_times.end());
    if (excess > LongTime || time > LongestTime)
        m_step = std::max(m_step / 2, ShortestStep);
    else if (excess < ShortTime)
        m_step = std::min(m_step * 2, m_longestStep);
}

void RowSampler::finishCount()
{
    const std::unique_ptr<PageQuery> query = std::move(m_query);
    if (query->error()) {
        failWith(query->error());
        return;
    }
    m_hasRecovered |= m_pause.succeed();
    if (!query->result().isEmpty())
        m_count = m_positions.knownRows() + query->result().row(0).value<qsizetype>(0);
    endWith({});
}

/// A limit of the server for the time of a statement may allow shorter steps.
void RowSampler::failWith(const Error &error)
{
    if (endsReading(error)) {
        endWith(error);
        return;
    }
    m_step = std::max(m_step / 4, ShortestStep);
    m_isAtEnd = false;
    if (m_pause.begin(error)) {
        m_error = error;
        Q_EMIT advanced();
    }
}

void RowSampler::endWith(const Error &error)
{
    m_active = false;
    m_query.reset();
    m_pause.stop();
    m_error = error;
    Q_EMIT advanced();
}

} // namespace AsyncMySql::Models
