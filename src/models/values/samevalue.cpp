// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "samevalue.h"

#include <algorithm>

namespace AsyncMySql::Models {

namespace {

bool sameLists(const QVariantList &left, const QVariantList &right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), sameValue);
}

bool sameMaps(const QVariantMap &left, const QVariantMap &right)
{
    return left.keys() == right.keys() && sameLists(left.values(), right.values());
}

} // namespace

bool isNullValue(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::Nullptr:
        return true;
    case QMetaType::QString:
        return value.isNull() || value.toString().isNull();
    case QMetaType::QByteArray:
        return value.isNull() || value.toByteArray().isNull();
    default:
        return value.isNull();
    }
}

bool sameValue(const QVariant &left, const QVariant &right)
{
    if (isNullValue(left) || isNullValue(right))
        return isNullValue(left) && isNullValue(right);
    if (left.metaType() == right.metaType()) {
        if (left.typeId() == QMetaType::QVariantList)
            return sameLists(left.toList(), right.toList());
        if (left.typeId() == QMetaType::QVariantMap)
            return sameMaps(left.toMap(), right.toMap());
    }
    return left == right;
}

} // namespace AsyncMySql::Models
