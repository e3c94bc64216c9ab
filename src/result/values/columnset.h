// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columninfo.h"
#include "sessiontimezone.h"
#include "valuetraits.h"

#include <AsyncMySql/column.h>

#include <QtCore/qanystringview.h>
#include <QtCore/qbytearray.h>
#include <QtCore/qglobal.h>
#include <QtCore/qutf8stringview.h>

#include <array>
#include <atomic>
#include <memory>
#include <vector>

namespace AsyncMySql::Values {

class ColumnIndex;

/// The columns of a result, and of others with the same definitions. Their names stay bytes until
/// they are needed.
///
/// The caller bounds the sum of the texts (below 4 GiB), as it bounds everything from a server.
class ColumnSet
{
public:
    /// For a session with this time zone.
    explicit ColumnSet(SessionTimeZonePointer timeZone = {});
    /// The same columns for a session with another one.
    ColumnSet(const ColumnSet &other, SessionTimeZonePointer timeZone);
    ~ColumnSet();
    /// Of results without columns: one for all, never appended to.
    static const std::shared_ptr<ColumnSet> &empty();
    Q_DISABLE_COPY_MOVE(ColumnSet)

    /// Copies what the views of \a column show.
    void append(const ColumnInfo &column);
    /// Copies the first \a count columns of \a other.
    void append(const ColumnSet &other, int count);
    /// Takes back what growing left over.
    void squeeze();

    int size() const { return static_cast<int>(m_traits.size()); }
    /// The views are valid for as long as the set lives and is not appended to.
    ColumnInfo at(int index) const;
    /// What reading a value needs to know.
    const ValueTraits &traitsAt(int index) const { return m_traits[static_cast<size_t>(index)]; }
    const ValueTraits *traits() const { return m_traits.data(); }
    /// What lies in front of the values of a binary row (MySQL: "Binary Protocol Resultset Row"):
    /// the byte 0 and a bitmap of the columns that are NULL, whose first two bits are no column's.
    qsizetype binaryHeaderSize() const { return m_binaryHeaderSize; }
    /// Columns of a binary row whose values have fixed widths. Behind them is one that has not, or
    /// the end.
    struct FixedRun
    {
        int end = 0;
        quint32 width = 0; // of all their values together
    };
    /// In order, up to the one at the end. Some are empty.
    const std::vector<FixedRun> &fixedRuns() const { return m_fixedRuns; }
    /// How the values of each column lie in a row of this \a format; then comes EndOfLayouts.
    const Layout *layouts(RowFormat format) const
    {
        return format == RowFormat::Binary ? m_binaryLayouts.data() : m_textLayouts.data();
    }
    const SessionTimeZonePointer &timeZone() const { return m_timeZone; }
    Column::Type typeAt(int index) const { return traitsAt(index).type; }
    bool isUnsignedAt(int index) const { return traitsAt(index).isUnsigned; }
    /// The column of exactly this name; if there is none, the first one of this name without regard
    /// to case, as MySQL compares them; -1 if there is none either.
    int indexOf(QAnyStringView name) const;
    qsizetype memorySize() const;

private:
    enum TextIndex {
        Schema,
        Table,
        OriginalTable,
        Name,
        OriginalName,
        TypeName,
        Format,
        TextCount
    };

    struct Span
    {
        quint32 offset = 0;
        quint32 size = 0;
    };

    struct Entry
    {
        std::array<Span, TextCount> texts;
        quint32 length = 0;
        quint16 collation = 0;
        quint16 flags = 0;
        FieldType fieldType = FieldType::Null;
        quint8 decimals = 0;
    };

    int find(QAnyStringView name) const;
    const ColumnIndex &index() const;
    QUtf8StringView nameAt(int index) const
    {
        return QUtf8StringView(view(entry(index).texts[Name]));
    }
    const Entry &entry(int index) const { return m_columns[static_cast<size_t>(index)]; }
    QByteArrayView view(Span span) const;
    Span store(QByteArrayView text, TextIndex which);

    SessionTimeZonePointer m_timeZone;
    std::vector<Entry> m_columns;
    // Apart, as every row is read with them.
    std::vector<ValueTraits> m_traits;
    std::vector<Layout> m_binaryLayouts;
    std::vector<Layout> m_textLayouts;
    std::vector<FixedRun> m_fixedRuns;
    qsizetype m_binaryHeaderSize = 2;
    QByteArray m_texts;
    /// Made when it is needed first, by whichever thread that is in.
    mutable std::atomic<const ColumnIndex *> m_index = nullptr;
};

} // namespace AsyncMySql::Values
