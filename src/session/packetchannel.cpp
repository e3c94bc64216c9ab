// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "packetchannel.h"

#include "compressedreader.h"
#include "packetwriter.h"
#include "transport.h"
#include "workbudget.h"

#include <utility>

namespace AsyncMySql {

PacketChannel::PacketChannel(Transport::Transport *transport,
                             const Wire::PacketReader::Limits &limits)
    : m_transport(transport)
    , m_reader(limits)
{
}

PacketChannel::~PacketChannel() = default;

PacketChannel::Input PacketChannel::receive()
{
    const std::span<char> space = m_reader.prepare();
    if (!m_compression) {
        const qint64 count = readFromTransport(space);
        if (count <= 0)
            return Input::None;
        m_reader.commit(count);
        return Input::Received;
    }
    Wire::CompressedReader &inflater = m_compression->reader();
    for (;;) {
        qsizetype count = 0;
        switch (inflater.read(space, &count)) {
        case Wire::CompressedReader::Status::Ready:
            m_reader.commit(count);
            return Input::Received;
        case Wire::CompressedReader::Status::Malformed:
            return Input::Malformed;
        case Wire::CompressedReader::Status::NeedMore:
            break;
        }
        const qint64 received = readFromTransport(inflater.prepare());
        if (received <= 0)
            return Input::None;
        inflater.commit(received);
    }
}

QString PacketChannel::errorString() const
{
    return m_compression ? m_compression->reader().errorString() : QString();
}

qint64 PacketChannel::readFromTransport(std::span<char> space)
{
    const qint64 count = m_transport->read(space.data(), static_cast<qint64>(space.size()));
    // The transport says so from the event loop; until then nothing more may be sent.
    if (count < 0)
        m_isClosed = true;
    return count;
}

void PacketChannel::expectGreeting()
{
    m_answers.assign(1, 0);
}

/// A server begins with 0 when it waits for a command, and counts the packets of that as it reads
/// them.
bool PacketChannel::precedesAnswer(const Wire::Packet &packet) const
{
    if (m_inAnswer)
        return false;
    // The numbers of frames are not known here, but none of an answer is 0.
    return m_compression ? m_compression->reader().sequence() == 0
                         : packet.firstSequence < expectedNumber();
}

void PacketChannel::finishAnswer()
{
    m_answers.pop_front();
    m_inAnswer = false;
    if (m_compression)
        m_compression->reader().finishAnswer();
    if (m_answers.empty())
        m_silence.start();
}

void PacketChannel::write(QByteArrayView payload, Kind kind)
{
    Q_ASSERT(kind != Kind::Continuation || awaitsAnswer());
    quint8 ownNumbering = 0;
    quint8 *sequence = kind == Kind::Continuation ? &m_answers.front() : &ownNumbering;
    if (m_compression) {
        QByteArray packets;
        Wire::appendPacket(&packets, payload, sequence);
        m_compression->enqueue(kind, std::move(packets));
    } else {
        Wire::appendPacket(&m_output, payload, sequence);
    }
    if (kind == Kind::Command)
        m_answers.push_back(ownNumbering);
}

bool PacketChannel::isOutputFull() const
{
    const qint64 compressing = m_compression ? m_compression->pendingBytes() : 0;
    return m_transport->bytesToWrite() + m_output.size() + compressing >= EnoughToWrite;
}

bool PacketChannel::flush(bool announceWritten)
{
    bool isComplete = true;
    if (m_compression) {
        WorkBudget budget;
        while (isComplete && m_compression->takeOutput(&m_output))
            isComplete = !budget.isSpent();
    }
    if (!m_output.isEmpty()) {
        m_transport->setAnnouncesWritten(announceWritten);
        // A device of the application may run an event loop, in which more is written.
        QByteArray output = std::exchange(m_output, {});
        m_transport->write(output);
        // Mostly everything has left by now, and the memory can be used again.
        if (m_output.isEmpty() && output.isDetached() && output.capacity() <= KeptOutput) {
            output.resize(0);
            m_output = std::move(output);
        }
    }
    return isComplete;
}

void PacketChannel::startCompressing(Wire::CompressionAlgorithm algorithm, int level)
{
    m_compression = std::make_unique<CompressedChannel>(algorithm, level);
}

bool PacketChannel::hasUnreadBytes() const
{
    return isReadingPacket() || m_transport->bytesAvailable() > 0
           || (m_compression && !m_compression->reader().isEmpty());
}

bool PacketChannel::looksForInput()
{
    constexpr qint64 longSilence = 10; // in milliseconds
    return hasUnreadBytes() || (m_silence.hasExpired(longSilence) && m_transport->lookForInput());
}

void PacketChannel::clear()
{
    m_answers.clear();
    m_output.clear();
}

} // namespace AsyncMySql
