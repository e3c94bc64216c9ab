// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/row.h>

#include <QtCore/qanystringview.h>
#include <QtCore/qlist.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstringlist.h>

#include <iterator>
#include <memory>
#include <utility>

namespace AsyncMySql {

namespace Values {
class ResultData;
}

class ASYNCMYSQL_EXPORT Result
{
    Q_GADGET
    Q_PROPERTY(qsizetype rowCount READ rowCount CONSTANT)
    Q_PROPERTY(QStringList columnNames READ columnNames CONSTANT)
    Q_PROPERTY(quint64 affectedRows READ affectedRows CONSTANT)
    Q_PROPERTY(quint64 lastInsertId READ lastInsertId CONSTANT)
    Q_PROPERTY(int warningCount READ warningCount CONSTANT)
    Q_PROPERTY(QString info READ info CONSTANT)
    Q_PROPERTY(bool hasOutParameters READ hasOutParameters CONSTANT)

public:
    class const_iterator;

    Result();
    Result(const Result &other);
    Result(Result &&other) noexcept;
    Result &operator=(const Result &other);
    Result &operator=(Result &&other) noexcept;
    ~Result();

    bool hasRows() const { return columnCount() > 0; }

    int columnCount() const;
    Column column(int index) const;
    QList<Column> columns() const;
    QStringList columnNames() const;
    int indexOf(QAnyStringView columnName) const;

    qsizetype rowCount() const;
    qsizetype size() const { return rowCount(); }
    bool isEmpty() const { return rowCount() == 0; }
    Row row(qsizetype index) const;
    Row operator[](qsizetype index) const { return row(index); }
    Row first() const { return row(0); }

    const_iterator begin() const;
    const_iterator end() const;
    const_iterator cbegin() const;
    const_iterator cend() const;

    quint64 affectedRows() const;
    quint64 lastInsertId() const;
    int warningCount() const;
    QString info() const;
    bool hasOutParameters() const;

    bool isFromSameResult(const Result &other) const;

    template <typename T>
    QList<T> to(Error *error = nullptr) const;

    qsizetype sizeInBytes() const;

    // Internal.
    explicit Result(std::shared_ptr<const Values::ResultData> data);

private:
    std::shared_ptr<const Values::ResultData> d;
};

class ASYNCMYSQL_EXPORT Result::const_iterator
{
public:
    // Rows are created on access, as the elements of QJsonArray are.
    class pointer
    {
    public:
        const Row *operator->() const { return &m_row; }

    private:
        friend class const_iterator;
        explicit pointer(Row row)
            : m_row(std::move(row))
        {
        }
        Row m_row;
    };
    using iterator_category = std::random_access_iterator_tag;
    using difference_type = qsizetype;
    using value_type = Row;
    using reference = Row;

    const_iterator() = default;

    Row operator*() const;
    pointer operator->() const { return pointer(**this); }
    Row operator[](difference_type distance) const { return *(*this + distance); }

    const_iterator &operator++() { return *this += 1; }
    const_iterator &operator--() { return *this -= 1; }
    const_iterator operator++(int)
    {
        const const_iterator before = *this;
        ++m_index;
        return before;
    }
    const_iterator operator--(int)
    {
        const const_iterator before = *this;
        --m_index;
        return before;
    }
    const_iterator &operator+=(difference_type distance)
    {
        m_index += distance;
        return *this;
    }
    const_iterator &operator-=(difference_type distance) { return *this += -distance; }

    friend const_iterator operator+(const_iterator iterator, difference_type distance)
    {
        return iterator += distance;
    }
    friend const_iterator operator+(difference_type distance, const_iterator iterator)
    {
        return iterator += distance;
    }
    friend const_iterator operator-(const_iterator iterator, difference_type distance)
    {
        return iterator -= distance;
    }
    friend difference_type operator-(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index - right.m_index;
    }
    friend bool operator==(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index == right.m_index;
    }
    friend bool operator!=(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index != right.m_index;
    }
    friend bool operator<(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index < right.m_index;
    }
    friend bool operator>(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index > right.m_index;
    }
    friend bool operator<=(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index <= right.m_index;
    }
    friend bool operator>=(const const_iterator &left, const const_iterator &right)
    {
        return left.m_index >= right.m_index;
    }

private:
    friend class Result;
    const_iterator(Row common, qsizetype index)
        : m_common(std::move(common))
        , m_index(index)
    {
    }

    Row search() const;

    Row m_common; // what all rows share
    qsizetype m_index = 0;
    mutable Values::RowRun m_run; // of the row that was read last
};

inline Result::const_iterator Result::cbegin() const
{
    return begin();
}

inline Result::const_iterator Result::cend() const
{
    return end();
}

template <typename T>
QList<T> Result::to(Error *error) const
{
    QList<T> all;
    all.reserve(rowCount());
    std::shared_ptr<const Values::GadgetMapping> mapping;
    for (const Row &row : *this) {
        if constexpr (Values::IsTuple<T>::value) {
            all.append(row.to<T>(error));
        } else {
            if (!mapping)
                mapping = row.m_decoder.mappingTo(T::staticMetaObject);
            T gadget{};
            row.m_decoder.fill(*mapping, &gadget, error);
            all.append(std::move(gadget));
        }
    }
    return all;
}

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::Result)
