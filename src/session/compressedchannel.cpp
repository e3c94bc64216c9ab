// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedchannel.h"

#include <algorithm>

namespace AsyncMySql {

namespace {
/// zlib takes two milliseconds for it.
constexpr qsizetype PieceSize = 64 * 1024;
} // namespace

CompressedChannel::CompressedChannel(Wire::CompressionAlgorithm algorithm, int level)
    : m_writer(algorithm, level)
    , m_reader(algorithm)
{
}

void CompressedChannel::enqueue(Kind kind, QByteArray packets)
{
    m_pendingBytes += packets.size();
    m_pending.push_back({kind, std::move(packets)});
}

bool CompressedChannel::takeOutput(QByteArray *output)
{
    if (m_pending.empty())
        return false;
    Pending &pending = m_pending.front();
    if (pending.done == 0) {
        if (pending.kind == Kind::Continuation) {
            const auto next = static_cast<quint8>(m_reader.sequence() + 1);
            pending.sequence = m_dialogueSequence.value_or(next);
        } else {
            m_dialogueSequence.reset();
        }
    }
    const qsizetype size = std::min(PieceSize, pending.packets.size() - pending.done);
    m_writer.append(output, QByteArrayView(pending.packets).sliced(pending.done, size),
                    &pending.sequence);
    pending.done += size;
    m_pendingBytes -= size;
    if (pending.done < pending.packets.size())
        return true;

    if (pending.kind == Kind::Continuation) {
        // The rest of the answer has the number after what was sent last.
        m_dialogueSequence = pending.sequence;
        m_reader.finishAnswer();
    }
    if (pending.kind != Kind::SilentCommand)
        m_reader.expectAnswer(pending.sequence);
    m_pending.pop_front();
    return true;
}

} // namespace AsyncMySql
