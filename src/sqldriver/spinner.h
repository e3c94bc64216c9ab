// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace AsyncMySql::Sql {

/// Looks for a short time whether a thread need not sleep: waking it can take longer than a small
/// statement of a server on the same machine.
///
/// It learns when that is of no use, as the answer takes longer, and when it does harm, as other
/// threads want the processor: then it lets the threads sleep at once, for more and more times.
/// It belongs to the thread that waits.
class Spinner
{
public:
    using Clock = std::chrono::steady_clock;

    /// Whether it is worth a spin(), which comes next then.
    bool isReady()
    {
        if (m_skips > 0)
            --m_skips;
        return m_skips == 0 && hasProcessors();
    }

    /// Until \a isThere, or for \a limit.
    template <typename Condition>
    void spin(const Condition &isThere, Clock::duration limit)
    {
        const Clock::time_point end = Clock::now() + limit;
        Clock::time_point last = end - limit;
        bool isDisturbed = false;
        bool isFound = isThere();
        while (!isFound && last < end) {
            const Clock::time_point now = Clock::now();
            isDisturbed = isDisturbed || now - last > Disturbance;
            last = now;
            isFound = isThere();
        }
        if (isFound && !isDisturbed) {
            m_pause /= 2;
            return;
        }
        m_pause = std::clamp(2 * m_pause, isDisturbed ? 256 : 8, 4096);
        m_skips = m_pause;
    }

private:
    /// Of a loop of nanoseconds: another thread had the processor.
    static constexpr std::chrono::microseconds Disturbance{100};

    /// With one alone, it would delay those it waits for.
    static bool hasProcessors()
    {
        static const bool has = std::thread::hardware_concurrency() > 1;
        return has;
    }

    int m_pause = 0;
    int m_skips = 0;
};

} // namespace AsyncMySql::Sql
