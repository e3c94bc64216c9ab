// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "secret.h"

namespace AsyncMySql::Protocol {

void wipe(QByteArray *bytes)
{
    if (bytes->isDetached()) {
        // volatile: the compiler must not leave out writes to memory that is given back next.
        volatile char *byte = bytes->data();
        for (qsizetype i = 0; i < bytes->size(); ++i)
            byte[i] = 0;
    }
    bytes->clear();
}

Secret &Secret::operator=(QByteArrayView bytes)
{
    if (bytes.data() != m_bytes.constData()) {
        wipe(&m_bytes);
        m_bytes = QByteArray(bytes.data(), bytes.size());
    }
    return *this;
}

} // namespace AsyncMySql::Protocol
