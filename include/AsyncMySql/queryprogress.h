// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

/// The progress of a query.
struct ASYNCMYSQL_EXPORT QueryProgress
{
    Q_GADGET
    Q_PROPERTY(qint64 rows MEMBER rows CONSTANT)
    Q_PROPERTY(qint64 bytes MEMBER bytes CONSTANT)
    Q_PROPERTY(int stage MEMBER stage CONSTANT)
    Q_PROPERTY(int stageCount MEMBER stageCount CONSTANT)
    Q_PROPERTY(double percent MEMBER percent CONSTANT)
    Q_PROPERTY(QString text MEMBER text CONSTANT)

public:
    /// The number of rows received.
    qint64 rows = 0;
    /// The size of these rows as sent by the server, in bytes.
    qint64 bytes = 0;

    // MariaDB reports the following for long statements such as ALTER TABLE, LOAD DATA and CHECK
    // TABLE, every five seconds unless the variable progress_report_time sets another interval.

    /// The current stage, counted from 1, or 0 if the server has not reported any progress.
    int stage = 0;
    /// The number of stages.
    int stageCount = 0;
    /// The progress of the current stage, in percent.
    double percent = 0;
    /// The operation that the server is executing.
    QString text;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::QueryProgress)
