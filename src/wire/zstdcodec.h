// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "framedecoder.h"
#include "frameencoder.h"

#include <zstd.h>

namespace AsyncMySql::Wire {

class ZstdEncoder final : public FrameEncoder
{
public:
    explicit ZstdEncoder(int level);

    qsizetype encode(QByteArrayView plain, std::span<char> output) override;

private:
    struct Free
    {
        void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
    };

    int m_level;
    std::unique_ptr<ZSTD_CCtx, Free> m_context;
};

class ZstdDecoder final : public FrameDecoder
{
public:
    void begin() override;
    Result decode(QByteArrayView input, std::span<char> output) override;

private:
    struct Free
    {
        void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
    };

    bool beginsLikeAFrame(QByteArrayView input) const;

    std::unique_ptr<ZSTD_DCtx, Free> m_context;
    qsizetype m_consumed = 0; // of this body
};

} // namespace AsyncMySql::Wire
