// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>

#include <chrono>

/// Processes events until \a condition holds, and returns whether it does in time. It sleeps only
/// until the next event. QTest::qWaitFor() sleeps for 10 ms each time, which is most of the time of
/// a test that waits for many answers in turn.
template <typename Condition>
bool waitUntil(const Condition &condition,
               std::chrono::milliseconds limit = std::chrono::seconds(30))
{
    const QDeadlineTimer deadline(limit);
    // For what changes without an event.
    QTimer timer;
    timer.start(std::chrono::milliseconds(50));
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}
