// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Protocol {

/// Translates offsets in a text in UTF-8 into those of the QString that it was made of. Quick for
/// offsets that grow.
class TextOffsets
{
public:
    explicit TextOffsets(QByteArrayView utf8)
        : m_utf8(utf8)
    {
    }

    qsizetype of(qsizetype offset)
    {
        if (offset < m_bytes) {
            m_bytes = 0;
            m_characters = 0;
        }
        for (; m_bytes < offset && m_bytes < m_utf8.size(); ++m_bytes) {
            const auto byte = static_cast<uchar>(m_utf8[m_bytes]);
            // What takes four bytes there takes two here.
            if (byte < 0x80 || byte >= 0xC0)
                m_characters += byte >= 0xF0 ? 2 : 1;
        }
        return m_characters;
    }

private:
    QByteArrayView m_utf8;
    qsizetype m_bytes = 0;
    qsizetype m_characters = 0;
};

} // namespace AsyncMySql::Protocol
