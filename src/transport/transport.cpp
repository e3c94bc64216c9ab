// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transport.h"

namespace AsyncMySql::Transport {

void Transport::startTls()
{
    // Callers ask canStartTls() first; a transport without TLS has nothing to do here.
}

bool Transport::canStartTls() const
{
    return false;
}

bool Transport::isEncrypted() const
{
    return false;
}

bool Transport::isVerified() const
{
    return false;
}

QByteArray Transport::certificateDigest() const
{
    return {};
}

QByteArray Transport::sessionTicket() const
{
    return {};
}

QHostAddress Transport::peerAddress() const
{
    return {};
}

quint16 Transport::localPort() const
{
    return 0;
}

} // namespace AsyncMySql::Transport
