// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakepackets.h"

#include <chrono>
#include <functional>
#include <variant>

namespace Fake {

class FakeConnection;

/// What the server does on one accepted connection, step by step, instead of being sensible. After
/// the last step the connection goes on sensibly, from wherever the script has led it.
class Script
{
public:
    /// Something that the server does as soon as the step before is done.
    using Action = std::function<void(FakeConnection &)>;

    // Doing
    Script &greet(const FakeGreeting &greeting = {});
    Script &ok(const Ok &ok = {});
    Script &error(int number, const QByteArray &sqlState, const QByteArray &message);
    Script &send(const QByteArray &payload);
    /// Bytes without a header of our making.
    Script &sendRaw(const QByteArray &bytes);
    Script &nextSequence(quint8 sequence);
    Script &startTls();
    Script &wait(std::chrono::milliseconds delay);
    /// Nothing more happens until FakeConnection::release().
    Script &hold();
    Script &cut();
    Script &act(Action action);

    // Waiting
    /// The answer to the greeting; a request for TLS on the way is granted.
    Script &expectLogin();
    Script &expectTlsRequest();
    Script &expectPacket();
    /// The query; commands that come before are answered sensibly.
    Script &expectQuery(const QByteArray &sql);

    /// greet().expectLogin().ok()
    Script &login(const FakeGreeting &greeting = {});

private:
    friend class FakeConnection;

    enum class Expectation { Login, TlsRequest, Packet, Query };
    struct Wait
    {
        Expectation expectation;
        QByteArray sql;
    };
    struct Delay
    {
        /// Negative: until released.
        std::chrono::milliseconds time;
    };
    using Step = std::variant<Action, Wait, Delay>;

    QList<Step> m_steps;
};

} // namespace Fake
