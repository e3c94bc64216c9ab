// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "compression.h"

#include <QtCore/qbytearrayview.h>

#include <memory>
#include <span>

namespace AsyncMySql::Wire {

/// Compresses the bodies of frames, each without a memory of those before it.
class FrameEncoder
{
public:
    virtual ~FrameEncoder();

    /// The size of what was written to \a output, or 0 if it does not fit there.
    virtual qsizetype encode(QByteArrayView plain, std::span<char> output) = 0;

    /// Null for None, and for what this build does not have.
    static std::unique_ptr<FrameEncoder> create(CompressionAlgorithm algorithm, int level);
};

} // namespace AsyncMySql::Wire
