// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>

namespace AsyncMySql::Models {

/// The time between an error and the next attempt. It doubles with each error, until an attempt
/// succeeds.
class RetryPause : public QObject
{
    Q_OBJECT

public:
    RetryPause();

    /// After an error. Returns whether it is to be reported: the same one is not a second time.
    bool begin(const Error &error);
    /// An attempt was successful. Returns whether there was an error before.
    bool succeed();
    /// No attempt follows.
    void stop() { m_timer.stop(); }
    bool isActive() const { return m_timer.isActive(); }

Q_SIGNALS:
    /// Emitted when it is time for the next attempt.
    void ended();

private:
    QTimer m_timer;
    std::chrono::milliseconds m_next;
    Error m_last;
};

/// Whether nothing is read any more after \a error: the application has ended reading, or trying
/// again would not help, or lock the account.
[[nodiscard]] bool endsReading(const Error &error);

} // namespace AsyncMySql::Models
