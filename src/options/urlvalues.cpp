// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "urlvalues.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace AsyncMySql::UrlValues {

namespace {

struct Unit
{
    QLatin1StringView suffix;
    qint64 factor;
};

// The largest first.
constexpr Unit DurationUnits[]
    = {{"h"_L1, 3600000}, {"min"_L1, 60000}, {"s"_L1, 1000}, {"ms"_L1, 1}};
constexpr Unit SizeUnits[]
    = {{"GiB"_L1, 1 << 30}, {"MiB"_L1, 1 << 20}, {"KiB"_L1, 1 << 10}, {""_L1, 1}};

template <size_t Count>
std::optional<qint64> parse(QStringView text, const Unit (&units)[Count], qint64 plainFactor)
{
    const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
    const auto end = std::find_if_not(text.begin(), text.end(), isDigit);
    const QStringView suffix = text.sliced(end - text.begin());
    bool ok = false;
    const qint64 number = text.first(end - text.begin()).toLongLong(&ok);
    if (!ok)
        return std::nullopt;
    qint64 factor = suffix.isEmpty() ? plainFactor : 0;
    for (const Unit &unit : units) {
        if (!suffix.isEmpty() && suffix == unit.suffix)
            factor = unit.factor;
    }
    if (factor == 0 || number > std::numeric_limits<qint64>::max() / factor)
        return std::nullopt;
    return number * factor;
}

template <size_t Count>
QString format(qint64 number, const Unit (&units)[Count])
{
    for (const Unit &unit : units) {
        if (number != 0 && number % unit.factor == 0)
            return QString::number(number / unit.factor) + unit.suffix;
    }
    return u"0"_s;
}

} // namespace

std::optional<std::chrono::milliseconds> parseDuration(QStringView text)
{
    const auto milliseconds = parse(text, DurationUnits, 1000);
    if (!milliseconds)
        return std::nullopt;
    return std::chrono::milliseconds(*milliseconds);
}

QString formatDuration(std::chrono::milliseconds duration)
{
    return format(duration.count(), DurationUnits);
}

std::optional<qsizetype> parseSize(QStringView text)
{
    const auto bytes = parse(text, SizeUnits, 1);
    if (!bytes || *bytes > std::numeric_limits<qsizetype>::max())
        return std::nullopt;
    return qsizetype(*bytes);
}

QString formatSize(qsizetype bytes)
{
    return format(bytes, SizeUnits);
}

} // namespace AsyncMySql::UrlValues
