// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

namespace AsyncMySql::Values {

/// A DATE, DATETIME or TIMESTAMP as stored: each part may be zero, and the day may be one that the
/// month does not have (ALLOW_INVALID_DATES).
struct CalendarFields
{
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;

    friend bool operator==(const CalendarFields &, const CalendarFields &) = default;
};

} // namespace AsyncMySql::Values
