// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qendian.h>

#include <cstring>
#include <span>

namespace AsyncMySql::Wire {

/// The largest payload of one frame. A frame of exactly this length is continued by the next one.
inline constexpr qsizetype MaximumFramePayload = 0xFFFFFF;
inline constexpr qsizetype FrameHeaderSize = 4;

/// One reassembled packet. The view lies in the block given with it.
struct Packet
{
    QByteArrayView payload;
    /// Of the first and of the last frame: they differ when the payload took several.
    quint8 firstSequence = 0;
    quint8 lastSequence = 0;
};

/// Cuts a byte stream into packets, without copying what arrives in one piece.
///
/// The transport reads straight into the space that prepare() returns. Rows keep the block they lie
/// in alive (block()), so a received row is never copied: when the reader runs out of space it
/// reuses its own block if nothing else holds it, and otherwise starts a new one, moving
/// along only the packet that is still incomplete. Frames of a payload over 16 MiB are joined in
/// place, each moved once. Space is taken as frames arrive, never by what a header merely promises
/// for later ones.
///
/// In front of every payload lie the four bytes of its frame header; when a packet is complete the
/// reader stores the payload's full length there (32 bits, native byte order), so that a row can be
/// found again by its offset alone (storedPayloadSize()).
class PacketReader
{
public:
    struct Limits
    {
        /// Of a reassembled payload, in bytes; at most 0xFFFFFFFF.
        qsizetype maximumPayload = 64 * 1024 * 1024;
        /// The size of a block where no single packet needs a larger one.
        qsizetype blockSize = 256 * 1024;
        /// That of blocks before one was full for the first time.
        qsizetype firstBlockSize = 256 * 1024;
        /// Smaller only in tests, so that multi-frame payloads need no 16 MiB.
        qsizetype framePayload = MaximumFramePayload;
    };

    enum class Status {
        NeedMore, ///< no complete packet is there
        Ready,
        TooLarge,  ///< the payload passes the limit: the stream cannot be used any more
        Malformed, ///< a continuation frame's sequence number does not follow its predecessor's
    };

    PacketReader()
        : PacketReader(Limits())
    {
    }
    explicit PacketReader(const Limits &limits);

    /// Free space at the end of the received bytes, never empty. It is valid until the next call.
    std::span<char> prepare();
    /// Says that \a count bytes of the prepared space were filled.
    void commit(qsizetype count);

    /// The next complete packet. Its view stays valid until the next prepare(), and for as long as
    /// block() is held by the caller.
    [[nodiscard]] Status next(Packet *packet);
    /// The block in which the packet that next() returned last lies.
    const ByteBlockPointer &block() const { return m_block; }

    /// Whether nothing is there that next() has not handed out: no packet, and no part of one.
    bool isEmpty() const;
    /// Forgets all bytes that were not handed out yet.
    void clear();

    /// The length of the payload which starts at \a payload, as next() stored it in front of it.
    static quint32 storedPayloadSize(const char *payload);

private:
    qsizetype received() const { return m_end - m_parsed; }
    quint32 frameHeader() const { return qFromLittleEndian<quint32>(m_data + m_parsed); }
    qsizetype frameLength() const { return frameHeader() & 0xFFFFFF; }
    quint8 frameSequence() const { return static_cast<quint8>(frameHeader() >> 24); }
    qsizetype joinedPayload() const;
    Status nextOfSeveralFrames(Packet *packet);
    void handOut(Packet *packet, qsizetype length);

    qsizetype missingBytes() const;
    bool takeOverBlock() const;
    void makeSpace(qsizetype missing);
    void moveIncompletePacket(char *target);

    Limits m_limits;
    qsizetype m_longestSingleFrame; // payload
    qsizetype m_blockSize;          // of the next block
    ByteBlockPointer m_block;
    char *m_data = nullptr;     // of m_block: saves next() a second pointer
    qsizetype m_begin = 0;      // first byte of the packet that is not complete yet (its header)
    qsizetype m_payloadEnd = 0; // in a continuation: end of that packet's frames joined so far
    qsizetype m_parsed = 0;     // first byte that no frame was made of yet
    qsizetype m_end = 0;        // end of the received bytes
    bool m_inContinuation = false;
    quint8 m_firstSequence = 0;
    quint8 m_lastSequence = 0;
};

// All frames of the packet are parsed, and its payload lies behind its first header.
inline void PacketReader::handOut(Packet *packet, qsizetype length)
{
    char *header = m_data + m_begin;
    const auto storedLength = static_cast<quint32>(length);
    std::memcpy(header, &storedLength, sizeof(storedLength));
    packet->payload = QByteArrayView(header + FrameHeaderSize, length);
    m_begin = m_parsed;
}

inline PacketReader::Status PacketReader::next(Packet *packet)
{
    // Called for every row: a packet that came in one frame needs nothing but this.
    if (received() < FrameHeaderSize)
        return Status::NeedMore;
    const quint32 header = frameHeader();
    const qsizetype length = header & 0xFFFFFF;
    if (m_inContinuation || length > m_longestSingleFrame)
        return nextOfSeveralFrames(packet);
    if (length > received() - FrameHeaderSize)
        return Status::NeedMore;
    packet->firstSequence = packet->lastSequence = static_cast<quint8>(header >> 24);
    m_parsed += FrameHeaderSize + length;
    handOut(packet, length);
    return Status::Ready;
}

inline bool PacketReader::isEmpty() const
{
    return m_begin == m_end;
}

inline quint32 PacketReader::storedPayloadSize(const char *payload)
{
    quint32 size;
    std::memcpy(&size, payload - FrameHeaderSize, sizeof(size));
    return size;
}

} // namespace AsyncMySql::Wire
