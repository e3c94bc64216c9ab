// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

#include <functional>

QT_BEGIN_NAMESPACE
class QAbstractItemModel;
class QModelIndex;
QT_END_NAMESPACE

namespace AsyncMySql::Quick {

/// What a \a role of \a model gives to JavaScript, where \a read gives that of C++ by its role.
QVariant modelValue(const QAbstractItemModel &model, const QModelIndex &index, int role,
                    const std::function<QVariant(int)> &read);
QJSValue modelRow(const QAbstractItemModel &model, const QStringList &columnNames, int row);

} // namespace AsyncMySql::Quick
