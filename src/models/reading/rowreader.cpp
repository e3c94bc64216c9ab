// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowreader.h"

namespace AsyncMySql::Models {

void RowReader::want(qsizetype rows)
{
    if (m_wanted < 0 || (rows >= 0 && rows <= m_wanted))
        return;
    m_wanted = rows;
    read();
}

void RowReader::stopClock()
{
    if (m_elapsed < 0)
        m_elapsed = m_clock.elapsed();
}

} // namespace AsyncMySql::Models
