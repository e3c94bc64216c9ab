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

struct WantedRole
{
    int role = 0;
    /// The role of the model that is whether the row has been read.
    int loaded = 0;
};

/// Returns the value of \a wanted of \a model for JavaScript; \a read returns the C++ value of a
/// role.
QVariant modelValue(const QAbstractItemModel &model, const QModelIndex &index,
                    const WantedRole &wanted, const std::function<QVariant(int)> &read);
QJSValue modelRow(const QAbstractItemModel &model, const QStringList &columnNames, int row);

} // namespace AsyncMySql::Quick
