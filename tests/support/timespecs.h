// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>

/// The light representations of a time zone as QDateTime takes them: Qt::TimeSpec is deprecated
/// where there is something in its place, and before Qt 6.5 a QTimeZone of UTC is another thing
/// than Qt::UTC.
namespace AsyncMySql::Tests {

#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
constexpr QTimeZone::Initialization Utc = QTimeZone::UTC;
constexpr QTimeZone::Initialization LocalTime = QTimeZone::LocalTime;
#else
constexpr Qt::TimeSpec Utc = Qt::UTC;
constexpr Qt::TimeSpec LocalTime = Qt::LocalTime;
#endif

inline QDateTime withOffset(QDate date, QTime time, int seconds)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return QDateTime(date, time, QTimeZone::fromSecondsAheadOfUtc(seconds));
#else
    return QDateTime(date, time, Qt::OffsetFromUTC, seconds);
#endif
}

} // namespace AsyncMySql::Tests
