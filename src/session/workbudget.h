// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <chrono>

namespace AsyncMySql {

/// What may be done in one turn of the event loop, from its construction on: however much there is,
/// input and animations of a 60 Hz user interface need the loop every 16 ms.
class WorkBudget
{
public:
    using Clock = std::chrono::steady_clock;

    WorkBudget()
        : m_start(Clock::now())
        , m_lastLook(m_start)
    {
    }

    bool isSpent()
    {
        m_lastLook = Clock::now();
        return m_lastLook - m_start >= Limit;
    }
    /// When it looked at the clock last.
    Clock::time_point lastLook() const { return m_lastLook; }

private:
    static constexpr std::chrono::milliseconds Limit{4};

    Clock::time_point m_start;
    Clock::time_point m_lastLook;
};

} // namespace AsyncMySql
