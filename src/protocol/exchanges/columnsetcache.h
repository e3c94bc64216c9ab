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
    using EntryPointer = std::shared_ptr<const Entry>;

    /// Definitions that take more than this are not stored. A cache holds 64 entries, and its
    /// memory is a few times that of their definitions: 2 MiB, if all of them are as large.
    static constexpr qsizetype LargestDefinitions = 8 * 1024;

    /// An entry with so many columns that begins with the first \a size bytes of \a definitions,
    /// and goes on with \a next; the most recent one. Null if there is none.
    EntryPointer find(quint64 columnCount, const Values::SessionTimeZonePointer &timeZone,
                      QByteArrayView definitions, QByteArrayView next) const;
    /// Replaces the older one of those with the same place, if it is not too large.
    void insert(EntryPointer entry);

    static void appendDefinition(QByteArray *definitions, QByteArrayView definition);
    /// The definition at \a offset of \a definitions.
    static QByteArrayView definitionAt(QByteArrayView definitions, qsizetype offset);
    /// What a definition of this size takes of Entry::definitions.
    static qsizetype storedSize(qsizetype definitionSize);

private:
    /// The place is chosen by the first column: statements often differ in a later one.
    struct Place
    {
        EntryPointer recent;
        EntryPointer older;
    };
    static constexpr size_t Places = 32; // a power of two

    static size_t placeOf(quint64 columnCount, QByteArrayView firstDefinition);

    std::array<Place, Places> m_places;
};

} // namespace AsyncMySql::Protocol
