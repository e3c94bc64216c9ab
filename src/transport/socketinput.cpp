// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "socketinput.h"

#include <system_error>

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
    // Peeking would take the error of a broken connection from who reads it.
    pollfd descriptor{static_cast<int>(socketDescriptor), POLLIN, 0};
    return ::poll(&descriptor, 1, 0) > 0;
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

std::optional<qint64> SocketCopy::read([[maybe_unused]] char *data, [[maybe_unused]] qint64 size)
{
#ifdef Q_OS_UNIX
    for (;;) {
        const auto count = ::recv(m_descriptor, data, static_cast<size_t>(size), MSG_DONTWAIT);
        if (count > 0)
            return count;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return 0;
        if (count < 0 && errno == EINTR)
            continue;
        m_error = count < 0 && errno != ECONNRESET ? errno : 0;
        return std::nullopt;
    }
#else
    return std::nullopt;
#endif
}

QString SocketCopy::errorString() const
{
    return m_error == 0 ? QString()
                        : QString::fromLocal8Bit(std::generic_category().message(m_error));
}

QByteArray SocketCopy::takeInput(qsizetype maximum)
{
    QByteArray bytes;
    if (!isOpen())
        return bytes;
    bytes.resize(maximum);
    qsizetype size = 0;
    while (size < maximum) {
        const std::optional<qint64> count = read(bytes.data() + size, maximum - size);
        if (count.value_or(0) == 0)
            break;
        size += *count;
    }
    bytes.resize(size);
    return bytes;
}

} // namespace AsyncMySql::Transport
