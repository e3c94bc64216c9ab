// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qanystringview.h>
#include <QtCore/qhash.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Values {

/// Finds a column by its name among many.
class ColumnIndex
{
public:
    /// Of the columns that have the same name, the first one added is found.
    void add(int index, const QString &name);

    /// A column that \a name may be meant for, as ColumnSet::indexOf() has it; -1 if there is none.
    int exact(const QString &name) const { return m_exact.value(name, -1); }
    /// The same without regard to case. It folds more together than a comparison does.
    int folded(const QString &name) const { return m_folded.value(name.toCaseFolded(), -1); }

    qsizetype memorySize() const;

private:
    QHash<QString, int> m_exact;
    QHash<QString, int> m_folded;
};

} // namespace AsyncMySql::Values
