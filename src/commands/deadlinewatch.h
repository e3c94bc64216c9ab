// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qobject.h>

namespace AsyncMySql {

/// A timer for the earliest of many deadlines, however far away it is: a QTimer holds 24 days.
///
/// It is only ever brought forward: it can come at a deadline that does not count any more. The
/// receiver then watches the next one.
class DeadlineWatch : public QObject
{
    Q_OBJECT

public:
    explicit DeadlineWatch(QObject *parent = nullptr);

    /// expired() comes at \a deadline at the latest.
    void watch(QDeadlineTimer deadline);
    void stop();

Q_SIGNALS:
    /// Nothing is watched any more.
    void expired();

private:
    LazyTimer m_timer;
    QDeadlineTimer m_deadline{QDeadlineTimer::Forever};
};

} // namespace AsyncMySql
