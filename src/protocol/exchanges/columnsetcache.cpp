// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnsetcache.h"

#include <QtCore/qhashfunctions.h>

#include <cstring>
#include <utility>

namespace AsyncMySql::Protocol {

ColumnSetCache::EntryPointer ColumnSetCache::find(quint64 columnCount,
                                                  const Values::SessionTimeZonePointer &timeZone,
                                                  QByteArrayView definitions,
                                                  QByteArrayView next) const
{
    const auto matches = [&](const EntryPointer &entry) {
        return entry && static_cast<quint64>(entry->columns->size()) == columnCount
               && entry->columns->timeZone() == timeZone
               && entry->definitions.startsWith(definitions)
               && entry->definitions.size() > definitions.size()
               && definitionAt(entry->definitions, definitions.size()) == next;
    };
    const Place &place = m_places[placeOf(
        columnCount, definitions.isEmpty() ? next : definitionAt(definitions, 0))];
    if (matches(place.recent))
        return place.recent;
    return matches(place.older) ? place.older : nullptr;
}

void ColumnSetCache::insert(EntryPointer entry)
{
    if (entry->definitions.size() > LargestDefinitions)
        return;
    const auto columnCount = static_cast<quint64>(entry->columns->size());
    Place &place = m_places[placeOf(columnCount, definitionAt(entry->definitions, 0))];
    place.older = std::exchange(place.recent, std::move(entry));
}

void ColumnSetCache::appendDefinition(QByteArray *definitions, QByteArrayView definition)
{
    const auto size = static_cast<quint32>(definition.size());
    definitions->append(reinterpret_cast<const char *>(&size), sizeof(size));
    definitions->append(definition);
}

QByteArrayView ColumnSetCache::definitionAt(QByteArrayView definitions, qsizetype offset)
{
    quint32 size = 0;
    std::memcpy(&size, definitions.data() + offset, sizeof(size));
    return definitions.sliced(offset + qsizetype(sizeof(size)), size);
}

qsizetype ColumnSetCache::storedSize(qsizetype definitionSize)
{
    return qsizetype(sizeof(quint32)) + definitionSize;
}

size_t ColumnSetCache::placeOf(quint64 columnCount, QByteArrayView firstDefinition)
{
    return qHashBits(firstDefinition.data(), size_t(firstDefinition.size()), size_t(columnCount))
           & (Places - 1);
}

} // namespace AsyncMySql::Protocol
