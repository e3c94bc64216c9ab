// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// An INSERT or REPLACE of one row of values, of which a statement of many rows can be made that
/// means the same as one statement a row: nothing in it asks for the time, the session or other
/// rows, and each of its placeholders is a value by itself.
struct InsertOutline
{
    /// Up to the row.
    QByteArray head;
    /// Of the row: what is before, between and behind its placeholders.
    QList<QByteArray> pieces;
    /// Of each placeholder among the values of the row.
    QList<int> positions;
    /// Behind the row.
    QByteArray tail;

    /// As it is written: with its database, if the statement names it.
    QByteArray table;
    /// Without quotes. Empty if the statement does not name it.
    QString database;
    QString tableName;
    /// Without quotes. Empty if the statement does not name them.
    QStringList columns;
    /// A row can do something else than to be inserted: REPLACE, IGNORE, ON DUPLICATE KEY UPDATE.
    bool hasAlternative = false;

    /// Nothing where that does not hold, or is not certain. \a sql has question marks for its
    /// placeholders.
    [[nodiscard]] static std::optional<InsertOutline> of(QByteArrayView sql,
                                                         const SqlDialect &dialect);
};

} // namespace AsyncMySql::Protocol
