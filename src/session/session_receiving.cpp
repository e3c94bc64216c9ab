// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of a session that receives, and hands exchanges their answers.

#include "session.h"

#include "errorpacket.h"
#include "packetheader.h"
#include "servererrors.h"
#include "workbudget.h"

#include <optional>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using Protocol::FailureCode;

namespace {

/// Looking at the clock costs as much as a small packet does.
constexpr int PacketsBetweenClockChecks = 64;

} // namespace

/// Reads and handles what is there, until the budget is spent or nothing is left.
void Session::processIncoming(bool withinBudget)
{
    const bool progressed = handleIncoming(withinBudget);
    if (m_phase == Phase::Ready) {
        sendOutput();
        bool finished = false;
        for (; hasFailedUnsent(); finished = true)
            finishExchange();
        if (!finished && progressed && !m_exchanges.empty())
            Q_EMIT exchangeProgressed();
        return;
    }
    // While TLS is being started nothing may arrive in clear.
    if (m_phase == Phase::StartingTls && m_transport->bytesAvailable() > 0
        && !m_transport->isEncrypted())
        fail({FailureCode::ClearBytesBeforeTls,
              u"Bytes in clear arrived while TLS was started"_s,
              0,
              {}});
}

/// Whether something came for an exchange that is not through.
bool Session::handleIncoming(bool withinBudget)
{
    const WorkBudget budget;
    int packets = 0;
    bool progressed = false;
    while (acceptsPackets()) {
        Wire::Packet packet;
        switch (m_reader.next(&packet)) {
        case Wire::PacketReader::Status::Ready:
            progressed = handlePacket(packet);
            if (++packets % PacketsBetweenClockChecks != 0)
                continue;
            break;
        case Wire::PacketReader::Status::NeedMore:
            if (receive() <= 0)
                return progressed;
            break;
        case Wire::PacketReader::Status::TooLarge:
            end(Error(Error::PacketTooLarge,
                      u"The server %1 sent a packet of more than %2 bytes (maximumPacketSize)"_s
                          .arg(peerName())
                          .arg(m_settings.limits.maximumPayload)));
            return false;
        case Wire::PacketReader::Status::Malformed:
            fail({FailureCode::MalformedPacket,
                  u"The parts of a packet came out of order"_s,
                  0,
                  {}});
            return false;
        }
        if (withinBudget && budget.isSpent()) {
            m_continueTimer.start();
            return progressed;
        }
    }
    return progressed;
}

/// Moves bytes that have arrived into the packet reader; nothing if there are none.
qint64 Session::receive()
{
    const std::span<char> space = m_reader.prepare();
    if (!m_compression) {
        const qint64 count = readFromTransport(space);
        if (count > 0)
            m_reader.commit(count);
        return count;
    }
    Wire::CompressedReader &inflater = m_compression->reader();
    for (;;) {
        qsizetype count = 0;
        switch (inflater.read(space, &count)) {
        case Wire::CompressedReader::Status::Ready:
            m_reader.commit(count);
            return count;
        case Wire::CompressedReader::Status::Malformed:
            fail({FailureCode::MalformedPacket, inflater.errorString(), 0, {}});
            return -1;
        case Wire::CompressedReader::Status::NeedMore:
            break;
        }
        const std::span<char> raw = inflater.prepare();
        const qint64 received = readFromTransport(raw);
        if (received <= 0)
            return received;
        inflater.commit(received);
    }
}

qint64 Session::readFromTransport(std::span<char> space)
{
    const qint64 count = m_transport->read(space.data(), static_cast<qint64>(space.size()));
    // The transport says so from the event loop; until then nothing more may be sent.
    if (count < 0)
        m_transportClosed = true;
    return count;
}

/// With compression the numbers of the packets mean nothing, only those of the frames around them.
bool Session::isInOrder(const Wire::Packet &packet, quint8 expected) const
{
    return m_compression ? !m_compression->reader().isOutOfOrder()
                         : packet.firstSequence == expected;
}

void Session::finishAnswer()
{
    m_answers.pop_front();
    m_inAnswer = false;
    if (m_compression)
        m_compression->reader().finishAnswer();
}

bool Session::acceptsPackets() const
{
    if (m_phase == Phase::Ready)
        return m_exchanges.empty() || !m_exchanges.front()->isFull();
    return m_phase == Phase::Handshake;
}

/// Whether what has arrived waits for somebody to take rows.
bool Session::isHeldBack() const
{
    return m_phase == Phase::Ready && !acceptsPackets();
}

void Session::goOn()
{
    processIncoming(true);
    if (m_endBehindRows && !m_continueTimer.isActive() && !isHeldBack())
        onTransportClosed(*std::exchange(m_endBehindRows, std::nullopt));
}

