// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <chrono>

/// The clocks of this program, which jump when a test says so.
namespace JumpingClock {

/// As when the time of the machine is set.
void moveWallClock(std::chrono::seconds by);
/// As when the machine, or this program, was stopped for so long.
void sleep(std::chrono::seconds duration);

} // namespace JumpingClock
