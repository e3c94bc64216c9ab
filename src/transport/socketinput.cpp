// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "socketinput.h"

#ifdef Q_OS_UNIX
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>
#endif

namespace AsyncMySql::Transport {

bool hasInput([[maybe_unused]] qintptr socketDescriptor)
{
#ifdef Q_OS_UNIX
    if (socketDescriptor < 0)
        return false;
    char byte = 0;
    const auto count
        = ::recv(static_cast<int>(socketDescriptor), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
    return count >= 0 || errno == ECONNRESET || errno == EPIPE || errno == ETIMEDOUT;
#else
    return false;
#endif
}

bool isClosedByPeer([[maybe_unused]] qintptr socketDescriptor)
{
#if defined(Q_OS_UNIX) && defined(POLLRDHUP)
    if (socketDescriptor < 0)
        return false;
    pollfd descriptor{static_cast<int>(socketDescriptor), POLLRDHUP, 0};
    return ::poll(&descriptor, 1, 0) > 0
           && (descriptor.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
#else
    return false;
#endif
}

void SocketCopy::open([[maybe_unused]] qintptr socketDescriptor)
{
    close();
#ifdef Q_OS_UNIX
    if (socketDescriptor >= 0)
        m_descriptor = ::fcntl(static_cast<int>(socketDescriptor), F_DUPFD_CLOEXEC, 0);
#endif
}

void SocketCopy::close()
{
#ifdef Q_OS_UNIX
    if (m_descriptor >= 0)
        ::close(m_descriptor);
#endif
    m_descriptor = -1;
}

QByteArray SocketCopy::takeInput([[maybe_unused]] qsizetype maximum)
{
    QByteArray bytes;
#ifdef Q_OS_UNIX
    if (!isOpen())
        return bytes;
    bytes.resize(maximum);
    qsizetype size = 0;
    while (size < maximum) {
        const auto count = ::recv(m_descriptor, bytes.data() + size,
                                  static_cast<size_t>(maximum - size), MSG_DONTWAIT);
        if (count <= 0)
            break;
        size += static_cast<qsizetype>(count);
    }
    bytes.resize(size);
#endif
    return bytes;
}

} // namespace AsyncMySql::Transport
