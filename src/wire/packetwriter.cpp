// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "packetwriter.h"

#include <cstring>

namespace AsyncMySql::Wire {

void appendPacket(QByteArray *output, QByteArrayView payload, quint8 *sequence,
                  qsizetype framePayload)
{
    Q_ASSERT(framePayload > 0 && framePayload <= MaximumFramePayload);
    const qsizetype frames = payload.size() / framePayload + 1;
    const qsizetype size = output->size() + payload.size() + frames * FrameHeaderSize;
    // An exact reserve() for every one of many small packets would copy all of them each time.
    if (size > output->capacity())
        output->reserve(qMax(size, 2 * output->size()));

    QByteArrayView rest = payload;
    for (qsizetype i = 0; i < frames; ++i) {
        const QByteArrayView frame = rest.first(qMin(rest.size(), framePayload));
        rest = rest.sliced(frame.size());
        const auto length = static_cast<quint32>(frame.size());
        const qsizetype begin = output->size();
        output->resize(begin + FrameHeaderSize + frame.size());
        char *to = output->data() + begin;
        to[0] = static_cast<char>(length);
        to[1] = static_cast<char>(length >> 8);
        to[2] = static_cast<char>(length >> 16);
        to[3] = static_cast<char>((*sequence)++);
        if (!frame.isEmpty())
            std::memcpy(to + FrameHeaderSize, frame.data(), static_cast<size_t>(frame.size()));
    }
}

} // namespace AsyncMySql::Wire
