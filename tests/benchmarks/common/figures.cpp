// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"

#include "arguments.h"

#include <chrono>
#include <cstdio>

#include <sys/resource.h>

namespace {

rusage usage()
{
    rusage result{};
    getrusage(RUSAGE_SELF, &result);
    return result;
}

double cpuSeconds()
{
    const rusage now = usage();
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(now.ru_utime) + seconds(now.ru_stime);
}

double peakMebibytes()
{
#ifdef __APPLE__
    constexpr double unit = 1024 * 1024; // bytes there, KiB elsewhere
#else
    constexpr double unit = 1024;
#endif
    return static_cast<double>(usage().ru_maxrss) / unit;
}

double wallSeconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

} // namespace

void Figures::start()
{
    m_cpuSeconds = -cpuSeconds();
    m_seconds = -wallSeconds();
}

void Figures::stop()
{
    m_seconds += wallSeconds();
    m_cpuSeconds += cpuSeconds();
}

void Figures::setLongest(double gapMs, double workMs)
{
    m_gapMs = gapMs;
    m_workMs = workMs;
}

void Figures::print(const char *client, const Arguments &arguments) const
{
    std::printf(R"({"workload": "%s", "client": "%s", "rows": %ld, "wall": %.6f, "cpu": %.6f, )"
                R"("peak": %.2f, "gap": %.2f, "work": %.2f, "digest": "%s"})"
                "\n",
                arguments.workload.c_str(), client, arguments.rows, m_seconds, m_cpuSeconds,
                peakMebibytes(), m_gapMs, m_workMs, m_digest.c_str());
}
