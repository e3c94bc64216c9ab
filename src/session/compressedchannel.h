// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "compressedreader.h"
#include "compressedwriter.h"
#include "exchange.h"

#include <QtCore/qbytearray.h>

#include <deque>
#include <optional>

namespace AsyncMySql {

/// What stands between a session and its transport where both sides have agreed to compress.
///
/// Compressing takes far longer than writing, so that it is done in pieces, whenever the session
/// asks for the next one. Each command begins a numbering of its own, in which its answer goes on.
class CompressedChannel
{
public:
    CompressedChannel(Wire::CompressionAlgorithm algorithm, int level);

    using Kind = Protocol::Exchange::Output::Kind;
    /// \a packets are framed already.
    void enqueue(Kind kind, QByteArray packets);
    qsizetype pendingBytes() const { return m_pendingBytes; }
    /// Appends the next piece, compressed. False if there is none.
    bool takeOutput(QByteArray *output);

    Wire::CompressedReader &reader() { return m_reader; }
    const Wire::CompressedReader &reader() const { return m_reader; }

private:
    struct Pending
    {
        Kind kind;
        QByteArray packets;
        qsizetype done = 0;
        quint8 sequence = 0;
    };

    Wire::CompressedWriter m_writer;
    Wire::CompressedReader m_reader;
    std::deque<Pending> m_pending;
    qsizetype m_pendingBytes = 0;
    /// Of the next frame in a dialogue.
    std::optional<quint8> m_dialogueSequence;
};

} // namespace AsyncMySql