/// Whether it was for an exchange that is not through.
bool Session::handlePacket(const Wire::Packet &packet)
{
    if (m_phase == Phase::Ready && m_answers.empty()) {
        handleUnexpectedPacket(packet);
        return false;
    }
    quint8 *sequence = m_phase == Phase::Ready ? &m_answers.front() : &m_handshakeSequence;
    // The handshake judges what an error may say before anybody has proven who he is.
    const bool forHandshake
        = m_phase == Phase::Handshake && Protocol::PacketHeader::isError(packet.payload);
    if (!isInOrder(packet, *sequence) && !forHandshake) {
        handleOutOfOrderPacket(packet, *sequence);
        return false;
    }
    *sequence = static_cast<quint8>(packet.lastSequence + 1);
    if (m_phase == Phase::Ready) {
        m_inAnswer = true;
        return handleExchangePacket(packet);
    }
    followHandshake(m_handshake->handlePacket(packet.payload));
    return false;
}

/// Whether the server numbered the packet before it had read the command whose answer is awaited. It
/// begins with 0 when it waits for a command, and counts the packets of that as it reads them.
bool Session::precedesAnswer(const Wire::Packet &packet, quint8 expected) const
{
    const quint8 number = m_compression ? m_compression->reader().sequence() : packet.firstSequence;
    // The numbers of frames are not known here, but none of an answer is 0.
    return !m_inAnswer && number < (m_compression ? quint8(1) : expected);
}

/// The server has read none of the commands whose answers are awaited.
void Session::reportUnread()
{
    for (const auto &exchange : m_exchanges)
        exchange->setUnread();
}

/// A server that gives up on a session says so in an error packet with whatever number it is at:
/// that one is worth reading. Any other packet out of order means that both sides disagree on what
/// the bytes are.
void Session::handleOutOfOrderPacket(const Wire::Packet &packet, quint8 expected)
{
    if (Protocol::PacketHeader::isError(packet.payload)) {
        if (const std::optional<Protocol::ErrorPacket> error
            = Protocol::ErrorPacket::parse(packet.payload, m_state.resultCharacterSet);
            error && error->isPlausible()) {
            // What a proxy says of itself says nothing about the server behind it.
            if (precedesAnswer(packet, expected) && !Protocol::isClientErrorNumber(error->number))
                reportUnread();
            fail({FailureCode::ServerError, error->message, error->number, error->sqlState});
            return;
        }
    }
    fail({FailureCode::UnexpectedPacket,
          u"A packet came out of order (number %1 instead of %2)"_s.arg(packet.firstSequence)
              .arg(expected),
          0,
          {}});
}

/// No answer is awaited: a server may say why it closes the session, and nothing else. MariaDB does
/// so, for one, when a piece of a long value is larger than its max_allowed_packet.
void Session::handleUnexpectedPacket(const Wire::Packet &packet)
{
    if (Protocol::PacketHeader::isError(packet.payload)) {
        const std::optional<Protocol::ErrorPacket> error
            = Protocol::ErrorPacket::parse(packet.payload, m_state.resultCharacterSet);
        if (error && isIdle()) {
            end({}, u"%1 (%2)"_s.arg(error->message).arg(error->number));
            return;
        }
        if (error && error->isPlausible()) {
            fail({FailureCode::ServerError, error->message, error->number, error->sqlState});
            return;
        }
    }
    fail({FailureCode::UnexpectedPacket,
          u"The server sent a packet that nobody asked for"_s,
          0,
          {}});
}

bool Session::handleExchangePacket(const Wire::Packet &packet)
{
    Protocol::Exchange &exchange = *m_exchanges.front();
    switch (exchange.handlePacket(packet.payload, m_reader.block())) {
    case Protocol::Exchange::Progress::NeedPacket:
        if (m_exchanges.size() > 1 && !exchange.isWritten()) {
            // What was sent behind it would be taken for the file.
            fail({FailureCode::LocalInfileRefused,
                  u"The server asked for a file of this machine (LOAD DATA LOCAL) in answer to a "
                  "statement that needs none"_s,
                  0,
                  {}});
            return false;
        }
        return true;
    case Protocol::Exchange::Progress::AnswerComplete:
        finishAnswer();
        return true;
    case Protocol::Exchange::Progress::Finished:
        finishAnswer();
        finishExchange();
        return false;
    case Protocol::Exchange::Progress::Broken:
        fail(exchange.failure());
        return false;
    }
    return false;
}

void Session::finishExchange()
{
    noteSession(*m_exchanges.front());
    m_exchanges.pop_front();
    if (m_exchanges.empty())
        m_largestCommand = 0;
    m_silence.start();
    Q_EMIT exchangeFinished();
}

} // namespace AsyncMySql
