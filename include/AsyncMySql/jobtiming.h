// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qvariant.h>

#include <chrono>
#include <optional>

namespace AsyncMySql {

class Command;

class ASYNCMYSQL_EXPORT JobTiming
{
    Q_GADGET
    Q_PROPERTY(QDateTime created READ created CONSTANT)
    Q_PROPERTY(QVariant sent READ sentVariant CONSTANT)
    Q_PROPERTY(QVariant queued READ queuedVariant CONSTANT)
    Q_PROPERTY(QVariant executing READ executingVariant CONSTANT)
    Q_PROPERTY(QVariant reading READ readingVariant CONSTANT)
    Q_PROPERTY(QVariant total READ totalVariant CONSTANT)
    Q_PROPERTY(int attempts READ attempts CONSTANT)

public:
    /// nullopt if the job did not get there, or has not yet.
    using Duration = std::optional<std::chrono::nanoseconds>;

    JobTiming() = default;

    QDateTime created() const { return m_created; }
    Duration sent() const { return m_sent; }
    Duration queued() const { return m_queued; }
    Duration executing() const { return m_executing; }
    Duration reading() const { return m_reading; }
    Duration total() const { return m_total; }
    int attempts() const { return m_attempts; }

private:
    friend class Command;

    static QVariant inMilliseconds(const Duration &duration)
    {
        if (!duration)
            return {};
        return std::chrono::duration<double, std::milli>(*duration).count();
    }
    QVariant sentVariant() const { return inMilliseconds(m_sent); }
    QVariant queuedVariant() const { return inMilliseconds(m_queued); }
    QVariant executingVariant() const { return inMilliseconds(m_executing); }
    QVariant readingVariant() const { return inMilliseconds(m_reading); }
    QVariant totalVariant() const { return inMilliseconds(m_total); }

    QDateTime m_created;
    Duration m_sent;
    Duration m_queued;
    Duration m_executing;
    Duration m_reading;
    Duration m_total;
    int m_attempts = 0;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::JobTiming)
