// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "binaryvalue.h"

namespace AsyncMySql::Values {

std::optional<std::chrono::microseconds> readTime(QByteArrayView bytes)
{
    constexpr int maximumHours = 838;
    constexpr quint32 maximumDays = maximumHours / 24;
    const qsizetype size = bytes.size();
    if (size == 0)
        return std::chrono::microseconds(0);
    if (size != 8 && size != 12)
        return std::nullopt;

    const char *data = bytes.data();
    const int sign = readByte(data);
    const auto days = qFromLittleEndian<quint32>(data + 1);
    const int hour = readByte(data + 5);
    const int minute = readByte(data + 6);
    const int second = readByte(data + 7);
    const quint32 microsecond = size == 12 ? qFromLittleEndian<quint32>(data + 8) : 0;
    if (sign > 1 || days > maximumDays || hour > 23 || minute > 59 || second > 59
        || microsecond > 999'999) {
        return std::nullopt;
    }
    const int hours = static_cast<int>(days) * 24 + hour;
    if (hours > maximumHours)
        return std::nullopt;
    const std::chrono::microseconds time = std::chrono::hours(hours) + std::chrono::minutes(minute)
                                           + std::chrono::seconds(second)
                                           + std::chrono::microseconds(microsecond);
    return sign != 0 ? -time : time;
}

} // namespace AsyncMySql::Values
