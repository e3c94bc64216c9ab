// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "framedecoder.h"
#include "frameencoder.h"

#include <zlib.h>

namespace AsyncMySql::Wire {

class ZlibEncoder final : public FrameEncoder
{
public:
    explicit ZlibEncoder(int level);
    ~ZlibEncoder() override;
    Q_DISABLE_COPY_MOVE(ZlibEncoder)

    qsizetype encode(QByteArrayView plain, std::span<char> output) override;

private:
    z_stream m_stream = {};
    bool m_usable;
};

class ZlibDecoder final : public FrameDecoder
{
public:
    ZlibDecoder();
    ~ZlibDecoder() override;
    Q_DISABLE_COPY_MOVE(ZlibDecoder)

    void begin() override;
    Result decode(QByteArrayView input, std::span<char> output) override;

private:
    z_stream m_stream = {};
    bool m_usable;
};

} // namespace AsyncMySql::Wire
