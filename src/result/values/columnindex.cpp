// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnindex.h"

namespace AsyncMySql::Values {

void ColumnIndex::add(int index, const QString &name)
{
    if (!m_exact.contains(name))
        m_exact.insert(name, index);
    const QString folded = name.toCaseFolded();
    if (!m_folded.contains(folded))
        m_folded.insert(folded, index);
}

qsizetype ColumnIndex::memorySize() const
{
    qsizetype size = static_cast<qsizetype>(sizeof(*this));
    for (const QHash<QString, int> *names : {&m_exact, &m_folded}) {
        size += names->capacity() * static_cast<qsizetype>(sizeof(QString) + sizeof(int));
        for (auto it = names->cbegin(); it != names->cend(); ++it)
            size += it.key().size() * static_cast<qsizetype>(sizeof(QChar));
    }
    return size;
}

} // namespace AsyncMySql::Values
