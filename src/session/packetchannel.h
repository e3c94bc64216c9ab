// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"
#include "compressedchannel.h"
#include "compression.h"
#include "exchange.h"
#include "packetreader.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qstring.h>

#include <deque>
#include <memory>
#include <span>

namespace AsyncMySql {

namespace Transport {
class Transport;
}

/// Packets over a transport: framing, compression, and the numbers that packets have.
///
/// Each command begins a numbering, in which its answer goes on. Several answers may be awaited at
/// a time; they come in the order of their commands. What is written leaves with flush().
class PacketChannel
{
public:
    using Kind = Protocol::Exchange::Output::Kind;

    /// \a transport must outlive the channel.
    PacketChannel(Transport::Transport *transport, const Wire::PacketReader::Limits &limits);
    ~PacketChannel();

    /// The next packet that has been received; see Wire::PacketReader::next().
    [[nodiscard]] Wire::PacketReader::Status next(Wire::Packet *packet)
    {
        return m_reader.next(packet);
    }
    /// The block in which that packet lies.
    const Wire::ByteBlockPointer &block() const { return m_reader.block(); }

    enum class Input {
        Received,
        None,      ///< nothing has arrived, or the transport has closed
        Malformed, ///< errorString() says why; the channel cannot be used any more
    };
    /// Reads once what has arrived, so that next() can find it.
    [[nodiscard]] Input receive();
    QString errorString() const;

    /// The peer sends first: until finishAnswer() all packets have one numbering.
    void expectGreeting();
    bool awaitsAnswer() const { return !m_answers.empty(); }
    /// Whether a packet of the answer that is awaited first has come.
    bool isInAnswer() const { return m_inAnswer; }
    /// The number of the next packet of that answer.
    quint8 expectedNumber() const { return m_answers.front(); }
    /// With compression the numbers of the packets mean nothing, only those of the frames do.
    bool isInOrder(const Wire::Packet &packet) const
    {
        return m_compression ? !m_compression->reader().isOutOfOrder()
                             : packet.firstSequence == expectedNumber();
    }
    /// Whether the server numbered the packet before it had read the command whose answer is
    /// awaited.
    bool precedesAnswer(const Wire::Packet &packet) const;
    /// Counts \a packet as one of the answer that is awaited first.
    void acceptPacket(const Wire::Packet &packet)
    {
        m_answers.front() = static_cast<quint8>(packet.lastSequence + 1);
        m_inAnswer = true;
    }
    /// The answer that was awaited first is complete.
    void finishAnswer();

    /// Takes a packet to send. A Continuation goes on in the numbering of the answer that is
    /// awaited first.
    void write(QByteArrayView payload, Kind kind);
    /// Whether so much waits for flush() that waiting longer saves nothing.
    bool isFlushDue() const { return m_output.size() >= EnoughToWrite; }
    /// Whether so much is on its way out that no more should be taken from where it comes from:
    /// what is read from a device need not lie in memory twice.
    bool isOutputFull() const;
    /// Gives what was written to the transport. With \a announceWritten, the transport reports when
    /// all has left. False if there is more to compress than one turn of the event loop allows:
    /// call it again in the next one.
    [[nodiscard]] bool flush(bool announceWritten);

    /// From the next packet on, both ways.
    void startCompressing(Wire::CompressionAlgorithm algorithm, int level);

    /// Whether the transport has closed, as far as that was noticed.
    bool isClosed() const { return m_isClosed; }
    void setClosed() { m_isClosed = true; }
    /// Whether a part of a packet has been read.
    bool isReadingPacket() const { return !m_reader.isEmpty(); }
    /// Whether anything that has arrived was not handed out yet.
    bool hasUnreadBytes() const;
    /// The same, looking again at the network where the event loop may not have noticed: as long as
    /// commands follow each other, it would have.
    bool looksForInput();

    /// Forgets what is awaited and what was not sent.
    void clear();

private:
    static constexpr qint64 EnoughToWrite = 256 * 1024;
    static constexpr qint64 KeptOutput = 16 * 1024;

    qint64 readFromTransport(std::span<char> space);

    Transport::Transport *m_transport;
    Wire::PacketReader m_reader;
    std::unique_ptr<CompressedChannel> m_compression;
    /// The number of the next packet of each answer that is awaited.
    std::deque<quint8> m_answers;
    bool m_inAnswer = false;
    bool m_isClosed = false;
    /// Packets that wait for flush().
    QByteArray m_output;
    /// Since the last answer was complete.
    QElapsedTimer m_silence;
};

} // namespace AsyncMySql
