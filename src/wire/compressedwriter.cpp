// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedwriter.h"

#include <cstring>

namespace AsyncMySql::Wire {

namespace {

/// Below this the servers do not try either (MIN_COMPRESS_LENGTH).
constexpr qsizetype SmallestWorthCompressing = 50;

void writeUInt24(char *to, qsizetype value)
{
    to[0] = static_cast<char>(value);
    to[1] = static_cast<char>(value >> 8);
    to[2] = static_cast<char>(value >> 16);
}

} // namespace

CompressedWriter::CompressedWriter(CompressionAlgorithm algorithm, int level,
                                   qsizetype framePayload)
    : m_encoder(FrameEncoder::create(algorithm, level))
    , m_framePayload(qBound<qsizetype>(1, framePayload, MaximumFramePayload))
{
    Q_ASSERT(isCompressionAvailable(algorithm));
}

void CompressedWriter::append(QByteArray *output, QByteArrayView plain, quint8 *sequence)
{
    while (!plain.isEmpty()) {
        const QByteArrayView frame = plain.first(qMin(plain.size(), m_framePayload));
        appendFrame(output, frame, (*sequence)++);
        plain = plain.sliced(frame.size());
    }
}

void CompressedWriter::appendFrame(QByteArray *output, QByteArrayView plain, quint8 sequence)
{
    const qsizetype start = output->size();
    output->resize(start + CompressedHeaderSize + plain.size());
    char *header = output->data() + start;
    char *body = header + CompressedHeaderSize;

    qsizetype bodySize = 0;
    if (m_encoder && plain.size() >= SmallestWorthCompressing) {
        // What does not become smaller does not fit.
        bodySize = m_encoder->encode(plain, {body, static_cast<size_t>(plain.size() - 1)});
    }
    qsizetype plainSize = plain.size();
    if (bodySize == 0) {
        std::memcpy(body, plain.data(), static_cast<size_t>(plain.size()));
        bodySize = plain.size();
        plainSize = 0;
    }
    writeUInt24(header, bodySize);
    header[3] = static_cast<char>(sequence);
    writeUInt24(header + 4, plainSize);
    output->resize(start + CompressedHeaderSize + bodySize);
}

} // namespace AsyncMySql::Wire
