// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Error>
#include <AsyncMySql/SqlDialect>

#include <QtCore/QString>

/// The part of a statement to which an error refers.
struct ErrorPosition
{
    /// From the start of the statement; -1 if the server has not reported it.
    qsizetype start = -1;
    qsizetype length = 0;

    bool isKnown() const { return start >= 0; }

    static ErrorPosition of(const AsyncMySql::Error &error, const QString &sql,
                            const AsyncMySql::SqlDialect &dialect = {});
};
