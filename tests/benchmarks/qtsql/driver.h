// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtSql/qsqldatabase.h>

/// As the workloads name it.
extern const char *const clientName;

/// With the driver that is measured.
QSqlDatabase addDatabase();
