// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <cstddef>

/// Looks at the heads of packets only, to know where text results end.
class ResultScanner
{
public:
    /// How many results ended in these bytes. An error of the server ends the program.
    long feed(const char *bytes, std::size_t size);

private:
    static constexpr std::size_t HeadSize = 5; // length, sequence number, first byte of the payload

    unsigned char m_head[HeadSize] = {};
    std::size_t m_headSize = 0;
    std::size_t m_rest = 0; // of the payload
    bool m_columnsEnded = false;
};
