// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/row.h>

#include <QtCore/qlist.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstringlist.h>

#include <iterator>
#include <memory>

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
    int indexOf(QStringView columnName) const;

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

    qsizetype sizeInBytes() const;

    // Internal: made by the engine.
    explicit Result(std::shared_ptr<const Values::ResultData> data);

private:
    std::shared_ptr<const Values::ResultData> d;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::Result)
