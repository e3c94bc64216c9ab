// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>

namespace AsyncMySql {

/// Lets the jobs and transactions that have ended, and that \a owner takes along when it is
/// destroyed, report that now: the event loop will not come to it any more.
void reportEndsOf(const QObject *owner);

} // namespace AsyncMySql
