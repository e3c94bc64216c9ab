// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qtimezone.h>

#include <chrono>
#include <memory>
#include <optional>

namespace AsyncMySql::Values {

/// The time zone of a session in which dates and times are not those of UTC. A null pointer stands
/// for UTC, and for what is not known on this side, as the server's SYSTEM: digits are taken as
/// they are then.
class SessionTimeZone
{
public:
    using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

    /// Of what a server has as its time_zone: "+02:00", "Europe/Berlin".
    static std::shared_ptr<const SessionTimeZone> find(const QByteArray &name);

    SessionTimeZone(QByteArray name, QTimeZone zone);

    const QByteArray &name() const { return m_name; }
    const QTimeZone &zone() const { return m_zone; }

    /// The moment at which the clocks of the zone show \a digits: as servers have it, the first one
    /// where they show them twice. Nothing where the clocks leave them out.
    std::optional<TimePoint> momentOf(TimePoint digits) const;
    /// What the clocks show at \a moment; nothing if momentOf() it is another moment.
    std::optional<TimePoint> digitsOf(TimePoint moment) const;

private:
    std::chrono::seconds offsetAt(TimePoint moment) const;

    QByteArray m_name;
    QTimeZone m_zone;
    std::optional<std::chrono::seconds> m_fixedOffset;
};

using SessionTimeZonePointer = std::shared_ptr<const SessionTimeZone>;

} // namespace AsyncMySql::Values
