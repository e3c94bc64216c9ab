// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qcryptographichash.h>

namespace AsyncMySql::Protocol {

/// The length of the server's scramble in the plugins of MySQL.
inline constexpr qsizetype ScrambleSize = 20;

/// The hash of all \a parts, one behind the other.
template <typename... Parts>
QByteArray hashOf(QCryptographicHash::Algorithm algorithm, const Parts &...parts)
{
    QCryptographicHash hash(algorithm);
    (hash.addData(QByteArrayView(parts)), ...);
    return hash.result();
}

/// \a bytes XOR \a mask, which is repeated as often as it takes.
QByteArray maskedBytes(QByteArrayView bytes, QByteArrayView mask);

/// In a time that does not depend on where the two differ.
bool equalsInConstantTime(QByteArrayView left, QByteArrayView right);

} // namespace AsyncMySql::Protocol
