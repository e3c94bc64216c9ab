// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Protocol {

/// Where an exchange takes bytes from that are too many for memory: the value of a parameter, the
/// file of LOAD DATA LOCAL. What is behind it (a device, say) is nothing to this layer.
class ByteSource
{
public:
    enum class Status : quint8 {
        Ready,   ///< some bytes were read
        Waiting, ///< none are there yet; the owner of the source asks for the output again
        End,
        Failed, ///< errorString() says why
    };

    virtual ~ByteSource() = default;

    /// Reads at most \a maximum bytes, never blocking. \a bytes is what was read.
    virtual Status read(qsizetype maximum, QByteArray *bytes) = 0;
    virtual QString errorString() const = 0;
};

} // namespace AsyncMySql::Protocol
