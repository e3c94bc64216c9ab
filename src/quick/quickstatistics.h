// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/statementcachestatistics.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtQml/qqmlregistration.h>

namespace AsyncMySql {

/// StatementCacheStatistics for JavaScript; see QuickProgress.
class QuickStatistics
{
    Q_GADGET
    Q_PROPERTY(int size READ size CONSTANT FINAL)
    Q_PROPERTY(double hits READ hits CONSTANT FINAL)
    Q_PROPERTY(double misses READ misses CONSTANT FINAL)
    Q_PROPERTY(double evictions READ evictions CONSTANT FINAL)
    QML_VALUE_TYPE(statementCacheStatistics)

public:
    QuickStatistics() = default;
    QuickStatistics(const StatementCacheStatistics &statistics)
        : m_statistics(statistics)
    {
    }

    int size() const { return m_statistics.size; }
    double hits() const { return static_cast<double>(m_statistics.hits); }
    double misses() const { return static_cast<double>(m_statistics.misses); }
    double evictions() const { return static_cast<double>(m_statistics.evictions); }

private:
    StatementCacheStatistics m_statistics;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::QuickStatistics)
