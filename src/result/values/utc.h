// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qtimezone.h>

namespace AsyncMySql::Values {

/// UTC as QDateTime takes it: Qt::TimeSpec is deprecated where there is something in its place.
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
constexpr QTimeZone::Initialization Utc = QTimeZone::UTC;
#else
constexpr Qt::TimeSpec Utc = Qt::UTC;
#endif

} // namespace AsyncMySql::Values
