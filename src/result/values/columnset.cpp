// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnset.h"

#include "columnindex.h"

#include <AsyncMySql/rowdecoder_impl.h>

#include <memory>
#include <utility>

namespace AsyncMySql::Values {

ColumnSet::ColumnSet(SessionTimeZonePointer timeZone)
    : m_timeZone(std::move(timeZone))
    , m_binaryLayouts{EndOfLayouts}
    , m_textLayouts{EndOfLayouts}
    , m_fixedRuns(1)
{
}

ColumnSet::ColumnSet(const ColumnSet &other, SessionTimeZonePointer timeZone)
    : ColumnSet(std::move(timeZone))
{
    append(other, other.size());
    squeeze();
}

ColumnSet::~ColumnSet()
{
    delete m_index.load(std::memory_order_relaxed);
}

const std::shared_ptr<ColumnSet> &ColumnSet::empty()
{
    static const auto columns = std::make_shared<ColumnSet>();
    return columns;
}

void ColumnSet::append(const ColumnInfo &column)
{
    delete m_index.exchange(nullptr, std::memory_order_relaxed);
    Entry entry;
    entry.texts[Schema] = store(column.schema, Schema);
    entry.texts[Table] = store(column.table, Table);
    entry.texts[OriginalTable] = store(column.originalTable, OriginalTable);
    entry.texts[Name] = store(column.name, Name);
    entry.texts[OriginalName] = column.originalName == column.name
                                    ? entry.texts[Name]
                                    : store(column.originalName, OriginalName);
    entry.texts[TypeName] = store(column.typeName, TypeName);
    entry.texts[Format] = store(column.format, Format);
    entry.length = column.length;
    entry.collation = column.collation;
    entry.flags = column.flags;
    entry.fieldType = column.type;
    entry.decimals = column.decimals;
    m_columns.push_back(entry);
    m_traits.push_back(valueTraits(column, m_timeZone.get()));
    m_binaryLayouts.back() = binaryLayout(m_traits.back());
    m_binaryLayouts.push_back(EndOfLayouts);
    m_textLayouts.back() = textLayout(m_traits.back());
    m_textLayouts.push_back(EndOfLayouts);
    m_binaryHeaderSize = 1 + (size() + 2 + 7) / 8;
    if (m_traits.back().binaryWidth == ValueTraits::LengthEncoded)
        m_fixedRuns.push_back({size(), 0});
    else
        m_fixedRuns.back() = {size(), m_fixedRuns.back().width + m_traits.back().binaryWidth};
}

void ColumnSet::append(const ColumnSet &other, int count)
{
    for (int index = 0; index < count; ++index)
        append(other.at(index));
}

void ColumnSet::squeeze()
{
    m_columns.shrink_to_fit();
    m_traits.shrink_to_fit();
    m_binaryLayouts.shrink_to_fit();
    m_textLayouts.shrink_to_fit();
    m_fixedRuns.shrink_to_fit();
    m_texts.squeeze();
}

ColumnInfo ColumnSet::at(int index) const
{
    const Entry &stored = entry(index);
    ColumnInfo column;
    column.schema = view(stored.texts[Schema]);
    column.table = view(stored.texts[Table]);
    column.originalTable = view(stored.texts[OriginalTable]);
    column.name = view(stored.texts[Name]);
    column.originalName = view(stored.texts[OriginalName]);
    column.typeName = view(stored.texts[TypeName]);
    column.format = view(stored.texts[Format]);
    column.collation = stored.collation;
    column.length = stored.length;
    column.type = stored.fieldType;
    column.flags = stored.flags;
    column.decimals = stored.decimals;
    return column;
}

int ColumnSet::indexOf(QAnyStringView name) const
{
    // Few names are compared faster than one is hashed.
    constexpr int few = 12;
    if (size() <= few)
        return find(name);
    const QString text = name.toString();
    if (const int exact = index().exact(text);
        exact >= 0 && QAnyStringView::equal(nameAt(exact), name))
        return exact;
    const int folded = index().folded(text);
    if (folded >= 0 && QAnyStringView::compare(nameAt(folded), name, Qt::CaseInsensitive) == 0)
        return folded;
    // What was folded together with it is another name.
    return folded < 0 ? -1 : find(name);
}

int ColumnSet::find(QAnyStringView name) const
{
    for (int index = 0; index < size(); ++index) {
        if (QAnyStringView::equal(nameAt(index), name))
            return index;
    }
    for (int index = 0; index < size(); ++index) {
        if (QAnyStringView::compare(nameAt(index), name, Qt::CaseInsensitive) == 0)
            return index;
    }
    return -1;
}

const ColumnIndex &ColumnSet::index() const
{
    if (const ColumnIndex *known = m_index.load(std::memory_order_acquire))
        return *known;
    auto made = std::make_unique<ColumnIndex>();
    for (int column = 0; column < size(); ++column)
        made->add(column, nameAt(column).toString());
    const ColumnIndex *expected = nullptr;
    // Another thread can have been faster.
    if (m_index.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
        return *made.release();
    return *expected;
}

qsizetype ColumnSet::memorySize() const
{
    const ColumnIndex *known = m_index.load(std::memory_order_acquire);
    return static_cast<qsizetype>(sizeof(*this) + m_columns.capacity() * sizeof(Entry)
                                  + m_traits.capacity() * sizeof(ValueTraits)
                                  + m_binaryLayouts.capacity() + m_textLayouts.capacity()
                                  + m_fixedRuns.capacity() * sizeof(FixedRun))
           + m_texts.capacity() + (known ? known->memorySize() : 0);
}

QByteArrayView ColumnSet::view(Span span) const
{
    return QByteArrayView(m_texts).sliced(span.offset, span.size);
}

ColumnSet::Span ColumnSet::store(QByteArrayView text, TextIndex which)
{
    // Columns of one table come one after the other and name the same schema and table.
    if (!m_columns.empty()) {
        const Span previous = m_columns.back().texts[which];
        if (view(previous) == text)
            return previous;
    }
    const Span span{static_cast<quint32>(m_texts.size()), static_cast<quint32>(text.size())};
    m_texts.append(text);
    return span;
}

} // namespace AsyncMySql::Values
