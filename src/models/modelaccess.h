// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qabstractitemmodel.h>

namespace AsyncMySql::Models {

/// These are protected in Qt, but the common part of the models is not a subclass.
struct ModelAccess : QAbstractItemModel
{
    static constexpr auto BeginInsert = &ModelAccess::beginInsertRows;
    static constexpr auto EndInsert = &ModelAccess::endInsertRows;
    static constexpr auto BeginRemove = &ModelAccess::beginRemoveRows;
    static constexpr auto EndRemove = &ModelAccess::endRemoveRows;
    static constexpr auto BeginMove = &ModelAccess::beginMoveRows;
    static constexpr auto EndMove = &ModelAccess::endMoveRows;
    static constexpr auto BeginReset = &ModelAccess::beginResetModel;
    static constexpr auto EndReset = &ModelAccess::endResetModel;
    static constexpr auto Indexes = &ModelAccess::persistentIndexList;
    static constexpr auto ChangeIndexes = &ModelAccess::changePersistentIndexList;
};

} // namespace AsyncMySql::Models
