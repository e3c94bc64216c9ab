// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "compression.h"

#include <QtCore/qbytearrayview.h>

#include <memory>
#include <span>

namespace AsyncMySql::Wire {

/// Inflates the bodies of frames, in pieces, each body without a memory of those before it.
class FrameDecoder
{
public:
    enum class Status {
        Continues, ///< needs more input or more space
        Ended,     ///< the body is complete, checksums included
        Broken,
    };

    struct Result
    {
        Status status = Status::Broken;
        qsizetype consumed = 0;
        qsizetype produced = 0;
    };

    virtual ~FrameDecoder();

    /// A new body follows.
    virtual void begin() = 0;
    virtual Result decode(QByteArrayView input, std::span<char> output) = 0;

    /// Null for None, and for what this build does not have.
    static std::unique_ptr<FrameDecoder> create(CompressionAlgorithm algorithm);
};

} // namespace AsyncMySql::Wire
