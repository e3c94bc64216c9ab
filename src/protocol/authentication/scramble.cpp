// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "scramble.h"

namespace AsyncMySql::Protocol {

QByteArray maskedBytes(QByteArrayView bytes, QByteArrayView mask)
{
    Q_ASSERT(!mask.isEmpty());
    QByteArray result = bytes.toByteArray();
    for (qsizetype i = 0; i < result.size(); ++i)
        result[i] = static_cast<char>(result.at(i) ^ mask[i % mask.size()]);
    return result;
}

bool equalsInConstantTime(QByteArrayView left, QByteArrayView right)
{
    if (left.size() != right.size())
        return false;
    quint8 difference = 0;
    for (qsizetype i = 0; i < left.size(); ++i)
        difference = static_cast<quint8>(difference | (left[i] ^ right[i]));
    return difference == 0;
}

} // namespace AsyncMySql::Protocol
