// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessiontimezone.h"

#include "utc.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qlist.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql::Values {

namespace {

using namespace std::chrono;

/// "+02:00", "-3:30"
std::optional<seconds> parseOffset(const QByteArray &name)
{
    const qsizetype colon = name.indexOf(':');
    if (colon < 2 || (name[0] != '+' && name[0] != '-'))
        return std::nullopt;
    bool hasHours = false;
    bool hasMinutes = false;
    const int hour = name.sliced(1, colon - 1).toInt(&hasHours);
    const int minute = name.sliced(colon + 1).toInt(&hasMinutes);
    if (!hasHours || !hasMinutes)
        return std::nullopt;
    const seconds offset = hours(hour) + minutes(minute);
    return name[0] == '-' ? -offset : offset;
}

/// Servers do not look at the case.
QTimeZone namedZone(const QByteArray &name)
{
    if (const QTimeZone zone(name); zone.isValid())
        return zone;
    const QList<QByteArray> known = QTimeZone::availableTimeZoneIds();
    const auto found = std::find_if(known.begin(), known.end(), [&name](const QByteArray &id) {
        return id.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == known.end() ? QTimeZone() : QTimeZone(*found);
}

} // namespace

std::shared_ptr<const SessionTimeZone> SessionTimeZone::find(const QByteArray &name)
{
    // Most sessions are set to the first one.
    if (name == "+00:00" || name.isEmpty() || name.compare("UTC", Qt::CaseInsensitive) == 0
        || name.compare("SYSTEM", Qt::CaseInsensitive) == 0) {
        return {};
    }
    const std::optional<seconds> offset = parseOffset(name);
    if (offset == seconds(0))
        return {};
    const QTimeZone zone = offset ? QTimeZone(static_cast<int>(offset->count())) : namedZone(name);
    return zone.isValid() ? std::make_shared<SessionTimeZone>(name, zone) : nullptr;
}

SessionTimeZone::SessionTimeZone(QByteArray name, QTimeZone zone)
    : m_name(std::move(name))
    , m_zone(std::move(zone))
    , m_fixedOffset(parseOffset(m_name))
{
}

seconds SessionTimeZone::offsetAt(TimePoint moment) const
{
    if (m_fixedOffset)
        return *m_fixedOffset;
    const auto milliseconds = floor<std::chrono::milliseconds>(moment.time_since_epoch());
    return seconds(m_zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(milliseconds.count(), Utc)));
}

std::optional<SessionTimeZone::TimePoint> SessionTimeZone::momentOf(TimePoint digits) const
{
    if (m_fixedOffset)
        return digits - *m_fixedOffset;
    // No zone is further from UTC, and none is put forward or back twice within this time.
    constexpr hours Around(26);
    std::optional<TimePoint> first;
    for (const seconds offset : {offsetAt(digits - Around), offsetAt(digits + Around)}) {
        const TimePoint moment = digits - offset;
        if (offsetAt(moment) == offset && (!first || moment < *first))
            first = moment;
    }
    return first;
}

std::optional<SessionTimeZone::TimePoint> SessionTimeZone::digitsOf(TimePoint moment) const
{
    const TimePoint digits = moment + offsetAt(moment);
    return momentOf(digits) == moment ? std::optional(digits) : std::nullopt;
}

} // namespace AsyncMySql::Values
