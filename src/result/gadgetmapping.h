// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/rowdecoder_impl.h>

#include <QtCore/qmetaobject.h>

#include <vector>

namespace AsyncMySql::Values {

/// Which columns go into which properties of a gadget, and how. Made once for all rows of a result.
class GadgetMapping
{
public:
    /// Each writable property is mapped to the column of its name, if there is one.
    GadgetMapping(const RowDecoder &row, const QMetaObject &type);

    void fill(RowDecoder &row, void *gadget, Error *error) const;

private:
    /// False if there is nothing to write: NULL, or an error, which then is reported.
    using Reader = bool (*)(RowDecoder &row, int column, const QMetaProperty &property,
                            QVariant *value, Error *error);
    struct TypeReader
    {
        QMetaType type;
        Reader read;
    };
    struct Entry
    {
        QMetaProperty property;
        int column;
        Reader read;
    };

    template <typename... Types>
    static std::vector<TypeReader> readersOf();
    template <typename T>
    static bool readValue(RowDecoder &row, int column, const QMetaProperty &property,
                          QVariant *value, Error *error);
    template <typename T>
    static bool readOptional(RowDecoder &row, int column, const QMetaProperty &property,
                             QVariant *value, Error *error);
    static bool readVariant(RowDecoder &row, int column, const QMetaProperty &property,
                            QVariant *value, Error *error);
    static bool readEnumerator(RowDecoder &row, int column, const QMetaProperty &property,
                               QVariant *value, Error *error);
    static bool readOther(RowDecoder &row, int column, const QMetaProperty &property,
                          QVariant *value, Error *error);
    static Reader readerFor(const QMetaProperty &property);

    std::vector<Entry> m_entries;
};

} // namespace AsyncMySql::Values
