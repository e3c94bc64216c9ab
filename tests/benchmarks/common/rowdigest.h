// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "arguments.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

/// What the values of a result add up to: touches every value, and shows that all clients got the
/// same ones.
class RowDigest
{
public:
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    void addRow() { ++m_rows; }
    void addNull() { ++m_nulls; }
    void addInteger(std::int64_t value) { m_integers += static_cast<std::uint64_t>(value); }
    void addReal(double value) { m_reals += value; }
    /// All texts are ASCII, so that it does not matter in which encoding they are counted.
    void addText(std::string_view text)
    {
        addText(text.size(), text.empty() ? 0 : static_cast<unsigned char>(text[0]));
    }
    void addText(std::size_t size, unsigned first) { m_texts += size * first; }
    /// Seconds of the minute, on which all time zones agree.
    void addSecond(int second) { m_seconds += static_cast<std::uint64_t>(second); }
    void addTime(Time time)
    {
        addSecond(static_cast<int>(time.time_since_epoch().count() / 1'000'000 % 60));
    }

    /// A time that the client's library did not give, although the server has sent it.
    void addLostTime() { ++m_lostTimes; }

    /// Ends the program where it is not as many rows as expected.
    std::string text(long expectedRows) const
    {
        if (m_rows != expectedRows)
            fail(std::to_string(m_rows) + " rows came");
        char text[200];
        std::snprintf(text, sizeof text, "%ld rows, %ld null, %llu, %.17g, %llu, %llu", m_rows,
                      m_nulls, static_cast<unsigned long long>(m_integers), m_reals,
                      static_cast<unsigned long long>(m_texts),
                      static_cast<unsigned long long>(m_seconds));
        return m_lostTimes > 0 ? text + (", " + std::to_string(m_lostTimes) + " times lost") : text;
    }

private:
    long m_rows = 0;
    long m_nulls = 0;
    long m_lostTimes = 0;
    std::uint64_t m_integers = 0;
    std::uint64_t m_texts = 0;
    std::uint64_t m_seconds = 0;
    double m_reals = 0;
};

/// The same for blobs: looks at a byte of every page.
class BlobDigest
{
public:
    void add(std::string_view blob)
    {
        ++m_blobs;
        m_size += blob.size();
        for (std::size_t i = 0; i < blob.size(); i += 4096)
            m_bytes += static_cast<unsigned char>(blob[i]);
    }

    std::string text(long expectedBlobs) const
    {
        if (m_blobs != static_cast<std::uint64_t>(expectedBlobs))
            fail(std::to_string(m_blobs) + " blobs came");
        return std::to_string(m_blobs) + " blobs, " + std::to_string(m_size) + " bytes, "
               + std::to_string(m_bytes);
    }

private:
    std::uint64_t m_blobs = 0;
    std::uint64_t m_size = 0;
    std::uint64_t m_bytes = 0;
};
