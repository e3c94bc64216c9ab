// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "driver.h"

const char *const clientName = "qtsql";

QSqlDatabase addDatabase()
{
    return QSqlDatabase::addDatabase(QStringLiteral("QMYSQL"));
}
