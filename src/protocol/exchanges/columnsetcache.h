// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnset.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>

#include <array>
#include <memory>

namespace AsyncMySql::Protocol {

/// The columns of recent results of one session, each with the packets that defined them. Where a
/// session executes the same statements over and over, their results share the columns: what the
/// server sends is compared with what it sent before, and neither parsed nor stored again.
class ColumnSetCache
{
public:
    using ColumnSetPointer = std::shared_ptr<Values::ColumnSet>;

    struct Entry
    {
        /// The packets one after the other, each behind its size.
        QByteArray definitions;
        ColumnSetPointer columns;
    };

    /// The most recent entry with so many columns whose first is defined by \a definition; null if
    /// there is none.
    std::shared_ptr<const Entry> find(quint64 columnCount, QByteArrayView definition,
                                      const Values::SessionTimeZonePointer &timeZone) const;
    /// Replaces the entry of the same place. What is too large is not stored.
    void insert(std::shared_ptr<const Entry> entry);

    static void appendDefinition(QByteArray *definitions, QByteArrayView definition);
    /// The definition at \a offset of \a definitions.
    static QByteArrayView definitionAt(const QByteArray &definitions, qsizetype offset);
    /// What a definition of this size takes of Entry::definitions.
    static qsizetype storedSize(qsizetype definitionSize);

private:
    // A power of two. With the largest definitions they hold half a megabyte.
    static constexpr size_t Size = 64;
    static constexpr qsizetype LargestDefinitions = 8 * 1024;

    static size_t place(quint64 columnCount, QByteArrayView definition);

    std::array<std::shared_ptr<const Entry>, Size> m_entries;
};

} // namespace AsyncMySql::Protocol
