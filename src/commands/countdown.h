// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qdatetime.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>

namespace AsyncMySql {

/// A timer whose end a user interface can show.
class Countdown : public QObject
{
    Q_OBJECT

public:
    explicit Countdown(QObject *parent = nullptr);

    void start(std::chrono::milliseconds duration);
    void stop();
    bool isActive() const { return m_end.isValid(); }
    /// In UTC; invalid while the countdown is not active.
    QDateTime end() const { return m_end; }

Q_SIGNALS:
    void timeout();
    void endChanged();

private:
    QTimer m_timer;
    QDateTime m_end;
};

} // namespace AsyncMySql
