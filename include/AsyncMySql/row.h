// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/rowdecoder_impl.h>

#include <QtCore/qanystringview.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql {

class ASYNCMYSQL_EXPORT Row
{
public:
    Row() = default;

    bool isValid() const { return m_decoder.data() != nullptr; }
    int columnCount() const { return m_decoder.columnCount(); }
    int size() const { return columnCount(); }
    Column column(int index) const;
    int indexOf(QAnyStringView columnName) const;

    bool isNull(int column) const;
    bool isNull(QAnyStringView columnName) const;

    QByteArrayView bytes(int column) const;
    QByteArrayView bytes(QAnyStringView columnName) const;
    QString text(int column) const;
    QString text(QAnyStringView columnName) const;
    QVariant value(int column) const;
    QVariant value(QAnyStringView columnName) const;
    QVariant operator[](int column) const { return value(column); }
    QVariant operator[](QAnyStringView columnName) const { return value(columnName); }

    template <typename T>
    T value(int column, Error *error = nullptr) const
    {
        return m_decoder.value<T>(column, error);
    }

    template <typename T>
    T value(QAnyStringView columnName, Error *error = nullptr) const
    {
        const int column = m_decoder.find(columnName, error);
        return column < 0 ? T{} : value<T>(column, error);
    }

    template <typename T>
    T to(Error *error = nullptr) const
    {
        if constexpr (Values::IsTuple<T>::value) {
            return m_decoder.tuple<T>(error);
        } else {
            static_assert(Values::IsGadget<T>::value, "T is neither a Q_GADGET nor a std::tuple");
            T gadget{};
            m_decoder.fill(*m_decoder.mappingTo(T::staticMetaObject), &gadget, error);
            return gadget;
        }
    }

private:
    friend class Result;
    explicit Row(const Values::RowDecoder &decoder)
        : m_decoder(decoder)
    {
    }

    // Mutable because it caches the position of the last value that was read.
    mutable Values::RowDecoder m_decoder;
};

} // namespace AsyncMySql
