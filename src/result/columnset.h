// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columninfo.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

#include <vector>

namespace AsyncMySql::Values {

/// The columns of one result. Their names stay bytes until somebody asks.
class ColumnSet
{
public:
    /// Copies what the views of \a column show.
    void append(const ColumnInfo &column);
    /// Takes back what growing left over.
    void squeeze();

    int size() const { return static_cast<int>(m_columns.size()); }
    /// The views are valid for as long as the set lives and is not appended to.
    ColumnInfo at(int index) const;
    /// The numbers of a column, without its texts: for decoding.
    const ColumnInfo &numbersAt(int index) const { return m_columns[static_cast<size_t>(index)]; }
    /// The first column of this name: compared as MySQL does, without regard to case. -1 if none.
    int indexOf(QStringView name) const;
    qsizetype memorySize() const;

private:
    std::vector<ColumnInfo> m_columns; // views hold offsets into m_texts as sizes only
    QByteArray m_texts;
};

} // namespace AsyncMySql::Values
