// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>

namespace AsyncMySql {

/// What may be done in one turn of the event loop, from its construction on: however much there is,
/// input and animations of a 60 Hz user interface need the loop every 16 ms.
class WorkBudget
{
public:
    WorkBudget() { m_work.start(); }

    bool isSpent() const { return m_work.nsecsElapsed() >= Nanoseconds; }

private:
    static constexpr qint64 Nanoseconds = 4'000'000;

    QElapsedTimer m_work;
};

} // namespace AsyncMySql
