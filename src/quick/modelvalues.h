// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

QT_BEGIN_NAMESPACE
class QAbstractItemModel;
class QModelIndex;
QT_END_NAMESPACE

namespace AsyncMySql::Quick {

/// Whether it comes from a JSON column, which is edited as text.
bool isDocument(const QVariant &value);
/// What a role of \a model gives to JavaScript, where it gives \a value to C++.
QVariant modelValue(const QAbstractItemModel &model, const QModelIndex &index, int role,
                    const QVariant &value);
QJSValue modelRow(const QAbstractItemModel &model, const QStringList &columnNames, int row);

} // namespace AsyncMySql::Quick
