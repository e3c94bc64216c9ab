// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "columnset.h"
#include "columnsetcache.h"
#include "textcodec.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>

#include <memory>

namespace AsyncMySql::Protocol {

/// Makes the columns of a result of the packets that define them, or finds them in a cache.
class ColumnSetReader
{
public:
    /// \a characterSet is that of the names.
    void begin(quint64 columnCount, QByteArrayView characterSet);
    /// Reads the definition of the next column. False if it is broken. Without a \a cache, all of
    /// them are parsed.
    [[nodiscard]] bool read(QByteArrayView definition, Capabilities capabilities,
                            const Values::SessionTimeZonePointer &timeZone,
                            const std::shared_ptr<ColumnSetCache> &cache);
    bool isComplete() const { return m_columnsToCome == 0; }
    /// The columns, which may belong to other results, too, and must not be changed; null if none
    /// was read.
    ColumnSetCache::ColumnSetPointer take(ColumnSetCache *cache);

private:
    bool readKnown(QByteArrayView definition, const Values::SessionTimeZonePointer &timeZone,
                   const ColumnSetCache &cache);
    void leaveKnown();
    void append(Values::ColumnInfo column);

    quint64 m_columnCount = 0;
    quint64 m_columnsToCome = 0;
    /// Null for UTF-8.
    std::shared_ptr<const TextCodec> m_codec;

    /// What all definitions so far agree with, and where in it the next one is.
    std::shared_ptr<const ColumnSetCache::Entry> m_known;
    qsizetype m_offset = 0;

    /// Where they agree with nothing.
    std::shared_ptr<ColumnSetCache::Entry> m_new;
};

} // namespace AsyncMySql::Protocol
