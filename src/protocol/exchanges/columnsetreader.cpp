// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnsetreader.h"

#include "columndefinition.h"

#include <iterator>
#include <optional>
#include <utility>

namespace AsyncMySql::Protocol {

void ColumnSetReader::begin(quint64 columnCount, QByteArrayView characterSet)
{
    *this = {};
    m_columnCount = columnCount;
    m_columnsToCome = columnCount;
    m_codec = TextCodec::find(characterSet);
}

bool ColumnSetReader::read(QByteArrayView definition, Capabilities capabilities,
                           const Values::SessionTimeZonePointer &timeZone,
                           const std::shared_ptr<ColumnSetCache> &cache)
{
    // The same bytes can be other names in another character set.
    const bool isCached = cache && !m_codec;
    if (isCached && !m_new && readKnown(definition, timeZone, *cache))
        return true;

    const std::optional<Values::ColumnInfo> column
        = parseColumnDefinition(definition, capabilities);
    if (!column)
        return false;
    if (m_known) {
        leaveKnown();
    } else if (!m_new) {
        m_new = std::make_shared<ColumnSetCache::Entry>();
        m_new->columns = std::make_shared<Values::ColumnSet>(timeZone);
    }
    // A larger one is not stored.
    if (isCached && m_new->definitions.size() <= ColumnSetCache::LargestDefinitions)
        ColumnSetCache::appendDefinition(&m_new->definitions, definition);
    append(*column);
    --m_columnsToCome;
    return true;
}

/// Whether the cache has columns that all definitions agree with, up to this one.
bool ColumnSetReader::readKnown(QByteArrayView definition,
                                const Values::SessionTimeZonePointer &timeZone,
                                const ColumnSetCache &cache)
{
    if (!m_known || ColumnSetCache::definitionAt(m_known->definitions, m_offset) != definition) {
        const QByteArrayView before
            = m_known ? QByteArrayView(m_known->definitions).first(m_offset) : QByteArrayView();
        ColumnSetCache::EntryPointer found
            = cache.find(m_columnCount, timeZone, before, definition);
        if (!found)
            return false;
        m_known = std::move(found);
    }
    m_offset += ColumnSetCache::storedSize(definition.size());
    --m_columnsToCome;
    return true;
}

/// The columns up to here are the same, and the next one differs.
void ColumnSetReader::leaveKnown()
{
    m_new = std::make_shared<ColumnSetCache::Entry>();
    m_new->columns = std::make_shared<Values::ColumnSet>(m_known->columns->timeZone());
    m_new->definitions = m_known->definitions.left(m_offset);
    m_new->columns->append(*m_known->columns, static_cast<int>(m_columnCount - m_columnsToCome));
    m_known.reset();
}

void ColumnSetReader::append(Values::ColumnInfo column)
{
    if (!m_codec) {
        m_new->columns->append(column);
        return;
    }
    QByteArrayView *const names[] = {&column.schema, &column.table, &column.originalTable,
                                     &column.name, &column.originalName};
    QByteArray decoded[std::size(names)];
    for (size_t i = 0; i < std::size(names); ++i) {
        decoded[i] = m_codec->toUtf8(*names[i]);
        *names[i] = decoded[i];
    }
    m_new->columns->append(column);
}

ColumnSetCache::ColumnSetPointer ColumnSetReader::take(ColumnSetCache *cache)
{
    if (m_known)
        return std::exchange(m_known, nullptr)->columns;
    const std::shared_ptr<ColumnSetCache::Entry> entry = std::exchange(m_new, nullptr);
    if (!entry)
        return nullptr;
    entry->columns->squeeze();
    entry->definitions.squeeze();
    if (cache && !m_codec)
        cache->insert(entry);
    return entry->columns;
}

} // namespace AsyncMySql::Protocol
