// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnsetcache.h"

#include <QtCore/qhashfunctions.h>

#include <cstring>
#include <utility>

namespace AsyncMySql::Protocol {

std::shared_ptr<const ColumnSetCache::Entry>
ColumnSetCache::find(quint64 columnCount, QByteArrayView definition,
                     const Values::SessionTimeZonePointer &timeZone) const
{
    const std::shared_ptr<const Entry> &entry = m_entries[place(columnCount, definition)];
    if (entry && static_cast<quint64>(entry->columns->size()) == columnCount
        && entry->columns->timeZone() == timeZone
        && definitionAt(entry->definitions, 0) == definition)
        return entry;
    return nullptr;
}

void ColumnSetCache::insert(std::shared_ptr<const Entry> entry)
{
    if (entry->definitions.size() > LargestDefinitions)
        return;
    const auto columnCount = static_cast<quint64>(entry->columns->size());
    const size_t index = place(columnCount, definitionAt(entry->definitions, 0));
    m_entries[index] = std::move(entry);
}

void ColumnSetCache::appendDefinition(QByteArray *definitions, QByteArrayView definition)
{
    const auto size = static_cast<quint32>(definition.size());
    definitions->append(reinterpret_cast<const char *>(&size), sizeof(size));
    definitions->append(definition);
}

QByteArrayView ColumnSetCache::definitionAt(const QByteArray &definitions, qsizetype offset)
{
    quint32 size = 0;
    std::memcpy(&size, definitions.constData() + offset, sizeof(size));
    return QByteArrayView(definitions).sliced(offset + qsizetype(sizeof(size)), size);
}

qsizetype ColumnSetCache::storedSize(qsizetype definitionSize)
{
    return qsizetype(sizeof(quint32)) + definitionSize;
}

size_t ColumnSetCache::place(quint64 columnCount, QByteArrayView definition)
{
    return qHashBits(definition.data(), size_t(definition.size()), size_t(columnCount))
           & (Size - 1);
}

} // namespace AsyncMySql::Protocol
