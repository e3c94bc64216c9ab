// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jumpingclock.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qglobal.h>

#include <atomic>

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace {

std::atomic<long> wallOffset{0};
std::atomic<long> steadyOffset{0};

/// Qt Test ends what takes long by these clocks.
const bool hasPatience = qputenv("QTEST_FUNCTION_TIMEOUT", "2147483647");

} // namespace

void JumpingClock::moveWallClock(std::chrono::seconds by)
{
    wallOffset += by.count();
}

void JumpingClock::sleep(std::chrono::seconds duration)
{
    wallOffset += duration.count();
    steadyOffset += duration.count();
}

// They take the places of the C library's functions for all libraries of this program.

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
                                                                    timespec *time) noexcept
{
    const long result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0)
        time->tv_sec += clock == CLOCK_REALTIME ? wallOffset : steadyOffset;
    return static_cast<int>(result);
}

extern "C" __attribute__((visibility("default"))) int gettimeofday(timeval *time, void *) noexcept
{
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = static_cast<suseconds_t>(now.tv_nsec / 1000);
    return result;
}
