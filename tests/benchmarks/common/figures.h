// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <string>

struct Arguments;

/// What one measurement gives: the time and the CPU time of this process (all threads, user and
/// system) between start() and stop(), and the most memory it ever had.
class Figures
{
public:
    void start();
    void stop();

    /// What the values that came add up to; all clients of a workload have to agree on it.
    void setDigest(const std::string &digest) { m_digest = digest; }
    /// How long the event loop stood still, and computed, at a stretch.
    void setLongest(double gapMs, double workMs);

    /// One line of JSON.
    void print(const char *client, const Arguments &arguments) const;

private:
    std::string m_digest;
    double m_seconds = 0;
    double m_cpuSeconds = 0;
    double m_gapMs = 0;
    double m_workMs = 0;
};
