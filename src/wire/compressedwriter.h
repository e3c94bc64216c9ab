// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "frameencoder.h"
#include "packetreader.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Wire {

/// Wraps packets into compressed frames, once the final OK of the handshake has come.
///
/// What is compressed blocks the caller: some 30 MB a second with zlib and 200 with zstd, at their
/// default levels. A long payload may be given in slices, since frames need not end where packets
/// do.
class CompressedWriter
{
public:
    explicit CompressedWriter(CompressionAlgorithm algorithm, int level = DefaultCompressionLevel,
                              qsizetype framePayload = MaximumFramePayload);

    /// Appends \a plain, packets as appendPacket() frames them or any part of those, to \a output.
    ///
    /// \a sequence is the number of the first frame, and is left at the one that follows the last:
    /// it counts frames and has nothing to do with the numbers of the packets in them. A command
    /// starts at 0 and with a frame of its own, because the server counts from there; the answer's
    /// first frame has the number that \a sequence is left at. Data for LOCAL INFILE goes on with
    /// the number after the answer's last frame.
    void append(QByteArray *output, QByteArrayView plain, quint8 *sequence);

private:
    void appendFrame(QByteArray *output, QByteArrayView plain, quint8 sequence);

    std::unique_ptr<FrameEncoder> m_encoder;
    qsizetype m_framePayload;
};

} // namespace AsyncMySql::Wire
