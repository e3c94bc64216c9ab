// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/row.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qvariant.h>
#include <QtSql/qsqlfield.h>
#include <QtSql/qtsqlglobal.h>

namespace AsyncMySql::Sql {

/// How the values of a column are read.
class FieldReader
{
public:
    /// \a isPrepared is whether the rows are those of a prepared statement, of which QMYSQL returns
    /// small integers as such.
    FieldReader(const Column &column, bool isPrepared);

    QVariant read(const Row &row, int column, QSql::NumericalPrecisionPolicy policy) const;

private:
    /// As QMYSQL reports it, for fields and NULL.
    QMetaType m_type;
    bool m_isPrepared;
    bool m_isSingle;
};

/// The column as QtSql describes it.
QSqlField fieldOf(const Column &column);

/// What is sent for \a value of a program: the same as QMYSQL sends, and the day and time of day of
/// moments as their own clocks show them.
QVariant parameterOf(const QVariant &value);

} // namespace AsyncMySql::Sql
