// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "errorpacket.h"
#include "protocolfailure.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// A packet that is not the next one of an answer that is awaited. A server that ends a session
/// reports that in an error packet, whatever number it is at: that one is worth reading. Any other
/// means that both sides disagree on what the bytes are.
class UnexpectedPacket
{
public:
    UnexpectedPacket(QByteArrayView payload, QByteArrayView resultCharacterSet);

    /// Null if it is no error packet.
    const std::optional<ErrorPacket> &error() const { return m_error; }
    /// Whether it is an error of the server. What a proxy says of itself says nothing about the
    /// server behind it.
    [[nodiscard]] bool isServerError() const;
    /// Why the session ends: the error, or \a otherwise.
    [[nodiscard]] Failure failure(ServerFlavour flavour, const QString &otherwise) const;

private:
    std::optional<ErrorPacket> m_error;
};

} // namespace AsyncMySql::Protocol
