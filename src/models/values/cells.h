// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/row.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// What views show of a cell: numbers and dates as the default locale has them, NULL as nothing,
/// and of bytes the first few.
[[nodiscard]] QString displayText(const Row &row, int column);
/// The same for a value that is not of a row yet.
[[nodiscard]] QString displayText(const QVariant &value);

/// The value of a cell for QML: NULL is null there, and not 0 or an empty text; integers that
/// JavaScript would round are their digits.
[[nodiscard]] QVariant scriptValue(const QVariant &value);

/// Qt::Alignment as an int, as Qt::TextAlignmentRole has it.
[[nodiscard]] int alignmentOf(const Column &column);
/// QAbstractItemModel::headerData() of a column.
[[nodiscard]] QVariant headerOf(const QString &name, const Column &column, int role);

[[nodiscard]] QStringList namesOf(const QList<Column> &columns);

/// The names of QAbstractItemModel, of the columns (Qt::UserRole and what follows), and \a others.
/// A column takes its name from the others; of columns of the same name the first one has it.
[[nodiscard]] QHash<int, QByteArray> roleNamesOf(const QStringList &columnNames,
                                                 QHash<int, QByteArray> others);

} // namespace AsyncMySql::Models
