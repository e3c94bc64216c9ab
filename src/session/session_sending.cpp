// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of a session that sends what exchanges give it.

#include "session.h"

#include "packetwriter.h"
#include "workbudget.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// With more than this on its way out nothing is taken from an exchange: what it reads from a
/// device need not lie in memory twice.
constexpr qint64 EnoughToWrite = 256 * 1024;

/// As long as commands follow each other, the event loop would have noticed the end of the session.
constexpr qint64 LongSilence = 10; // in milliseconds

} // namespace

bool Session::start(std::shared_ptr<Protocol::Exchange> exchange)
{
    Q_ASSERT(canStart());
    if (isAtItsEnd()) {
        m_continueTimer.start();
        return false;
    }
    exchange->setResultCharacterSet(m_state.resultCharacterSet);
    m_exchanges.push_back(std::move(exchange));
    takeOutput();
    return true;
}

/// Whether the server has closed the session or is about to, as far as that can be known. What came
/// before the command cannot be its answer. A server that closed the session while the program was
/// busy would not execute the command, and nobody could know that it did not.
bool Session::isAtItsEnd()
{
    if (m_transportClosed)
        return true;
    if (!isIdle())
        return false;
    return hasUnreadBytes() || (m_silence.hasExpired(LongSilence) && m_transport->lookForInput());
}

void Session::sendSilently(QByteArrayView command)
{
    Q_ASSERT(canStart());
    quint8 sequence = 0;
    sendPayload(command, &sequence, Output::Kind::SilentCommand);
}

void Session::flush()
{
    if (m_compression) {
        const WorkBudget budget;
        while (m_compression->takeOutput(&m_output)) {
            if (budget.isSpent()) {
                m_continueTimer.start();
                break;
            }
        }
    }
    if (m_output.isEmpty())
        return;
    m_transport->setAnnouncesWritten(m_phase == Phase::Ready && !m_exchanges.empty()
                                     && !m_exchanges.back()->isWritten());
    m_transport->write(std::exchange(m_output, {}));
}

qint64 Session::bytesToSend() const
{
    return m_transport->bytesToWrite() + m_output.size()
           + (m_compression ? m_compression->pendingBytes() : 0);
}

bool Session::hasUnreadBytes() const
{
    return !m_reader.isEmpty() || m_transport->bytesAvailable() > 0
           || (m_compression && !m_compression->reader().isEmpty());
}

void Session::resume()
{
    if (m_phase != Phase::Ready || m_exchanges.empty())
        return;
    sendOutput();
    // From the event loop: the owner is not to be called from inside its own call.
    m_continueTimer.start();
}

/// Takes from the exchange that was started last what it has to send.
void Session::takeOutput()
{
    while (bytesToSend() < EnoughToWrite) {
        std::optional<Output> output = m_exchanges.back()->nextOutput();
        if (!output) {
            if (hasFailedUnsent())
                m_continueTimer.start();
            return;
        }
        send(*output);
    }
}

/// Whether the exchange whose turn it is has found that it cannot be sent: no answer will come.
bool Session::hasFailedUnsent() const
{
    return m_phase == Phase::Ready && m_answers.empty() && !m_exchanges.empty()
           && m_exchanges.front()->failure();
}

/// The same, once it can have more than it gave when it was started.
void Session::sendOutput()
{
    if (m_phase != Phase::Ready || m_exchanges.empty())
        return;
    takeOutput();
    flush();
}

void Session::send(const Output &output)
{
    if (output.kind == Output::Kind::Continuation) {
        Q_ASSERT(!m_answers.empty());
        sendPayload(output.payload, &m_answers.front(), output.kind);
        return;
    }
    m_largestCommand = std::max(m_largestCommand, output.payload.size());
    quint8 sequence = 0;
    sendPayload(output.payload, &sequence, output.kind);
    if (output.kind == Output::Kind::Command)
        m_answers.push_back(sequence);
}

void Session::sendPayload(QByteArrayView payload, quint8 *sequence, Output::Kind kind)
{
    if (m_compression) {
        QByteArray packets;
        Wire::appendPacket(&packets, payload, sequence);
        m_compression->enqueue(kind, std::move(packets));
        return;
    }
    Wire::appendPacket(&m_output, payload, sequence);
    if (m_output.size() >= EnoughToWrite)
        flush();
}

} // namespace AsyncMySql
