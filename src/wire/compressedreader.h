// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "framedecoder.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Wire {

/// Makes the stream of packets again of compressed frames, between the transport and PacketReader.
///
/// The transport reads into the space that prepare() returns; read() then inflates straight into
/// the space of the PacketReader, never more of it than asked for. A frame is inflated as it
/// arrives, so that no length in a header makes this class take memory.
///
/// The packets inside are numbered, too, but the numbers say nothing: whenever a server flushes,
/// the number of the next packet follows that of the next frame (net_flush() in net_serv.cc of
/// both), and when it flushes is not known here. Only the frames' numbers are in order, and
/// isOutOfOrder() takes the place of a check of packets' numbers.
class CompressedReader
{
public:
    enum class Status {
        Ready,
        NeedMore,  ///< everything that was received is read
        Malformed, ///< errorString() says why; the stream cannot be used any more
    };

    explicit CompressedReader(CompressionAlgorithm algorithm, qsizetype bufferSize = 64 * 1024);

    /// Free space for received bytes: never empty after read() has returned NeedMore. It is valid
    /// until the next call.
    std::span<char> prepare();
    /// Says that \a count bytes of the prepared space were filled.
    void commit(qsizetype count);

    /// Inflates into \a to, which must not be empty, and sets \a count to how many bytes. With
    /// Ready that is at least one, and all of them are of the same frame. The last byte of a frame
    /// comes only when all of the frame has been received and found right.
    [[nodiscard]] Status read(std::span<char> to, qsizetype *count);

    /// A frame that does not follow its predecessor is expected: the first of the answer to a
    /// command, or to the end of LOCAL INFILE data. \a sequence is what CompressedWriter::append()
    /// left of its own. With several commands in flight this is called for each.
    void expectAnswer(quint8 sequence) { m_expected.append(sequence); }
    /// The oldest of the expected answers was read to its end.
    void finishAnswer() { m_expected.removeFirst(); }

    /// The number of the frame that was read from last.
    quint8 sequence() const { return m_sequence; }
    /// Whether a frame had a number that is neither the next nor expected. When read() returns the
    /// first bytes of that frame this is true already, and remains so. As without compression, an
    /// ERR packet is worth reading then, and nothing else.
    bool isOutOfOrder() const { return m_outOfOrder; }

    /// Whether nothing is there that read() has not returned: no frame, and no part of one.
    bool isEmpty() const { return m_begin == m_end && !m_inFrame; }
    const QString &errorString() const { return m_errorString; }

private:
    qsizetype received() const { return m_end - m_begin; }
    QByteArrayView receivedOfFrame() const;
    void consume(qsizetype count);
    Status beginFrame();
    Status readStored(std::span<char> to, qsizetype *count);
    Status readCompressed(std::span<char> to, qsizetype *count);
    Status endCompressed(std::span<char> to, qsizetype *count);
    Status malformed(const QString &reason);

    std::unique_ptr<FrameDecoder> m_decoder;
    qsizetype m_bufferSize;
    std::unique_ptr<char[]> m_buffer;
    qsizetype m_begin = 0;
    qsizetype m_end = 0;

    bool m_inFrame = false;
    bool m_stored = false;
    bool m_outputPending = false; // the decoder may have more without further input
    qsizetype m_bodyLeft = 0;     // not consumed yet
    qsizetype m_plainLeft = 0;    // not inflated yet; means nothing in a stored frame
    char m_lastByte = 0;          // inflated, but held back until the frame's end was seen
    int m_emptyFrames = 0;

    QList<quint8> m_expected;
    quint8 m_sequence = 0xFF;
    bool m_outOfOrder = false;
    QString m_errorString;
};

} // namespace AsyncMySql::Wire
