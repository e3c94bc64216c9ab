// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowkeys.h"

#include <QtCore/qhash.h>

#include <algorithm>

namespace AsyncMySql::Models {

std::size_t hashOfKey(const Row &row, const QList<int> &columns)
{
    std::size_t hash = QHashSeed::globalSeed();
    for (const int column : columns) {
        const QByteArrayView bytes = row.bytes(column);
        hash = qHashBits(bytes.data(), static_cast<std::size_t>(bytes.size()), hash)
               + row.isNull(column);
    }
    return hash;
}

bool hasSameKey(const Row &left, const Row &right, const QList<int> &columns)
{
    return std::all_of(columns.begin(), columns.end(),
                       [&](int column) { return isSame(left, right, column); });
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
