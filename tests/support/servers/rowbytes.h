// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qstringlist.h>

namespace Servers {

/// The cells of a row as the server has sent them, in hexadecimal.
inline QString bytesOf(const AsyncMySql::Row &row)
{
    using namespace Qt::StringLiterals;
    QStringList cells;
    for (int i = 0; i < row.columnCount(); ++i) {
        cells.append(row.isNull(i) ? u"NULL"_s
                                   : QString::fromLatin1(row.bytes(i).toByteArray().toHex()));
    }
    return cells.join(u' ');
}

inline QStringList rowsOf(const AsyncMySql::Result &result)
{
    QStringList rows;
    for (const AsyncMySql::Row &row : result)
        rows.append(bytesOf(row));
    return rows;
}

} // namespace Servers
