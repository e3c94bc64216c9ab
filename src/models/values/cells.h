// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/row.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// Returns the text of a cell in views: numbers and dates formatted by the default locale, an empty
/// text for NULL, and the first few bytes.
[[nodiscard]] QString displayText(const Row &row, int column);
/// The same for a value that is not in a row yet.
[[nodiscard]] QString displayText(const QVariant &value);

/// Returns the value of a cell for QML: NULL is null rather than 0 or an empty text, and integers
/// that JavaScript would round are their digits.
[[nodiscard]] QVariant scriptValue(const QVariant &value);

/// Returns a Qt::Alignment as an int, for Qt::TextAlignmentRole.
[[nodiscard]] int alignmentOf(const Column &column);
/// QAbstractItemModel::headerData() of a column.
[[nodiscard]] QVariant headerOf(const QString &name, const Column &column, int role);

[[nodiscard]] QStringList namesOf(const QList<Column> &columns);

/// Returns the role names of QAbstractItemModel, of the columns (from Qt::UserRole), and \a others.
/// The name of a column replaces that of another role; if several columns have the same name, the
/// first one has it.
[[nodiscard]] QHash<int, QByteArray> roleNamesOf(const QStringList &columnNames,
                                                 QHash<int, QByteArray> others);

} // namespace AsyncMySql::Models
