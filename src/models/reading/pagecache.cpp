// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagecache.h"

#include <iterator>
#include <utility>

namespace AsyncMySql::Models {

void PageCache::setLimit(qsizetype limit)
{
    m_limit = limit;
    removeOld();
}

void PageCache::insert(qsizetype number, const Page &page)
{
    const auto found = m_byNumber.constFind(number);
    // A page that is replaced is used as it was before.
    if (found != m_byNumber.cend()) {
        Entry &entry = **found;
        m_bytes -= entry.bytes;
        entry.page = page;
        entry.bytes = page.rows.sizeInBytes();
        m_bytes += entry.bytes;
    } else {
        m_entries.push_front({number, page, page.rows.sizeInBytes(), m_turn});
        m_byNumber.insert(number, m_entries.begin());
        m_bytes += m_entries.front().bytes;
    }
    removeOld();
}

void PageCache::remove(qsizetype number)
{
    const auto found = m_byNumber.constFind(number);
    if (found != m_byNumber.cend())
        erase(*found);
}

void PageCache::replace(qsizetype pageRows)
{
    m_replaced.clear();
    m_replacedRows = pageRows;
    for (const Entry &entry : std::exchange(m_entries, {}))
        m_replaced.insert(entry.number, entry.page);
    m_byNumber.clear();
    m_bytes = 0;
}

std::optional<Row> PageCache::replacedRow(qsizetype index) const
{
    const auto found = m_replaced.constFind(index / m_replacedRows);
    const qsizetype inPage = index % m_replacedRows;
    return found != m_replaced.cend() && inPage < found->rowCount()
               ? std::optional(found->row(inPage))
               : std::nullopt;
}

const PageCache::Page *PageCache::find(qsizetype number) const
{
    const auto found = m_byNumber.constFind(number);
    return found == m_byNumber.cend() ? nullptr : &(*found)->page;
}

const PageCache::Page *PageCache::use(qsizetype number)
{
    const auto found = m_byNumber.constFind(number);
    if (found == m_byNumber.cend())
        return nullptr;
    m_isUsed = true;
    (*found)->turn = m_turn;
    m_entries.splice(m_entries.begin(), m_entries, *found);
    return &(*found)->page;
}

void PageCache::setOutdated(qsizetype number)
{
    const auto found = m_byNumber.constFind(number);
    if (found != m_byNumber.cend())
        (*found)->page.isOutdated = true;
}

void PageCache::endTurn()
{
    if (!std::exchange(m_isUsed, false))
        return;
    ++m_turn;
    removeOld();
}

QList<qsizetype> PageCache::numbers() const
{
    QList<qsizetype> numbers;
    numbers.reserve(m_byNumber.size());
    for (const Entry &entry : m_entries)
        numbers.append(entry.number);
    return numbers;
}

void PageCache::removeOld()
{
    while (m_bytes > m_limit && !m_entries.empty() && m_entries.back().turn + 1 < m_turn)
        erase(std::prev(m_entries.end()));
}

void PageCache::erase(Entries::iterator entry)
{
    m_bytes -= entry->bytes;
    m_byNumber.remove(entry->number);
    m_entries.erase(entry);
}

} // namespace AsyncMySql::Models
