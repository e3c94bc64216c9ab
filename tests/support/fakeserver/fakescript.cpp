// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakescript.h"

#include "fakeconnection.h"

namespace Fake {

Script &Script::greet(const FakeGreeting &greeting)
{
    return act([greeting](FakeConnection &connection) { connection.greet(greeting); });
}

Script &Script::ok(const Ok &ok)
{
    return act([ok](FakeConnection &connection) { connection.ok(ok); });
}

Script &Script::error(int number, const QByteArray &sqlState, const QByteArray &message)
{
    return act([=](FakeConnection &connection) { connection.error(number, sqlState, message); });
}

Script &Script::send(const QByteArray &payload)
{
    return act([payload](FakeConnection &connection) { connection.send(payload); });
}

Script &Script::sendRaw(const QByteArray &bytes)
{
    return act([bytes](FakeConnection &connection) { connection.sendRaw(bytes); });
}

Script &Script::nextSequence(quint8 sequence)
{
    return act([sequence](FakeConnection &connection) { connection.setNextSequence(sequence); });
}

Script &Script::startTls()
{
    return act([](FakeConnection &connection) { connection.startTls(); });
}

Script &Script::wait(std::chrono::milliseconds delay)
{
    m_steps.append(Delay{delay});
    return *this;
}

Script &Script::hold()
{
    return wait(std::chrono::milliseconds(-1));
}

Script &Script::cut()
{
    return act([](FakeConnection &connection) { connection.cut(); });
}

Script &Script::act(Action action)
{
    m_steps.append(std::move(action));
    return *this;
}

Script &Script::expectLogin()
{
    m_steps.append(Wait{Expectation::Login, {}});
    return *this;
}

Script &Script::expectTlsRequest()
{
    m_steps.append(Wait{Expectation::TlsRequest, {}});
    return *this;
}

Script &Script::expectPacket()
{
    m_steps.append(Wait{Expectation::Packet, {}});
    return *this;
}

Script &Script::expectQuery(const QByteArray &sql)
{
    m_steps.append(Wait{Expectation::Query, sql});
    return *this;
}

Script &Script::login(const FakeGreeting &greeting)
{
    return greet(greeting).expectLogin().ok();
}

} // namespace Fake
