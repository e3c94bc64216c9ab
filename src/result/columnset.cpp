// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnset.h"

#include <AsyncMySql/row.h>

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
    for (int index = 0; index < other.size(); ++index)
        append(other.at(index));
    squeeze();
}

void ColumnSet::append(const ColumnInfo &column)
{
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
    const auto find = [&](auto &&isSame) {
        for (int index = 0; index < size(); ++index) {
            if (isSame(QUtf8StringView(view(entry(index).texts[Name]))))
                return index;
        }
        return -1;
    };
    const int exact = find([&](QUtf8StringView own) { return QAnyStringView::equal(own, name); });
    if (exact >= 0)
        return exact;
    return find([&](QUtf8StringView own) {
        return QAnyStringView::compare(own, name, Qt::CaseInsensitive) == 0;
    });
}

qsizetype ColumnSet::memorySize() const
{
    return static_cast<qsizetype>(sizeof(*this) + m_columns.capacity() * sizeof(Entry)
                                  + m_traits.capacity() * sizeof(ValueTraits)
                                  + m_binaryLayouts.capacity() + m_textLayouts.capacity()
                                  + m_fixedRuns.capacity() * sizeof(FixedRun))
           + m_texts.capacity();
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
