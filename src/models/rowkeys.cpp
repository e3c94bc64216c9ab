// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowkeys.h"

namespace AsyncMySql::Models {

QByteArray keyOf(const Row &row, const QList<int> &columns)
{
    QByteArray key;
    for (const int column : columns) {
        if (row.isNull(column)) {
            key.append('\0');
            continue;
        }
        // Values must not run into each other: each has its length in front.
        const QByteArrayView bytes = row.bytes(column);
        const auto size = static_cast<quint32>(bytes.size());
        key.append('\1');
        key.append(reinterpret_cast<const char *>(&size), sizeof size);
        key.append(bytes);
    }
    return key;
}

bool isSame(const Row &left, const Row &right, int column)
{
    return left.isNull(column) == right.isNull(column) && left.bytes(column) == right.bytes(column);
}

bool isSameRow(const Row &left, const Row &right)
{
    for (int column = 0; column < left.columnCount(); ++column) {
        if (!isSame(left, right, column))
            return false;
    }
    return true;
}

} // namespace AsyncMySql::Models
