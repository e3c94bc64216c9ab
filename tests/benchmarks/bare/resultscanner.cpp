// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultscanner.h"

#include "arguments.h"

#include <algorithm>

long ResultScanner::feed(const char *bytes, std::size_t size)
{
    long ended = 0;
    for (std::size_t i = 0; i < size;) {
        if (m_rest > 0) {
            const std::size_t skipped = std::min(m_rest, size - i);
            m_rest -= skipped;
            i += skipped;
            continue;
        }
        m_head[m_headSize++] = static_cast<unsigned char>(bytes[i++]);
        if (m_headSize < HeadSize)
            continue;
        m_headSize = 0;
        const std::size_t length = m_head[0] | m_head[1] << 8 | m_head[2] << 16;
        m_rest = length - 1;
        if (m_head[4] == 0xff)
            fail("bare: the server says there is an error");
        // The EOF packet, once behind the columns and once behind the rows.
        if (m_head[4] == 0xfe && length < 9) {
            ended += m_columnsEnded ? 1 : 0;
            m_columnsEnded = !m_columnsEnded;
        }
    }
    return ended;
}
