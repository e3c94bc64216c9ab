// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// A link with a delay, on loopback: forwards what it gets to --host and --port, and back, each byte
// half of a round trip (--rows, in ms) later. It prints the port it listens on, and ends when its
// standard input does.

#include "arguments.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <iterator>
#include <list>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

/// In bytes, on the way in one direction. Beyond it the sender waits.
constexpr std::size_t MostOnTheWay = 16 * 1024 * 1024;

sockaddr_in loopback(const Arguments &arguments)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(arguments.port);
    if (inet_pton(AF_INET, arguments.host.c_str(), &address.sin_addr) != 1)
        fail("relay: --host wants an IPv4 address");
    return address;
}

void prepare(int socket)
{
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
}

/// From one socket to another, with the delay.
class Direction
{
public:
    Direction(int from, int to, Clock::duration delay)
        : m_from(from)
        , m_to(to)
        , m_delay(delay)
    {
    }

    bool wantsToRead() const { return !m_hasEnded && m_size < MostOnTheWay; }
    bool isThrough() const { return m_hasEnded && m_pieces.empty(); }
    /// When something can be written; the end of time if nothing is on the way.
    Clock::time_point due() const
    {
        return m_pieces.empty() ? Clock::time_point::max() : m_pieces.front().due;
    }

    void read()
    {
        std::array<char, 65536> buffer{};
        const ssize_t size = ::recv(m_from, buffer.data(), buffer.size(), 0);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        m_hasEnded = size <= 0;
        const std::size_t length = m_hasEnded ? 0 : static_cast<std::size_t>(size);
        m_size += length;
        m_pieces.push_back(
            {Clock::now() + m_delay,
             {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(length)}});
    }

    void write(Clock::time_point now)
    {
        while (!m_pieces.empty() && m_pieces.front().due <= now) {
            std::vector<char> &bytes = m_pieces.front().bytes;
            if (bytes.empty()) {
                ::shutdown(m_to, SHUT_WR);
                m_pieces.pop_front();
                continue;
            }
            const ssize_t size = ::send(m_to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (size < 0 && (errno == EAGAIN || errno == EINTR))
                return;
            // A peer that has closed receives nothing.
            const std::size_t length = size < 0 ? bytes.size() : static_cast<std::size_t>(size);
            m_size -= length;
            if (length == bytes.size())
                m_pieces.pop_front();
            else
                bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
        }
    }

    int from() const { return m_from; }

private:
    struct Piece
    {
        Clock::time_point due;
        /// None for the end.
        std::vector<char> bytes;
    };

    int m_from;
    int m_to;
    Clock::duration m_delay;
    std::deque<Piece> m_pieces;
    std::size_t m_size = 0;
    bool m_hasEnded = false;
};

class Link
{
public:
    Link(int client, int server, Clock::duration delay)
        : m_client(client)
        , m_server(server)
        , directions{Direction(client, server, delay), Direction(server, client, delay)}
    {
    }
    ~Link()
    {
        ::close(m_client);
        ::close(m_server);
    }
    Link(const Link &) = delete;
    Link &operator=(const Link &) = delete;

    bool isThrough() const { return directions[0].isThrough() && directions[1].isThrough(); }

private:
    int m_client;
    int m_server;

public:
    std::array<Direction, 2> directions;
};

class Relay
{
public:
    explicit Relay(const Arguments &arguments)
        : m_server(loopback(arguments))
        , m_delay(std::chrono::microseconds(arguments.rows * 500))
    {
        sockaddr_in address = m_server;
        address.sin_port = 0;
        socklen_t size = sizeof address;
        if (bind(m_listener, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0
            || listen(m_listener, SOMAXCONN) != 0
            || getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            fail("relay: cannot listen");
        std::printf("%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
    }

    void run()
    {
        for (;;) {
            std::vector<pollfd> polled{{STDIN_FILENO, POLLIN, 0}, {m_listener, POLLIN, 0}};
            std::vector<Direction *> read;
            Clock::time_point due = Clock::time_point::max();
            for (Link &link : m_links) {
                for (Direction &direction : link.directions) {
                    due = std::min(due, direction.due());
                    if (!direction.wantsToRead())
                        continue;
                    read.push_back(&direction);
                    polled.push_back({direction.from(), POLLIN, 0});
                }
            }
            wait(&polled, due);
            if (polled[0].revents != 0)
                return;
            for (std::size_t i = 0; i < read.size(); ++i) {
                if (polled[i + 2].revents != 0)
                    read[i]->read();
            }
            const auto now = Clock::now();
            for (Link &link : m_links) {
                for (Direction &direction : link.directions)
                    direction.write(now);
            }
            m_links.remove_if([](const Link &link) { return link.isThrough(); });
            if (polled[1].revents != 0)
                accept();
        }
    }

private:
    static void wait(std::vector<pollfd> *polled, Clock::time_point due)
    {
        timespec limit{};
        const bool isLimited = due != Clock::time_point::max();
        if (isLimited) {
            // What could not be written is tried again after a while.
            const auto left
                = std::max<Clock::duration>(due - Clock::now(), Clock::duration{100'000});
            const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
            limit.tv_sec = static_cast<time_t>(seconds.count());
            limit.tv_nsec = static_cast<long>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(left - seconds).count());
        }
        if (ppoll(polled->data(), polled->size(), isLimited ? &limit : nullptr, nullptr) < 0)
            fail("relay: cannot wait");
    }

    void accept()
    {
        const int client = ::accept(m_listener, nullptr, nullptr);
        if (client < 0)
            return;
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(server, reinterpret_cast<const sockaddr *>(&m_server), sizeof m_server) != 0)
            fail("relay: the server cannot be reached");
        prepare(client);
        prepare(server);
        m_links.emplace_back(client, server, m_delay);
    }

    sockaddr_in m_server;
    Clock::duration m_delay;
    int m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::list<Link> m_links;
};

} // namespace

int main(int argc, char **argv)
{
    Relay(parseArguments(argc, argv)).run();
}
