// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

/// How far a query has come.
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
    /// That have been received.
    qint64 rows = 0;
    /// Of these rows, as they came from the server.
    qint64 bytes = 0;

    // What MariaDB reports of long statements (ALTER TABLE, LOAD DATA, CHECK TABLE and such; every
    // five seconds unless the variable progress_report_time says otherwise).

    /// From 1 on; 0 if the server has reported nothing.
    int stage = 0;
    int stageCount = 0;
    /// Of the stage.
    double percent = 0;
    /// What the server is doing.
    QString text;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::QueryProgress)
