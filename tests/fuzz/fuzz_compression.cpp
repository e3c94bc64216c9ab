// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedreader.h"
#include "compressedwriter.h"
#include "require.h"

#include <cstring>

using namespace AsyncMySql;
using Wire::CompressedReader;
using Wire::CompressedWriter;
using Wire::CompressionAlgorithm;
using Status = CompressedReader::Status;

namespace {

struct Received
{
    QByteArray plain;
    Status status = Status::NeedMore;
    quint8 sequence = 0;
    bool outOfOrder = false;
    bool empty = true;
};

Received receive(CompressionAlgorithm algorithm, QByteArrayView stream, qsizetype portion,
                 qsizetype readSize)
{
    // Beyond this a bomb, of which there is nothing more to learn, makes the search slow.
    constexpr qsizetype enough = 1 << 20;
    CompressedReader reader(algorithm, portion);
    Received received;
    const std::unique_ptr<char[]> to(new char[static_cast<size_t>(readSize)]);
    while (!stream.isEmpty() && received.status == Status::NeedMore) {
        const std::span<char> space = reader.prepare();
        require(!space.empty());
        const auto count = qMin(qMin(portion, stream.size()), static_cast<qsizetype>(space.size()));
        std::memcpy(space.data(), stream.data(), static_cast<size_t>(count));
        reader.commit(count);
        stream = stream.sliced(count);
        do {
            qsizetype produced = -1;
            received.status = reader.read({to.get(), static_cast<size_t>(readSize)}, &produced);
            require(produced >= 0 && produced <= readSize);
            require((produced > 0) == (received.status == Status::Ready));
            received.plain.append(to.get(), produced);
        } while (received.status == Status::Ready && received.plain.size() < enough);
    }
    require((received.status == Status::Malformed) == !reader.errorString().isEmpty());
    received.sequence = reader.sequence();
    received.outOfOrder = reader.isOutOfOrder();
    received.empty = reader.isEmpty();
    return received;
}

} // namespace

// Three bytes choose the algorithm and the portions; the rest is the stream, first as a server's,
// and then as what is to be compressed. However a good stream is cut, the same comes of it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t choices = 3;
    if (size < choices)
        return 0;
    const auto algorithm = static_cast<CompressionAlgorithm>(data[0] % 3);
    if (!Wire::isCompressionAvailable(algorithm))
        return 0;
    const qsizetype portion = 1 + data[1];
    const qsizetype readSize = 1 + 4 * data[2];
    const QByteArrayView stream(reinterpret_cast<const char *>(data) + choices,
                                static_cast<qsizetype>(size - choices));

    constexpr qsizetype whole = 65536;
    const Received cut = receive(algorithm, stream, portion, readSize);
    const Received atOnce = receive(algorithm, stream, whole, whole);
    const qsizetype common = qMin(cut.plain.size(), atOnce.plain.size());
    require(cut.plain.first(common) == atOnce.plain.first(common));
    if (cut.status != Status::Ready && atOnce.status != Status::Ready) {
        require(cut.status == atOnce.status);
        require(cut.sequence == atOnce.sequence);
        require(cut.outOfOrder == atOnce.outOfOrder);
        if (cut.status == Status::NeedMore)
            require(cut.empty == atOnce.empty);
        if (cut.status == Status::NeedMore && cut.empty)
            require(cut.plain == atOnce.plain);
    }

    CompressedWriter writer(algorithm, data[0] / 3 % 10, 1 + data[1] * qsizetype(data[2]));
    QByteArray frames;
    quint8 sequence = 0;
    writer.append(&frames, stream, &sequence);
    const Received again = receive(algorithm, frames, portion, readSize);
    require(again.plain == stream);
    require(again.empty && !again.outOfOrder);
    require(stream.isEmpty() || again.sequence == static_cast<quint8>(sequence - 1));
    return 0;
}
